//! Texts that look like credentials: they are shown nowhere.
//!
//! Enters: a text. Leaves: where keys and tokens of well-known forms stand in it. The text is gone through once, as it may be long.

use std::ops::Range;

/// How a token of some service begins, and how many letters, digits, `_` and `-` follow at least.
const TOKENS: &[(&str, usize)] = &[
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 35),
    ("ghp_", 36),
    ("gho_", 36),
    ("ghu_", 36),
    ("ghs_", 36),
    ("ghr_", 36),
    ("github_pat_", 22),
    ("glpat-", 20),
    ("npm_", 36),
    ("rk_live_", 16),
    ("sk_live_", 16),
    ("xoxa-", 10),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
];
/// Where a private key begins and ends.
const KEY: (&str, &str) = ("-----BEGIN ", "-----END ");
/// A head that is JSON begins so in a token of three parts (RFC 7519), and so does what it says.
const SIGNED: &str = "eyJ";
/// The least of each of the three parts.
const PART: usize = 10;

/// Where such texts stand, in order.
pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let (mut end, mut within_word) = (0, false);
    // No signed token begins before this: where one does not, none begins later in the same word.
    let mut unsigned = 0;
    for (at, byte) in text.bytes().enumerate() {
        let begins =
            !within_word && matches!(byte, b'-' | b'A' | b'e' | b'g' | b'n' | b'r' | b's' | b'x');
        within_word = byte.is_ascii_alphanumeric() || byte == b'_';
        let Some(rest) = text.get(at..).filter(|_| begins && at >= end) else { continue };
        let length = if !rest.starts_with(SIGNED) {
            length(rest)
        } else if at >= unsigned {
            unsigned = at + word(rest);
            signed(rest)
        } else {
            None
        };
        if let Some(length) = length {
            end = at + length;
            found.push(at..end);
        }
    }
    found
}

/// How long the key or the token of a service is that a text begins with.
fn length(text: &str) -> Option<usize> {
    if let Some(rest) = text.strip_prefix(KEY.0) {
        let (title, _) = rest.split_once("-----")?;
        let is_title = title.len() < 40 && !title.contains('\n') && title.ends_with("PRIVATE KEY");
        // Without an end, all that follows may be of the key.
        return is_title.then(|| text.find(KEY.1).map_or(text.len(), |end| end + KEY.1.len()));
    }
    let (start, least) = TOKENS.iter().find(|(start, _)| text.starts_with(start))?;
    let rest = text.get(start.len()..).map_or(0, word);
    (rest >= *least).then_some(start.len() + rest)
}

/// How long the signed token is that a text begins with.
fn signed(text: &str) -> Option<usize> {
    let head = word(text);
    let behind = text.get(head..)?.strip_prefix('.')?;
    let said = word(behind);
    let signature = word(behind.get(said..)?.strip_prefix('.')?);
    let enough = [head, said, signature].iter().all(|length| *length >= PART);
    (enough && behind.starts_with(SIGNED)).then_some(head + said + signature + 2)
}

/// How many bytes of a text belong to its first word.
fn word(text: &str) -> usize {
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.bytes().take_while(is_of_word).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: [Range<usize>; 0] = [];

    /// `start`, and `count` letters and digits.
    fn made(start: &str, count: usize) -> String {
        start.chars().chain("0aZ9".chars().cycle().take(count)).collect()
    }

    #[test]
    fn each_form_is_found_whole_and_not_a_letter_shorter() {
        for (start, least) in TOKENS {
            let token = made(start, *least);
            let text = format!("a = \"{token}\" # {token}.");
            let second = text.len() - 1 - token.len();
            assert_eq!(find(&text), [5..5 + token.len(), second..text.len() - 1]);
            assert_eq!(find(&format!("\"{}\"", made(start, least - 1))), NOTHING);
            assert_eq!(find(&format!("x{token}")), NOTHING, "within a word");
        }
    }

    #[test]
    fn a_signed_token_has_three_parts() {
        let part = made("eyJ", 7);
        let token = format!("{part}.{part}.{}", made("", 10));
        assert_eq!(find(&format!("Bearer {token}.")), vec![7..7 + token.len(); 1]);
        for other in [
            format!("{part}.{part}"),
            format!("{part}.{}.{part}", made("", 10)),
            format!("{part}.{part}.short"),
        ] {
            assert_eq!(find(&other), NOTHING, "{other}");
        }
    }

    #[test]
    fn a_private_key_is_found_with_its_lines_and_a_certificate_is_not() {
        // In two parts, so that this file holds none.
        let key = format!("{}RSA PRIVATE KEY-----\nMIIE\n{}", KEY.0, KEY.1);
        assert_eq!(find(&format!("a\n{key}RSA PRIVATE KEY-----\nb\n")), vec![2..2 + key.len(); 1]);
        let open = format!("{}PRIVATE KEY-----\nMIIE\n", KEY.0);
        assert_eq!(find(&open), vec![0..open.len(); 1]);
        assert_eq!(find(&format!("{}CERTIFICATE-----\nMIIE\n", KEY.0)), NOTHING);
        assert_eq!(find("-----BEGIN \n# a PRIVATE KEY-----"), NOTHING);
    }

    #[test]
    fn names_are_none() {
        for name in [
            "ghp_",
            "sk_live_payments",
            "asia-south1",
            "AKIA",
            "xoxb",
            "eyJ.eyJ.eyJ",
            "npm_registry",
        ] {
            assert_eq!(find(name), NOTHING, "{name}");
        }
    }
}
