//! Reading one value or one table, collecting every problem on the way.
//!
//! Enters: parts of the TOML tree with their path. Leaves: plain values with their spans, or nothing and a diagnostic.

use toml::de::{DeTable, DeValue};

use super::field::{Choice, Table};
use crate::report::{Report, suggest};
use crate::rules::{
    changed_underway, hidden_character, missing_key, out_of_range, unknown_key, unknown_value,
    wrong_type,
};
use crate::span::{File, Span, Spanned};

/// What stands under a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Key<T> {
    /// Nothing.
    #[default]
    Absent,
    /// Something that could not be read; a diagnostic was given, so nothing that follows from it is reported.
    Broken,
    /// A value.
    Given(T),
}

impl<T> Key<T> {
    /// The value, if it could be read.
    #[must_use]
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Broken => None,
        }
    }

    /// Whether nothing stands there.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Whether something stands there that could not be read.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        matches!(self, Self::Broken)
    }

    /// This key, or where nothing stands, another.
    #[must_use]
    pub fn or<'k>(&'k self, other: &'k Self) -> &'k Self {
        if self.is_absent() { other } else { self }
    }

    /// The value or the type's own default.
    #[must_use]
    pub fn unwrap_or_default(self) -> T
    where
        T: Default,
    {
        match self {
            Self::Given(value) => value,
            Self::Absent | Self::Broken => T::default(),
        }
    }
}

impl<T> From<Option<T>> for Key<T> {
    /// What a reader made of a value that is there.
    fn from(read: Option<T>) -> Self {
        read.map_or(Self::Broken, Self::Given)
    }
}

/// A value of the tree, with the key it stands under and the way to it.
pub struct Value<'v> {
    value: &'v DeValue<'v>,
    /// The text of the value.
    pub span: Span,
    /// The key it stands under; the value itself in an array.
    pub key: Spanned<String>,
    /// The way to it: `services.reviews.ports.http`.
    pub path: String,
}

impl<'v> Value<'v> {
    fn of(
        path: &str,
        key: &'v toml::Spanned<toml::de::DeString<'v>>,
        value: &'v toml::Spanned<DeValue<'v>>,
        file: File,
    ) -> Self {
        let name = Spanned::new(key.get_ref().to_string(), Span::new(file, key.span()));
        let path =
            if path.is_empty() { name.value.clone() } else { format!("{path}.{}", name.value) };
        Self { value: value.get_ref(), span: Span::new(file, value.span()), key: name, path }
    }

    /// What kind of TOML value it is, with its article.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        }
    }

    /// Whether it is a table.
    #[must_use]
    pub fn is_table(&self) -> bool {
        matches!(self.value, DeValue::Table(_))
    }

    /// Whether it is an array.
    #[must_use]
    pub fn is_array(&self) -> bool {
        matches!(self.value, DeValue::Array(_))
    }

    /// Whether it is an integer.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        matches!(self.value, DeValue::Integer(_))
    }

    /// Whether it is a boolean.
    #[must_use]
    pub fn is_bool(&self) -> bool {
        matches!(self.value, DeValue::Boolean(_))
    }

    /// Reports that the value is of another type than `expected` ("a string").
    pub fn wrong_type<T>(&self, expected: &str, report: &mut Report) -> Option<T> {
        let instead = self.retyped(expected);
        report.push(wrong_type::found(self.span, &self.path, expected, self.kind(), instead));
        None
    }

    /// The same value as it would be written in the type that was expected, where it has an equal there.
    fn retyped(&self, expected: &str) -> Option<String> {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        let wants = |word: &str| expected.contains(word);
        match self.value {
            DeValue::String(text) if wants("array") => Some(format!("[{}]", quoted(text))),
            DeValue::String(text) if wants("`true`") => {
                matches!(text.as_ref(), "true" | "false").then(|| text.to_string())
            }
            DeValue::String(text) if wants("number") || wants("integer") => {
                let digits = text.bytes().all(|byte| byte.is_ascii_digit());
                (digits && !text.starts_with('0') && !text.is_empty()).then(|| text.to_string())
            }
            DeValue::Integer(number) if wants("string") => Some(quoted(number.as_str())),
            DeValue::Float(number) if wants("string") => Some(quoted(number.as_str())),
            DeValue::Boolean(value) if wants("string") => Some(quoted(&value.to_string())),
            _ => None,
        }
    }

    /// A string.
    pub fn text(&self, report: &mut Report) -> Option<Spanned<String>> {
        self.text_or("a string", report)
    }

    /// A string, where `expected` says what else would do.
    pub fn text_or(&self, expected: &str, report: &mut Report) -> Option<Spanned<String>> {
        let DeValue::String(text) = self.value else {
            return self.wrong_type(expected, report);
        };
        let text = Spanned::new(text.to_string(), self.span);
        if let Some(found) = hidden_character::check(&text, &self.path) {
            report.push(found);
            return None;
        }
        if let Some(found) = changed_underway::check(&text, &self.path) {
            report.push(found);
            return None;
        }
        Some(text)
    }

    /// The digits of an integer, in decimal; empty for anything else.
    #[must_use]
    pub fn integer_text(&self) -> String {
        let DeValue::Integer(number) = self.value else { return String::new() };
        match i128::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => number.to_string(),
            Err(_) => number.to_string(),
        }
    }

    /// A whole number from `least` to `most`.
    pub fn integer(&self, least: i64, most: i64, report: &mut Report) -> Option<Spanned<i64>> {
        let DeValue::Integer(number) = self.value else {
            return self.wrong_type("an integer", report);
        };
        let parsed = i64::from_str_radix(number.as_str(), number.radix()).ok();
        if let Some(number) = parsed.filter(|number| (least..=most).contains(number)) {
            Some(Spanned::new(number, self.span))
        } else {
            report.push(out_of_range::found(
                self.span,
                &self.path,
                &self.integer_text(),
                least,
                most,
            ));
            None
        }
    }

    /// Per cent, 0 to 100, whole or with a fraction; in thousandths.
    pub fn percent(&self, report: &mut Report) -> Option<Spanned<u32>> {
        let number: f64 = match self.value {
            DeValue::Integer(number) => number.as_str().parse().unwrap_or(-1.0),
            DeValue::Float(number) => number.as_str().parse().unwrap_or(-1.0),
            _ => return self.wrong_type("a number of per cent", report),
        };
        if !(0.0..=100.0).contains(&number) {
            report.push(out_of_range::found(self.span, &self.path, &number.to_string(), 0, 100));
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100000")]
        Some(Spanned::new((number * 1000.0).round() as u32, self.span))
    }

    /// `true` or `false`.
    pub fn boolean(&self, report: &mut Report) -> Option<Spanned<bool>> {
        match self.value {
            DeValue::Boolean(value) => Some(Spanned::new(*value, self.span)),
            _ => self.wrong_type("`true` or `false`", report),
        }
    }

    /// One word of several.
    pub fn choice(
        &self,
        choices: &'static [Choice],
        report: &mut Report,
    ) -> Option<Spanned<&'static str>> {
        let text = self.text(report)?;
        let Some(choice) = choices.iter().find(|choice| choice.word == text.value) else {
            let words = choices.iter().map(|choice| choice.word);
            report.push(unknown_value::found(&text, &self.path, words));
            return None;
        };
        Some(Spanned::new(choice.word, self.span))
    }

    /// The items of an array, each read by `read`; items that cannot be read are left out.
    pub fn list<T>(
        &self,
        report: &mut Report,
        mut read: impl FnMut(&Value<'v>, &mut Report) -> Option<T>,
    ) -> Option<Vec<T>> {
        let DeValue::Array(items) = self.value else {
            return self.wrong_type("an array", report);
        };
        let item = |(index, item): (usize, &'v toml::Spanned<DeValue<'v>>)| {
            let span = Span::new(self.span.file, item.span());
            let path = format!("{}[{index}]", self.path);
            let key = Spanned::new(self.key.value.clone(), span);
            read(&Value { value: item.get_ref(), span, key, path }, report)
        };
        Some(items.iter().enumerate().filter_map(item).collect())
    }

    /// The entries of a table with keys of the user's choice.
    pub fn map<T>(
        &self,
        report: &mut Report,
        mut read: impl FnMut(&Value<'v>, &mut Report) -> Option<T>,
    ) -> Option<Vec<(Spanned<String>, T)>> {
        let DeValue::Table(table) = self.value else {
            return self.wrong_type("a table", report);
        };
        let entry = |(key, value)| {
            let value = Value::of(&self.path, key, value, self.span.file);
            let key = value.key.clone();
            read(&value, report).map(|read| (key, read))
        };
        Some(table.iter().filter_map(entry).collect())
    }

    /// The entries of a table of tables, whose keys are names.
    pub fn tables<T>(
        &self,
        report: &mut Report,
        mut read: impl FnMut(&Value<'v>, &mut Report) -> Option<T>,
    ) -> Option<Vec<(Spanned<String>, T)>> {
        self.map(report, |value, report| {
            super::value::check_name(&value.key, report);
            read(value, report)
        })
    }
}

/// A table with known keys: unknown ones are reported when it is opened.
pub struct Reader<'v, 'r> {
    spec: &'static Table,
    table: &'v DeTable<'v>,
    key: Spanned<String>,
    path: String,
    /// The keys that unknown ones were probably meant to be; they count as broken, not as missing.
    mistaken: Vec<&'static str>,
    report: &'r mut Report,
}

impl<'v, 'r> Reader<'v, 'r> {
    /// Opens the file itself.
    pub(super) fn root(
        spec: &'static Table,
        key: &Spanned<String>,
        table: &'v DeTable<'v>,
        report: &'r mut Report,
    ) -> Self {
        let (key, path) = (key.clone(), String::new());
        Self { spec, table, key, path, mistaken: Vec::new(), report }.opened()
    }

    /// Opens a table; `None`, with a diagnostic, if the value is not one.
    pub fn open(spec: &'static Table, value: &Value<'v>, report: &'r mut Report) -> Option<Self> {
        let DeValue::Table(table) = value.value else {
            return value.wrong_type("a table", report);
        };
        let (key, path) = (value.key.clone(), value.path.clone());
        Some(Self { spec, table, key, path, mistaken: Vec::new(), report }.opened())
    }

    fn opened(mut self) -> Self {
        for (key, value) in self.table {
            let value = Value::of(&self.path, key, value, self.key.span.file);
            if self.spec.field(&value.key.value).is_none() {
                let known = self.spec.fields.iter().map(|field| field.key);
                self.mistaken.extend(suggest::nearest(&value.key, known));
                self.report.push(unknown_key::found(&value.key, self.spec, &self.path, |key| {
                    self.table.contains_key(key)
                }));
            }
        }
        self
    }

    /// The value under a key of the table's specification.
    pub fn get<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Value<'v>, &mut Report) -> Option<T>,
    ) -> Key<T> {
        let field = self.spec.field(key);
        debug_assert!(field.is_some(), "`{key}` is not in the table of `{}`", self.spec.name);
        let Some((name, value)) = self.table.get_key_value(key) else {
            if self.mistaken.contains(&key) {
                return Key::Broken;
            }
            if field.is_some_and(|field| field.required) {
                self.report.push(missing_key::found(&self.key, &self.path, key));
            }
            return Key::Absent;
        };
        let value = Value::of(&self.path, name, value, self.key.span.file);
        read(&value, self.report).into()
    }

    /// Reports a problem of the table.
    pub fn push(&mut self, found: crate::report::Diagnostic) {
        self.report.push(found);
    }
}
