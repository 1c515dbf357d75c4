//! "Did you mean": the nearest known name, or the list of those there are.
//!
//! Enters: a word and the candidates. Leaves: at most one guess.

/// So many candidates are listed where none is like the word; more are counted.
const FEW: usize = 8;

/// The candidate that `word` was probably meant to be.
///
/// In this order: the same letters in another case; a distance of at most a third of the longer length (Damerau-Levenshtein);
/// the same parts in another order.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let folded = word.to_lowercase();
    if let Some(same) = candidates.iter().find(|known| known.to_lowercase() == folded) {
        return Some(same);
    }
    let within = |known: &&&str| {
        let limit = word.chars().count().max(3) / 3;
        strsim::damerau_levenshtein(&folded, &known.to_lowercase()) <= limit
    };
    let distance = |known: &&&str| strsim::damerau_levenshtein(&folded, &known.to_lowercase());
    let by_distance = candidates.iter().filter(within).min_by_key(distance);
    by_distance.or_else(|| candidates.iter().find(|known| parts(known) == parts(&folded))).copied()
}

/// Help for an unknown word, one of some `nouns`: the guess, or all candidates if they are few, or their number.
#[must_use]
pub fn help<'c>(
    word: &str,
    nouns: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
) -> Option<String> {
    if let Some(guess) = nearest(word, candidates.clone()) {
        return Some(format!("did you mean `{guess}`?"));
    }
    let known: Vec<&str> = candidates.into_iter().collect();
    match known.len() {
        0 => None,
        1..=FEW => Some(format!("the {nouns} are {}", list(&known))),
        count => Some(format!("none of the {count} {nouns} has a name like this")),
    }
}

/// Names in backticks, with commas.
#[must_use]
pub fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn parts(word: &str) -> Vec<String> {
    let mut parts: Vec<String> = word.split(['-', '_', '.']).map(str::to_lowercase).collect();
    parts.sort();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_case_then_distance_then_order() {
        assert_eq!(nearest("East", ["west", "east"]), Some("east"));
        assert_eq!(nearest("esat", ["west", "east"]), Some("east"));
        assert_eq!(nearest("pool-vip", ["vip-pool", "name"]), Some("vip-pool"));
        assert_eq!(nearest("paris", ["west", "east"]), None);
    }
}
