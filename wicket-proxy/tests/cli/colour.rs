//! Colours: none for a file or a pipe, unless somebody asks for them.

use std::process::Command;

use crate::folder::Folder;

/// Whether `wicket check` of a broken policy prints colours.
fn has_colours(arguments: &[&str], environment: &[(&str, &str)]) -> bool {
    let folder = Folder::with("policy {");
    let output = Command::new(env!("CARGO_BIN_EXE_wicket"))
        .args(["check", "policies"])
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .current_dir(folder.path("."))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap().contains("\u{1b}[")
}

#[test]
fn a_pipe_has_none_unless_they_are_forced() {
    assert!(!has_colours(&[], &[]));
    assert!(has_colours(&["--color", "always"], &[]));
    assert!(has_colours(&[], &[("FORCE_COLOR", "1")]));
    assert!(has_colours(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colours(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!has_colours(&["--color=never"], &[("FORCE_COLOR", "1")]));
}
