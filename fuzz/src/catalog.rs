//! The pinned tools that the texts of fuzzing speak of.

use std::sync::LazyLock;

use wicket_lang::catalog::pin;
use wicket_lang::json::{Limits, read};

/// The text of the catalog, made from what a server would list.
pub(crate) static CATALOG: LazyLock<String> = LazyLock::new(|| {
    let listed = include_bytes!("../catalog.tools.json");
    let json = read(listed, &Limits::default()).expect("a list of tools is JSON");
    pin(&json).expect("a list of tools can be pinned").catalog.write()
});
