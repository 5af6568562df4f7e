//! A child process that speaks JSON-RPC, one message to a line.
//!
//! Lines are written by a task of their own: a writer that gave up in the middle of a line would spoil the next one.
//! The process gets the environment that it is given and nothing of Wicket's. What it says on its standard error goes to
//! the log, without the values of its environment.

use std::collections::{BTreeMap, HashMap};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::AbortHandle;
use wicket_lang::json::Object;
use zeroize::Zeroizing;

use super::super::error::{ErrorKind, UpstreamError};
use super::super::protocol::{self, Answer, Incoming};

/// What is started.
#[derive(Clone)]
pub(in super::super) struct Program {
    /// The connector's name, for the log.
    pub(in super::super) service: String,
    pub(in super::super) executable: String,
    pub(in super::super) arguments: Vec<String>,
    pub(in super::super) environment: BTreeMap<String, Zeroizing<String>>,
    /// The longest line that is taken from it.
    pub(in super::super) line_limit: usize,
}

impl std::fmt::Debug for Program {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Program").field(&self.executable).finish()
    }
}

/// Lines that wait to be written. A program that reads slower than this holds its callers up.
const QUEUE: usize = 64;
/// The longest line of a program's standard error that is logged.
const LOG_LINE: usize = 4096;
/// How long a program may take to end by itself.
const END_LIMIT: Duration = Duration::from_secs(2);

/// A running process. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    lines: mpsc::Sender<Line>,
    waiting: Arc<Waiting>,
    next_id: AtomicU64,
    ended: watch::Receiver<bool>,
    tasks: [AbortHandle; 3],
}

#[derive(Debug)]
enum Line {
    Message(String),
    End,
}

/// Who waits for which answer; `None` once no answer can come any more.
#[derive(Debug)]
struct Waiting(Mutex<Option<HashMap<u64, oneshot::Sender<Answer>>>>);

impl Process {
    pub(super) fn start(program: &Program) -> Result<Arc<Process>, ErrorKind> {
        let service = program.service.clone();
        let mut child = command(program).spawn().map_err(|error| {
            tracing::error!(service, %error, "the program of a connector cannot be started");
            ErrorKind::Unreachable
        })?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(ErrorKind::Unreachable);
        };
        let (lines, queue) = mpsc::channel(QUEUE);
        let (end, ended) = watch::channel(false);
        let waiting = Arc::new(Waiting(Mutex::new(Some(HashMap::new()))));
        let writer = tokio::spawn(write_lines(stdin, queue));
        let secrets = program
            .environment
            .values()
            .filter(|value| value.len() >= 8)
            .cloned()
            .collect();
        let errors = tokio::spawn(log_errors(stderr, service.clone(), secrets));
        let reader = Reader {
            service,
            waiting: Arc::clone(&waiting),
            lines: lines.clone(),
            limit: program.line_limit,
        };
        let reader = tokio::spawn(reader.run(stdout, child, end));
        Ok(Arc::new(Process {
            lines,
            waiting,
            next_id: AtomicU64::new(1),
            ended,
            tasks: [
                writer.abort_handle(),
                errors.abort_handle(),
                reader.abort_handle(),
            ],
        }))
    }

    pub(super) fn is_alive(&self) -> bool {
        !*self.ended.borrow() && self.waiting.is_open()
    }

    pub(super) async fn request(
        &self,
        method: &str,
        params: Object,
        sent: &AtomicBool,
    ) -> Result<Answer, UpstreamError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let gone = UpstreamError::before(ErrorKind::Unreachable);
        let place = self.lines.reserve().await.map_err(|_| gone)?;
        let answer = self.waiting.register(id).ok_or(gone)?;
        let _cancellation = Cancellation {
            process: self,
            id,
            is_handshake: method == "initialize",
        };
        sent.store(true, Ordering::SeqCst);
        place.send(Line::Message(protocol::request(id, method, params)));
        answer
            .await
            .map_err(|_| UpstreamError::after(ErrorKind::ClosedEarly))
    }

    pub(super) async fn notify(&self, message: String) -> Result<(), ErrorKind> {
        self.lines
            .send(Line::Message(message))
            .await
            .map_err(|_| ErrorKind::ClosedEarly)
    }

    pub(super) async fn close(&self) {
        let mut ended = self.ended.clone();
        let end = async {
            self.lines.send(Line::End).await.ok();
            ended.wait_for(|ended| *ended).await.ok();
        };
        let _ = tokio::time::timeout(END_LIMIT, end).await;
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The reader owns the child, which is killed when it is dropped.
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Waiting {
    fn register(&self, id: u64) -> Option<oneshot::Receiver<Answer>> {
        let (sender, receiver) = oneshot::channel();
        self.lock().as_mut()?.insert(id, sender);
        Some(receiver)
    }

    fn take(&self, id: u64) -> Option<oneshot::Sender<Answer>> {
        self.lock().as_mut()?.remove(&id)
    }

    fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    /// Everybody who waits learns that no answer comes.
    fn close(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<HashMap<u64, oneshot::Sender<Answer>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the program to stop when the one who waits for an answer goes away before it came.
struct Cancellation<'a> {
    process: &'a Process,
    id: u64,
    is_handshake: bool,
}

impl Drop for Cancellation<'_> {
    fn drop(&mut self) {
        if self.process.waiting.take(self.id).is_some() && !self.is_handshake {
            // A full queue has no place for a courtesy.
            let _ = self
                .process
                .lines
                .try_send(Line::Message(protocol::cancellation(self.id)));
        }
    }
}

fn command(program: &Program) -> Command {
    let mut command = Command::new(&program.executable);
    command
        .args(&program.arguments)
        .env_clear()
        .envs(
            program
                .environment
                .iter()
                .map(|(name, value)| (name, value.as_str())),
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    // Ctrl-C at the terminal is for Wicket, which drains its calls before it ends the program.
    #[cfg(unix)]
    command.process_group(0);
    command
}

async fn write_lines(mut stdin: ChildStdin, mut queue: mpsc::Receiver<Line>) {
    while let Some(Line::Message(mut line)) = queue.recv().await {
        // INVARIANT: the JSON writer escapes line feeds, so a message is one line.
        line.push('\n');
        if stdin.write_all(line.as_bytes()).await.is_err() || stdin.flush().await.is_err() {
            return;
        }
    }
}

struct Reader {
    service: String,
    waiting: Arc<Waiting>,
    lines: mpsc::Sender<Line>,
    limit: usize,
}

impl Reader {
    async fn run(self, stdout: impl AsyncRead + Unpin, mut child: Child, end: watch::Sender<bool>) {
        let mut lines = Lines::new(stdout, self.limit);
        while let Some(line) = lines.next().await {
            self.take(&line);
        }
        self.waiting.close();
        // It said its last word, or one that was too long; either way it is of no more use.
        let status = if let Ok(status) = tokio::time::timeout(END_LIMIT, child.wait()).await {
            status.ok()
        } else {
            child.kill().await.ok();
            None
        };
        tracing::warn!(service = self.service, status = ?status, "the program of a connector has ended");
        end.send_replace(true);
    }

    fn take(&self, line: &[u8]) {
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        match Incoming::read(line, self.limit) {
            Ok(Incoming::Answer(Some(id), answer)) => {
                if let Some(waiting) = self.waiting.take(id) {
                    waiting.send(answer).ok();
                }
            }
            Ok(Incoming::Request(id, method)) => {
                self.lines
                    .try_send(Line::Message(protocol::answer_to(id, &method)))
                    .ok();
            }
            Ok(Incoming::Answer(None, _) | Incoming::Notification) => {}
            // Some programs print banners on the wrong stream. Whoever waits for an answer runs out of time.
            Err(_) => tracing::warn!(
                service = self.service,
                bytes = line.len(),
                "a program said what is no message"
            ),
        }
    }
}

async fn log_errors(stderr: impl AsyncRead + Unpin, service: String, secrets: Vec<Zeroizing<String>>) {
    let mut lines = Lines::new(stderr, LOG_LINE);
    lines.cut_long = true;
    while let Some(line) = lines.next().await {
        // Half of a secret at the edge of a piece would not be recognised, so pieces are not logged.
        let text = match line.len() {
            ..=LOG_LINE => redacted(&String::from_utf8_lossy(&line), &secrets),
            _ => "(a long line)".to_owned(),
        };
        tracing::info!(service, stderr = text, "a program said on its standard error");
    }
}

fn redacted(line: &str, secrets: &[Zeroizing<String>]) -> String {
    secrets.iter().fold(line.to_owned(), |line, secret| {
        line.replace(secret.as_str(), "[redacted]")
    })
}

/// Splits a stream into lines.
struct Lines<R> {
    stream: R,
    buffer: Vec<u8>,
    /// How much of the buffer has been searched for a line feed already.
    searched: usize,
    limit: usize,
    /// Whether a long line is given out in pieces; otherwise it ends the stream.
    cut_long: bool,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    fn new(stream: R, limit: usize) -> Lines<R> {
        Lines {
            stream,
            buffer: Vec::new(),
            searched: 0,
            limit,
            cut_long: false,
        }
    }

    async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let fresh = self.buffer.get(self.searched..).unwrap_or_default();
            if let Some(place) = fresh.iter().position(|byte| *byte == b'\n') {
                let rest = self.buffer.split_off(self.searched + place + 1);
                let mut line = std::mem::replace(&mut self.buffer, rest);
                line.pop();
                self.searched = 0;
                return Some(line);
            }
            self.searched = self.buffer.len();
            if self.buffer.len() > self.limit {
                self.searched = 0;
                return self.cut_long.then(|| std::mem::take(&mut self.buffer));
            }
            let read = self.stream.read_buf(&mut self.buffer).await;
            if !matches!(read, Ok(1..)) {
                self.searched = 0;
                return (!self.buffer.is_empty()).then(|| std::mem::take(&mut self.buffer));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn lines(text: &[u8], limit: usize, cut_long: bool) -> Vec<String> {
        let mut lines = Lines::new(text, limit);
        lines.cut_long = cut_long;
        let mut all = Vec::new();
        while let Some(line) = lines.next().await {
            all.push(String::from_utf8_lossy(&line).into_owned());
        }
        all
    }

    #[tokio::test]
    async fn a_stream_falls_into_lines() {
        assert_eq!(lines(b"a\n\nbc\nd", 10, false).await, ["a", "", "bc", "d"]);
        assert_eq!(lines(b"", 10, false).await, Vec::<String>::new());
        assert_eq!(lines(b"0123456789", 5, false).await, Vec::<String>::new());
        assert_eq!(lines(b"0123456789", 5, true).await, ["0123456789"]);
    }

    #[test]
    fn secrets_are_not_logged() {
        let secrets = [Zeroizing::new("canary-1".to_owned())];
        assert_eq!(redacted("token=canary-1!", &secrets), "token=[redacted]!");
    }
}
