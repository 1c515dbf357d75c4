//! Which requests are answered, and by what.
//!
//! Enters: a method. Leaves: the function that answers it; and what the client is told of all of them. A new request is a file and a line in [`ALL`].

use lsp_types::{CodeActionKind, Uri};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::lines::Encoding;
use super::server::{Server, View, parsed};
use super::wire::Code;
use super::{actions, completion, definition, formatting, hover, rename, symbols};

/// What a request is answered with.
#[derive(Debug, Default)]
pub struct Answer {
    /// The result, as JSON.
    pub result: String,
    /// What the client is to show to the person.
    pub say: Option<String>,
}

/// Why a request is not answered.
pub type Refused = (Code, String);

type Respond = fn(&Server, Value) -> Result<Answer, Refused>;

/// Every request, but for those that begin and end the conversation.
pub static ALL: &[(&str, Respond)] = &[
    ("textDocument/codeAction", |server, params| on(server, params, actions::answer)),
    ("textDocument/completion", |server, params| on(server, params, completion::answer)),
    ("textDocument/definition", |server, params| on(server, params, definition::definition)),
    ("textDocument/documentHighlight", |server, params| on(server, params, definition::highlight)),
    ("textDocument/documentSymbol", |server, params| on(server, params, symbols::answer)),
    ("textDocument/formatting", |server, params| on(server, params, formatting::answer)),
    ("textDocument/hover", |server, params| on(server, params, hover::answer)),
    ("textDocument/prepareRename", |server, params| on(server, params, rename::prepare)),
    ("textDocument/references", |server, params| on(server, params, definition::references)),
    ("textDocument/rename", rename::respond),
];

/// The function that answers a method.
pub fn find(method: &str) -> Option<Respond> {
    ALL.iter().find(|(known, _)| *known == method).map(|(_, respond)| *respond)
}

/// Parameters that say which document they are about.
pub trait About {
    /// The document.
    fn uri(&self) -> &Uri;
}

/// Answers from the document that the parameters are about; `null` where it is not open.
fn on<P: DeserializeOwned + About, R: Serialize>(
    server: &Server,
    params: Value,
    answer: fn(View<'_>, &P) -> R,
) -> Result<Answer, Refused> {
    let params: P = parsed(params)?;
    let result = server.view(params.uri().as_str(), |view| answer(view, &params));
    Ok(Answer { result: text(&result), say: None })
}

/// An answer as JSON.
pub fn text(result: &impl Serialize) -> String {
    // Only keys that are no strings could fail, and there are none.
    serde_json::to_string(result).unwrap_or_else(|_| "null".to_owned())
}

/// The same as a value.
pub fn value(result: &impl Serialize) -> Value {
    // Only keys that are no strings could fail, and there are none.
    serde_json::to_value(result).unwrap_or_default()
}

/// What `initialize` is answered with.
#[must_use]
pub fn capabilities(encoding: Encoding) -> String {
    let incremental = 2;
    let capabilities = json!({
        "positionEncoding": encoding.kind(),
        "textDocumentSync": {"openClose": true, "change": incremental, "save": {}},
        "completionProvider": {"triggerCharacters": ["[", ".", "\"", "{", "=", ",", "(", "/"]},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "documentFormattingProvider": true,
        "renameProvider": {"prepareProvider": true},
        "codeActionProvider": {
            "codeActionKinds": [CodeActionKind::QUICKFIX, actions::fix_all()],
        },
    });
    let info = json!({"name": "cwc", "version": env!("CARGO_PKG_VERSION")});
    json!({"capabilities": capabilities, "serverInfo": info}).to_string()
}
