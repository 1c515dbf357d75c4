//! Keys, strings and numbers in their one spelling.

use std::net::IpAddr;

use toml_edit::Formatted;

use crate::document::{Shape, Text};
use crate::rules::invalid_duration;
use crate::span::{File, Span, Spanned};

/// A key: without quotes where TOML needs none.
pub(super) fn key(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { basic(key) }
}

/// A string: in double quotes, or in single ones where that saves escapes.
pub(super) fn string(text: &str) -> String {
    let escaped = text.contains(['"', '\\']);
    let literal = !text.contains('\'') && !text.chars().any(char::is_control);
    if escaped && literal { format!("'{text}'") } else { basic(text) }
}

fn basic(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// The one spelling of what a string says: of an address, of a duration.
pub(super) fn spelt(text: &str, shape: Option<&'static Shape>) -> String {
    let spelling = match shape.and_then(form) {
        Some(Text::Address) => address(text),
        Some(Text::Duration) => duration(text),
        _ => None,
    };
    spelling.unwrap_or_else(|| text.to_owned())
}

fn form(shape: &'static Shape) -> Option<Text> {
    match shape {
        Shape::Text(form) => Some(*form),
        Shape::List(inner) => form(inner),
        Shape::OneOf(shapes) => shapes.iter().find_map(form),
        // Of a table that is written short: `gateway = "203.0.113.10"`.
        _ => None,
    }
}

fn address(text: &str) -> Option<String> {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some(ip.to_canonical().to_string());
    }
    let host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    text.chars().all(host).then(|| text.to_ascii_lowercase())
}

fn duration(text: &str) -> Option<String> {
    let spanned = Spanned::new(text.to_owned(), Span::new(File::Mesh, 0..0));
    let mut left = invalid_duration::parse(&spanned, "").ok()?.as_millis();
    let mut out = String::new();
    for (unit, millis) in [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
        if left >= millis {
            out.push_str(&format!("{}{unit}", left / millis));
            left %= millis;
        }
    }
    Some(out)
}

/// A number with a fraction; one of per cent without, where there is none.
pub(super) fn float(number: &Formatted<f64>, shape: Option<&'static Shape>) -> String {
    let value = *number.value();
    if matches!(shape, Some(Shape::Percent)) && value.is_finite() {
        value.to_string()
    } else {
        number.display_repr().into_owned()
    }
}
