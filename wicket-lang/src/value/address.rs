//! Internet addresses and the networks that hold them.
//!
//! An address of version 6 that carries one of version 4 (`::ffff:192.0.2.1`) is the one that it carries, so nobody
//! gets round a network by writing an address the long way.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::fmt;

use serde::{Deserialize, Serialize};

/// `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Network {
    base: IpAddr,
    /// How many of its first bits an address shares with `base`.
    prefix: u8,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// No address with a slash and a whole number behind it, or more bits than the address has.
    #[error("it is no address with the number of its leading bits")]
    Unreadable,
    /// Bits behind the prefix are set; the network that was meant is this one.
    #[error("`{0}` is the network in which this address lies")]
    HostBits(Network),
}

/// An address as it is written, exactly: no zone (`fe80::1%eth0`), no leading zeros in version 4, no port.
#[must_use]
pub(super) fn read_address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    Some(match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => long.to_ipv4_mapped().map_or(address, IpAddr::V4),
    })
}

impl Network {
    /// Reads an address, a slash and the number of leading bits; bits behind those have to be zero.
    pub fn parse(text: &str) -> Result<Self, NetworkError> {
        let (address, digits) = text.split_once('/').ok_or(NetworkError::Unreadable)?;
        let address: IpAddr = address.parse().map_err(|_| NetworkError::Unreadable)?;
        let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits.len() == 1 || !digits.starts_with('0'));
        let prefix: Option<u8> = digits.parse().ok().filter(|_| is_plain);
        let prefix = prefix.ok_or(NetworkError::Unreadable)?;
        let (base, prefix) = match address {
            // What carries addresses of version 4 is a network of version 4.
            IpAddr::V6(long) if (96..=128).contains(&prefix) => match long.to_ipv4_mapped() {
                Some(short) => (IpAddr::V4(short), prefix - 96),
                None => (address, prefix),
            },
            IpAddr::V4(_) | IpAddr::V6(_) => (address, prefix),
        };
        let network = Self {
            base: first(base, prefix).ok_or(NetworkError::Unreadable)?,
            prefix,
        };
        if network.base == base {
            Ok(network)
        } else {
            Err(NetworkError::HostBits(network))
        }
    }

    /// Whether an address lies in it; one of another version never does.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        first(address, self.prefix) == Some(self.base)
    }

    /// Whether it is written as [`Network::parse`] writes it; what is read from bytes is asked.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        first(self.base, self.prefix) == Some(self.base)
    }
}

/// The address with the bits behind the prefix cleared; `None` where it has fewer bits.
fn first(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    Some(match address {
        IpAddr::V4(short) => {
            let behind = 32_u32.checked_sub(u32::from(prefix))?;
            let mask = u32::MAX.checked_shl(behind).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(short) & mask))
        }
        IpAddr::V6(long) => {
            let behind = 128_u32.checked_sub(u32::from(prefix))?;
            let mask = u128::MAX.checked_shl(behind).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(long) & mask))
        }
    })
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.base, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop where it is")]

    use super::*;

    fn holds(network: &str, address: &str) -> Option<bool> {
        Some(Network::parse(network).unwrap().contains(read_address(address)?))
    }

    #[test]
    fn an_address_lies_in_the_networks_that_share_its_first_bits() {
        assert_eq!(holds("192.0.2.0/24", "192.0.2.255"), Some(true));
        assert_eq!(holds("192.0.2.0/24", "192.0.3.0"), Some(false));
        assert_eq!(holds("0.0.0.0/0", "255.255.255.255"), Some(true));
        assert_eq!(holds("0.0.0.0/0", "2001:db8::1"), Some(false));
        assert_eq!(holds("10.1.2.3/32", "10.1.2.3"), Some(true));
        assert_eq!(holds("2001:db8::/32", "2001:db8:ffff::1"), Some(true));
        assert_eq!(holds("::/0", "fe80::1"), Some(true));
    }

    #[test]
    fn an_address_that_carries_a_short_one_is_the_short_one() {
        assert_eq!(holds("10.0.0.0/8", "::ffff:10.9.9.9"), Some(true));
        assert_eq!(holds("10.0.0.0/8", "::ffff:0a09:0909"), Some(true));
        assert_eq!(holds("::ffff:10.0.0.0/104", "10.9.9.9"), Some(true));
        assert_eq!(holds("::/0", "::ffff:10.9.9.9"), Some(false));
    }

    #[test]
    fn what_is_not_exactly_an_address_is_none() {
        for text in [
            "",
            "localhost",
            "010.0.0.1",
            "10.0.0",
            "10.0.0.1.",
            " 10.0.0.1",
            "10.0.0.1:80",
            "0x7f.0.0.1",
            "2130706433",
            "fe80::1%eth0",
            "[::1]",
            "1::2::3",
            "::ffff:010.0.0.1",
            "10.0.0.1/32",
            "١٠.0.0.1",
        ] {
            assert_eq!(read_address(text), None, "{text}");
        }
    }

    #[test]
    fn a_network_has_no_bits_behind_its_prefix() {
        let found = Network::parse("10.1.0.0/8").unwrap_err();
        assert_eq!(
            found.to_string(),
            "`10.0.0.0/8` is the network in which this address lies"
        );
        for text in [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/",
            "::/129",
            "10.0.0/8",
            "a/8",
            "1.2.3.4/+8",
        ] {
            assert_eq!(Network::parse(text), Err(NetworkError::Unreadable), "{text}");
        }
    }
}
