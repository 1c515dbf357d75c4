//! `cwc trace`: how a call goes.

pub(super) mod draw;
mod json;

use std::collections::{BTreeMap, BTreeSet};

use clap::{Parser, ValueEnum};

use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status};
use crate::compile::Fleet;
use crate::disk::Failure;
use crate::mesh::{ClusterId, Mesh, Service};
use crate::report::Severity;
use crate::report::suggest;
use crate::trace::{Call, Caller, Request, World, follow};

/// Shows how a call goes, hop by hop, and by which lines of mesh.toml
///
/// What a build writes is followed as Istio and Envoy do: the name and its address, the route that takes the call, the endpoints in their
/// order with their shares, each gateway with what it knows the call by, the pods and who may call them.
/// Exit status: 0 every call arrives, 1 some or all do not, 2 the question could not be answered, as where mesh.toml is not valid.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  $ cwc trace west reviews.bookinfo.global
  $ cwc trace west/shop reviews.bookinfo.global:9080 --header end-user=jason
  $ cwc trace west reviews.bookinfo.global --down east")]
pub(super) struct Args {
    /// Who calls: a cluster, perhaps with namespace and service account
    #[arg(value_name = "CLUSTER[/NAMESPACE[/ACCOUNT]]")]
    from: String,
    /// The name that is called; the port may be left out where there is only one
    #[arg(value_name = "NAME[:PORT]")]
    to: String,
    /// A header of the request; repeatable
    #[arg(short = 'H', long, value_name = "NAME=VALUE", value_parser = header)]
    header: Vec<(String, String)>,
    /// The path of the request
    #[arg(long, default_value = "/")]
    path: String,
    /// The method of the request
    #[arg(long, default_value = "GET")]
    method: String,
    /// What if this cluster's gateways and pods do not answer; repeatable
    #[arg(long, value_name = "CLUSTER")]
    down: Vec<String>,
    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    format: Format,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A drawing for people
    Full,
    /// One object for programs; its schema is schemas/trace.schema.json
    Json,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let path = input::find(common, machine)?;
    let input = Input::read(&path, machine, Locked::Beside)?;
    let Some(mesh) = &input.checked.mesh else {
        let mut answer = Answer::new(Status::Failed);
        let errors = input.checked.report.count(Severity::Error);
        let counted = super::check::counted(errors, "error");
        answer.stderr = format!("{}{counted}, so nothing is traced\n", input.drawn(machine));
        return Ok(answer);
    };
    let call = args.call(mesh.mesh())?;
    let fleet = Fleet::new(mesh);
    let world = World::new(&fleet).map_err(|error| Failure::new(error.to_string()))?;
    let step = follow(&world, &call);
    let outcome = step.outcome();
    let arrives = outcome.lost.is_none();
    let mut answer = Answer::new(if arrives { Status::Good } else { Status::No });
    answer.stdout = match args.format {
        Format::Full => draw::drawn(&call, &step, &outcome, &input, mesh.mesh(), machine.stdout),
        Format::Json => json::written(&call, &step, &outcome, &input, mesh.mesh()),
    };
    Ok(answer)
}

impl Args {
    fn call(&self, mesh: &Mesh) -> Result<Call, Failure> {
        let mut caller = self.from.splitn(3, '/');
        let cluster = input::cluster(caller.next().unwrap_or_default(), mesh)?;
        let mut next = || caller.next().filter(|word| !word.is_empty()).map(str::to_owned);
        let (namespace, account) = (next(), next());
        let (host, port) = match self.to.rsplit_once(':') {
            None => (self.to.as_str(), None),
            Some((host, port)) => {
                let number = port.parse().ok().filter(|number| *number > 0);
                let failure = || Failure::new(format!("`{port}` is not a port: 1 to 65535"));
                (host, Some(number.ok_or_else(failure)?))
            }
        };
        let service = service_named(host, mesh)?;
        let port = port.map_or_else(|| only_port(host, service), Ok)?;
        let down: BTreeSet<ClusterId> =
            self.down.iter().map(|name| input::cluster(name, mesh)).collect::<Result<_, _>>()?;
        let headers: BTreeMap<String, String> = self.header.iter().cloned().collect();
        let (method, path) = (self.method.clone(), self.path.clone());
        let from = Caller { cluster, namespace, account };
        let request = Request { method, path, headers };
        Ok(Call { from, host: host.to_owned(), port, request, down })
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.trim().to_lowercase(), value.to_owned()))
}

fn service_named<'m>(host: &str, mesh: &'m Mesh) -> Result<&'m Service, Failure> {
    let own = |service: &&Service| service.names.iter().any(|name| name.host == host);
    mesh.services.iter().find(own).ok_or_else(|| {
        let failure = Failure::new(format!("no service is called `{host}`"));
        // A service's key, or the first part of its name, is what people have at hand.
        let meant =
            mesh.services.iter().find(|service| service.key == host || service.name == host);
        let name = meant.and_then(|service| service.names.first()).map(|name| name.host.as_str());
        let names = mesh.services.iter().flat_map(|service| &service.names);
        let near = || suggest::nearest(host, names.map(|name| name.host.as_str()));
        match name.or_else(near) {
            Some(guess) => failure.help(format!("did you mean `{guess}`?")),
            None => {
                failure.help("it is called by the whole name, such as `reviews.bookinfo.global`")
            }
        }
    })
}

fn only_port(host: &str, service: &Service) -> Result<u16, Failure> {
    match service.ports.as_slice() {
        [port] => Ok(port.number),
        ports => {
            let ports: Vec<String> =
                ports.iter().map(|port| format!("{} ({})", port.number, port.name)).collect();
            let failure = Failure::new(format!("`{host}` has several ports: {}", ports.join(", ")));
            Err(failure.help(format!("say which, as `{host}:PORT`")))
        }
    }
}
