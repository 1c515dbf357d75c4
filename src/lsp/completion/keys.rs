//! Keys: those of the field tables that are not there yet, and names of the document where a key is one.

use std::ops::Range;

use lsp_types::CompletionItemKind as Kind;

use super::{Offer, borrowed, is_apart, known};
use crate::document::sketch::Spot;
use crate::document::{Field, Shape};
use crate::lsp::names::{self, Noun};
use crate::lsp::server::View;
use crate::lsp::shapes;

/// What is offered where a key of a table is wanted.
pub(super) fn of_table(view: View<'_>, spot: &Spot) -> Vec<Offer> {
    let Spot::Key { way, table, range, on_a_line, followed } = spot else { return Vec::new() };
    let way = borrowed(way);
    if way.is_empty() && *on_a_line {
        return headers();
    }
    let mut offers = names_for(view, &way, range);
    let sketch = view.file.sketch();
    let others = sketch.keys_of(table.unwrap_or(usize::MAX));
    let taken: Vec<&str> =
        others.filter(|word| is_apart(&word.range, range)).map(|word| sketch.key(word)).collect();
    let fields = shapes::table(&way).map_or(&[] as &'static [Field], |table| table.fields);
    for field in fields.iter().filter(|field| !taken.contains(&field.key)) {
        let mut offer = of_field(field, Kind::PROPERTY);
        if !followed {
            (offer.text, offer.snippet) = typed(field, view.client.snippets);
        }
        offers.push(offer);
    }
    for offer in offers.iter_mut().filter(|offer| offer.kind != Kind::PROPERTY && !followed) {
        offer.text.push_str(" = ");
    }
    offers.retain(|offer| !taken.contains(&offer.label.as_str()));
    offers
}

/// What is offered where a name of a header is wanted: tables only.
pub(super) fn of_header(
    view: View<'_>,
    way: &[&str],
    item: bool,
    range: &Range<usize>,
) -> Vec<Offer> {
    let mut offers = names_for(view, way, range);
    let fields = shapes::table(way).map_or(&[] as &'static [Field], |table| table.fields);
    let stands = |field: &&'static Field| {
        shapes::is_table(&field.shape) && (!item || shapes::is_array(&field.shape) || way.len() < 2)
    };
    offers.extend(fields.iter().filter(stands).map(|field| of_field(field, Kind::MODULE)));
    offers
}

/// The headers of the file's own tables, at its beginning.
fn headers() -> Vec<Offer> {
    let one = |field: &'static Field| {
        let mut offer = of_field(field, Kind::MODULE);
        let more = if matches!(field.shape, Shape::Map(..)) { "." } else { "]" };
        offer.text = format!("[{}{more}", field.key);
        offer
    };
    crate::document::ROOT.fields.iter().map(one).collect()
}

/// The names that a key may be, where it is one of something that the document has.
fn names_for(view: View<'_>, way: &[&str], range: &Range<usize>) -> Vec<Offer> {
    let mut whole = way.to_vec();
    whole.push("");
    let Some(wanted) = names::of_key(&whole) else { return Vec::new() };
    // New versions and ports have new names.
    if wanted.defines && !matches!(wanted.noun, Noun::Cluster | Noun::Service) {
        return Vec::new();
    }
    let names = known(view, wanted.noun, wanted.of, range);
    names.iter().map(|name| Offer::new(name, Kind::REFERENCE).detail(wanted.noun.word())).collect()
}

fn of_field(field: &'static Field, kind: Kind) -> Offer {
    let detail = match field.default {
        Some(default) => format!("default: {default}"),
        None if field.required => "required".to_owned(),
        None => String::new(),
    };
    Offer::new(field.key, kind).detail(detail).doc(shapes::meaning(field))
}

/// A key with its sign and the brackets that its value has, and whether it has a place to fill in.
fn typed(field: &'static Field, snippets: bool) -> (String, bool) {
    let value = match &field.shape {
        Shape::Text(_) | Shape::Choice(_) => "\"$0\"",
        Shape::List(_) => "[$0]",
        Shape::Map(..) | Shape::Table(_) => "{ $0 }",
        Shape::Integer(..) | Shape::Percent | Shape::Bool | Shape::OneOf(_) => "$0",
    };
    let value = if snippets { value } else { "" };
    (format!("{} = {value}", field.key), snippets)
}
