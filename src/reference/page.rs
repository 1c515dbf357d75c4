//! The reference of `mesh.toml`: the parts of `docs/mesh-toml.md` that follow from the field tables.
//!
//! Enters: the page as written, with pairs of marks. Leaves: the page with what stands between each pair replaced: a table of keys, of
//! words, or of the forms of strings. Prose and examples are written by hand, and tests run the examples.

use super::{form, schema};
use crate::document::{Field, Shape, Table, Text, all_tables};

const OPEN: &str = "<!-- generated: ";
const CLOSE: &str = "<!-- end -->";

/// Renews the generated parts of a page.
///
/// # Errors
/// The name of a mark that nothing is known for, or that is not closed.
pub fn renewed(page: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = page;
    while let Some((before, behind)) = rest.split_once(OPEN) {
        let (name, behind) = behind.split_once(" -->\n").ok_or("a mark without end")?;
        let (_, behind) = behind.split_once(CLOSE).ok_or_else(|| format!("`{name}` is open"))?;
        let part = part(name).ok_or_else(|| format!("no part `{name}`"))?;
        text.push_str(&format!("{before}{OPEN}{name} -->\n{part}{CLOSE}"));
        rest = behind;
    }
    Ok(text + rest)
}

/// The part of a name: that of a table, or `forms`.
fn part(name: &str) -> Option<String> {
    if name == "forms" {
        return Some(forms());
    }
    let table = all_tables().into_iter().find(|table| table.name == name)?;
    Some(of_table(table))
}

fn of_table(table: &'static Table) -> String {
    let mut text =
        format!("{}\n\n| key | type | default | meaning |\n|---|---|---|---|\n", table.doc);
    for field in table.fields {
        let default = match field.default {
            Some(default) if is_literal(default) => format!("`{default}`"),
            Some(default) => default.to_owned(),
            None if field.required => "*required*".to_owned(),
            None => "–".to_owned(),
        };
        let (key, kind, doc) = (field.key, of_shape(&field.shape), field.doc);
        text.push_str(&format!("| `{key}` | {kind} | {default} | {doc} |\n"));
    }
    for field in table.fields {
        text.push_str(&words_of(field));
    }
    text
}

fn words_of(field: &'static Field) -> String {
    let words = schema::words(&field.shape);
    if words.is_empty() {
        return String::new();
    }
    let mut text = format!("\n| `{}` | meaning |\n|---|---|\n", field.key);
    for choice in words {
        text.push_str(&format!("| `\"{}\"` | {} |\n", choice.word, choice.doc));
    }
    text
}

/// What a value may be, in words without links.
#[must_use]
pub fn type_of(shape: &'static Shape) -> String {
    let text = of_shape(shape);
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some((before, link)) = rest.split_once('[') {
        let (words, behind) = link.split_once(']').unwrap_or((link, ""));
        plain.push_str(&format!("{before}{words}"));
        rest = behind.split_once(')').map_or(behind, |(_, behind)| behind);
    }
    plain + rest
}

/// Whether a default is a value, and no sentence about one.
fn is_literal(default: &str) -> bool {
    default.starts_with(['"', '[', '{']) || matches!(default, "true" | "false") || {
        default.bytes().all(|byte| byte.is_ascii_digit())
    }
}

fn of_shape(shape: &'static Shape) -> String {
    match shape {
        Shape::Text(text) => of_text(*text),
        Shape::Choice(_) => "one of the words below".to_owned(),
        Shape::Integer(least, most) => format!("integer, {least} to {most}"),
        Shape::Percent => "number, 0 to 100".to_owned(),
        Shape::Bool => "boolean".to_owned(),
        Shape::List(inner) => format!("array of {}", of_shape(inner)),
        Shape::Map(key, inner) => format!("table: {} = {}", of_text(*key), of_shape(inner)),
        Shape::Table(table) => format!("[table](#{})", anchor(table.name)),
        Shape::OneOf(shapes) => {
            let shapes: Vec<String> = shapes.iter().map(of_shape).collect();
            shapes.join(" or ")
        }
    }
}

fn of_text(text: Text) -> String {
    format!("[{}](#forms-of-strings)", form::of(text).noun)
}

fn forms() -> String {
    let mut text = "| form | what it is |\n|---|---|\n".to_owned();
    for form in form::ALL.iter().map(|text| form::of(*text)) {
        text.push_str(&format!("| {} | {} |\n", form.noun, form.doc));
    }
    text
}

/// The anchor that Markdown gives a heading that is a table's name in backticks.
#[must_use]
pub fn anchor(name: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || c == '-';
    name.to_ascii_lowercase().chars().filter(|c| kept(*c)).collect()
}
