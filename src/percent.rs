//! Percent signs in addresses: `%2F` is `/`.
//!
//! Enters: a part of a URI or of a query. Leaves: its text, or `None` where a sign is not followed by two hexadecimal digits, or what they say is no text.

/// A text without its `%` escapes.
#[must_use]
pub fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let [Some(high), Some(low)] = digits.map(|digit| char::from(digit).to_digit(16)) else {
                return None;
            };
            u8::try_from(high * 16 + low).ok()?
        } else {
            byte
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_digits_are_a_byte_and_all_else_is_refused() {
        assert_eq!(decoded("a%2fb%C3%BC+").as_deref(), Some("a/bü+"));
        for broken in ["%", "a%4", "%zz", "%ff", "%+5", "%-1"] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
    }
}
