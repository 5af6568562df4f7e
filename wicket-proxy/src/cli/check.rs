//! `wicket check [PATH]`: everything that is wrong with a bundle, and its tests.

mod fix;
mod machine;

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;
use wicket_lang::bytecode::disassemble;
use wicket_lang::diagnostic::Severity;
use wicket_lang::ir::print_bundle;
use wicket_lang::syntax::lexer::lex;
use wicket_lang::syntax::{print_ast, print_tokens};

use super::report::{Report, human};
use super::subject::{Examined, Subject};
use super::{Console, Exit, Form, Format};

const EXAMPLES: &str = "Examples:\n  \
    wicket check                          the policies that wicket.toml names, or else this folder\n  \
    wicket check policies                 a folder is one bundle of all .wkt files below it\n  \
    wicket check policies/agent.wkt       one file, as a bundle of its own\n  \
    wicket check --deny warnings          a warning fails, too\n  \
    wicket check --fix                    make the edits that are safe, and check again\n  \
    wicket check --format json            for a program: diagnostics and tests\n  \
    wicket check --format github          annotations on a pull request; sarif and junit for other tools\n  \
    wicket check policies --emit asm      what the machine runs for each tool";

/// Check policies: names, types, rules, and their tests.
///
/// Parses, checks and compiles a bundle and runs its tests on the machine. Exit code 0: nothing is wrong. 1: an
/// error, or a failed test. 2: the files could not be read.
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

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> anyhow::Result<Exit> {
    let mut examined = Subject::read(arguments.path.as_deref())?.examine()?;
    let mut fixed = None;
    if arguments.fix {
        let (after, done) = fix::make(examined)?;
        examined = after;
        fixed = Some(done);
    }
    let warns = arguments.deny == Some(Deny::Warnings) && examined.count(Severity::Warning) > 0;
    let ok = examined.is_clean() && !warns;
    let mut report = Report::of(&examined, ok);
    let told = fixed.as_ref().map(fix::told).unwrap_or_default();
    report.fixed = fixed;
    match arguments.emit {
        None => {
            let text = match console.form {
                Form::Human | Form::Json => human(&examined, arguments.notes) + &told,
                Form::Sarif => machine::sarif(&examined),
                Form::Junit => machine::junit(&examined),
                Form::Github => machine::github(&examined, arguments.notes),
            };
            console.result(&report, &text)?;
        }
        Some(stage) => {
            let text = emit(stage, &examined);
            match console.format {
                Format::Human => {
                    write!(console.err, "{}", human(&examined, arguments.notes))?;
                    // Errors keep a bundle from the later stages, and have just been told.
                    write!(console.out, "{}", text.unwrap_or_default())?;
                }
                Format::Json => {
                    let emit = text.as_deref().unwrap_or_default();
                    console.result(&Emitted { report, emit }, "")?;
                }
            }
        }
    }
    Ok(if ok { Exit::Done } else { Exit::Findings })
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
