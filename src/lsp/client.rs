//! What a client can do, as it said in `initialize`.

use lsp_types::{ClientCapabilities, InitializeParams};

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
    /// As it said.
    #[must_use]
    pub fn of(params: &InitializeParams) -> Self {
        let ClientCapabilities { text_document, general, workspace, .. } = &params.capabilities;
        let text = text_document.as_ref();
        let offered = general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let item = text.and_then(|text| text.completion.as_ref()?.completion_item.as_ref());
        let symbols = text.and_then(|text| text.document_symbol.as_ref());
        let watched = workspace.as_ref().and_then(|all| all.did_change_watched_files.as_ref());
        let options = params.initialization_options.as_ref();
        let docs = options.and_then(|options| options.get("docs")?.as_str());
        Self {
            encoding: Encoding::of(offered.unwrap_or_default()),
            snippets: item.and_then(|item| item.snippet_support).unwrap_or_default(),
            related: text
                .and_then(|text| text.publish_diagnostics.as_ref()?.related_information)
                .unwrap_or_default(),
            nested_symbols: symbols
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)
                .unwrap_or_default(),
            watches: watched.and_then(|watched| watched.dynamic_registration).unwrap_or_default(),
            docs: docs.filter(|docs| docs.contains("://")).map(str::to_owned),
        }
    }
}
