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
use wicket_lang::json::{self, Json};
use wicket_lang::request::State;

const POLICIES: &str = r#"
use slack
policy release_notes {
  permit slack.conversations_add_message only when args.channel_id in ["C01GENERAL", "C02DEV"]
}
breaker two_strikes { trip after 2 denials per session }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let bytes = api::build(&BundleFiles::single("agent.wkt", POLICIES))?.encode();
    // From here on it is what a service does.
    let artifact = Artifact::load(&bytes)?;
    let mut state = State::default();
    for channel in ["C02DEV", "C99EXEC"] {
        let call = format!(
            r#"{{ "tool": "slack.conversations_add_message", "args": {{ "channel_id": "{channel}", "text": "1.0" }} }}"#
        );
        let request = DecideRequest::read(call.as_bytes())?;
        let judged = request.decide(&artifact, &state)?;
        let answer = api::answer(&artifact.bundle, &request.switches, &judged);
        println!("{}", json::write(&Json::Object(answer)));
        // The denial is counted: one more of them, and the breaker would speak.
        state = judged.state;
    }
    Ok(())
}
