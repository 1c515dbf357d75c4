//! What is wanted at a place of a text: a key, a value, a table's name, or nothing that has a name.
//!
//! Enters: a text, its [`Sketch`] and a place. Leaves: [`Spot`], told by what stands before the place only, as the rest may not be typed yet.

use std::ops::Range;

use super::Sketch;
use super::scan::{Scan, Want};
use crate::document::statement::string_end;

/// What is wanted at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A key of a table.
    Key {
        /// The way to the table.
        way: Vec<String>,
        /// The table, as in `Word::table`; `None` behind a dot.
        table: Option<usize>,
        /// What is typed of it, to be replaced.
        range: Range<usize>,
        /// Whether it stands on a line of its own, not in braces.
        on_a_line: bool,
        /// Whether `=` or a dot follows it already.
        followed: bool,
    },
    /// A name in a header.
    Header {
        /// The names before it.
        way: Vec<String>,
        /// What is typed of it, to be replaced.
        range: Range<usize>,
        /// Whether the header has two brackets.
        item: bool,
    },
    /// A value.
    Value {
        /// The way to it.
        way: Vec<String>,
        /// Whether it is an item of an array.
        in_array: bool,
        /// What is typed of it without its quotes, to be replaced.
        range: Range<usize>,
        /// Whether it begins with a quote.
        quoted: bool,
        /// Whether the quote is closed behind it.
        closed: bool,
    },
    /// Within a comment that begins there.
    Comment(usize),
    /// Nothing that has a name.
    Nothing,
}

impl Sketch {
    /// What is wanted at a place.
    #[must_use]
    pub fn spot(&self, text: &str, offset: usize) -> Spot {
        let offset = text.floor_char_boundary(offset);
        let behind = self.statements.partition_point(|part| part.range.start <= offset);
        let block = self.block_at(offset);
        let (step, table) = block.map_or((0, 0), |block| (block.step, block.table));
        let own = |step: usize| self.way_to(step).into_iter().map(str::to_owned).collect();
        let around = behind.checked_sub(1).and_then(|at| self.statements.get(at));
        let Some(around) = around.filter(|part| offset <= part.range.end) else {
            let (way, table, range) = (own(step), Some(table), offset..offset);
            return Spot::Key { way, table, range, on_a_line: true, followed: false };
        };
        let start = around.range.start;
        let before = behind.checked_sub(1).and_then(|at| self.before.get(at));
        let mut sketch = self.empty(step, before.copied().unwrap_or_default());
        let mut scan = Scan::of(text, start..offset, if around.header { 0 } else { step }, table);
        if around.header {
            scan.header(&mut sketch);
        } else {
            scan.run(&mut sketch);
        }
        if let Some(start) = scan.comment {
            return Spot::Comment(start);
        }
        let touched = scan.last.clone().filter(|last| {
            let word = text.get(last.range.clone()).unwrap_or_default();
            last.range.end == offset && !is_closed(text, last.range.start, offset, word)
        });
        let (want, from, dotted) = match touched {
            Some(last) => (last.want, last.range.start, last.dotted),
            None => (scan.want, offset, scan.dotted),
        };
        let way = |step: usize| sketch.way_to(step).into_iter().map(str::to_owned).collect();
        let quoted = text.get(from..offset).is_some_and(|word| word.starts_with(['"', '\'']));
        let range = from + usize::from(quoted)..offset + rest_of_word(text, offset, quoted);
        let behind = text.get(range.end..).unwrap_or_default();
        let closed = quoted && behind.starts_with(['"', '\'']);
        let (table, in_array) = scan.open();
        match want {
            Want::Key(step) if around.header => {
                let item = text.get(start..).unwrap_or_default().trim_start().starts_with("[[");
                Spot::Header { way: way(step), range, item }
            }
            Want::Key(step) => {
                let followed = behind.trim_start_matches(['"', ' ', '\t']).starts_with(['=', '.']);
                let on_a_line = scan.is_outside();
                let table = (!dotted).then_some(table);
                Spot::Key { way: way(step), table, range, on_a_line, followed }
            }
            Want::Value(step) => Spot::Value { way: way(step), in_array, range, quoted, closed },
            Want::Equals(_) | Want::End => Spot::Nothing,
        }
    }

    /// A sketch that knows the way to a step and has no words, but so many tables.
    fn empty(&self, step: usize, tables: usize) -> Self {
        let steps = self.steps.get(..=step).unwrap_or_default().to_vec();
        Self {
            statements: Vec::new(),
            words: Vec::new(),
            steps,
            blocks: Vec::new(),
            tables,
            before: Vec::new(),
        }
    }
}

/// Whether a word that ends at a place is a string that is closed there.
fn is_closed(text: &str, start: usize, end: usize, word: &str) -> bool {
    let Some(quote) = word.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    word.len() > 1 && word.ends_with(quote) && string_end(text.as_bytes(), start) == end
}

/// How far a word goes on behind a place.
fn rest_of_word(text: &str, offset: usize, quoted: bool) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    let is_of = |c: char| {
        c.is_alphanumeric() || matches!(c, '-' | '_') || quoted && matches!(c, '.' | '/' | ':')
    };
    rest.find(|c| !is_of(c)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wanted at `|`.
    fn spot(text: &str) -> Spot {
        let at = text.find('|').unwrap();
        let text = text.replace('|', "");
        Sketch::of(&text).spot(&text, at)
    }

    /// The kind of what is wanted, and the way to it.
    fn wanted(text: &str) -> String {
        let plain = text.replace('|', "");
        match spot(text) {
            Spot::Key { way, range, followed, .. } => {
                let mark = if followed { "=" } else { "" };
                format!("key {}: {}{mark}", way.join("."), &plain[range])
            }
            Spot::Header { way, range, .. } => {
                format!("header {}: {}", way.join("."), &plain[range])
            }
            Spot::Value { way, in_array, range, quoted, closed } => {
                let item = if in_array { "[]" } else { "" };
                let quotes = if quoted { "\"" } else { "" };
                let close = if closed { "\"" } else { "" };
                format!("value {}{item}: {quotes}{}{close}", way.join("."), &plain[range])
            }
            Spot::Comment(at) => format!("comment {}", &plain[at..]),
            Spot::Nothing => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_key_is_wanted_where_a_line_begins() {
        assert_eq!(wanted("|"), "key : ");
        assert_eq!(wanted("[a.b]\n|\nc = 1"), "key a.b: ");
        assert_eq!(wanted("[a.b]\npo|r\nc = 1"), "key a.b: por");
        assert_eq!(wanted("[a.b]\n  x.p|\n"), "key a.b.x: p");
        assert_eq!(wanted("[a]\np|o = 1\n"), "key a: po=");
    }

    #[test]
    fn a_key_is_wanted_in_braces() {
        assert_eq!(wanted("[a]\nb = { |"), "key a.b: ");
        assert_eq!(wanted("[a]\nb = [{ c = 1 }, { d = \"x\", e|"), "key a.b: e");
        assert_eq!(wanted("[a]\nb = { c = 1 |}"), "nothing");
    }

    #[test]
    fn a_value_is_wanted_behind_the_sign_and_in_brackets() {
        assert_eq!(wanted("[a]\nb = |"), "value a.b: ");
        assert_eq!(wanted("[a]\nb = \"ea|st\"\n"), "value a.b: \"east\"");
        assert_eq!(wanted("[a]\nb = [\"x\", \"e|]\nc = 1"), "value a.b[]: \"e");
        assert_eq!(wanted("[a]\nb = [|]"), "value a.b[]: ");
        assert_eq!(wanted("[a]\nb = [\n \"x\",\n  |\n]\n"), "value a.b[]: ");
        assert_eq!(wanted("[a]\nb = { c = tr|"), "value a.b.c: tr");
        assert_eq!(wanted("[a]\nb = \"east\"|"), "nothing");
    }

    #[test]
    fn a_name_is_wanted_in_a_header() {
        assert_eq!(wanted("[|"), "header : ");
        assert_eq!(wanted("[serv|]\na = 1"), "header : serv");
        assert_eq!(wanted("[[services.re|"), "header services: re");
        assert_eq!(wanted("[a.b]|"), "nothing");
    }

    #[test]
    fn a_comment_wants_words_of_its_own() {
        assert_eq!(wanted("a = 1\n# cwc: al|low\n"), "comment # cwc: allow\n");
        assert_eq!(wanted("a = \"#\" # b|"), "comment # b");
        assert_eq!(wanted("a = \"\"\"\n#\"\"\" # b|"), "comment # b");
    }
}
