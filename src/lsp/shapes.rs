//! What the field tables say about a place of the document.
//!
//! Enters: the keys that lead to a place. Leaves: the shapes that a value may have there, the keys that a table may have, and what a key means.

use crate::document::{Choice, Field, ROOT, Shape, Table};
use crate::reference::page::type_of;

/// The shapes that a value may have at a way, each alternative by itself; an array's items are among those of the array.
#[must_use]
pub fn at(way: &[&str]) -> Vec<&'static Shape> {
    let Some((first, rest)) = way.split_first() else { return Vec::new() };
    let Some(field) = ROOT.field(first) else { return Vec::new() };
    let mut shapes = flat(&field.shape);
    for key in rest {
        shapes = shapes.into_iter().flat_map(|shape| below(shape, key)).collect();
    }
    shapes
}

/// A shape's alternatives, the items of arrays with the arrays.
fn flat(shape: &'static Shape) -> Vec<&'static Shape> {
    match shape {
        Shape::OneOf(shapes) => shapes.iter().flat_map(flat).collect(),
        Shape::List(inner) => std::iter::once(shape).chain(flat(inner)).collect(),
        _ => vec![shape],
    }
}

fn below(shape: &'static Shape, key: &str) -> Vec<&'static Shape> {
    match shape {
        Shape::Table(table) => table.field(key).map(|field| flat(&field.shape)).unwrap_or_default(),
        Shape::Map(_, inner) => flat(inner),
        _ => Vec::new(),
    }
}

/// The table with known keys at a way; the file itself where it is empty.
#[must_use]
pub fn table(way: &[&str]) -> Option<&'static Table> {
    if way.is_empty() {
        return Some(&ROOT);
    }
    at(way).into_iter().find_map(|shape| match shape {
        Shape::Table(table) => Some(*table),
        _ => None,
    })
}

/// The table and the field of a key with a fixed name.
#[must_use]
pub fn field(way: &[&str]) -> Option<(&'static Table, &'static Field)> {
    let (key, parents) = way.split_last()?;
    let table = table(parents)?;
    Some((table, table.field(key)?))
}

/// The words that a value may be at a way.
#[must_use]
pub fn choices(way: &[&str]) -> Vec<&'static Choice> {
    let words = |shape: &'static Shape| match shape {
        Shape::Choice(choices) => choices.iter().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    at(way).into_iter().flat_map(words).collect()
}

/// Whether one of a shape's alternatives is a table or an array of tables.
#[must_use]
pub fn is_table(shape: &'static Shape) -> bool {
    flat(shape).iter().any(|shape| matches!(shape, Shape::Table(_) | Shape::Map(..)))
}

/// Whether a shape is an array.
#[must_use]
pub fn is_array(shape: &'static Shape) -> bool {
    matches!(shape, Shape::List(_))
}

/// What a key means, in Markdown.
#[must_use]
pub fn meaning(field: &'static Field) -> String {
    let mut text = format!("{}\n\n*{}*", field.doc, type_of(&field.shape));
    match field.default {
        Some(default) => text.push_str(&format!("; default: {default}")),
        None if field.required => text.push_str("; required"),
        None => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_leads_through_arrays_and_alternatives() {
        assert_eq!(table(&[]).unwrap().name, "mesh.toml");
        let name = |way: &str| table(&way.split('.').collect::<Vec<_>>()).unwrap().name;
        assert_eq!(name("services.a.routes"), "services.<service>.routes[]");
        assert_eq!(name("services.a.routes.to"), "services.<service>.routes[].to[]");
        assert_eq!(name("clusters.a.gateway"), "clusters.<cluster>.gateway");
        assert_eq!(field(&["mesh", "domain"]).unwrap().1.default, Some("\"global\""));
        assert!(field(&["mesh", "nothing"]).is_none() && at(&["x", "y"]).is_empty());
        let words: Vec<_> =
            choices(&["services", "a", "prefer"]).iter().map(|it| it.word).collect();
        assert_eq!(words, ["local", "any"]);
    }
}
