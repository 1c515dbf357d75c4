//! The words of a text and the ways to them, also while the text is being typed.
//!
//! Enters: any text. Leaves: [`Sketch`]: each key and each value with the keys that lead to it. What the parser keeps no place of is here too: a
//! name stands in the header of its table and in those of all tables below. Nothing is judged; for that there is `Document::parse`.

mod scan;
mod spot;

use std::ops::Range;

use super::statement::{Statement, statements};
use scan::Scan;
pub use spot::Spot;

/// What a word is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A header.
    Header,
    /// What stands before `=`.
    Key,
    /// A value that is neither a table nor an array.
    Value,
}

/// A key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its bytes, quotes included.
    pub range: Range<usize>,
    /// What it is a part of.
    pub part: Part,
    /// The table that it stands in: words of one table have the same number.
    pub table: usize,
    /// Whether no further name follows in its header or key.
    pub last: bool,
    step: usize,
}

/// A key on the way to something.
#[derive(Clone, Debug)]
struct Step {
    parent: usize,
    key: String,
}

/// A header with all that belongs to it, up to the next one; or what stands before the first one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its bytes.
    pub range: Range<usize>,
    step: usize,
    table: usize,
}

/// All words of a text.
#[derive(Clone, Debug)]
pub struct Sketch {
    statements: Vec<Statement>,
    words: Vec<Word>,
    steps: Vec<Step>,
    blocks: Vec<Block>,
    tables: usize,
    /// How many tables there are before each statement.
    before: Vec<usize>,
}

impl Sketch {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let root = Step { parent: 0, key: String::new() };
        let block = Block { range: 0..text.len(), step: 0, table: 0 };
        let mut sketch = Self {
            statements: statements(text),
            words: Vec::new(),
            steps: vec![root],
            blocks: vec![block],
            tables: 1,
            before: Vec::new(),
        };
        for at in 0..sketch.statements.len() {
            let Some(statement) = sketch.statements.get(at) else { break };
            let (range, header) = (statement.range.clone(), statement.header);
            sketch.before.push(sketch.tables);
            if header {
                sketch.header(text, range);
            } else {
                let (step, table) = sketch.open();
                Scan::of(text, range, step, table).run(&mut sketch);
            }
        }
        sketch
    }

    /// A header, which ends the block before it.
    fn header(&mut self, text: &str, range: Range<usize>) {
        if let Some(before) = self.blocks.last_mut() {
            before.range.end = range.start;
        }
        let step = Scan::of(text, range.clone(), 0, self.fresh_table()).header(self);
        let table = self.fresh_table();
        self.blocks.push(Block { range: range.start..text.len(), step, table });
    }

    /// The table that the last header opened.
    fn open(&self) -> (usize, usize) {
        self.blocks.last().map_or((0, 0), |block| (block.step, block.table))
    }

    fn fresh_table(&mut self) -> usize {
        self.tables += 1;
        self.tables - 1
    }

    fn step(&mut self, parent: usize, key: &str) -> usize {
        self.steps.push(Step { parent, key: key.to_owned() });
        self.steps.len() - 1
    }

    /// The words, in order.
    #[must_use]
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// The words of a range of bytes.
    #[must_use]
    pub fn words_in(&self, range: &Range<usize>) -> &[Word] {
        let first = self.words.partition_point(|word| word.range.start < range.start);
        let end = self.words.partition_point(|word| word.range.start < range.end);
        self.words.get(first..end).unwrap_or_default()
    }

    /// The keys that lead to a word, itself last where it is one; an array's items have the array's way.
    #[must_use]
    pub fn way(&self, word: &Word) -> Vec<&str> {
        self.way_to(word.step)
    }

    fn way_to(&self, mut step: usize) -> Vec<&str> {
        let mut way = Vec::new();
        // Each parent stands before its children, so this ends.
        while let Some(Step { parent, key }) = self.steps.get(step).filter(|_| step > 0) {
            way.push(key.as_str());
            step = *parent;
        }
        way.reverse();
        way
    }

    /// The word that a place touches; of two the one that begins there.
    #[must_use]
    pub fn word_at(&self, offset: usize) -> Option<&Word> {
        let behind = self.words.partition_point(|word| word.range.start <= offset);
        let word = self.words.get(behind.checked_sub(1)?)?;
        (offset <= word.range.end).then_some(word)
    }

    /// The block that a place is in.
    #[must_use]
    pub fn block_at(&self, offset: usize) -> Option<&Block> {
        let behind = self.blocks.partition_point(|block| block.range.start <= offset);
        self.blocks.get(behind.checked_sub(1)?)
    }

    /// The statement around a place, from its first line's start to its last line's end.
    #[must_use]
    pub fn statement_at(&self, offset: usize) -> Option<Range<usize>> {
        let behind = self.statements.partition_point(|part| part.range.start <= offset);
        let part = self.statements.get(behind.checked_sub(1)?)?;
        (offset <= part.range.end).then(|| part.range.clone())
    }

    /// The keys that a table has.
    pub fn keys_of(&self, table: usize) -> impl Iterator<Item = &Word> {
        let in_it = move |word: &&Word| word.table == table && word.part == Part::Key;
        self.words.iter().filter(in_it)
    }

    /// A word's own key: the last one of its way.
    #[must_use]
    pub fn key(&self, word: &Word) -> &str {
        self.steps.get(word.step).map_or("", |step| step.key.as_str())
    }
}

/// A word without its quotes, and where it begins; escapes stay as they are written.
#[must_use]
pub fn unquoted(text: &str) -> (usize, &str) {
    for quotes in ["\"\"\"", "'''", "\"", "'"] {
        if let Some(inner) = text.strip_prefix(quotes) {
            return (quotes.len(), inner.strip_suffix(quotes).unwrap_or(inner));
        }
    }
    (0, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each word with the way to it.
    fn words(text: &str) -> Vec<String> {
        let sketch = Sketch::of(text);
        let said = |word: &Word| {
            let mark = match word.part {
                Part::Header => "[]",
                Part::Key => "=",
                Part::Value => "",
            };
            format!("{} {}{mark}", &text[word.range.clone()], sketch.way(word).join("."))
        };
        sketch.words().iter().map(said).collect()
    }

    #[test]
    fn every_name_of_a_header_is_a_word() {
        assert_eq!(
            words("[services.\"a.b\".backends.west] # c.d\n[[services.x.routes]]\n"),
            [
                "services services[]",
                "\"a.b\" services.a.b[]",
                "backends services.a.b.backends[]",
                "west services.a.b.backends.west[]",
                "services services[]",
                "x services.x[]",
                "routes services.x.routes[]",
            ]
        );
    }

    #[test]
    fn values_have_the_way_of_their_keys_and_items_that_of_their_array() {
        let text =
            "[s.x]\nports = { http = 80, a.b = 1 }\nto = [\n { c = \"e\" }, # w\n \"f\",\n]\n";
        assert_eq!(
            words(text)[2..],
            [
                "ports s.x.ports=",
                "http s.x.ports.http=",
                "80 s.x.ports.http",
                "a s.x.ports.a=",
                "b s.x.ports.a.b=",
                "1 s.x.ports.a.b",
                "to s.x.to=",
                "c s.x.to.c=",
                "\"e\" s.x.to.c",
                "\"f\" s.x.to",
            ]
        );
    }

    #[test]
    fn what_is_broken_ends_with_its_statement() {
        let text = "[a\nb = [\"x\nc = { d =\ne = 1\n";
        assert_eq!(
            words(text),
            ["a a[]", "b a.b=", "\"x a.b", "c a.c=", "d a.c.d=", "e a.e=", "1 a.e"]
        );
    }

    #[test]
    fn tables_of_one_array_have_keys_of_their_own() {
        let sketch = Sketch::of("to = [{ a = 1, b = 2 }, { a = 3 }]\n");
        let tables: Vec<usize> = sketch.words().iter().map(|word| word.table).collect();
        let keys: Vec<&str> = sketch.keys_of(tables[1]).map(|word| sketch.key(word)).collect();
        assert_eq!(keys, ["a", "b"]);
    }
}
