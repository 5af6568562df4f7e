//! `[listen]`: where clients connect, and which Host and Origin they may name.

use std::net::{Ipv4Addr, SocketAddr};

use super::section::section;

section! {
    /// Where clients connect, and which `Host` and `Origin` headers are answered.
    /// A request with another one is refused: that is what keeps a web page from talking to a local Wicket.
    pub struct Listen {
        /// Address and port; port 0 takes a free one. Loopback unless you say otherwise.
        pub address: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 8642)), "\"127.0.0.1:8642\"";
        /// Host names under which clients reach Wicket, besides the address itself and the names of loopback.
        /// Needed when `address` is not a loopback address.
        pub hosts: Vec<String> = Vec::new(), "[]";
        /// Origins of web pages that may call, as in `["https://app.example.com"]`.
        /// A request without an `Origin` header does not come from a web page and is answered.
        pub origins: Vec<String> = Vec::new(), "[]";
    }
}

impl Listen {
    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        if !self.address.ip().is_loopback() && self.hosts.is_empty() {
            return Some((
                "hosts",
                "is needed, because the address is not a loopback address: name the hosts under which clients reach \
                 Wicket, as in `hosts = [\"wicket.example.com\"]`"
                    .to_owned(),
            ));
        }
        if self
            .hosts
            .iter()
            .any(|host| host.is_empty() || host.contains(['/', '*', ' ']))
        {
            return Some((
                "hosts",
                "lists host names, with or without a port, and no patterns".to_owned(),
            ));
        }
        let is_origin = |origin: &String| {
            reqwest::Url::parse(origin).is_ok_and(|url| {
                matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin
            })
        };
        if !self.origins.iter().all(is_origin) {
            return Some((
                "origins",
                "lists origins as browsers write them, as in \"https://app.example.com\": no path, no `/` at the end, \
                 no patterns"
                    .to_owned(),
            ));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_address_needs_hosts() {
        let mut listen = Listen {
            address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 8642)),
            ..Listen::default()
        };
        assert!(listen.problem().is_some());
        listen.hosts = vec!["wicket.example.com".to_owned()];
        assert!(listen.problem().is_none());
    }

    #[test]
    fn an_origin_has_no_path() {
        let with = |origin: &str| Listen {
            origins: vec![origin.to_owned()],
            ..Listen::default()
        };
        assert!(with("https://app.example.com").problem().is_none());
        assert!(with("https://app.example.com/").problem().is_some());
        assert!(with("*").problem().is_some());
    }
}
