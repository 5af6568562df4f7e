//! W1042: a breaker that is kept by an argument, and stops a tool that does not take it.
//!
//! Of such a call nobody knows the key, so it is stopped while the breaker is open for any key.

use super::context::Context;
use crate::diagnostic::{Code, Diagnostic};
use crate::ir::{BreakerId, Path, Tool};

pub(super) fn lint(context: &Context<'_>) -> Vec<Diagnostic> {
    let bundle = context.bundle;
    let takes = |tool: &Tool, path: &Path| match path {
        Path::Argument(names) => {
            let mut fields = tool.schema.arguments.fields.iter();
            names
                .first()
                .is_none_or(|first| fields.any(|field| field.name == *first))
        }
        Path::Attribute { .. }
        | Path::MemberEmail
        | Path::MemberGroups
        | Path::MemberAttribute(_)
        | Path::AgentName
        | Path::AgentAttribute(_)
        | Path::ClientName
        | Path::ClientVersion
        | Path::ClientAddress
        | Path::SessionDenials
        | Path::Arguments
        | Path::Call
        | Path::Annotation(_)
        | Path::Result(_) => true,
    };
    let mut found = Vec::new();
    for (index, breaker) in bundle.breakers.iter().enumerate() {
        let id = BreakerId::at(index);
        let without = bundle.tools.iter().enumerate().find_map(|(place, tool)| {
            let stopped = tool.stopped.iter().find(|stopped| stopped.breaker == id)?;
            let mut reads = bundle.reads(stopped.key).into_iter();
            let missing = reads.find(|path| bundle.path(*path).is_some_and(|path| !takes(tool, path)))?;
            Some((crate::ir::ToolId::at(place), missing))
        });
        let Some((tool, path)) = without else { continue };
        found.push(
            Diagnostic::new(
                Code::W1042,
                format!("breaker `{}` stops calls that have no key", breaker.name),
                breaker.span,
                format!("`{}` has no `{}`", bundle.tool_name(tool), bundle.path_name(path)),
            )
            .with_help("such a call is stopped while any key is; let it `stop` only tools that have the key"),
        );
    }
    found
}
