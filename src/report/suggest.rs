//! "Did you mean": the nearest known name, or the list of those there are.
//!
//! Enters: a word and the candidates. Leaves: a guess, or those that are equally near.

/// So many candidates are listed where none is like the word; more are counted.
const FEW: usize = 8;

/// The candidate that `word` was probably meant to be.
///
/// In this order: the same letters in another case; a distance of at most a third of the longer length (Damerau-Levenshtein);
/// the same parts in another order. None where several are equally near: `v3` is as near to `v1` as to `v2`.
#[must_use]
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    match equally_near(word, candidates).as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// The candidates that `word` was probably meant to be, all of them equally near.
fn equally_near<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<&'c str> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let folded = word.to_lowercase();
    if let Some(same) = candidates.iter().find(|known| known.to_lowercase() == folded) {
        return vec![same];
    }
    let limit = word.chars().count().max(3) / 3;
    let distance = |known: &str| strsim::damerau_levenshtein(&folded, &known.to_lowercase());
    let near = candidates.iter().map(|known| (distance(known), *known));
    let near: Vec<(usize, &str)> = near.filter(|(distance, _)| *distance <= limit).collect();
    let least = near.iter().map(|(distance, _)| *distance).min();
    let nearest = near.iter().filter(|(distance, _)| Some(*distance) == least);
    let mut nearest: Vec<&str> = nearest.map(|(_, known)| *known).collect();
    nearest.dedup();
    if nearest.is_empty() {
        return candidates
            .into_iter()
            .find(|known| parts(known) == parts(&folded))
            .into_iter()
            .collect();
    }
    nearest
}

/// Help for an unknown word, one of some `nouns`: the guess, or all candidates if they are few, or their number.
#[must_use]
pub fn help<'c>(
    word: &str,
    nouns: &str,
    candidates: impl IntoIterator<Item = &'c str> + Clone,
) -> Option<String> {
    let near = equally_near(word, candidates.clone());
    if !near.is_empty() && near.len() <= FEW {
        let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        return Some(format!("did you mean {}?", near.join(" or ")));
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

    #[test]
    fn of_several_that_are_equally_near_none_is_taken_and_all_are_named() {
        assert_eq!(nearest("v3", ["v1", "v2", "canary"]), None);
        let said = help("v3", "versions", ["v1", "v2", "canary"]);
        assert_eq!(said.as_deref(), Some("did you mean `v1` or `v2`?"));
    }
}
