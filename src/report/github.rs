//! Annotations of GitHub Actions: workflow commands on the standard output, errors first.
//!
//! Of a step GitHub shows ten errors, ten warnings and ten notices and drops the rest without a word, so that many are written and the others
//! are counted; all of them stand in the log, as people read them, in a group in front.

use std::fmt::Write as _;

use super::finding::{Finding, Level, Listing};

/// How many of a level a step shows.
const SHOWN: usize = 10;

/// The log of a step, with its annotations.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let mut out = String::new();
    if !listing.full.is_empty() {
        let _ = writeln!(out, "::group::cwc {}", listing.command);
        listing.full.lines().for_each(|line| out.push_str(&format!("{}\n", harmless(line))));
        out.push_str("::endgroup::\n");
    }
    let mut left = 0;
    for level in [Level::Error, Level::Warning, Level::Note] {
        let all = || listing.findings().filter(|found| found.level == level);
        // The note about what is left out takes a notice's place.
        let most = if level == Level::Note { SHOWN - 1 } else { SHOWN };
        all().take(most).for_each(|found| annotation(found, &mut out));
        left += all().count().saturating_sub(most);
    }
    if left > 0 {
        let _ = writeln!(out, "::notice title=cwc::{left} more are in the log of this step");
    }
    out
}

fn annotation(found: &Finding, out: &mut String) {
    let command = match found.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let mut properties = format!("file={}", property(&found.place.path));
    if let Some(region) = &found.place.region {
        let (start, end) = (region.start, region.end);
        let _ =
            write!(properties, ",line={},endLine={},col={}", start.line, end.line, start.column);
        // Columns go together with a single line only.
        if start.line == end.line {
            let _ = write!(properties, ",endColumn={}", end.column);
        }
    }
    let title = property(&format!("cwc {}", found.kind.id));
    let help = found.help.as_ref().map_or(String::new(), |help| format!("\nhelp: {help}"));
    let text = data(&format!("{}{help}", found.message));
    let _ = writeln!(out, "::{command} {properties},title={title}::{text}");
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line of the log that the runner takes for nothing but a line: it obeys `::` in front and `##[` anywhere.
fn harmless(line: &str) -> String {
    let line = line.replace("##[", "##\\[");
    if line.trim_start().starts_with("::") { line.replacen("::", ":\\:", 1) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_commands_no_runner() {
        assert_eq!(harmless("  ::set-env name=a::b"), "  :\\:set-env name=a::b");
        assert_eq!(harmless(" x ##[command]y"), " x ##\\[command]y");
        assert_eq!(harmless(" 1 | a::b"), " 1 | a::b");
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
