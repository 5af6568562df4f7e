//! A line that says what a command is doing, shown once it takes long, and only to a person at a terminal.
//!
//! Results and errors never stand on this line: it is rubbed out before anything else is said.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is done before this has passed needs no line.
const PATIENCE: Duration = Duration::from_millis(600);

/// How often the seconds on the line move.
const BEAT: Duration = Duration::from_millis(200);

/// To the start of the line, and nothing more on it.
const RUB_OUT: &str = "\r\x1b[2K";

/// The line, until it is dropped.
#[derive(Debug)]
pub(super) struct Working {
    line: Option<(Arc<Line>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Line {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    doing: String,
    is_done: bool,
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Working {
    /// Shows nothing: nobody looks.
    pub(super) fn unseen() -> Self {
        Self { line: None }
    }

    /// On the error stream.
    pub(super) fn on_terminal(doing: &str) -> Self {
        Self::on(std::io::stderr(), doing, PATIENCE)
    }

    fn on(mut terminal: impl Write + Send + 'static, doing: &str, patience: Duration) -> Self {
        let line = Arc::new(Line {
            state: Mutex::new(State {
                doing: doing.to_owned(),
                is_done: false,
            }),
            changed: Condvar::new(),
        });
        let shown = Arc::clone(&line);
        let thread = std::thread::Builder::new()
            .name("working".to_owned())
            .spawn(move || show(&shown, &mut terminal, patience));
        // Without a thread there is no line, and the work goes on.
        Self {
            line: thread.ok().map(|thread| (line, thread)),
        }
    }

    /// What is done from now on: a few words, such as `running 40 tests`.
    pub(super) fn says(&self, doing: impl FnOnce() -> String) {
        if let Some((line, _)) = &self.line {
            line.state().doing = doing();
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some((line, thread)) = self.line.take() {
            line.state().is_done = true;
            line.changed.notify_one();
            // A line that could not be shown is no reason to fail.
            let _ = thread.join();
        }
    }
}

fn show(line: &Line, terminal: &mut impl Write, patience: Duration) {
    let mut wait = patience;
    let mut passed = Duration::ZERO;
    let mut is_shown = false;
    let mut state = line.state();
    loop {
        state = line
            .changed
            .wait_timeout_while(state, wait, |state| !state.is_done)
            .unwrap_or_else(PoisonError::into_inner)
            .0;
        if state.is_done {
            break;
        }
        passed += wait;
        let text = format!("{RUB_OUT}{} … {} s", state.doing, passed.as_secs());
        is_shown = write_through(terminal, &text) || is_shown;
        wait = BEAT;
    }
    if is_shown {
        write_through(terminal, RUB_OUT);
    }
}

fn write_through(terminal: &mut impl Write, text: &str) -> bool {
    terminal.write_all(text.as_bytes()).is_ok() && terminal.flush().is_ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn short_work_shows_nothing() {
        let screen = Screen::default();
        drop(Working::on(screen.clone(), "checking", Duration::from_mins(1)));
        assert_eq!(screen.text(), "");
    }

    #[test]
    fn long_work_shows_what_is_done_and_is_rubbed_out() {
        let screen = Screen::default();
        let working = Working::on(screen.clone(), "checking", Duration::ZERO);
        while !screen.text().contains("checking … 0 s") {
            std::thread::yield_now();
        }
        working.says(|| "running 2 tests".to_owned());
        while !screen.text().contains("running 2 tests … ") {
            std::thread::yield_now();
        }
        drop(working);
        let text = screen.text();
        assert!(text.starts_with(RUB_OUT) && text.ends_with(RUB_OUT), "{text:?}");
    }
}
