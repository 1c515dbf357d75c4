//! Diagnostics: what `cwc check` finds, at its places, whatever the text is like.

use serde_json::json;

use crate::FLEET;
use crate::editor::{Editor, LOCK, MESH};

#[test]
fn a_sound_document_has_none() {
    let editor = Editor::open(FLEET);
    assert_eq!(editor.published[MESH], Vec::<serde_json::Value>::new());
}

#[test]
fn a_mistake_is_shown_with_its_code_the_edit_to_make_and_the_other_place() {
    let text = FLEET.replace("[\"east\"]\n", "[\"esat\"]\n") + "vip = \"240.0.0.7\"\n";
    let text = text.replace("callers = [", "vip = \"240.0.0.7\"\ncallers = [");
    let editor = Editor::open(&text);
    assert_eq!(editor.codes(MESH), ["CW0201", "CW0321"]);
    let found = &editor.published[MESH];
    assert_eq!(found[0]["source"], "cwc");
    assert_eq!(found[0]["severity"], 1);
    assert_eq!(
        found[0]["message"],
        "service `ratings` refers to unknown cluster `esat`: no such cluster\nhelp: did you mean `east`?"
    );
    let (line, character) = editor.place("\"esat\"");
    assert_eq!(found[0]["range"]["start"], json!({"line": line, "character": character}));
    assert_eq!(found[0]["range"]["end"], json!({"line": line, "character": character + 6}));
    let related = &found[1]["relatedInformation"][0]["location"];
    let (line, _) = editor.place("vip");
    assert_eq!((&related["uri"], &related["range"]["start"]["line"]), (&json!(MESH), &json!(line)));
}

#[test]
fn they_follow_each_keystroke_and_are_taken_back() {
    let mut editor = Editor::open(FLEET);
    editor.becomes(&FLEET.replace("clusters = [\"east\"]", "clusters = [\"e"));
    assert_eq!(editor.codes(MESH)[0], "CW0001");
    editor.becomes(FLEET);
    assert!(editor.codes(MESH).is_empty());
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": MESH}}));
    assert!(editor.codes(MESH).is_empty());
}

#[test]
fn a_broken_statement_hides_no_mistake_of_another_one() {
    let text = FLEET.replace("region = \"us-east-1\"", "region = \"us-east-1\nregoin = \"x\"");
    let editor = Editor::open(&text);
    assert_eq!(editor.codes(MESH), ["CW0001", "CW0101"]);
}

#[test]
fn places_are_units_of_utf_16_or_bytes_as_agreed() {
    let text = "# 𝄞 ü\n[mesh]\nname = \"𝄞ü\" # 𝄞\nregion = 1 # ü\n";
    for (offered, encoding, end) in [
        (json!(null), "utf-16", 12),
        (json!(["utf-16"]), "utf-16", 12),
        (json!(["utf-32", "utf-16", "utf-8"]), "utf-8", 15),
    ] {
        let can = json!({"general": {"positionEncodings": offered}});
        let mut editor = Editor::with(&can, &json!(null));
        editor.show(text);
        let found = editor.published[MESH].iter().find(|it| it["code"] == "CW0301");
        let name = &found.unwrap()["range"];
        assert_eq!(name["end"], json!({"line": 2, "character": end}), "{encoding}");
        // An edit behind the characters lands where it is meant, in the same units.
        let at = json!({"line": 2, "character": end});
        editor.change(&json!([{"range": {"start": at, "end": at}, "text": "x"}]));
        let found = &editor.published[MESH][0];
        assert_eq!(
            (&found["code"], &found["range"]["start"]["line"]),
            (&json!("CW0001"), &json!(2))
        );
    }
}

#[test]
fn the_lock_beside_is_read_and_what_is_wrong_with_it_is_shown_there() {
    let lock = "version = 1\n\n[addresses]\n\"reviews.bookinfo.global\" = \"240.0.0.300\"\n";
    let mut editor = Editor::beside(FLEET, Some(lock));
    assert!(editor.codes(MESH).is_empty());
    assert_eq!(editor.codes(LOCK), ["CW0330"]);
    assert_eq!(editor.published[LOCK][0]["range"]["start"]["line"], 3);
    editor.lock_becomes(None);
    assert!(editor.codes(LOCK).is_empty());
}

#[test]
fn a_lock_that_is_open_counts_as_it_is_there() {
    let mut editor = Editor::beside(FLEET, None);
    let lock = json!({"uri": LOCK, "languageId": "toml", "version": 1, "text": "version = 2\n"});
    editor.tell("textDocument/didOpen", json!({"textDocument": lock}));
    assert_eq!(editor.codes(LOCK), ["CW0332"]);
    editor.tell("textDocument/didClose", json!({"textDocument": {"uri": LOCK}}));
    assert!(editor.codes(LOCK).is_empty());
}

#[test]
fn unused_things_are_grey_and_codes_lead_to_their_page() {
    let text =
        FLEET.replace("[services.ratings]", "# cwc: allow(CW0401) because\n[services.ratings]");
    let mut editor =
        Editor::with(&json!({}), &json!({"docs": "https://mesh.example/diagnostics.html"}));
    editor.show(&text);
    let found = &editor.published[MESH][0];
    assert_eq!((&found["code"], &found["severity"]), (&json!("CW0701"), &json!(2)));
    assert_eq!(found["tags"], json!([1]));
    assert_eq!(
        found["codeDescription"]["href"],
        "https://mesh.example/diagnostics.html#cw0701-unused-allow"
    );
    // A client that shows no other places is sent none.
    assert_eq!(found["relatedInformation"], json!(null));
}

#[test]
fn a_document_above_the_limit_is_said_to_be_so_and_asked_nothing_more() {
    let mut editor = Editor::open(&format!("# {}\n{FLEET}", "x".repeat(8 * 1024 * 1024)));
    assert_eq!(editor.codes(MESH), ["CW0004"]);
    for method in ["hover", "completion", "documentSymbol", "formatting", "definition"] {
        let method = format!("textDocument/{method}");
        editor
            .at(&method, "gateway", &json!({"options": {"tabSize": 2, "insertSpaces": true}}))
            .unwrap();
    }
    editor.becomes(FLEET);
    assert!(editor.codes(MESH).is_empty());
}

#[test]
fn a_thousand_are_shown_and_the_rest_is_counted() {
    let text = "x = 1\n".repeat(3)
        + &(0..1500).map(|n| format!("k{n} = 1\n")).collect::<Vec<_>>().concat();
    let editor = Editor::open(&text);
    let found = &editor.published[MESH];
    assert_eq!(found.len(), 1001);
    let last = found[1000]["message"].as_str().unwrap();
    assert!(last.ends_with("more problems are not shown; `cwc check` shows all"), "{last}");
}
