//! How calls enter a cluster: the service says it, or else the cluster, or else the defaults, or else the mesh.

use crate::document::Key;
use crate::mesh::{Entered, Entry};
use crate::span::Spanned;

/// `crossing`, as written.
type Word = Spanned<&'static str>;

/// What the nearest of these says.
pub(super) fn entered(
    service: &Key<Word>,
    cluster: Option<&Spanned<Entry>>,
    defaults: &Key<Word>,
    mesh: &Entered,
) -> Entered {
    let nearest = service.given().map(said).or(cluster.cloned());
    let nearest = nearest.or_else(|| defaults.given().map(said));
    nearest.map_or(*mesh, |said| Entered { entry: said.value, span: Some(said.span) })
}

/// A word's meaning; the words that there are were checked as they were read.
pub(super) fn said(word: &Word) -> Spanned<Entry> {
    Spanned::new(Entry::from_word(word.value).unwrap_or_default(), word.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{File, Span};

    #[test]
    fn the_nearest_word_holds() {
        let word = |text, at| Key::Given(Spanned::new(text, Span::new(File::Mesh, at..at + 1)));
        let said = |text, at| said(word(text, at).given().unwrap());
        let mesh = Entered { entry: Entry::Passthrough, span: None };
        let of = |service, cluster: Option<Spanned<Entry>>, defaults| {
            let found = entered(&service, cluster.as_ref(), &defaults, &mesh);
            (found.entry.word(), found.span.map(|span| span.range().start))
        };
        let nothing = || Key::Absent;
        assert_eq!(of(nothing(), None, nothing()), ("passthrough", None));
        assert_eq!(of(nothing(), None, word("terminate", 1)), ("terminate", Some(1)));
        let cluster = || Some(said("plaintext", 2));
        assert_eq!(of(nothing(), cluster(), word("terminate", 1)), ("plaintext", Some(2)));
        let service = word("passthrough", 3);
        assert_eq!(of(service, cluster(), word("terminate", 1)), ("passthrough", Some(3)));
    }
}
