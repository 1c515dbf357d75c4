//! `DestinationRule`: how a caller's sidecar makes a call to a name: with mutual TLS, which SNI, and when it turns elsewhere.

mod connection_pool;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::duration::seconds;
use super::{Kind, Manifest, Spec};
use crate::mesh::{Entry, Name, Outlier, Port, passthrough_sni};
use crate::plan::{CallPolicy, Order, Ports, Relay, ServicePlan, Stand, Target};
use crate::span::Span;
use connection_pool::{ConnectionPool, Seen};

/// `DestinationRule`'s specification, as far as it is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DestinationRule<'p> {
    host: &'p str,
    traffic_policy: TrafficPolicy<'p>,
    export_to: Vec<&'p str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TrafficPolicy<'p> {
    port_level_settings: Vec<PortTrafficPolicy<'p>>,
}

/// A port's policy inherits nothing from the one above it, so each port says everything.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PortTrafficPolicy<'p> {
    port: PortSelector,
    #[serde(skip_serializing_if = "Option::is_none")]
    load_balancer: Option<LoadBalancer<'p>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_pool: Option<ConnectionPool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlier_detection: Option<OutlierDetection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<ClientTls<'p>>,
}

impl PortTrafficPolicy<'_> {
    /// Whether it says anything of its port.
    fn says(&self) -> bool {
        let Self { port: _, load_balancer, connection_pool, outlier_detection, tls } = self;
        load_balancer.is_some()
            || connection_pool.is_some()
            || outlier_detection.is_some()
            || tls.is_some()
    }
}

#[derive(Debug, Serialize)]
struct PortSelector {
    number: u16,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LoadBalancer<'p> {
    locality_lb_setting: LocalityLbSetting<'p>,
}

#[derive(Debug, Serialize)]
struct LocalityLbSetting<'p> {
    #[serde(skip_serializing_if = "Option::is_none")]
    distribute: Option<[Distribute; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failover: Option<[FailoverRule<'p>; 1]>,
    enabled: bool,
}

#[derive(Debug, Serialize)]
struct Distribute {
    from: &'static str,
    to: BTreeMap<String, u32>,
}

#[derive(Debug, Serialize)]
struct FailoverRule<'p> {
    from: &'p str,
    to: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OutlierDetection {
    consecutive_gateway_errors: u32,
    /// 0 switches off the count of an application's own 5xx answers, which are no reason to leave a cluster.
    consecutive_5xx_errors: u32,
    #[serde(serialize_with = "seconds")]
    interval: Duration,
    #[serde(serialize_with = "seconds")]
    base_ejection_time: Duration,
    /// Envoy's own default of 10 per cent would eject nothing where few endpoints are, so nothing would fail over
    /// (`pilot/pkg/networking/core/cluster_traffic_policy.go` passes it on only if it is set).
    max_ejection_percent: u32,
}

#[derive(Debug, Serialize)]
struct ClientTls<'p> {
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<Cow<'p, str>>,
}

/// The rule for a name as callers use it; `None` where its calls pass no gateway, there is nothing to choose and nothing is said of them.
///
/// Where no call passes a gateway, no SNI is said: a pod's sidecar, the cluster's own or one of the same network, does not look at it, and mutual
/// TLS comes of the endpoint's label.
pub(super) fn for_callers<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    let sni_name = service.sni_name.as_deref();
    if service.choice.ways.is_empty() {
        return None;
    }
    let calls = |port: &Port| PortCalls {
        tls: sni_name.and_then(|sni_name| client_tls(service, name, sni_name, port)),
        seen: if port.protocol.is_http() { Seen::Requests } else { Seen::Connections },
    };
    let (order, policy) = (&service.choice.order, service.policy(&service.choice));
    let ports = port_policies(service, &Ports::All, order, &policy, calls);
    manifest(service, ports, &name.host, service.seen_by(), name.span)
}

/// How a call to a port is made.
///
/// A gateway that ends mutual TLS knows the name itself, by the SNI first and then by the Host. In plain text there is no SNI; where the cluster
/// has a backend of its own, or reaches one at its address, nothing is said, so that each endpoint's label decides and calls within the cluster
/// or the network keep their mutual TLS.
fn client_tls<'p>(
    service: &ServicePlan<'_>,
    name: &'p Name,
    sni_name: &str,
    port: &Port,
) -> Option<ClientTls<'p>> {
    let mutual = |sni| Some(ClientTls { mode: "ISTIO_MUTUAL", sni: Some(sni) });
    let mutual_too = |target: &Target<'_>| matches!(target, Target::Local(_) | Target::Direct(_));
    let local = || service.choice.ways.iter().any(|way| mutual_too(&way.target));
    match service.entry {
        Entry::Terminate if service.entry.reads(port) => mutual(Cow::Borrowed(&name.host)),
        Entry::Plaintext if local() => None,
        Entry::Plaintext => Some(ClientTls { mode: "DISABLE", sni: None }),
        Entry::Passthrough | Entry::Terminate => {
            mutual(Cow::Owned(passthrough_sni(port.number, sni_name)))
        }
    }
}

/// The rule for a name that is not the callers' own; `None` where there is nothing to choose and nothing is said. What gateways pass on is TLS already,
/// so nothing is said of that, and they see no requests; sidecars that routes send there do.
pub(super) fn for_relay<'p>(
    service: &'p ServicePlan<'_>,
    relay: &'p Relay<'_>,
) -> Option<Manifest<'p>> {
    let order = match &relay.stand {
        Stand::Ways(choice) => &choice.order,
        Stand::Pods(..) => &Order::Single,
    };
    let namespaces = service.relay_seen_by(relay);
    let calls = |port: &Port| PortCalls {
        tls: relay.sni_name.map(|sni_name| ClientTls {
            mode: "ISTIO_MUTUAL",
            sni: Some(Cow::Owned(passthrough_sni(port.number, sni_name))),
        }),
        seen: match relay.for_routes && port.protocol.is_http() {
            true if relay.sides.is_empty() => Seen::Requests,
            true => Seen::RequestsAndConnections,
            false => Seen::Connections,
        },
    };
    let ports = port_policies(service, &relay.ports, order, &service.policy_of(relay), calls);
    manifest(service, ports, &relay.name, namespaces, relay.origin(service.service))
}

/// How a proxy makes the calls to a port.
struct PortCalls<'p> {
    tls: Option<ClientTls<'p>>,
    seen: Seen,
}

/// What is said of ports. One of which nothing is said has no place in a rule: an empty policy is not admitted
/// (`pkg/config/validation/validation.go`, `validatePortTrafficPolicies`).
fn port_policies<'p>(
    service: &ServicePlan<'_>,
    ports: &Ports,
    order: &'p Order<'_>,
    policy: &CallPolicy<'_>,
    calls: impl Fn(&Port) -> PortCalls<'p>,
) -> Vec<PortTrafficPolicy<'p>> {
    let settings = |(_, port): (usize, &Port)| {
        let PortCalls { tls, seen } = calls(port);
        PortTrafficPolicy {
            port: PortSelector { number: port.number },
            load_balancer: load_balancer(order),
            connection_pool: ConnectionPool::new(policy, seen, port.protocol.is_http2()),
            outlier_detection: policy.outlier.map(outlier_detection),
            tls,
        }
    };
    ports.of(service.service).map(settings).filter(PortTrafficPolicy::says).collect()
}

/// The rule; `None` where nothing is said of any port.
fn manifest<'p>(
    service: &'p ServicePlan<'_>,
    port_level_settings: Vec<PortTrafficPolicy<'p>>,
    host: &'p str,
    export_to: Vec<&'p str>,
    origin: Span,
) -> Option<Manifest<'p>> {
    if port_level_settings.is_empty() {
        return None;
    }
    Some(Manifest {
        kind: Kind::DestinationRule,
        namespace: service.home,
        name: Cow::Borrowed(host),
        labels: &[],
        spec: Spec::DestinationRule(DestinationRule {
            host,
            traffic_policy: TrafficPolicy { port_level_settings },
            export_to,
        }),
        origin,
    })
}

fn load_balancer<'p>(order: &'p Order<'_>) -> Option<LoadBalancer<'p>> {
    let mut setting = LocalityLbSetting { distribute: None, failover: None, enabled: true };
    match order {
        Order::Single => return None,
        Order::Ranked(failover) => {
            setting.failover = failover.map(|rule| [FailoverRule { from: rule.from, to: rule.to }]);
        }
        Order::Shared(shares) => {
            let to = shares.iter().map(|(region, percent)| (format!("{region}/*"), *percent));
            setting.distribute = Some([Distribute { from: "*", to: to.collect() }]);
        }
    }
    Some(LoadBalancer { locality_lb_setting: setting })
}

fn outlier_detection(outlier: &Outlier) -> OutlierDetection {
    OutlierDetection {
        consecutive_gateway_errors: outlier.errors,
        consecutive_5xx_errors: 0,
        interval: outlier.interval,
        base_ejection_time: outlier.eject,
        max_ejection_percent: outlier.max_percent,
    }
}
