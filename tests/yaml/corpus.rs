//! What the readers are asked: the strings of `strings.json`, and more made from them, each at
//! every place of a document where a string can stand.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// Every string of `strings.json`: what readers of YAML are known to take for something else.
pub(crate) fn strings() -> Vec<String> {
    serde_json::from_str(include_str!("strings.json")).unwrap()
}

/// Strings of the characters that YAML gives a meaning, as a regular expression.
const MARKS: &str = concat!(
    r#"[-yYnNoO~.:#'"\\|>&*!%@`{}\[\],?=<0-9_+eExb"#,
    " \t\r\n\u{85}\u{a0}\u{2028}\u{feff}]{0,12}"
);

/// A string of the corpus, near one, of the characters that YAML gives a meaning, or arbitrary.
pub(crate) fn string() -> impl Strategy<Value = String> + Clone {
    let corpus = prop::sample::select(strings());
    prop_oneof![
        4 => corpus.clone(),
        2 => (corpus.clone(), corpus).prop_map(|(head, tail)| head + &tail),
        3 => MARKS,
        2 => prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
    ]
}

/// `string` as a value, a key, an item, and at places where a line holds several marks of YAML.
pub(crate) fn places(string: &str) -> Vec<Value> {
    vec![
        json!(string),
        json!({"key": string}),
        json!({string: "value"}),
        json!({string: [string, [string], {string: string}]}),
        json!([[string], {string: {string: {}}, "key": []}]),
    ]
}

/// `count` trees of strings, the same in every run.
pub(crate) fn random_trees(count: usize) -> Vec<Value> {
    let tree = string().prop_map(Value::String).prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((string(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    sample(tree, count)
}

/// `count` trees in which no string needs quotes and no two writers sort the keys in different
/// ways.
pub(crate) fn plain_trees(count: usize) -> Vec<Value> {
    let leaf = prop_oneof![
        "[a-z]{6,9}([-./:@][a-z0-9]{1,9}){0,4}".prop_map(Value::String),
        Just(json!("")),
        any::<bool>().prop_map(Value::Bool),
        any::<u32>().prop_map(Value::from),
        (-9999..9999).prop_map(|number| json!(f64::from(number) / 8.0)),
        Just(Value::Null),
    ];
    let tree = leaf.prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::btree_map("[a-z]{6,9}", inner, 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    });
    sample(tree, count)
}

/// Every Unicode character once, in order, 256 to a string.
pub(crate) fn every_character() -> Vec<String> {
    let all: Vec<char> = ('\0'..=char::MAX).collect();
    all.chunks(256).map(|chunk| chunk.iter().collect()).collect()
}

fn sample<T>(strategy: impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}
