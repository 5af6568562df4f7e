//! Tables and fixtures, unfolded: a test becomes the stories that are told.
//!
//! A word in the steps below a table that is the name of a column is replaced by the row's cell. A column that nothing
//! uses is an error: its name was misspelt below, and the word would otherwise be taken for a text.

use std::collections::{BTreeMap, BTreeSet};

use super::given;
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::json;
use crate::syntax::ast::{Cell, Each, Fixture, Literal, Name, Outcome, Past, Row, Step};

/// The most stories of one test: tables in tables multiply.
const MAX_STORIES: usize = 10_000;

/// How deep fixtures stand in fixtures.
const MAX_DEPTH: usize = 16;

pub(super) type Fixtures<'a> = BTreeMap<&'a str, &'a Fixture>;

/// One story to be told: the cells it is about, where it stands in tables, and its steps, of which none is a table.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub cells: Vec<String>,
    pub steps: Vec<Step>,
}

/// The stories of `steps`: one for each row of their tables, and one of what stands outside of tables.
pub(super) fn unfold(steps: &[Step], fixtures: &Fixtures<'_>, found: &mut Vec<Diagnostic>) -> Vec<Told> {
    let mut stories = Vec::new();
    let start = Told::default();
    let plain = self::stories(&start, steps, fixtures, found, &mut stories);
    let says_something = plain
        .steps
        .iter()
        .any(|step| matches!(step, Step::Call(_) | Step::Expect(_)));
    if says_something || stories.is_empty() {
        stories.insert(0, plain);
    }
    stories
}

/// Adds the stories of the tables in `steps` to `stories`, and gives what stands outside of them.
fn stories(
    before: &Told,
    steps: &[Step],
    fixtures: &Fixtures<'_>,
    found: &mut Vec<Diagnostic>,
    stories: &mut Vec<Told>,
) -> Told {
    let mut told = Told {
        cells: before.cells.clone(),
        steps: before.steps.clone(),
    };
    for step in steps {
        match step {
            Step::Fixture(name) => take_in(name, fixtures, 0, &mut told.steps, found),
            Step::Each(each) => {
                // A row begins with what is given above its table, and with no call.
                let given: Vec<Step> = told
                    .steps
                    .iter()
                    .take_while(|step| !matches!(step, Step::Call(_)))
                    .cloned()
                    .collect();
                for row in checked(each, found) {
                    if stories.len() >= MAX_STORIES {
                        found.push(Diagnostic::new(
                            Code::E0708,
                            format!("a test has at most {MAX_STORIES} cases"),
                            each.head,
                            "here it has more",
                        ));
                        return told;
                    }
                    let mut before = Told {
                        cells: told.cells.clone(),
                        steps: given.clone(),
                    };
                    before.cells.extend(row.cells.iter().map(show));
                    let mut put = Put::of(each, row, found);
                    let steps: Vec<Step> = each.steps.iter().map(|step| put.step(step)).collect();
                    let is_plain = !each.steps.iter().any(|step| matches!(step, Step::Each(_)));
                    let own = self::stories(&before, &steps, fixtures, found, stories);
                    if is_plain || own.steps.iter().any(|step| matches!(step, Step::Call(_))) {
                        stories.push(own);
                    }
                }
            }
            Step::At(_)
            | Step::AtColumn(_)
            | Step::After(_)
            | Step::Given { .. }
            | Step::Remembered(_)
            | Step::Call(_)
            | Step::Expect(_) => told.steps.push(step.clone()),
        }
    }
    told
}

fn take_in(
    name: &Name,
    fixtures: &Fixtures<'_>,
    depth: usize,
    steps: &mut Vec<Step>,
    found: &mut Vec<Diagnostic>,
) {
    let Some(fixture) = fixtures.get(name.text.as_str()) else {
        let diagnostic = Diagnostic::new(
            Code::E0709,
            format!("there is no fixture `{}`", name.text),
            name.span,
            "no fixture has this name",
        );
        let near = nearest(&name.text, fixtures.keys().copied());
        found.push(match near {
            Some(_) => diagnostic.with_near(name.span, near),
            None => diagnostic
                .with_help("a fixture is `fixture NAME { … }`; a fact is `given NAME { attribute: value }`"),
        });
        return;
    };
    if depth >= MAX_DEPTH {
        found.push(Diagnostic::new(
            Code::E0709,
            format!("the fixture `{}` takes in itself", name.text),
            name.span,
            "this never ends",
        ));
        return;
    }
    for step in &fixture.steps {
        match step {
            Step::Fixture(inner) => take_in(inner, fixtures, depth + 1, steps, found),
            Step::At(_) | Step::After(_) | Step::Given { .. } | Step::Remembered(_) => {
                steps.push(step.clone());
            }
            // Told where the fixture stands, see `fixture_steps`.
            Step::AtColumn(_) | Step::Each(_) | Step::Call(_) | Step::Expect(_) => {}
        }
    }
}

/// The fixtures of a bundle by name; what cannot stand in one is told.
pub(super) fn collect<'a>(
    declared: impl Iterator<Item = &'a Fixture>,
    found: &mut Vec<Diagnostic>,
) -> Fixtures<'a> {
    let mut fixtures = Fixtures::new();
    for fixture in declared {
        let wrong = fixture.steps.iter().find_map(|step| match step {
            Step::Call(call) => Some(call.span),
            Step::Expect(expect) => Some(expect.span),
            Step::Each(each) => Some(each.head),
            Step::AtColumn(name) => Some(name.span),
            Step::At(_) | Step::After(_) | Step::Given { .. } | Step::Remembered(_) | Step::Fixture(_) => {
                None
            }
        });
        if let Some(span) = wrong {
            found.push(
                Diagnostic::new(
                    Code::E0709,
                    "a fixture gives, and calls nothing",
                    span,
                    "this belongs in a test",
                )
                .with_help("a fixture holds `given`, `at` and `after`"),
            );
        }
        if let Some(first) = fixtures.get(fixture.name.text.as_str()) {
            let first: &Fixture = first;
            found.push(
                Diagnostic::new(
                    Code::E0201,
                    format!("there are two fixtures `{}`", fixture.name.text),
                    fixture.name.span,
                    "declared again",
                )
                .with_label(first.name.span, "declared here"),
            );
            continue;
        }
        fixtures.insert(&fixture.name.text, fixture);
    }
    fixtures
}

/// The rows that have a cell for each column. A column that is not used is told once.
fn checked<'a>(each: &'a Each, found: &mut Vec<Diagnostic>) -> Vec<&'a Row> {
    let mut rows = Vec::new();
    for row in &each.rows {
        if row.cells.len() == each.columns.len() {
            rows.push(row);
            continue;
        }
        found.push(
            Diagnostic::new(
                Code::E0708,
                format!("this row has {} of {} cells", row.cells.len(), each.columns.len()),
                row.span,
                "a row has a cell for each column",
            )
            .with_label(each.head, "the columns are named here"),
        );
    }
    if let Some(row) = rows.first() {
        // What is wrong with a cell is told for each row.
        let mut ignored = Vec::new();
        let mut put = Put::of(each, row, &mut ignored);
        for step in &each.steps {
            put.step(step);
        }
        for column in &each.columns {
            if !put.used.contains(column.text.as_str()) {
                found.push(
                    Diagnostic::new(
                        Code::E0708,
                        format!("the column `{}` is not used", column.text),
                        column.span,
                        "no step below names it",
                    )
                    .with_help(
                        "use its name as a value, as in `{ channel_id: channel }` or `expect outcome`",
                    ),
                );
            }
        }
    }
    rows
}

/// A cell as it is told in the name of a case.
fn show(cell: &Cell) -> String {
    match cell {
        Cell::Value(Literal::Word(name)) => name.text.clone(),
        Cell::Value(value) => json::write(&given::json(value)),
        Cell::Moment(at) => format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            at.year,
            at.month,
            at.day,
            at.minute / 60,
            at.minute % 60
        ),
    }
}

/// Puts the cells of a row where the columns are named.
struct Put<'a, 'f> {
    cells: BTreeMap<&'a str, &'a Cell>,
    used: BTreeSet<&'a str>,
    found: &'f mut Vec<Diagnostic>,
}

impl<'a, 'f> Put<'a, 'f> {
    fn of(each: &'a Each, row: &'a Row, found: &'f mut Vec<Diagnostic>) -> Self {
        let names = each.columns.iter().map(|name| name.text.as_str());
        Self {
            cells: names.zip(&row.cells).collect(),
            used: BTreeSet::new(),
            found,
        }
    }

    fn cell(&mut self, name: &Name) -> Option<&'a Cell> {
        let (column, cell) = self.cells.get_key_value(name.text.as_str())?;
        self.used.insert(column);
        Some(cell)
    }

    fn step(&mut self, step: &Step) -> Step {
        let mut step = step.clone();
        match &mut step {
            Step::At(_) | Step::After(_) | Step::Fixture(_) => {}
            Step::AtColumn(name) => match self.cell(name) {
                Some(Cell::Moment(at)) => return Step::At(*at),
                Some(Cell::Value(_)) => {
                    let name = name.clone();
                    self.wrong(&name, "a moment such as `2026-03-02 12:00`");
                }
                None => {}
            },
            Step::Given { fields, .. } => self.fields(fields),
            Step::Remembered(remembered) => match &mut remembered.what {
                Past::Marks(_) => {}
                Past::Track { by, value, .. } => {
                    for value in by.iter_mut().chain([value]) {
                        self.literal(value);
                    }
                }
                Past::Open { by, .. } => {
                    if let Some(by) = by {
                        self.literal(by);
                    }
                }
            },
            Step::Call(call) => {
                self.fields(&mut call.arguments);
                call.result.iter_mut().for_each(|result| self.fields(result));
            }
            Step::Each(each) => {
                for cell in each.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    if let Cell::Value(Literal::Word(name)) = cell
                        && let Some(outer) = self.cell(&name.clone())
                    {
                        *cell = outer.clone();
                    }
                }
                let steps: Vec<Step> = each.steps.iter().map(|step| self.step(step)).collect();
                each.steps = steps;
            }
            Step::Expect(expect) => {
                if let Some(column) = expect.column.clone()
                    && let Some(cell) = self.cell(&column)
                {
                    let word = word(cell).and_then(|word| outcome(&word.text));
                    match word {
                        Some(outcome) => {
                            expect.outcome = outcome;
                            expect.column = None;
                        }
                        None => self.wrong(&column, "`permit`, `deny`, `ask` or `expired`"),
                    }
                }
                let class = expect.class.as_mut().map(|(class, _)| class);
                for name in expect.by.iter_mut().chain(class) {
                    if let Some(cell) = self.cell(&name.clone()) {
                        match word(cell) {
                            Some(word) => name.text.clone_from(&word.text),
                            None => self.wrong(&name.clone(), "a name"),
                        }
                    }
                }
            }
        }
        step
    }

    fn fields(&mut self, fields: &mut [(Name, Literal)]) {
        for (_, value) in fields {
            self.literal(value);
        }
    }

    fn literal(&mut self, value: &mut Literal) {
        match value {
            Literal::Word(name) => {
                let name = name.clone();
                match self.cell(&name) {
                    Some(Cell::Value(cell)) => *value = cell.clone(),
                    Some(Cell::Moment(_)) => self.wrong(&name, "a value"),
                    None => {}
                }
            }
            Literal::List(elements, _) => elements.iter_mut().for_each(|element| self.literal(element)),
            Literal::Record(fields, _) => self.fields(fields),
            Literal::String(_) | Literal::Number(_) | Literal::Bool(..) | Literal::Null(_) => {}
        }
    }

    fn wrong(&mut self, column: &Name, wanted: &str) {
        self.found.push(Diagnostic::new(
            Code::E0708,
            format!("the column `{}` holds something else", column.text),
            column.span,
            format!("here it has to hold {wanted}"),
        ));
    }
}

fn word(cell: &Cell) -> Option<&Name> {
    match cell {
        Cell::Value(Literal::Word(name)) => Some(name),
        Cell::Value(
            Literal::String(_)
            | Literal::Number(_)
            | Literal::Bool(..)
            | Literal::Null(_)
            | Literal::List(..)
            | Literal::Record(..),
        )
        | Cell::Moment(_) => None,
    }
}

fn outcome(word: &str) -> Option<Outcome> {
    Some(match word {
        "permit" => Outcome::Permit,
        "deny" => Outcome::Deny,
        "ask" => Outcome::Ask,
        "expired" => Outcome::Expired,
        _ => return None,
    })
}
