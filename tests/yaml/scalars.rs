//! Strings, numbers and booleans: single values enter, their exact text is expected.

use crate::text;

fn line<T: serde::Serialize + ?Sized>(value: &T) -> String {
    text(value).trim_end_matches('\n').to_owned()
}

#[test]
fn strings_of_the_safe_set_are_plain() {
    for plain in [
        "a",
        "reviews",
        "reviews.bookinfo.svc.cluster.local",
        "networking.istio.io/v1",
        "topology.istio.io/network",
        "us-east-1/us-east-1a",
        "/api/v1/products(all)",
        "/",
        "//",
        "spiffe://cluster.local/ns/default/sa/reviews",
        "a:b",
        "a::b",
        "user@host",
        "k=v",
        "v1.2.3+build~1",
        "MESH_INTERNAL",
        "yess",
        "nope",
        "ono",
        "only",
        "nulls",
        "truer",
        "infinity",
        "e3",
        "x1F",
        "o7",
        "v2024-01-01",
        "a_1",
        "v1_000",
    ] {
        assert_eq!(line(plain), plain);
    }
}

#[test]
fn no_other_character_is_in_the_safe_set() {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let plain = |string: String| !line(&string).starts_with('"');
    for c in '\0'..=char::MAX {
        let (first, inner) = (letters.contains(c) || c == '/', "0123456789-_.:@+=~()".contains(c));
        assert_eq!(plain(format!("{c}ab")), first, "{c:?} in front");
        assert_eq!(plain(format!("a{c}b")), first || inner, "{c:?} within");
        assert_eq!(plain(format!("ab{c}")), (first || inner) && c != ':', "{c:?} at the end");
    }
}

#[test]
fn strings_that_some_reader_resolves_are_quoted_in_any_case() {
    for word in [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "~", ".nan",
        ".inf",
    ] {
        let upper = word.to_uppercase();
        let title: String = word
            .char_indices()
            .map(|(at, c)| if at == 0 { c.to_ascii_uppercase() } else { c })
            .collect();
        for spelling in [word, &upper, &title] {
            assert_eq!(line(spelling), format!("\"{spelling}\""));
        }
    }
}

#[test]
fn strings_outside_the_safe_set_are_quoted() {
    for quoted in [
        "",
        " ",
        "0",
        "80",
        "-1",
        "+1",
        "1.10",
        "1e3",
        "017",
        "0o7",
        "0x1F",
        "0b1",
        "1_000",
        "12:30",
        "12:30:45",
        "2024-01-01",
        "240.0.0.1",
        "10.0.0.0/8",
        "::1",
        "*",
        "*.global",
        "<<",
        "=",
        "-",
        "---",
        "...",
        "- a",
        "? a",
        "# a",
        "a #b",
        "a: b",
        "a:",
        ":",
        ":a",
        "&a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a",
        "{a}",
        "[a]",
        "a,b",
        "a b",
        " a",
        "a ",
        "'a'",
        "a?",
        "a*",
        "a|b",
        "_a",
        ".a",
        "(a)",
        "~a",
        "a;b",
        "$a",
        "${a}",
        "a%",
        "a!",
        "a^",
        "münchen",
        "日本",
        "é",
    ] {
        assert_eq!(line(quoted), format!("\"{quoted}\""));
    }
}

#[test]
fn escapes_are_visible_ascii_on_one_line() {
    for (string, expected) in [
        ("\"", r#""\"""#),
        ("\\", r#""\\""#),
        ("a\"b\\c", r#""a\"b\\c""#),
        ("a\nb\r\n\tc", r#""a\nb\r\n\tc""#),
        ("\n---\n", r#""\n---\n""#),
        ("\0\u{7}\u{8}\u{b}\u{c}\u{1b}[1m", r#""\x00\x07\x08\x0B\x0C\x1B[1m""#),
        ("\u{7f}\u{80}\u{85}\u{9f}\u{a0}\u{ad}", r#""\x7F\x80\x85\x9F\xA0\xAD""#),
        ("\u{2028}\u{2029}\u{feff}", r#""\u2028\u2029\uFEFF""#),
        ("\u{61c}", r#""\u061C""#),
        ("a\u{200b}b\u{202e}c\u{2066}", r#""a\u200Bb\u202Ec\u2066""#),
        ("\u{e000}\u{f8ff}\u{fffe}\u{ffff}", r#""\uE000\uF8FF\uFFFE\uFFFF""#),
        ("\u{1fffe}\u{e0041}\u{10ffff}", r#""\U0001FFFE\U000E0041\U0010FFFF""#),
        ("¡ÿ€\u{fffd}😀", "\"¡ÿ€\u{fffd}😀\""),
        ("é\n日\u{2028}😀\t", r#""é\n日\u2028😀\t""#),
    ] {
        assert_eq!(line(string), expected);
    }
}

/// The ends of every range that is escaped (`true`) and what is next to them (`false`).
#[test]
fn characters_that_a_reviewer_cannot_see_are_escaped() {
    for (escaped, characters) in [
        (true, "\u{7f}\u{a0}\u{ad}\u{61c}\u{115f}\u{1160}\u{1680}\u{17b4}\u{17b5}\u{180b}\u{180f}"),
        (false, "~\u{a1}\u{ac}\u{ae}\u{61b}\u{115e}\u{1161}\u{17b3}\u{17b6}\u{180a}\u{1810}"),
        (true, "\u{2000}\u{200f}\u{2028}\u{202f}\u{205f}\u{206f}\u{3000}\u{3164}"),
        (false, "\u{1fff}\u{2010}\u{2027}\u{2030}\u{205e}\u{2070}\u{2fff}\u{3001}\u{3163}\u{3165}"),
        (true, "\u{e000}\u{f8ff}\u{fdd0}\u{fdef}\u{fe00}\u{fe0f}\u{feff}\u{ffa0}\u{fff0}\u{fffb}"),
        (false, "\u{d7ff}\u{f900}\u{fdcf}\u{fdf0}\u{fdff}\u{fe10}\u{fefe}\u{ff00}\u{ff9f}\u{ffa1}"),
        (true, "\u{fffe}\u{ffff}\u{1fffe}\u{dffff}\u{e0000}\u{f0000}\u{10ffff}"),
        (false, "\u{ffef}\u{fffc}\u{fffd}\u{10000}\u{1fffd}\u{20000}\u{dfffd}"),
    ] {
        for c in characters.chars() {
            assert_eq!(line(&format!(" {c}")).contains('\\'), escaped, "{:x}", u32::from(c));
        }
    }
}

#[test]
fn numbers_and_booleans_are_canonical() {
    assert_eq!([line(&true), line(&false)], ["true", "false"]);
    assert_eq!([line(&0), line(&-7), line(&15443)], ["0", "-7", "15443"]);
    assert_eq!(
        [line(&i8::MIN), line(&i16::MIN), line(&i32::MIN)],
        ["-128", "-32768", "-2147483648"]
    );
    assert_eq!(line(&i64::MIN), "-9223372036854775808");
    assert_eq!([line(&u8::MAX), line(&u16::MAX), line(&u32::MAX)], ["255", "65535", "4294967295"]);
    assert_eq!(line(&u64::MAX), "18446744073709551615");
    assert_eq!(
        [line(&0.1_f32), line(&0.1), line(&50.0), line(&-2.5)],
        ["0.1", "0.1", "50", "-2.5"]
    );
    assert_eq!([line(&1e-7), line(&1e21)], ["0.0000001", "1000000000000000000000"]);
}

#[test]
fn a_key_follows_the_rules_of_a_value() {
    let labels = std::collections::BTreeMap::from([("80", 1), ("a: b", 2), ("app", 3), ("y", 4)]);
    assert_eq!(text(&labels), "\"80\": 1\n\"a: b\": 2\napp: 3\n\"y\": 4\n");
}
