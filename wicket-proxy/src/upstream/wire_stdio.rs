//! One connection to an upstream that is a program: a child process that reads and writes lines.
//!
//! A dead program is started again for the next call; the call that saw it die is not repeated. Starting goes on when
//! the call that asked for it has run out of time, so that a slow program comes up at last. How the program speaks is
//! found out on a process of its own, because some older ones exit when they are asked.

use std::sync::Arc;
use std::sync::Mutex as StdMutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::Mutex;
use wicket_lang::json::Object;

use self::process::{Process, Program};
use super::connector::EraChoice;
use super::error::{ErrorKind, UpstreamError};
use super::protocol::{self, Answer, Outgoing, Reply, Speech};

mod process;

pub(super) use process::Program as StdioProgram;

/// How long a program is given to say how it speaks. Silence is an answer.
const PROBE_LIMIT: Duration = Duration::from_secs(10);
/// How long it is given for the handshake.
const START_LIMIT: Duration = Duration::from_mins(1);
/// The longest pause before a program that keeps dying is started again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A program, and its process while it runs.
#[derive(Debug)]
pub(super) struct StdioWire {
    program: Program,
    choice: EraChoice,
    running: Mutex<Option<Running>>,
    /// How it was found to speak.
    speech: StdMutex<Option<Speech>>,
    /// Starts since the last answer.
    starts: AtomicU32,
}

#[derive(Debug, Clone)]
struct Running {
    process: Arc<Process>,
    speech: Speech,
}

impl StdioWire {
    pub(super) fn new(program: Program, choice: EraChoice) -> Arc<StdioWire> {
        Arc::new(StdioWire {
            program,
            choice,
            running: Mutex::new(None),
            speech: StdMutex::new(None),
            starts: AtomicU32::new(0),
        })
    }

    /// Sends a request and waits for its answer. `sent` is set before the first byte of it may leave.
    pub(super) async fn exchange(
        self: &Arc<StdioWire>,
        outgoing: &Outgoing<'_>,
        sent: &AtomicBool,
    ) -> Result<Reply, UpstreamError> {
        let wire = Arc::clone(self);
        let running = tokio::spawn(async move { wire.running().await })
            .await
            .unwrap_or(Err(ErrorKind::Unreachable))
            .map_err(UpstreamError::before)?;
        let params = protocol::with_meta(outgoing.params.clone(), outgoing.trace, running.speech);
        let answer = running.process.request(outgoing.method, params, sent).await?;
        self.starts.store(0, Ordering::Relaxed);
        Ok(Reply { answer, status: None })
    }

    /// Ends the program: its input is closed, and after a moment it is killed.
    pub(super) async fn close(&self) {
        if let Some(running) = self.running.lock().await.take() {
            running.process.close().await;
        }
    }

    async fn running(&self) -> Result<Running, ErrorKind> {
        let mut slot = self.running.lock().await;
        if let Some(running) = slot.as_ref().filter(|running| running.process.is_alive()) {
            return Ok(running.clone());
        }
        // The old process is gone before the new one starts: two would fight for the same files.
        *slot = None;
        let starts = self.starts.fetch_add(1, Ordering::Relaxed);
        if starts > 0 {
            tokio::time::sleep(Duration::from_millis(100 << starts.min(10)).min(LONGEST_PAUSE)).await;
        }
        let running = self.start().await?;
        *slot = Some(running.clone());
        Ok(running)
    }

    async fn start(&self) -> Result<Running, ErrorKind> {
        let known = *self.speech.lock().unwrap_or_else(PoisonError::into_inner);
        let speech = match (self.choice, known) {
            (EraChoice::Modern, _) => Speech::Modern,
            (EraChoice::Legacy, _) => Speech::Legacy,
            (EraChoice::Auto, Some(known)) => known,
            (EraChoice::Auto, None) => {
                let process = Process::start(&self.program)?;
                if is_modern(&process).await {
                    self.remember(Some(Speech::Modern));
                    return Ok(Running {
                        process,
                        speech: Speech::Modern,
                    });
                }
                Speech::Legacy
            }
        };
        let process = Process::start(&self.program)?;
        if speech == Speech::Legacy
            && let Err(kind) = shake_hands(&process).await
        {
            self.remember(None);
            return Err(kind);
        }
        self.remember(Some(speech));
        Ok(Running { process, speech })
    }

    fn remember(&self, speech: Option<Speech>) {
        *self.speech.lock().unwrap_or_else(PoisonError::into_inner) = speech;
    }
}

async fn is_modern(process: &Process) -> bool {
    let params = protocol::with_meta(Object::new(), &Object::new(), Speech::Modern);
    let not_sent = AtomicBool::new(false);
    let request = process.request("server/discover", params, &not_sent);
    match tokio::time::timeout(PROBE_LIMIT, request).await {
        Ok(Ok(answer)) => protocol::judge_probe(&Reply { answer, status: None }) == Speech::Modern,
        Ok(Err(_)) | Err(_) => false,
    }
}

async fn shake_hands(process: &Process) -> Result<(), ErrorKind> {
    let not_sent = AtomicBool::new(false);
    let request = process.request("initialize", protocol::initialize_params(), &not_sent);
    let answer = match tokio::time::timeout(START_LIMIT, request).await {
        Ok(answer) => answer.map_err(|error| error.kind)?,
        Err(_) => return Err(ErrorKind::TimedOut),
    };
    match answer {
        Answer::Result(result) if protocol::agreed_version(&result).is_some() => {}
        Answer::Result(_) | Answer::Error(_) => return Err(ErrorKind::Garbage),
    }
    process
        .notify(protocol::notification("notifications/initialized", Object::new()))
        .await
}

#[cfg(test)]
mod tests;
