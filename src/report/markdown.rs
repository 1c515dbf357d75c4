//! Findings for a comment or the summary of a job: a list in Markdown, worst first.

use super::finding::{Level, Listing};

/// So many findings are listed; the rest is counted. A comment on GitHub holds 65,536 characters.
const SHOWN: usize = 50;

/// The line by which the comment of a command is found again, to be replaced.
#[must_use]
pub fn mark(command: &str) -> String {
    format!("<!-- cwc {command} -->\n")
}

/// The list, or one line where nothing is found.
#[must_use]
pub fn write(listing: &Listing) -> String {
    let count = listing.findings().count();
    let mut out = format!("{}### cwc {}\n\n", mark(listing.command), listing.command);
    if count == 0 {
        return out + "Nothing found.\n";
    }
    let levels = [Level::Error, Level::Warning, Level::Note];
    let sorted = levels
        .into_iter()
        .flat_map(|level| listing.findings().filter(move |found| found.level == level));
    for found in sorted.take(SHOWN) {
        let (path, start) = (escaped(&found.place.path), found.place.start());
        let place = match found.place.region {
            Some(_) => format!("{path}:{}", start.line),
            None => path,
        };
        let (level, id) = (found.level.word(), found.kind.id);
        let help =
            found.help.as_ref().map_or(String::new(), |help| format!(" ({})", escaped(help)));
        out += &format!("- **{level} {id}** {place}: {}{help}\n", escaped(&found.message));
    }
    if count > SHOWN {
        out += &format!("\n{} more are not shown.\n", count - SHOWN);
    }
    out
}

/// A text that Markdown shows as it is. Code in backticks stays code; a mention or a link in it would be one nowhere else.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    let balanced = text.matches('`').count().is_multiple_of(2);
    for c in text.chars() {
        match c {
            '`' if balanced => {
                code = !code;
                out.push(c);
            }
            '|' => out.push_str("\\|"),
            _ if code => out.push(c),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_formats_nothing() {
        assert_eq!(escaped("a_b *c* <d> @e"), "a\\_b \\*c\\* &lt;d&gt; &#64;e");
        assert_eq!(escaped("`a_b` and | `c|d`"), "`a_b` and \\| `c\\|d`");
        assert_eq!(escaped("odd ` *x*"), "odd \\` \\*x\\*");
    }
}
