//! The difference for a comment on a pull request: what it may do, then cluster by cluster what changes.
//!
//! A comment on GitHub holds 65,536 characters, so nothing is begun that would not fit: first the texts are left out, then the names, always whole
//! objects, and the last line says how many. Job summaries hold more, and take it as well.

use super::cluster::Compared;
use super::places::{Places, aside};
use super::review::Review;
use super::semantic;
use super::unified::{self, Side, visible};
use crate::changes::lock::{LockChanges, NameChange};
use crate::changes::{Action, Piece};
use crate::report::markdown::{escaped, mark};
use crate::report::text::Style;

/// The most bytes that are written; what comes behind the details fits between it and GitHub's limit.
const MOST: usize = 60_000;
/// The most bytes of the part about risks.
const MOST_OF_RISKS: usize = 20_000;
const PLAIN: Style = Style { color: false, unicode: true };

/// The details while they are gathered.
pub(super) struct Details<'p> {
    places: Places<'p>,
    /// Unchanged lines around what changes; `None` for fields in place of lines.
    context: Option<usize>,
    text: String,
    /// Objects and files that are named without their text.
    named: usize,
    /// Objects and files that are not there at all.
    left: usize,
}

impl<'p> Details<'p> {
    pub(super) fn new(places: Places<'p>, context: Option<usize>) -> Self {
        Self { places, context, text: String::new(), named: 0, left: 0 }
    }

    /// Adds what differs in a cluster.
    pub(super) fn add(&mut self, name: &str, compared: &Compared) {
        let changes = &compared.changes;
        if changes.is_empty() {
            return;
        }
        let count = changes.objects.len();
        let noun = if count == 1 { "object" } else { "objects" };
        let gone = if compared.cluster.is_none() { ", no longer in mesh.toml" } else { "" };
        let mut open = Some(format!(
            "\n<details><summary>{}: {count} {noun}{gone}</summary>\n\n",
            html(&visible(name))
        ));
        for (change, cause) in changes.objects.iter().zip(&compared.causes) {
            let label = visible(&change.identity.to_string());
            let notes = aside(&self.places.of_object(change, cause, changes));
            let text = match (self.context, change.action()) {
                (None, Action::Change) => semantic::fields(&change.differences, PLAIN),
                (context, _) => {
                    let side = |piece: &'_ Option<Piece>| {
                        piece
                            .as_ref()
                            .map_or((String::new(), 1), |piece| (piece.text.clone(), piece.line))
                    };
                    let (old, new) = (side(&change.old), side(&change.new));
                    let (old, new) =
                        (Side { text: &old.0, line: old.1 }, Side { text: &new.0, line: new.1 });
                    unified::hunks(old, new, "", context.unwrap_or(3), PLAIN).text
                }
            };
            self.item(&mut open, change.action(), &label, &notes, &text);
        }
        for file in changes.files_beside() {
            let path = format!("{}/{}", self.places.root, visible(&file.path));
            let notes = aside(&self.places.of_file(file, compared.file_causes.get(&file.path)));
            self.item(&mut open, file.action, &path, &notes, "");
        }
        if open.is_none() {
            self.text += "\n</details>\n";
        }
    }

    /// Adds one item, as much of it as there is room for.
    fn item(
        &mut self,
        open: &mut Option<String>,
        action: Action,
        label: &str,
        notes: &str,
        text: &str,
    ) {
        let sign = match action {
            Action::Add => '+',
            Action::Change => '~',
            Action::Remove => '-',
        };
        let head =
            format!("{}`{sign} {label}`{}\n", open.as_deref().unwrap_or_default(), escaped(notes));
        let fence = fence(text);
        let whole = format!("{head}{fence}diff\n{text}{fence}\n\n");
        let room = |piece: &str| self.text.len() + piece.len() <= MOST - MOST_OF_RISKS;
        if !text.is_empty() && room(&whole) {
            self.text += &whole;
        } else if room(&head) {
            self.named += usize::from(!text.is_empty());
            // A line of its own, whatever follows.
            self.text += &format!("{head}\n");
        } else {
            self.left += 1;
            return;
        }
        *open = None;
    }

    /// The comment; `counts` says how much it is.
    pub(super) fn written(
        self,
        counts: &str,
        review: &Review,
        lock: &LockChanges,
        heading: &str,
    ) -> String {
        let mut out = format!(
            "{}### {}\n\n{}\n",
            mark("diff"),
            escaped(heading),
            counts.trim_end().replace('\n', "<br>\n")
        );
        if self.named + self.left > 0 {
            out +=
                "\nThere is no room for all of it here; the last line says how much is left out.\n";
        }
        let mut hidden = 0;
        let mut table = String::new();
        for item in review.grouped() {
            let row = format!(
                "| **{}** {} | {}: {} | {} |\n",
                item.class.level.word(),
                item.class.name,
                escaped(&item.subject),
                escaped(item.text),
                escaped(&item.about(&self.places))
            );
            if table.len() + row.len() <= MOST_OF_RISKS - 2_000 {
                table += &row;
            } else {
                hidden += 1;
            }
        }
        if !table.is_empty() {
            out += &format!("\n| class | what | where |\n|---|---|---|\n{table}");
        }
        if hidden > 0 {
            out += &format!("\n{hidden} more rows are not shown; these are the worst.\n");
        }
        let addresses = addresses(lock);
        if !addresses.is_empty() {
            out += &format!("\nmesh.lock: {}\n", addresses.join(", "));
        }
        out += &self.text;
        if self.named + self.left > 0 {
            out += &format!(
                "\nNot shown for want of room: {} changes, and the texts of {} more. `cwc diff` shows all of it.\n",
                self.left, self.named
            );
        }
        out
    }
}

/// How many addresses come, change and go.
fn addresses(lock: &LockChanges) -> Vec<String> {
    let count = |is: fn(&NameChange) -> bool| lock.names.iter().filter(|name| is(name)).count();
    let said = |count, one: &str, many: &str| match count {
        0 => None,
        1 => Some(format!("1 address {one}")),
        _ => Some(format!("{count} addresses {many}")),
    };
    let all = [
        said(count(|name| name.old.is_none()), "is new", "are new"),
        said(count(|name| name.old.is_some() && name.new.is_some()), "moves", "move"),
        said(count(|name| name.new.is_none()), "goes", "go"),
    ];
    all.into_iter().flatten().collect()
}

/// A fence that is longer than any in the text.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

/// A text as HTML holds it.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(fence("a ``` b `x`"), "````");
        assert_eq!(fence(""), "```");
    }
}
