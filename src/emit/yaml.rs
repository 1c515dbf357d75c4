//! The only YAML writer of cwc: a value that serde can walk enters, one document in block style
//! leaves.
//!
//! The generated files are committed and read by Kubernetes, whose reader (`sigs.k8s.io/yaml`)
//! speaks YAML 1.1: it takes a plain `yes` for a boolean and `1_000` for a number. The general YAML
//! crates write YAML 1.2 and leave such strings plain, so cwc owns its writer, and with it every
//! byte of the output.
//!
//! The form is the one `kubectl get -o yaml` prints: two spaces a level, list items at the indent
//! of their key, `{}` and `[]` for what is empty, nothing folded. Strings differ on purpose:
//! `scalar` says how. Maps keep the order in which they are walked, and a `None` that the type does
//! not skip is `null`. An enum variant that holds data is a map of one entry, as in JSON:
//! Kubernetes has no use for YAML tags.

mod collection;
mod node;
mod scalar;

use std::fmt;

use serde::Serialize;

/// Why a value has no YAML form that Kubernetes could read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Raw bytes: JSON, and so Kubernetes, has no such type.
    Bytes,
    /// A map key that is not a string.
    Key,
    /// A float that is infinite or not a number.
    Float,
    /// More nesting than the readers accept.
    Depth,
    /// What the value's own `Serialize` reported.
    Custom(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Error::Bytes => "raw bytes have no form in Kubernetes YAML",
            Error::Key => "a map key is not a string",
            Error::Float => "a float is infinite or not a number",
            Error::Depth => "maps and lists are nested too deeply",
            Error::Custom(message) => message,
        })
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::Custom(message.to_string())
    }
}

/// Appends `value` to `out` as one YAML document, without `---` and with a final newline.
///
/// # Errors
///
/// When the value has no form that Kubernetes reads back unchanged; `out` is then as it was before.
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut String) -> Result<(), Error> {
    let start = out.len();
    let written = value.serialize(node::Node::document(out));
    if written.is_err() {
        out.truncate(start);
    }
    written
}
