//! `mesh.lock`: the address of each name that was ever given one.
//!
//! Enters: its text. Leaves: a [`Lock`], and from it the text again: one line a name, sorted, so that git merges two branches' new
//! names as long as they are not neighbours. A name that the document no longer has keeps its line until it is forgotten.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::Ipv4Addr;

use toml::de::{DeTable, DeValue};

use crate::report::Report;
use crate::rules::{duplicate_key, lock_conflict, lock_damaged, lock_newer};
use crate::source::Source;
use crate::span::{File, Span, Spanned};

/// The format that this version writes, and the newest that it reads.
const VERSION: u32 = 1;

/// The addresses of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    addresses: BTreeMap<String, Spanned<Ipv4Addr>>,
}

impl Lock {
    /// How its text begins.
    pub const MARK: &str = "# The address of each name, recorded by cwc build so that none ever moves. Commit this file.\n";

    /// Reads a lock; what is wrong with it goes to `report`.
    pub fn parse(source: &Source, report: &mut Report) -> Self {
        if let Some(span) = conflict_marker(source) {
            report.push(lock_conflict::markers(span));
            return Self::default();
        }
        let mut errors = Report::new();
        let mut lock = Self::default();
        crate::document::parse(source, File::Lock, &mut errors, |table, _, errors| {
            if errors.diagnostics().is_empty() {
                lock.read(table, report);
            }
        });
        for found in errors.diagnostics() {
            report.push(match found.rule.code {
                code if code == duplicate_key::RULE.code => lock_conflict::two_lines(found),
                _ => lock_damaged::syntax(found),
            });
        }
        lock
    }

    fn read(&mut self, table: &DeTable<'_>, report: &mut Report) {
        let version = table.get("version").map(|value| (value.get_ref(), span_of(value)));
        match version {
            Some((DeValue::Integer(number), span)) => match number.as_str().parse::<u32>() {
                Ok(1..=VERSION) => {}
                Ok(newer @ 2..) => {
                    report.push(lock_newer::found(span, newer, VERSION));
                    return;
                }
                _ => report.push(lock_damaged::found(span, "`version` is not a version")),
            },
            Some((_, span)) => report.push(lock_damaged::found(span, "`version` is not a version")),
            None => report
                .push(lock_damaged::found(Span::new(File::Lock, 0..0), "`version` is missing")),
        }
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("version", _) => {}
                ("addresses", DeValue::Table(addresses)) => self.read_addresses(addresses, report),
                (key, _) => {
                    let message = format!("`{key}` does not belong here");
                    report.push(lock_damaged::found(span_of(value), &message));
                }
            }
        }
        self.check_unique(report);
    }

    fn read_addresses(&mut self, addresses: &DeTable<'_>, report: &mut Report) {
        for (name, value) in addresses {
            let span = span_of(value);
            let address = match value.get_ref() {
                DeValue::String(text) => text.parse().ok(),
                _ => None,
            };
            if !is_name(name.get_ref()) {
                report.push(lock_damaged::found(span, "what this is the address of is not a name"));
            } else if let Some(address) = address {
                self.addresses.insert(name.get_ref().to_string(), Spanned::new(address, span));
            } else {
                let message = format!("the address of `{}` is not an IPv4 address", name.get_ref());
                report.push(lock_damaged::found(span, &message));
            }
        }
    }

    fn check_unique(&self, report: &mut Report) {
        let mut seen: BTreeMap<Ipv4Addr, (&str, Span)> = BTreeMap::new();
        let mut entries: Vec<_> = self.addresses.iter().collect();
        entries.sort_by_key(|(_, address)| address.span);
        for (name, address) in entries {
            match seen.get(&address.value) {
                Some((first, span)) => {
                    report.push(lock_conflict::one_address(address, name, first, *span));
                }
                None => {
                    seen.insert(address.value, (name, address.span));
                }
            }
        }
    }

    /// The address of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Spanned<Ipv4Addr>> {
        self.addresses.get(name)
    }

    /// All names and addresses, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Spanned<Ipv4Addr>)> {
        self.addresses.iter().map(|(name, address)| (name.as_str(), address))
    }

    /// Records the address of a name.
    pub fn insert(&mut self, name: String, address: Spanned<Ipv4Addr>) {
        self.addresses.insert(name, address);
    }

    /// Drops the names for which `keep` is false.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.addresses.retain(|name, _| keep(name));
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "{}\
             # After a merge keep the lines of both sides; cwc check finds what does not go together.\n\
             version = {VERSION}\n\n[addresses]\n",
            Self::MARK
        );
        for (name, address) in &self.addresses {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\"{name}\" = \"{}\"", address.value);
        }
        text
    }
}

/// Whether a name is one that a build could have written: it is written back as it is, also when the document has it no longer.
fn is_name(name: &str) -> bool {
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.*".contains(c);
    !name.is_empty() && name.len() <= 253 && name.chars().all(known)
}

fn span_of<T>(value: &toml::Spanned<T>) -> Span {
    Span::new(File::Lock, value.span())
}

fn conflict_marker(source: &Source) -> Option<Span> {
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        if ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|marker| line.starts_with(marker)) {
            return Some(Span::new(File::Lock, at..at + line.trim_end().len()));
        }
        at += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESSES: &str = "version = 1\n\n[addresses]\n";

    fn read(text: &str) -> (Lock, Vec<String>) {
        let source = Source::new("mesh.lock", text);
        let mut report = Report::new();
        let lock = Lock::parse(&source, &mut report);
        let found = report.diagnostics().iter().map(|found| {
            let line = source.position(found.primary.span.range().start).line;
            format!("{line} {} {}", found.rule.code, found.message)
        });
        (lock, found.collect())
    }

    /// Asks for each problem, in order: its line, its code and how its message ends.
    fn holds(text: &str, expected: &[(&str, &str)]) {
        let (_, found) = read(text);
        let same = |(one, (begin, end)): (&String, &(&str, &str))| {
            one.starts_with(begin) && one.ends_with(end)
        };
        let all = found.len() == expected.len() && found.iter().zip(expected).all(same);
        assert!(all, "{text}\n{found:?}");
    }

    #[test]
    fn what_is_written_is_read() {
        let text = format!("{ADDRESSES}\"*.b_c.d-9\" = \"240.0.0.2\"\n\"a.b\" = \"240.0.0.1\"\n");
        let (lock, found) = read(&text);
        assert_eq!(found, [""; 0]);
        let entries: Vec<_> =
            lock.iter().map(|(name, address)| format!("{name} {}", address.value)).collect();
        assert_eq!(entries, ["*.b_c.d-9 240.0.0.2", "a.b 240.0.0.1"]);
        assert!(lock.text().ends_with(&text));
        assert_eq!(read(&lock.text()).0.text(), lock.text());
    }

    #[test]
    fn the_version_is_one_that_this_release_reads() {
        holds("version = 1\n", &[]);
        holds("version = 2\naddresses = 3\n", &[("1 CW0332", "")]);
        holds("version = 4294967295\n", &[("1 CW0332", "")]);
        holds("", &[("1 CW0330", "`version` is missing")]);
        for version in ["0", "-1", "4294967296", "\"1\"", "1.0"] {
            let text = format!("\nversion = {version}\n");
            holds(&text, &[("2 CW0330", "`version` is not a version")]);
        }
    }

    #[test]
    fn what_does_not_belong_there_is_not_carried_along() {
        holds("version = 1\nnames = 3\n", &[("2 CW0330", "`names` does not belong here")]);
        holds("version = 1\naddresses = 3\n", &[("2 CW0330", "`addresses` does not belong here")]);
        for address in ["1", "\"240.0.0\"", "\"::1\"", "\"\""] {
            let text = format!("{ADDRESSES}\"a.b\" = {address}\n");
            holds(&text, &[("4 CW0330", "the address of `a.b` is not an IPv4 address")]);
        }
        let long = "a".repeat(253);
        holds(&format!("{ADDRESSES}\"{long}\" = \"240.0.0.1\"\n"), &[]);
        for name in ["", "A.b", "a b", "a\\nb", "\u{e4}", &format!("{long}a")] {
            let text = format!("{ADDRESSES}\"{name}\" = \"240.0.0.1\"\n");
            holds(&text, &[("4 CW0330", "what this is the address of is not a name")]);
        }
        holds("version = 1\n[addresses\n", &[("2 CW0330", "")]);
    }

    #[test]
    fn what_a_merge_left_is_told_from_damage() {
        let a = "\"a.b\" = \"240.0.0.1\"\n";
        for marker in ["<<<<<<< main", "=======", ">>>>>>> branch"] {
            holds(&format!("{ADDRESSES}{a}{marker}\n{a}"), &[("5 CW0331", "a merge conflict")]);
        }
        holds(&format!("{ADDRESSES}{a}\"a.b\" = \"240.0.0.9\"\n"), &[("5 CW0331", "")]);
        // The later line is the one to delete, whichever name comes first.
        for (first, second) in [("a", "b"), ("b", "a")] {
            let text = format!("{ADDRESSES}{first} = \"240.0.0.1\"\n{second} = \"240.0.0.1\"\n");
            let end = format!("gives `{second}` and `{first}` the same address 240.0.0.1");
            holds(&text, &[("5 CW0331", &end)]);
        }
    }

    #[test]
    fn a_conflict_is_shown_by_the_line_of_its_marker() {
        let source = Source::new("mesh.lock", "a = 1\n<<<<<<< main  \nb = 1\n");
        assert_eq!(conflict_marker(&source).unwrap().range(), 6..18);
    }

    #[test]
    fn names_are_forgotten_one_by_one() {
        let (mut lock, _) = read(&format!("{ADDRESSES}a = \"240.0.0.1\"\nb = \"240.0.0.2\"\n"));
        lock.retain(|name| name == "b");
        assert_eq!(lock.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["b"]);
        assert!(lock.get("a").is_none());
    }
}
