//! What a build would change in `mesh.lock`.
//!
//! Enters: the lock's text as committed, and the lock as it is to be. Leaves: the names whose address comes, moves or goes.

use std::net::Ipv4Addr;

use super::How;
use crate::mesh::Lock;
use crate::report::Report;
use crate::source::Source;
use crate::span::Span;

/// What a build would change in the lock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LockChanges {
    /// Names by name.
    pub names: Vec<NameChange>,
    /// In what it differs where it is not the names: its form, or its line endings alone.
    pub how: Option<How>,
}

/// A name whose address comes, moves or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameChange {
    /// The name.
    pub name: String,
    /// Its address as committed.
    pub old: Option<Ipv4Addr>,
    /// Its address as it is to be.
    pub new: Option<Ipv4Addr>,
    /// The place in the document that it comes from.
    pub origin: Option<Span>,
}

/// Compares the lock as committed, if there is one, with the one that a build would write.
#[must_use]
pub fn compare(committed: Option<&Source>, new: &Lock) -> LockChanges {
    // Its faults were reported when the document was checked, and then there is no new lock.
    let old = committed.map(|source| Lock::parse(source, &mut Report::new())).unwrap_or_default();
    let mut names: Vec<NameChange> = Vec::new();
    for (name, address) in new.iter() {
        let before = old.get(name).map(|before| before.value);
        if before != Some(address.value) {
            let origin = Some(address.span);
            let new = Some(address.value);
            names.push(NameChange { name: name.to_owned(), old: before, new, origin });
        }
    }
    for (name, address) in old.iter().filter(|(name, _)| new.get(name).is_none()) {
        let old = Some(address.value);
        names.push(NameChange { name: name.to_owned(), old, new: None, origin: None });
    }
    names.sort_by(|one, two| one.name.cmp(&two.name));
    let text = new.text();
    let how = match committed {
        _ if !names.is_empty() => None,
        Some(source) if source.text() == text => None,
        Some(source) if source.text().replace("\r\n", "\n") == text => Some(How::LineEndings),
        _ => Some(How::Form),
    };
    LockChanges { names, how }
}

impl LockChanges {
    /// Whether a build would leave the lock as it is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && self.how.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{File, Spanned};

    const NOWHERE: std::ops::Range<usize> = 0..0;

    fn lock(entries: &[(&str, [u8; 4])]) -> Lock {
        let mut lock = Lock::default();
        for (name, address) in entries {
            let span = Span::new(File::Mesh, NOWHERE);
            lock.insert((*name).to_owned(), Spanned::new(Ipv4Addr::from(*address), span));
        }
        lock
    }

    fn found(old: &Lock, new: &Lock) -> Vec<(String, bool, bool)> {
        let source = Source::new("mesh.lock", &old.text());
        let changes = compare(Some(&source), new);
        let names = changes.names.into_iter();
        names.map(|name| (name.name, name.old.is_some(), name.new.is_some())).collect()
    }

    #[test]
    fn names_come_move_and_go() {
        let old =
            lock(&[("gone", [240, 0, 0, 1]), ("moves", [240, 0, 0, 2]), ("stays", [240, 0, 0, 3])]);
        let new = lock(&[
            ("comes", [240, 0, 0, 4]),
            ("moves", [240, 0, 0, 5]),
            ("stays", [240, 0, 0, 3]),
        ]);
        let expected = [("comes", false, true), ("gone", true, false), ("moves", true, true)];
        let expected = expected.map(|(name, old, new)| (name.to_owned(), old, new));
        assert_eq!(found(&old, &new), expected);
    }

    #[test]
    fn the_same_addresses_in_another_form_are_told() {
        let lock = lock(&[("stays", [240, 0, 0, 3])]);
        let same = Source::new("mesh.lock", &lock.text());
        assert!(compare(Some(&same), &lock).is_empty());
        let crlf = Source::new("mesh.lock", &lock.text().replace('\n', "\r\n"));
        assert_eq!(compare(Some(&crlf), &lock).how, Some(How::LineEndings));
        let spaced = Source::new("mesh.lock", &lock.text().replace(" = ", "="));
        assert_eq!(compare(Some(&spaced), &lock).how, Some(How::Form));
        // An empty lock is a file, too, and a build writes it.
        assert_eq!(compare(None, &Lock::default()).how, Some(How::Form));
    }
}
