//! What a client can do, as it said in `initialize`.
//!
//! Enters: the parameters, of which only what matters here is looked at: to read all that a client may say of itself would be the larger part of the
//! server's code. Leaves: [`Client`].

use lsp_types::PositionEncodingKind;
use serde_json::Value;

use super::lines::Encoding;

/// What a client can do.
#[derive(Clone, Debug, Default)]
pub struct Client {
    /// What positions count.
    pub encoding: Encoding,
    /// Whether completions may have places to fill in.
    pub snippets: bool,
    /// Whether a diagnostic may name further places.
    pub related: bool,
    /// Whether symbols may have symbols within.
    pub nested_symbols: bool,
    /// Whether it watches files for the server.
    pub watches: bool,
    /// The page of the diagnostics, if the client says where that is to be found.
    pub docs: Option<String>,
}

impl Client {
    /// As it said; what cannot be read, it did not say.
    #[must_use]
    pub fn of(params: &Value) -> Self {
        let said = |way: &str| params.pointer(way);
        let can = |way: &str| said(way).and_then(Value::as_bool).unwrap_or_default();
        let offered = said("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let offered = offered.into_iter().flatten().filter_map(Value::as_str);
        let offered: Vec<_> =
            offered.map(|kind| PositionEncodingKind::from(kind.to_owned())).collect();
        let docs = said("/initializationOptions/docs").and_then(Value::as_str);
        let text = "/capabilities/textDocument";
        Self {
            encoding: Encoding::of(&offered),
            snippets: can(&format!("{text}/completion/completionItem/snippetSupport")),
            related: can(&format!("{text}/publishDiagnostics/relatedInformation")),
            nested_symbols: can(&format!(
                "{text}/documentSymbol/hierarchicalDocumentSymbolSupport"
            )),
            watches: can("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
            docs: docs.filter(|docs| docs.contains("://")).map(str::to_owned),
        }
    }
}
