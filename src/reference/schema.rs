//! The JSON Schema of `mesh.toml`: draft-07, which every editor reads.
//!
//! Enters: the field tables. Leaves: the text of `schemas/mesh.schema.json`. It holds the document's shape; what one part says about
//! another (a cluster that does not exist, two services of one address) is not in it.

use serde::ser::{Serialize, SerializeMap as _, Serializer};

use super::form;
use crate::document::{Choice, Field, ROOT, Shape, Table, Text};

/// A schema; its keys leave in this order.
#[derive(Default, serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    dialect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    words: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_length: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    any_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Properties>,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_properties: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    property_names: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<Rest>,
}

/// The known keys of a table, in the tables' order.
struct Properties(Vec<(&'static str, Schema)>);

/// The other keys of a table.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Rest {
    Refused(bool),
    As(Box<Schema>),
}

impl Serialize for Properties {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, schema) in &self.0 {
            map.serialize_entry(key, schema)?;
        }
        map.end()
    }
}

/// The text of the schema.
///
/// # Errors
/// None that the tables could cause.
pub fn text() -> Result<String, serde_json::Error> {
    let root = Schema {
        dialect: Some("http://json-schema.org/draft-07/schema#"),
        title: Some("mesh.toml"),
        ..of_table(&ROOT)
    };
    Ok(serde_json::to_string_pretty(&root)? + "\n")
}

fn of_table(table: &'static Table) -> Schema {
    let required = table.fields.iter().filter(|field| field.required);
    Schema {
        description: Some(table.doc.to_owned()),
        kind: Some("object"),
        required: required.map(|field| field.key).collect(),
        properties: Some(Properties(
            table.fields.iter().map(|field| (field.key, of_field(field))).collect(),
        )),
        additional_properties: Some(Rest::Refused(false)),
        ..Schema::default()
    }
}

fn of_field(field: &'static Field) -> Schema {
    let mut lines = vec![field.doc.to_owned()];
    let words = words(&field.shape).iter();
    lines.extend(words.map(|choice| format!("- `{}`: {}", choice.word, choice.doc)));
    lines.extend(field.default.map(|default| format!("Default: {default}")));
    Schema { description: Some(lines.join("\n")), ..of_shape(&field.shape) }
}

/// The words that a value may be, whatever else it may be.
pub(super) fn words(shape: &'static Shape) -> &'static [Choice] {
    match shape {
        Shape::Choice(choices) => choices,
        Shape::OneOf(shapes) => {
            shapes.iter().map(words).find(|words| !words.is_empty()).unwrap_or_default()
        }
        _ => &[],
    }
}

fn of_shape(shape: &'static Shape) -> Schema {
    let of = |kind| Schema { kind: Some(kind), ..Schema::default() };
    match shape {
        Shape::Text(text) => of_text(*text),
        Shape::Choice(choices) => {
            Schema { words: choices.iter().map(|choice| choice.word).collect(), ..of("string") }
        }
        Shape::Integer(least, most) => {
            Schema { minimum: Some(*least), maximum: Some(*most), ..of("integer") }
        }
        Shape::Percent => Schema { minimum: Some(0), maximum: Some(100), ..of("number") },
        Shape::Bool => of("boolean"),
        Shape::List(inner) => Schema { items: Some(Box::new(of_shape(inner))), ..of("array") },
        Shape::Map(key, inner) => Schema {
            // Labels choose pods, and no label would choose all of them.
            min_properties: (*key == Text::LabelKey).then_some(1),
            property_names: form::of(*key).anchored().map(|_| Box::new(of_text(*key))),
            additional_properties: Some(Rest::As(Box::new(of_shape(inner)))),
            ..of("object")
        },
        Shape::Table(table) => of_table(table),
        Shape::OneOf(shapes) => {
            Schema { any_of: shapes.iter().map(of_shape).collect(), ..Schema::default() }
        }
    }
}

fn of_text(text: Text) -> Schema {
    let form = form::of(text);
    Schema {
        kind: Some("string"),
        pattern: form.anchored(),
        max_length: form.longest,
        ..Schema::default()
    }
}
