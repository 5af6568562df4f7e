//! What a bundle knows of those who call, and how what is delivered of them is read.

use serde::{Deserialize, Serialize};

use crate::json::{Json, Number};
use crate::types::{self, Type};

/// The groups, and the attributes of members and agents, that the bundle declares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// In order.
    pub groups: Vec<String>,
    /// By name.
    pub member: Vec<CallerAttribute>,
    /// By name.
    pub agent: Vec<CallerAttribute>,
}

/// Something that is known of a member or of an agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallerAttribute {
    /// As conditions name it: `clearance` of `member.clearance`.
    pub name: String,
    /// What its value has to be; of another type it is unknown.
    pub ty: Type,
    /// The name under which it is delivered, where that is another.
    pub source: Option<String>,
}

impl CallerAttribute {
    /// The name under which it is delivered.
    #[must_use]
    pub fn delivered_as(&self) -> &str {
        self.source.as_deref().unwrap_or(&self.name)
    }

    /// Its value among marks such as `stage=prod`, which is how a store that knows only words keeps it.
    ///
    /// `None` where no mark gives it, where two give different values, and where what they give is not of its type:
    /// then it is unknown. Of a list each mark gives one element.
    #[must_use]
    pub fn among<'a>(&self, marks: impl IntoIterator<Item = &'a str>) -> Option<Json> {
        let mut given: Vec<&str> = marks
            .into_iter()
            .filter_map(|mark| mark.split_once('='))
            .filter(|(name, _)| *name == self.delivered_as())
            .map(|(_, value)| value)
            .collect();
        given.sort_unstable();
        given.dedup();
        if let Type::List(element) = &self.ty {
            let elements: Option<Vec<Json>> = given.iter().map(|text| read(element, text)).collect();
            return elements.filter(|elements| !elements.is_empty()).map(Json::Array);
        }
        match given.as_slice() {
            [one] => read(&self.ty, one),
            [] | [_, _, ..] => None,
        }
    }
}

/// A word as a value of `ty`.
fn read(ty: &Type, text: &str) -> Option<Json> {
    let number = || Number::parse(text).ok().map(Json::Number);
    let truth = match text {
        "true" => Some(Json::Bool(true)),
        "false" => Some(Json::Bool(false)),
        _ => None,
    };
    [Some(Json::String(text.to_owned())), truth, number()]
        .into_iter()
        .flatten()
        .find(|value| types::admits(ty, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(ty: Type, source: Option<&str>, marks: &[&str]) -> Option<Json> {
        let attribute = CallerAttribute {
            name: "level".to_owned(),
            ty,
            source: source.map(str::to_owned),
        };
        attribute.among(marks.iter().copied())
    }

    #[test]
    fn point_48_a_mark_delivers_a_value_of_the_declared_type() {
        let three = Json::Number(3_i64.into());
        let text = |text: &str| Json::String(text.to_owned());
        assert_eq!(
            among(Type::Integer, None, &["staff", "level=3"]),
            Some(three.clone())
        );
        assert_eq!(among(Type::Text, None, &["level=3"]), Some(text("3")));
        assert_eq!(among(Type::Bool, None, &["level=true"]), Some(Json::Bool(true)));
        assert_eq!(
            among(Type::Integer, Some("grade"), &["grade=3", "level=4"]),
            Some(three)
        );
        let words = Type::Enum(vec!["dev".to_owned(), "prod".to_owned()]);
        assert_eq!(among(words.clone(), None, &["level=prod"]), Some(text("prod")));
        let list = Type::List(Box::new(Type::Text));
        let both = Json::Array(vec![text("a"), text("b")]);
        assert_eq!(among(list.clone(), None, &["level=b", "level=a"]), Some(both));
        for (ty, marks) in [
            (Type::Integer, vec![]),
            (Type::Integer, vec!["level"]),
            (Type::Integer, vec!["level=high"]),
            (Type::Integer, vec!["level=3", "level=4"]),
            (words, vec!["level=test"]),
            (list, vec!["staff"]),
        ] {
            assert_eq!(among(ty.clone(), None, &marks), None, "{ty} among {marks:?}");
        }
    }
}
