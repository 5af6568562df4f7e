//! The pinned tools that the texts of fuzzing speak of.

use std::sync::LazyLock;

use wicket_lang::catalog::{Catalog, SHIPPED, pin, shipped};
use wicket_lang::json::{Json, Limits, Object, read, write};

/// The text of the catalog, made from what a server would list.
pub(crate) static CATALOG: LazyLock<String> = LazyLock::new(|| {
    let listed = include_bytes!("../catalog.tools.json");
    let json = read(listed, &Limits::default()).expect("a list of tools is JSON");
    pin(&json).expect("a list of tools can be pinned").catalog.write()
});

/// How many tools of a shipped connector are there whatever a text speaks of.
const ALWAYS: usize = 3;

/// The tools of each shipped connector as entries of a catalog, by name.
static TOOLS: LazyLock<Vec<(&str, Vec<(String, Json)>)>> =
    LazyLock::new(|| SHIPPED.iter().map(|name| (*name, entries(name))).collect());

fn entries(connector: &str) -> Vec<(String, Json)> {
    let text = shipped(connector).expect("it is one of them").tools;
    let json = read(text.as_bytes(), &Limits::default()).expect("a catalog is JSON");
    let tools = json.as_object().and_then(|file| file.get("tools"));
    let Some(Json::Array(tools)) = tools else {
        panic!("a catalog has tools");
    };
    let catalog = Catalog::read(text.as_bytes()).expect("a shipped catalog is sound");
    catalog.names().map(str::to_owned).zip(tools.iter().cloned()).collect()
}

/// The catalogs of the shipped connectors that the text uses, with few tools but those that it names: to read all of
/// them again for each text would be most of the work.
pub(crate) fn few_tools(text: &str) -> impl Iterator<Item = (String, String)> {
    let used = TOOLS.iter().filter(move |(connector, _)| text.contains(connector));
    used.map(move |(connector, tools)| {
        let tools = tools.iter().enumerate();
        let named = tools.filter(|(place, (name, _))| *place < ALWAYS || text.contains(name.as_str()));
        let tools = named.map(|(_, (_, tool))| tool.clone()).collect();
        let file: Object = [
            ("version".to_owned(), Json::Number(1.into())),
            ("tools".to_owned(), Json::Array(tools)),
        ]
        .into_iter()
        .collect();
        (format!("{connector}.tools.json"), write(&Json::Object(file)))
    })
}
