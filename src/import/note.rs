//! What is said about the files that are imported: what is wrong with them, and what of them is not carried over.
//!
//! Enters: problems with their places. Leaves: [`Notes`], a line each, in the order of the files.

use crate::report::text::clean::clean;
use crate::source::Position;

/// The longest message, in bytes.
const SENTENCE: usize = 400;

/// How much a note weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing is imported.
    Error,
    /// A part of the files is not in the document.
    LeftOut,
    /// What is in the document is not quite the same.
    Note,
}

/// Something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Its weight.
    pub weight: Weight,
    /// The file and the place in it; `None` for what holds for all.
    pub place: Option<(String, Position)>,
    /// One sentence, lower case, no full stop.
    pub message: String,
}

/// All that is to be said.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    notes: Vec<Note>,
}

impl Notes {
    /// Adds a note.
    pub fn push(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Adds a note that belongs to no place.
    pub fn general(&mut self, weight: Weight, message: impl Into<String>) {
        self.push(Note { weight, place: None, message: message.into() });
    }

    /// How many notes of a weight there are.
    #[must_use]
    pub fn count(&self, weight: Weight) -> usize {
        self.notes.iter().filter(|note| note.weight == weight).count()
    }

    /// What they say, in the order that it was found.
    pub fn messages(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().map(|note| note.message.as_str())
    }

    /// Whether something is wrong with a file.
    #[must_use]
    pub fn has_error_in(&self, path: &str) -> bool {
        let within = |note: &&Note| note.place.as_ref().is_some_and(|(file, _)| file == path);
        self.notes.iter().filter(within).any(|note| note.weight == Weight::Error)
    }

    /// All of them, a line each, file by file and in the order of each; those without a place at the end.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut files: Vec<&str> = Vec::new();
        for (file, _) in self.notes.iter().filter_map(|note| note.place.as_ref()) {
            if !files.contains(&file.as_str()) {
                files.push(file);
            }
        }
        let key = |note: &&Note| match &note.place {
            Some((file, at)) => (files.iter().position(|known| known == file), Some(*at)),
            None => (Some(files.len()), None),
        };
        let mut notes: Vec<&Note> = self.notes.iter().collect();
        notes.sort_by_key(key);
        notes.into_iter().map(line).collect()
    }
}

fn line(note: &Note) -> String {
    let weight = match note.weight {
        Weight::Error => "error",
        Weight::LeftOut => "left out",
        Weight::Note => "note",
    };
    let message = clean(&note.message, SENTENCE);
    match &note.place {
        Some((file, at)) => {
            format!("{}:{}:{}: {weight}: {message}\n", clean(file, SENTENCE), at.line, at.column)
        }
        None => format!("{weight}: {message}\n"),
    }
}
