//! A server on this machine that answers as GitHub's does when comments of a pull request are asked for and written.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// What it was asked.
#[derive(Debug)]
pub(crate) struct Asked {
    /// The method and the path.
    pub line: String,
    pub token: String,
    pub body: String,
}

pub(crate) struct Server {
    pub address: String,
    thread: JoinHandle<Vec<Asked>>,
}

impl Server {
    /// Comments of others, the action's own behind them if it is there, and whether the token may write.
    pub(crate) fn start(others: usize, mine: bool, allowed: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let thread = std::thread::spawn(move || {
            let mut all = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().unwrap();
                let asked = read(&stream);
                if asked.line == "STOP /" {
                    return all;
                }
                let (status, body) = match asked.line.split_once(' ').unwrap() {
                    ("GET", path) => ("200 OK", page(path, others, mine)),
                    _ if allowed => ("200 OK", "{}".to_owned()),
                    _ => (
                        "403 Forbidden",
                        "{\"message\":\"Resource not accessible by integration\"}".to_owned(),
                    ),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
                all.push(asked);
            }
        });
        Self { address, thread }
    }

    /// All that it was asked.
    pub(crate) fn stop(self) -> Vec<Asked> {
        let mut stream = TcpStream::connect(self.address.trim_start_matches("http://")).unwrap();
        stream.write_all(b"STOP / HTTP/1.1\r\n\r\n").unwrap();
        self.thread.join().unwrap()
    }
}

/// A page of a hundred comments.
fn page(path: &str, others: usize, mine: bool) -> String {
    let number: usize = path.rsplit_once("&page=").unwrap().1.parse().unwrap();
    assert_eq!(path, format!("/repos/acme/mesh/issues/7/comments?per_page=100&page={number}"));
    // Somebody quotes the marker, which makes the comment nobody's.
    let other =
        |id: usize| serde_json::json!({ "id": 1000 + id, "body": "see <!-- cwc diff --> there" });
    let own = mine.then(|| serde_json::json!({ "id": 42, "body": "<!-- cwc diff -->\nold" }));
    let all: Vec<serde_json::Value> = (0..others).map(other).chain(own).collect();
    let page: Vec<_> = all.into_iter().skip((number - 1) * 100).take(100).collect();
    serde_json::to_string(&page).unwrap()
}

fn read(stream: &TcpStream) -> Asked {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let line = line.rsplit_once(' ').unwrap().0.to_owned();
    let (mut token, mut length) = (String::new(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => value.clone_into(&mut token),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Asked { line, token, body: String::from_utf8(body).unwrap() }
}
