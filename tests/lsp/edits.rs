//! Edits that are offered: quick fixes, comments that allow, the form; and the outline of a document.

use serde_json::{Value, json};

use crate::FLEET;
use crate::editor::{Editor, MESH};

/// The actions at a place: title, kind and the text that each leaves.
fn actions(editor: &mut Editor, mark: &str, only: &Value) -> Vec<(String, String)> {
    let (line, character) = editor.place(mark);
    let at = json!({"line": line, "character": character});
    let params = json!({
        "textDocument": {"uri": MESH},
        "range": {"start": at, "end": at},
        "context": {"diagnostics": [], "only": only},
    });
    let all = editor.ask("textDocument/codeAction", params).unwrap();
    let one = |action: &Value| {
        let text = editor.with_edits(&action["edit"]["changes"][MESH]);
        (action["title"].as_str().unwrap().to_owned(), text)
    };
    all.as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_mistake_with_an_answer_has_a_fix() {
    let text = FLEET.replace("[\"east\"]\n", "[\"esat\"]\n");
    let mut editor = Editor::open(&text);
    let fix = ("replace `\"esat\"` by `\"east\"`".to_owned(), FLEET.to_owned());
    for only in [Value::Null, json!(["quickfix"])] {
        assert_eq!(actions(&mut editor, "\"es|at\"", &only), std::slice::from_ref(&fix));
    }
    assert_eq!(actions(&mut editor, "\"es|at\"", &json!(["refactor"])), []);
    assert_eq!(actions(&mut editor, "[services.ratings]", &Value::Null), []);
}

#[test]
fn a_warning_can_be_allowed_by_a_comment_that_asks_for_its_reason() {
    let text = FLEET.replace("region = \"us-west-1\"\n", "");
    let mut editor = Editor::open(&text);
    let codes: Vec<String> = editor.codes(MESH).iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(codes, ["CW0401"]);
    let place = &editor.published[MESH][0]["range"]["start"];
    let params = json!({
        "textDocument": {"uri": MESH}, "range": {"start": place, "end": place},
        "context": {"diagnostics": []},
    });
    let all = editor.ask("textDocument/codeAction", params).unwrap();
    let action = all.as_array().unwrap().last().unwrap();
    assert_eq!(action["title"], "allow CW0401 here, with a comment");
    let allowed = editor.with_edits(&action["edit"]["changes"][MESH]);
    editor.becomes(&allowed);
    assert_eq!(editor.codes(MESH), ["CW0702"], "{allowed}");
    editor.becomes(&allowed.replace("allow(CW0401) ", "allow(CW0401) there is one region"));
    assert_eq!(editor.codes(MESH), [""; 0]);
}

#[test]
fn everything_safe_is_mended_at_once_for_those_who_ask() {
    let text = FLEET.replace("clusters = [\"east\"]\n", "Clusters = [\"east\"]\n");
    let mut editor = Editor::open(&text);
    for only in [json!(["source.fixAll"]), json!(["source.fixAll.cwc"]), json!(["source"])] {
        let all = actions(&mut editor, "[services.ratings]", &only);
        assert_eq!(all, [("mend all that has one answer".to_owned(), FLEET.to_owned())]);
    }
    editor.becomes(FLEET);
    assert_eq!(actions(&mut editor, "[services.ratings]", &json!(["source.fixAll"])), []);
}

fn formatted(text: &str) -> (Editor, Value) {
    let mut editor = Editor::open(text);
    let params =
        json!({"textDocument": {"uri": MESH}, "options": {"tabSize": 8, "insertSpaces": false}});
    let edits = editor.ask("textDocument/formatting", params).unwrap();
    (editor, edits)
}

#[test]
fn the_form_is_that_of_fmt_and_other_lines_are_left_alone() {
    let text = FLEET.replace("region = \"us-west-1\"", "region='us-west-1'   # ü").replace(
        "ports = { http = 9080 }\nclusters = [\"east\"]\n",
        "clusters=[\"east\"]\nports={http=9080}\n",
    );
    let (editor, edits) = formatted(&text);
    let result = editor.with_edits(&edits);
    assert_eq!(result, cwc::format::format(&text).unwrap());
    assert_ne!(result, text);
    let lines = edits.as_array().unwrap().iter();
    let spans = lines.map(|edit| {
        (
            edit["range"]["start"]["line"].as_u64().unwrap(),
            edit["range"]["end"]["line"].as_u64().unwrap(),
        )
    });
    assert!(spans.into_iter().all(|(start, end)| end - start <= 3), "{edits}");
    assert_eq!(formatted(FLEET).1, json!([]));
    assert_eq!(formatted("[clusters.east\n").1, Value::Null);
    let (editor, edits) = formatted("\r\n[mesh]\r\nname=\"x\"");
    assert_eq!(editor.with_edits(&edits), "[mesh]\nname = \"x\"\n");
}

/// The names with what is below them.
fn outline(symbols: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for symbol in symbols.as_array().unwrap() {
        let (name, detail) = (symbol["name"].as_str().unwrap(), symbol["detail"].as_str());
        lines.push(format!("{} {name}", detail.unwrap_or("table")));
        let children = symbol.get("children").filter(|it| !it.is_null());
        lines.extend(
            children.map(outline).unwrap_or_default().iter().map(|line| format!("  {line}")),
        );
    }
    lines
}

#[test]
fn the_outline_has_clusters_and_services_with_what_belongs_to_them() {
    let mut editor =
        Editor::open(&format!("[mesh]\nname = \"x\"\n\n{FLEET}\n[defaults]\ncallers = ["));
    let about = json!({"textDocument": {"uri": MESH}});
    let symbols = editor.ask("textDocument/documentSymbol", about).unwrap();
    let expected = [
        "table mesh",
        "table lint",
        "cluster east",
        "  gateway gateway",
        "cluster west",
        "  gateway gateway",
        "service reviews",
        "  port http",
        "  version v1",
        "  version v2",
        "  backend west",
        "  route routes",
        "  route routes",
        "service ratings",
        "  port http",
        "table defaults",
    ];
    assert_eq!(outline(&symbols), expected);
    let reviews = &symbols[4]["range"];
    let line = |mark: &str| editor.place(mark).0;
    assert_eq!(reviews["start"]["line"], line("[services.reviews]"));
    assert_eq!(reviews["end"]["line"], line("[services.ratings]") - 2);
    assert_eq!(symbols[4]["selectionRange"]["start"]["character"], "[services.".len());
}

#[test]
fn a_client_without_nesting_gets_a_list() {
    let mut editor = Editor::with(&json!({}), &Value::Null);
    editor.show(FLEET);
    let symbols =
        editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": MESH}})).unwrap();
    let backend =
        symbols.as_array().unwrap().iter().find(|it| it["name"] == "west" && it["kind"] == 19);
    assert_eq!(backend.unwrap()["containerName"], "reviews");
}
