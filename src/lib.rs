//! cwc compiles one `mesh.toml` into Istio configuration for many clusters, each with a control plane of its own.
//!
//! This page is the map of the code. What a user sees is in the README and in `docs/`.
//!
//! # The seams
//!
//! A document becomes files in steps, each a pure function with a type of its own; [`compile`] runs them, on one page. Read from top to bottom:
//!
//! | type | made by | promises | never holds |
//! |---|---|---|---|
//! | [`Source`](source::Source) | [`disk`] | a path to show and a text | parsed data |
//! | [`Document`](document::Document) | [`Document::parse`](document::Document::parse) | the file as written, every value with its place; partial where the text is broken | defaults, resolved names |
//! | [`Mesh`](mesh::Mesh) | [`mesh::resolve`] | the mesh as meant: names resolved, defaults applied, addresses given, all sorted | the order of the file, Istio's words |
//! | [`CheckedMesh`](rules::CheckedMesh) | [`rules::check`], nothing else | no error was found, in any step | anything new |
//! | [`Survey`](plan::Survey) | [`Survey::of`](plan::Survey::of) | for the fleet, which names arrive at which gateway | a cluster's own decisions |
//! | [`Plan`](plan::Plan) | [`plan::plan`], for one cluster | every decision for that cluster: ways, their order, what is let in | YAML, Istio's kinds |
//! | [`Manifest`](kinds::Manifest) | [`kinds`] | one resource: identity, typed specification, the place that it comes from | text |
//! | [`ClusterTree`](emit::tree::ClusterTree) | [`emit`] | relative paths, bytes, and which object stands where | a clock, a machine, absolute paths |
//! | [`Changes`](changes::Changes) | [`changes`] | objects and files that come, change and go | how they are shown |
//! | [`Step`](trace::Step) | [`trace::follow`] | everything that may become of a call, by the compiled objects | how it is drawn |
//! | [`Effect`](lsp::Effect)s | [`Server::take`](lsp::Server::take), of what an editor says | answers to it, and files to be read | files, threads |
//! | [`Risk`](risk::Risk)s | [`risk::judge`], for one cluster | what the changes may do, each of a class | clusters, places in the document |
//!
//! Problems go to a [`Report`](report::Report) that every step is handed; a step never stops at the first. Each problem is of a
//! [`Rule`](report::Rule), whose file in [`rules`] holds all that is said about it.
//!
//! # The modules
//!
//! | module | is |
//! |---|---|
//! | [`changes`] | what a build would change in a cluster's folder, object by object |
//! | [`commands`] | one file a verb: its arguments, whose comments are its help, and its run |
//! | [`compile`] | the pipeline on one page |
//! | [`disk`] | reading and writing files, and nothing else does |
//! | [`document`] | one file a table of `mesh.toml`: its keys as data, and the reader that follows them |
//! | [`emit`] | resources to bytes: the YAML writer and a cluster's files |
//! | [`fix`] | makes the edits that diagnostics carry, as long as the document gets no worse |
//! | [`format`](mod@format) | `mesh.toml` in its one form |
//! | [`graph`] | the fleet as a drawing: what is drawn, where it stands, and one file a way to write it |
//! | [`import`] | one file a foreign format: what it says of clusters and services, and how that becomes a document |
//! | [`kinds`] | one file a kind: its fields in the order of Istio's API, and how it follows from a plan |
//! | [`lsp`] | a language server, a pure function of what it is told; one file a capability |
//! | [`mesh`] | clusters, services, names and their addresses, as meant; `mesh.lock` |
//! | [`origin`] | which lines of the document a change comes from |
//! | [`percent`] | the `%` escapes of addresses |
//! | [`plan`] | one file a decision on what a cluster needs |
//! | [`reference`](mod@reference) | the JSON schema, the reference and the list of diagnostics, from the tables and the rules |
//! | [`report`] | diagnostics as plain data, and how they are drawn |
//! | [`risk`] | what a change may do to those who call, classed |
//! | [`rules`] | one file a diagnostic |
//! | [`source`] | a text and its lines |
//! | [`span`] | where a piece of text stands |
//! | [`trace`] | how a call goes through the compiled objects, as Istio and Envoy read them |
//! | `ui` | the server of `cwc ui`, its pages, and live clusters; absent without the feature of that name |
//!
//! # What is never so
//!
//! - Nothing but [`disk`] touches files, and nothing but `commands::machine` reads the environment; nobody reads a clock, and nothing
//!   but `ui` opens a connection: no command but `cwc ui` reaches it. `clippy.toml` bans the calls.
//! - Nothing but [`disk`] runs a program: git for `cwc diff --against`, and what opens a browser for `cwc ui --open`.
//! - No command prints: it returns an [`Answer`](commands::Answer), and `main` writes it. Only `cwc lsp` is a conversation, and writes as it goes.
//! - Reading a document never fails: what could be read is kept, and what follows from something broken is not reported again.
//! - No output depends on the order of the document's tables or of a hash: what is resolved is sorted, and hash maps are banned.
//! - A [`CheckedMesh`](rules::CheckedMesh) with an error in it cannot be made, so nothing behind it checks again.
//! - A kind sees the plan of its own cluster and never the document or the mesh's other clusters.
//! - No diagnostic's text stands outside [`rules`], and only [`report::text`] knows how one is drawn.
//! - No YAML leaves but by [`emit::yaml`], which writes nothing that a reader of YAML 1.1 could take for something else.
//! - No key of `mesh.toml` is ignored: `context` and `kubeconfig` are `cwc ui`'s, every other one is compiled.
//!
//! # Where new things go
//!
//! | new | file | and a line in | tests |
//! |---|---|---|---|
//! | diagnostic | `src/rules/NAME.rs` | `src/rules/mod.rs`, twice | `tests/rules/CODE-NAME/` |
//! | kind | `src/kinds/KIND.rs` | `src/kinds/mod.rs` | the trees of `tests/` and `examples/` |
//! | command | `src/commands/VERB.rs` | `src/commands/mod.rs`, twice | by the binary |
//! | key of a table | none: its field and its reader in `src/document/`, its meaning in `src/mesh/resolve/` | `docs/mesh-toml.md` shows an example | `tests/docs.rs` asks for it |
//!
//! `CWC_UPDATE=1 cargo test` rewrites what is generated and what tests expect; the difference is to be read before it is committed.

pub mod changes;
pub mod commands;
pub mod compile;
pub mod disk;
pub mod document;
pub mod emit;
pub mod fix;
pub mod format;
pub mod graph;
pub mod import;
pub mod kinds;
pub mod lsp;
pub mod mesh;
pub mod origin;
pub mod percent;
pub mod plan;
pub mod reference;
pub mod report;
pub mod risk;
pub mod rules;
pub mod source;
pub mod span;
pub mod trace;
#[cfg(feature = "ui")]
pub mod ui;
