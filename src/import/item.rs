//! A value of a foreign file and the way to it: what it must be is asked here, and what it is not is reported.
//!
//! Enters: a [`Node`]. Leaves: texts, numbers, lists and maps, or an error with the place and the way, `[2].ports[0].protocol`.

use std::collections::BTreeMap;

use super::note::{Note, Notes, Weight};
use super::tree::{Name, Node, Value};
use crate::report::suggest;

/// A value, the way to it and its file.
#[derive(Clone, Debug)]
pub(super) struct Item<'t> {
    node: &'t Node,
    /// `[2].ports[0]`; empty for the file as a whole.
    pub path: String,
    file: &'t str,
}

impl<'t> Item<'t> {
    /// The whole of a document.
    pub(super) fn root(node: &'t Node, file: &'t str) -> Self {
        Self { node, path: String::new(), file }
    }

    /// Whether it says nothing.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.node.value, Value::Null)
    }

    /// Something to say about it.
    pub(super) fn say(&self, weight: Weight, message: impl Into<String>, notes: &mut Notes) {
        let place = Some((self.file.to_owned(), self.node.at));
        notes.push(Note { weight, place, message: message.into() });
    }

    /// That it is wrong.
    pub(super) fn error(&self, message: impl Into<String>, notes: &mut Notes) {
        self.say(Weight::Error, message, notes);
    }

    fn named(&self) -> String {
        if self.path.is_empty() { "the file".to_owned() } else { format!("`{}`", self.path) }
    }

    fn must_be(&self, what: &str, notes: &mut Notes) {
        let message = format!("{} must be {what}, and is {}", self.named(), self.node.value.noun());
        self.error(message, notes);
    }

    fn within(&self, key: &str, node: &'t Node) -> Self {
        let dot = if self.path.is_empty() { "" } else { "." };
        Self { node, path: format!("{}{dot}{key}", self.path), file: self.file }
    }

    /// The value of a key; `None` where there is none, or it is null.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let Value::Map(entries) = &self.node.value else { return None };
        let (_, node) = entries.iter().find(|(name, _)| name.text == key)?;
        Some(self.within(key, node)).filter(|item| !item.is_null())
    }

    /// The value of a key that must be there.
    pub(super) fn required(&self, key: &str, notes: &mut Notes) -> Option<Self> {
        let found = self.get(key);
        if found.is_none() {
            self.error(format!("{} has no `{key}`", self.named()), notes);
        }
        found
    }

    /// A text as it is, where it is one.
    pub(super) fn as_text(&self) -> Option<&'t str> {
        match &self.node.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a key, where there is one.
    pub(super) fn text_of(&self, key: &str) -> Option<&'t str> {
        self.get(key)?.as_text()
    }

    /// A number where it is whole and not negative.
    pub(super) fn as_number(&self) -> Option<u64> {
        match &self.node.value {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A boolean, where it is one.
    pub(super) fn as_bool(&self) -> Option<bool> {
        match self.node.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A text.
    pub(super) fn text(&self, notes: &mut Notes) -> Option<&'t str> {
        let text = self.as_text();
        if text.is_none() {
            self.must_be("a string", notes);
        }
        text
    }

    /// A port's number.
    pub(super) fn port(&self, notes: &mut Notes) -> Option<u16> {
        let number = self.as_number().and_then(|number| u16::try_from(number).ok());
        let number = number.filter(|number| *number > 0);
        if number.is_none() {
            match &self.node.value {
                Value::Number(text) => {
                    let message =
                        format!("{} is {text}, and ports go from 1 to 65535", self.named());
                    self.error(message, notes);
                }
                _ => self.must_be("a port's number", notes),
            }
        }
        number
    }

    /// The values of a list.
    pub(super) fn list(&self, notes: &mut Notes) -> Vec<Self> {
        if !matches!(self.node.value, Value::List(_)) {
            self.must_be("an array", notes);
        }
        self.items()
    }

    /// The values of a list; none where it is none.
    pub(super) fn items(&self) -> Vec<Self> {
        let Value::List(items) = &self.node.value else { return Vec::new() };
        let numbered = items.iter().enumerate();
        let item =
            |(index, node)| Self { node, path: format!("{}[{index}]", self.path), file: self.file };
        numbered.map(item).collect()
    }

    /// The values of a key's list; none where there is no list.
    pub(super) fn items_of(&self, key: &str) -> Vec<Self> {
        self.get(key).map_or_else(Vec::new, |item| item.items())
    }

    /// Keys and values.
    pub(super) fn map(&self, notes: &mut Notes) -> Vec<(&'t str, Self)> {
        if !matches!(self.node.value, Value::Map(_)) {
            self.must_be("an object", notes);
        }
        self.entries()
    }

    /// Keys and values; none where it is no map.
    pub(super) fn entries(&self) -> Vec<(&'t str, Self)> {
        let Value::Map(entries) = &self.node.value else { return Vec::new() };
        let entry =
            |(name, node): &'t (Name, Node)| (name.text.as_str(), self.within(&name.text, node));
        entries.iter().map(entry).collect()
    }

    /// Texts by their keys, as labels are; what is no text is not among them.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let text = |(key, item): (&str, Self)| Some((key.to_owned(), item.as_text()?.to_owned()));
        self.entries().into_iter().filter_map(text).collect()
    }

    /// Says which keys are none of those known, and left out.
    pub(super) fn only(&self, known: &[&str], of: &str, notes: &mut Notes) {
        let Value::Map(entries) = &self.node.value else { return };
        for (name, _) in entries.iter().filter(|(name, _)| !known.contains(&name.text.as_str())) {
            let guess = suggest::nearest(&name.text, known.iter().copied());
            let guess =
                guess.map_or_else(String::new, |guess| format!("; did you mean `{guess}`?"));
            let message = format!("`{}` is no key of {of}{guess}", name.text);
            let place = Some((self.file.to_owned(), name.at));
            notes.push(Note { weight: Weight::LeftOut, place, message });
        }
    }
}
