//! The conversation as the protocol has it: beginning, end, and what does not belong.

use serde_json::{Value, json};

use crate::FLEET;
use crate::editor::{Editor, MESH};
use cwc::lsp::wire::{Code, Message, Reply};
use cwc::lsp::{Effect, Event, Server};

fn asked(server: &mut Server, method: &str, params: Value) -> Reply {
    let request = Message::Request(json!("one"), method.to_owned(), params);
    match server.take(Event::Said(request)).remove(0) {
        Effect::Send(reply) => reply,
        other => panic!("{other:?}"),
    }
}

fn refused(reply: &Reply) -> Code {
    match reply {
        Reply::Refusal(id, code, _) => {
            assert_eq!(id, "one");
            *code
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_is_answered_before_initialize() {
    let mut server = Server::new();
    let reply = asked(&mut server, "textDocument/hover", json!({}));
    assert_eq!(refused(&reply), Code::NotInitialized);
    let document = json!({"uri": MESH, "languageId": "toml", "version": 1, "text": "x"});
    let open =
        Message::Notification("textDocument/didOpen".into(), json!({"textDocument": document}));
    assert!(server.take(Event::Said(open)).is_empty() && server.take(Event::Idle).is_empty());
    let Reply::Answer(_, result) = asked(&mut server, "initialize", json!({"capabilities": {}}))
    else {
        panic!("initialize is answered");
    };
    let result: Value = serde_json::from_str(&result).unwrap();
    assert_eq!(result["serverInfo"]["name"], "cwc");
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-16");
    let reply = asked(&mut server, "initialize", json!({"capabilities": {}}));
    assert_eq!(refused(&reply), Code::Request);
}

#[test]
fn exit_is_good_behind_shutdown_only() {
    let mut editor = Editor::open(FLEET);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.exit, Some(1));
    let mut editor = Editor::open(FLEET);
    assert_eq!(editor.ask("shutdown", Value::Null), Ok(Value::Null));
    let (code, _) = editor.at_start("textDocument/hover").unwrap_err();
    assert_eq!(code, Code::Request as i64);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.exit, Some(0));
}

#[test]
fn what_is_not_known_is_refused_or_passed_over() {
    let mut editor = Editor::open(FLEET);
    for method in ["workspace/symbol", "$/nothing", ""] {
        assert_eq!(editor.ask(method, json!({})).unwrap_err().0, Code::Method as i64);
    }
    for params in [json!(null), json!([]), json!({"textDocument": {"uri": 7}})] {
        let (code, _) = editor.ask("textDocument/hover", params.clone()).unwrap_err();
        assert_eq!(code, Code::Params as i64);
        for method in ["$/cancelRequest", "textDocument/didChange", "workspace/nothing"] {
            editor.tell(method, params.clone());
        }
    }
    assert!(editor.codes(MESH).is_empty());
}

#[test]
fn other_files_are_none_of_its_business() {
    let mut editor = Editor::open(FLEET);
    let uri = "file:///repo/Cargo.toml";
    let document = json!({"uri": uri, "languageId": "toml", "version": 1, "text": "[package]\n"});
    editor.tell("textDocument/didOpen", json!({"textDocument": document}));
    assert!(!editor.published.contains_key(uri));
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": 0, "character": 1}});
    assert_eq!(editor.ask("textDocument/hover", params), Ok(Value::Null));
}

#[test]
fn watching_is_asked_of_those_who_can() {
    let can = json!({"capabilities": {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": true}}}});
    let mut server = Server::new();
    asked(&mut server, "initialize", can);
    let effects = server.take(Event::Said(Message::Notification("initialized".into(), json!({}))));
    assert!(matches!(
        &effects[..],
        [Effect::Send(Reply::Request(_, "client/registerCapability", _))]
    ));
}

/// Whatever is asked anywhere in whatever text, there is an answer.
#[test]
fn no_text_and_no_place_is_too_much() {
    let texts = [
        "",
        "\n",
        "[",
        "[[",
        "[.]",
        "=",
        "a",
        "a.",
        "\"",
        "'''",
        "{",
        "}",
        "]",
        "a = {",
        "a = [{",
        "# cwc: allow(",
        "\u{feff}[mesh]\r\nname = \"x\"",
        "[services.\"\u{1F600}\"]\n\r\r",
        "\0",
        "[services.a.b.c.d]\ne = { f = [ { g = ",
        "a = \"\\u{1}\"\n",
        "[clusters]\nx = \"\\\"",
    ];
    let broken: Vec<String> =
        (0..FLEET.len()).step_by(37).map(|at| FLEET[..at].to_owned()).collect();
    for text in texts.iter().map(|text| (*text).to_owned()).chain(broken) {
        let mut editor = Editor::open(&text);
        let lines = text.matches(['\n', '\r']).count();
        for line in [0, lines / 2, lines, lines + 1, 4_000_000_000] {
            for character in [0, 1, 5, 12, 40, 4_294_967_295_u64] {
                let at = json!({"line": line, "character": character});
                for method in [
                    "hover",
                    "completion",
                    "definition",
                    "references",
                    "documentHighlight",
                    "prepareRename",
                    "rename",
                ] {
                    let params = json!({
                        "textDocument": {"uri": MESH}, "position": at, "newName": "paris",
                        "context": {"includeDeclaration": true, "triggerKind": 1},
                    });
                    let _ = editor.ask(&format!("textDocument/{method}"), params);
                }
                let params = json!({
                    "textDocument": {"uri": MESH}, "range": {"start": at, "end": at},
                    "context": {"diagnostics": [], "only": ["quickfix", "source"]},
                });
                editor.ask("textDocument/codeAction", params).unwrap();
            }
        }
        let about =
            json!({"textDocument": {"uri": MESH}, "options": {"tabSize": 2, "insertSpaces": true}});
        editor.ask("textDocument/documentSymbol", about.clone()).unwrap();
        editor.ask("textDocument/formatting", about).unwrap();
    }
}
