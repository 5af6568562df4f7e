//! Small files: look twice past 400 lines, split by meaning past 800.

use super::Finding;
use crate::project::TextFile;

const LOOK_TWICE: usize = 400;
const SPLIT: usize = 800;

pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    files
        .iter()
        .filter(|file| file.is_rust() && !file.is_generated())
        .filter_map(|file| {
            let lines = file.text.lines().count();
            if lines > SPLIT {
                Some(Finding::error(
                    &file.path,
                    lines,
                    format!("{lines} lines; split it by meaning, {SPLIT} is the limit"),
                ))
            } else if lines > LOOK_TWICE {
                Some(Finding::note(
                    &file.path,
                    lines,
                    format!("{lines} lines; are these two things?"),
                ))
            } else {
                None
            }
        })
        .collect()
}
