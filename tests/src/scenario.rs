//! Scenarios: policies, requests and decisions in Markdown, for people to read.
//!
//! Fences: `wkt [NAME]` is a policy file, `json tools NAME` a catalog (or a raw `tools/list` result, which is pinned),
//! `json pulled NAME` such a result that the lock holds as a pull leaves it,
//! `json request` a call in a session of its own, `json then` the next call of the same session, `json decision` the
//! answer to the call above, `text findings` what checking says. The last two are written by `cargo xtask bless`.
//! A section without findings must have no error. Policies' own tests are run as well.

use std::path::Path;

use anyhow::{Context, Result, bail};
use wicket_lang::api::{Analysis, BundleFiles, Decide, DecideRequest, analyze};
use wicket_lang::request::State;
use wicket_lang::source::{SourceFile, Sources};

use crate::answer;
use crate::bundle::{Judge, catalog, findings, lock};
use crate::files;
use crate::markdown::{Document, Fence, Section, replace};

/// Runs a file of scenarios; says what is otherwise.
pub fn run(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("{} is read", path.display()))?;
    let document = Document::parse(&text);
    let mut sections = document.sections.iter();
    let preamble = sections.next().context("a document has a preamble")?;
    let mut run = Run::default();
    let rest: Vec<&Section> = sections.collect();
    if rest.is_empty() {
        run.section(&[], preamble)?;
    }
    for section in rest {
        run.section(&preamble.fences, section)
            .with_context(|| format!("section {:?}", section.title))?;
    }
    if run.cases == 0 && run.problems.is_empty() {
        bail!("nothing is asserted here");
    }
    let mut problems = run.problems;
    problems.extend(files::hold(path, &replace(&text, &run.written))?);
    Ok(problems)
}

/// The bundle of each section of a file, whatever is wrong with it.
pub fn bundles(path: &Path) -> Result<Vec<BundleFiles>> {
    let document = Document::parse(&std::fs::read_to_string(path)?);
    let mut sections = document.sections.iter();
    let preamble = sections.next().context("a document has a preamble")?;
    std::iter::once(bundle(preamble.fences.iter()))
        .chain(sections.map(|section| bundle(preamble.fences.iter().chain(&section.fences))))
        .collect()
}

#[derive(Default)]
struct Run {
    problems: Vec<String>,
    /// Fences and what the program says in their place.
    written: Vec<(Fence, String)>,
    cases: usize,
}

impl Run {
    fn section(&mut self, shared: &[Fence], section: &Section) -> Result<()> {
        let bundle = bundle(shared.iter().chain(&section.fences))?;
        let analysis = analyze(&bundle);
        self.findings(section, &bundle, &analysis);
        if analysis.has_errors() {
            return Ok(());
        }
        let judge = Judge::new(&bundle, &analysis)?;
        let (failures, found) = judge.run_tests(&bundle, &analysis);
        self.cases += bundle
            .sources
            .iter()
            .filter(|(_, file)| file.text.contains("\nexpect ") || file.text.contains(" expect "))
            .count();
        self.problems.extend(
            failures
                .into_iter()
                .map(|failure| format!("{:?}: {failure}", section.title)),
        );
        self.problems.extend(
            found
                .into_iter()
                .map(|found| format!("{:?}: {}", section.title, found.message)),
        );
        let mut session = State::default();
        let mut answered = None;
        for fence in &section.fences {
            match fence.info.as_str() {
                "json request" | "json then" => {
                    let request = DecideRequest::read(fence.text.as_bytes())
                        .with_context(|| format!("the request at line {}", fence.lines.0))?;
                    let decide: Decide<'_> = &|switches, call, state| judge.decide(switches, call, state);
                    let before = if fence.info == "json then" {
                        session
                    } else {
                        request.state(&judge.artifact.bundle, decide)?
                    };
                    let judged = request.judge(&judge.artifact.bundle, &before, decide)?;
                    answered = Some(answer::show(&judge.artifact.bundle, &request.switches, &judged));
                    session = judged.state;
                }
                "json decision" => {
                    let answer = answered.take().context("a decision follows a request")?;
                    self.written.push((fence.clone(), answer));
                    self.cases += 1;
                }
                _ => {}
            }
        }
        self.problems.extend(judge.quarrels());
        Ok(())
    }

    fn findings(&mut self, section: &Section, bundle: &BundleFiles, analysis: &Analysis) {
        let said = findings(bundle, analysis);
        let fence = section.fences.iter().find(|fence| fence.info == "text findings");
        // A scenario says one thing and leaves the rest out, messages and conditions, say; lints speak of that.
        let clean = !analysis.has_errors();
        match fence {
            Some(fence) => {
                self.cases += 1;
                self.written.push((fence.clone(), said));
            }
            None if clean => {}
            None => self
                .problems
                .push(format!("{:?} has findings:\n{said}", section.title)),
        }
    }
}

fn bundle<'a>(fences: impl Iterator<Item = &'a Fence>) -> Result<BundleFiles> {
    let (mut sources, mut pulled) = (Vec::new(), Vec::new());
    let mut bundle = BundleFiles::default();
    for fence in fences {
        let words: Vec<&str> = fence.info.split_whitespace().collect();
        match words.as_slice() {
            ["wkt", name] => sources.push(file(name, &fence.text)),
            ["wkt"] => {
                let number = sources.len() + 1;
                sources.push(file(&format!("policy{number}.wkt"), &fence.text));
            }
            ["json", "tools", name] => {
                let text = catalog(&fence.text)?;
                bundle.catalogs.insert(format!("{name}.tools.json"), text);
            }
            // The same as an owner pulled it: with the digest of its texts, and its annotations, in the lock.
            ["json", "pulled", name] => {
                let text = catalog(&fence.text)?;
                bundle.catalogs.insert(format!("{name}.tools.json"), text);
                pulled.push((*name, fence.text.as_str()));
            }
            ["json", "request" | "then" | "decision"] | ["text", "findings"] => {}
            _ => bail!("no fence is called `{}` (line {})", fence.info, fence.lines.0),
        }
    }
    bundle.sources = Sources::new(sources);
    if !pulled.is_empty() {
        bundle.lock = Some(lock(&bundle, &pulled)?);
    }
    Ok(bundle)
}

fn file(name: &str, text: &str) -> SourceFile {
    SourceFile {
        name: name.to_owned(),
        text: text.to_owned(),
    }
}
