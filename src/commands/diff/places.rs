//! What stands in parentheses behind a change: the lines that it comes from, and what else is to be known.

use super::unified::visible;
use crate::changes::{Action, Changes, FileChange, How, ObjectChange};
use crate::commands::input::Input;
use crate::origin::Cause;
use crate::report::finding::Place;
use crate::span::{File, Span};

/// How many lines of the document, or names that are gone from it, are told for one object.
const TOLD: usize = 4;

/// What places are called.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Places<'i> {
    /// The document that they are places of.
    pub input: &'i Input,
    /// The tree's folder as it is shown.
    pub root: &'i str,
}

impl Places<'_> {
    /// What is to be known about an object's change.
    pub(super) fn of_object(
        &self,
        change: &ObjectChange,
        cause: &Cause,
        changes: &Changes,
    ) -> Vec<String> {
        let mut notes = self.told(cause);
        if change.action() == Action::Remove {
            let moved = changes.objects.iter().find(|other| {
                other.action() == Action::Add
                    && other.identity.kind == change.identity.kind
                    && other.identity.name == change.identity.name
            });
            notes.extend(moved.map(|other| format!("now in {}", other.identity.namespace)));
        }
        if notes.is_empty() {
            notes.push("no longer in mesh.toml".to_owned());
        }
        notes.extend(
            change.left().map(|path| format!("moved here from {}/{}", self.root, visible(path))),
        );
        notes
    }

    /// What is to be known about a file's change.
    pub(in crate::commands) fn of_file(
        &self,
        file: &FileChange,
        cause: Option<&Cause>,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        if file.action == Action::Remove {
            notes.push("stale".to_owned());
        }
        notes.extend(form(&file.how));
        if let (false, Some(cause)) = (file.action == Action::Remove, cause) {
            notes.extend(self.told(cause));
        }
        notes
    }

    /// What a change comes from, in words.
    pub(in crate::commands) fn told(&self, cause: &Cause) -> Vec<String> {
        if !cause.places.is_empty() {
            return vec![format!("from {}", self.lines(&cause.places))];
        }
        if cause.gone.is_empty() {
            return Vec::new();
        }
        let mut gone: Vec<String> =
            cause.gone.iter().take(TOLD).map(|name| visible(name)).collect();
        if cause.gone.len() > TOLD {
            gone.push(format!("and {} more", cause.gone.len() - TOLD));
        }
        vec![format!("no longer in mesh.toml: {}", gone.join(", "))]
    }

    /// Places by their lines: `mesh.toml:12, 15`.
    pub(in crate::commands) fn lines(&self, places: &[Span]) -> String {
        let mut parts = Vec::new();
        for file in [File::Mesh, File::Lock] {
            let source = match file {
                File::Mesh => Some(&self.input.source),
                File::Lock => self.input.lock.as_ref(),
            };
            let Some(source) = source else { continue };
            let own = places.iter().filter(|place| place.file == file);
            let mut lines: Vec<usize> =
                own.map(|place| source.position(place.range().start).line).collect();
            lines.sort_unstable();
            lines.dedup();
            let told: Vec<String> = lines.iter().take(TOLD).map(ToString::to_string).collect();
            let more = match lines.len().saturating_sub(TOLD) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            if !told.is_empty() {
                parts.push(format!("{}:{}{more}", source.path(), told.join(", ")));
            }
        }
        parts.join("; ")
    }

    /// A place for programs; `path` makes it one of the repository.
    pub(super) fn place(&self, span: Span, path: impl Fn(&str) -> String) -> Place {
        let source = self.input.sources().of(span.file);
        Place::of(source, &path(source.path()), span.range())
    }
}

/// In what a file differs, where its objects do not say it.
pub(super) fn form(how: &How) -> Vec<String> {
    match how {
        How::Objects | How::Text => Vec::new(),
        How::Form => vec!["formatting only".to_owned()],
        How::LineEndings => vec!["line endings only".to_owned()],
        How::Unreadable(why) => vec![format!("compared as text: {}", visible(why))],
    }
}

/// Notes behind what they are about.
pub(super) fn aside(notes: &[String]) -> String {
    if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) }
}
