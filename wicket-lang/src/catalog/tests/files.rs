//! Pinning a list, the catalog file, the difference of two.

use super::{catalog, json, list, pinned, tool};
use crate::catalog::{Catalog, CatalogError, InputChange, PinError, RefusedWhy, diff, pin};

const A: &str =
    r#"{"name":"a","description":"x","inputSchema":{"type":"object","properties":{"p":{"type":"string"}}}}"#;
const B: &str =
    r#"{"name":"b","inputSchema":{"type":"object"},"outputSchema":{"type":"object","title":"t"}}"#;

#[test]
fn a_catalog_is_written_and_read() {
    let whole = catalog(&[B, A]);
    assert_eq!(whole.names().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Catalog::read(whole.write().as_bytes()), Ok(whole.clone()));
    assert_eq!(whole, catalog(&[A, B]));
    assert_eq!(whole.write(), catalog(&[A, B]).write());
    assert_eq!(whole.digest(), catalog(&[A, B]).digest());
    assert_ne!(whole.digest(), catalog(&[A]).digest());
    assert_eq!(whole.get("b").map(|tool| tool.name.as_str()), Some("b"));
    assert_eq!(whole.get("c"), None);
    let empty = catalog(&[]);
    assert_eq!(Catalog::read(empty.write().as_bytes()), Ok(empty));
}

#[test]
fn an_edit_by_hand_is_noticed() {
    let text = catalog(&[A, B]).write();
    let read = |text: String| Catalog::read(text.as_bytes()).unwrap_err();
    let shape = |name: &str| CatalogError::Shape(name.to_owned());
    assert_eq!(
        read(text.replace(r#""type":"string""#, r#""type":"number""#)),
        shape("a")
    );
    assert_eq!(
        read(text.replace(r#""type":"string""#, r#""description":"do this","type":"string""#)),
        shape("a")
    );
    assert_eq!(
        read(text.replace(r#""output": {"type":"object"}"#, r#""output": {}"#)),
        shape("b")
    );
    assert_eq!(read(text.replace(r#""name": "b""#, r#""name": "a""#)), shape("a"));
    assert_eq!(
        read(text.replace(r#""version": 1"#, r#""version": 2"#)),
        CatalogError::Version
    );
    assert_eq!(read(text.replace("tools", "tolls")), CatalogError::Form);
    assert_eq!(
        read(text.replace(r#""shape""#, r#""sharp""#)),
        CatalogError::Tool(1)
    );
    assert!(matches!(read(format!("{text}x")), CatalogError::Json(_)));
}

#[test]
fn names_stand_in_order_and_once() {
    let line = tool(A).write();
    let file = format!("{{\"version\": 1, \"tools\": [{line},{line}]}}");
    assert_eq!(
        Catalog::read(file.as_bytes()),
        Err(CatalogError::Order("a".to_owned()))
    );
}

#[test]
fn a_list_that_is_not_whole_is_refused() {
    assert_eq!(
        pin(&json(r#"{"tools":[],"nextCursor":"x"}"#)),
        Err(PinError::NotWhole)
    );
    assert!(pin(&json(r#"{"tools":[],"nextCursor":null}"#)).is_ok());
    for odd in ["[]", "{}", r#"{"tools":{}}"#, "null"] {
        assert_eq!(pin(&json(odd)), Err(PinError::NoTools), "{odd}");
    }
}

#[test]
fn a_tool_that_cannot_be_pinned_keeps_no_other_out() {
    let list = list(&[
        A,
        r#"{"name":"b","inputSchema":{}}"#,
        r#"{"name":"b","inputSchema":{"type":"object"}}"#,
        r#"{"name":"no input"}"#,
        r#"{"name":"c"}"#,
        r#"{"name":"d","inputSchema":true}"#,
        r#"{"name":"e","inputSchema":{},"outputSchema":[]}"#,
        r#"{"name":"","inputSchema":{}}"#,
        r#"{"name":1}"#,
        "7",
    ]);
    let pinned = pin(&list).unwrap();
    assert_eq!(pinned.catalog.names().collect::<Vec<_>>(), ["a"]);
    let refused: Vec<_> = pinned
        .refused
        .iter()
        .map(|refused| (refused.tool.as_str(), refused.why))
        .collect();
    assert_eq!(
        refused,
        [
            ("b", RefusedWhy::Repeated),
            ("b", RefusedWhy::Repeated),
            ("number 4", RefusedWhy::Name),
            ("c", RefusedWhy::Input),
            ("d", RefusedWhy::Input),
            ("e", RefusedWhy::Output),
            ("number 8", RefusedWhy::Name),
            ("number 9", RefusedWhy::Nameless),
            ("number 10", RefusedWhy::Nameless),
        ]
    );
}

#[test]
fn the_difference_names_each_argument() {
    let old = pinned(&[
        r#"{"name":"t","inputSchema":{"type":"object","properties":{"gone":{},"kept":{"type":"string"},"now":{},"was":{}},"required":["was"]}}"#,
        r#"{"name":"removed","inputSchema":{"type":"object"}}"#,
    ])
    .catalog;
    let new = pinned(&[
        r#"{"name":"t","inputSchema":{"type":"object","properties":{"kept":{"type":"integer"},"new":{},"now":{},"was":{}},"required":["now","new"],"additionalProperties":false}}"#,
        r#"{"name":"added","inputSchema":{"type":"object"}}"#,
    ])
    .catalog;
    let changes = diff(&old, &new);
    assert_eq!(changes.added, ["added"]);
    assert_eq!(changes.removed, ["removed"]);
    let [change] = changes.shape_changed.try_into().unwrap();
    assert!(!change.output_changed);
    assert_eq!(
        change.input,
        [
            InputChange::Removed {
                argument: "gone".to_owned()
            },
            InputChange::Changed {
                argument: "kept".to_owned(),
                from: r#"{"type":"string"}"#.to_owned(),
                to: r#"{"type":"integer"}"#.to_owned()
            },
            InputChange::Added {
                argument: "new".to_owned(),
                required: true,
                schema: "{}".to_owned()
            },
            InputChange::NowRequired {
                argument: "now".to_owned()
            },
            InputChange::NowOptional {
                argument: "was".to_owned()
            },
            InputChange::Elsewhere {
                keyword: "additionalProperties".to_owned()
            },
        ]
    );
    assert!(diff(&new, &new).is_empty());
}

#[test]
fn another_order_of_what_is_required_is_told() {
    let text = r#"{"name":"t","inputSchema":{"type":"object","required":["a","b"]}}"#;
    let changes = diff(
        &catalog(&[text]),
        &catalog(&[&text.replace(r#""a","b""#, r#""b","a""#)]),
    );
    let [change] = changes.shape_changed.try_into().unwrap();
    assert_eq!(
        change.input,
        [InputChange::Elsewhere {
            keyword: "required".to_owned()
        }]
    );
}

#[test]
fn a_report_shows_no_character_that_acts_on_a_terminal() {
    let change = InputChange::Removed {
        argument: "a\u{1b}[2K\u{202e}\u{9b}\n".to_owned(),
    };
    assert_eq!(
        change.to_string(),
        r"argument `a\u{1b}[2K\u{202e}\u{9b}\n` is gone"
    );
    let long = InputChange::Removed {
        argument: "x".repeat(1000),
    };
    assert!(long.to_string().len() < 200);
}
