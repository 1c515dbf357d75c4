//! `cwc graph`: the fleet as a drawing.

use std::collections::BTreeSet;

use clap::{Parser, ValueEnum};

use super::input::{self, Input, Locked};
use super::{Answer, Common, Machine, Status};
use crate::disk::Failure;
use crate::graph::{self, dot, mermaid, svg};
use crate::report::{suggest, text};

/// Draws who calls whom: clusters, names, and over what the calls go
///
/// Clusters that call alike are one box, and so are services that run in the same clusters and are entered alike. Which cluster is called first, shares
/// and routes are not drawn.
#[derive(Debug, Parser)]
#[command(after_help = "Example:\n  $ cwc graph --format svg > mesh.svg")]
pub(super) struct Args {
    /// The services to draw, by the keys of their tables [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    /// What the drawing is written as
    #[arg(long, value_name = "FORMAT", default_value = "mermaid")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A flowchart for Markdown on GitHub and GitLab
    Mermaid,
    /// A digraph for Graphviz
    Dot,
    /// A picture for browsers, which needs nothing else
    Svg,
}

pub(super) fn run(args: &Args, common: &Common, machine: &Machine) -> Result<Answer, Failure> {
    let path = input::find(common, machine)?;
    let input = Input::read(&path, machine, Locked::Beside)?;
    let mut answer = Answer::new(Status::Good);
    let Some(mesh) = &input.checked.mesh else {
        answer.stderr = format!(
            "{}{}: {}\n",
            input.drawn(machine),
            input.source.path(),
            text::footer(&input.checked.report)
        );
        answer.status = Status::Failed;
        return Ok(answer);
    };
    let known = || mesh.mesh().services.iter().map(|service| service.key.as_str());
    let wanted: BTreeSet<&str> = args.services.iter().map(String::as_str).collect();
    if let Some(unknown) = wanted.iter().find(|key| !known().any(|known| known == **key)) {
        let failure = Failure::new(format!("there is no service `{unknown}`"));
        return Err(failure.maybe_help(suggest::help(unknown, "services", known())));
    }
    let graph = graph::draw(mesh, &wanted);
    answer.stdout = match args.format {
        Format::Mermaid => mermaid::write(&graph),
        Format::Dot => dot::write(&graph),
        Format::Svg => svg::write(&graph),
    };
    Ok(answer)
}
