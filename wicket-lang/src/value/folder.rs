//! Paths of files, read strictly: a text that two programs could read as two places is read as none.

/// The path, if it is absolute and says the one place that it names: no `.`, no `..`, no empty segment (a slash at the
/// end makes one), and nothing that somebody further down could read otherwise, which is a backslash, an escape with
/// `%`, and every control character.
#[must_use]
pub fn read_path(text: &str) -> Option<&str> {
    let below = text.strip_prefix('/')?;
    let is_plain = !text.contains(['\\', '%']) && !text.chars().any(char::is_control);
    let mut segments = below.split('/');
    let is_exact = below.is_empty() || segments.all(|segment| !matches!(segment, "" | "." | ".."));
    (is_plain && is_exact).then_some(text)
}

/// Whether a path is a folder or lies below it, by whole segments. Both have been read by [`read_path`].
pub(super) fn is_under(path: &str, folder: &str) -> bool {
    let below = path.strip_prefix(folder);
    folder == "/" || below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_itself_and_what_lies_below() {
        assert!(is_under("/srv", "/srv"));
        assert!(is_under("/srv/a/b", "/srv"));
        assert!(is_under("/srv", "/"));
        assert!(!is_under("/srv2", "/srv"));
        assert!(!is_under("/sr", "/srv"));
        assert!(!is_under("/", "/srv"));
    }

    #[test]
    fn a_path_that_can_be_read_two_ways_is_none() {
        for text in [
            "",
            "srv",
            "./srv",
            "/srv/",
            "//srv",
            "/srv//a",
            "/srv/./a",
            "/srv/../etc",
            "/srv/..",
            "/.",
            "/..",
            "/srv\\a",
            "/srv/%2e%2e/a",
            "/srv/a\0",
            "/srv/a\n",
            "C:\\srv",
            "~/srv",
            "/srv/\u{85}",
        ] {
            assert_eq!(read_path(text), None, "{text:?}");
        }
        for text in ["/", "/srv", "/srv/a b", "/srv/...", "/srv/.git", "/srv/ä"] {
            assert_eq!(read_path(text), Some(text), "{text:?}");
        }
    }
}
