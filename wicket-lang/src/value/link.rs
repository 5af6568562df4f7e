//! Addresses of web pages, read strictly: what programs are known to read in different ways is not read at all.
//!
//! The host is what matters most, because it says who is asked. So a user in front of it, a backslash, a blank, a
//! letter that is not ASCII, an escape in it, and a number that is no plain address make the whole text unreadable.

use core::net::{IpAddr, Ipv6Addr};

/// The parts of an `http` or `https` address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link<'a> {
    pub(super) scheme: &'static str,
    /// Without capitals. Of an address of version 6 its shortest form, without brackets.
    pub(super) host: String,
    /// As written, or the one that belongs to the scheme.
    pub(super) port: u16,
    /// `/` where nothing is written; `None` where it can be read in two ways.
    pub(super) path: Option<&'a str>,
}

impl<'a> Link<'a> {
    #[must_use]
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (scheme, port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => ("http", 80),
            "https" => ("https", 443),
            _ => return None,
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, behind) = rest.split_at_checked(end)?;
        let (host, written) = split_port(authority)?;
        let port = match written {
            None => port,
            Some(digits) => read_port(digits)?,
        };
        let host = read_host(host)?;
        let end = behind.find(['?', '#']).unwrap_or(behind.len());
        let (path, query) = behind.split_at_checked(end)?;
        if !is_written_plainly(path, "") || !is_written_plainly(query, "?#[]") {
            return None;
        }
        Some(Self {
            scheme,
            host,
            port,
            path: read_path(path),
        })
    }
}

/// The host and the digits of the port. A colon inside of brackets belongs to the host.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let inside = authority.rfind(']').map_or(0, |at| at + 1);
    let (front, back) = authority.split_at_checked(inside)?;
    match back.split_once(':') {
        None => Some((authority, None)),
        Some((name, digits)) if inside == 0 => Some((name, Some(digits))),
        Some(("", digits)) => Some((front, Some(digits))),
        Some(_) => None,
    }
}

fn read_port(digits: &str) -> Option<u16> {
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| is_plain)
}

fn read_host(host: &str) -> Option<String> {
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(address.to_string());
    }
    let host = host.to_ascii_lowercase();
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if host.len() > 253 || !host.split('.').all(is_label) {
        return None;
    }
    // Where the last label is a number, programs read the whole as an address of version 4, in bases and lengths of
    // their own; only the plain form is the same to all.
    let last = host.rsplit('.').next()?;
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_number {
        return host.parse::<IpAddr>().ok().map(|address| address.to_string());
    }
    Some(host)
}

/// Whether every character may stand there by RFC 3986, the `more` ones included, and every `%` begins an escape.
fn is_written_plainly(text: &str, more: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let is_plain = byte.is_ascii_alphanumeric()
            || b"-._~!$&'()*+,;=:@/".contains(&byte)
            || more.as_bytes().contains(&byte);
        let is_escape = byte == b'%'
            && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit())
            && bytes.next().is_some_and(|digit| digit.is_ascii_hexdigit());
        if !is_plain && !is_escape {
            return false;
        }
    }
    true
}

/// The path, where no program takes steps out of it: no escape, no `.` and no `..`. Servers that know of parameters drop
/// what follows a `;` before they look for those two, and some take `//` for `/`.
fn read_path(path: &str) -> Option<&str> {
    let moves = |segment: &str| matches!(segment.split(';').next(), Some("." | ".."));
    match path {
        "" => Some("/"),
        path if path.contains('%') || path.contains("//") || path.split('/').any(moves) => None,
        path => Some(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&'static str, String, u16, Option<&str>)> {
        Link::parse(text).map(|link| (link.scheme, link.host, link.port, link.path))
    }

    #[test]
    fn a_plain_address_has_its_parts() {
        let expected = |host: &str, port, path| Some(("https", host.to_owned(), port, path));
        assert_eq!(
            parts("https://example.com"),
            expected("example.com", 443, Some("/"))
        );
        assert_eq!(
            parts("HTTPS://Example.COM:8443/a/B?q[]=1#x"),
            expected("example.com", 8443, Some("/a/B"))
        );
        assert_eq!(
            parts("https://example.com?a@b"),
            expected("example.com", 443, Some("/"))
        );
        assert_eq!(parts("https://192.0.2.1/"), expected("192.0.2.1", 443, Some("/")));
        assert_eq!(
            parts("https://[2001:DB8::0:1]:1/"),
            expected("2001:db8::1", 1, Some("/"))
        );
        assert_eq!(parts("https://a/%41"), expected("a", 443, None));
        assert_eq!(parts("https://a/b;v=1/c/"), expected("a", 443, Some("/b;v=1/c/")));
        for path in ["b/../c", "b/..;/c", "b/..;a=b/c", ".;/b", "b//c", "/b", "b//"] {
            assert_eq!(
                parts(&format!("https://a/{path}")),
                expected("a", 443, None),
                "{path}"
            );
        }
    }

    #[test]
    fn what_programs_read_in_different_ways_is_not_read() {
        for text in [
            "",
            "example.com",
            "//example.com",
            "https:/example.com",
            "https:example.com",
            "ftp://example.com",
            "https://good.example@evil.example/",
            "https://good.example:443@evil.example/",
            "https://evil.example\\@good.example",
            "https://good.example\\.evil.example",
            "https://ex%61mple.com",
            "https://exämple.com",
            "https://example。com",
            " https://example.com",
            "https://example.com ",
            "https://exa\tmple.com",
            "https://example.com/a b",
            "https://example.com.",
            "https://.example.com",
            "https://-a.example",
            "https://a_b.example",
            "https://",
            "https:///a",
            "https://example.com:",
            "https://example.com:0",
            "https://example.com:080",
            "https://example.com:65536",
            "https://example.com:+1",
            "https://example.com:1:2",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.0x1/",
            "https://1.2.3.4.5/",
            "https://[::1",
            "https://::1/",
            "https://[::1]a/",
            "https://[fe80::1%25eth0]/",
            "https://[v1.a]/",
            "https://example.com/%",
            "https://example.com/%zz",
            "https://example.com/a\\b",
            "https://example.com/\"",
            "https://example.com/{a}",
            "https://example.com\0",
        ] {
            assert_eq!(parts(text), None, "{text:?}");
        }
    }
}
