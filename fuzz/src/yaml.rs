//! Any tree that is written as YAML is read back by two other readers, one of YAML 1.1's kind and one of 1.2.
//!
//! Enters: bytes that say how a tree is put together. One reader gives the tree again, the other the same scalars in the same order.

use saphyr_parser::{Event, Parser};
use serde_json::{Map, Value};

pub fn run(bytes: &[u8]) {
    let value = Value::Array(vec![tree(&mut bytes.iter().copied(), 0)]);
    let mut text = String::new();
    if cwc::emit::yaml::write(&value, &mut text).is_err() {
        assert!(text.is_empty());
        return;
    }
    let read: Value = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(read, value, "{text}");
    let mut expected = Vec::new();
    scalars(&value, &mut expected);
    let mut found = Vec::new();
    let mut documents = 0;
    for event in Parser::new_from_str(&text) {
        match event.unwrap_or_else(|error| panic!("{error}: {text}")).0 {
            Event::Scalar(scalar, ..) => found.push(scalar.into_owned()),
            Event::DocumentStart(..) => documents += 1,
            _ => {}
        }
    }
    assert_eq!(found, expected, "{text}");
    assert_eq!(documents, 1, "{text}");
}

/// A tree: each byte says what comes, strings are as long as their first byte says.
fn tree(bytes: &mut impl Iterator<Item = u8>, depth: usize) -> Value {
    let Some(what) = bytes.next() else { return Value::Null };
    let many = usize::from(what >> 4);
    match what % 8 {
        0 if depth < 20 => Value::Array((0..many).map(|_| tree(bytes, depth + 1)).collect()),
        1 if depth < 20 => {
            let pair = |bytes: &mut _| (string(bytes), tree(bytes, depth + 1));
            Value::Object((0..many).map(|_| pair(bytes)).collect::<Map<_, _>>())
        }
        2 => Value::Bool(many % 2 == 0),
        3 => {
            let number = bytes.take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(byte));
            number.cast_signed().into()
        }
        _ => Value::String(string(bytes)),
    }
}

fn string<I: Iterator<Item = u8>>(bytes: &mut I) -> String {
    let length = usize::from(bytes.next().unwrap_or_default() % 64);
    let raw: Vec<u8> = bytes.take(length).collect();
    String::from_utf8_lossy(&raw).into_owned()
}

fn scalars(value: &Value, to: &mut Vec<String>) {
    match value {
        Value::Null => to.push("null".to_owned()),
        Value::Bool(_) | Value::Number(_) => to.push(value.to_string()),
        Value::String(text) => to.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, to)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            to.push(key.clone());
            scalars(value, to);
        }),
    }
}
