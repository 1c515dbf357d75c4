//! The server: what it was told, and what follows from the next thing that it is told.
//!
//! Enters: an [`Event`]. Leaves: [`Effect`]s. No file, clock or thread is touched here. Requests are answered at once, from the text as it is then;
//! diagnostics follow when nothing more is waiting ([`Event::Idle`]), so that fast typing is not checked letter by letter.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::client::Client;
use super::file::{File, Lock, name};
use super::wire::{Code, Message, Reply};
use super::{diagnostics, requests};

/// What the server is told.
#[derive(Clone, Debug)]
pub enum Event {
    /// A message of the client.
    Said(Message),
    /// A lock that was asked for, by its URI.
    Read(String, Lock),
    /// Nothing more is waiting.
    Idle,
}

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Effect {
    /// A message for the client.
    Send(Reply),
    /// The lock at a URI is to be read; [`Event::Read`] answers.
    Read(String),
    /// The end, with an exit status.
    Exit(u8),
}

/// How far the conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Before,
    Open,
    ShutDown,
}

/// The server.
pub struct Server {
    phase: Phase,
    /// What the client can do.
    pub(super) client: Client,
    files: BTreeMap<String, File>,
    locks: BTreeMap<String, Lock>,
    /// The files whose diagnostics the client has not got.
    changed: BTreeSet<String>,
}

/// An open document with its lock: what a request is answered from.
#[derive(Clone, Copy)]
pub struct View<'s> {
    /// The document.
    pub file: &'s File,
    /// The lock beside it.
    pub lock: &'s Lock,
    /// What the client can do.
    pub client: &'s Client,
}

/// What a lock is called.
const LOCK: &str = "mesh.lock";

impl Default for Server {
    fn default() -> Self {
        Self::new()
    }
}

impl Server {
    /// A server that nobody has spoken to.
    #[must_use]
    pub fn new() -> Self {
        let (files, locks, changed) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { phase: Phase::Before, client: Client::default(), files, locks, changed }
    }

    /// Takes an event; what follows from it.
    pub fn take(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Said(Message::Request(id, method, params)) => {
                let mut said = Vec::new();
                let reply = match self.request(&method, params, &mut said) {
                    Ok(result) => Reply::Answer(id, result),
                    Err((code, why)) => Reply::Refusal(id, code, why),
                };
                said.insert(0, Effect::Send(reply));
                said
            }
            Event::Said(Message::Notification(method, params)) => self.notified(&method, params),
            Event::Said(Message::Unreadable(code, why)) => {
                vec![Effect::Send(Reply::Refusal(Value::Null, code, why))]
            }
            Event::Said(Message::Response(_)) => Vec::new(),
            Event::Read(uri, lock) => {
                self.locks.insert(uri.clone(), lock);
                self.relocked(&uri);
                Vec::new()
            }
            Event::Idle => self.publish(),
        }
    }

    fn request(
        &mut self,
        method: &str,
        params: Value,
        said: &mut Vec<Effect>,
    ) -> Result<String, (Code, String)> {
        match (self.phase, method) {
            (Phase::Before, "initialize") => {
                self.client = Client::of(&params);
                self.phase = Phase::Open;
                Ok(requests::capabilities(self.client.encoding))
            }
            (Phase::Before, _) => {
                Err((Code::NotInitialized, "`initialize` comes first".to_owned()))
            }
            (Phase::ShutDown, _) => Err((Code::Request, "the server was shut down".to_owned())),
            (Phase::Open, "initialize") => {
                Err((Code::Request, "`initialize` was answered already".to_owned()))
            }
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok("null".to_owned())
            }
            (Phase::Open, _) => {
                let answer = requests::find(method)
                    .ok_or_else(|| (Code::Method, format!("`{method}` is not known here")))?;
                let answer = answer(self, params)?;
                said.extend(answer.say.map(|text| {
                    let params = json!({"type": 3, "message": text});
                    Effect::Send(Reply::Notification("window/showMessage", params))
                }));
                Ok(answer.result)
            }
        }
    }

    /// What nobody wants an answer to; what is not known or not readable is passed over, as the protocol asks.
    fn notified(&mut self, method: &str, params: Value) -> Vec<Effect> {
        match (self.phase, method) {
            (phase, "exit") => vec![Effect::Exit(u8::from(phase != Phase::ShutDown))],
            (Phase::Open, "initialized") => self.watch(),
            (Phase::Open, "textDocument/didOpen") => {
                parsed(params).map(|params| self.opened(params)).unwrap_or_default()
            }
            (Phase::Open, "textDocument/didChange") => {
                parsed(params).map(|params| self.edited(params)).unwrap_or_default()
            }
            (Phase::Open, "textDocument/didClose") => {
                parsed(params).map(|params| self.closed(&params)).unwrap_or_default()
            }
            (Phase::Open, "textDocument/didSave") => {
                let params: Result<DidSaveTextDocumentParams, _> = parsed(params);
                let saved = params.map(|params| lock_uri(params.text_document.uri.as_str()));
                self.reread(saved.into_iter())
            }
            (Phase::Open, "workspace/didChangeWatchedFiles") => {
                let params: Result<DidChangeWatchedFilesParams, _> = parsed(params);
                let changes = params.map(|params| params.changes).unwrap_or_default();
                self.reread(changes.iter().map(|change| change.uri.as_str().to_owned()))
            }
            _ => Vec::new(),
        }
    }

    /// Asks the client to say when a lock changes.
    fn watch(&self) -> Vec<Effect> {
        if !self.client.watches {
            return Vec::new();
        }
        let watchers = json!({"watchers": [{"globPattern": "**/mesh.lock"}]});
        let method = "workspace/didChangeWatchedFiles";
        let one = json!({"id": "mesh.lock", "method": method, "registerOptions": watchers});
        let params = json!({"registrations": [one]});
        vec![Effect::Send(Reply::Request(1, "client/registerCapability", params))]
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) -> Vec<Effect> {
        let document = params.text_document;
        let uri = document.uri.as_str().to_owned();
        if !is_lock(&uri) && !is_document(&uri, &document.language_id) {
            return Vec::new();
        }
        let file = File::new(&uri, document.version, document.text, self.client.encoding);
        self.files.insert(uri.clone(), file);
        if is_lock(&uri) {
            self.relocked(&uri);
            return Vec::new();
        }
        self.changed.insert(uri.clone());
        self.reread(std::iter::once(lock_uri(&uri)))
    }

    fn edited(&mut self, params: DidChangeTextDocumentParams) -> Vec<Effect> {
        let uri = params.text_document.uri.as_str().to_owned();
        if let Some(file) = self.files.remove(&uri) {
            let file = file.edited(params.text_document.version, params.content_changes);
            self.files.insert(uri.clone(), file);
            if is_lock(&uri) {
                self.relocked(&uri);
            } else {
                self.changed.insert(uri);
            }
        }
        Vec::new()
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) -> Vec<Effect> {
        let uri = params.text_document.uri.as_str();
        if self.files.remove(uri).is_none() {
            return Vec::new();
        }
        self.changed.remove(uri);
        if is_lock(uri) {
            self.relocked(uri);
            return self.reread(std::iter::once(uri.to_owned()));
        }
        let lock = lock_uri(uri);
        let mut effects = vec![Effect::Send(diagnostics::none(uri))];
        if self.of_lock(&lock).next().is_none() {
            self.locks.remove(&lock);
            effects.push(Effect::Send(diagnostics::none(&lock)));
        }
        effects
    }

    /// Asks for the locks of open documents, but for those that are open themselves.
    fn reread(&self, uris: impl Iterator<Item = String>) -> Vec<Effect> {
        let wanted = |uri: &String| {
            is_lock(uri) && !self.files.contains_key(uri) && self.of_lock(uri).next().is_some()
        };
        uris.filter(wanted).map(Effect::Read).collect()
    }

    /// The documents that a lock is beside.
    fn of_lock<'s>(&'s self, lock: &'s str) -> impl Iterator<Item = &'s String> {
        self.files.keys().filter(move |uri| !is_lock(uri) && lock_uri(uri) == lock)
    }

    /// Forgets what followed from a lock.
    fn relocked(&mut self, lock: &str) {
        let of_it: Vec<String> = self.of_lock(lock).cloned().collect();
        for uri in of_it {
            if let Some(file) = self.files.get_mut(&uri) {
                file.relocked();
            }
            self.changed.insert(uri);
        }
    }

    /// The lock beside a document: as the editor has it, or as it was read.
    fn lock_of(&self, uri: &str) -> Lock {
        let lock = lock_uri(uri);
        match self.files.get(&lock) {
            Some(open) => Lock::Text(Rc::clone(&open.source)),
            None => self.locks.get(&lock).cloned().unwrap_or_default(),
        }
    }

    /// Answers from an open document; what is not open has no answer.
    pub(super) fn view<T>(&self, uri: &str, answer: impl FnOnce(View<'_>) -> T) -> Option<T> {
        let file = self.files.get(uri).filter(|_| !is_lock(uri))?;
        let lock = self.lock_of(uri);
        Some(answer(View { file, lock: &lock, client: &self.client }))
    }

    /// The diagnostics of what changed, and of the locks beside.
    fn publish(&mut self) -> Vec<Effect> {
        let changed = std::mem::take(&mut self.changed);
        let mut effects = Vec::new();
        for uri in &changed {
            effects.extend(self.view(uri, |view| Effect::Send(diagnostics::of_document(view))));
        }
        let locks: BTreeSet<String> = changed.iter().map(|uri| lock_uri(uri)).collect();
        for lock in &locks {
            let of_lock = self.of_lock(lock).filter_map(|uri| self.view(uri, diagnostics::of_lock));
            let mut found: Vec<_> = of_lock.flatten().collect();
            found.dedup();
            let version = self.files.get(lock).map(|file| file.version);
            effects.push(Effect::Send(diagnostics::published(lock, version, found)));
        }
        effects
    }
}

/// Whether a file is a lock, by its name.
fn is_lock(uri: &str) -> bool {
    name(uri) == LOCK
}

/// Whether a file is a document: by its name, or because the editor calls its language so.
fn is_document(uri: &str, language: &str) -> bool {
    name(uri).ends_with("mesh.toml") || language == "mesh-toml"
}

/// The lock beside a document.
pub(super) fn lock_uri(uri: &str) -> String {
    let path = uri.split(['?', '#']).next().unwrap_or(uri);
    format!("{}{LOCK}", path.strip_suffix(name(uri)).unwrap_or(path))
}

/// Parameters of a method.
pub(super) fn parsed<T: DeserializeOwned>(params: Value) -> Result<T, (Code, String)> {
    serde_json::from_value(params).map_err(|error| (Code::Params, error.to_string()))
}
