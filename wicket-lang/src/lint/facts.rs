//! What a pinned schema says of lengths. It narrows no type and refuses no call, because whether a server keeps to it is
//! the server's affair; but a lint need not warn of what the schema rules out.

use super::context::Context;
use crate::ir::ToolId;
use crate::json::{Json, Object};

/// References and alternatives within each other that are followed.
const MAX_DEPTH: usize = 16;

/// How many elements a list argument has at least, by the schema of the tool.
pub(super) fn fewest(context: &Context<'_>, tool: ToolId, names: &[&str]) -> u64 {
    let found = context.bundle.tool(tool).and_then(|tool| {
        let connector = context.bundle.connectors.get(tool.connector.index())?;
        let pinned = context.catalogs.get(&connector.name)?.get(&tool.name)?;
        Some(&pinned.input)
    });
    found.map_or(0, |schema| {
        let schema = Schema { document: schema };
        schema.below(schema.document, names, MAX_DEPTH)
    })
}

struct Schema<'a> {
    document: &'a Json,
}

impl<'a> Schema<'a> {
    /// The least number of elements of what stands under these names.
    fn below(&self, at: &'a Json, names: &[&str], depth: usize) -> u64 {
        let (Json::Object(object), Some(depth)) = (at, depth.checked_sub(1)) else {
            return 0;
        };
        let own = match names.split_first() {
            None => object.get("minItems").and_then(number).unwrap_or(0),
            Some((name, rest)) => {
                let properties = object.get("properties").and_then(Json::as_object);
                properties
                    .and_then(|properties| properties.get(name))
                    .map_or(0, |inner| self.below(inner, rest, depth))
            }
        };
        let parts = self.parts(object);
        let all = parts.iter().map(|part| self.below(part, names, depth)).max();
        let either = ["anyOf", "oneOf"].into_iter().filter_map(|keyword| {
            let alternatives = object.get(keyword)?.as_array()?;
            let lists = alternatives.iter().filter(|one| !is_no_list(one, names));
            lists.map(|one| self.below(one, names, depth)).min()
        });
        own.max(all.unwrap_or(0)).max(either.max().unwrap_or(0))
    }

    /// What holds as well: the parts of `allOf`, and what a reference leads to.
    fn parts(&self, object: &'a Object) -> Vec<&'a Json> {
        let mut parts: Vec<&Json> = Vec::new();
        parts.extend(object.get("allOf").and_then(Json::as_array).into_iter().flatten());
        let pointer = object.get("$ref").and_then(Json::as_str);
        parts.extend(pointer.and_then(|pointer| self.find(pointer.strip_prefix("#/")?)));
        parts
    }

    fn find(&self, pointer: &str) -> Option<&'a Json> {
        pointer.split('/').try_fold(self.document, |at, step| {
            at.as_object()?.get(&step.replace("~1", "/").replace("~0", "~"))
        })
    }
}

fn number(json: &Json) -> Option<u64> {
    if let Json::Number(number) = json {
        number
            .value()
            .to_i64()
            .and_then(|number| u64::try_from(number).ok())
    } else {
        None
    }
}

/// An alternative that is said to be something else than a list has no elements to count.
fn is_no_list(schema: &Json, names: &[&str]) -> bool {
    let ty = schema.as_object().and_then(|object| object.get("type"));
    names.is_empty() && ty.and_then(Json::as_str).is_some_and(|ty| ty != "array")
}
