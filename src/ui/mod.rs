//! The server of `cwc ui`: who may ask it what, and the pages that ask.
//!
//! Enters: requests of a browser on this machine. Leaves: the pages, which are part of the program, and what a [`Site`] answers; nothing here
//! knows what is asked about. It is built on hyper alone: the limits that keep it alive are hyper's, there are too few routes to need a router, and
//! `kube` brings hyper anyway.
//!
//! # What is never so
//!
//! - Nobody is answered who came by another name, from another page, or without the cookie that the printed address is exchanged for.
//! - No `GET` changes anything, here or elsewhere.
//! - No page holds a script or a style of its own, loads anything from elsewhere, or makes markup of a name.

mod added;
pub mod guard;
mod keys;
pub mod live;
mod pages;
mod serve;

pub use added::{Chosen, added};
pub use keys::Keys;
pub use serve::{Bound, bind};

/// A request that may be answered.
#[derive(Debug)]
pub struct Request {
    /// What is asked for, below `api/`, such as `changes`.
    pub path: String,
    /// The parts of the query, decoded.
    pub query: Vec<(String, String)>,
    /// What was sent; `None` for what only reads.
    pub body: Option<Vec<u8>>,
}

impl Request {
    /// A part of the query; empty where it is missing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// The media type.
    pub kind: &'static str,
    /// The content.
    pub body: Vec<u8>,
}

impl Reply {
    /// A text.
    #[must_use]
    pub fn text(status: u16, text: impl Into<String>) -> Self {
        Self { status, kind: "text/plain; charset=utf-8", body: text.into().into_bytes() }
    }

    /// A value for the pages' scripts.
    #[must_use]
    pub fn json(status: u16, value: &serde_json::Value) -> Self {
        Self { status, kind: "application/json", body: value.to_string().into_bytes() }
    }
}

/// What answers: it may take its time, and may be asked several things at once.
pub type Site = dyn Fn(&Request) -> Reply + Send + Sync;

/// What is told when somebody came with the printed address, which is of no use from then on.
pub type Entered = dyn Fn() + Send + Sync;
