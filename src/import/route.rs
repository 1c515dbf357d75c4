//! Routes of a drafted service: which calls go to which clusters and versions.
//!
//! Enters and leaves: plain data, as `services.NAME.routes` of a document has it. None of it knows Istio's or TOML's form.

/// A route.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RouteDraft {
    /// Whose calls it takes, as a document writes callers; everyone's where there is none.
    pub from: Vec<String>,
    /// Which calls it takes.
    pub matches: MatchDraft,
    /// Where they go.
    pub to: Vec<ToDraft>,
    /// How long a call may take.
    pub timeout: Option<String>,
    /// How often a failed call is tried again.
    pub retries: Option<RetriesDraft>,
}

/// Which calls a route takes: all that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchDraft {
    /// The path.
    pub path: Option<TextDraft>,
    /// The method.
    pub method: Option<String>,
    /// Headers, by name.
    pub headers: Vec<(String, TextDraft)>,
    /// Query parameters, by name.
    pub query_params: Vec<(String, TextDraft)>,
    /// The name of the port.
    pub port: Option<String>,
}

/// How a text is matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextDraft {
    /// As a whole.
    Exact(String),
    /// What it begins with.
    Prefix(String),
    /// By a regular expression.
    Regex(String),
}

/// A destination; with neither cluster nor version it is wherever the name leads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToDraft {
    /// The cluster.
    pub cluster: Option<String>,
    /// The version.
    pub version: Option<String>,
    /// Its share in per cent; none of a lone one.
    pub weight: Option<u64>,
}

/// How often a failed call is tried again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RetriesDraft {
    /// So often.
    pub attempts: u64,
    /// How long each may take.
    pub per_try: Option<String>,
    /// On what.
    pub on: Option<String>,
}
