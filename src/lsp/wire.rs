//! Messages on the wire: JSON-RPC 2.0 behind a header with its length.
//!
//! Enters: bytes of a client. Leaves: [`Message`]s, or what is to be said of bytes that are none. A message is read up to a limit, so that no header can
//! ask for all memory, and one that is no JSON is answered and passed over: the next one may be sound. Ids come back as they came.

use std::io::{self, BufRead, Read as _, Write};

use serde_json::{Value, json};

/// The longest message, in bytes: a document of the largest size, each byte of it escaped, and room for the rest.
pub const LONGEST: u64 = 64 * 1024 * 1024;
/// The longest line of a header, in bytes.
const HEADER: u64 = 4096;

/// The protocol's codes for what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// It is no JSON.
    Parse = -32700,
    /// It is no message, or comes at the wrong time.
    Request = -32600,
    /// Nothing of this name is known.
    Method = -32601,
    /// Its parameters are not those of its method.
    Params = -32602,
    /// `initialize` was not asked yet.
    NotInitialized = -32002,
    /// It was understood, and cannot be done.
    Failed = -32803,
}

/// What a client says.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// It wants an answer.
    Request(Value, String, Value),
    /// It wants none.
    Notification(String, Value),
    /// It answers.
    Response(Value),
    /// It cannot be read: what to say of it.
    Unreadable(Code, String),
}

/// What the server says.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The answer to the request of an id, as JSON already: it may be long.
    Answer(Value, String),
    /// No answer to the request of an id, and why.
    Refusal(Value, Code, String),
    /// Something that wants no answer.
    Notification(&'static str, Value),
    /// Something that wants an answer: id, method, parameters.
    Request(u32, &'static str, Value),
}

impl Message {
    /// The message of a JSON value.
    #[must_use]
    pub fn of(mut value: Value) -> Self {
        let mut taken = |key: &str| value.get_mut(key).map(Value::take);
        let (id, method, params) = (taken("id"), taken("method"), taken("params"));
        let params = params.unwrap_or_default();
        match (id, method) {
            (Some(id @ (Value::Number(_) | Value::String(_))), Some(Value::String(method))) => {
                Self::Request(id, method, params)
            }
            (None, Some(Value::String(method))) => Self::Notification(method, params),
            (Some(id), None) => Self::Response(id),
            _ => Self::Unreadable(Code::Request, "this is no message of JSON-RPC".to_owned()),
        }
    }

    /// Reads the next message; `None` at the end.
    ///
    /// # Errors
    /// Where what follows cannot be told apart from what comes next.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let Some(length) = length(from)? else { return Ok(None) };
        let mut bytes = Vec::new();
        from.take(length).read_to_end(&mut bytes)?;
        if (bytes.len() as u64) < length {
            return Ok(None);
        }
        Ok(Some(match serde_json::from_slice(&bytes) {
            Ok(value) => Self::of(value),
            Err(error) => Self::Unreadable(Code::Parse, error.to_string()),
        }))
    }
}

/// The length that a header says; `None` at the end.
fn length(from: &mut impl BufRead) -> io::Result<Option<u64>> {
    let bad = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if from.take(HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let Some(line) = line.strip_suffix('\n') else {
            return Err(bad("a header without end".to_owned()));
        };
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Err(bad(format!("`{line}` is no header")));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            length = Some(value.trim().parse::<u64>().map_err(|error| bad(error.to_string()))?);
        }
    }
    match length {
        Some(length @ 0..=LONGEST) => Ok(Some(length)),
        Some(length) => Err(bad(format!("a message of {length} bytes; at most {LONGEST}"))),
        None => Err(bad("no Content-Length".to_owned())),
    }
}

impl Reply {
    /// As it is sent.
    #[must_use]
    pub fn json(&self) -> String {
        let message = match self {
            Self::Answer(id, result) => {
                return format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{result}}}");
            }
            Self::Refusal(id, code, message) => {
                let error = json!({"code": *code as i32, "message": message});
                json!({"jsonrpc": "2.0", "id": id, "error": error})
            }
            Self::Notification(method, params) => {
                json!({"jsonrpc": "2.0", "method": method, "params": params})
            }
            Self::Request(id, method, params) => {
                json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
            }
        };
        message.to_string()
    }

    /// Writes it.
    ///
    /// # Errors
    /// Where nobody reads.
    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let text = self.json();
        write!(to, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<Vec<Message>> {
        let mut from = text.as_bytes();
        let mut all = Vec::new();
        while let Some(message) = Message::read(&mut from)? {
            all.push(message);
        }
        Ok(all)
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn messages_follow_each_other() {
        let text = framed(r#"{"id": "a", "method": "m", "params": [1]}"#)
            + "content-type: x\r\nCONTENT-LENGTH:14\r\n\r\n{\"method\":\"n\"}"
            + &framed(r#"{"id": 99999999999, "result": null}"#);
        let expected = [
            Message::Request(json!("a"), "m".to_owned(), json!([1])),
            Message::Notification("n".to_owned(), Value::Null),
            Message::Response(json!(99_999_999_999_u64)),
        ];
        assert_eq!(read(&text).unwrap(), expected);
    }

    #[test]
    fn what_is_no_message_is_said_and_the_next_one_is_read() {
        let deep = "[".repeat(100_000);
        for body in ["{", "", "\u{0}", &deep, "[]", "7", r#"{"id": {}, "method": "m"}"#] {
            let text = framed(body) + &framed(r#"{"method": "n"}"#);
            let all = read(&text).unwrap();
            assert!(matches!(all[0], Message::Unreadable(..)), "{:?}", all[0]);
            assert_eq!(all[1], Message::Notification("n".to_owned(), Value::Null));
        }
    }

    #[test]
    fn a_header_cannot_ask_for_all_memory() {
        for length in ["18446744073709551615", "99999999999", "-1", "x"] {
            assert!(read(&format!("Content-Length: {length}\r\n\r\n")).is_err(), "{length}");
        }
        assert!(read(&"x".repeat(10_000)).is_err());
        assert!(read("nothing\r\n\r\n").is_err());
        assert!(read("\r\n").is_err());
    }

    #[test]
    fn the_end_within_a_message_is_the_end() {
        assert_eq!(read("Content-Length: 9\r\n\r\n{}").unwrap(), []);
        assert_eq!(read("").unwrap(), []);
    }

    #[test]
    fn a_reply_can_be_read_again() {
        let mut bytes = Vec::new();
        Reply::Answer(json!("a"), "{}".to_owned()).write(&mut bytes).unwrap();
        assert_eq!(
            Message::read(&mut bytes.as_slice()).unwrap(),
            Some(Message::Response(json!("a")))
        );
    }
}
