//! Under which names the endpoint is reached, and which web pages may reach it.
//!
//! A page of any site can make a browser send requests to this machine, by a name of its own that it lets resolve to a
//! loopback address. The `Host` then is that name, and the `Origin` that page: both are refused unless they are known.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

use crate::mcp::Refusal;
use crate::mcp::headers::Field;

/// The names and pages that are allowed.
#[derive(Debug, Clone)]
pub struct Guard {
    hosts: Vec<String>,
    origins: Vec<String>,
    /// Whether this is a loopback listener: then the names of loopback are allowed, for pages too.
    is_local: bool,
}

impl Guard {
    /// What is allowed at this address besides what is configured: the address itself and, if it is one of loopback,
    /// all names of loopback.
    #[must_use]
    pub fn new(address: SocketAddr, hosts: &[String], origins: &[String]) -> Guard {
        let own = match address.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        let mut hosts: Vec<_> = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        if !address.ip().is_unspecified() {
            hosts.push(own);
        }
        Guard {
            hosts,
            origins: origins.iter().map(|origin| origin.to_ascii_lowercase()).collect(),
            is_local: address.ip().is_loopback(),
        }
    }

    /// Refuses a request that came under a foreign name or from a foreign page.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match Field::of(headers, &HOST) {
            Field::Value(host) if self.allows_host(&host.to_ascii_lowercase()) => {}
            Field::Absent | Field::Value(_) | Field::Unreadable => return Err(Refusal::Host),
        }
        match Field::of(headers, &ORIGIN) {
            Field::Absent => Ok(()),
            Field::Value(origin) if self.allows_origin(&origin.to_ascii_lowercase()) => Ok(()),
            Field::Value(_) | Field::Unreadable => Err(Refusal::Origin),
        }
    }

    fn allows_host(&self, host: &str) -> bool {
        let name = without_port(host);
        let configured = |allowed: &String| allowed == host || allowed == name;
        self.hosts.iter().any(configured) || (self.is_local && is_loopback_name(name))
    }

    fn allows_origin(&self, origin: &str) -> bool {
        let local = || {
            let host = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"));
            host.is_some_and(|host| is_loopback_name(without_port(host)))
        };
        self.origins.iter().any(|allowed| allowed == origin) || (self.is_local && local())
    }
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    }
}

fn is_loopback_name(name: &str) -> bool {
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use axum::http::HeaderName;

    use super::*;

    fn check(guard: &Guard, headers: &[(&HeaderName, &str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        guard.check(&map)
    }

    fn guard(address: &str) -> Guard {
        let hosts = [
            "wicket.example.com".to_owned(),
            "other.example.com:8443".to_owned(),
        ];
        Guard::new(
            address.parse().unwrap(),
            &hosts,
            &["https://app.example.com".to_owned()],
        )
    }

    #[test]
    fn a_local_endpoint_is_reached_by_the_names_of_loopback() {
        let guard = guard("127.0.0.1:8642");
        for host in [
            "localhost:8642",
            "LOCALHOST",
            "127.0.0.1:8642",
            "[::1]:8642",
            "wicket.example.com",
            "other.example.com:8443",
        ] {
            assert_eq!(check(&guard, &[(&HOST, host)]), Ok(()), "{host}");
        }
        for host in [
            "evil.example.com",
            "localhost.evil.example.com",
            "127.0.0.2",
            "other.example.com",
            "",
            "localhost:80x",
        ] {
            assert_eq!(check(&guard, &[(&HOST, host)]), Err(Refusal::Host), "{host}");
        }
        assert_eq!(check(&guard, &[]), Err(Refusal::Host));
        assert_eq!(
            check(&guard, &[(&HOST, "localhost"), (&HOST, "localhost")]),
            Err(Refusal::Host)
        );
    }

    #[test]
    fn pages_are_known_by_their_origin() {
        let guard = guard("127.0.0.1:8642");
        let from = |origin| check(&guard, &[(&HOST, "localhost"), (&ORIGIN, origin)]);
        for origin in [
            "https://app.example.com",
            "http://localhost:3000",
            "http://[::1]:3000",
        ] {
            assert_eq!(from(origin), Ok(()), "{origin}");
        }
        for origin in [
            "null",
            "https://evil.example.com",
            "http://localhost.evil.example.com",
            "https://app.example.com:444",
            "",
        ] {
            assert_eq!(from(origin), Err(Refusal::Origin), "{origin}");
        }
    }

    #[test]
    fn an_open_endpoint_has_only_the_names_that_are_configured() {
        let guard = guard("0.0.0.0:8642");
        assert_eq!(check(&guard, &[(&HOST, "wicket.example.com")]), Ok(()));
        for host in ["localhost:8642", "127.0.0.1", "0.0.0.0:8642"] {
            assert_eq!(check(&guard, &[(&HOST, host)]), Err(Refusal::Host), "{host}");
        }
        let page = [(&HOST, "wicket.example.com"), (&ORIGIN, "http://localhost:3000")];
        assert_eq!(check(&guard, &page), Err(Refusal::Origin));
    }
}
