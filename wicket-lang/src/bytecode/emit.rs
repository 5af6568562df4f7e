//! Turns the typed tree into programs.
//!
//! For each rule of a tool, in order: first the conditions in it that are asked more than once and have no slot yet,
//! children before parents, each kept in a slot; then the rule's own condition, and its report. What is asked more
//! than once is therefore evaluated even where a skip would have left it out in one place: it is on every way to every
//! place that recalls it, and the code stays as small as the tree, however much of it is shared.

use std::collections::BTreeMap;

use thiserror::Error;

use super::sizes::{Size, sizes};
use super::{
    Body, Instruction, MAX_COST, MAX_DEPTH, MAX_NODES, MAX_STACK, NodeMap, Out, Program, Programs, Skip, Slot,
};
use crate::diagnostic::Code;
use crate::ir::{Bundle, Node, NodeId, Over, Tool};
use crate::value::{ArithmeticOp, CompareOp, TextOp};

/// Why a bundle has no programs. Each names a tool, as `github.get_me`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EmitError {
    /// Judging a call of the tool might take more steps than a program may have.
    #[error("the rules that touch `{tool}` come to more than {MAX_COST} steps")]
    TooCostly {
        /// `github.get_me`.
        tool: String,
    },
    /// A condition of the tool is larger or deeper than the walks over it can bear.
    #[error("a condition on `{tool}` is nested too deep, or has more than {MAX_NODES} parts")]
    TooDeep {
        /// `github.get_me`.
        tool: String,
    },
}

impl EmitError {
    /// The code of its page, which `wicket explain` prints.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::TooCostly { .. } | Self::TooDeep { .. } => Code::E0606,
        }
    }
}

/// The programs of a bundle, and which node each instruction computes. A tool too costly to judge has none.
pub fn emit(bundle: &Bundle) -> Result<(Programs, NodeMap), EmitError> {
    let mut emitter = Emitter::new(bundle);
    let mut programs = Programs::default();
    let mut nodes = NodeMap::default();
    let mut known: BTreeMap<(Vec<u8>, Vec<NodeId>), u32> = BTreeMap::new();
    for tool in &bundle.tools {
        let name = || {
            let connector = bundle.connectors.get(tool.connector.index());
            format!("{}.{}", connector.map_or("", |c| c.name.as_str()), tool.name)
        };
        emitter.tool(tool).map_err(|refusal| match refusal {
            Refusal::Cost => EmitError::TooCostly { tool: name() },
            Refusal::Depth => EmitError::TooDeep { tool: name() },
        })?;
        emitter.slots = 0;
        let program = Program {
            code: std::mem::take(&mut emitter.code),
        };
        if program.cost() > MAX_COST {
            return Err(EmitError::TooCostly { tool: name() });
        }
        let map = std::mem::take(&mut emitter.nodes);
        let mut bytes = Vec::new();
        program
            .code
            .iter()
            .for_each(|instruction| instruction.write(&mut bytes));
        let place = *known.entry((bytes, map.clone())).or_insert_with(|| {
            programs.programs.push(program);
            nodes.0.push(map);
            u32::try_from(programs.programs.len() - 1).unwrap_or(u32::MAX)
        });
        programs.of_tool.push(place);
    }
    Ok((programs, nodes))
}

enum Refusal {
    Cost,
    Depth,
}

/// A condition needs no more stack than it is deep.
const _: () = assert!(MAX_DEPTH < MAX_STACK);

/// What is known of a node while one tool is emitted.
#[derive(Clone, Copy, Default)]
struct Use {
    count: u32,
    slot: Option<Slot>,
}

struct Emitter<'a> {
    bundle: &'a Bundle,
    /// Depth and number of parts of each node, as a tree.
    sizes: Vec<Size>,
    /// By node. Only the entries in `touched` differ from the default, so a tool costs what its rules cost.
    uses: Vec<Use>,
    touched: Vec<NodeId>,
    code: Vec<Instruction>,
    nodes: Vec<NodeId>,
    slots: u32,
}

impl<'a> Emitter<'a> {
    fn new(bundle: &'a Bundle) -> Self {
        Self {
            bundle,
            sizes: sizes(bundle),
            uses: vec![Use::default(); bundle.arena.len()],
            touched: Vec::new(),
            code: Vec::new(),
            nodes: Vec::new(),
            slots: 0,
        }
    }

    fn tool(&mut self, tool: &Tool) -> Result<(), Refusal> {
        // What enters a track is evaluated by the interpreter alone, and bounded like the conditions of rules.
        let tallies = tool.tallies.iter();
        let entering = tallies.flat_map(|tally| [Some(tally.condition), tally.key, tally.value]);
        let conditions = tool.guards.iter().map(|guard| guard.condition);
        for node in conditions.chain(entering.flatten()) {
            let size = self.sizes.get(node.index());
            if !size.is_some_and(|size| size.is_within_bounds()) {
                return Err(Refusal::Depth);
            }
        }
        for guard in &tool.guards {
            self.count(guard.condition);
        }
        for guard in &tool.guards {
            for shared in self.shared_below(guard.condition) {
                self.keep(shared)?;
            }
            self.node(guard.condition)?;
            self.push(Instruction::Report {}, guard.condition)?;
        }
        for id in std::mem::take(&mut self.touched) {
            if let Some(entry) = self.uses.get_mut(id.index()) {
                *entry = Use::default();
            }
        }
        Ok(())
    }

    /// Counts how often each node below is asked for: by how many parents, and as the condition of how many rules.
    fn count(&mut self, root: NodeId) {
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let Some(entry) = self.uses.get_mut(id.index()) else {
                continue;
            };
            entry.count = entry.count.saturating_add(1);
            if entry.count == 1 {
                self.touched.push(id);
                open.extend(self.bundle.arena.get(id).into_iter().flat_map(Node::children));
            }
        }
    }

    /// The conditions at and below `root` that are asked more than once and have no slot, children first.
    fn shared_below(&self, root: NodeId) -> Vec<NodeId> {
        let mut found = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            let (Some(entry), Some(node)) = (self.uses.get(id.index()), self.bundle.arena.get(id)) else {
                continue;
            };
            if entry.slot.is_some() || !seen.insert(id) {
                continue;
            }
            // What speaks of an element has another answer for each, and stands nowhere but in the body.
            let is_closed = self.sizes.get(id.index()).is_some_and(|size| size.open == 0);
            if entry.count > 1 && is_closed && node.is_condition() && !is_constant(node) {
                found.push(id);
            }
            open.extend(node.children());
        }
        found.sort_unstable();
        found
    }

    fn keep(&mut self, id: NodeId) -> Result<(), Refusal> {
        self.node(id)?;
        let slot = Slot(self.slots);
        self.slots += 1;
        self.push(Instruction::Keep {}, id)?;
        if let Some(entry) = self.uses.get_mut(id.index()) {
            entry.slot = Some(slot);
        }
        Ok(())
    }

    fn push(&mut self, instruction: Instruction, node: NodeId) -> Result<(), Refusal> {
        if self.code.len() >= MAX_COST {
            return Err(Refusal::Cost);
        }
        self.code.push(instruction);
        self.nodes.push(node);
        Ok(())
    }

    /// The code of a node. Its depth is bounded by [`MAX_DEPTH`], and so are the recursion and the stacks.
    fn node(&mut self, id: NodeId) -> Result<(), Refusal> {
        if let Some(slot) = self.slot(id) {
            return self.push(Instruction::Recall { slot }, id);
        }
        let Some(node) = self.bundle.arena.get(id) else {
            return Err(Refusal::Depth);
        };
        match node {
            Node::And(left, right) => self.connective(
                id,
                left,
                right,
                |skip| Instruction::SkipIfFalse { skip },
                Instruction::And {},
            ),
            Node::Or(left, right) => self.connective(
                id,
                left,
                right,
                |skip| Instruction::SkipIfTrue { skip },
                Instruction::Or {},
            ),
            Node::Any { over, body } => self.quantifier(id, over, body, any),
            Node::All { over, body } => self.quantifier(id, over, body, all),
            Node::Constant(_)
            | Node::Load(_)
            | Node::Now
            | Node::Read { .. }
            | Node::Date { .. }
            | Node::Moment { .. }
            | Node::Lower(_)
            | Node::Size(_)
            | Node::Else { .. }
            | Node::Element(_)
            | Node::Field { .. }
            | Node::HasValue(_)
            | Node::Arithmetic { .. }
            | Node::Tracked { .. }
            | Node::InTrack { .. }
            | Node::Always(_)
            | Node::Unknowable(_)
            | Node::IsTrue(_)
            | Node::Compare { .. }
            | Node::InSet { .. }
            | Node::InList { .. }
            | Node::Text { .. }
            | Node::Pattern { .. }
            | Node::InSchedule(_)
            | Node::InScheduleOf { .. }
            | Node::Has(_)
            | Node::IsKind { .. }
            | Node::IsWritten { .. }
            | Node::Not(_) => {
                for child in node.children() {
                    self.node(child)?;
                }
                self.push(plain(node), id)
            }
        }
    }

    /// The value, where one is read, and the body behind the instruction that runs it for each element.
    fn quantifier(
        &mut self,
        id: NodeId,
        over: Over,
        body: NodeId,
        instruction: fn(Over, Body) -> Instruction,
    ) -> Result<(), Refusal> {
        if let Some(value) = over.needs() {
            self.node(value)?;
        }
        let at = self.code.len();
        self.push(instruction(over, Body(1)), id)?;
        self.node(body)?;
        let length = u32::try_from(self.code.len() - at - 1).unwrap_or(u32::MAX);
        if let Some(place) = self.code.get_mut(at) {
            *place = instruction(over, Body(length));
        }
        Ok(())
    }

    /// `left`, over `right` where it decides alone, and both together.
    fn connective(
        &mut self,
        id: NodeId,
        left: NodeId,
        right: NodeId,
        skip: fn(Skip) -> Instruction,
        both: Instruction,
    ) -> Result<(), Refusal> {
        self.node(left)?;
        // One instruction is not worth a jump.
        let is_cheap = self.slot(right).is_some() || self.bundle.arena.get(right).is_some_and(is_constant);
        if is_cheap {
            self.node(right)?;
            return self.push(both, id);
        }
        let at = self.code.len();
        self.push(skip(Skip(1)), id)?;
        self.node(right)?;
        self.push(both, id)?;
        let over = u32::try_from(self.code.len() - at - 1).unwrap_or(u32::MAX);
        if let Some(place) = self.code.get_mut(at) {
            *place = skip(Skip(over));
        }
        Ok(())
    }

    fn slot(&self, id: NodeId) -> Option<Slot> {
        self.uses.get(id.index())?.slot
    }
}

fn is_constant(node: Node) -> bool {
    matches!(node, Node::Always(_) | Node::Unknowable(_))
}

fn any(over: Over, body: Body) -> Instruction {
    match over {
        Over::List(_) => Instruction::AnyElement { body },
        Over::Set(set) => Instruction::AnyMember { set, body },
        Over::Texts(_) => Instruction::AnyText { body },
        Over::Tracked { track, key: None } => Instruction::AnyTracked { track, body },
        Over::Tracked { track, key: Some(_) } => Instruction::AnyTrackedBy { track, body },
    }
}

fn all(over: Over, body: Body) -> Instruction {
    match over {
        Over::List(_) => Instruction::AllElements { body },
        Over::Set(set) => Instruction::AllMembers { set, body },
        Over::Texts(_) => Instruction::AllTexts { body },
        Over::Tracked { track, key: None } => Instruction::AllTracked { track, body },
        Over::Tracked { track, key: Some(_) } => Instruction::AllTrackedBy { track, body },
    }
}

/// The instruction of a node whose children are on the stacks.
fn plain(node: Node) -> Instruction {
    match node {
        Node::Constant(constant) => Instruction::Constant { constant },
        Node::Load(path) => Instruction::Load { path },
        Node::Now => Instruction::Now {},
        Node::Read { reading, .. } => Instruction::Read { reading },
        Node::Date { zone, .. } => Instruction::Date { zone },
        Node::Lower(_) => Instruction::Lower {},
        Node::Size(_) => Instruction::Size {},
        Node::Else { .. } => Instruction::Else {},
        Node::Arithmetic { op, .. } => match op {
            ArithmeticOp::Add => Instruction::Add {},
            ArithmeticOp::Subtract => Instruction::Subtract {},
            ArithmeticOp::Multiply => Instruction::Multiply {},
        },
        Node::Tracked { track, key } => match key {
            None => Instruction::Tracked { track },
            Some(_) => Instruction::TrackedBy { track },
        },
        Node::InTrack { track, key, fold, .. } => match key {
            None => Instruction::InTrack { track, fold },
            Some(_) => Instruction::InTrackBy { track, fold },
        },
        Node::Always(true) => Instruction::True {},
        Node::Always(false) => Instruction::False {},
        Node::Unknowable(_) => Instruction::Unknown {},
        Node::IsTrue(_) => Instruction::IsTrue {},
        Node::Compare { op, fold, .. } => match op {
            CompareOp::Equal => Instruction::Equal { fold },
            CompareOp::NotEqual => Instruction::NotEqual { fold },
            CompareOp::Less => Instruction::Less {},
            CompareOp::LessEqual => Instruction::LessEqual {},
            CompareOp::Greater => Instruction::Greater {},
            CompareOp::GreaterEqual => Instruction::GreaterEqual {},
        },
        Node::InSet { set, fold, .. } => Instruction::InSet { set, fold },
        Node::InList { fold, .. } => Instruction::InList { fold },
        Node::Text { op, fold, .. } => match op {
            TextOp::StartsWith => Instruction::StartsWith { fold },
            TextOp::EndsWith => Instruction::EndsWith { fold },
            TextOp::Contains => Instruction::Contains { fold },
            TextOp::Like => Instruction::Like { fold },
            TextOp::Under => Instruction::Under { fold },
        },
        Node::Pattern { pattern, .. } => Instruction::Matches { pattern },
        Node::InSchedule(schedule) => Instruction::InSchedule { schedule },
        Node::IsWritten { exact, .. } => Instruction::IsWritten { exact },
        Node::Moment { zone, .. } => Instruction::Moment { zone },
        Node::InScheduleOf { schedule, .. } => Instruction::InScheduleOf { schedule },
        Node::Has(path) => Instruction::Has { path },
        Node::IsKind { kind, .. } => Instruction::IsKind { kind },
        Node::Not(_) => Instruction::Not {},
        Node::And(..) => Instruction::And {},
        Node::Or(..) => Instruction::Or {},
        Node::Element(out) => Instruction::Element { out: Out(out) },
        Node::Field { name, .. } => Instruction::Field { name },
        Node::HasValue(_) => Instruction::HasValue {},
        // Their bodies have a length, which is not known here.
        Node::Any { over, .. } => any(over, Body(1)),
        Node::All { over, .. } => all(over, Body(1)),
    }
}
