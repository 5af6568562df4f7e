//! Judges two calls without the proxy: text → artifact → decision.
//!
//! A service that only decides would ship the bytes of the artifact, made by `wicket build`, and start at
//! `Artifact::load`. Nothing here waits, reads or remembers: the instant, the facts and the state of the session are
//! values that the caller hands over.
//!
//! ```sh
//! cargo run -p wicket-lang --example decide
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it found out")]

use std::error::Error;

use wicket_lang::api::{self, BundleFiles, DecideRequest};
use wicket_lang::artifact::Artifact;
use wicket_lang::diagnostic::render::{Style, render};
use wicket_lang::json::{self, Json};
use wicket_lang::request::{Request, State, Switches};

const POLICIES: &str = r#"
use slack

set release_channels = ["C01GENERAL", "C02DEV"]

policy release_notes {
  permit slack.conversations_add_message only when args.channel_id in release_channels
    otherwise "Only {release_channels} may be posted to."
}

breaker two_strikes { trip after 2 denials per session }
"#;

const CALLS: [&str; 2] = [
    r#"{ "tool": "slack.conversations_add_message", "args": { "channel_id": "C02DEV", "text": "1.0 is out" } }"#,
    r#"{ "tool": "slack.conversations_add_message", "args": { "channel_id": "C99EXEC", "text": "1.0 is out" } }"#,
];

fn main() -> Result<(), Box<dyn Error>> {
    let files = BundleFiles::single("agent.wkt", POLICIES);
    let analysis = api::analyze(&files);
    if analysis.has_errors() {
        return Err(render(&analysis.diagnostics, &files.sources, Style::Plain).into());
    }
    let bytes = api::compile(&files, &analysis)?.encode();

    // From here on it is what a service does.
    let artifact = Artifact::load(&bytes)?;
    let machine =
        |switches: &Switches, request: &Request<'_>, state: &State| artifact.decide(switches, request, state);
    let mut state = State::default();
    for call in CALLS {
        let request = DecideRequest::read(call.as_bytes())?;
        let judged = request.judge(&artifact.bundle, &state, &machine)?;
        let answer = api::answer(&artifact.bundle, &request.switches, &judged);
        println!("{}", json::write(&Json::Object(answer)));
        // The denial is counted: one more of them, and the breaker would speak.
        state = judged.state;
    }
    Ok(())
}
