//! The figures as one table, read back from what criterion wrote.

use std::path::Path;

/// A benchmark: where its figures lie, and how many decisions one of its runs makes.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) group: String,
    pub(crate) name: String,
    pub(crate) count: usize,
}

/// Prints a line for each benchmark that was run, now or before.
#[expect(clippy::print_stdout, reason = "the table is what a benchmark is run for")]
pub(crate) fn print(results: &Path, rows: &[Row]) {
    println!("| workload | what | median of one | from | to |");
    println!("|---|---|---:|---:|---:|");
    for row in rows {
        let Some([median, from, to]) = figures(results, row) else {
            continue;
        };
        println!(
            "| {} | {} | {} | {} | {} |",
            row.group,
            row.name,
            shown(median),
            shown(from),
            shown(to)
        );
    }
}

/// The median of one decision in nanoseconds, with the bounds that criterion is 95 % sure of.
fn figures(results: &Path, row: &Row) -> Option<[f64; 3]> {
    let file = results
        .join(&row.group)
        .join(&row.name)
        .join("new/estimates.json");
    let estimates: serde_json::Value = serde_json::from_slice(&std::fs::read(file).ok()?).ok()?;
    let median = estimates.get("median")?;
    let bounds = median.get("confidence_interval")?;
    let count = f64::from(u32::try_from(row.count).ok()?);
    let of_one = |number: Option<&serde_json::Value>| Some(number?.as_f64()? / count);
    Some([
        of_one(median.get("point_estimate"))?,
        of_one(bounds.get("lower_bound"))?,
        of_one(bounds.get("upper_bound"))?,
    ])
}

fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        ns if ns < 1e3 => format!("{ns:.0} ns"),
        ns if ns < 1e6 => format!("{:.2} µs", ns / 1e3),
        ns => format!("{:.2} ms", ns / 1e6),
    }
}
