//! How a call goes, hop by hop, through what a build writes.
//!
//! Enters: the compiled fleet ([`World`]) and a [`Call`]. Leaves: a [`Step`], the tree of everything that may become of it. The objects are read
//! back from their text and followed as Istio and Envoy do, so an answer is not what the document means but what the output does; the plan is
//! asked for nothing but the line that a route stands in.

mod discovery;
mod follow;
mod gateway;
mod guard;
mod object;
mod pool;
mod route;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use crate::kinds::Kind;
use crate::mesh::ClusterId;
use crate::span::Span;

pub use follow::follow;
pub use world::World;

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub from: Caller,
    /// The name that is called.
    pub host: String,
    /// The port.
    pub port: u16,
    /// What is asked, where it is HTTP.
    pub request: Request,
    /// The clusters whose gateways and pods do not answer.
    pub down: BTreeSet<ClusterId>,
}

/// Who calls.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The cluster.
    pub cluster: ClusterId,
    /// The namespace, where it matters.
    pub namespace: Option<String>,
    /// The service account, where it matters.
    pub account: Option<String>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path, with a query after `?`.
    pub path: String,
    /// Headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
}

/// One step of a call, and where it goes on to.
#[derive(Clone, Debug)]
pub struct Step {
    /// What happens.
    pub what: What,
    /// The object that makes it so.
    pub object: Option<ObjectName>,
    /// The place in the document that it comes from.
    pub place: Option<Span>,
    /// Where the call goes on to; empty where it ends.
    pub to: Vec<Branch>,
}

/// One of the ways that a step leads to.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its turn: 0 while all is well, 1 when that fails, and so on.
    pub turn: usize,
    /// Its share of the calls that come to the step, as things stand: 0 to 1.
    pub share: f64,
    /// The way.
    pub step: Step,
}

/// An object of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectName {
    /// The cluster.
    pub cluster: ClusterId,
    /// The kind.
    pub kind: Kind,
    /// The namespace.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// The name resolves, and its address finds an entry.
    Name {
        /// The name.
        host: String,
        /// Its address.
        address: Option<Ipv4Addr>,
        /// What the port speaks, as Istio says it.
        protocol: String,
    },
    /// A route takes the call.
    Route {
        /// Which of the routes for the port, from 1, and of how many.
        number: (usize, usize),
        /// What it does besides.
        done: Vec<String>,
    },
    /// The call goes on by another name.
    By {
        /// The name.
        host: String,
    },
    /// A gateway takes the call.
    Gateway {
        /// Its cluster.
        cluster: ClusterId,
        /// Whether calls leave by it, rather than enter.
        egress: bool,
        /// The labels of its pods.
        selector: BTreeMap<String, String>,
        /// Where it is reached.
        at: (String, u16),
        /// How the call comes.
        how: How,
        /// Who may call so; everyone where the call passes unread.
        who: Who,
    },
    /// The call arrives.
    Pods {
        /// Their cluster.
        cluster: ClusterId,
        /// Who they are.
        pods: Pods,
        /// Where they are reached: the Service's port, or the pods' own.
        port: u16,
        /// How the call comes.
        how: How,
        /// Who may call them so.
        who: Who,
    },
    /// The call goes no further.
    Dead {
        /// Why.
        why: String,
    },
}

/// Which pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pods {
    /// Those of a Kubernetes Service.
    Of(String),
    /// Those of a namespace with these labels.
    With(String, BTreeMap<String, String>),
}

/// How a call comes to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// In mutual TLS that ends at the place, with this SNI.
    Mutual(String),
    /// In mutual TLS that the place passes on unread, by this SNI.
    Passed(String),
    /// In plain text.
    Plain,
}

/// Who may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everyone.
    Everyone,
    /// These identities; `*` stands for anything.
    Only(Vec<String>),
}

/// What becomes of all calls of a kind.
#[derive(Clone, Debug, Default)]
pub struct Outcome<'s> {
    /// Where they arrive, with the share of the calls and the gateways on the way.
    pub reached: Vec<Arrival<'s>>,
    /// The share that goes nowhere, and the first reason.
    pub lost: Option<(f64, &'s str)>,
}

/// Where calls arrive.
#[derive(Clone, Debug)]
pub struct Arrival<'s> {
    /// The last step.
    pub step: &'s Step,
    /// The share of the calls, above 0.
    pub share: f64,
    /// The clusters whose gateways they pass, in order; an egress gateway is its cluster's, too.
    pub through: Vec<ClusterId>,
}

impl Call {
    /// The Host that clients send: with the port, unless it is HTTP's own.
    fn authority(&self) -> String {
        match self.port {
            80 => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }
}

impl Step {
    fn dead(why: String) -> Self {
        Self { what: What::Dead { why }, object: None, place: None, to: Vec::new() }
    }

    /// Whether some of the calls that come here are answered.
    fn answers(&self) -> bool {
        match self.what {
            What::Pods { .. } => true,
            What::Dead { .. } => false,
            _ => self.to.iter().any(|branch| branch.share > 0.0 && branch.step.answers()),
        }
    }

    /// What becomes of all calls.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'_> {
        let mut outcome = Outcome::default();
        self.add_to(&mut outcome, 1.0, &[]);
        outcome
    }

    fn add_to<'s>(&'s self, outcome: &mut Outcome<'s>, share: f64, through: &[ClusterId]) {
        match &self.what {
            What::Pods { .. } => {
                let same = |arrival: &&mut Arrival<'_>| {
                    arrival.step.what == self.what && arrival.through == through
                };
                if let Some(arrival) = outcome.reached.iter_mut().find(same) {
                    arrival.share += share;
                } else {
                    let through = through.to_vec();
                    outcome.reached.push(Arrival { step: self, share, through });
                }
                return;
            }
            What::Dead { why } => {
                let (sum, first) = outcome.lost.unwrap_or((0.0, why));
                outcome.lost = Some((sum + share, first));
                return;
            }
            _ => {}
        }
        let mut through = through.to_vec();
        if let What::Gateway { cluster, .. } = self.what {
            through.push(cluster);
        }
        for branch in self.to.iter().filter(|branch| branch.share > 0.0) {
            branch.step.add_to(outcome, share * branch.share, &through);
        }
    }
}
