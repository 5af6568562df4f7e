//! A bundle on disk, in the cases that go wrong.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

fn names(files: &BundleFiles) -> Vec<String> {
    files.sources.iter().map(|(_, file)| file.name.clone()).collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn a_shared_folder_is_read_with_the_bundle() {
    let root = tempfile::tempdir().unwrap();
    write(
        root.path(),
        "agents/coding/a.wkt",
        "use \"../../guardrails\", \"../../absent\"",
    );
    write(root.path(), "agents/coding/wicket.lock", "own");
    write(root.path(), "guardrails/g.wkt", "use \"../common\"");
    write(root.path(), "guardrails/x.tools.json", "{}");
    write(root.path(), "guardrails/wicket.lock", "theirs");
    write(root.path(), "guardrails/secret.txt", "");
    write(root.path(), "common/sub/c.wkt", "");
    let path = root.path().join("agents/coding");
    let files = read(&path).unwrap();
    assert_eq!(
        names(&files),
        ["../../common/sub/c.wkt", "../../guardrails/g.wkt", "a.wkt"]
    );
    assert_eq!(files.lock.as_deref(), Some("own"));
    assert_eq!(
        files.catalogs.into_iter().collect::<Vec<_>>(),
        [
            ("../../guardrails/wicket.lock".to_owned(), "theirs".to_owned()),
            ("../../guardrails/x.tools.json".to_owned(), "{}".to_owned())
        ]
    );
    let before = fingerprint(&path).unwrap();
    write(root.path(), "common/sub/c.wkt", "// changed");
    assert_ne!(fingerprint(&path).unwrap(), before);
    assert_eq!(
        source_paths(&path).unwrap().len(),
        1,
        "what is laid out is the folder that was named"
    );
}

#[test]
fn a_shared_folder_that_holds_the_bundle_is_refused() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "coding/a.wkt", "use \"../guardrails\"");
    write(root.path(), "guardrails/g.wkt", "use \"../coding\"");
    let error = read(&root.path().join("coding")).unwrap_err();
    assert!(matches!(error, BundleError::Circle { .. }), "{error}");
}

#[test]
fn files_are_taken_in_the_order_of_their_paths() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "b.wkt",
        "a/z.wkt",
        "a.wkt",
        ".git/x.wkt",
        "target/x.wkt",
        "node_modules/x.wkt",
    ] {
        write(folder.path(), name, "");
    }
    write(folder.path(), ".#a.wkt", "an editor's leftover");
    write(folder.path(), "a/github.tools.json", "{}");
    write(folder.path(), "wicket.lock", "lock");
    write(folder.path(), "a/wicket.lock", "not at the top");
    let files = read(folder.path()).unwrap();
    assert_eq!(names(&files), ["a.wkt", "a/z.wkt", "b.wkt"]);
    assert_eq!(files.catalogs.keys().collect::<Vec<_>>(), ["a/github.tools.json"]);
    assert_eq!(files.lock.as_deref(), Some("lock"));
}

#[test]
fn a_single_file_is_a_bundle_of_one() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.wkt", "");
    write(folder.path(), "b.wkt", "");
    write(folder.path(), "own.tools.json", "{}");
    let files = read(&folder.path().join("a.wkt")).unwrap();
    assert_eq!(names(&files), ["a.wkt"]);
    assert_eq!(files.catalogs.len(), 1);
}

#[cfg(unix)]
#[test]
fn links_that_go_in_circles_end() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/b.wkt", "");
    std::os::unix::fs::symlink("..", folder.path().join("a/up")).unwrap();
    std::os::unix::fs::symlink("b.wkt", folder.path().join("a/c.wkt")).unwrap();
    let files = read(folder.path()).unwrap();
    assert_eq!(names(&files), ["a/b.wkt", "a/c.wkt"]);
}

#[test]
fn every_error_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = |path: &Path| read(path).unwrap_err().to_string();
    assert!(error(&folder.path().join("absent")).contains("absent"));
    assert!(error(folder.path()).contains("no `.wkt` file"));
    write(folder.path(), "notes.txt", "");
    assert!(error(&folder.path().join("notes.txt")).contains("notes.txt"));
    std::fs::write(folder.path().join("a.wkt"), b"one\n\xff").unwrap();
    let said = error(folder.path());
    assert!(said.contains("a.wkt") && said.contains("line 2"), "{said}");
    std::fs::write(folder.path().join("a.wkt"), vec![b' '; MAX_SOURCE_BYTES + 1]).unwrap();
    assert!(error(folder.path()).contains("4194304"));
}

#[test]
fn a_save_changes_the_fingerprint() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.wkt", "one");
    let before = fingerprint(folder.path()).unwrap();
    assert_eq!(fingerprint(folder.path()).unwrap(), before);
    write(folder.path(), "notes.txt", "this is no file of the bundle");
    assert_eq!(fingerprint(folder.path()).unwrap(), before);
    write(folder.path(), "a.wkt", "two");
    assert_ne!(fingerprint(folder.path()).unwrap(), before);
    write(folder.path(), "a.wkt", "one");
    assert_eq!(fingerprint(folder.path()).unwrap(), before);
    write(folder.path(), "b.wkt", "one");
    assert_ne!(fingerprint(folder.path()).unwrap(), before);
    write(folder.path(), "a.wkb", "an artifact");
    assert!(fingerprint(&folder.path().join("a.wkb")).is_ok());
}
