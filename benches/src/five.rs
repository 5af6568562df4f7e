//! `five`: the five policies of the README over a fixed mix of 64 calls, allowed and denied.
//!
//! Bundle and calls are plain files in `workload/`, so that another engine can be given the same.

use anyhow::{Context, Result};
use wicket_lang::api::BundleFiles;
use wicket_lang::json::{Json, Limits, read, write};

use crate::workload::Workload;

const SOURCE: &str = include_str!("../workload/five.wkt");

/// A line for each call: `{"expect": …, "request": …}`.
const CALLS: &str = include_str!("../workload/five.jsonl");

/// The bundle.
#[must_use]
pub fn files() -> BundleFiles {
    BundleFiles::single("five.wkt", SOURCE)
}

/// The workload, checked.
pub fn workload() -> Result<Workload> {
    let calls: Vec<(String, String)> = CALLS.lines().map(call).collect::<Result<_>>()?;
    Workload::new("five", files(), &calls)
}

fn call(line: &str) -> Result<(String, String)> {
    let json = read(line.as_bytes(), &Limits::default())?;
    let field = |name: &str| json.as_object().and_then(|object| object.get(name));
    let expected = field("expect").and_then(Json::as_str);
    let request = field("request");
    expected
        .zip(request)
        .map(|(expected, request)| (expected.to_owned(), write(request)))
        .with_context(|| format!("a call has `expect` and `request`: {line}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn every_call_is_decided_as_expected() {
        let workload = workload().unwrap();
        assert_eq!(workload.cases.len(), 64);
    }
}
