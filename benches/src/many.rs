//! `n100`, `n1000`, …: that many policies, each about another tool, channel or repository, a third of each.
//!
//! The policies about tools are spread over a catalog of as many tools, so that a call meets one of them. Those about
//! channels, and those about repositories, all touch one tool: there a decision meets a third of all policies, unless
//! the machine knows better than to ask them one by one.

use std::fmt::Write as _;

use anyhow::Result;
use wicket_lang::api::BundleFiles;
use wicket_lang::catalog::pin;
use wicket_lang::json::{Limits, read};

use crate::workload::Workload;

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Tool,
    Channel,
    Repository,
}

impl About {
    pub const ALL: &'static [Self] = &[Self::Tool, Self::Channel, Self::Repository];

    /// As in the names of benchmarks.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tool => "tool",
            Self::Channel => "channel",
            Self::Repository => "repository",
        }
    }
}

/// A bundle of `count` policies.
pub fn files(count: usize) -> Result<BundleFiles> {
    let mut text = String::from(
        "connector fleet {\n  tools \"fleet.tools.json\"\n  read look_*\n  write post, commit\n}\n\n\
         policy looking { permit fleet:read }\n\
         policy committing { permit fleet.commit }\n\
         breaker three_strikes { trip after 3 denials per session, until reset }\n\n",
    );
    for index in 0..count {
        let number = index / 3;
        let rule = match index % 3 {
            0 => format!(
                "policy tool_{number} {{ forbid fleet.look_{number} unless (args.name is \"open\") message \"Not this.\" }}"
            ),
            1 => format!(
                "policy channel_{number} {{ permit fleet.post when args.channel is \"C{number}\" otherwise \"Not there.\" }}"
            ),
            _ => format!(
                "policy repository_{number} {{ forbid fleet.commit when args.owner is \"acme\" and args.repository is \"r{number}\" message \"Closed.\" }}"
            ),
        };
        let _ = writeln!(text, "{rule}");
    }
    let mut files = BundleFiles::single("many.wkt", &text);
    files
        .catalogs
        .insert("fleet.tools.json".to_owned(), catalog(count.div_ceil(3))?);
    Ok(files)
}

/// The workload of `count` policies with calls about one kind of thing, checked.
pub fn workload(count: usize, about: About) -> Result<Workload> {
    let calls = calls(count / 3, about);
    Workload::new(&format!("n{count}"), files(count)?, &calls)
}

/// Sixteen calls, spread over the policies; half of them allowed.
fn calls(each: usize, about: About) -> Vec<(String, String)> {
    (0..16)
        .map(|place| {
            let number = place * each / 16;
            let even = place % 2 == 0;
            let (expected, tool, args) = match (about, even) {
                (About::Tool, true) => (
                    "permit looking".to_owned(),
                    format!("look_{number}"),
                    "\"name\": \"open\"".to_owned(),
                ),
                (About::Tool, false) => (
                    format!("policy tool_{number}"),
                    format!("look_{number}"),
                    "\"name\": \"shut\"".to_owned(),
                ),
                (About::Channel, true) => (
                    format!("permit channel_{number}"),
                    "post".to_owned(),
                    format!("\"channel\": \"C{number}\""),
                ),
                (About::Channel, false) => (
                    all_channels(each),
                    "post".to_owned(),
                    format!("\"channel\": \"D{number}\""),
                ),
                (About::Repository, true) => (
                    "permit committing".to_owned(),
                    "commit".to_owned(),
                    format!("\"owner\": \"other\", \"repository\": \"r{number}\""),
                ),
                (About::Repository, false) => (
                    format!("policy repository_{number}"),
                    "commit".to_owned(),
                    format!("\"owner\": \"acme\", \"repository\": \"r{number}\""),
                ),
            };
            let request = format!("{{\"tool\": \"fleet.{tool}\", \"args\": {{{args}}}}}");
            (expected, request)
        })
        .collect()
}

/// Where no channel is permitted, each policy could have permitted it, and all are told.
fn all_channels(each: usize) -> String {
    let mut names: Vec<String> = (0..each).map(|number| format!("channel_{number}")).collect();
    names.sort_unstable();
    format!("default {}", names.join(","))
}

fn catalog(tools: usize) -> Result<String> {
    let mut list = vec![
        tool("post", &["channel", "text"]),
        tool("commit", &["owner", "repository", "path"]),
    ];
    list.extend((0..tools).map(|number| tool(&format!("look_{number}"), &["name"])));
    let text = format!("{{\"tools\": [{}]}}", list.join(","));
    let limits = Limits {
        bytes: text.len(),
        nodes: text.len(),
        ..Limits::default()
    };
    Ok(pin(&read(text.as_bytes(), &limits)?)?.catalog.write())
}

fn tool(name: &str, arguments: &[&str]) -> String {
    let properties: Vec<String> = arguments
        .iter()
        .map(|argument| format!("\"{argument}\": {{\"type\": \"string\"}}"))
        .collect();
    format!(
        "{{\"name\": \"{name}\", \"inputSchema\": {{\"type\": \"object\", \"properties\": {{{}}}}}}}",
        properties.join(", ")
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_call_is_decided_as_expected() {
        for about in About::ALL {
            // Enough for sixteen calls that meet sixteen policies.
            assert_eq!(workload(60, *about).unwrap().cases.len(), 16);
        }
    }
}
