//! `mesh.toml` as written: one file a table, every value with its place.
//!
//! Enters: a [`Source`]. Leaves: a [`Document`]; problems go to the report, and what could be read is kept, so reading never fails.
//! Never holds defaults or resolved names: `mesh::resolve` adds those. The field tables here also make the JSON schema and the
//! reference, so a key exists in all of them or in none.

mod allow;
mod cluster;
mod duplicate;
mod existing;
mod field;
mod gateway;
mod keepalive;
mod lint;
mod outlier;
mod outline;
mod pool;
mod port;
mod read;
mod route;
mod service;
mod settings;
pub mod sketch;
mod statement;
mod syntax;
mod value;

pub use allow::Allow;
pub use cluster::ClusterTable;
pub use existing::{ExistingGatewayTable, ExistingTable, ReservedTable};
pub use field::{Choice, Field, Shape, Table, Text};
pub use gateway::GatewayTable;
pub use keepalive::KeepaliveTable;
pub use lint::LintTable;
pub use outlier::OutlierTable;
pub use outline::Outline;
pub use pool::PoolTable;
pub use port::PortTable;
pub use read::{Key, Reader, Value};
pub use route::{
    DestinationTable, EditsTable, FaultShare, FaultTable, HeadersTable, MatchTable, MirrorTable,
    Pattern, RetriesTable, RewriteTable, RouteTable,
};
pub use service::{BackendTable, PreferValue, ServiceTable};
pub use settings::SettingsTable;
pub(crate) use syntax::parse;
pub use value::{Address, Caller, IstioVersion};

use toml::de::DeTable;

use crate::report::Report;
use crate::rules::{missing_key, no_clusters};
use crate::source::Source;
use crate::span::{File, Span, Spanned};

/// The whole file.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// `[mesh]`.
    pub mesh: SettingsTable,
    /// `[defaults]`.
    pub defaults: ServiceTable,
    /// `[clusters.*]`, in the order of the file.
    pub clusters: Vec<(Spanned<String>, ClusterTable)>,
    /// `[services.*]`, in the order of the file.
    pub services: Vec<(Spanned<String>, ServiceTable)>,
    /// `[existing]`.
    pub existing: ReservedTable,
    /// `[lint]`.
    pub lint: LintTable,
    /// The comments that allow a warning in one place.
    pub allows: Vec<Allow>,
    /// Whether a part of the text could not be read, so that what seems to be missing may stand there.
    pub broken: bool,
}

/// The top level's keys.
pub static ROOT: Table = Table {
    name: "mesh.toml",
    doc: "One document describes every cluster of the fleet and every service that is called across them.",
    fields: &[
        Field::new("mesh", Shape::Table(&settings::TABLE), "What holds for the whole fleet."),
        Field::new(
            "defaults",
            Shape::Table(&service::DEFAULTS),
            "Values for every service that does not say its own.",
        ),
        Field::new(
            "clusters",
            Shape::Map(Text::Name, &Shape::Table(&cluster::TABLE)),
            "The clusters, each under its name.",
        ),
        Field::new(
            "services",
            Shape::Map(Text::Name, &Shape::Table(&service::TABLE)),
            "The services, each under a name of its own.",
        ),
        Field::new(
            "existing",
            Shape::Table(&existing::OF_FLEET),
            "What somebody else uses already.",
        ),
        Field::new("lint", Shape::Table(&lint::TABLE), "Which warnings are not wanted."),
    ],
};

/// Every table of the document, the file itself first.
#[must_use]
pub fn all_tables() -> Vec<&'static Table> {
    fn visit(shape: &'static Shape, tables: &mut Vec<&'static Table>) {
        match shape {
            Shape::Table(table) if !tables.iter().any(|known| std::ptr::eq(*known, *table)) => {
                tables.push(table);
                table.fields.iter().for_each(|field| visit(&field.shape, tables));
            }
            Shape::List(inner) | Shape::Map(_, inner) => visit(inner, tables),
            Shape::OneOf(shapes) => shapes.iter().for_each(|shape| visit(shape, tables)),
            _ => {}
        }
    }
    let mut tables = vec![&ROOT];
    ROOT.fields.iter().for_each(|field| visit(&field.shape, &mut tables));
    tables
}

impl Document {
    /// Reads a document; every problem of the text goes to `report`.
    pub fn parse(source: &Source, report: &mut Report) -> Self {
        let read = syntax::parse(source, File::Mesh, report, Self::read);
        let document = read.unwrap_or_else(|| Self { broken: true, ..Self::default() });
        Self { allows: allow::read(source.text()), ..document }
    }

    fn read(root: &DeTable<'_>, broken: bool, report: &mut Report) -> Self {
        let start = Spanned::new("mesh.toml".to_owned(), Span::new(File::Mesh, 0..0));
        let mut reader = Reader::root(&ROOT, &start, root, report);
        let document = Self {
            mesh: reader.get("mesh", settings::read).unwrap_or_default(),
            defaults: reader.get("defaults", service::read_defaults).unwrap_or_default(),
            clusters: reader
                .get("clusters", |value, report| value.tables(report, cluster::read))
                .unwrap_or_default(),
            services: reader
                .get("services", |value, report| value.tables(report, service::read))
                .unwrap_or_default(),
            existing: reader.get("existing", existing::read).unwrap_or_default(),
            lint: reader.get("lint", lint::read).unwrap_or_default(),
            allows: Vec::new(),
            broken,
        };
        if document.broken {
            report.retain(|found| found.rule.code != missing_key::RULE.code);
        } else if document.clusters.is_empty() {
            report.push(no_clusters::found(start.span));
        }
        document
    }
}
