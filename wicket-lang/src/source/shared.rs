//! Folders that several bundles share, told by the names of their files.
//!
//! A shared folder lies outside the folder of the bundle, and names are relative to that one: so the names of its files
//! begin with `../`, and no other file's does. That alone tells what is shared, in sources and in artifacts alike.

/// Whether a file of this name stands in a folder that the bundle shares with others.
#[must_use]
pub fn is_shared(name: &str) -> bool {
    name.starts_with("../")
}

/// Why a text names no folder that could be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotShared {
    /// It is no relative path of plain names.
    Form,
    /// It lies in the folder of the bundle.
    Inside,
    /// The folder of the bundle lies in it.
    Around,
}

/// The folder that `use "…"` names in a file of the bundle, relative to the bundle's own folder.
pub fn shared_folder(file: &str, written: &str) -> Result<String, NotShared> {
    let own = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = own.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.strip_suffix('/').unwrap_or(written).split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." => parts.push(part),
            name if is_plain(name) => parts.push(name),
            _ => return Err(NotShared::Form),
        }
    }
    match (parts.first(), parts.last()) {
        (Some(&".."), Some(&"..")) => Err(NotShared::Around),
        (Some(&".."), Some(_)) => Ok(parts.join("/")),
        (Some(_) | None, _) => Err(NotShared::Inside),
    }
}

fn is_plain(name: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    !name.is_empty() && !name.starts_with(['.', '~']) && !name.contains(odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_from_the_file_that_names_it() {
        let of = |file: &str, written: &str| shared_folder(file, written);
        assert_eq!(of("a.wkt", "../guardrails"), Ok("../guardrails".to_owned()));
        assert_eq!(of("x/a.wkt", "../../guardrails/"), Ok("../guardrails".to_owned()));
        assert_eq!(of("../guardrails/a.wkt", "../common"), Ok("../common".to_owned()));
        assert_eq!(of("a.wkt", "rules"), Err(NotShared::Inside));
        assert_eq!(of("x/a.wkt", "../rules"), Err(NotShared::Inside));
        assert_eq!(of("a.wkt", "."), Err(NotShared::Inside));
        assert_eq!(of("a.wkt", "../.."), Err(NotShared::Around));
        for odd in ["/etc", "", "..\\x", "C:/x", "../.git", "~/x", "..//x"] {
            assert_eq!(of("a.wkt", odd), Err(NotShared::Form), "{odd}");
        }
    }
}
