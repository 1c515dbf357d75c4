//! What a build would change in one cluster's folder.
//!
//! Enters: the new files, with the objects in them, and the bytes of the old ones. Leaves: [`Changes`]: objects by identity, each with the
//! old text, the new text and the paths that differ, and the files that differ. Knows no disk, no document and no way to show anything.
//! Files with equal bytes are not looked into; of the others only those documents are parsed whose text differs.

pub mod lock;
pub mod object;
pub mod path;
pub mod values;

use std::collections::{BTreeMap, BTreeSet};

use crate::emit::file::TreeFile;
use crate::span::Span;
use object::{Identity, Text};
use path::Difference;

/// What a build does to an object or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is new.
    Add,
    /// It is there, and becomes another.
    Change,
    /// It goes.
    Remove,
}

impl Action {
    /// What programs call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Remove => "remove",
        }
    }
}

/// What a build would change in a cluster's folder.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The objects that come, change or go, in the order of the files.
    pub objects: Vec<ObjectChange>,
    /// Every file that differs, by path.
    pub files: Vec<FileChange>,
}

/// An object that comes, changes or goes.
#[derive(Clone, Debug)]
pub struct ObjectChange {
    /// Which one.
    pub identity: Identity,
    /// Where and what it is now.
    pub old: Option<Piece>,
    /// Where and what it would be.
    pub new: Option<Piece>,
    /// Where it differs; of changed objects only.
    pub differences: Vec<Difference>,
    /// The place in the document that the new one comes from.
    pub origin: Option<Span>,
}

/// An object's part of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The file.
    pub path: String,
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// Its text.
    pub text: String,
}

/// A file that differs.
#[derive(Clone, Debug)]
pub struct FileChange {
    /// Its path below the tree's folder.
    pub path: String,
    /// What happens to it.
    pub action: Action,
    /// In what it differs.
    pub how: How,
    /// Both texts, old and new, where the objects do not say it all.
    pub texts: Option<(String, String)>,
}

/// In what a file differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// In its objects, which are listed on their own.
    Objects,
    /// It holds no objects: it is kustomize's or Helm's.
    Text,
    /// Only in its form: its objects mean the same.
    Form,
    /// Only in that its lines end with CR LF.
    LineEndings,
    /// It cannot be compared object by object, because of this.
    Unreadable(String),
}

/// Documents of files that are there, and of files as they are to be, whose counterparts are not found yet.
#[derive(Default)]
struct Loose {
    old: BTreeMap<Identity, Vec<(Piece, serde_yaml::Value)>>,
    new: Vec<(Identity, Piece, Span)>,
}

/// Compares the files that a cluster is to have with the files that it has: those at the same paths, and all others of ours.
#[must_use]
pub fn compare(new: &[TreeFile], old: &BTreeMap<String, Vec<u8>>) -> Changes {
    let mut changes = Changes::default();
    let mut loose = Loose::default();
    for file in new {
        if let Some(bytes) = old.get(&file.path) {
            if !file.is(bytes) {
                let change = changed_file(file, bytes, &mut loose);
                changes.files.push(change);
            }
        } else {
            changes.files.push(added_file(file, &mut loose));
        }
    }
    let wanted: BTreeSet<&str> = new.iter().map(|file| file.path.as_str()).collect();
    for (path, bytes) in old.iter().filter(|(path, _)| !wanted.contains(path.as_str())) {
        changes.files.push(removed_file(path, bytes, &mut loose));
    }
    changes.files.sort_by(|one, two| one.path.cmp(&two.path));
    changes.objects = loose.pair();
    changes.settle_form();
    changes
}

fn added_file(file: &TreeFile, loose: &mut Loose) -> FileChange {
    let written = object::written(file);
    let (how, texts) = if written.is_empty() {
        (How::Text, Some((String::new(), file.text())))
    } else {
        (How::Objects, None)
    };
    loose.add_new(&file.path, written);
    FileChange { path: file.path.clone(), action: Action::Add, how, texts }
}

fn changed_file(file: &TreeFile, bytes: &[u8], loose: &mut Loose) -> FileChange {
    let text = Text::of(bytes);
    let mut written = object::written(file);
    let how = if text.crlf && file.is(text.lines.as_bytes()) {
        How::LineEndings
    } else if written.is_empty() {
        How::Text
    } else {
        match text.documents(&mut written) {
            Err(why) => How::Unreadable(why),
            Ok(found) => {
                loose.add_old(&file.path, found);
                loose.add_new(&file.path, written);
                // Settled when every object has found its counterpart, or none.
                How::Form
            }
        }
    };
    let texts = (how != How::LineEndings).then(|| (text.lines, file.text()));
    FileChange { path: file.path.clone(), action: Action::Change, how, texts }
}

fn removed_file(path: &str, bytes: &[u8], loose: &mut Loose) -> FileChange {
    let text = Text::of(bytes);
    let how = if object::is_without_objects(path) {
        How::Text
    } else {
        match text.documents(&mut Vec::new()) {
            Err(why) => How::Unreadable(why),
            Ok(found) => {
                loose.add_old(path, found);
                How::Objects
            }
        }
    };
    let texts = (how != How::Objects).then(|| (text.lines, String::new()));
    FileChange { path: path.to_owned(), action: Action::Remove, how, texts }
}

impl Loose {
    fn add_old(&mut self, path: &str, found: Vec<object::Found<'_>>) {
        for document in found {
            let piece = Piece::new(path, document.line, document.text);
            self.old.entry(document.identity).or_default().push((piece, document.value));
        }
    }

    fn add_new(&mut self, path: &str, written: Vec<object::Written<'_>>) {
        let piece = |document: &object::Written<'_>| Piece::new(path, document.line, document.text);
        self.new.extend(written.into_iter().map(|document| {
            let piece = piece(&document);
            (document.identity, piece, document.origin)
        }));
    }

    /// Puts together what has one identity, and tells in what it differs.
    fn pair(mut self) -> Vec<ObjectChange> {
        let mut objects = Vec::new();
        for (identity, new, origin) in self.new {
            let copies = self.old.get_mut(&identity);
            let (old, differences) = match copies.and_then(|copies| nearest(copies, &new.path)) {
                None => (None, Vec::new()),
                Some((old, before)) => {
                    // What cwc writes is always read; were it not, all of it would differ.
                    let after = object::value(&new.text).unwrap_or_default();
                    if path::same(&before, &after) && old.path == new.path {
                        continue;
                    }
                    (Some(old), path::differences(&before, &after))
                }
            };
            let origin = Some(origin);
            objects.push(ObjectChange { identity, old, new: Some(new), differences, origin });
        }
        for (identity, copies) in self.old {
            objects.extend(copies.into_iter().map(|(old, _)| ObjectChange {
                identity: identity.clone(),
                old: Some(old),
                new: None,
                differences: Vec::new(),
                origin: None,
            }));
        }
        objects.sort_by(|one, two| one.place().cmp(&two.place()));
        objects
    }
}

/// Of several copies the one in the same file, else the first.
fn nearest<T>(copies: &mut Vec<(Piece, T)>, path: &str) -> Option<(Piece, T)> {
    let at = copies.iter().position(|(piece, _)| piece.path == path).unwrap_or(0);
    (at < copies.len()).then(|| copies.remove(at))
}

impl Piece {
    fn new(path: &str, line: usize, text: &str) -> Self {
        Self { path: path.to_owned(), line, text: text.to_owned() }
    }
}

impl Changes {
    /// Whether a build would change nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.files.is_empty()
    }

    /// The files that differ in more than the objects listed.
    pub fn files_beside(&self) -> impl Iterator<Item = &FileChange> {
        let told = |file: &&FileChange| file.how == How::Objects && file.action != Action::Remove;
        self.files.iter().filter(move |file| !told(file))
    }

    /// A file that one of its objects changed in differs in more than its form.
    fn settle_form(&mut self) {
        let pieces = self.objects.iter().flat_map(|object| [&object.old, &object.new]);
        let touched: BTreeSet<&str> = pieces.flatten().map(|piece| piece.path.as_str()).collect();
        for file in self.files.iter_mut().filter(|file| file.how == How::Form) {
            if touched.contains(file.path.as_str()) {
                file.how = How::Objects;
                file.texts = None;
            }
        }
    }
}

impl ObjectChange {
    /// What happens to it.
    #[must_use]
    pub fn action(&self) -> Action {
        match (&self.old, &self.new) {
            (None, _) => Action::Add,
            (_, None) => Action::Remove,
            _ => Action::Change,
        }
    }

    /// The file that it leaves for another one.
    #[must_use]
    pub fn left(&self) -> Option<&str> {
        let (old, new) = (self.old.as_ref()?, self.new.as_ref()?);
        (old.path != new.path).then_some(old.path.as_str())
    }

    /// Where it is shown among the others.
    fn place(&self) -> Option<(&str, usize, Action)> {
        let piece = self.new.as_ref().or(self.old.as_ref())?;
        Some((&piece.path, piece.line, self.action()))
    }
}
