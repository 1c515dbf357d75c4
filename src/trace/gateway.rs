//! A call at a gateway: which of its servers takes it, and where it goes on to.

use std::collections::BTreeMap;

use super::follow::{Journey, Proxy, Wire, name_of, only};
use super::guard::{self, Arrival};
use super::object::{self, Object, Server};
use super::route;
use super::world::Side;
use super::{Branch, How, Step, What, Who};
use crate::kinds::Kind;
use crate::mesh::ClusterId;

/// What a server does with a call.
enum Takes {
    /// It passes it on unread, by the name and port of its SNI.
    Unread(String, u16),
    /// It reads it.
    Read,
}

impl<'w> Journey<'w, '_> {
    /// The call at a gateway that is reached at an address.
    pub(super) fn enter(
        &self,
        (cluster, side): (ClusterId, Side),
        (address, port): (&str, u16),
        wire: &Wire,
    ) -> Step {
        let own = &self.world.mesh()[cluster];
        let place = match side {
            Side::In => own.gateway.as_ref().map(|own| (&own.namespace, &own.selector)),
            Side::Out => own.egress.as_ref().map(|own| (&own.namespace, &own.selector)),
        };
        let Some((namespace, selector)) = place else {
            return Step::dead(format!("{} has no such gateway", own.name));
        };
        let proxy = Proxy { cluster, namespace: Some(namespace) };
        let found = self.server(cluster, selector, port, wire);
        let refused = if self.call.down.contains(&cluster) {
            Some(format!("{} is down", own.name))
        } else if wire.passed.contains(&(cluster, side)) {
            Some(format!("the call comes back to a gateway of {}: it loops", own.name))
        } else if found.is_none() {
            let what = wire.sni.clone().unwrap_or_else(|| format!("Host {}", self.call.host));
            Some(format!("the gateway of {} does not let in {what}", own.name))
        } else {
            None
        };
        let mut wire = wire.clone();
        wire.passed.push((cluster, side));
        let how = match &found {
            Some((_, Takes::Unread(..))) => wire.sni.clone().map_or(How::Plain, How::Passed),
            _ => wire.how(),
        };
        let mut object = found.as_ref().map(|(gateway, _)| name_of(cluster, gateway));
        // Only what a gateway reads has an end there, and so an identity.
        let arrival = Arrival {
            cluster,
            gateway: Some(selector),
            sni: wire.sni.as_deref().unwrap_or_default(),
            port,
        };
        let verdict = guard::verdict(self, &arrival, &self.call.host);
        let mut who = Who::Everyone;
        let to = match (refused, found) {
            (Some(why), _) => vec![only(Step::dead(why))],
            (None, Some((_, Takes::Unread(host, number)))) => {
                self.behind(proxy, &host, number, &wire)
            }
            (None, Some((_, Takes::Read))) if verdict.refused.is_some() => {
                let why = verdict.refused.unwrap_or_default();
                object = verdict.object;
                vec![only(Step::dead(format!("the gateway refuses it: {why}")))]
            }
            (None, Some((gateway, Takes::Read))) => {
                who = verdict.who;
                let gateway = format!("{}/{}", gateway.id.namespace, gateway.id.name);
                wire.sni = None;
                self.read(proxy, &gateway, port, &wire)
            }
            (None, None) => Vec::new(),
        };
        Step {
            what: What::Gateway {
                cluster,
                egress: side == Side::Out,
                selector: selector.clone(),
                at: (address.to_owned(), port),
                how,
                who,
            },
            object,
            place: None,
            to,
        }
    }

    /// The server that takes the call.
    fn server(
        &self,
        cluster: ClusterId,
        selector: &BTreeMap<String, String>,
        port: u16,
        wire: &Wire,
    ) -> Option<(Object<'w, object::Gateway>, Takes)> {
        let all: Vec<Object<'w, object::Gateway>> =
            object::mentioning(self.world.tree(cluster), Kind::Gateway, "servers");
        let own = all.into_iter().filter(|gateway| gateway.spec.selector == *selector);
        for gateway in own {
            let servers = gateway.spec.servers.iter().filter(|server| server.port.number == port);
            if let Some(takes) = servers.into_iter().find_map(|server| self.takes(server, wire)) {
                return Some((gateway, takes));
            }
        }
        None
    }

    fn takes(&self, server: &Server, wire: &Wire) -> Option<Takes> {
        let has = |host: &str| server.hosts.iter().any(|own| own == host);
        let mode = server.tls.as_ref().map(|tls| tls.mode.as_str());
        match (mode, &wire.sni) {
            (Some("AUTO_PASSTHROUGH"), Some(sni)) => {
                let (number, host) = sni.strip_prefix("outbound_.")?.split_once("_._.")?;
                let number = number.parse().ok()?;
                has(host).then(|| Takes::Unread(host.to_owned(), number))
            }
            (Some("ISTIO_MUTUAL"), Some(sni)) => has(sni).then_some(Takes::Read),
            (None, None) => has(&self.call.host).then_some(Takes::Read),
            _ => None,
        }
    }

    /// Where a gateway sends a call that it has read.
    fn read(&self, proxy: Proxy<'w>, gateway: &str, port: u16, wire: &Wire) -> Vec<Branch> {
        let host = &self.call.host;
        let routes = self.world.routes(proxy.cluster, host, proxy.namespace, Some(gateway));
        let taken =
            routes.as_ref().and_then(|routes| route::taken(&routes.spec, true, self.call, port));
        let Some(taken) = taken else {
            return vec![only(Step::dead(format!("no route of the gateway takes Host {host}")))];
        };
        let mut branches = Vec::new();
        for (to, share) in taken.to {
            let number = to.destination.port.map_or(port, |port| port.number);
            for branch in self.behind(proxy, &to.destination.host, number, wire) {
                branches.push(Branch { share: share * branch.share, ..branch });
            }
        }
        branches
    }
}
