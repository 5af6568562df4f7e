//! Crates that one place touches, so that replacing them changes one place.

use std::collections::BTreeSet;

use super::Finding;
use crate::project::TextFile;
use crate::rust_text::{Literals, named_paths, product_code};

struct SoleUser {
    crate_name: &'static str,
    /// Folder (ending in `/`) and file which may name it; `None`: any one file.
    allowed: Option<&'static [&'static str]>,
}

const SOLE_USERS: &[SoleUser] = &[
    SoleUser {
        crate_name: "lalrpop_util",
        allowed: None,
    },
    SoleUser {
        crate_name: "annotate_snippets",
        allowed: None,
    },
    SoleUser {
        crate_name: "rusqlite",
        allowed: Some(&["wicket-proxy/src/store.rs", "wicket-proxy/src/store/"]),
    },
];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in SOLE_USERS {
        let start = format!("{}::", rule.crate_name);
        let mut users: BTreeSet<(&str, usize)> = BTreeSet::new();
        for file in files.iter().filter(|file| is_product(file)) {
            let code = product_code(file, Literals::Blank);
            let first = named_paths(&code)
                .into_iter()
                .find(|named| named.path.starts_with(&start));
            if let Some(named) = first {
                users.insert((&file.path, named.line));
            }
        }
        let wrong: Vec<(&str, usize)> = match rule.allowed {
            Some(allowed) => users
                .into_iter()
                .filter(|(path, _)| !allowed.iter().any(|start| path.starts_with(start)))
                .collect(),
            None if users.len() > 1 => users.into_iter().collect(),
            None => Vec::new(),
        };
        findings.extend(wrong.into_iter().map(|(path, line)| {
            let place = rule
                .allowed
                .map_or_else(|| "one file".to_owned(), |allowed| allowed.join(", "));
            Finding::error(
                path,
                line,
                format!("`{}` may be named in {place} only", rule.crate_name),
            )
        }));
    }
    findings
}

fn is_product(file: &TextFile) -> bool {
    file.is_rust()
        && (file.path.starts_with("wicket-lang/src/") || file.path.starts_with("wicket-proxy/src/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_user_is_found() {
        let file = |path: &str, text: &str| TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let one = file("wicket-lang/src/a.rs", "use lalrpop_util::lalrpop_mod;");
        let two = file("wicket-lang/src/b.rs", "lalrpop_util::ParseError::X");
        let sql = file("wicket-proxy/src/http.rs", "use rusqlite::Connection;");
        let store = file("wicket-proxy/src/store/step.rs", "use rusqlite::Connection;");
        assert_eq!(check(&[one, store]).len(), 0);
        let one = file("wicket-lang/src/a.rs", "use lalrpop_util::lalrpop_mod;");
        assert_eq!(check(&[one, two, sql]).len(), 3);
    }
}
