//! What may be typed at a place, also in a text that is no TOML yet.

use serde_json::{Value, json};

use crate::FLEET;
use crate::editor::Editor;

/// The items at `|` in a text.
fn items(text: &str) -> Vec<Value> {
    let mut editor = Editor::open(&text.replacen('|', "", 1));
    let at = text.find('|').unwrap();
    let line = text[..at].matches('\n').count();
    let character = text[..at].rsplit('\n').next().unwrap().encode_utf16().count();
    let params = json!({
        "textDocument": {"uri": crate::editor::MESH},
        "position": {"line": line, "character": character},
    });
    editor.ask("textDocument/completion", params).unwrap().as_array().unwrap().clone()
}

fn labels(text: &str) -> Vec<String> {
    items(text).iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
}

/// The text with an item taken, its place to fill in shown as `$0`.
fn taken(text: &str, label: &str) -> String {
    let item = items(text).into_iter().find(|item| item["label"] == label).unwrap();
    let mut editor = Editor::open(&text.replacen('|', "", 1));
    editor.becomes(&text.replacen('|', "", 1));
    editor.with_edits(&json!([item["textEdit"]]))
}

#[test]
fn keys_that_are_not_there_yet_in_the_order_of_the_reference() {
    let text = "[clusters.east]\ngateway = \"203.0.113.10\"\n|\nzone = \"a\"\n";
    let labels = labels(text);
    assert_eq!(labels[..3], ["region", "network", "mesh"]);
    let region = &items(text)[0];
    assert!(region["documentation"]["value"].as_str().unwrap().starts_with("Its region, as its"));
    assert_eq!(items("[mesh]\n|")[1]["detail"], "default: \"global\"");
}

#[test]
fn a_key_comes_with_the_brackets_of_its_value() {
    assert_eq!(taken("[services.a]\nclu|\n", "clusters"), "[services.a]\nclusters = [$0]\n");
    assert_eq!(taken("[services.a]\n|", "namespace"), "[services.a]\nnamespace = \"$0\"");
    assert_eq!(taken("[services.a]\npo| = 1", "ports"), "[services.a]\nports = 1");
    let mut plain = Editor::with(&json!({}), &Value::Null);
    plain.show("[mesh]\n");
    let params = json!({"textDocument": {"uri": crate::editor::MESH}, "position": {"line": 1, "character": 0}});
    let items = plain.ask("textDocument/completion", params).unwrap();
    assert_eq!(items[0]["textEdit"]["newText"], "name = ");
}

#[test]
fn keys_in_braces_and_of_items() {
    assert_eq!(labels("[[services.a.routes]]\nto = [{ version = \"v1\", |"), ["cluster", "weight"]);
    assert_eq!(labels("[services.a]\nports = { http = { p| } }"), ["port", "protocol"]);
    assert_eq!(labels("[clusters.a]\ngateway = { service = 'x', |")[0], "address");
    assert!(labels("[services.a]\nports = { |").is_empty());
}

#[test]
fn the_files_tables_at_its_beginning_and_in_headers() {
    let tables = ["mesh", "defaults", "clusters", "services", "existing", "lint"];
    assert_eq!(labels("|"), tables);
    assert_eq!(labels("[|"), tables);
    assert_eq!(taken("|", "clusters"), "[clusters.");
    assert_eq!(labels(&format!("{FLEET}[services.|")), ["ratings", "reviews"]);
    let below = labels(&format!("{FLEET}[services.reviews.|"));
    assert_eq!(
        below,
        ["ports", "prefer", "outlier", "pool", "keepalive", "versions", "backends", "routes"]
            .iter()
            .filter(|it| **it != "prefer")
            .copied()
            .collect::<Vec<_>>()
    );
    assert_eq!(labels(&format!("{FLEET}[services.reviews.backends.|]")), ["east", "west"]);
    assert_eq!(labels(&format!("{FLEET}[[services.reviews.|]]")), ["routes"]);
}

#[test]
fn clusters_where_one_is_wanted_each_once() {
    let typed = |value: &str| labels(&format!("{FLEET}{value}"));
    assert_eq!(typed("prefer = [\"|"), ["east", "west"]);
    assert_eq!(typed("prefer = [\"east\", |]"), ["west"]);
    assert_eq!(typed("callers = [\"ea|\"]"), ["east", "west"]);
    assert_eq!(typed("callers = [\"east/|\"]"), ["east/bookinfo", "east/frontend"]);
    assert_eq!(
        labels(&format!("{FLEET}[clusters.edge]\nvia = |")),
        ["east", "west", "edge"]
            .iter()
            .map(|it| (*it).to_owned())
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
}

#[test]
fn versions_ports_services_and_namespaces() {
    let typed = |value: &str| labels(&FLEET.replacen("[services.ratings]", value, 1));
    assert_eq!(typed("[[services.reviews.routes]]\nto = [{ version = \"|\" }]"), ["v1", "v2"]);
    assert_eq!(typed("[[services.reviews.routes]]\nmatch = { port = \"|"), ["http"]);
    assert_eq!(typed("[[services.reviews.routes]]\nmirror.service = \"|"), ["reviews"]);
    assert_eq!(typed("[services.b]\nnamespace = \"|"), ["bookinfo", "frontend"]);
}

#[test]
fn words_and_switches() {
    assert_eq!(labels("[services.a]\ncrossing = |"), ["passthrough", "terminate", "plaintext"]);
    assert_eq!(labels("[clusters.a]\ndrained = |"), ["true", "false"]);
    assert_eq!(labels("[services.a]\nports = { x = { port = 1, protocol = \"|")[0], "http");
    assert_eq!(
        taken("[services.a]\ncrossing = te|", "terminate"),
        "[services.a]\ncrossing = \"terminate\""
    );
    assert_eq!(
        taken("[services.a]\ncrossing = \"te|", "terminate"),
        "[services.a]\ncrossing = \"terminate\""
    );
    assert_eq!(
        taken("[services.a]\ncrossing = \"te|\"", "terminate"),
        "[services.a]\ncrossing = \"terminate\""
    );
    assert_eq!(
        taken("[clusters.ü]\n[clusters.east]\n[services.a]\nclusters = |", "east"),
        "[clusters.ü]\n[clusters.east]\n[services.a]\nclusters = [\"east\"]"
    );
}

#[test]
fn codes_of_warnings_to_allow() {
    let all = labels("[lint]\nallow = [\"|\"]");
    assert!(all.contains(&"CW0401".to_owned()) && !all.contains(&"CW0201".to_owned()), "{all:?}");
    assert_eq!(labels("# cwc: allow(|"), all);
    assert_eq!(labels("# cwc: allow(CW0401, CW|) why"), all);
    assert!(labels("# cwc: allow(CW0401) |").is_empty() && labels("# clusters = |").is_empty());
}
