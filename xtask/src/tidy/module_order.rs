//! Imports point up: a module imports only from modules that `lib.rs` declares above it.
//!
//! Only the top level is ordered; below `check/`, files may import each other. Unit tests are not judged: they may
//! look where the product may not.

use std::collections::HashMap;

use super::Finding;
use crate::project::TextFile;
use crate::rust_text::{Literals, blank, named_paths, product_code};

/// The crates whose order is kept.
const CRATES: &[&str] = &["wicket-lang", "wicket-proxy"];

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    CRATES
        .iter()
        .flat_map(|name| check_crate(files, &format!("{name}/src/")))
        .collect()
}

fn check_crate(files: &[TextFile], folder: &str) -> Vec<Finding> {
    let Some(map) = files.iter().find(|file| file.path == format!("{folder}lib.rs")) else {
        return Vec::new();
    };
    let order = declared_modules(&map.text);
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(inside) = file.path.strip_prefix(folder) else {
            continue;
        };
        let parts: Vec<&str> = inside.trim_end_matches(".rs").split('/').collect();
        let Some((own_name, own_place)) = parts.first().and_then(|name| order.get_key_value(*name)) else {
            continue;
        };
        let code = product_code(file, Literals::Blank);
        for named in named_paths(&code) {
            let Some(target) = top_level_target(&named.path, parts.len()) else {
                continue;
            };
            if order.get(target).is_some_and(|place| place > own_place) {
                findings.push(Finding::error(
                    &file.path,
                    named.line,
                    format!(
                        "`{own_name}` imports from `{target}`, which lib.rs declares below it; \
                         move what both need up, or the importer down"
                    ),
                ));
            }
        }
    }
    findings
}

/// Each module of `lib.rs` with its place in the order.
fn declared_modules(text: &str) -> HashMap<String, usize> {
    blank(text, Literals::Blank)
        .lines()
        .filter_map(|line| {
            let line = line.trim();
            let line = line.strip_prefix("pub(crate) ").unwrap_or(line);
            let line = line.strip_prefix("pub ").unwrap_or(line);
            line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned)
        })
        .enumerate()
        .map(|(place, name)| (name, place))
        .collect()
}

/// The top-level module that `path` names, written from a file `depth` modules deep: by `crate::` or by `super::`s.
fn top_level_target(path: &str, depth: usize) -> Option<&str> {
    let mut parts = path.split("::");
    match parts.next()? {
        "crate" => parts.next(),
        "super" => {
            let climbed = 1 + parts.clone().take_while(|part| *part == "super").count();
            (climbed == depth).then(|| parts.nth(climbed - 1)).flatten()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> TextFile {
        TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn an_import_from_below_is_found() {
        let files = [
            file("wicket-lang/src/lib.rs", "pub mod a;\npub mod b;\n"),
            file("wicket-lang/src/a.rs", "use crate::b::X;"),
            file("wicket-lang/src/a/inner.rs", "fn f() { super::super::b::g() }"),
            file("wicket-lang/src/b.rs", "use crate::a::Y;\nuse super::a::Z;"),
        ];
        let paths: Vec<String> = check(&files).into_iter().map(|f| f.path).collect();
        assert_eq!(paths, ["wicket-lang/src/a.rs", "wicket-lang/src/a/inner.rs"]);
    }

    #[test]
    fn tests_and_comments_are_free() {
        let files = [
            file("wicket-lang/src/lib.rs", "pub mod a;\npub mod b;\n"),
            file(
                "wicket-lang/src/a.rs",
                "//! See [`crate::b`].\n#[cfg(test)]\nmod tests { use crate::b::X; }",
            ),
        ];
        assert!(check(&files).is_empty());
    }
}
