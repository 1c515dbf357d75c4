//! The difference as it is shown: how much, which objects of which cluster, then the texts.
//!
//! Enters: what differs, cluster by cluster. Leaves: one text. Of a cluster that was added nothing is kept but its lines.

use std::fmt::Write as _;

use super::cluster::Compared;
use super::places::{Places, aside, form};
use super::semantic;
use super::unified::{self, Shade, Side, paint, visible};
use crate::changes::lock::LockChanges;
use crate::changes::{Action, Changes, FileChange, How, ObjectChange, Piece};
use crate::commands::input::Input;
use crate::origin::Cause;
use crate::report::text::Style;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// The names of files.
    Names,
    /// Which objects, and how many lines of them.
    Counts,
    /// Which objects, and their texts with so many lines around.
    Text(usize),
    /// Which objects, and the fields of those that change.
    Fields,
}

const NOT_THERE: &str = "/dev/null";

/// The difference while it is gathered.
pub(super) struct List<'i> {
    places: Places<'i>,
    root: &'i str,
    style: Style,
    detail: Detail,
    objects: Counts,
    files: Counts,
    /// How many clusters differ in their objects.
    clusters: usize,
    line_endings: bool,
    names: String,
    overview: String,
    texts: String,
    /// The files that the texts are about, as last headed.
    headed: Option<(String, String)>,
}

/// How much comes, changes and goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    add: usize,
    change: usize,
    remove: usize,
}

impl<'i> List<'i> {
    /// An empty one; `root` is the tree's folder as it is shown.
    pub(super) fn new(input: &'i Input, root: &'i str, style: Style, detail: Detail) -> Self {
        Self {
            places: Places { input, root },
            root,
            style,
            detail,
            objects: Counts::default(),
            files: Counts::default(),
            clusters: 0,
            line_endings: false,
            names: String::new(),
            overview: String::new(),
            texts: String::new(),
            headed: None,
        }
    }

    /// Whether there is no difference.
    pub(super) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether a file differs in its line endings alone.
    pub(super) fn has_line_endings(&self) -> bool {
        self.line_endings
    }

    /// How much it is, in a line or two; `clusters` is how many were compared.
    pub(super) fn counts(&self, clusters: usize) -> String {
        let noun = if clusters == 1 { "cluster" } else { "clusters" };
        let mut out =
            format!("{} in {} of {clusters} {noun}\n", self.objects.said(), self.clusters);
        if self.files != Counts::default() {
            let _ = writeln!(out, "files besides: {}", self.files.said());
        }
        out
    }

    /// The whole text; `clusters` is how many were compared, `review` what stands behind the counts.
    pub(super) fn drawn(self, clusters: usize, review: &str) -> String {
        if self.detail == Detail::Names {
            return self.names;
        }
        self.counts(clusters) + review + &self.overview + &self.texts
    }

    /// Adds what differs in a cluster's folder.
    pub(super) fn add_cluster(&mut self, name: &str, compared: &Compared) {
        let changes = &compared.changes;
        for file in &changes.files {
            let _ = writeln!(self.names, "{}/{}", self.root, file.path);
            self.line_endings |= file.how == How::LineEndings;
        }
        if changes.is_empty() || self.detail == Detail::Names {
            return;
        }
        let head = paint(if name.is_empty() { self.root } else { name }, Shade::Head, self.style);
        let about = match (&compared.cluster, compared.files) {
            (None, _) => "  (no longer in mesh.toml)".to_owned(),
            (Some(key), 0) => aside(&[format!("new, from {}", self.places.lines(&[*key]))]),
            (Some(_), _) => String::new(),
        };
        let _ = writeln!(self.overview, "\n{head}{about}");
        self.clusters += usize::from(!changes.objects.is_empty());
        for (change, cause) in changes.objects.iter().zip(&compared.causes) {
            self.objects.add(change.action());
            self.add_object(change, cause, changes);
        }
        for file in changes.files_beside() {
            self.files.add(file.action);
            self.add_file(file, compared.file_causes.get(&file.path));
        }
    }

    fn add_object(&mut self, change: &ObjectChange, cause: &Cause, changes: &Changes) {
        let side = |piece: &'_ Option<Piece>| piece.as_ref().map_or(1, |piece| piece.line);
        let text =
            |piece: &'_ Option<Piece>| piece.as_ref().map_or("", |piece| &piece.text).to_owned();
        let (old, new) = (text(&change.old), text(&change.new));
        let old = Side { text: &old, line: side(&change.old) };
        let new = Side { text: &new, line: side(&change.new) };
        let label = visible(&change.identity.to_string());
        let notes = self.places.of_object(change, cause, changes);
        let header = headers(change, changes);
        let counts = if self.detail == Detail::Fields && change.action() == Action::Change {
            self.add_fields(header, change, &label);
            String::new()
        } else {
            self.add_text(header, old, new, &label)
        };
        let notes = aside(&notes);
        self.add_line(change.action(), &format!("{label}{counts}{notes}"));
    }

    fn add_file(&mut self, file: &FileChange, cause: Option<&Cause>) {
        let notes = self.places.of_file(file, cause);
        let counts = file.texts.as_ref().map_or_else(String::new, |(old, new)| {
            let header = header(&file.path, file.action);
            self.add_text(header, Side { text: old, line: 1 }, Side { text: new, line: 1 }, "")
        });
        let notes = aside(&notes);
        let path = format!("{}/{}", self.root, visible(&file.path));
        self.add_line(file.action, &format!("{path}{counts}{notes}"));
    }

    /// Adds what differs in the lock.
    pub(super) fn add_lock(&mut self, path: &str, changes: &LockChanges) {
        if changes.is_empty() {
            return;
        }
        let _ = writeln!(self.names, "{path}");
        let form = changes.how.as_ref().map(form).unwrap_or_default();
        self.line_endings |= changes.how == Some(How::LineEndings);
        let head = paint(path, Shade::Head, self.style);
        let _ = writeln!(self.overview, "\n{head}{}", aside(&form));
        for name in &changes.names {
            let place = name.origin.map(|origin| format!("from {}", self.places.lines(&[origin])));
            let notes = aside(&place.into_iter().collect::<Vec<String>>());
            let (action, what) = match (name.old, name.new) {
                (Some(old), Some(new)) => (Action::Change, format!("{new}, was {old}")),
                (None, Some(new)) => (Action::Add, new.to_string()),
                (old, None) => (Action::Remove, old.map_or(String::new(), |old| old.to_string())),
            };
            self.add_line(action, &format!("{} = {what}{notes}", name.name));
        }
    }

    /// Adds a line to the overview.
    fn add_line(&mut self, action: Action, what: &str) {
        let (sign, shade) = match action {
            Action::Add => ("+", Shade::Add),
            Action::Change => ("~", Shade::Change),
            Action::Remove => ("-", Shade::Remove),
        };
        let _ = writeln!(self.overview, "  {} {what}", paint(sign, shade, self.style));
    }

    /// Adds a text below the files that it is of, or says how many of its lines come and go.
    fn add_text(
        &mut self,
        (from, to): (Option<String>, Option<String>),
        old: Side<'_>,
        new: Side<'_>,
        label: &str,
    ) -> String {
        let context = match self.detail {
            Detail::Text(context) => context,
            // What comes or goes whole is shown whole.
            Detail::Fields => 3,
            Detail::Names | Detail::Counts => {
                let hunks = unified::hunks(old, new, label, 0, self.style);
                return format!("  +{} -{}", hunks.added, hunks.removed);
            }
        };
        let hunks = unified::hunks(old, new, label, context, self.style);
        if !hunks.text.is_empty() {
            self.add_header(from, to);
        }
        self.texts.push_str(&hunks.text);
        String::new()
    }
}

impl List<'_> {
    /// Adds the fields of an object that differ.
    fn add_fields(
        &mut self,
        (from, to): (Option<String>, Option<String>),
        change: &ObjectChange,
        label: &str,
    ) {
        self.add_header(from, to);
        let head = paint(&format!("@@ {label}"), Shade::Hunk, self.style);
        let _ = writeln!(self.texts, "{head}");
        self.texts.push_str(&semantic::fields(&change.differences, self.style));
    }

    /// Names the files that the next texts are of, unless the last ones were of the same.
    fn add_header(&mut self, from: Option<String>, to: Option<String>) {
        let named = |path: Option<String>| {
            path.map_or(NOT_THERE.to_owned(), |path| format!("{}/{}", self.root, visible(&path)))
        };
        let header = (named(from), named(to));
        if self.headed.as_ref() == Some(&header) {
            return;
        }
        for (sign, path) in [("---", &header.0), ("+++", &header.1)] {
            let gap = if sign == "---" { "\n" } else { "" };
            let line = paint(&format!("{sign} {path}"), Shade::Head, self.style);
            let _ = writeln!(self.texts, "{gap}{line}");
        }
        self.headed = Some(header);
    }
}

impl Counts {
    fn add(&mut self, action: Action) {
        *match action {
            Action::Add => &mut self.add,
            Action::Change => &mut self.change,
            Action::Remove => &mut self.remove,
        } += 1;
    }

    fn said(self) -> String {
        format!("{} to add, {} to change, {} to remove", self.add, self.change, self.remove)
    }
}

/// The files that an object stands in: the one that it leaves and the one that it goes to, or the one that changes around it.
fn headers(change: &ObjectChange, changes: &Changes) -> (Option<String>, Option<String>) {
    if let (Some(old), Some(new)) = (&change.old, &change.new) {
        return (Some(old.path.clone()), Some(new.path.clone()));
    }
    let path = change.new.as_ref().or(change.old.as_ref()).map_or("", |piece| piece.path.as_str());
    let file = changes.files.iter().find(|file| file.path == path);
    header(path, file.map_or(Action::Change, |file| file.action))
}

/// A file before and after.
fn header(path: &str, action: Action) -> (Option<String>, Option<String>) {
    let before = (action != Action::Add).then(|| path.to_owned());
    let after = (action != Action::Remove).then(|| path.to_owned());
    (before, after)
}
