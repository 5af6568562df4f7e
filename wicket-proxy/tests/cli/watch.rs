//! `wicket check --watch`, as an author has it open beside the editor.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::folder::{Folder, GOOD};

/// How long a result may take on a machine that is busy with other things. On an idle one it is there within 100 ms.
const PATIENCE: Duration = Duration::from_secs(20);

struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wicket"))
            .args(["check", "policies", "--watch"])
            .args(arguments)
            .current_dir(folder.path("."))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = read(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// Waits for a line that holds `words`.
    fn wait_for(&self, words: &str) {
        let mut seen = Vec::new();
        while let Ok(line) = self.lines.recv_timeout(PATIENCE) {
            if line.contains(words) {
                return;
            }
            seen.push(line);
        }
        panic!("no line holds `{words}`: {seen:#?}");
    }

    fn interrupt(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(out: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

#[test]
fn a_save_is_checked_and_ctrl_c_ends_in_order() {
    let folder = Folder::with(GOOD);
    let watching = Watching::start(&folder, &[]);
    watching.wait_for("1 file checked: 0 errors");
    folder.write("policies/agent.wkt", GOOD.replace("github:read", "github:raed"));
    watching.wait_for("1 file checked: 1 error");
    folder.write("policies/agent.wkt", GOOD);
    watching.wait_for("1 file checked: 0 errors");
    assert_eq!(watching.interrupt(), Some(0));
}

#[test]
fn a_save_by_rename_a_new_file_and_a_removed_one_are_seen() {
    let folder = Folder::with(GOOD);
    let watching = Watching::start(&folder, &[]);
    watching.wait_for("1 file checked: 0 errors");
    // Many editors write beside the file, under a name that is none of a policy, and put it in its place.
    folder.write(
        "policies/.agent.wkt.swp",
        GOOD.replace("github:read", "github:raed"),
    );
    std::fs::rename(
        folder.path("policies/.agent.wkt.swp"),
        folder.path("policies/agent.wkt"),
    )
    .unwrap();
    watching.wait_for("1 file checked: 1 error");
    folder.write("policies/more/b.wkt", "policy {");
    watching.wait_for("2 files checked");
    std::fs::remove_file(folder.path("policies/more/b.wkt")).unwrap();
    watching.wait_for("1 file checked: 1 error");
}

#[test]
fn what_cannot_be_read_is_said_and_watched_on() {
    let folder = Folder::with(GOOD);
    let watching = Watching::start(&folder, &["--format", "json"]);
    watching.wait_for("\"ok\": true");
    folder.write("policies/agent.wkt", b"policy \xff");
    watching.wait_for("not UTF-8");
    folder.write("policies/agent.wkt", GOOD);
    watching.wait_for("\"ok\": true");
    let absent = folder.run(&["check", "absent", "--watch"]);
    assert_eq!(absent.code, 2, "{absent:?}");
    assert!(absent.err.contains("absent"), "{absent:?}");
}

#[test]
fn a_save_in_a_shared_folder_is_seen() {
    let folder = Folder::with(&format!("use \"../guardrails\"\n{GOOD}"));
    let guardrail =
        "use github\npolicy nobody_merges {\n  forbid github.merge_pull_request\n    message \"No.\"\n}\n";
    folder.write("guardrails/all.wkt", guardrail);
    let watching = Watching::start(&folder, &[]);
    watching.wait_for("2 files checked: 0 errors");
    folder.write(
        "guardrails/all.wkt",
        guardrail.replace("merge_pull", "marge_pull"),
    );
    watching.wait_for("2 files checked: 1 error");
}
