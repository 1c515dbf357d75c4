//! Positions as editors count them.
//!
//! Enters: a text, byte offsets and `line:character` positions. Leaves: one as the other. Lines end as the protocol has it, at `\n`, `\r\n` and `\r`;
//! characters are counted in units of UTF-16 or in bytes of UTF-8, as was agreed on. A position behind a line's end is its end.

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind, Range as Places};

/// What a position's character counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Units of UTF-16, which every client knows.
    #[default]
    Utf16,
    /// Bytes of UTF-8.
    Utf8,
}

impl Encoding {
    /// The best of those that a client offers.
    #[must_use]
    pub fn of(offered: &[PositionEncodingKind]) -> Self {
        if offered.contains(&PositionEncodingKind::UTF8) { Self::Utf8 } else { Self::Utf16 }
    }

    /// As the protocol calls it.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf8 => PositionEncodingKind::UTF8,
        }
    }

    fn width(self, text: &str) -> usize {
        match self {
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf8 => text.len(),
        }
    }

    /// The bytes of the first `units` of a line; the beginning of the character that they end in.
    fn bytes(self, line: &str, units: usize) -> usize {
        if self == Self::Utf8 {
            return line.floor_char_boundary(units);
        }
        let mut left = units;
        for (at, c) in line.char_indices() {
            if c.len_utf16() > left {
                return at;
            }
            left -= c.len_utf16();
        }
        line.len()
    }
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    encoding: Encoding,
}

impl Lines {
    /// The lines of a text.
    #[must_use]
    pub fn of(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: usize, byte: u8| {
            byte == b'\n' || byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')
        };
        let breaks = bytes.iter().enumerate().filter(|(at, byte)| ends(*at, **byte));
        let starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { starts, encoding }
    }

    /// The position of a byte.
    #[must_use]
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let width = self.encoding.width(text.get(start..offset).unwrap_or_default());
        let clip = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Position { line: clip(line), character: clip(width) }
    }

    /// The byte of a position.
    #[must_use]
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(start) = self.starts.get(line).copied() else { return text.len() };
        let end = self.starts.get(line.saturating_add(1)).copied().unwrap_or(text.len());
        let line = text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']);
        start + self.encoding.bytes(line, position.character as usize)
    }

    /// The bytes between two positions, whichever comes first.
    #[must_use]
    pub fn range(&self, text: &str, places: Places) -> Range<usize> {
        let (one, two) = (self.offset(text, places.start), self.offset(text, places.end));
        one.min(two)..one.max(two)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# ü 𝄞 日\r\na = 1\rb\n";

    fn positions(encoding: Encoding) -> Vec<(u32, u32)> {
        let lines = Lines::of(TEXT, encoding);
        let of = |part: &str| lines.position(TEXT, TEXT.find(part).unwrap());
        ["ü", "𝄞", "日", "a", "b"].map(of).map(|it| (it.line, it.character)).to_vec()
    }

    #[test]
    fn characters_are_units_of_utf_16_or_bytes() {
        assert_eq!(positions(Encoding::Utf16), [(0, 2), (0, 4), (0, 7), (1, 0), (2, 0)]);
        assert_eq!(positions(Encoding::Utf8), [(0, 2), (0, 5), (0, 10), (1, 0), (2, 0)]);
    }

    #[test]
    fn every_byte_comes_back_from_its_position() {
        for encoding in [Encoding::Utf16, Encoding::Utf8] {
            let lines = Lines::of(TEXT, encoding);
            for (at, c) in TEXT.char_indices().filter(|(_, c)| *c != '\n') {
                let back = lines.offset(TEXT, lines.position(TEXT, at));
                assert_eq!(back, at, "{c:?} in {encoding:?}");
            }
        }
    }

    #[test]
    fn what_is_nowhere_is_the_nearest_place_before() {
        let lines = Lines::of(TEXT, Encoding::Utf16);
        let offset = |line, character| lines.offset(TEXT, Position { line, character });
        // Within the pair of units of one character; behind a line; behind the text.
        assert_eq!(offset(0, 5), TEXT.find('𝄞').unwrap());
        assert_eq!(offset(0, 99), TEXT.find('\r').unwrap());
        assert_eq!(offset(9, 0), TEXT.len());
        assert_eq!(offset(u32::MAX, u32::MAX), TEXT.len());
    }

    #[test]
    fn utf_8_is_taken_where_it_is_offered() {
        let offered = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(Encoding::of(&offered), Encoding::Utf8);
        assert_eq!(Encoding::of(&[]), Encoding::Utf16);
    }
}
