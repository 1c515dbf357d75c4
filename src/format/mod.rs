//! `mesh.toml` in its one form.
//!
//! Enters: a text that is TOML, whether it checks clean or not. Leaves: the same document with one spelling for each value. Every comment stays, the
//! order of the tables and of what is listed stays; keys that stand together come in the order of the reference. What is formatted once stays as it is.

mod comment;
mod value;
mod word;

use toml_edit::{Document, Item, Key, RawString, Table, TomlError, Value};

use self::comment::{Lead, leads};
use self::value::Printed;
use crate::document::{ROOT, Shape};

/// Arrays that would make a line longer than this are written an item a line.
const WIDTH: usize = 100;

/// Formats a text.
///
/// # Errors
/// Where it is no TOML.
pub fn format(text: &str) -> Result<String, TomlError> {
    let text = text.replace("\r\n", "\n");
    let document = Document::parse(text.as_str())?;
    let mut tables = Vec::new();
    visit(document.as_table(), &mut Vec::new(), false, &mut tables);
    let mut last = 0;
    for table in &mut tables {
        last = table.table.position().unwrap_or(last);
        table.position = last;
    }
    // The file's own keys come first, as TOML has it.
    tables.sort_by_key(|table| (!table.path.is_empty(), table.position));
    let mut printer = Printer { source: &text, out: String::new(), column: None };
    tables.iter().for_each(|table| printer.table(table));
    let mut end = leads(printer.raw(Some(document.trailing())));
    while end.last() == Some(&Lead::Blank) {
        end.pop();
    }
    printer.leads(&end);
    Ok(printer.out)
}

/// A table with a header, or the file itself.
struct Headed<'t> {
    table: &'t Table,
    path: Vec<&'t Key>,
    /// Whether its header has two brackets.
    item: bool,
    position: isize,
}

/// The tables below one, itself first, in the order of the tree.
fn visit<'t>(table: &'t Table, path: &mut Vec<&'t Key>, item: bool, out: &mut Vec<Headed<'t>>) {
    if !table.is_dotted() {
        out.push(Headed { table, path: path.clone(), item, position: 0 });
    }
    for name in table.iter().map(|(name, _)| name) {
        let Some((key, child)) = table.get_key_value(name) else { continue };
        path.push(key);
        match child {
            Item::Table(child) => visit(child, path, false, out),
            Item::ArrayOfTables(items) => {
                items.iter().for_each(|item| visit(item, path, true, out));
            }
            Item::Value(_) | Item::None => {}
        }
        path.pop();
    }
}

/// What may stand at the end of a path.
fn shape_at(path: &[&Key]) -> Option<&'static Shape> {
    let mut keys = path.iter();
    let mut shape = &ROOT.field(keys.next()?.get())?.shape;
    for key in keys {
        shape = value::within(shape, key.get())?;
    }
    Some(shape)
}

/// A key and its value, on a line of its own.
struct Row<'t> {
    leads: Vec<Lead>,
    path: Vec<&'t Key>,
    value: &'t Value,
    shape: Option<&'static Shape>,
    /// Where its table's reference has the key.
    place: usize,
    /// Where the comment behind it stood.
    column: Option<usize>,
}

struct Printer<'s> {
    source: &'s str,
    out: String,
    /// Where the comment behind the last line stood and stands: one that goes on below goes on there.
    column: Option<(usize, usize)>,
}

impl Printer<'_> {
    fn raw<'r>(&'r self, raw: Option<&'r RawString>) -> &'r str {
        comment::raw(raw, self.source)
    }

    fn table(&mut self, headed: &Headed<'_>) {
        let table = headed.table;
        let mut values = table.get_values();
        // Dotted keys of one table come together, though others may stand between them.
        values.sort_by_key(|(_, value)| value.span().map(|span| span.start));
        if !headed.path.is_empty() && (headed.item || !table.is_implicit() || !values.is_empty()) {
            let mut before = leads(self.raw(table.decor().prefix()));
            if !before.contains(&Lead::Blank) {
                before.insert(0, Lead::Blank);
            }
            self.leads(&before);
            let path: Vec<String> = headed.path.iter().map(|key| word::key(key.get())).collect();
            let (open, close) = if headed.item { ("[[", "]]") } else { ("[", "]") };
            self.out.push_str(&format!("{open}{}{close}", path.join(".")));
            let behind = self.raw(table.decor().suffix()).to_owned();
            if let Some((gap, comment)) = comment::behind(&behind) {
                self.out.push_str(&format!("{}{comment}", " ".repeat(gap.max(1))));
            }
            self.out.push('\n');
            self.column = None;
        }
        let fields = match shape_at(&headed.path) {
            None if headed.path.is_empty() => ROOT.fields,
            shape => shape.and_then(value::table).map_or(&[][..], |table| table.fields),
        };
        let mut rows = Vec::new();
        for (path, value) in values {
            let (Some(first), Some(last)) = (path.first(), path.last()) else { continue };
            let place = fields.iter().position(|field| field.key == first.get());
            let whole: Vec<&Key> = headed.path.iter().chain(&path).copied().collect();
            rows.push(Row {
                leads: leads(self.raw(last.leaf_decor().prefix())),
                shape: shape_at(&whole),
                place: place.unwrap_or(usize::MAX),
                column: self.column_of(value),
                path,
                value,
            });
        }
        if let Some(first) = rows.first_mut() {
            // A blank line directly behind a header divides nothing.
            while !headed.path.is_empty() && first.leads.first() == Some(&Lead::Blank) {
                first.leads.remove(0);
            }
        }
        order(&mut rows);
        rows.iter().for_each(|row| self.row(row));
    }

    fn row(&mut self, row: &Row<'_>) {
        self.leads(&row.leads);
        let path: Vec<String> = row.path.iter().map(|key| word::key(key.get())).collect();
        let head = format!("{} = ", path.join("."));
        let Printed { text, comments } = value::print(
            row.value,
            row.shape,
            WIDTH.saturating_sub(head.chars().count()),
            self.source,
        );
        for comment in comments {
            self.out.push_str(&format!("{comment}\n"));
        }
        let line = head + &text;
        self.out.push_str(&line);
        let behind = self.raw(row.value.decor().suffix()).to_owned();
        self.column = None;
        if let (Some((gap, comment)), Some(column)) = (comment::behind(&behind), row.column) {
            // Comments that stand one below the other stay so.
            let now = line.rsplit('\n').next().unwrap_or_default().chars().count();
            let gap = if gap > 1 { column.saturating_sub(now).max(1) } else { 1 };
            self.out.push_str(&format!("{}{comment}", " ".repeat(gap)));
            self.column = Some((column, now + gap));
        }
        self.out.push('\n');
    }

    /// The column of the comment behind a value.
    fn column_of(&self, value: &Value) -> Option<usize> {
        let (gap, _) = comment::behind(self.raw(value.decor().suffix()))?;
        let before = self.source.get(..value.span()?.end)?;
        Some(before.rsplit('\n').next().unwrap_or_default().chars().count() + gap)
    }

    fn leads(&mut self, leads: &[Lead]) {
        for lead in leads {
            match lead {
                // Neither at the beginning nor twice.
                Lead::Blank if self.out.is_empty() || self.out.ends_with("\n\n") => {}
                Lead::Blank => {
                    self.out.push('\n');
                    self.column = None;
                }
                Lead::Comment(indent, comment) => {
                    let goes_on = self.column.filter(|(stood, _)| *indent > 0 && stood == indent);
                    self.column = goes_on;
                    let column = goes_on.map_or(0, |(_, stands)| stands);
                    self.out.push_str(&format!("{}{comment}\n", " ".repeat(column)));
                }
            }
        }
    }
}

/// Puts keys that stand together into the order of the reference. What has a blank line or a comment above begins a new group; a key with a
/// comment stays below it, as the comment may be about the whole group.
fn order(rows: &mut [Row<'_>]) {
    let mut start = 0;
    for at in 1..=rows.len() {
        if rows.get(at).is_some_and(|row| row.leads.is_empty()) {
            continue;
        }
        // What the comment above the next key goes on about stays above it.
        let column = rows.get(at - 1).and_then(|row| row.column);
        let next = rows.get(at).and_then(|row| row.leads.first());
        let goes_on = matches!(next, Some(Lead::Comment(indent, _)) if Some(*indent) == column);
        let end = if goes_on { at - 1 } else { at };
        let Some(group) = rows.get_mut(start..end) else { continue };
        start = at;
        let Some(first) = group.first_mut() else { continue };
        if first.leads.iter().any(|lead| matches!(lead, Lead::Comment(..))) {
            group.get_mut(1..).unwrap_or_default().sort_by_key(|row| row.place);
            continue;
        }
        let blank = std::mem::take(&mut first.leads);
        group.sort_by_key(|row| row.place);
        if let Some(first) = group.first_mut() {
            first.leads = blank;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn becomes(before: &str, after: &str) {
        assert_eq!(format(before).unwrap(), after);
        assert_eq!(format(after).unwrap(), after, "a second time");
    }

    #[test]
    fn spaces_blank_lines_and_line_ends_have_one_form() {
        becomes(
            "\r\n\r\n[ mesh ]\r\n\r\n  name=\"acme\"\r\n\r\n\r\n\r\n  istio =   '1.25'\r\n[clusters . east]\r\ngateway= 'a.example'\r\n\r\n\r\n",
            "[mesh]\nname = \"acme\"\n\nistio = \"1.25\"\n\n[clusters.east]\ngateway = \"a.example\"\n",
        );
    }

    #[test]
    fn keys_that_stand_together_come_in_the_order_of_the_reference() {
        becomes(
            "[services.a]\nclusters = [\"east\"]\nports = { http = 1 }\nnamespace = \"b\"\n\nvip = \"240.0.0.7\"\n# more names\nhosts = [\"a.b\"]\nname = \"c\"\n",
            "[services.a]\nnamespace = \"b\"\nports = { http = 1 }\nclusters = [\"east\"]\n\nvip = \"240.0.0.7\"\n# more names\nhosts = [\"a.b\"]\nname = \"c\"\n",
        );
    }

    #[test]
    fn dotted_keys_stay_in_their_groups() {
        becomes(
            "[services.a]\nbackends.one = {}\n\nbackends.two = {}\nprefer = [\"one\"]\n",
            "[services.a]\nbackends.one = {}\n\nprefer = [\"one\"]\nbackends.two = {}\n",
        );
    }

    #[test]
    fn tables_stay_where_they_are() {
        let text = "[services.b]\nports.http = 1\n\n[clusters.west]\n\n[services.a]\nname = \"a\"\n\n[clusters.east]\n";
        becomes(text, text);
    }

    #[test]
    fn comments_stay_by_what_they_are_about() {
        let text = "#:schema ./schemas/mesh.schema.json\n\n# The old one.\n#   Ask ops.\n[clusters.east]       # here\n# address\ngateway = \"a.example\" # now\nregion = \"r\"          # too\n# zone = \"z\"\n\n# the end\n";
        becomes(text, text);
        becomes(
            "[a]\nb = 1    # x\nlonger = \"\"\"y\"\"\" # z\n",
            "[a]\nb = 1    # x\nlonger = \"y\" # z\n",
        );
    }

    #[test]
    fn what_was_aligned_stays_aligned() {
        becomes(
            "[clusters.a]\ngateway = { address = \"a.b\" }  # one\nregion  = \"r\"                  # two\n",
            "[clusters.a]\ngateway = \"a.b\"                # one\nregion = \"r\"                   # two\n",
        );
    }

    #[test]
    fn a_comment_that_goes_on_below_goes_on_there() {
        let text = "[clusters.a]\nzone = \"z\"         # one, and it is\n                   # a long one\nregion = \"r\"\n";
        becomes(text, text);
        becomes(
            "[clusters.a]\ngateway = ['a.b']  # one\n                   # more\n  # not\nregion = \"r\"\n",
            "[clusters.a]\ngateway = \"a.b\"    # one\n                   # more\n# not\nregion = \"r\"\n",
        );
    }
}
