//! Values: names that the document has, words of the field tables, `true` and `false`, codes of warnings.

use std::ops::Range;

use lsp_types::CompletionItemKind as Kind;

use super::{Offer, is_apart, known};
use crate::document::sketch::{Spot, Word, unquoted};
use crate::document::{Shape, Text};
use crate::lsp::names::{self, Noun};
use crate::lsp::server::View;
use crate::lsp::shapes;
use crate::report::{Rule, Severity};
use crate::rules;

/// What is offered where the value at a way is wanted.
pub(super) fn of(view: View<'_>, way: &[&str], spot: &Spot) -> Vec<Offer> {
    let Spot::Value { in_array, range, quoted, closed, .. } = spot else { return Vec::new() };
    let shapes = shapes::at(way);
    let array = !in_array && shapes.iter().any(|shape| shapes::is_array(shape));
    let mut offers: Vec<(Offer, bool)> = Vec::new();
    for choice in shapes::choices(way).into_iter().filter(|_| !in_array) {
        let offer = Offer::new(choice.word, Kind::ENUM_MEMBER).doc(choice.doc);
        offers.push((offer, false));
    }
    offers.extend(names_for(view, way, range).into_iter().map(|offer| (offer, array)));
    let wants = |form: Text| shapes.iter().any(|it| matches!(it, Shape::Text(own) if *own == form));
    if wants(Text::Code) {
        offers.extend(codes().into_iter().map(|offer| (offer, array)));
    }
    // What stands in the array already is not said twice.
    let said = others(view, way, range);
    offers.retain(|(offer, _)| !in_array || !said.contains(&offer.label));
    let mut offers: Vec<Offer> = offers
        .into_iter()
        .map(|(mut offer, array)| {
            let close = if *closed { "" } else { "\"" };
            offer.text = match (quoted, array) {
                (true, _) => format!("{}{close}", offer.label),
                (false, true) => format!("[\"{}\"]", offer.label),
                (false, false) => format!("\"{}\"", offer.label),
            };
            offer
        })
        .collect();
    if !quoted && shapes.iter().any(|shape| matches!(shape, Shape::Bool)) {
        offers.extend(["true", "false"].map(|word| Offer::new(word, Kind::VALUE)));
    }
    offers
}

/// The names that the value at a way may be; of a caller the part that is typed.
fn names_for(view: View<'_>, way: &[&str], range: &Range<usize>) -> Vec<Offer> {
    let Some(wanted) = names::of_value(way) else { return Vec::new() };
    let typed = view.file.text().get(range.clone()).unwrap_or_default();
    let one = |noun: Noun, before: &str| {
        let names = known(view, noun, wanted.of, range);
        let offer = |name: &String| {
            Offer::new(&format!("{before}{name}"), Kind::REFERENCE).detail(noun.word())
        };
        names.iter().map(offer).collect::<Vec<_>>()
    };
    match typed.split_once('/') {
        Some((cluster, rest)) if names::is_caller(way) && !rest.contains('/') => {
            one(Noun::Namespace, &format!("{cluster}/"))
        }
        _ => one(wanted.noun, ""),
    }
}

/// The other items of the array around a value.
fn others(view: View<'_>, way: &[&str], range: &Range<usize>) -> Vec<String> {
    let (text, sketch) = (view.file.text(), view.file.sketch());
    let Some(statement) = sketch.statement_at(range.start) else { return Vec::new() };
    let words = sketch.words_in(&statement);
    let other = words.iter().filter(|word| is_apart(&word.range, range) && sketch.way(word) == way);
    let inner =
        |word: &Word| unquoted(text.get(word.range.clone()).unwrap_or_default()).1.to_owned();
    other.map(inner).collect()
}

/// The codes of all warnings.
fn codes() -> Vec<Offer> {
    let warnings = rules::ALL.iter().map(|(rule, _)| *rule);
    let warnings = warnings.filter(|rule| rule.severity == Severity::Warning);
    let offer = |rule: &Rule| {
        let doc = format!("{}\n\n{}", rule.summary, rule.explain);
        Offer::new(rule.code, Kind::CONSTANT).detail(rule.name).doc(doc)
    };
    warnings.map(offer).collect()
}

/// What is offered in a comment: codes, in the brackets of one that allows warnings. With the text to be replaced.
pub(super) fn of_comment(
    view: View<'_>,
    start: usize,
    offset: usize,
) -> (Vec<Offer>, Range<usize>) {
    let before = view.file.text().get(start..offset).unwrap_or_default();
    let inner = before.trim_start_matches(['#', ' ', '\t']).strip_prefix("cwc:");
    let list = inner.and_then(|inner| inner.trim_start().strip_prefix("allow("));
    match list {
        Some(list) if !list.contains(')') => {
            let word = list.rsplit([',', ' ']).next().unwrap_or_default();
            (codes(), offset - word.len()..offset)
        }
        _ => (Vec::new(), offset..offset),
    }
}
