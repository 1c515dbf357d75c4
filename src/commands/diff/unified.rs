//! The text of a change, line by line, as `diff -u` shows it.
//!
//! Enters: the old and the new text of one object or file. Leaves: its hunks, whose line numbers are those of the files. What a terminal
//! would act upon is made visible: a file of the tree may hold anything.

use std::fmt::Write as _;

use similar::{ChangeTag, DiffOp, TextDiff};

use crate::report::text::Style;
use crate::report::text::clean::is_invisible;

/// How a piece of the output is colored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shade {
    /// A heading.
    Head,
    /// Where a hunk stands.
    Hunk,
    /// What comes.
    Add,
    /// What changes.
    Change,
    /// What goes.
    Remove,
}

/// One side of a change.
#[derive(Clone, Copy)]
pub(in crate::commands) struct Side<'t> {
    /// The text; empty where there is none.
    pub text: &'t str,
    /// The line that it begins in, counted from 1.
    pub line: usize,
}

/// The hunks of a change.
#[derive(Default)]
pub(in crate::commands) struct Hunks {
    /// Their text.
    pub text: String,
    /// How many lines come.
    pub added: usize,
    /// How many lines go.
    pub removed: usize,
}

/// The hunks of a change, each headed by `label`, with `context` lines around.
pub(in crate::commands) fn hunks(
    old: Side<'_>,
    new: Side<'_>,
    label: &str,
    context: usize,
    style: Style,
) -> Hunks {
    // Without a deadline: the same texts have the same difference on any machine.
    let diff = TextDiff::from_lines(old.text, new.text);
    let mut hunks = Hunks::default();
    for group in diff.grouped_ops(context) {
        let place = format!(
            "@@ -{} +{} @@",
            range(&group, old.line, DiffOp::old_range),
            range(&group, new.line, DiffOp::new_range)
        );
        let gap = if label.is_empty() { "" } else { " " };
        let _ = writeln!(hunks.text, "{}{gap}{label}", paint(&place, Shade::Hunk, style));
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, shade) = match change.tag() {
                ChangeTag::Equal => (' ', None),
                ChangeTag::Insert => ('+', Some(Shade::Add)),
                ChangeTag::Delete => ('-', Some(Shade::Remove)),
            };
            hunks.added += usize::from(sign == '+');
            hunks.removed += usize::from(sign == '-');
            let line = change.value();
            let body = line.strip_suffix('\n').unwrap_or(line);
            let body = format!("{sign}{}", visible(body));
            hunks.text += &shade.map_or(body.clone(), |shade| paint(&body, shade, style));
            hunks.text.push('\n');
            if !line.ends_with('\n') {
                hunks.text.push_str("\\ No newline at end of file\n");
            }
        }
    }
    hunks
}

/// The lines of a side in a hunk, as `diff -u` writes them: a range without lines begins in the line before it.
fn range(group: &[DiffOp], first: usize, of: fn(&DiffOp) -> std::ops::Range<usize>) -> String {
    let start = group.first().map_or(0, |op| of(op).start);
    let end = group.last().map_or(start, |op| of(op).end);
    match end - start {
        0 => format!("{},0", (start + first).saturating_sub(1)),
        1 => format!("{}", start + first),
        length => format!("{},{length}", start + first),
    }
}

/// A line with what a terminal would act upon, or not show, made visible, and with nothing that GitHub's runner would.
pub(in crate::commands) fn visible(line: &str) -> String {
    let hidden = |c: char| (c.is_control() && c != '\t') || is_invisible(c);
    if line.contains("##[") {
        return visible(&line.replace("##[", "##\\["));
    }
    if !line.contains(hidden) {
        return line.to_owned();
    }
    let show = |c: char| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() };
    line.chars().map(show).collect()
}

/// A text in its color, if there are colors.
pub(super) fn paint(text: &str, shade: Shade, style: Style) -> String {
    if !style.color {
        return text.to_owned();
    }
    let code = match shade {
        Shade::Head => 1,
        Shade::Hunk => 36,
        Shade::Add => 32,
        Shade::Change => 33,
        Shade::Remove => 31,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Style = Style { color: false, unicode: true };

    fn shown(old: (&str, usize), new: (&str, usize), context: usize) -> String {
        let side = |(text, line)| Side { text, line };
        hunks(side(old), side(new), "Kind name", context, PLAIN).text
    }

    #[test]
    fn a_hunk_stands_where_it_is_in_the_file() {
        let text = shown(("a\nb\nc\nd\n", 10), ("a\nb\nC\nd\n", 20), 1);
        assert_eq!(text, "@@ -11,3 +21,3 @@ Kind name\n b\n-c\n+C\n d\n");
        let text = shown(("a\nb\n", 10), ("a\nx\nb\n", 10), 0);
        assert_eq!(text, "@@ -10,0 +11 @@ Kind name\n+x\n");
    }

    #[test]
    fn what_comes_whole_or_goes_whole_has_one_side() {
        assert_eq!(shown(("", 1), ("a\nb\n", 1), 3), "@@ -0,0 +1,2 @@ Kind name\n+a\n+b\n");
        assert_eq!(shown(("a\n", 7), ("", 1), 3), "@@ -7 +0,0 @@ Kind name\n-a\n");
    }

    #[test]
    fn a_missing_last_line_break_is_told() {
        let text = shown(("a", 1), ("a\n", 1), 3);
        assert_eq!(text, "@@ -1 +1 @@ Kind name\n-a\n\\ No newline at end of file\n+a\n");
    }

    #[test]
    fn a_terminal_has_nothing_to_act_upon() {
        let text = shown(("\u{1b}[2J\tx\r\n", 1), ("", 1), 3);
        assert_eq!(text, "@@ -1 +0,0 @@ Kind name\n-\\u{1b}[2J\tx\\u{d}\n");
    }

    #[test]
    fn colors_are_for_terminals() {
        let style = Style { color: true, unicode: true };
        let (old, new) = (Side { text: "", line: 1 }, Side { text: "a\n", line: 1 });
        let text = hunks(old, new, "", 3, style).text;
        assert_eq!(text, "\u{1b}[36m@@ -0,0 +1 @@\u{1b}[0m\n\u{1b}[32m+a\u{1b}[0m\n");
    }
}
