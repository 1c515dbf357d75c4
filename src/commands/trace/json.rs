//! A call for programs: one object, whose schema is `schemas/trace.schema.json`.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::commands::input::Input;
use crate::mesh::{ClusterId, Mesh};
use crate::report::json::{FORMAT_VERSION, TOOL, Tool, pretty};
use crate::span::Span;
use crate::trace::{self, Call, How, ObjectName, Outcome, Pods, What, Who};

#[derive(Serialize)]
struct Document<'d> {
    format_version: &'static str,
    tool: Tool,
    command: &'static str,
    from: From<'d>,
    host: &'d str,
    port: u16,
    down: Vec<&'d str>,
    arrives: bool,
    reached: Vec<Reached<'d>>,
    lost: Option<Lost<'d>>,
    trace: Step<'d>,
}

#[derive(Serialize)]
struct From<'d> {
    cluster: &'d str,
    namespace: Option<&'d str>,
    account: Option<&'d str>,
}

/// Where calls arrive; the share is of all calls, 0 to 1.
#[derive(Serialize)]
struct Reached<'d> {
    share: f64,
    cluster: &'d str,
    #[serde(flatten)]
    pods: Target<'d>,
    port: u16,
    through: Vec<&'d str>,
}

/// A Kubernetes Service, or else the pods of a namespace with some labels.
#[derive(Serialize)]
struct Target<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    labels: Option<&'d BTreeMap<String, String>>,
}

#[derive(Serialize)]
struct Lost<'d> {
    share: f64,
    why: &'d str,
}

#[derive(Serialize)]
struct Step<'d> {
    kind: &'static str,
    #[serde(flatten)]
    what: Words<'d>,
    object: Option<Object<'d>>,
    from: Option<Place>,
    to: Vec<Branch<'d>>,
}

/// What a step says besides; which keys are there depends on its kind.
#[derive(Default, Serialize)]
struct Words<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    does: Option<&'d [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cluster: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    egress: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pods: Option<Target<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<&'d str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only: Option<&'d [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'d str>,
}

#[derive(Serialize)]
struct Object<'d> {
    cluster: &'d str,
    kind: &'static str,
    namespace: &'d str,
    name: &'d str,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
}

#[derive(Serialize)]
struct Branch<'d> {
    turn: usize,
    share: f64,
    step: Step<'d>,
}

pub(super) fn written(
    call: &Call,
    step: &trace::Step,
    outcome: &Outcome<'_>,
    input: &Input,
    mesh: &Mesh,
) -> String {
    let name = |id: ClusterId| mesh[id].name.as_str();
    let reached = outcome.reached.iter().filter_map(|arrival| {
        let What::Pods { cluster, pods, port, .. } = &arrival.step.what else { return None };
        Some(Reached {
            share: rounded(arrival.share),
            cluster: name(*cluster),
            pods: target(pods),
            port: *port,
            through: arrival.through.iter().map(|id| name(*id)).collect(),
        })
    });
    pretty(&Document {
        format_version: FORMAT_VERSION,
        tool: TOOL,
        command: "trace",
        from: From {
            cluster: name(call.from.cluster),
            namespace: call.from.namespace.as_deref(),
            account: call.from.account.as_deref(),
        },
        host: &call.host,
        port: call.port,
        down: call.down.iter().map(|id| name(*id)).collect(),
        arrives: outcome.lost.is_none(),
        reached: reached.collect(),
        lost: outcome.lost.map(|(share, why)| Lost { share: rounded(share), why }),
        trace: written_step(step, input, mesh),
    })
}

fn written_step<'d>(step: &'d trace::Step, input: &Input, mesh: &'d Mesh) -> Step<'d> {
    let branch = |branch: &'d trace::Branch| Branch {
        turn: branch.turn,
        share: rounded(branch.share),
        step: written_step(&branch.step, input, mesh),
    };
    let object = |object: &'d ObjectName| Object {
        cluster: &mesh[object.cluster].name,
        kind: object.kind.word(),
        namespace: &object.namespace,
        name: &object.name,
    };
    let (kind, what) = words(&step.what, mesh);
    Step {
        kind,
        what,
        object: step.object.as_ref().map(object),
        from: step.place.map(|span| place(span, input)),
        to: step.to.iter().map(branch).collect(),
    }
}

fn words<'d>(what: &'d What, mesh: &'d Mesh) -> (&'static str, Words<'d>) {
    let none = Words::default();
    match what {
        What::Name { host, address, protocol } => {
            let address = address.map(|address| address.to_string());
            ("name", Words { host: Some(host), address, protocol: Some(protocol), ..none })
        }
        What::Route { number: (number, _), done } => {
            ("route", Words { number: Some(*number), does: Some(done), ..none })
        }
        What::By { host } => ("host", Words { host: Some(host), ..none }),
        What::Gateway { cluster, egress, at: (address, port), how, who, .. } => {
            let (tls, sni) = tls(how);
            let cluster = Some(mesh[*cluster].name.as_str());
            let (address, port) = (Some(address.clone()), Some(*port));
            let (egress, only) = (Some(*egress), only(who));
            let words = Words { address, port, cluster, egress, tls, sni, only, ..none };
            ("gateway", words)
        }
        What::Pods { cluster, pods, port, how, who } => {
            let (tls, sni) = tls(how);
            let cluster = Some(mesh[*cluster].name.as_str());
            let (pods, port, only) = (Some(target(pods)), Some(*port), only(who));
            ("pods", Words { port, cluster, pods, tls, sni, only, ..none })
        }
        What::Dead { why } => ("dead", Words { why: Some(why), ..none }),
    }
}

fn only(who: &Who) -> Option<&[String]> {
    match who {
        Who::Everyone => None,
        Who::Only(some) => Some(some),
    }
}

fn tls(how: &How) -> (Option<&'static str>, Option<&str>) {
    match how {
        How::Mutual(sni) => (Some("mutual"), Some(sni)),
        How::Passed(sni) => (Some("passed"), Some(sni)),
        How::Plain => (Some("none"), None),
    }
}

fn target(pods: &Pods) -> Target<'_> {
    match pods {
        Pods::Of(host) => Target { service: Some(host), namespace: None, labels: None },
        Pods::With(namespace, labels) => {
            Target { service: None, namespace: Some(namespace), labels: Some(labels) }
        }
    }
}

fn place(span: Span, input: &Input) -> Place {
    let source = input.sources().of(span.file);
    let line = source.position(span.range().start).line;
    Place { file: source.path().to_owned(), line }
}

/// A share with six digits, so that the same bytes come of it everywhere.
fn rounded(share: f64) -> f64 {
    (share * 1e6).round() / 1e6
}
