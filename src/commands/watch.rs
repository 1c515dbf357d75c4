//! `--watch`: a command again and again, whenever what it was made from changes, until Ctrl-C.
//!
//! Enters: a command that says what it follows. Leaves: each answer as it is given, printed at once. What a command writes itself is looked at after
//! it has, so that no run is the reason of the next. Times and sizes of the few files are looked at ten times a second: editors save in many ways, and
//! the system's own messages do not come from every file system.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::format::Format;
use super::{Answer, Common, Machine, Status};
use crate::disk::{Failure, Seen};

/// How often files are looked at.
const PAUSE: Duration = Duration::from_millis(100);
/// So many looks a document that is gone is waited for: some editors take the old file away first.
const GONE: usize = 10;

/// What a command is made from.
#[derive(Debug, Default)]
pub(super) struct Follows {
    /// Documents, which are only read.
    pub documents: Vec<PathBuf>,
    /// What may be written by the command itself: the lock, the tree.
    pub written: Vec<PathBuf>,
}

impl Follows {
    /// Follows a document and the lock beside it.
    pub(super) fn document(&mut self, path: &Path) {
        self.documents.push(path.to_owned());
        self.written.push(path.with_file_name("mesh.lock"));
    }

    fn seen(&self) -> Seen {
        Seen::of(self.documents.iter().chain(&self.written))
    }
}

/// Refuses what is read as one document: several, one behind the other, are none.
pub(super) fn refuse(format: Format, files: &[String]) -> Result<(), Failure> {
    if files.iter().any(|file| file == "-") {
        return Err(Failure::new("--watch cannot watch the standard input").help("name a file"));
    }
    if matches!(format, Format::Full | Format::Concise) {
        return Ok(());
    }
    Err(Failure::new("--watch answers again and again, and this format is for one answer")
        .help("watch with `--format full` or `--format concise`"))
}

/// Runs a command until nobody reads any more; a first run that fails is the last one.
pub(super) fn follow(
    common: &Common,
    machine: &Machine,
    run: impl Fn(&mut Follows) -> Result<Answer, Failure>,
) -> Result<Answer, Failure> {
    let mut follows = Follows::default();
    let mut told = String::new();
    loop {
        let is_first = follows.documents.is_empty();
        let before = Seen::of(&follows.documents);
        let mut found = Follows::default();
        let answer = match run(&mut found) {
            Err(failure) if is_first => return Err(failure),
            Err(failure) => Answer::failed(failure),
            Ok(answer) => answer,
        };
        // Where a run came to nothing, what the one before followed is still what it is about.
        let documents = std::mem::replace(&mut follows.documents, found.documents);
        if follows.documents.is_empty() {
            follows.documents.clone_from(&documents);
        }
        if !found.written.is_empty() {
            follows.written = found.written;
        }
        let after = follows.seen();
        let mut chatter = if common.quiet && answer.status != Status::Failed {
            String::new()
        } else {
            format!("{told}{}", answer.stderr)
        };
        if !common.quiet {
            chatter.push_str("watching; Ctrl-C ends it\n");
        }
        if !machine.show(&answer.stdout, &chatter) {
            return Ok(Answer::new(answer.status));
        }
        // A document that was saved during the run was read before, or after: nobody knows.
        let known =
            if is_first || Seen::of(&documents) == before { after } else { Seen::default() };
        let look = || {
            thread::sleep(PAUSE);
            follows.seen()
        };
        let changed = changed(&known, &follows.documents, look);
        let changed: Vec<String> = changed.iter().map(|path| machine.shown(path)).collect();
        told = match changed.as_slice() {
            [one] => format!("\n{one} changed\n"),
            [one, rest @ ..] => format!("\n{one} and {} more changed\n", rest.len()),
            [] => "\nchanged\n".to_owned(),
        };
    }
}

/// Waits until what is seen is another than what is known, and stays so for a moment; the paths that differ.
fn changed(known: &Seen, documents: &[PathBuf], mut look: impl FnMut() -> Seen) -> Vec<PathBuf> {
    let mut last = known.clone();
    let mut gone = 0;
    loop {
        let now = look();
        let settled = now == last;
        last = now;
        if !settled || last == *known {
            gone = 0;
            continue;
        }
        if documents.iter().any(|document| !last.has(document)) && gone < GONE {
            gone += 1;
            continue;
        }
        return last.differing(known);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks at a file as it is at each moment; 0 is not there.
    fn looks(moments: &[u64]) -> usize {
        let seen = |moment: u64| Seen::sized("mesh.toml", moment);
        let mut left = moments.iter();
        let mut count = 0;
        let documents = [PathBuf::from("mesh.toml")];
        let changed = changed(&seen(1), &documents, || {
            count += 1;
            left.next()
                .map_or_else(|| panic!("still waiting after {count}"), |moment| seen(*moment))
        });
        assert_eq!(changed, documents);
        count
    }

    #[test]
    fn a_change_is_one_once_it_stays() {
        assert_eq!(looks(&[1, 1, 2, 2]), 4);
        assert_eq!(looks(&[2, 3, 4, 5, 5]), 5, "several saves are one change");
        assert_eq!(looks(&[2, 1, 1, 1, 3, 3]), 6, "what is as it was is none");
    }

    #[test]
    fn a_document_that_is_taken_away_first_is_waited_for() {
        assert_eq!(looks(&[0, 0, 0, 0, 2, 2]), 6);
        assert_eq!(looks(&[0; 20]), GONE + 2, "but not for ever");
    }
}
