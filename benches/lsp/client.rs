//! A client of `cwc lsp`: requests enter, and how long the answers took leaves.

use std::io::{BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use cwc::lsp::wire::LONGEST;
use serde_json::{Value, json};
use std::io::{BufRead as _, Read as _};

pub struct Client {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    uri: String,
    id: u64,
    version: u64,
    opened: Instant,
}

impl Client {
    /// Starts the server and opens a document.
    pub fn start(file: &Path, text: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_cwc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (to, from) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let uri = format!("file://{}", file.display());
        let from = BufReader::new(from);
        let mut client = Self { process, to, from, uri, id: 0, version: 1, opened: Instant::now() };
        client.answer("initialize", &json!({"capabilities": {}}));
        client.say(&json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}));
        let document = json!({"uri": client.uri, "languageId": "toml", "version": 1, "text": text});
        client.opened = Instant::now();
        client.tell("textDocument/didOpen", &json!({"textDocument": document}));
        client
    }

    /// How long the first diagnostics took.
    pub fn diagnosed(&mut self) -> Duration {
        self.await_diagnostics(1).duration_since(self.opened)
    }

    /// Types a comment at the end, letter by letter; how long its diagnostics took.
    pub fn typed(&mut self, line: usize, run: usize) -> Duration {
        let text = if run.is_multiple_of(40) { "\n#" } else { "x" };
        self.change(line, 0, text)
    }

    /// Types a quote in the middle of a value, and takes it out again; how long the diagnostics of the first took.
    pub fn broken(&mut self, line: usize, _: usize) -> Duration {
        let time = self.change_range(line, [14, 14], "\"");
        self.change_range(line, [14, 15], "");
        time
    }

    fn change(&mut self, line: usize, character: usize, text: &str) -> Duration {
        self.change_range(line, [character, character], text)
    }

    fn change_range(&mut self, line: usize, [start, end]: [usize; 2], text: &str) -> Duration {
        self.version += 1;
        let range = json!({
            "start": {"line": line, "character": start}, "end": {"line": line, "character": end},
        });
        let document = json!({"uri": self.uri, "version": self.version});
        let changes = json!([{"range": range, "text": text}]);
        let began = Instant::now();
        self.tell(
            "textDocument/didChange",
            &json!({"textDocument": document, "contentChanges": changes}),
        );
        self.await_diagnostics(self.version).duration_since(began)
    }

    /// Asks for something of the document; how long the answer took.
    pub fn asked(&mut self, method: &str, params: &Value) -> Duration {
        let mut params = params.clone();
        params["textDocument"] = json!({"uri": self.uri});
        let began = Instant::now();
        let (answer, heard) = self.answer(&format!("textDocument/{method}"), &params);
        let time = heard.duration_since(began);
        assert!(answer.get("result").is_some(), "{method}: {answer}");
        time
    }

    /// Ends the conversation as the protocol has it.
    pub fn end(mut self) {
        self.answer("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        assert!(self.process.wait().unwrap().success());
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.say(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn answer(&mut self, method: &str, params: &Value) -> (Value, Instant) {
        self.id += 1;
        let id = json!(self.id);
        self.say(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let (message, heard) = self.hear();
            if message.get("id") == Some(&id) {
                return (message, heard);
            }
        }
    }

    fn await_diagnostics(&mut self, version: u64) -> Instant {
        loop {
            let (message, heard) = self.hear();
            if message["params"]["uri"] == self.uri && message["params"]["version"] == version {
                return heard;
            }
        }
    }

    fn say(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.to.flush().unwrap();
    }

    /// The next message, and when its last byte came: to read it is the client's work.
    fn hear(&mut self) -> (Value, Instant) {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "the server is gone");
            match line.trim().split_once(": ") {
                Some((_, value)) => length = value.parse::<u64>().unwrap().min(LONGEST),
                None => break,
            }
        }
        let mut bytes = Vec::new();
        (&mut self.from).take(length).read_to_end(&mut bytes).unwrap();
        let heard = Instant::now();
        (serde_json::from_slice(&bytes).unwrap(), heard)
    }
}
