//! `cwc import istio`.

use clap::Parser;

use super::{Answer, Common, Failure, Machine, answer, check_cluster, pair, source};
use crate::import::{Notes, istio};

/// Reads hand-written Istio resources of several clusters, of the recipe for replicated control planes
///
/// `ServiceEntries` of names below `global` become services, the gateways that they call become the clusters'. What the compiler generates anyway is
/// dropped, and everything else that is not carried over is said.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc import istio east=east.yaml west=west.yaml > mesh.toml")]
pub(super) struct Args {
    /// A cluster and the file of what is applied to it
    #[arg(value_name = "CLUSTER=FILE", required = true, value_parser = pair)]
    clusters: Vec<(String, String)>,
    /// Where other clusters reach a cluster's gateway; once for each address
    #[arg(long, value_name = "CLUSTER=ADDRESS", value_parser = pair)]
    gateway: Vec<(String, String)>,
    #[command(flatten)]
    into: super::Into,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    for (cluster, _) in args.clusters.iter().chain(&args.gateway) {
        check_cluster(cluster)?;
    }
    let read = |(cluster, file): &(String, String)| Ok((cluster.clone(), source(file, machine)?));
    let sources: Vec<_> = args.clusters.iter().map(read).collect::<Result<_, Failure>>()?;
    let mut notes = Notes::default();
    let draft = istio::read(&sources, &args.gateway, &mut notes);
    answer(draft, notes, &args.into, common, machine)
}
