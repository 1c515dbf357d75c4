//! Maps, lists and documents: values in the shape of Istio's types enter, kubectl's block form is
//! expected.

use std::collections::BTreeMap;

use cwc::emit::yaml;
use serde::Serialize;
use serde_json::json;

use crate::text;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceEntry {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
}

#[derive(Serialize)]
struct Metadata {
    name: &'static str,
    namespace: &'static str,
    labels: BTreeMap<&'static str, &'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    hosts: Vec<&'static str>,
    addresses: Vec<std::net::Ipv4Addr>,
    ports: Vec<Port>,
    resolution: Resolution,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<&'static str>,
    endpoints: Vec<Endpoint>,
    export_to: Vec<&'static str>,
}

#[derive(Serialize)]
struct Port {
    number: u16,
    name: &'static str,
    protocol: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Resolution {
    Static,
}

#[derive(Serialize)]
struct Endpoint {
    address: &'static str,
    ports: BTreeMap<&'static str, u16>,
    labels: BTreeMap<&'static str, &'static str>,
    weight: u32,
}

#[test]
fn a_resource_has_the_form_of_kubectl_in_the_order_of_its_fields() {
    let endpoint = |address, weight| Endpoint {
        address,
        ports: [("http", 80), ("https", 15443)].into(),
        labels: BTreeMap::new(),
        weight,
    };
    let entry = ServiceEntry {
        api_version: "networking.istio.io/v1",
        kind: "ServiceEntry",
        metadata: Metadata {
            name: "reviews",
            namespace: "mesh",
            labels: [("canary", "on"), ("app.kubernetes.io/version", "1_000")].into(),
        },
        spec: Spec {
            hosts: vec!["reviews.global"],
            addresses: vec![[240, 0, 0, 1].into()],
            ports: vec![
                Port { number: 80, name: "http", protocol: "HTTP" },
                Port { number: 443, name: "https", protocol: "TLS" },
            ],
            resolution: Resolution::Static,
            location: None,
            endpoints: vec![endpoint("east.example.com", 90), endpoint("west.example.com", 10)],
            export_to: vec!["*"],
        },
    };
    let expected = r#"apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata:
  name: reviews
  namespace: mesh
  labels:
    app.kubernetes.io/version: "1_000"
    canary: "on"
spec:
  hosts:
  - reviews.global
  addresses:
  - "240.0.0.1"
  ports:
  - number: 80
    name: http
    protocol: HTTP
  - number: 443
    name: https
    protocol: TLS
  resolution: STATIC
  endpoints:
  - address: east.example.com
    ports:
      http: 80
      https: 15443
    labels: {}
    weight: 90
  - address: west.example.com
    ports:
      http: 80
      https: 15443
    labels: {}
    weight: 10
  exportTo:
  - "*"
"#;
    assert_eq!(text(&entry), expected);
}

#[test]
fn collections_nest_in_one_another() {
    let value = json!({
        "a": [[["x", "z"], []], [{}, {"k": ["v"]}]],
        "b": {"c": {"d": [{"e": {"f": "g"}, "h": [{"i": null}]}]}},
        "empty": {"list": [], "map": {}},
    });
    let expected = "\
a:
- - - x
    - z
  - []
- - {}
  - k:
    - v
b:
  c:
    d:
    - e:
        f: g
      h:
      - i: null
empty:
  list: []
  map: {}
";
    assert_eq!(text(&value), expected);
}

#[test]
fn a_document_may_be_a_list_or_a_scalar() {
    assert_eq!(text(&json!([])), "[]\n");
    assert_eq!(text(&json!({})), "{}\n");
    assert_eq!(text(&json!(["a", ["b"], {"c": 1, "d": 2}])), "- a\n- - b\n- c: 1\n  d: 2\n");
    assert_eq!(text("a"), "a\n");
    assert_eq!(text("---"), "\"---\"\n");
    assert_eq!(text(&7), "7\n");
    assert_eq!(text(&()), "null\n");
}

#[test]
fn a_document_is_appended() {
    let mut out = String::from("# kept\n---\n");
    yaml::write(&json!({"a": 1}), &mut out).unwrap();
    assert_eq!(out, "# kept\n---\na: 1\n");
}

#[derive(Serialize)]
struct Every {
    tuple: (u8, &'static str),
    pair: Pair,
    wrapped: Wrapped,
    unit: (),
    nothing: Nothing,
    letter: char,
    some: Option<bool>,
    none: Option<bool>,
    variants: Vec<Match>,
}

#[derive(Serialize)]
struct Pair(u8, u8);

#[derive(Serialize)]
struct Wrapped(Vec<u8>);

#[derive(Serialize)]
struct Nothing;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Match {
    Any,
    #[serde(rename = "off")]
    Ambiguous,
    Exact(&'static str),
    Range(u16, u16),
    Header {
        name: &'static str,
        values: Vec<&'static str>,
    },
    Empty {},
}

#[test]
fn every_shape_of_a_rust_type_has_the_form_of_its_json() {
    let every = Every {
        tuple: (1, "one"),
        pair: Pair(2, 3),
        wrapped: Wrapped(vec![4]),
        unit: (),
        nothing: Nothing,
        letter: 'n',
        some: Some(true),
        none: None,
        variants: vec![
            Match::Any,
            Match::Ambiguous,
            Match::Exact("yes"),
            Match::Range(80, 443),
            Match::Header { name: "end-user", values: vec!["jason"] },
            Match::Empty {},
        ],
    };
    let expected = r#"tuple:
- 1
- one
pair:
- 2
- 3
wrapped:
- 4
unit: null
nothing: null
letter: "n"
some: true
none: null
variants:
- any
- "off"
- exact: "yes"
- range:
  - 80
  - 443
- header:
    name: end-user
    values:
    - jason
- empty: {}
"#;
    assert_eq!(text(&every), expected);
}

#[test]
fn a_collection_whose_length_hint_lies_is_written_as_it_is_walked() {
    struct Liar;
    impl Serialize for Liar {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::{SerializeMap as _, SerializeSeq as _};
            struct Inner;
            impl Serialize for Inner {
                fn serialize<S: serde::Serializer>(
                    &self,
                    serializer: S,
                ) -> Result<S::Ok, S::Error> {
                    let mut list = serializer.serialize_seq(Some(0))?;
                    list.serialize_element(&1)?;
                    list.end()
                }
            }
            let mut map = serializer.serialize_map(None)?;
            map.serialize_entry("full", &Inner)?;
            map.end()
        }
    }
    assert_eq!(text(&Liar), "full:\n- 1\n");
}

#[test]
fn a_key_too_long_for_the_readers_is_written_as_an_explicit_one() {
    let (fits, long) = ("k".repeat(1024), "k".repeat(1025));
    assert_eq!(text(&json!({fits.as_str(): "v"})), format!("{fits}: v\n"));
    assert_eq!(text(&json!({long.as_str(): "v"})), format!("? {long}\n: v\n"));
    // The escapes and quotes count, because the reader counts what is written.
    let quoted = "\n".repeat(512);
    let written = "\\n".repeat(512);
    assert_eq!(
        text(&json!([{"a": [{quoted.as_str(): ["x", "z"]}]}])),
        format!("- a:\n  - ? \"{written}\"\n    :\n    - x\n    - z\n"),
    );
}

#[test]
fn a_text_of_several_clean_lines_is_a_block_and_any_other_a_line() {
    let of = |value: &str| text(&json!({ "a": value }));
    assert_eq!(of("b c\nd: #e\n"), "a: |\n  b c\n  d: #e\n");
    assert_eq!(of("b\n\"c\\\n"), "a: |\n  b\n  \"c\\\n");
    for line in
        ["b\n", "b\nc", " b\nc\n", "b\n\nc\n", "b \nc\n", "b\nc \n", "b\nc\u{1}\n", "b\r\nc\r\n"]
    {
        assert!(of(line).starts_with("a: \""), "{}", of(line));
    }
}

#[test]
fn arrays_and_tuples_of_nothing_are_empty_lists() {
    #[derive(Serialize)]
    struct Tuple();
    #[derive(Serialize)]
    enum Variant {
        Tuple(),
    }
    assert_eq!(text(&[(); 0]), "[]\n");
    assert_eq!(text(&Tuple()), "[]\n");
    assert_eq!(text(&Variant::Tuple()), "Tuple: []\n");
}
