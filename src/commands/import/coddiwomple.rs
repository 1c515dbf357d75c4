//! `cwc import coddiwomple`.

use clap::Parser;

use super::{Answer, Common, Failure, Machine, answer, source};
use crate::import::{Notes, coddiwomple};

/// Reads Coddiwomple's clusters.json and services.json
#[derive(Debug, Parser)]
#[command(
    after_help = "Example:\n  $ cwc import coddiwomple --cluster-file clusters.json --service-file services.json > mesh.toml"
)]
pub(super) struct Args {
    /// The file of clusters
    #[arg(long, value_name = "FILE", default_value = "clusters.json")]
    cluster_file: String,
    /// The file of services
    #[arg(long, value_name = "FILE", default_value = "services.json")]
    service_file: String,
    #[command(flatten)]
    into: super::Into,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let clusters = source(&args.cluster_file, machine)?;
    let services = source(&args.service_file, machine)?;
    let mut notes = Notes::default();
    let draft = coddiwomple::read(&clusters, &services, &mut notes);
    answer(draft, notes, &args.into, common, machine)
}
