//! Addresses in networks: `address(x) in 192.0.2.0/24`, and sets of networks.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Edit, Safety};
use crate::ir::Constant;
use crate::source::Span;
use crate::types::{Exact, Type};
use crate::value::Network;

/// That the value and the elements of a set are an address and networks, or neither.
pub(super) fn check(checker: &mut Checker<'_>, ty: &Type, elements: &[Constant], span: Span) -> Option<()> {
    let is_address = ty.exact() == Some(Exact::Address);
    let holds_networks = matches!(elements.first(), Some(Constant::Network(_)));
    if is_address == holds_networks || (is_address && elements.is_empty()) {
        return Some(());
    }
    if holds_networks {
        checker.report(
            Diagnostic::new(
                Code::E0263,
                "only an address lies in a network",
                span,
                format!("this is {ty}"),
            )
            .with_fix(
                "read it strictly: `address(…)`",
                vec![Edit::before(span, "address("), Edit::after(span, ")")],
                Safety::Guess,
            ),
        );
        return None;
    }
    let diagnostic = Diagnostic::new(
        Code::E0263,
        "an address lies only in a network",
        span,
        "the elements of this set are no networks",
    );
    let are_written = elements.iter().any(|element| match element {
        Constant::Text(text) => Network::parse(text).is_ok() || text.parse::<core::net::IpAddr>().is_ok(),
        Constant::Bool(_)
        | Constant::Number(_)
        | Constant::Instant(_)
        | Constant::Duration(_)
        | Constant::Network(_) => false,
    });
    checker.report(if are_written {
        diagnostic
            .with_help("networks stand without quotes, one address with `/32` or `/128`: `[192.0.2.1/32]`")
    } else {
        diagnostic.with_help("write networks: `[10.0.0.0/8, 2001:db8::/32]`")
    });
    None
}

/// A network where a value is wanted.
pub(super) fn report_lone(checker: &mut Checker<'_>, span: Span) {
    checker.report(
        Diagnostic::new(
            Code::E0263,
            "a network stands only after `in`",
            span,
            "this is a network",
        )
        .with_help("ask whether an address lies in it: `address(args.ip) in 192.0.2.0/24`"),
    );
}
