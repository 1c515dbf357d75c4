//! `cwc lsp`: the language server's ends, where messages are read and written and locks are read.
//!
//! A conversation, so what is said goes out at once and not with the [`Answer`]: the one command that writes while it runs.

use std::io::{self, BufReader};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::thread;

use clap::Parser;

use super::{Answer, Status};
use crate::disk::{self, Failure, Read};
use crate::lsp::file::Lock;
use crate::lsp::wire::{Code, Message, Reply};
use crate::lsp::{Effect, Event, Server};
use crate::percent;

/// So many messages wait to be answered; a client that sends more waits itself.
const WAITING: usize = 256;

/// Speaks with an editor about mesh.toml, by the Language Server Protocol over standard input and output
///
/// Diagnostics as you type, completion, hover, go to definition, references, rename, quick fixes, formatting and symbols; docs/editors.md says how
/// editors are told of it. Reads the mesh.lock beside a document and nothing else, and writes no file.
#[derive(Debug, Parser)]
#[command(
    after_help = "Example (Helix, languages.toml):\n  [language-server.cwc]\n  command = \"cwc\"\n  args = [\"lsp\"]"
)]
pub(super) struct Args {
    /// Speak over standard input and output; there is no other way
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(_: &Args) -> Result<Answer, Failure> {
    let (sender, said) = sync_channel(WAITING);
    // It ends with the client's last byte, or with this process.
    thread::spawn(move || {
        let mut from = BufReader::new(io::stdin());
        loop {
            let message = match Message::read(&mut from) {
                Ok(Some(message)) => Ok(message),
                Ok(None) => break,
                Err(error) => Err(error.to_string()),
            };
            let lost = message.is_err();
            if sender.send(message).is_err() || lost {
                break;
            }
        }
    });
    let status = converse(&said)?;
    Ok(Answer::new(if status == 0 { Status::Good } else { Status::No }))
}

/// Speaks until the end; the status that the protocol asks for.
fn converse(said: &Receiver<Result<Message, String>>) -> Result<u8, Failure> {
    let mut server = Server::new();
    let mut idle = false;
    loop {
        let next = match said.try_recv() {
            Err(TryRecvError::Empty) if idle => said.recv().map_err(|_| TryRecvError::Disconnected),
            other => other,
        };
        let event = match next {
            Ok(Ok(message)) => Event::Said(message),
            Ok(Err(why)) => {
                // Where the next message begins is not known any more.
                send(&Reply::Refusal(serde_json::Value::Null, Code::Parse, why.clone()))?;
                return Err(Failure::new(format!("cannot read what the client says: {why}")));
            }
            Err(TryRecvError::Empty) => Event::Idle,
            // The client is gone without a word.
            Err(TryRecvError::Disconnected) => return Ok(1),
        };
        idle = matches!(event, Event::Idle);
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in server.take(event) {
                match effect {
                    Effect::Send(reply) => send(&reply)?,
                    Effect::Read(uri) => {
                        let lock = lock(&uri);
                        events.push(Event::Read(uri, lock));
                    }
                    Effect::Exit(status) => return Ok(status),
                }
            }
        }
    }
}

fn send(reply: &Reply) -> Result<(), Failure> {
    reply
        .write(&mut io::stdout().lock())
        .map_err(|error| Failure::new(format!("the client does not listen any more: {error}")))
}

/// The lock at a URI; absent where it is no file's, or cannot be read.
fn lock(uri: &str) -> Lock {
    let Some(path) = path(uri) else { return Lock::Absent };
    match disk::read_lock(&path, "mesh.lock") {
        Ok(Some(Read::Source(source))) => Lock::Text(Rc::new(source)),
        Ok(Some(Read::NotText(_, report))) => Lock::Unreadable(report),
        Ok(None) | Err(_) => Lock::Absent,
    }
}

/// The file of a `file:` URI.
fn path(uri: &str) -> Option<PathBuf> {
    let path = percent::decoded(uri.strip_prefix("file://")?)?;
    let path = path.get(path.find('/')?..)?;
    // `/c:/mesh` is `c:/mesh` where disks have letters.
    let letter = cfg!(windows) && path.get(2..3) == Some(":");
    Some(PathBuf::from(if letter { path.trim_start_matches('/') } else { path }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uri_becomes_a_path() {
        assert_eq!(path("file:///a/b%20%C3%BC/mesh.lock"), Some(PathBuf::from("/a/b ü/mesh.lock")));
        assert_eq!(path("file://localhost/a/mesh.lock"), Some(PathBuf::from("/a/mesh.lock")));
        for uri in ["untitled:mesh.toml", "file:///a%2", "file:///%ff%fe", "file://nowhere"] {
            assert_eq!(path(uri), None, "{uri}");
        }
    }
}
