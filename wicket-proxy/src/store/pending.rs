//! A job of the writer, and the answer that its caller waits for.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use super::error::{Failure, StoreError};
use super::writer::Group;

/// Something for the writer to do.
pub(super) trait Job: Send {
    /// Stages the work. An error fails the whole group; the refusal of this job alone is kept for [`Job::settle`].
    fn run(&mut self, group: &mut Group<'_>) -> Result<(), rusqlite::Error>;
    /// Answers, once the fate of the transaction is known.
    fn settle(self: Box<Self>, fate: &Result<(), StoreError>);
}

struct Task<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

/// Makes `work` a job, with the answer to wait for.
pub(super) fn task<T, F>(work: F) -> (Box<dyn Job>, Pending<T>)
where
    T: Send + 'static,
    F: FnOnce(&mut Group<'_>) -> Result<T, Failure> + Send + 'static,
{
    let (reply, receiver) = oneshot::channel();
    let task = Task {
        work: Some(work),
        result: None,
        reply,
    };
    (Box::new(task), Pending(receiver))
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: FnOnce(&mut Group<'_>) -> Result<T, Failure> + Send,
{
    fn run(&mut self, group: &mut Group<'_>) -> Result<(), rusqlite::Error> {
        let Some(work) = self.work.take() else {
            return Ok(());
        };
        self.result = match work(group) {
            Ok(value) => Some(Ok(value)),
            Err(Failure::Refused(error)) => Some(Err(error)),
            Err(Failure::Database(error)) => return Err(error),
        };
        Ok(())
    }

    fn settle(self: Box<Self>, fate: &Result<(), StoreError>) {
        let answer = match (fate, self.result) {
            (Err(error), _) => Err(error.clone()),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Closed),
        };
        // Nobody may be waiting any more; what was written stays written.
        drop(self.reply.send(answer));
    }
}

/// The answer to a job of the writer. It comes after the commit.
///
/// Dropping it does not undo the job.
#[must_use = "a job's result says whether it was written"]
pub struct Pending<T>(oneshot::Receiver<Result<T, StoreError>>);

impl<T> Pending<T> {
    /// An answer that needs no writer.
    pub(super) fn ready(result: Result<T, StoreError>) -> Self {
        let (reply, receiver) = oneshot::channel();
        drop(reply.send(result));
        Self(receiver)
    }

    /// Waits for the answer on this thread. Not for use inside an async runtime: there, `.await`.
    pub fn wait(self) -> Result<T, StoreError> {
        self.0.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // The sender is dropped without an answer only where the writer ended before it took the job.
        Pin::new(&mut self.0)
            .poll(context)
            .map(|answer| answer.unwrap_or(Err(StoreError::Closed)))
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pending")
    }
}
