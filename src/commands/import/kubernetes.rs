//! `cwc import kubernetes`.

use clap::Parser;

use super::{Answer, Common, Failure, Machine, answer, check_cluster, source};
use crate::import::Notes;
use crate::import::kubernetes::{self, Wanted};

/// Reads the Services of one cluster, as kubectl prints them in YAML or JSON
///
/// The Service of the gateway for calls from other clusters is found by its port 15443 and its pods' label `istio`. With the Nodes in the same list
/// their region and zone are taken; with `ServiceExports`, only the services that they name.
#[derive(Debug, Parser)]
#[command(
    after_help = "Example:\n  $ kubectl get services -A -o yaml | cwc import kubernetes --cluster east > mesh.toml\n  $ kubectl --context west get services,nodes -A -o yaml | cwc import kubernetes --cluster west --merge"
)]
pub(super) struct Args {
    /// What kubectl printed; `-` for the standard input
    #[arg(value_name = "FILE", default_value = "-")]
    printed: String,
    /// The name that the cluster has in mesh.toml
    #[arg(long, value_name = "NAME")]
    cluster: String,
    /// Take this namespace only; may be said several times [default: all but kube-* and istio-*]
    #[arg(short, long, value_name = "NAMESPACE")]
    namespace: Vec<String>,
    /// Where other clusters reach the cluster's gateway; may be said several times [default: as its Service says]
    #[arg(long, value_name = "ADDRESS")]
    gateway: Vec<String>,
    /// Say also by which labels and at which ports pods are chosen
    #[arg(long)]
    pods: bool,
    #[command(flatten)]
    into: super::Into,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    check_cluster(&args.cluster)?;
    let source = source(&args.printed, machine)?;
    let wanted = Wanted {
        cluster: args.cluster.clone(),
        namespaces: args.namespace.clone(),
        gateway: args.gateway.clone(),
        pods: args.pods,
    };
    let mut notes = Notes::default();
    let draft = kubernetes::read(&source, &wanted, &mut notes);
    answer(draft, notes, &args.into, common, machine)
}
