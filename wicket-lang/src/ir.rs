//! The typed tree: tables of everything a bundle says, and one arena of expressions.
//!
//! A rule is written once and may touch many tools; here its condition stands once for each tool that it touches,
//! specialized to that tool (the tool's own name and tier are constants, its arguments are typed, a resource that the
//! tool does not touch is gone). Equal expressions are one node, so what many rules ask is one node too. Children
//! always come before their parents, so nothing that walks the arena needs recursion on untrusted depth.
//!
//! The same tables travel in the artifact beside the bytecode: messages, classes, unknowns and traces are computed
//! from them on demand. The arena and the patterns are the compiler's and the machine's own: no part of the interface.

#[doc(hidden)]
mod arena;
mod breakers;
mod directory;
#[doc(hidden)]
mod patterns;
mod history;
mod print;
mod print_bundle;

#[doc(hidden)]
pub use arena::{Arena, Node, Over};
pub use breakers::{Breaker, DeniedBy, Hold, Stopped, Trips};
pub use directory::{CallerAttribute, Directory};
pub use history::{Denials, Measure, Others, Outcome, Per, Remembers, Tally, Track, Window};
#[doc(hidden)]
pub use patterns::Patterns;
pub use print::{print, print_told, print_told_of_element};
pub use print_bundle::print_bundle;

pub use crate::calendar::{ScheduleId, ZoneId};
pub use crate::catalog::Digest;

use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::catalog::{Annotation, Tier};

use crate::source::Span;
use crate::types::{Schema, Type};
use crate::value::{Decimal, Duration, Instant, Network, Truth};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            pub struct $name(pub u32);

            impl $name {
                /// The id of the `index`th entry. A table never holds more than `u32::MAX` entries.
                #[must_use]
                pub fn at(index: usize) -> Self {
                    Self(u32::try_from(index).unwrap_or(u32::MAX))
                }

                /// Its place in the table.
                #[must_use]
                pub fn index(self) -> usize {
                    self.0 as usize
                }
            }
        )*
    };
}

ids! {
    /// An entry of [`Bundle::connectors`].
    ConnectorId
    /// An entry of [`Bundle::resources`].
    ResourceId
    /// An entry of [`Bundle::tools`].
    ToolId
    /// An entry of [`Bundle::policies`].
    PolicyId
    /// An entry of [`Bundle::rules`].
    RuleId
    /// An entry of [`Bundle::breakers`].
    BreakerId
    /// An entry of [`Bundle::limits`].
    LimitId
    /// An entry of [`Bundle::tracks`].
    TrackId
    /// An entry of [`Bundle::sets`].
    SetId
    /// An entry of [`Bundle::paths`].
    PathId
    /// An entry of [`Bundle::constants`].
    ConstantId
    /// An entry of [`Bundle::patterns`].
    PatternId
    /// A node of [`Bundle::arena`].
    NodeId
}

/// Everything that a bundle says, checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bundle {
    /// The version of the zone data, `2026f`.
    pub tzdata: String,
    /// The zone of the bundle's files, where one names it.
    pub zone: Option<ZoneId>,
    /// The zones and schedules that it names, with the zone data that they need.
    pub calendar: Calendar,
    /// What it declares of those who call.
    pub directory: Directory,
    /// The sets that it names, and the lists that stand in expressions.
    pub sets: Vec<Set>,
    /// The connectors that it uses, ordered by name.
    pub connectors: Vec<Connector>,
    /// What the tools of its connectors act on.
    pub resources: Vec<Resource>,
    /// Ordered by connector (as in `connectors`, which is by name) and name.
    pub tools: Vec<Tool>,
    /// Ordered by name.
    pub policies: Vec<Policy>,
    /// Ordered by policy, then as written.
    pub rules: Vec<Rule>,
    /// Ordered by name.
    pub breakers: Vec<Breaker>,
    /// Ordered by name.
    pub limits: Vec<Limit>,
    /// Ordered by name.
    pub tracks: Vec<Track>,
    /// What conditions, messages and keys of resources read.
    pub paths: Vec<Path>,
    /// The constants of its conditions.
    pub constants: Vec<Constant>,
    /// The patterns of its conditions.
    pub patterns: Patterns,
    /// The nodes of its conditions.
    pub arena: Arena,
}

/// A set of constants of one kind, without repeats, ordered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Set {
    /// `None` for a list that stands in an expression.
    pub name: Option<String>,
    /// Its elements are told to nobody.
    pub private: bool,
    /// All of one kind, in rising order.
    pub elements: Vec<Constant>,
}

/// A value that the author wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Constant {
    /// `true` or `false`.
    Bool(bool),
    /// A number, exactly.
    Number(Decimal),
    /// A text, its escapes resolved.
    Text(String),
    /// A point in time, in milliseconds.
    Instant(Instant),
    /// A length of time, in milliseconds.
    Duration(Duration),
    /// A range of addresses: `192.0.2.0/24`.
    Network(Network),
}

/// A connector that the bundle uses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// The name in this bundle: the alias where `use … as …` gave one.
    pub name: String,
    /// The name of its declaration.
    pub declared: String,
    /// The address of its upstream, where the declaration names one.
    pub upstream: Option<String>,
}

/// Something that a tool acts on and whose facts rules may read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// Whose resource it is.
    pub connector: ConnectorId,
    /// `repo`; of what an attribute refers to `issue.project`.
    pub name: String,
    /// What the record is of: the name under which the connector declares it. Several resources may be of one kind.
    pub kind: String,
    /// The names of the parts of its key, in order: `owner`, `name`.
    pub keys: Vec<String>,
    /// The case of letters in its key does not matter to the connector: `Acme/Site` and `acme/site` are one record.
    pub ignoring_case: bool,
    /// What may be read of it, in the order of the declaration.
    pub attributes: Vec<Attribute>,
    /// Where its facts come from; `None`: the connector does not say.
    pub source: Option<FactSource>,
}

/// Something that may be read of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name in conditions and in the record: `visibility`.
    pub name: String,
    /// What a fact has to be; of another type it is unknown.
    pub ty: Type,
    /// Its value is the key of this resource, so that facts about that one can be read through it.
    pub refers: Option<ResourceId>,
}

/// Where the facts of a resource come from; fetching them is the caller's work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactSource {
    /// An address with `{key}` for the parts of the key.
    pub address: String,
    /// How old a fact may be, in seconds.
    pub fresh_seconds: u64,
}

/// A tool of the catalog, and all that the bundle says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tool {
    /// Whose tool it is.
    pub connector: ConnectorId,
    /// The upstream's name of it, `merge_pull_request`.
    pub name: String,
    /// `None`: the owner has not classified it, so it is denied.
    pub tier: Option<Tier>,
    /// The digest of its pinned definition.
    pub shape: Digest,
    /// The digest of its pinned texts, where the bundle's lock has one.
    pub text: Option<Digest>,
    /// The arguments that it takes, from its pinned input schema.
    pub schema: Schema,
    /// Arguments that the schema does not name pass; rules never see them.
    pub open: bool,
    /// The resources that its arguments name.
    pub bindings: Vec<Binding>,
    /// The resources that the owner declares it not to touch: rules about them pass over it.
    pub without: Vec<ResourceId>,
    /// The rules that touch it, each with its condition here.
    pub guards: Vec<Guard>,
    /// The tracks that its calls enter, in the order of the tracks.
    pub tallies: Vec<Tally>,
    /// By which key the breakers that have keys look at its calls, in the order of the breakers. One of them that stops
    /// it and is not here passes over it.
    pub stopped: Vec<Stopped>,
}

impl Tool {
    /// One digest for its pinned definition: of its shape and, where they are pinned, its texts.
    #[must_use]
    pub fn definition(&self) -> Digest {
        let text = self.text.map_or_else(String::new, |text| text.to_string());
        Digest::of(format!("{} {text}", self.shape).as_bytes())
    }
}

/// Which values are the key of a resource that a tool touches: its arguments, or an attribute that refers to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The resource that they name.
    pub resource: ResourceId,
    /// As [`Resource::keys`].
    pub keys: Vec<PathId>,
}

/// A rule at one of the tools that it touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    /// Which rule.
    pub rule: RuleId,
    /// When the rule matches; `Node::Always` where nothing is asked. That it is for the caller is part of it.
    pub condition: NodeId,
    /// When the rule is for the caller at all; `Node::Always` where it is for everyone.
    pub callers: NodeId,
}

/// A policy: what its author says of it. Its rules are in [`Bundle::rules`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// As it is declared, `release_notes`.
    pub name: String,
    /// `@name("value")` above it, as written and in that order.
    pub annotations: Vec<(String, String)>,
    /// The text of the `///` lines above it, without the slashes; empty where there are none.
    pub documentation: String,
    /// Of all that it says and reaches.
    pub digest: Digest,
    /// Where its name stands in the sources.
    pub span: Span,
}

/// A rule, whatever the tools that it touches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// The policy in which it stands.
    pub policy: PolicyId,
    /// What it does where it matches.
    pub effect: Effect,
    /// `permit … only when` becomes a permit and a forbid; this is the forbid.
    pub from_only: bool,
    /// Of an `ask`: whose approval it wants.
    pub approval: Option<ApprovalTerms>,
    /// Of a permit: whose credential is used upstream.
    pub account: Option<String>,
    /// What the agent reads: of a forbid or an ask its `message`, of a permit its `otherwise`.
    pub message: Option<Template>,
    /// Where it stands in the sources.
    pub span: Span,
}

/// What a rule does where it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// `permit`: lets a call pass that nothing denies.
    Permit,
    /// `forbid`: denies.
    Forbid,
    /// `ask`: denies until somebody has approved the call.
    Ask,
}

impl Effect {
    /// As in answers, records and listings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Forbid => "forbid",
            Self::Ask => "ask",
        }
    }

    /// Whether a rule of this effect applies where its condition is `truth`. Unknown never helps the caller: it
    /// applies what restricts, and never what permits.
    #[must_use]
    pub fn applies(self, truth: Truth) -> bool {
        match self {
            Self::Permit => truth == Truth::True,
            Self::Forbid | Self::Ask => matches!(truth, Truth::True | Truth::Unknown),
        }
    }
}

/// Whose approval an `ask` wants, and for how long one lasts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ApprovalTerms {
    /// The group that approves; `None` is the owners of the agent.
    pub group: Option<String>,
    /// How many different people; at least 1.
    pub count: u32,
    /// How long after it was asked for an approval may be used, in seconds.
    pub within_seconds: u64,
}

impl ApprovalTerms {
    /// As the author writes it: `2 of security`, `owners`.
    #[must_use]
    pub fn from(&self) -> String {
        let group = self.group.as_deref().unwrap_or("owners");
        if self.count == 1 {
            group.to_owned()
        } else {
            format!("{} of {group}", self.count)
        }
    }
}

/// A message with its gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Text and gaps, in order.
    pub parts: Vec<Part>,
}

/// A piece of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// Words of the author, as they are.
    Text(String),
    /// `{args.owner}`: a value of the request.
    Path(PathId),
    /// `{release_channels}`: the elements of a set.
    Set(SetId),
    /// `{office_hours}`: a schedule.
    Schedule(ScheduleId),
    /// `{s.next}`: the next opening after now.
    ScheduleNext(ScheduleId),
    /// `{next}`: the instant of the denial's class.
    Next,
    /// `{tool.name}`, of the tool that is called.
    ToolName,
    /// `{tool.tier}`
    ToolTier,
    /// `{tool.connector}`, as the bundle calls it.
    ToolConnector,
    /// `{office_hours}` of a schedule whose zone an attribute names.
    ScheduleOf {
        /// The schedule.
        schedule: ScheduleId,
        /// What names its zone.
        zone: PathId,
    },
    /// `{s.next}` of such a schedule.
    ScheduleOfNext {
        /// The schedule.
        schedule: ScheduleId,
        /// What names its zone.
        zone: PathId,
    },
}

/// A value that is read when a decision is made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Path {
    /// `args.a.b`; at least one name.
    Argument(Vec<String>),
    /// `repo.visibility`.
    Attribute {
        /// Whose attribute.
        resource: ResourceId,
        /// Its place in [`Resource::attributes`].
        attribute: u32,
    },
    /// `member.email`.
    MemberEmail,
    /// `member.groups`.
    MemberGroups,
    /// An entry of [`Directory::member`].
    MemberAttribute(u32),
    /// `agent.name`.
    AgentName,
    /// An entry of [`Directory::agent`].
    AgentAttribute(u32),
    /// What the client calls itself; nobody has verified it.
    ClientName,
    /// `client.version`, likewise.
    ClientVersion,
    /// Where the connection comes from.
    ClientAddress,
    /// How many calls of this session were denied.
    SessionDenials,
    /// `args`: all arguments, as one record.
    Arguments,
    /// `call`: tool and arguments together, as a digest.
    Call,
    /// `tool.read_only`, of a tool whose pinned definition does not say; what it says is a constant.
    Annotation(Annotation),
    /// `result.a.b`: what the call answered, where that is remembered; at least one name.
    Result(Vec<String>),
}

/// How far a track may go. The call that is judged is counted in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// As it is declared.
    pub name: String,
    /// So much passes, and no more.
    pub most: Decimal,
    /// What it counts: a track of its own name, or one that the author named.
    pub track: TrackId,
    /// What the agent reads where it stops a call; `None`: a sentence that Wicket makes.
    pub message: Option<Template>,
    /// Where its name stands in the sources.
    pub span: Span,
}

/// A name as it stands after a dot. With other characters in it it stands in quotes, so that `args."a.b"` is not
/// `args.a.b`.
fn segment(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    if name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("{name:?}")
    }
}

impl Bundle {
    /// The tool `connector.name`.
    #[must_use]
    pub fn find_tool(&self, connector: &str, name: &str) -> Option<ToolId> {
        // Connectors are few. Among the tools their names need not be read: their order is that of the ids.
        let id = self.connectors.iter().position(|entry| entry.name == connector)?;
        let wanted = (ConnectorId::at(id), name);
        let position = self
            .tools
            .binary_search_by(|tool| (tool.connector, tool.name.as_str()).cmp(&wanted));
        position.ok().map(ToolId::at)
    }

    /// The tool of this id, which is one of this bundle.
    #[must_use]
    pub fn tool(&self, id: ToolId) -> Option<&Tool> {
        self.tools.get(id.index())
    }

    /// The rule of this id, which is one of this bundle.
    #[must_use]
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(id.index())
    }

    /// The policy of this id, which is one of this bundle.
    #[must_use]
    pub fn policy(&self, id: PolicyId) -> Option<&Policy> {
        self.policies.get(id.index())
    }

    /// The policy that `rule` belongs to.
    #[must_use]
    pub fn policy_of(&self, rule: RuleId) -> Option<&Policy> {
        self.policy(self.rule(rule)?.policy)
    }

    /// The breaker of this id, which is one of this bundle.
    #[must_use]
    pub fn breaker(&self, id: BreakerId) -> Option<&Breaker> {
        self.breakers.get(id.index())
    }

    /// The limit of this id, which is one of this bundle.
    #[must_use]
    pub fn limit(&self, id: LimitId) -> Option<&Limit> {
        self.limits.get(id.index())
    }

    /// The track of this id, which is one of this bundle.
    #[must_use]
    pub fn track(&self, id: TrackId) -> Option<&Track> {
        self.tracks.get(id.index())
    }

    /// The tools whose calls may enter a track, in order.
    #[must_use]
    pub fn tools_of(&self, track: TrackId) -> Vec<ToolId> {
        let tools = self.tools.iter().enumerate();
        tools
            .filter(|(_, tool)| tool.tallies.iter().any(|tally| tally.track == track))
            .map(|(index, _)| ToolId::at(index))
            .collect()
    }

    /// The track of this name.
    #[must_use]
    pub fn find_track(&self, name: &str) -> Option<TrackId> {
        let position = self
            .tracks
            .binary_search_by(|track| track.name.as_str().cmp(name));
        position.ok().map(TrackId::at)
    }

    /// The path of this id, which is one of this bundle.
    #[must_use]
    pub fn path(&self, id: PathId) -> Option<&Path> {
        self.paths.get(id.index())
    }

    /// `github.get_me`.
    #[must_use]
    pub fn tool_name(&self, id: ToolId) -> String {
        self.tool(id).map_or_else(String::new, |tool| {
            let connector = self
                .connectors
                .get(tool.connector.index())
                .map_or("", |connector| connector.name.as_str());
            format!("{connector}.{}", tool.name)
        })
    }

    /// A path as the author writes it, `args.owner`.
    #[must_use]
    pub fn path_name(&self, id: PathId) -> String {
        match self.path(id) {
            None => String::new(),
            Some(Path::Argument(names)) => {
                let names: Vec<String> = names.iter().map(|name| segment(name)).collect();
                format!("args.{}", names.join("."))
            }
            Some(Path::Attribute { resource, attribute }) => {
                let resource = self.resources.get(resource.index());
                let attribute = resource.and_then(|resource| resource.attributes.get(*attribute as usize));
                format!(
                    "{}.{}",
                    resource.map_or("", |r| r.name.as_str()),
                    attribute.map_or("", |a| a.name.as_str())
                )
            }
            Some(Path::MemberEmail) => "member.email".into(),
            Some(Path::MemberGroups) => "member.groups".into(),
            Some(Path::MemberAttribute(index)) => {
                let attribute = self.directory.member.get(*index as usize);
                format!(
                    "member.{}",
                    attribute.map_or("", |attribute| attribute.name.as_str())
                )
            }
            Some(Path::AgentAttribute(index)) => {
                let attribute = self.directory.agent.get(*index as usize);
                format!(
                    "agent.{}",
                    attribute.map_or("", |attribute| attribute.name.as_str())
                )
            }
            Some(Path::ClientName) => "client.name".into(),
            Some(Path::ClientVersion) => "client.version".into(),
            Some(Path::ClientAddress) => "client.address".into(),
            Some(Path::AgentName) => "agent.name".into(),
            Some(Path::SessionDenials) => "session.denials".into(),
            Some(Path::Result(names)) => {
                let names: Vec<String> = names.iter().map(|name| segment(name)).collect();
                format!("result.{}", names.join("."))
            }
            Some(Path::Arguments) => "args".into(),
            Some(Path::Call) => "call".into(),
            Some(Path::Annotation(annotation)) => format!("tool.{}", annotation.name()),
        }
    }
}
