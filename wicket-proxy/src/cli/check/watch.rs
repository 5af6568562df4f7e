//! `wicket check --watch`: checks again whenever a file of the bundle is saved.
//!
//! The operating system says that something happened; whether the bundle is another one is asked of its files. So an
//! editor that writes a new file and renames it, a file that comes or goes, and a save that changes nothing are all
//! told apart by what lies there afterwards. Where the system says nothing (a network drive, a linked folder), a look
//! every second finds the change later.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use anyhow::Context as _;
use notify::event::{AccessKind, AccessMode};
use notify::{EventKind, RecursiveMode, Watcher};

use super::super::{Console, Exit, Format};
use crate::bundle;
use crate::clock::Clock;

/// A save is over when nothing happened for so long.
const QUIET: Duration = Duration::from_millis(10);

/// No longer is waited for quiet: a program that writes without end must not keep the result away.
const AT_MOST_MILLIS: i64 = 50;

/// How often the files are looked at although the system said nothing.
const LOOK: Duration = Duration::from_secs(1);

/// Clears a terminal with what was scrolled out of it, and goes to its upper left.
const CLEAR: &str = "\u{1b}[2J\u{1b}[3J\u{1b}[H";

enum Message {
    /// Something happened below the folder.
    Touched,
    /// Ctrl-C.
    Stop,
}

/// Runs `check` now and after each change of the bundle at `path`, until Ctrl-C.
pub(super) fn run(
    path: &Path,
    console: &mut Console<'_>,
    mut check: impl FnMut(&mut Console<'_>) -> anyhow::Result<Exit>,
) -> anyhow::Result<Exit> {
    let (sender, messages) = mpsc::channel();
    let touched = sender.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // What went wrong with the watching is found by the look every second.
        if event.is_ok_and(|event| changes(event.kind)) {
            let _ = touched.send(Message::Touched);
        }
    })
    .context("the files cannot be watched")?;
    let (folder, mode) = if path.is_dir() {
        (path.to_owned(), RecursiveMode::Recursive)
    } else {
        (bundle::folder(path), RecursiveMode::NonRecursive)
    };
    watcher
        .watch(&folder, mode)
        .with_context(|| format!("{} cannot be watched", folder.display()))?;
    stop_on_interrupt(sender);
    // What cannot be read at the start is a wrong argument; later it is an edit that is not finished.
    let mut seen = Some(bundle::fingerprint(path)?);
    let mut shared = BTreeSet::new();
    watch_shared(path, &mut watcher, &mut shared);
    check(console)?;
    loop {
        if console.format == Format::Human {
            writeln!(console.err, "\nwatching {}; Ctrl-C ends", path.display())?;
        }
        console.flush()?;
        if next_change(path, &messages, &mut seen).is_none() {
            return Ok(Exit::Done);
        }
        watch_shared(path, &mut watcher, &mut shared);
        if console.terminal.out && console.format == Format::Human {
            write!(console.out, "{CLEAR}")?;
        }
        match check(console) {
            Err(error) if !super::super::console::is_closed_pipe(&error) => console.error(&error),
            result => {
                result?;
            }
        }
    }
}

/// Has the folders watched that the bundle shares with others, `known` being those that are. What cannot be watched is
/// found by the look every second.
fn watch_shared(path: &Path, watcher: &mut impl Watcher, known: &mut BTreeSet<PathBuf>) {
    let wanted = bundle::shared_folders(path).unwrap_or_default();
    for folder in wanted.difference(known) {
        let _ = watcher.watch(folder, RecursiveMode::Recursive);
    }
    *known = wanted;
}

/// Whether an event can mean that a file is another one than before. Reading a file is an event as well, and ours.
fn changes(kind: EventKind) -> bool {
    let is_written = kind == EventKind::Access(AccessKind::Close(AccessMode::Write));
    is_written || !matches!(kind, EventKind::Access(_))
}

/// Waits until the bundle is another one than `seen`; `None` after Ctrl-C. What cannot be read just now is nothing.
fn next_change(
    path: &Path,
    messages: &Receiver<Message>,
    seen: &mut Option<bundle::Fingerprint>,
) -> Option<()> {
    loop {
        match messages.recv_timeout(LOOK) {
            Ok(Message::Touched) => settle(messages)?,
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
        }
        let now = bundle::fingerprint(path).ok();
        if now != *seen {
            *seen = now;
            return Some(());
        }
    }
}

/// Waits until a save is over; `None` after Ctrl-C.
fn settle(messages: &Receiver<Message>) -> Option<()> {
    let begin = Clock::System.now();
    while Clock::System.now().0.saturating_sub(begin.0) < AT_MOST_MILLIS {
        match messages.recv_timeout(QUIET) {
            Ok(Message::Touched) => {}
            Err(RecvTimeoutError::Timeout) => return Some(()),
            Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    Some(())
}

/// Ctrl-C ends the watching in order, with exit code 0: it is how one ends it. Where signals cannot be had, it ends
/// the program as it ends every other.
fn stop_on_interrupt(sender: Sender<Message>) {
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(tokio::signal::ctrl_c()).is_ok()
        {
            let _ = sender.send(Message::Stop);
        }
    });
}
