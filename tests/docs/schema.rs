//! `schemas/mesh.schema.json` is fresh, takes every document that cwc takes, and refuses what cwc refuses for its shape.

use std::sync::LazyLock;

use cwc::document::{Text, all_tables};
use cwc::reference::form;
use jsonschema::Validator;
use serde_json::Value;

use crate::{blocks, codes, fresh, read, root};

/// The schema as it is made now; that the committed one is the same is a test of its own.
fn schema() -> Value {
    serde_json::from_str(&cwc::reference::schema::text().unwrap()).unwrap()
}

#[test]
fn the_schema_is_fresh() {
    fresh("schemas/mesh.schema.json", &cwc::reference::schema::text().unwrap());
}

#[test]
fn the_schema_is_draft_07() {
    let schema = schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    assert!(jsonschema::meta::is_valid(&schema));
}

#[test]
fn every_table_refuses_unknown_keys_and_every_key_is_described() {
    fn visit(schema: &Value, tables: &mut usize) {
        if let Some(properties) = schema["properties"].as_object() {
            *tables += 1;
            assert_eq!(schema["additionalProperties"], false, "{}", schema["description"]);
            for (key, property) in properties {
                let described = property["description"].as_str().is_some_and(|it| it.len() > 4);
                assert!(described, "`{key}` has no description");
            }
        }
        match schema {
            Value::Object(map) => map.values().for_each(|value| visit(value, tables)),
            Value::Array(items) => items.iter().for_each(|value| visit(value, tables)),
            _ => {}
        }
    }
    let mut tables = 0;
    visit(&schema(), &mut tables);
    assert!(tables >= all_tables().len(), "{tables} tables");
}

/// What the schema has against a document; TOML's own errors are not its business.
fn complaints(text: &str) -> Vec<String> {
    static VALIDATOR: LazyLock<Validator> =
        LazyLock::new(|| jsonschema::draft7::new(&schema()).unwrap());
    let document: Value = toml::from_str(text).unwrap();
    VALIDATOR
        .iter_errors(&document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn takes_the_documents_that_cwc_takes() {
    let mut documents = vec![
        ("mesh.toml.example".to_owned(), read("mesh.toml.example")),
        ("examples/bookinfo".to_owned(), read("examples/bookinfo/mesh.toml")),
        ("cwc init".to_owned(), read("src/commands/init.toml")),
    ];
    for (at, text) in blocks(&read("docs/mesh-toml.md"), "toml") {
        documents.push((format!("docs/mesh-toml.md, line {at}"), text));
    }
    for folder in std::fs::read_dir(root("tests/rules")).unwrap() {
        let path = folder.unwrap().path().join("good.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            documents.push((path.display().to_string(), text));
        }
    }
    assert!(documents.len() > 80, "{} documents", documents.len());
    for (name, text) in documents {
        assert_eq!(complaints(&text), Vec::<String>::new(), "{name}");
    }
}

/// A document that both take, with one line that neither should.
fn with(line: &str) -> String {
    let mut text =
        "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r\"\n\n[clusters.west]\n\
                    gateway = \"198.51.100.20\"\nregion = \"r\"\n\n"
            .to_owned();
    if !line.starts_with("[services.a]") {
        text.push_str(
            "[services.a]\nnamespace = \"n\"\nports = { http = 80 }\nclusters = [\"east\"]\n",
        );
    }
    text + line + "\n"
}

const BAD: &[&str] = &[
    // Keys.
    "[cluster.north]",
    "nmespace = \"n\"",
    "[clusters.north]\ngatewya = \"203.0.113.11\"",
    "[clusters.north.gateway]\nport = 15443",
    "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nadress = \"203.0.113.12\"",
    "[services.a.outlier]\nmax = 5",
    "[services.a.backends.west]\nname = \"b\"",
    "[lint]\ndeny = []",
    // Types.
    "[services.b]\nnamespace = \"n\"\nports = { http = 80 }\nclusters = 1",
    "[clusters.north]\ngateway = 5",
    "[clusters.north]\ngateway = [5]",
    "[clusters.north]\nregion = true",
    "[mesh]\nistio = 1.24",
    "hosts = \"a.global\"",
    "[services.b]\nnamespace = \"n\"\nports = [80]\nclusters = [\"east\"]",
    "[services.b]\nnamespace = \"n\"\nports = { http = \"80\" }\nclusters = [\"east\"]",
    "[services.b]\nnamespace = \"n\"\nports = { http = { number = 80 } }\nclusters = [\"east\"]",
    "[services.b]\nnamespace = \"n\"\nports = { http = 80 }\nclusters = \"east\"",
    // Words and numbers.
    "[mesh]\ncrossing = \"pass-through\"",
    "prefer = \"near\"",
    "[clusters.north]\ndns = \"bind\"",
    "[services.b]\nnamespace = \"n\"\nports = { http = 70000 }\nclusters = [\"east\"]",
    "[services.b]\nnamespace = \"n\"\nports = { http = 0 }\nclusters = [\"east\"]",
    "[services.b]\nnamespace = \"n\"\nports = { x = { port = 80, protocol = \"htp\" } }\nclusters = [\"east\"]",
    "outlier = { max-percent = 101 }",
    "outlier = { errors = 0 }",
    // Forms.
    "[clusters.North]",
    "[clusters.-north]",
    "[mesh]\nname = \"\"",
    "[mesh]\ndomain = \"Global\"",
    "[mesh]\nvip-pool = \"240.0.0.0\"",
    "[mesh]\nvip-pool = \"240.0.0.0/33\"",
    "[mesh]\nistio = \"1.23\"",
    "[mesh]\nistio = \"1.24.1\"",
    "[mesh]\nout = \"../elsewhere\"",
    "[mesh]\nout = \"/tmp\"",
    "[clusters.north]\ngateway = \"https://gateway.example.com\"",
    "[clusters.north]\ngateway = \"203.0.113.10:15443\"",
    "[clusters.north]\ngateway = \"203.0.113.256\"",
    "[clusters.north]\ngateway = \"gateway.example.com.\"",
    "hosts = [\"*.example.global\"]",
    "hosts = [\"single\"]",
    "hosts = [\"A.example.global\"]",
    "vip = \"240.0.0\"",
    "vip = \"2001:db8::1\"",
    "outlier = { interval = \"10\" }",
    "outlier = { interval = \"5 minutes\" }",
    "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nselector = { istio = \"a b\" }",
    "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nselector = { \"a/b/c\" = \"d\" }",
    "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nselector = {}",
];

#[test]
fn refuses_what_cwc_refuses_for_its_shape() {
    assert_eq!(codes(&with("")), []);
    assert_eq!(complaints(&with("")), Vec::<String>::new());
    for bad in BAD {
        let text = with(bad);
        assert!(!codes(&text).is_empty(), "cwc takes:\n{text}");
        assert!(!complaints(&text).is_empty(), "the schema takes:\n{text}");
    }
}

/// Where both judge a string by its form, they agree: each string, put where each form is asked for.
#[test]
fn agrees_with_the_reader_on_the_forms_of_strings() {
    let places: &[(Text, &str)] = &[
        (Text::Name, "[mesh]\nname = \"{}\""),
        (
            Text::PortName,
            "[services.b]\nnamespace = \"n\"\nclusters = [\"east\"]\nports = { \"{}\" = { port = 81, protocol = \"http\" } }",
        ),
        (Text::Host, "hosts = [\"{}\"]"),
        (Text::HostPattern, "[clusters.north.existing]\nservice-entries = [\"{}\"]"),
        (Text::Domain, "[mesh]\ndomain = \"{}\""),
        (Text::Address, "[clusters.north]\nregion = \"r\"\ngateway = \"{}\""),
        (Text::Ipv4, "vip = \"{}\""),
        (Text::Cidr, "[mesh]\nvip-pool = \"{}\""),
        (Text::Duration, "outlier = { interval = \"{}\" }"),
        (
            Text::LabelKey,
            "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nselector = { \"{}\" = \"v\" }",
        ),
        (
            Text::LabelValue,
            "[clusters.north.gateway]\naddress = \"203.0.113.11\"\nselector = { k = \"{}\" }",
        ),
        (Text::Caller, "callers = [\"{}\"]"),
        (Text::IstioVersion, "[mesh]\nistio = \"{}\""),
        (Text::Path, "[mesh]\nout = \"{}\""),
    ];
    // What the reader finds wrong with the form of a string; other codes are about what the string means.
    let of_form = ["CW0106", "CW0110", "CW0301", "CW0305", "CW0306", "CW0320", "CW0403", "CW0902"];
    let long = "a".repeat(63);
    let strings = [
        "",
        "a",
        "a-b",
        "-a",
        "a-",
        "A",
        "a_b",
        "a.b",
        "a..b",
        ".a",
        "a.",
        "a.b.c",
        "a.1",
        "1.a",
        "a.1-2",
        "1",
        "1a",
        "a.b-",
        "*.a.b",
        "a b",
        "é.b",
        "a/b",
        "a/b/c",
        "a/b/c/d",
        "/a",
        "a/",
        "a//b",
        "a/B",
        "A/b",
        "a.b/c",
        ".",
        "..",
        "../a",
        "a/../b",
        "a/.b",
        "~/a",
        "a:b",
        "a\\\\b",
        "240.0.0.7",
        "240.0.0.256",
        "240.0.0",
        "240.0.0.07",
        "240.0.0.0/12",
        "240.0.0.0/33",
        "240.0.0.0/",
        "2001:db8::1",
        "::ffff:192.0.2.1",
        "[2001:db8::1]",
        "http://a.b",
        "a.b:80",
        "A.b",
        "10s",
        "1m30s",
        "500ms",
        "10",
        "s",
        "10 s",
        "1.5s",
        "10S",
        "1h1h",
        "1.24",
        "1.23",
        "1.24.1",
        "1.100",
        "1",
        "2.0",
        "v1.24",
        "_a",
        "a_",
        &long,
        &format!("{long}a"),
        &format!("{long}.a"),
        &format!("{long}a.b"),
    ];
    let mut compared = 0;
    let mut differ = Vec::new();
    for (text, place) in places {
        assert!(form::of(*text).anchored().is_some(), "{text:?}");
        for string in strings {
            let document = with(&place.replace("{}", string));
            let reader = !codes(&document).iter().any(|(_, code)| of_form.contains(code));
            let schema = complaints(&document).is_empty();
            compared += 1;
            if reader != schema {
                differ.push(format!("{text:?} {string:?}: reader {reader}, schema {schema}"));
            }
        }
    }
    assert!(compared > 900, "{compared}");
    // That a last label is no number and that it is short cannot both be said without look-around.
    let long = format!("\"{long}a\": reader false, schema true");
    assert_eq!(differ, [format!("Domain {long}"), format!("Address {long}")]);
}

#[test]
fn every_form_is_in_the_reference() {
    fn visit(shape: &cwc::document::Shape, seen: &mut Vec<Text>) {
        use cwc::document::Shape;
        match shape {
            Shape::Text(text) => seen.push(*text),
            Shape::Map(text, inner) => {
                seen.push(*text);
                visit(inner, seen);
            }
            Shape::List(inner) => visit(inner, seen),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| visit(shape, seen)),
            _ => {}
        }
    }
    let mut seen = Vec::new();
    let fields = all_tables().into_iter().flat_map(|table| table.fields);
    fields.for_each(|field| visit(&field.shape, &mut seen));
    let missing: Vec<_> = seen.iter().filter(|text| !form::ALL.contains(text)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unused: Vec<_> = form::ALL.iter().filter(|text| !seen.contains(text)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
