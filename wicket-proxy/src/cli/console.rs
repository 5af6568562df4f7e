//! What a command reads from and writes to.

use std::io::{Read, Write};

use anstyle::{AnsiColor, Style};
use clap::ValueEnum;
use serde::Serialize;

use super::working::Working;

/// Who reads the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for a person.
    Human,
    /// One JSON document for a program.
    Json,
}

/// The forms of `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Text for a person.
    #[value(alias = "text")]
    Human,
    /// One JSON document for a program.
    Json,
    /// SARIF 2.1.0, for code scanning (`wicket check`).
    Sarif,
    /// JUnit XML, for test reports (`wicket check`).
    Junit,
    /// Annotations on the lines of a pull request of GitHub (`wicket check`).
    Github,
}

impl Form {
    /// Who reads it; the forms for other tools leave what is said beside them to a person.
    pub(super) fn format(self) -> Format {
        match self {
            Self::Json => Format::Json,
            Self::Human | Self::Sarif | Self::Junit | Self::Github => Format::Human,
        }
    }

    /// Whether `wicket check` alone writes it.
    pub(super) fn is_of_check(self) -> bool {
        match self {
            Self::Human | Self::Json => false,
            Self::Sarif | Self::Junit | Self::Github => true,
        }
    }
}

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// Which streams a person looks at right now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Terminal {
    pub out: bool,
    pub err: bool,
    /// Whether `err` is one that can rub out a line that it shows.
    pub rubs_out: bool,
}

/// The streams of one command, and the form of its result.
///
/// The result goes to `out`, in the form that was asked for; what is said about the work goes to `err`.
pub struct Console<'a> {
    pub format: Format,
    pub form: Form,
    pub terminal: Terminal,
    pub input: &'a mut dyn Read,
    pub out: &'a mut dyn Write,
    pub err: &'a mut dyn Write,
}

impl std::fmt::Debug for Console<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Console")
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

impl<'a> Console<'a> {
    pub fn new(
        form: Form,
        terminal: Terminal,
        input: &'a mut dyn Read,
        out: &'a mut dyn Write,
        err: &'a mut dyn Write,
    ) -> Self {
        Self {
            format: form.format(),
            form,
            terminal,
            input,
            out,
            err,
        }
    }

    /// Prints the result: `human` for a person, `value` for a program.
    pub fn result<T: Serialize>(&mut self, value: &T, human: &str) -> anyhow::Result<()> {
        match self.format {
            Format::Human => write!(self.out, "{human}")?,
            Format::Json => {
                serde_json::to_writer_pretty(&mut *self.out, value)?;
                writeln!(self.out)?;
            }
        }
        Ok(())
    }

    /// Says what is being done, until the answer is dropped, to a person who waits at the terminal.
    pub(super) fn working(&self, doing: &str) -> Working {
        if self.terminal.rubs_out {
            Working::on_terminal(doing)
        } else {
            Working::unseen()
        }
    }

    /// Says why the command could not run. A program finds it where it looks for the result.
    pub(super) fn error(&mut self, error: &anyhow::Error) {
        let text = format!("{error:#}");
        // Nobody is left to tell when the stream is closed.
        let _ = match self.format {
            Format::Human => writeln!(self.err, "{ERROR}error{ERROR:#}: {text}"),
            Format::Json => writeln!(self.out, "{}", serde_json::json!({ "error": text })),
        };
    }

    pub(super) fn flush(&mut self) -> anyhow::Result<()> {
        self.out.flush()?;
        self.err.flush()?;
        Ok(())
    }
}

/// Whether the reader of our output went away, which is no failure of ours.
pub(super) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(std::io::ErrorKind::BrokenPipe)
    })
}
