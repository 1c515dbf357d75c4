//! Values in their one form.
//!
//! Enters: a value, and what its key may hold. Leaves: its text; comments that stand where TOML 1.0 has no place for them go above the line.

use toml_edit::{Array, InlineTable, Key, Value};

use super::comment::{self, Lead, leads};
use super::word;
use crate::document::{Shape, Table};

/// A value's text.
pub(super) struct Printed {
    /// One line, or an array with an item a line.
    pub text: String,
    /// The comments within that go above.
    pub comments: Vec<String>,
}

/// Tables that are short for one key's value, and that key.
const SHORT: &[(&str, &str)] = &[
    ("clusters.<cluster>.gateway", "address"),
    ("services.<service>.ports.<port>", "port"),
    ("services.<service>.routes[].match.headers.<header>", "exact"),
];

/// The table that may be written as `true` where it says nothing.
const EGRESS: &str = "clusters.<cluster>.egress";

/// What may stand under a key.
pub(super) fn within(shape: &'static Shape, key: &str) -> Option<&'static Shape> {
    match shape {
        Shape::Table(table) => table.field(key).map(|field| &field.shape),
        Shape::Map(_, inner) => Some(inner),
        // The tables of an array have the array's path.
        Shape::List(inner) => within(inner, key),
        Shape::OneOf(shapes) => shapes.iter().find_map(|shape| within(shape, key)),
        _ => None,
    }
}

/// The table with known keys that a value may be.
pub(super) fn table(shape: &'static Shape) -> Option<&'static Table> {
    match shape {
        Shape::Table(table) => Some(table),
        Shape::List(inner) => table(inner),
        Shape::OneOf(shapes) => shapes.iter().find_map(table),
        _ => None,
    }
}

/// What an array's items may be.
fn items(shape: &'static Shape) -> Option<&'static Shape> {
    match shape {
        Shape::List(inner) => Some(inner),
        Shape::OneOf(shapes) => shapes.iter().find_map(items),
        _ => None,
    }
}

/// The text of a value that has `width` columns to itself.
pub(super) fn print(
    value: &Value,
    shape: Option<&'static Shape>,
    width: usize,
    source: &str,
) -> Printed {
    let mut comments: Vec<String> =
        comment::all(comment::raw(value.decor().prefix(), source)).collect();
    if let (Value::Array(array), false) = (value, is_short(value, shape, source)) {
        let text = Lines::of(array, shape, source).print(array, shape, width, source);
        return Printed { text, comments };
    }
    let text = flat(value, shape, source, &mut comments);
    Printed { text, comments }
}

/// A value on one line; its comments go to `comments`.
fn flat(
    value: &Value,
    shape: Option<&'static Shape>,
    source: &str,
    comments: &mut Vec<String>,
) -> String {
    match value {
        Value::Array(array) => {
            let mut texts = Vec::new();
            for item in array {
                note(item.decor().prefix(), source, comments);
                texts.push(flat(item, shape.and_then(items), source, comments));
                note(item.decor().suffix(), source, comments);
            }
            note(Some(array.trailing()), source, comments);
            match texts.as_slice() {
                [one] if is_short(value, shape, source) => one.clone(),
                _ => format!("[{}]", texts.join(", ")),
            }
        }
        Value::InlineTable(inline) => inline_table(inline, shape, source, comments),
        Value::String(text) => word::string(&word::spelt(text.value(), shape)),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => word::float(number, shape),
        Value::Boolean(value) => value.value().to_string(),
        Value::Datetime(value) => value.value().to_string(),
    }
}

fn note(raw: Option<&toml_edit::RawString>, source: &str, comments: &mut Vec<String>) {
    comments.extend(comment::all(comment::raw(raw, source)));
}

/// Whether an array of one string may be written as that string: nothing is said twice, and no comment has to find a place.
fn is_short(value: &Value, shape: Option<&'static Shape>, source: &str) -> bool {
    let (Value::Array(array), Some(Shape::OneOf(shapes))) = (value, shape) else { return false };
    let lone = array.len() == 1 && array.iter().all(Value::is_str);
    let text = |shape: &Shape| matches!(shape, Shape::Text(_));
    let commented =
        array.span().and_then(|span| source.get(span)).is_some_and(|text| text.contains('#'));
    // Of `prefer` a word is no cluster.
    lone && !commented && shapes.iter().any(text)
}

fn inline_table(
    inline: &InlineTable,
    shape: Option<&'static Shape>,
    source: &str,
    comments: &mut Vec<String>,
) -> String {
    let table = shape.and_then(table);
    let mut entries: Vec<(usize, String, String)> = Vec::new();
    let values = inline.get_values();
    let short = table.and_then(|table| SHORT.iter().find(|(name, _)| *name == table.name));
    if table.is_some_and(|table| table.name == EGRESS) && values.is_empty() {
        note(Some(inline.trailing()), source, comments);
        return "true".to_owned();
    }
    for (path, value) in values {
        let Some(last) = path.last() else { continue };
        note(last.leaf_decor().prefix(), source, comments);
        note(last.leaf_decor().suffix(), source, comments);
        note(value.decor().prefix(), source, comments);
        let first = path.first().map_or("", |key| key.get());
        let place =
            table.and_then(|table| table.fields.iter().position(|field| field.key == first));
        let keys = |shape: &'static Shape, key: &&Key| within(shape, key.get());
        let inner = shape.and_then(|shape| path.iter().try_fold(shape, keys));
        let text = flat(value, inner, source, comments);
        note(value.decor().suffix(), source, comments);
        let path: Vec<String> = path.iter().map(|key| word::key(key.get())).collect();
        entries.push((place.unwrap_or(usize::MAX), path.join("."), text));
    }
    note(Some(inline.trailing()), source, comments);
    match (entries.as_slice(), short) {
        ([(_, key, text)], Some((_, short))) if key == short => return text.clone(),
        ([], _) => return "{}".to_owned(),
        _ => {}
    }
    entries.sort_by_key(|(place, _, _)| *place);
    let entries: Vec<String> =
        entries.into_iter().map(|(_, key, text)| format!("{key} = {text}")).collect();
    format!("{{ {} }}", entries.join(", "))
}

/// An array with an item a line.
struct Lines {
    items: Vec<Line>,
    /// What stands behind the last one.
    end: Vec<Lead>,
}

struct Line {
    leads: Vec<Lead>,
    text: String,
    behind: Option<String>,
}

impl Lines {
    fn of(array: &Array, shape: Option<&'static Shape>, source: &str) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        // What stands behind an item and its line goes with what follows.
        let mut carried = Vec::new();
        for item in array {
            let mut leads = std::mem::take(&mut carried);
            leads.extend(divide(comment::raw(item.decor().prefix(), source), lines.last_mut()));
            let mut inner = Vec::new();
            let text = flat(item, shape.and_then(items), source, &mut inner);
            leads.extend(inner.into_iter().map(|text| Lead::Comment(0, text)));
            lines.push(Line { leads, text, behind: None });
            carried = divide(comment::raw(item.decor().suffix(), source), lines.last_mut());
        }
        let mut end = carried;
        end.extend(divide(comment::raw(Some(array.trailing()), source), lines.last_mut()));
        Self { items: lines, end }
    }

    fn print(
        mut self,
        array: &Array,
        shape: Option<&'static Shape>,
        width: usize,
        source: &str,
    ) -> String {
        let comment = |lead: &Lead| matches!(lead, Lead::Comment(..));
        let commented = |line: &Line| line.behind.is_some() || line.leads.iter().any(comment);
        let plain = !self.items.iter().any(commented) && !self.end.iter().any(comment);
        if plain && !array.trailing_comma() {
            let text = flat(&Value::Array(array.clone()), shape, source, &mut Vec::new());
            if text.chars().count() <= width || array.is_empty() {
                return text;
            }
        }
        if plain && array.is_empty() {
            return "[]".to_owned();
        }
        if let Some(first) = self.items.first_mut() {
            while first.leads.first() == Some(&Lead::Blank) {
                first.leads.remove(0);
            }
        }
        while self.end.last() == Some(&Lead::Blank) {
            self.end.pop();
        }
        let mut out = "[\n".to_owned();
        for line in &self.items {
            put(&mut out, &line.leads);
            out.push_str(&format!("  {},", line.text));
            if let Some(comment) = &line.behind {
                out.push_str(&format!(" {comment}"));
            }
            out.push('\n');
        }
        put(&mut out, &self.end);
        out + "]"
    }
}

fn put(out: &mut String, leads: &[Lead]) {
    for lead in leads {
        match lead {
            Lead::Blank if out.ends_with("\n\n") || out == "[\n" => {}
            Lead::Blank => out.push('\n'),
            Lead::Comment(_, comment) => out.push_str(&format!("  {comment}\n")),
        }
    }
}

/// What stands between two items: a comment on the first line belongs to the item `before`, the rest leads the next one.
fn divide(raw: &str, before: Option<&mut Line>) -> Vec<Lead> {
    let (line, rest) = raw.split_once('\n').unwrap_or((raw, ""));
    let mut first: Vec<Lead> = comment::all(line).map(|text| Lead::Comment(0, text)).collect();
    if let Some(before) = before.filter(|before| before.behind.is_none())
        && let Some(Lead::Comment(_, comment)) = first.pop()
    {
        before.behind = Some(comment);
    }
    first.extend(leads(rest));
    first
}

#[cfg(test)]
mod tests {
    use super::super::format;
    use super::*;
    use crate::document::all_tables;

    fn becomes(before: &str, after: &str) {
        let (before, after) = (format!("{before}\n"), format!("{after}\n"));
        assert_eq!(format(&before).unwrap(), after);
        assert_eq!(format(&after).unwrap(), after, "a second time");
    }

    #[test]
    fn the_short_forms_are_those_of_the_reference() {
        for (name, key) in SHORT.iter().chain(&[(EGRESS, "service")]) {
            let table = all_tables().into_iter().find(|table| table.name == *name).unwrap();
            assert!(table.field(key).is_some(), "{name} {key}");
        }
    }

    #[test]
    fn what_has_a_short_form_has_no_other() {
        becomes(
            "[clusters.a]\ngateway = { address = [\"B.example\"] }\negress = {}",
            "[clusters.a]\ngateway = \"b.example\"\negress = true",
        );
        becomes(
            "[clusters.a]\ngateway = [\"2001:DB8:0::7\"]",
            "[clusters.a]\ngateway = \"2001:db8::7\"",
        );
        becomes(
            "[clusters.a]\ngateway = { port = 1, address = ['x.y', 'x.z'] }",
            "[clusters.a]\ngateway = { address = [\"x.y\", \"x.z\"], port = 1 }",
        );
        becomes(
            "[services.a]\nports = { http = { port = 0x50 }, x = { protocol = \"tcp\", port = 1_000 } }",
            "[services.a]\nports = { http = 80, x = { port = 1000, protocol = \"tcp\" } }",
        );
        becomes("[services.a]\nprefer = [\"east\"]", "[services.a]\nprefer = [\"east\"]");
    }

    #[test]
    fn durations_and_strings_have_one_spelling() {
        becomes(
            "[defaults]\noutlier = { interval = '90s', eject = \"\"\"3600s\"\"\" }",
            "[defaults]\noutlier = { interval = \"1m30s\", eject = \"1h\" }",
        );
        becomes("a.'b c' = 'd\"e'\n\"f\" = \"g\\u0041\\t\"", "a.\"b c\" = 'd\"e'\nf = \"gA\\t\"");
    }

    #[test]
    fn an_array_is_one_line_unless_a_comma_or_a_comment_asks_for_more() {
        becomes("a = [\n 1,\n   2\n]", "a = [1, 2]");
        becomes("a = [1, 2,]", "a = [\n  1,\n  2,\n]");
        becomes(
            "a = [ # first\n 1, # one\n\n # two\n 2 # too\n , 3\n # end\n]",
            "a = [\n  # first\n  1, # one\n\n  # two\n  2, # too\n  3,\n  # end\n]",
        );
        becomes("a = [ # none\n]", "a = [\n  # none\n]");
        let long = format!("a = [{}]", vec!["\"east\""; 20].join(", "));
        becomes(&long, &format!("a = [\n{}]", "  \"east\",\n".repeat(20)));
    }

    #[test]
    fn comments_within_a_table_of_one_line_go_above_it() {
        becomes(
            "a = { # x\n b = 1, # y\n # z\n c = [ # w\n 2 ] }",
            "# x\n# y\n# z\n# w\na = { b = 1, c = [2] }",
        );
        becomes("a = [\n { b = 1, # y\n }, # z\n]", "a = [\n  # y\n  { b = 1 }, # z\n]");
    }
}
