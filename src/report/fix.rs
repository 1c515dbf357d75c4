//! An edit that mends a problem, as plain data.
//!
//! Enters: what a rule knows about the text it complains about. Leaves: [`Fix`], carried by a diagnostic; `fix` applies it, an editor or a
//! renderer may show it. A rule that could not tell one answer from another offers none.

use crate::span::{Span, Spanned};

/// Whether an edit may be made without a person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Applicability {
    /// There is one answer, and it says what the document meant already.
    Safe,
    /// Probably what was meant; somebody has to look.
    Unsafe,
}

/// A piece of text that takes another one's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; of no length for an insertion.
    pub span: Span,
    /// What stands there then; empty for a deletion.
    pub text: String,
}

/// The edits that mend one problem, all or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Who may make them.
    pub applicability: Applicability,
    /// They do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// One edit.
    #[must_use]
    pub fn one(applicability: Applicability, span: Span, text: impl Into<String>) -> Self {
        Self { applicability, edits: vec![Edit { span, text: text.into() }] }
    }

    /// A name or word becomes another one: safe where it is the same word in another spelling. None where `word` is only a part of what
    /// stands in the text, or is written with escapes.
    #[must_use]
    pub fn word(word: &Spanned<String>, instead: &str) -> Option<Self> {
        let applicability =
            if same_word(word, instead) { Applicability::Safe } else { Applicability::Unsafe };
        Some(Self::one(applicability, word.span, written(word, instead)?))
    }

    /// A string becomes another one that says the same. None where it is written with escapes.
    #[must_use]
    pub fn respelt(word: &Spanned<String>, instead: &str) -> Option<Self> {
        Some(Self::one(Applicability::Safe, word.span, written(word, instead)?))
    }
}

/// `instead` with quotes if `word` has them.
fn written(word: &Spanned<String>, instead: &str) -> Option<String> {
    match word.span.range().len().checked_sub(word.value.len()) {
        Some(0) => Some(instead.to_owned()),
        Some(2) => Some(format!("\"{instead}\"")),
        _ => None,
    }
}

/// Whether two words differ only in case, in `_` for `-`, or in a capital for `-` and a letter.
fn same_word(one: &str, two: &str) -> bool {
    let letters = |word: &str| -> String {
        word.chars().filter(|c| !matches!(c, '-' | '_')).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(two)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::File;

    fn word(text: &str, width: usize) -> Spanned<String> {
        Spanned::new(text.to_owned(), Span::new(File::Mesh, 7..7 + width))
    }

    #[test]
    fn the_same_word_in_another_spelling_is_safe() {
        for (word_, instead) in
            [("vip_pool", "vip-pool"), ("vipPool", "vip-pool"), ("East", "east")]
        {
            let fix = Fix::word(&word(word_, word_.len()), instead).unwrap();
            assert_eq!(
                (fix.applicability, fix.edits[0].text.as_str()),
                (Applicability::Safe, instead)
            );
        }
        let fix = Fix::word(&word("esat", 6), "east").unwrap();
        assert_eq!(
            (fix.applicability, fix.edits[0].text.as_str()),
            (Applicability::Unsafe, "\"east\"")
        );
    }

    #[test]
    fn a_part_of_a_string_is_left_alone() {
        assert_eq!(Fix::word(&word("esat", "\"esat/frontend\"".len()), "east"), None);
        assert_eq!(Fix::word(&word("e\u{e9}", "\"e\\u00e9\"".len()), "ee"), None);
    }
}
