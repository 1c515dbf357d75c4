//! An editor with one document, as the server sees it: what it says goes in as messages, what comes back is kept.

use std::collections::BTreeMap;
use std::rc::Rc;

use cwc::lsp::file::Lock;
use cwc::lsp::wire::{Message, Reply};
use cwc::lsp::{Effect, Event, Server};
use cwc::source::Source;
use serde_json::{Value, json};

pub(crate) const MESH: &str = "file:///repo/mesh.toml";
pub(crate) const LOCK: &str = "file:///repo/mesh.lock";

/// An editor.
pub(crate) struct Editor {
    server: Server,
    id: u64,
    version: i32,
    text: String,
    /// The lock on the disk, if there is one.
    lock: Option<String>,
    /// The last diagnostics of each file.
    pub(crate) published: BTreeMap<String, Vec<Value>>,
    /// What the person was shown.
    pub(crate) shown: Vec<String>,
    pub(crate) exit: Option<u8>,
}

impl Editor {
    /// An editor whose client can do what is said, before it opened anything.
    pub(crate) fn with(capabilities: &Value, options: &Value) -> Self {
        let mut editor = Self {
            server: Server::new(),
            id: 0,
            version: 1,
            text: String::new(),
            lock: None,
            published: BTreeMap::new(),
            shown: Vec::new(),
            exit: None,
        };
        let params = json!({"capabilities": capabilities, "initializationOptions": options});
        editor.ask("initialize", params).unwrap();
        editor.tell("initialized", json!({}));
        editor
    }

    /// An editor that can do all that matters here, with a document open.
    pub(crate) fn open(text: &str) -> Self {
        Self::beside(text, None)
    }

    /// The same with a lock beside the document.
    pub(crate) fn beside(text: &str, lock: Option<&str>) -> Self {
        let can = json!({"textDocument": {
            "completion": {"completionItem": {"snippetSupport": true}},
            "publishDiagnostics": {"relatedInformation": true},
            "documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
        }});
        let mut editor = Self::with(&can, &Value::Null);
        editor.lock = lock.map(str::to_owned);
        editor.show(text);
        editor
    }

    /// Opens the document.
    pub(crate) fn show(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        let document = json!({"uri": MESH, "languageId": "toml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Types: the whole text is another one.
    pub(crate) fn becomes(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.change(&json!([{"text": text}]));
    }

    /// Edits, as the protocol has them; what the text is then, `becomes` or `show` do not know.
    pub(crate) fn change(&mut self, changes: &Value) {
        self.version += 1;
        let document = json!({"uri": MESH, "version": self.version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.tell("textDocument/didChange", params);
    }

    /// Says something, and lets the server come to rest.
    pub(crate) fn tell(&mut self, method: &str, params: Value) {
        self.take(Event::Said(Message::Notification(method.to_owned(), params)));
        self.take(Event::Idle);
    }

    /// Asks for something.
    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, (i64, String)> {
        self.id += 1;
        let id = json!(self.id);
        let mut answers =
            self.take(Event::Said(Message::Request(id.clone(), method.to_owned(), params)));
        assert_eq!(answers.len(), 1, "{method} has one answer");
        let answer = answers.remove(0);
        assert_eq!(answer["id"], id);
        match answer.get("error") {
            Some(error) => {
                Err((error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().into()))
            }
            None => Ok(answer["result"].clone()),
        }
    }

    /// Asks for something at a place of the document: that of `mark` in it.
    pub(crate) fn at(&mut self, method: &str, mark: &str, more: &Value) -> Result<Value, String> {
        let (line, character) = self.place(mark);
        let mut params = json!({
            "textDocument": {"uri": MESH},
            "position": {"line": line, "character": character},
        });
        if let (Some(params), Some(more)) = (params.as_object_mut(), more.as_object()) {
            params.extend(more.clone());
        }
        self.ask(method, params).map_err(|(_, why)| why)
    }

    /// Asks at the document's beginning.
    pub(crate) fn at_start(&mut self, method: &str) -> Result<Value, (i64, String)> {
        let place = json!({"line": 0, "character": 0});
        self.ask(method, json!({"textDocument": {"uri": MESH}, "position": place}))
    }

    /// Where a part of the document is; `|` in it is the place within, and its beginning where there is none. In units of UTF-16.
    pub(crate) fn place(&self, mark: &str) -> (usize, usize) {
        let within = mark.find('|').unwrap_or(0);
        let plain = mark.replacen('|', "", 1);
        let found = self.text.find(&plain);
        let at = found.unwrap_or_else(|| panic!("no {plain:?} in the document")) + within;
        let before = &self.text[..at];
        let line = before.rsplit('\n').next().unwrap();
        (before.matches('\n').count(), line.encode_utf16().count())
    }

    /// The text with edits made, which the protocol has in any order and without overlap.
    pub(crate) fn with_edits(&self, edits: &Value) -> String {
        let offset = |place: &Value| {
            let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
            let mut lines = self.text.split_inclusive('\n');
            let before: usize = lines.by_ref().take(number("line")).map(str::len).sum();
            let line = lines.next().unwrap_or_default();
            let units: Vec<u16> = line.encode_utf16().take(number("character")).collect();
            before + String::from_utf16(&units).unwrap().len()
        };
        let edits = edits.as_array().unwrap().iter();
        let mut edits: Vec<_> = edits
            .map(|edit| {
                let (start, end) = (&edit["range"]["start"], &edit["range"]["end"]);
                (offset(start)..offset(end), edit["newText"].as_str().unwrap())
            })
            .collect();
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut text = self.text.clone();
        for (range, new) in edits.into_iter().rev() {
            text.replace_range(range, new);
        }
        text
    }

    /// The codes of a file's diagnostics.
    pub(crate) fn codes(&self, uri: &str) -> Vec<&str> {
        let all = self.published.get(uri).into_iter().flatten();
        all.map(|found| found["code"].as_str().unwrap_or("-")).collect()
    }

    fn take(&mut self, event: Event) -> Vec<Value> {
        let mut answers = Vec::new();
        for effect in self.server.take(event) {
            match effect {
                Effect::Exit(status) => self.exit = Some(status),
                Effect::Read(uri) => {
                    assert_eq!(uri, LOCK);
                    let source =
                        |text: &String| Lock::Text(Rc::new(Source::new("mesh.lock", text)));
                    let lock = self.lock.as_ref().map_or(Lock::Absent, source);
                    assert!(self.take(Event::Read(uri, lock)).is_empty());
                }
                Effect::Send(Reply::Notification("textDocument/publishDiagnostics", params)) => {
                    let found = params["diagnostics"].as_array().unwrap().clone();
                    self.published.insert(params["uri"].as_str().unwrap().to_owned(), found);
                }
                Effect::Send(Reply::Notification("window/showMessage", params)) => {
                    self.shown.push(params["message"].as_str().unwrap().to_owned());
                }
                Effect::Send(reply) => answers.push(serde_json::from_str(&reply.json()).unwrap()),
            }
        }
        answers
    }

    /// The lock on the disk is another one, and the editor saw it.
    pub(crate) fn lock_becomes(&mut self, lock: Option<&str>) {
        self.lock = lock.map(str::to_owned);
        let changes = json!({"changes": [{"uri": LOCK, "type": 2}]});
        self.tell("workspace/didChangeWatchedFiles", changes);
    }
}
