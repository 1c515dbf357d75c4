//! Text that a terminal shows as it is.
//!
//! Enters: anything, also from a stranger's document. Leaves: a text of bounded length in which nothing hides, moves the cursor or turns the
//! direction of reading.

/// `text` with what a terminal would act upon, or not show, made visible, and cut to at most `most` bytes.
pub(crate) fn clean(text: &str, most: usize) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        let shown = visible(&clean, c);
        if clean.len() + shown.len() > most {
            clean.push('…');
            break;
        }
        clean.push_str(&shown);
    }
    clean
}

/// A character behind others, or its escape where it could not be seen. GitHub's runner takes `##[` for a command wherever in a line of a log
/// it stands (actions/runner, `ActionCommand.TryParse`).
pub(super) fn visible(before: &str, c: char) -> String {
    match c {
        '[' if before.ends_with("##") => "\\[".to_owned(),
        c if c.is_control() || is_invisible(c) => c.escape_unicode().to_string(),
        c => c.to_string(),
    }
}

/// Whether a terminal shows nothing for a character, or turns the text around it.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hides() {
        assert_eq!(clean("a\u{1b}[31m\u{202e}b\n", 99), "a\\u{1b}[31m\\u{202e}b\\u{a}");
        assert_eq!(clean("ü日", 99), "ü日");
        assert_eq!(clean("# ##[x]##[y]", 99), "# ##\\[x]##\\[y]");
    }

    #[test]
    fn nothing_is_long() {
        assert_eq!(clean("abcdef", 6), "abcdef");
        assert_eq!(clean("abcdefg", 6), "abcdef…");
        assert_eq!(clean("\u{e0001}\u{e0001}", 12), "\\u{e0001}…");
    }
}
