//! `wicket check [PATH]`: everything that is wrong with a bundle, and its tests.

mod fix;
mod machine;
mod watch;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;
use wicket_lang::bytecode::disassemble;
use wicket_lang::diagnostic::Severity;
use wicket_lang::ir::print_bundle;
use wicket_lang::syntax::lexer::lex;
use wicket_lang::syntax::{print_ast, print_tokens};
use wicket_lang::value::Instant;

use super::coverage;
use super::report::{Report, human};
use super::subject::{Examined, Subject, default_path, load_artifact};
use super::{Console, Exit, Form, Format};
use crate::clock::Clock;

const EXAMPLES: &str = "Examples:\n  \
    wicket check                          the policies that wicket.toml names, or else this folder\n  \
    wicket check policies                 a folder is one bundle of all .wkt files below it\n  \
    wicket check policies/agent.wkt       one file, as a bundle of its own\n  \
    wicket check --deny warnings          a warning fails, too\n  \
    wicket check --watch                  check again after every save\n  \
    wicket check --fix                    make the edits that are safe, and check again\n  \
    wicket check --at 2027-06-01          what will have expired by then, and what soon after\n  \
    wicket check --against in-force.wkb   which schedules newer zone data moves\n  \
    wicket check --format json            for a program: diagnostics and tests\n  \
    wicket check --coverage --coverage-min 90   what the tests have seen; less fails\n  \
    wicket check --format github          annotations on a pull request; sarif and junit for other tools\n  \
    wicket check policies --emit asm      what the machine runs for each tool";

/// Check policies: names, types, rules, and their tests.
///
/// Parses, checks and compiles a bundle and runs its tests on the machine. Exit code 0: nothing is wrong. 1: an
/// error, a failed test, or less coverage than is wanted. 2: the files could not be read.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// A folder or a file; without it, `policies` of the wicket.toml in this folder, or else this folder.
    path: Option<PathBuf>,
    /// Let these fail the check as an error does.
    #[arg(long, value_enum, value_name = "WHAT")]
    deny: Option<Deny>,
    /// Show notes, too.
    #[arg(long)]
    notes: bool,
    /// Print what the sources become at this stage; what was found then goes to the error stream.
    #[arg(long, value_enum, value_name = "STAGE")]
    emit: Option<Stage>,
    /// Make the edits that are safe: those that change no decision, or mend what can be meant in one way only.
    #[arg(long, conflicts_with = "emit")]
    fix: bool,
    /// Show what the tests have seen: rules that matched and that did not, tests that were true, false and unknown,
    /// schedules inside and outside. `json` and `lcov` print that alone; what was found goes to the error stream.
    #[arg(long, value_enum, value_name = "FORM", num_args = 0..=1, require_equals = true,
        default_missing_value = "text", conflicts_with = "emit")]
    coverage: Option<coverage::Form>,
    /// Fail where the tests have seen less than this part of all that they can see, in percent.
    #[arg(long, value_name = "PERCENT", value_parser = coverage::parse_minimum, conflicts_with = "emit")]
    coverage_min: Option<f64>,
    /// Look at the bundle as of this day or instant: tell what has expired by then, and what will within 30 days.
    /// Without it: today.
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    at: Option<Instant>,
    /// Hold the zone data that is compiled in against that of this artifact, say the one in force, and tell which
    /// schedules the newer one moves.
    #[arg(long, value_name = "ARTIFACT")]
    against: Option<PathBuf>,
    /// Check again whenever a file is saved, until Ctrl-C, which ends with exit code 0.
    #[arg(long, conflicts_with = "fix")]
    watch: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The pieces that the text is cut into.
    Tokens,
    /// The tree of what is written.
    Ast,
    /// The tree of what is meant: names resolved, types checked, one condition for each rule and tool.
    Ir,
    /// The programs of the machine.
    Asm,
}

#[derive(Serialize)]
struct Emitted<'a> {
    #[serde(flatten)]
    report: Report,
    emit: &'a str,
}

/// An instant, or the first one of a day.
fn instant(text: &str) -> Result<Instant, String> {
    let of_day = || Instant::parse(&format!("{text}T00:00:00Z"));
    let read = Instant::parse(text).or_else(|_| of_day());
    read.map_err(|_| {
        "write a day, as in 2027-06-01, or an instant with its offset, as in 2027-06-01T09:00:00Z".to_owned()
    })
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    if !arguments.watch {
        return once(arguments, arguments.path.as_deref(), console);
    }
    let path = match &arguments.path {
        Some(path) => path.clone(),
        None => default_path()?,
    };
    watch::run(&path, console, |console| once(arguments, Some(&path), console))
}

fn once(arguments: &Arguments, path: Option<&Path>, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let working = console.working("reading the policies");
    let at = arguments.at.unwrap_or_else(|| Clock::System.now());
    let mut examined = Subject::read(path)?.examine(at, &working)?;
    if let Some(path) = &arguments.against {
        examined.hold_against(&load_artifact(path)?);
    }
    let mut fixed = None;
    if arguments.fix {
        let (after, done) = fix::make(examined, &working)?;
        examined = after;
        fixed = Some(done);
    }
    let warns = arguments.deny == Some(Deny::Warnings) && examined.count(Severity::Warning) > 0;
    if arguments.coverage.is_some() || arguments.coverage_min.is_some() {
        working.says(|| "running the tests again, watched".to_owned());
        examined.cover();
    }
    drop(working);
    let shortfall = coverage::shortfall(&examined, arguments.coverage_min);
    let ok = examined.is_clean() && !warns && shortfall.is_none();
    let mut report = Report::of(&examined, ok);
    let told = fixed.as_ref().map(fix::told).unwrap_or_default();
    report.fixed = fixed;
    if let Some(coverage) = &examined.coverage {
        let sources = &examined.subject.shown;
        report.coverage = Some(coverage::Report::of(coverage, sources, arguments.coverage_min));
    }
    match (arguments.emit, arguments.coverage) {
        (Some(stage), _) => print_stage(stage, &examined, report, arguments.notes, console)?,
        (None, Some(form @ (coverage::Form::Json | coverage::Form::Lcov))) => {
            let text = match form {
                coverage::Form::Lcov => coverage::lcov(&examined),
                coverage::Form::Json | coverage::Form::Text => {
                    coverage::json(&examined, arguments.coverage_min)?
                }
            };
            write!(console.err, "{}{told}", human(&examined, arguments.notes))?;
            write!(console.out, "{}", text.unwrap_or_default())?;
        }
        (None, form) => {
            let text = match console.form {
                Form::Human | Form::Json => {
                    let seen = form.map(|_| coverage::text(&examined)).unwrap_or_default();
                    human(&examined, arguments.notes) + &told + &seen
                }
                Form::Sarif => machine::sarif(&examined),
                Form::Junit => machine::junit(&examined),
                Form::Github => machine::github(&examined, arguments.notes),
            };
            console.result(&report, &text)?;
        }
    }
    if let Some(shortfall) = shortfall {
        // A program finds it in the report.
        if console.format == Format::Human {
            writeln!(console.err, "{shortfall}")?;
        }
    }
    Ok(if ok { Exit::Done } else { Exit::Findings })
}

fn print_stage(
    stage: Stage,
    examined: &Examined,
    report: Report,
    with_notes: bool,
    console: &mut Console<'_>,
) -> anyhow::Result<()> {
    let text = emit(stage, examined);
    match console.format {
        Format::Human => {
            write!(console.err, "{}", human(examined, with_notes))?;
            // Errors keep a bundle from the later stages, and have just been told.
            write!(console.out, "{}", text.unwrap_or_default())?;
        }
        Format::Json => {
            let emit = text.as_deref().unwrap_or_default();
            console.result(&Emitted { report, emit }, "")?;
        }
    }
    Ok(())
}

/// The text of a stage; `None` where errors keep the bundle from it.
fn emit(stage: Stage, examined: &Examined) -> Option<String> {
    match stage {
        Stage::Tokens => Some(by_file(examined, |_, text| {
            print_tokens(&lex(wicket_lang::source::FileId(0), text), text)
        })),
        Stage::Ast => Some(by_file(examined, |id, _| {
            examined
                .analysis
                .files
                .get(&id)
                .map(print_ast)
                .unwrap_or_default()
        })),
        Stage::Ir => {
            let built = examined.built.as_ref()?;
            Some(print_bundle(&built.artifact.bundle))
        }
        Stage::Asm => {
            let artifact = &examined.built.as_ref()?.artifact;
            Some(disassemble(&artifact.programs, &artifact.bundle))
        }
    }
}

/// What each file becomes; where there are several, under its name.
fn by_file(examined: &Examined, show: impl Fn(wicket_lang::source::FileId, &str) -> String) -> String {
    let sources = &examined.subject.shown;
    let several = sources.iter().count() > 1;
    let mut out = String::new();
    for (id, file) in sources.iter() {
        if several {
            out.push_str("// ");
            out.push_str(&file.name);
            out.push('\n');
        }
        out.push_str(&show(id, &file.text));
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}
