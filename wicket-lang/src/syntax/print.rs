//! Prints tokens and trees, for `--emit` and for golden files.
//!
//! A tree is a nested list without spans: two texts that mean the same to the parser print the same. `is` and `==` are
//! one operator there.

mod breakers;
mod history;

use super::ast::{
    ApprovalClause, ArithmeticOp, AttributeType, Cell, CompareOp, ConnectorMember, Date, Days, DirectoryPart,
    Entry, Expr, ExprKind, File, ForClause, Item, ItemKind, Literal, Message, MessagePart, Moment, Name,
    Outcome, Path, Principal, Resource, Rule, ScheduleBody, Selector, Step, TextOp, Times, Zone,
};
use super::lexer::{Kind, Token};

/// One token a line: its kind, its place, its text. Blanks are left out.
#[must_use]
pub fn print_tokens(tokens: &[Token], text: &str) -> String {
    let lines: Vec<String> = tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Space | Kind::Newline))
        .map(|token| {
            let Token { kind, span } = token;
            let piece = token.text(text);
            format!("{kind:?} {}..{} {piece:?}\n", span.start, span.end)
        })
        .collect();
    lines.concat()
}

/// The tree as nested lists.
#[must_use]
pub fn print_ast(file: &File) -> String {
    file.items
        .iter()
        .map(|one| {
            let mut out = String::new();
            item(one).write(0, &mut out);
            out.push('\n');
            out
        })
        .collect()
}

/// A nested list.
enum Node {
    Atom(String),
    List(Vec<Node>),
}

/// The widest line of a printed tree.
const WIDTH: usize = 100;

impl Node {
    fn flat(&self) -> String {
        match self {
            Self::Atom(text) => text.clone(),
            Self::List(nodes) => {
                let inner: Vec<String> = nodes.iter().map(Self::flat).collect();
                format!("({})", inner.join(" "))
            }
        }
    }

    fn write(&self, indent: usize, out: &mut String) {
        let flat = self.flat();
        match self {
            Self::List(nodes) if indent + flat.chars().count() > WIDTH => {
                out.push('(');
                for (number, node) in nodes.iter().enumerate() {
                    if number > 0 {
                        out.push('\n');
                        out.push_str(&" ".repeat(indent + 2));
                    }
                    node.write(indent + 2, out);
                }
                out.push(')');
            }
            Self::List(_) | Self::Atom(_) => out.push_str(&flat),
        }
    }
}

fn atom(text: impl Into<String>) -> Node {
    Node::Atom(text.into())
}

fn quoted(text: &str) -> Node {
    Node::Atom(format!("{text:?}"))
}

/// A word that needs no quotes, or the name in quotes.
fn name(name: &Name) -> Node {
    let plain = !name.text.is_empty()
        && name
            .text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-*/".contains(c));
    if plain {
        atom(&name.text)
    } else {
        quoted(&name.text)
    }
}

fn list(head: &str, nodes: impl IntoIterator<Item = Node>) -> Node {
    Node::List(std::iter::once(atom(head)).chain(nodes).collect())
}

fn option(head: &str, node: Option<Node>) -> Option<Node> {
    node.map(|node| list(head, [node]))
}

fn item(item: &Item) -> Node {
    let docs = item.docs.iter().map(|doc| list("doc", [quoted(&doc.value)]));
    let annotations = item
        .annotations
        .iter()
        .map(|one| list("annotation", [name(&one.name), quoted(&one.value.value)]));
    let extra: Vec<Node> = docs.chain(annotations).collect();
    match item_kind(&item.kind) {
        Node::List(mut nodes) => {
            nodes.splice(1..1, extra);
            Node::List(nodes)
        }
        Node::Atom(text) => Node::Atom(text),
    }
}

fn item_kind(kind: &ItemKind) -> Node {
    match kind {
        ItemKind::Use(uses) => list(
            "use",
            uses.iter().map(|one| match &one.alias {
                Some(alias) => list("as", [name(&one.connector), name(alias)]),
                None => name(&one.connector),
            }),
        ),
        ItemKind::Shared(folders) => list("use", folders.iter().map(|folder| quoted(&folder.value))),
        ItemKind::Zone(zone) => list("zone", [quoted(&zone.value)]),
        ItemKind::Schedule(schedule) => {
            let mut nodes = vec![name(&schedule.name)];
            nodes.extend(option("zone", schedule.zone.as_ref().map(zone)));
            nodes.extend(body(&schedule.body));
            list("schedule", nodes)
        }
        ItemKind::Set(set) => {
            let mut nodes = vec![name(&set.name)];
            nodes.extend(option("type", set.ty.as_ref().map(name)));
            nodes.extend(set.elements.iter().map(expr));
            if !set.except.is_empty() {
                nodes.push(list("except", set.except.iter().map(expr)));
            }
            list(if set.private { "private-set" } else { "set" }, nodes)
        }
        ItemKind::Connector(connector) => {
            let members = connector.members.iter().map(member);
            list("connector", std::iter::once(name(&connector.name)).chain(members))
        }
        ItemKind::Directory(directory) => list("directory", directory.parts.iter().map(directory_part)),
        ItemKind::Policy(policy) => {
            let rules = policy.rules.iter().map(rule);
            list("policy", std::iter::once(name(&policy.name)).chain(rules))
        }
        ItemKind::Breaker(one) => breakers::breaker(one),
        ItemKind::Limit(one) => history::limit(one),
        ItemKind::Track(one) => history::track(one),
        ItemKind::Mark(one) => history::mark(one),
        ItemKind::Test(test) => {
            let steps = test.steps.iter().map(step);
            list("test", std::iter::once(quoted(&test.title.value)).chain(steps))
        }
        ItemKind::Fixture(fixture) => {
            let steps = fixture.steps.iter().map(step);
            list("fixture", std::iter::once(name(&fixture.name)).chain(steps))
        }
        ItemKind::Error => list("error", []),
    }
}

// ---- schedules -------------------------------------------------------------------------------------------------

fn in_place(of: Option<&Zone>, times: &ScheduleBody) -> Node {
    let of = option("zone", of.map(zone));
    list("schedule", of.into_iter().chain(body(times)))
}

fn zone(zone: &Zone) -> Node {
    match zone {
        Zone::Named(name) => quoted(&name.value),
        Zone::Read(of) => path(of),
    }
}

fn body(body: &ScheduleBody) -> Vec<Node> {
    let mut nodes: Vec<Node> = body.include.iter().map(entry).collect();
    if !body.except.is_empty() {
        nodes.push(list("except", body.except.iter().map(entry)));
    }
    nodes
}

fn entry(entry_: &Entry) -> Node {
    match entry_ {
        Entry::Windows { days, times, .. } => list(
            "windows",
            days.iter().map(self::days).chain(times.iter().map(self::times)),
        ),
        Entry::Ref(one) => name(one),
        Entry::Group(group) => list("group", body(group)),
        Entry::All(all, _) => list("all", all.iter().map(entry)),
    }
}

fn days(days: &Days) -> Node {
    match days {
        Days::Weekdays { first, last, .. } => atom(format!("day{first}..{last}")),
        Days::Dates { first, last, .. } => atom(format!("{}..{}", date(*first), date(*last))),
    }
}

fn date(date: Date) -> String {
    match date.year {
        Some(year) => format!("{year:04}-{:02}-{:02}", date.month, date.day),
        None => format!("{:02}-{:02}", date.month, date.day),
    }
}

fn times(times: &Times) -> Node {
    atom(format!("{}-{}", clock(times.start), clock(times.end)))
}

fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

// ---- connectors ------------------------------------------------------------------------------------------------

fn member(member: &ConnectorMember) -> Node {
    match member {
        ConnectorMember::Upstream(text) => list("upstream", [quoted(&text.value)]),
        ConnectorMember::Tools(text) => list("tools", [quoted(&text.value)]),
        ConnectorMember::Tier { tier, tools } => {
            list("tier", std::iter::once(name(tier)).chain(tools.iter().map(name)))
        }
        ConnectorMember::Open(tools) => list("open", tools.iter().map(name)),
        ConnectorMember::Without { resource, tools, .. } => list(
            "without",
            std::iter::once(name(resource)).chain(tools.iter().map(name)),
        ),
        ConnectorMember::Beyond { resource, tools, .. } => list(
            "beyond",
            std::iter::once(name(resource)).chain(tools.iter().map(name)),
        ),
        ConnectorMember::Type {
            name: of, carriers, ..
        } => list(
            "type",
            std::iter::once(name(of)).chain(carriers.iter().map(|carrier| {
                let names = std::iter::once(&carrier.tools).chain(&carrier.argument);
                list("argument", names.map(name))
            })),
        ),
        ConnectorMember::Resource(one) => resource(one),
    }
}

fn resource(resource: &Resource) -> Node {
    let mut nodes = vec![name(&resource.name)];
    nodes.extend(resource.of.as_ref().map(|of| list("is", [name(of)])));
    nodes.extend(
        resource
            .keys
            .iter()
            .map(|(key, of)| list("key", [name(key), path(of)])),
    );
    if resource.ignoring_case {
        nodes.push(atom("ignoring-case"));
    }
    nodes.extend(
        resource
            .attributes
            .iter()
            .map(|one| list("attribute", [name(&one.name), ty(&one.ty)])),
    );
    if let Some(source) = &resource.source {
        let mut from = vec![name(&source.method), quoted(&source.address.value)];
        from.extend(source.fresh.map(|fresh| atom(format!("{}s", fresh.seconds))));
        nodes.push(list("from", from));
    }
    list("resource", nodes)
}

fn directory_part(part: &DirectoryPart) -> Node {
    match part {
        DirectoryPart::Groups { word, names } => list(&word.text, names.iter().map(name)),
        DirectoryPart::Attributes { of, attributes, .. } => list(
            &of.text,
            attributes.iter().map(|one| {
                let mut nodes = vec![name(&one.name), ty(&one.ty)];
                nodes.extend(option(
                    "from",
                    one.source.as_ref().map(|from| quoted(&from.value)),
                ));
                list("attribute", nodes)
            }),
        ),
    }
}

fn ty(one: &AttributeType) -> Node {
    match one {
        AttributeType::Named(one) => name(one),
        AttributeType::Enum(values) => list("enum", values.iter().map(name)),
        AttributeType::List(inner) => list("list", [ty(inner)]),
    }
}

// ---- policies --------------------------------------------------------------------------------------------------

fn rule(rule: &Rule) -> Node {
    let mut nodes: Vec<Node> = rule.selectors.iter().map(selector).collect();
    nodes.extend(rule.approval.as_ref().map(approval));
    nodes.extend(option(
        "using-account",
        rule.account.as_ref().map(|one| quoted(&one.name.value)),
    ));
    nodes.extend(rule.callers.as_ref().map(callers));
    if let Some(when) = &rule.when {
        let head = if when.only { "only-when" } else { "when" };
        nodes.push(list(head, [expr(&when.condition)]));
    }
    nodes.extend(option("unless", rule.unless.as_ref().map(expr)));
    nodes.extend(rule.message.as_ref().map(message));
    list(rule.effect.word(), nodes)
}

fn callers(clause: &ForClause) -> Node {
    let mut nodes: Vec<Node> = clause.principals.iter().map(principal).collect();
    if !clause.except.is_empty() {
        nodes.push(list("except", clause.except.iter().map(principal)));
    }
    list("for", nodes)
}

fn principal(one: &Principal) -> Node {
    match &one.name {
        Some(of) => list(&one.kind.text, [name(of)]),
        None => atom(&one.kind.text),
    }
}

fn approval(clause: &ApprovalClause) -> Node {
    let mut nodes = Vec::new();
    nodes.extend(clause.from.as_ref().map(|from| list("from", [name(from)])));
    nodes.extend(option(
        "count",
        clause.count.as_ref().map(|count| atom(count.digits.clone())),
    ));
    nodes.extend(option(
        "within",
        clause.within.map(|within| atom(format!("{}s", within.seconds))),
    ));
    list("approval", nodes)
}

fn message(message: &Message) -> Node {
    let parts = message.parts.iter().map(|part| match part {
        MessagePart::Text(text) => quoted(text),
        MessagePart::Path(of) => path(of),
    });
    let head = match message.keyword {
        super::ast::MessageKeyword::Message => "message",
        super::ast::MessageKeyword::Otherwise => "otherwise",
    };
    list(head, parts)
}

fn selector(one: &Selector) -> Node {
    match one {
        Selector::Tool { connector, tool } => list("tool", [name(connector), name(tool)]),
        Selector::Glob { connector, pattern } => list("glob", [name(connector), name(pattern)]),
        Selector::Tier { connector, tier, .. } => {
            let connector = connector.as_ref().map_or_else(|| atom("*"), name);
            list("tier", [connector, name(tier)])
        }
        Selector::Every(_) => atom("*"),
        Selector::Group(members, _) => list("group", members.iter().map(selector)),
        Selector::Except { from, less } => list("except", [selector(from), selector(less)]),
        Selector::Method(method) => list("method", [name(method)]),
    }
}

fn path(path: &Path) -> Node {
    let segments: Vec<String> = path.segments.iter().map(|segment| name(segment).flat()).collect();
    atom(segments.join("."))
}

fn expr(whole: &Expr) -> Node {
    match &whole.kind {
        ExprKind::And(all) => list("and", all.iter().map(expr)),
        ExprKind::Or(any) => list("or", any.iter().map(expr)),
        ExprKind::Not(inner) => list("not", [expr(inner)]),
        ExprKind::Compare { op, left, right, .. } => {
            let op = match op {
                CompareOp::Equal => "==",
                CompareOp::NotEqual => "!=",
                CompareOp::Less => "<",
                CompareOp::LessEqual => "<=",
                CompareOp::Greater => ">",
                CompareOp::GreaterEqual => ">=",
            };
            list(op, [expr(left), expr(right)])
        }
        ExprKind::In {
            negated,
            value,
            container,
        } => {
            let head = if *negated { "not-in" } else { "in" };
            list(head, [expr(value), expr(container)])
        }
        ExprKind::IsType { negated, value, ty } => {
            let head = if *negated { "is-not-type" } else { "is-type" };
            list(head, [expr(value), name(ty)])
        }
        ExprKind::Text { op, left, right } => {
            let op = match op {
                TextOp::StartsWith => "starts_with",
                TextOp::EndsWith => "ends_with",
                TextOp::Contains => "contains",
                TextOp::Like => "like",
                TextOp::Under => "under",
            };
            list(op, [expr(left), expr(right)])
        }
        ExprKind::Pattern {
            whole,
            value,
            pattern,
        } => {
            let head = if *whole { "matches" } else { "contains" };
            list(head, [expr(value), atom(format!("/{}/", pattern.value))])
        }
        ExprKind::Has(of) => list("has", [path(of)]),
        ExprKind::Quantified {
            quantifier,
            variable,
            over,
            body,
        } => list(quantifier.word(), [name(variable), expr(over), expr(body)]),
        ExprKind::Marked {
            negated,
            subject,
            mark,
        } => {
            let head = if *negated { "is-not-marked" } else { "is-marked" };
            list(head, [expr(subject), name(mark)])
        }
        ExprKind::Else { path: of, fallback } => list("else", [path(of), expr(fallback)]),
        ExprKind::Arithmetic { op, left, right } => {
            let op = match op {
                ArithmeticOp::Add => "+",
                ArithmeticOp::Subtract => "-",
                ArithmeticOp::Multiply => "*",
            };
            list(op, [expr(left), expr(right)])
        }
        ExprKind::Call { function, arguments } => list(
            "call",
            std::iter::once(name(function)).chain(arguments.iter().map(expr)),
        ),
        ExprKind::Part {
            function,
            arguments,
            part,
        } => list(
            "part",
            [name(function), name(part)]
                .into_iter()
                .chain(arguments.iter().map(expr)),
        ),
        ExprKind::Date(day) => list("date", [atom(date(*day))]),
        ExprKind::Moment(at) => list("at", [moment(at)]),
        ExprKind::Duration(length) => atom(format!("{}s", length.seconds)),
        ExprKind::Network(network) => atom(network.to_string()),
        ExprKind::Path(of) => path(of),
        ExprKind::String(text) => quoted(text),
        ExprKind::Number(digits) => atom(digits),
        ExprKind::Bool(value) => atom(value.to_string()),
        ExprKind::List(elements) => list("list", elements.iter().map(expr)),
        ExprKind::Schedule { zone, body } => in_place(zone.as_ref(), body),
        ExprKind::Error => list("error", []),
    }
}

// ---- tests ----------------------------------------------------------------------------------------------------

fn step(step: &Step) -> Node {
    match step {
        Step::At(at) => list("at", [moment(at)]),
        Step::AtColumn(column) => list("at", [name(column)]),
        Step::After(length) => list("after", [atom(format!("{}s", length.seconds))]),
        Step::Fixture(fixture) => list("given-fixture", [name(fixture)]),
        Step::Each(each) => {
            let columns = list("columns", each.columns.iter().map(name));
            let rows = each
                .rows
                .iter()
                .map(|row| list("row", row.cells.iter().map(cell)));
            let steps = each.steps.iter().map(self::step);
            list("for-each", std::iter::once(columns).chain(rows).chain(steps))
        }
        Step::Given { subject, fields, .. } => {
            list("given", std::iter::once(name(subject)).chain(record(fields)))
        }
        Step::Remembered(remembered) => history::remembered(remembered),
        Step::Call(call) => {
            let head = if call.then { "then-call" } else { "call" };
            let tool = [name(&call.connector), name(&call.tool)];
            let ending = option("ends", call.ending.as_ref().map(name));
            list(
                head,
                tool.into_iter()
                    .chain(record(&call.arguments))
                    .chain(ending)
                    .chain(call.result.iter().map(|result| list("result", record(result)))),
            )
        }
        Step::Expect(expect) => {
            let mut nodes = vec![match (&expect.column, expect.outcome) {
                (Some(column), _) => list("column", [name(column)]),
                (None, Outcome::Permit) => atom("permit"),
                (None, Outcome::Deny) => atom("deny"),
                (None, Outcome::Ask) => atom("ask"),
                (None, Outcome::Expired) => atom("expired"),
            }];
            nodes.extend(expect.by.iter().map(|by| list("by", [name(by)])));
            if let Some((class, at)) = &expect.class {
                nodes.push(list(
                    "class",
                    std::iter::once(name(class)).chain(at.as_ref().map(moment)),
                ));
            }
            nodes.extend(option("next", expect.next.as_ref().map(moment)));
            let message = expect.message.as_ref().map(|text| quoted(&text.value));
            nodes.extend(option("message", message));
            list("expect", nodes)
        }
    }
}

fn cell(cell: &Cell) -> Node {
    match cell {
        Cell::Value(value) => literal(value),
        Cell::Moment(at) => moment(at),
    }
}

fn moment(moment: &Moment) -> Node {
    let day = date(Date {
        year: Some(moment.year),
        month: moment.month,
        day: moment.day,
    });
    let offset = moment
        .offset
        .map_or_else(String::new, |offset| format!("{offset:+}m"));
    atom(format!("{day}T{}{offset}", clock(moment.minute)))
}

fn record(fields: &[(Name, Literal)]) -> Vec<Node> {
    fields
        .iter()
        .map(|(key, value)| list(":", [name(key), literal(value)]))
        .collect()
}

fn literal(value: &Literal) -> Node {
    match value {
        Literal::String(text) => quoted(&text.value),
        Literal::Number(number) => atom(&number.digits),
        Literal::Bool(value, _) => atom(value.to_string()),
        Literal::Null(_) => atom("null"),
        Literal::Word(word) => list("word", [name(word)]),
        Literal::List(elements, _) => list("list", elements.iter().map(literal)),
        Literal::Record(fields, _) => list("record", record(fields)),
    }
}
