//! Property: any tree enters; its text, read back by the YAML 1.2 reader in this repository, is the
//! same tree, and writing that tree again gives the same text. `PROPTEST_CASES` sets the number of
//! trees.

use proptest::prelude::*;
use serde_yaml::Value;

use crate::corpus::string;
use crate::text;

/// A float that stays one: a whole float is written like an integer, as in JSON.
fn fraction() -> impl Strategy<Value = f64> {
    any::<f64>().prop_map(|float| if float.fract() == 0.0 { 0.1 } else { float })
}

fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        8 => string().prop_map(Value::String),
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => fraction().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
            prop::collection::vec((string().prop_map(Value::String), inner), 0..5)
                .prop_map(|entries| Value::Mapping(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_and_written_the_same(tree in tree()) {
        let first = text(&tree);
        let read: Value = serde_yaml::from_str(&first).unwrap();
        prop_assert_eq!(&read, &tree, "{}", first);
        prop_assert_eq!(text(&read), first);
    }

    #[test]
    fn every_line_is_clean(tree in tree()) {
        let text = text(&tree);
        prop_assert!(text.ends_with('\n') && !text.ends_with("\n\n"));
        for line in text.lines() {
            prop_assert_eq!(line.trim_end(), line);
            // The marks that would start another document or end this one.
            prop_assert!(!line.starts_with("---") && !line.starts_with("..."), "{}", line);
        }
        let breaks = "\u{2028}\u{2029}\u{feff}";
        let found = text.find(|c: char| c != '\n' && (c.is_control() || breaks.contains(c)));
        prop_assert_eq!(found, None);
    }
}
