//! A JSON schema to a type.
//!
//! Every keyword that is understood narrows the type, all others leave it as wide as it is. References stay within the
//! document; one that leads back to itself, or deeper than [`MAX_DEPTH`], stands for anything.

use super::schema::{SchemaError, SchemaProblem};
use super::{Exact, Field, Record, Type, intersection, union};
use crate::json::{Json, Object};

/// Levels of schemas within each other, references followed.
const MAX_DEPTH: usize = 48;

/// Schemas in all, references followed.
const MAX_SCHEMAS: usize = 20_000;

pub(super) struct Converter<'a> {
    document: &'a Json,
    /// Keys from the root to here, for the error.
    path: Vec<String>,
    /// The references being followed.
    following: Vec<&'a str>,
    schemas: usize,
}

impl<'a> Converter<'a> {
    pub(super) fn new(document: &'a Json) -> Self {
        Self {
            document,
            path: Vec::new(),
            following: Vec::new(),
            schemas: 0,
        }
    }

    pub(super) fn convert_document(mut self) -> Result<Type, SchemaError> {
        self.convert(self.document)
    }

    fn convert(&mut self, schema: &'a Json) -> Result<Type, SchemaError> {
        self.schemas += 1;
        if self.schemas > MAX_SCHEMAS {
            return Err(self.refuse(SchemaProblem::TooLarge));
        }
        // A reference is a level of the path as well.
        if self.path.len() > 2 * MAX_DEPTH {
            return Ok(Type::Any);
        }
        let object = match schema {
            Json::Bool(true) => return Ok(Type::Any),
            Json::Bool(false) => return Ok(Type::NOTHING),
            Json::Object(object) => object,
            Json::Null | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                return Err(self.refuse(SchemaProblem::NotASchema));
            }
        };
        let mut ty = self.convert_kinds(object)?;
        if let Some(values) = object.get("enum") {
            let values = values.as_array().ok_or_else(|| self.bad_keyword("enum"))?;
            ty = intersection(&ty, &union(values.iter().map(constant)));
        }
        if let Some(value) = object.get("const") {
            ty = intersection(&ty, &constant(value));
        }
        if let Some(reference) = object.get("$ref") {
            ty = intersection(&ty, &self.follow(reference)?);
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(alternatives) = self.convert_list(object, keyword)? {
                ty = intersection(&ty, &union(alternatives));
            }
        }
        for part in self.convert_list(object, "allOf")?.unwrap_or_default() {
            ty = intersection(&ty, &part);
        }
        Ok(ty)
    }

    /// What `type` says, and the keywords that belong to one kind of value.
    fn convert_kinds(&mut self, object: &'a Object) -> Result<Type, SchemaError> {
        match object.get("type") {
            Some(Json::String(name)) => self.convert_kind(name, object),
            Some(Json::Array(names)) => {
                let mut types = Vec::new();
                for name in names {
                    let name = name.as_str().ok_or_else(|| self.bad_keyword("type"))?;
                    types.push(self.convert_kind(name, object)?);
                }
                Ok(union(types))
            }
            Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_)) => {
                Err(self.bad_keyword("type"))
            }
            // A schema that speaks of properties or items and forgets to say `type` means objects or lists.
            None if object.contains_key("properties") || object.contains_key("additionalProperties") => {
                self.convert_record(object).map(Type::Record)
            }
            None if object.contains_key("items") => self.convert_elements(object),
            None => Ok(Type::Any),
        }
    }

    fn convert_kind(&mut self, name: &str, object: &'a Object) -> Result<Type, SchemaError> {
        match name {
            "null" => Ok(Type::Null),
            "boolean" => Ok(Type::Bool),
            "integer" => Ok(Type::Integer),
            "number" => Ok(Type::Decimal),
            "string" => Ok(match object.get("format") {
                Some(Json::String(format)) => Exact::of_format(format).map_or(Type::Text, Type::Spelling),
                Some(Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_))
                | None => Type::Text,
            }),
            "array" => self.convert_elements(object),
            "object" => self.convert_record(object).map(Type::Record),
            _ => {
                self.path.push("type".to_owned());
                Err(self.refuse(SchemaProblem::UnknownType))
            }
        }
    }

    fn convert_elements(&mut self, object: &'a Object) -> Result<Type, SchemaError> {
        let element = match object.get("items") {
            // A list of schemas, one for each place, says too little about the list as a whole.
            Some(Json::Array(_)) | None => Type::Any,
            Some(_) if object.contains_key("prefixItems") => Type::Any,
            Some(items) => self.convert_inside("items", items)?,
        };
        Ok(Type::List(Box::new(element)))
    }

    fn convert_record(&mut self, object: &'a Object) -> Result<Record, SchemaError> {
        let mut fields = self.convert_properties(object)?;
        self.mark_required(object, &mut fields)?;
        // Point 11 of the language: what a schema does not name is refused, also where it would let it through. Only an
        // object for which no name is given at all holds anything under any name.
        let rest = if fields.is_empty() {
            self.convert_rest(object)?.map(Box::new)
        } else {
            None
        };
        Ok(Record { fields, rest })
    }

    fn convert_properties(&mut self, object: &'a Object) -> Result<Vec<Field>, SchemaError> {
        let Some(properties) = object.get("properties") else {
            return Ok(Vec::new());
        };
        let properties = properties
            .as_object()
            .ok_or_else(|| self.bad_keyword("properties"))?;
        self.path.push("properties".to_owned());
        let mut fields = Vec::new();
        for (name, schema) in properties.iter() {
            let ty = self.convert_inside(name, schema)?;
            fields.push(Field {
                name: name.to_owned(),
                ty,
                required: false,
            });
        }
        self.path.pop();
        Ok(fields)
    }

    /// A name that is required and not described may hold anything, but it is a name of the schema.
    fn mark_required(&self, object: &'a Object, fields: &mut Vec<Field>) -> Result<(), SchemaError> {
        let required = match object.get("required") {
            Some(Json::Array(names)) => names.as_slice(),
            // Draft 3 wrote `"required": true` into a property; some servers still do.
            Some(Json::Bool(_)) | None => &[],
            Some(Json::Null | Json::Number(_) | Json::String(_) | Json::Object(_)) => {
                return Err(self.bad_keyword("required"));
            }
        };
        for name in required {
            let name = name.as_str().ok_or_else(|| self.bad_keyword("required"))?;
            match fields.iter_mut().find(|field| field.name == name) {
                Some(field) => field.required = true,
                None => fields.push(Field {
                    name: name.to_owned(),
                    ty: Type::Any,
                    required: true,
                }),
            }
        }
        Ok(())
    }

    /// The values of an object for which no name is given.
    fn convert_rest(&mut self, object: &'a Object) -> Result<Option<Type>, SchemaError> {
        let patterns = match object.get("patternProperties") {
            Some(patterns) => patterns
                .as_object()
                .ok_or_else(|| self.bad_keyword("patternProperties"))?,
            None => &Object::new(),
        };
        let other = match object.get("additionalProperties") {
            Some(schema) => self.convert_inside("additionalProperties", schema)?,
            None => Type::Any,
        };
        let has_patterns = !patterns.is_empty();
        if other.is_nothing() && !has_patterns {
            return Ok(None);
        }
        // Which values stand under which pattern is the upstream's business.
        Ok(Some(if has_patterns { Type::Any } else { other }))
    }

    fn convert_list(&mut self, object: &'a Object, keyword: &str) -> Result<Option<Vec<Type>>, SchemaError> {
        let Some(schemas) = object.get(keyword) else {
            return Ok(None);
        };
        let schemas = schemas.as_array().ok_or_else(|| self.bad_keyword(keyword))?;
        self.path.push(keyword.to_owned());
        let mut types = Vec::new();
        for (position, schema) in schemas.iter().enumerate() {
            types.push(self.convert_inside(&position.to_string(), schema)?);
        }
        self.path.pop();
        Ok(Some(types))
    }

    fn convert_inside(&mut self, key: &str, schema: &'a Json) -> Result<Type, SchemaError> {
        self.path.push(key.to_owned());
        let ty = self.convert(schema)?;
        self.path.pop();
        Ok(ty)
    }

    fn follow(&mut self, reference: &'a Json) -> Result<Type, SchemaError> {
        let reference = reference.as_str().ok_or_else(|| self.bad_keyword("$ref"))?;
        self.path.push("$ref".to_owned());
        let pointer = reference
            .strip_prefix('#')
            .ok_or_else(|| self.refuse(SchemaProblem::RemoteReference))?;
        let target = find(self.document, pointer).ok_or_else(|| self.refuse(SchemaProblem::DeadReference))?;
        let ty = if self.following.contains(&pointer) || pointer.is_empty() {
            Type::Any
        } else {
            self.following.push(pointer);
            let ty = self.convert(target)?;
            self.following.pop();
            ty
        };
        self.path.pop();
        Ok(ty)
    }

    fn bad_keyword(&self, keyword: &str) -> SchemaError {
        let mut error = self.refuse(SchemaProblem::BadKeyword);
        error.path.push('/');
        error.path.push_str(keyword);
        error
    }

    fn refuse(&self, problem: SchemaProblem) -> SchemaError {
        let mut path = "#".to_owned();
        for key in &self.path {
            path.push('/');
            path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        }
        SchemaError { path, problem }
    }
}

/// Follows a JSON pointer; the empty one is the document.
fn find<'a>(document: &'a Json, pointer: &str) -> Option<&'a Json> {
    let mut steps = pointer.split('/');
    if steps.next() != Some("") {
        return None;
    }
    let mut place = document;
    for step in steps {
        let step = step.replace("~1", "/").replace("~0", "~");
        place = match place {
            Json::Object(object) => object.get(&step)?,
            Json::Array(elements) => elements.get(step.parse::<usize>().ok()?)?,
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => return None,
        };
    }
    Some(place)
}

/// The narrowest type that has the value; of lists and objects only the kind is kept.
fn constant(value: &Json) -> Type {
    match value {
        Json::Null => Type::Null,
        Json::Bool(value) => Type::Only(*value),
        Json::Number(number) => Type::Numbers(vec![number.value()]),
        Json::String(text) => Type::Enum(vec![text.clone()]),
        Json::Array(_) => Type::List(Box::new(Type::Any)),
        Json::Object(_) => Type::Record(Record {
            fields: Vec::new(),
            rest: Some(Box::new(Type::Any)),
        }),
    }
}
