//! What the demo tells: calls, and how each must be answered.

use std::fmt::Write as _;

use serde::Serialize;

use super::client::Answer;

/// Calls of one member in one session.
pub(super) struct Story {
    pub(super) title: &'static str,
    /// RFC 3339.
    pub(super) at: &'static str,
    pub(super) when: &'static str,
    pub(super) calls: &'static [Call],
}

pub(super) struct Call {
    pub(super) tool: &'static str,
    /// JSON.
    pub(super) arguments: &'static str,
    pub(super) expect: Expect,
}

pub(super) enum Expect {
    Permit,
    /// The policy or breaker that decides, and its words.
    Deny {
        by: &'static str,
        text: &'static str,
    },
}

const NOON: &str = "2026-03-02T12:00:00+01:00";
const NOON_WORDS: &str = "Monday 12:00, in office hours";
const EARLY: &str = "2026-03-02T08:59:00+01:00";
const EARLY_WORDS: &str = "Monday 08:59, a minute before office hours";

const READ_PUBLIC: Call = Call {
    tool: "github__issue_read",
    arguments: r#"{"method":"get","owner":"acme","repo":"site","issue_number":7}"#,
    expect: Expect::Permit,
};

const WRITE_ISSUE: &str =
    r#"{"method":"create","owner":"acme","repo":"site","title":"Typo on the front page"}"#;

const POST_EXEC: Call = Call {
    tool: "slack__conversations_add_message",
    arguments: r#"{"channel_id":"C99EXEC","text":"Deploying now"}"#,
    expect: Expect::Deny {
        by: "three_channels",
        text: "Only C01GENERAL, C02DEV, C03OPS may be posted to.",
    },
};

pub(super) const STORIES: &[Story] = &[
    Story {
        title: "Reading is always fine",
        at: NOON,
        when: NOON_WORDS,
        calls: &[READ_PUBLIC],
    },
    Story {
        title: "Nothing is merged through an agent",
        at: NOON,
        when: NOON_WORDS,
        calls: &[Call {
            tool: "github__merge_pull_request",
            arguments: r#"{"owner":"acme","repo":"site","pullNumber":12}"#,
            expect: Expect::Deny {
                by: "no_destructive_github",
                text: "Agents never delete or merge on GitHub. Ask a maintainer.",
            },
        }],
    },
    Story {
        title: "Writes happen while people are around",
        at: NOON,
        when: NOON_WORDS,
        calls: &[Call {
            tool: "github__issue_write",
            arguments: WRITE_ISSUE,
            expect: Expect::Permit,
        }],
    },
    Story {
        title: "… and not a minute earlier",
        at: EARLY,
        when: EARLY_WORDS,
        calls: &[Call {
            tool: "github__issue_write",
            arguments: WRITE_ISSUE,
            expect: Expect::Deny {
                by: "writes_in_office_hours",
                text: "Next: Mon 2 Mar 09:00",
            },
        }],
    },
    Story {
        title: "Messages go to three channels only",
        at: NOON,
        when: NOON_WORDS,
        calls: &[
            Call {
                tool: "slack__conversations_add_message",
                arguments: r#"{"channel_id":"C02DEV","text":"Deploying now"}"#,
                expect: Expect::Permit,
            },
            POST_EXEC,
        ],
    },
    Story {
        title: "Private repositories, and those nobody knows, stay shut",
        at: NOON,
        when: NOON_WORDS,
        calls: &[
            Call {
                tool: "github__issue_read",
                arguments: r#"{"method":"get","owner":"acme","repo":"payroll","issue_number":1}"#,
                expect: Expect::Deny {
                    by: "public_only",
                    text: "This agent works on public, active repositories only.",
                },
            },
            Call {
                tool: "github__issue_read",
                arguments: r#"{"method":"get","owner":"acme","repo":"never-heard-of","issue_number":1}"#,
                expect: Expect::Deny {
                    by: "public_only",
                    text: "This agent works on public, active repositories only.",
                },
            },
        ],
    },
    Story {
        title: "Three refusals in one session, and everything stops",
        at: NOON,
        when: NOON_WORDS,
        calls: &[
            POST_EXEC,
            POST_EXEC,
            POST_EXEC,
            Call {
                tool: "github__issue_read",
                arguments: READ_PUBLIC.arguments,
                expect: Expect::Deny {
                    by: "three_strikes",
                    text: "Stopped after three refusals. An owner can reset this session.",
                },
            },
        ],
    },
];

/// How a call was answered.
#[derive(Serialize)]
pub(super) struct Outcome {
    story: &'static str,
    tool: &'static str,
    pub(super) permitted: bool,
    text: String,
    decision: serde_json::Value,
    pub(super) as_told: bool,
    #[serde(skip)]
    pub(super) lines: String,
}

/// Holds an answer against the story.
pub(super) fn check(story: &Story, call: &Call, answer: &Answer) -> Outcome {
    let policies: Vec<&str> = answer
        .decision
        .get("policies")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    let permitted = !answer.is_error && answer.decision.is_null();
    let as_told = match call.expect {
        Expect::Permit => permitted,
        Expect::Deny { by, text } => answer.is_error && policies.contains(&by) && answer.text.contains(text),
    };
    let mut lines = String::new();
    let _ = writeln!(lines, "  agent   {} {}", call.tool, call.arguments);
    if permitted {
        let _ = writeln!(lines, "  permit  {}", answer.text);
    } else {
        let _ = writeln!(lines, "  DENY    {}  ({})", answer.text, policies.join(", "));
    }
    if !as_told {
        let _ = writeln!(lines, "  !!      this is not how it should have been answered");
    }
    Outcome {
        story: story.title,
        tool: call.tool,
        permitted,
        text: answer.text.clone(),
        decision: answer.decision.clone(),
        as_told,
        lines,
    }
}
