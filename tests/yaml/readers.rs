//! Differential test: what cwc writes enters the judges, and each must read the very value that was
//! written. `CWC_YAML_TREES` sets the number of random trees.

use serde_json::{Value, json};

use crate::judge::Judge::{self, Kubernetes, PyYaml};
use crate::judge::Reading;
use crate::{corpus, text};

/// The values that `judge` reads as something else in the text that `write` makes of them, with
/// that reading; nothing on a machine without the judge.
fn misread(
    judge: Judge,
    values: Vec<Value>,
    write: impl Fn(&Value) -> String,
) -> Option<Vec<(Value, Reading)>> {
    assert!(!values.is_empty());
    let texts: Vec<String> = values.iter().map(write).collect();
    let readings = judge.read(&texts)?;
    let wrong = |(value, reading): &(Value, Reading)| !matches!(reading, Ok(read) if read == value);
    Some(values.into_iter().zip(readings).filter(wrong).collect())
}

/// Fails where `judge` misreads what cwc writes for one of `values`.
fn judged(judge: Judge, values: Vec<Value>) {
    let misread = misread(judge, values, text).unwrap_or_default();
    let shown: Vec<String> = misread
        .iter()
        .take(20)
        .map(|(value, reading)| {
            format!("{value} is written\n{}and read as {reading:?}", text(value))
        })
        .collect();
    assert!(misread.is_empty(), "{judge:?} misreads {}:\n{}", misread.len(), shown.join("\n"));
}

fn corpus_at_every_place() -> Vec<Value> {
    corpus::strings().iter().flat_map(|string| corpus::places(string)).collect()
}

fn random_trees() -> Vec<Value> {
    let count = std::env::var("CWC_YAML_TREES").map_or(1000, |count| count.parse().unwrap());
    corpus::random_trees(count)
}

/// What is no string, at the edges of what the readers tell apart.
fn others() -> Vec<Value> {
    let long = "k".repeat(1024);
    let (longer, escaped) = (format!("{long}k"), "\u{1}".repeat(900));
    vec![
        json!([null, true, false, {}, [], {"a": {}, "b": []}]),
        json!([0, -1, 80, 65535, u32::MAX, i64::MIN, i64::MAX, u64::MAX]),
        json!([0.5, -2.25, 99.9, 1.0e-7, 123_456.789]),
        json!({&long: long, &longer: [longer], &escaped: {&escaped: [{&escaped: escaped}]}}),
    ]
}

#[test]
fn kubernetes_reads_every_string_of_the_corpus() {
    judged(Kubernetes, corpus_at_every_place());
}

#[test]
fn pyyaml_reads_every_string_of_the_corpus() {
    judged(PyYaml, corpus_at_every_place());
}

#[test]
fn kubernetes_reads_random_trees() {
    judged(Kubernetes, random_trees());
}

#[test]
fn pyyaml_reads_random_trees() {
    judged(PyYaml, random_trees());
}

#[test]
fn kubernetes_reads_every_character() {
    judged(Kubernetes, corpus::every_character().into_iter().map(Value::String).collect());
}

#[test]
fn pyyaml_reads_every_character() {
    judged(PyYaml, corpus::every_character().into_iter().map(Value::String).collect());
}

#[test]
fn kubernetes_reads_numbers_booleans_and_long_keys() {
    judged(Kubernetes, others());
}

#[test]
fn pyyaml_reads_numbers_booleans_and_long_keys() {
    judged(PyYaml, others());
}

/// The form is kubectl's to the byte wherever no quotes are needed and the keys are sorted.
#[test]
fn kubectl_prints_the_same_form() {
    let trees = corpus::plain_trees(2000);
    let Some(printed) = Kubernetes.ask::<Vec<String>>("write", &trees) else {
        return;
    };
    for (tree, printed) in trees.iter().zip(printed) {
        assert_eq!(text(tree), printed);
    }
}

/// The YAML 1.2 writer that cwc does not use misleads both judges: they do judge.
#[test]
fn the_judges_find_the_faults_of_a_yaml_1_2_writer() {
    let yaml_1_2 = |value: &Value| serde_yaml::to_string(value).unwrap();
    let strings = ["yes", "N", "off", "1_000", "12:30:45", "2024-01-01", "plain"];
    let values = || strings.iter().map(|string| json!({"key": string})).collect();
    let found = |judge| {
        let misread = misread(judge, values(), yaml_1_2)?;
        Some(
            misread
                .into_iter()
                .map(|(value, reading)| (value["key"].clone(), reading))
                .collect::<Vec<_>>(),
        )
    };
    if let Some(found) = found(Kubernetes) {
        let strings: Vec<&Value> = found.iter().map(|(string, _)| string).collect();
        assert_eq!(strings, ["yes", "N", "off", "1_000"]);
        assert!(matches!(&found[0].1, Ok(read) if *read == json!({"key": true})), "{found:?}");
        assert!(matches!(&found[3].1, Ok(read) if *read == json!({"key": 1000})), "{found:?}");
    }
    if let Some(found) = found(PyYaml) {
        let strings: Vec<&Value> = found.iter().map(|(string, _)| string).collect();
        assert_eq!(strings, ["yes", "off", "1_000", "12:30:45", "2024-01-01"]);
    }
    let key = || vec![json!({"yes": "key"}), json!({"<<": "key"})];
    for judge in [Kubernetes, PyYaml] {
        assert!(misread(judge, key(), yaml_1_2).is_none_or(|misread| misread.len() == 2));
    }
    // Two documents where one was meant, which a reader of the first would not notice.
    let two = |value: &Value| format!("{}---\n{}", text(value), text(value));
    for judge in [Kubernetes, PyYaml] {
        assert!(
            misread(judge, vec![json!({"a": "b"})], two).is_none_or(|misread| misread.len() == 1)
        );
    }
}
