//! How a string is written: any text enters, a plain or double-quoted YAML scalar on one line
//! leaves; or, for a text of several clean lines, a literal block.
//!
//! A string stays plain only inside a set in which no reader of YAML 1.1 or 1.2 sees anything else
//! than a string. The set is an allow-list on purpose: it has no digits, dots or signs in front, so
//! no number, date, address or `.nan` can be in it, and no rule about what some reader resolves has
//! to be kept up to date.

use std::fmt::Write as _;

/// Appends `text` as a scalar that every reader takes for that string.
pub(super) fn write(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quote(text, out);
    }
}

/// Whether a text of several lines can stand as a literal block (`|`) without any reader taking it
/// for another one: printable, ended by one line break, and begun by no space, which would be taken
/// for the block's indent.
pub(super) fn is_block(text: &str) -> bool {
    let Some(lines) = text.strip_suffix('\n') else {
        return false;
    };
    lines.contains('\n')
        && !lines.starts_with(' ')
        && lines.split('\n').all(|line| !line.is_empty() && !line.ends_with(' '))
        && lines.chars().all(|c| matches!(c, '\n' | '"' | '\\') || !is_escaped(c))
}

/// Appends a text for which [`is_block`] holds, its lines behind `margin` spaces.
pub(super) fn block(text: &str, margin: usize, out: &mut String) {
    out.push('|');
    for line in text.lines() {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', margin));
        out.push_str(line);
    }
}

fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else {
        return false;
    };
    (first.is_ascii_alphabetic() || *first == b'/')
        && *last != b':'
        && bytes.iter().all(|byte| is_safe(*byte))
        && !is_word(text)
}

fn is_safe(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9'
        | b'-' | b'_' | b'.' | b':' | b'/' | b'@' | b'+' | b'=' | b'~' | b'(' | b')')
}

/// Whether some reader takes the text for a boolean, null or a number, in whatever case it is
/// written.
fn is_word(text: &str) -> bool {
    let words: &[&str] = match text.len() {
        1 => &["y", "n"],
        2 => &["no", "on"],
        3 => &["yes", "off", "nan", "inf"],
        4 => &["true", "null"],
        5 => &["false"],
        _ => &[],
    };
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some((at, found)) = rest.char_indices().find(|(_, c)| is_escaped(*c)) {
        let (clear, tail) = rest.split_at(at);
        out.push_str(clear);
        escape(found, out);
        rest = tail.strip_prefix(found).unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}

/// Whether a character inside quotes would end them, break the line, be refused by a reader, or be
/// invisible to the person who reviews the file (spaces, joiners, direction marks, private use,
/// tags, non-characters).
fn is_escaped(c: char) -> bool {
    match c {
        '"' | '\\' => true,
        ' '..='~' => false,
        '\0'..='\u{a0}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{1680}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2000}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}'
        | '\u{205f}'..='\u{206f}'
        | '\u{3000}'
        | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}'
        | '\u{fdd0}'..='\u{fdef}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{10ffff}' => true,
        // The last two code points of every plane.
        _ => u32::from(c) & 0xfffe == 0xfffe,
    }
}

fn escape(c: char, out: &mut String) {
    // Writing to a String cannot fail, so there is no error to hand on.
    let _ = match c {
        '"' => out.write_str("\\\""),
        '\\' => out.write_str("\\\\"),
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0'..='\u{ff}' => write!(out, "\\x{:02X}", u32::from(c)),
        '\u{100}'..='\u{ffff}' => write!(out, "\\u{:04X}", u32::from(c)),
        _ => write!(out, "\\U{:08X}", u32::from(c)),
    };
}
