//! JSON and YAML as a tree in which every value knows its place.
//!
//! Enters: a [`Source`]. Leaves: the documents in it, one [`Node`] each, or the place where it is neither JSON nor YAML. A plain scalar is read as
//! Kubernetes does, by YAML 1.1: `on` is no text.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle};

use crate::source::{Position, Source};

/// Nothing that people or programs write is nested deeper.
const DEEPEST: usize = 100;
/// Aliases may repeat what they stand for up to this many values in all.
const MOST: usize = 4_000_000;

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Where it begins.
    pub at: Position,
    /// What it is.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// `null`, `~` or nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values, in the order of the file, no key twice.
    Map(Vec<(Name, Node)>),
}

/// A key of a map.
#[derive(Clone, Debug)]
pub(super) struct Name {
    /// Where it stands.
    pub at: Position,
    /// The key.
    pub text: String,
}

/// What keeps a text from being read.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// Where.
    pub at: Position,
    /// Why.
    pub reason: String,
}

/// The documents of a text; empty ones are left out.
pub(super) fn read(source: &Source) -> Result<Vec<Node>, Unreadable> {
    let mut parser = Parser::new_from_str(source.text());
    let mut builder = Builder::default();
    let mut documents = Vec::new();
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| Unreadable {
            at: position(error.marker()),
            reason: error.info().to_owned(),
        })?;
        let at = position(&span.start);
        match event {
            Event::DocumentStart(_) => builder = Builder::default(),
            Event::DocumentEnd => documents.extend(builder.root.take()),
            Event::SequenceStart(anchor, _) => builder.open(at, anchor, Value::List(Vec::new()))?,
            Event::MappingStart(anchor, _) => builder.open(at, anchor, Value::Map(Vec::new()))?,
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none();
                let value = if plain { plain_value(&text) } else { Value::Text(text.into_owned()) };
                builder.add(Node { at, value }, anchor, 1)?;
            }
            Event::Alias(anchor) => {
                let (node, size) = builder.anchors.get(&anchor).cloned().ok_or_else(|| {
                    Unreadable { at, reason: "an alias within what it stands for".to_owned() }
                })?;
                builder.add(Node { at, ..node }, 0, size)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
        }
    }
    documents.retain(|node| !matches!(node.value, Value::Null));
    Ok(documents)
}

fn position(marker: &Marker) -> Position {
    Position { line: marker.line().max(1), column: marker.col() + 1 }
}

/// What a scalar without quotes is.
fn plain_value(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        _ => {}
    }
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => return Value::Bool(true),
        "false" | "no" | "off" | "n" => return Value::Bool(false),
        _ => {}
    }
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    let number = starts && (text.parse::<f64>().is_ok() || text.starts_with("0x"));
    if number { Value::Number(text.to_owned()) } else { Value::Text(text.to_owned()) }
}

/// Puts events together.
#[derive(Default)]
struct Builder {
    root: Option<Node>,
    /// The lists and maps that are open, each with its anchor, the key that waits for its value, and how many values it holds.
    open: Vec<(Node, usize, Option<Name>, usize)>,
    anchors: BTreeMap<usize, (Node, usize)>,
    count: usize,
}

impl Builder {
    fn open(&mut self, at: Position, anchor: usize, value: Value) -> Result<(), Unreadable> {
        if self.open.len() >= DEEPEST {
            return Err(Unreadable { at, reason: format!("nested deeper than {DEEPEST}") });
        }
        self.open.push((Node { at, value }, anchor, None, 1));
        Ok(())
    }

    fn close(&mut self) -> Result<(), Unreadable> {
        let Some((node, anchor, _, size)) = self.open.pop() else { return Ok(()) };
        self.add(node, anchor, size)
    }

    fn add(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Unreadable> {
        self.count += size;
        if self.count > MOST {
            let reason = format!("its aliases make more than {MOST} values of it");
            return Err(Unreadable { at: node.at, reason });
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some((parent, _, waiting, sizes)) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        *sizes += size;
        match &mut parent.value {
            Value::List(items) => items.push(node),
            Value::Map(entries) => match waiting.take() {
                Some(name) => entries.push((name, node)),
                None => *waiting = Some(name(node, entries)?),
            },
            _ => {}
        }
        Ok(())
    }
}

/// A key, which must be one, and a new one.
fn name(node: Node, entries: &[(Name, Node)]) -> Result<Name, Unreadable> {
    let at = node.at;
    let text = match node.value {
        Value::Text(text) | Value::Number(text) => text,
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::List(_) | Value::Map(_) => {
            return Err(Unreadable { at, reason: "a key that is no text".to_owned() });
        }
    };
    if text == "<<" {
        return Err(Unreadable { at, reason: "the merge key `<<` is not read".to_owned() });
    }
    if entries.iter().any(|(known, _)| known.text == text) {
        return Err(Unreadable { at, reason: format!("the key `{text}` is there twice") });
    }
    Ok(Name { at, text })
}

impl Value {
    /// What it is, as messages say it.
    pub(super) fn noun(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Map(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Result<Node, String> {
        let told =
            |found: Unreadable| format!("{}:{}: {}", found.at.line, found.at.column, found.reason);
        read(&Source::new("x", text)).map_err(told).map(|mut nodes| nodes.remove(0))
    }

    #[test]
    fn json_is_read_with_its_places_tabs_and_escapes() {
        let node =
            one("[\n\t{ \"a\\u00fc\\/\": [1, true, null, \"on\"],\n\t\"b\":\"x\"}\n]").unwrap();
        let Value::List(items) = node.value else { panic!() };
        let Value::Map(entries) = &items[0].value else { panic!() };
        assert_eq!(entries[0].0.text, "aü/");
        assert_eq!(entries[1].0.at, Position { line: 3, column: 2 });
        let Value::List(values) = &entries[0].1.value else { panic!() };
        let nouns: Vec<&str> = values.iter().map(|node| node.value.noun()).collect();
        assert_eq!(nouns, ["a number", "a boolean", "null", "a string"]);
    }

    #[test]
    fn documents_that_hold_nothing_are_left_out() {
        assert_eq!(read(&Source::new("x", "---\n---\na: 1\n---\n# b\n")).unwrap().len(), 1);
    }

    #[test]
    fn what_is_broken_is_told_with_its_place() {
        assert_eq!(one("a: 1\na: 2\n").unwrap_err(), "2:1: the key `a` is there twice");
        assert!(one("[1,\n").unwrap_err().starts_with("2:1: "));
        assert!(one(&"[".repeat(200)).unwrap_err().contains("nested deeper than 100"));
    }

    #[test]
    fn aliases_stand_for_what_they_name_up_to_a_limit() {
        let node = one("a: &x [1, 2]\nb: *x\n").unwrap();
        let Value::Map(entries) = node.value else { panic!() };
        assert_eq!(entries[1].1.value.noun(), "an array");
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..9 {
            let inner = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        assert!(one(&bomb).unwrap_err().contains("aliases"));
    }
}
