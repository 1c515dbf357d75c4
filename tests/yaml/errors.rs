//! Values that Kubernetes YAML cannot hold: each enters, its error is expected and no text may
//! leave.

use std::collections::BTreeMap;

use cwc::emit::yaml::{self, Error};
use serde::{Serialize, Serializer};
use serde_json::json;

/// The error for `value` where a document already stands, which must be left alone.
fn error<T: Serialize>(value: T) -> Error {
    let mut out = String::from("before\n");
    let error = yaml::write(&[("good", Some(&value))], &mut out).unwrap_err();
    assert_eq!(out, "before\n");
    error
}

struct Bytes;

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(b"raw")
    }
}

struct Refused;

impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("refused"))
    }
}

#[test]
fn bytes_and_special_floats_have_no_form() {
    assert_eq!(error(Bytes), Error::Bytes);
    assert_eq!(error(f64::NAN), Error::Float);
    assert_eq!(error(f64::NEG_INFINITY), Error::Float);
    assert_eq!(error(f32::INFINITY), Error::Float);
}

#[test]
fn keys_are_strings() {
    assert_eq!(error(BTreeMap::from([(80, "http")])), Error::Key);
    assert_eq!(error(BTreeMap::from([(true, 1)])), Error::Key);
    assert_eq!(error(BTreeMap::from([((), 1)])), Error::Key);
    assert_eq!(error(BTreeMap::from([(None::<&str>, 1)])), Error::Key);
    assert_eq!(error(BTreeMap::from([(vec!["a"], 1)])), Error::Key);
    assert_eq!(error(BTreeMap::from([(BTreeMap::from([("a", 1)]), 1)])), Error::Key);
    assert_eq!(error(BTreeMap::from([(Vec::<u8>::new(), 1)])), Error::Key);
}

#[test]
fn a_string_key_may_be_any_type_that_serde_calls_a_string() {
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    struct Name(&'static str);
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    enum Protocol {
        #[serde(rename = "on")]
        On,
    }
    assert_eq!(crate::text(&BTreeMap::from([(Name("no"), 1)])), "\"no\": 1\n");
    assert_eq!(crate::text(&BTreeMap::from([(Protocol::On, 1)])), "\"on\": 1\n");
    assert_eq!(crate::text(&BTreeMap::from([('n', 1)])), "\"n\": 1\n");
    assert_eq!(crate::text(&BTreeMap::from([(Some("a"), 1)])), "a: 1\n");
}

#[test]
fn the_error_of_a_type_is_handed_on() {
    assert_eq!(error(Refused), Error::Custom("refused".to_owned()));
    assert_eq!(error(BTreeMap::from([("k", Some(Refused))])).to_string(), "refused");
}

#[test]
fn deep_nesting_is_refused_before_any_reader_or_stack_would() {
    let maps = |levels| (0..levels).fold(json!("x"), |inner, _| json!({"k": inner}));
    let lists = |levels| (0..levels).fold(json!("x"), |inner, _| json!([inner]));
    // Two spaces a level, and 120 of them are the limit.
    let mut out = String::new();
    yaml::write(&maps(61), &mut out).unwrap();
    assert!(serde_yaml::from_str::<serde_yaml::Value>(&out).is_ok());
    assert_eq!(yaml::write(&maps(62), &mut String::new()), Err(Error::Depth));
    assert_eq!(yaml::write(&lists(61), &mut String::new()), Ok(()));
    assert_eq!(yaml::write(&lists(62), &mut String::new()), Err(Error::Depth));
    // A list below a key takes no indent, so the two in turn nest deepest.
    let turns = |levels| (0..levels).fold(json!({"k": []}), |inner, _| json!({"k": [inner]}));
    let mut out = String::new();
    yaml::write(&turns(60), &mut out).unwrap();
    assert!(serde_yaml::from_str::<serde_yaml::Value>(&out).is_ok());
    assert_eq!(yaml::write(&turns(61), &mut String::new()), Err(Error::Depth));
}

#[test]
fn every_error_says_what_is_wrong() {
    for (error, words) in [
        (Error::Bytes, "bytes"),
        (Error::Key, "key"),
        (Error::Float, "float"),
        (Error::Depth, "deep"),
    ] {
        assert!(error.to_string().contains(words), "{error}");
    }
}
