//! `DestinationRule`: how a caller's sidecar makes a call to a name: with mutual TLS, which SNI, and when it turns elsewhere.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Serialize, Serializer};

use super::{Kind, Manifest, Spec};
use crate::mesh::{Entry, Name, Outlier, Port, passthrough_sni};
use crate::plan::{Choice, Order, Ports, Relay, ServicePlan, Stand, Target};
use crate::span::Span;

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
    outlier_detection: Option<OutlierDetection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<ClientTls<'p>>,
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

/// The rule for a name as callers use it; `None` where its calls pass no gateway and there is nothing to choose.
///
/// Where no call passes a gateway, no SNI is said: a pod's sidecar, the cluster's own or one of the same network, does not look at it, and mutual
/// TLS comes of the endpoint's label.
pub(super) fn for_callers<'p>(
    service: &'p ServicePlan<'_>,
    name: &'p Name,
) -> Option<Manifest<'p>> {
    let sni_name = service.sni_name.as_deref();
    if sni_name.is_none() && service.choice.order == Order::Single {
        return None;
    }
    let tls = |port: &Port| client_tls(service, name, sni_name?, port);
    let (ports, seen_by) = (&Ports::All, service.seen_by());
    Some(manifest(service, ports, &name.host, seen_by, name.span, &service.choice, tls))
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

/// The rule for a name that is not the callers' own; `None` where there is nothing to choose and nothing to say of the SNI. What gateways pass on is
/// TLS already, so nothing else is said of it.
pub(super) fn for_relay<'p>(
    service: &'p ServicePlan<'_>,
    relay: &'p Relay<'_>,
) -> Option<Manifest<'p>> {
    let Stand::Ways(choice) = &relay.stand else { return None };
    if choice.order == Order::Single && relay.sni_name.is_none() {
        return None;
    }
    let namespaces = service.relay_seen_by(relay);
    let tls = |port: &Port| {
        let sni = Some(Cow::Owned(passthrough_sni(port.number, relay.sni_name?)));
        Some(ClientTls { mode: "ISTIO_MUTUAL", sni })
    };
    let (ports, span) = (&relay.ports, relay.origin(service.service));
    Some(manifest(service, ports, &relay.name, namespaces, span, choice, tls))
}

fn manifest<'p>(
    service: &'p ServicePlan<'_>,
    ports: &Ports,
    host: &'p str,
    export_to: Vec<&'p str>,
    origin: Span,
    choice: &'p Choice<'_>,
    tls: impl Fn(&Port) -> Option<ClientTls<'p>>,
) -> Manifest<'p> {
    // With outlier detection Istio sets Envoy's panic threshold to 0, so a lone endpoint would be cut off altogether
    // (`pilot/pkg/networking/core/cluster_traffic_policy.go`, `applyOutlierDetection`).
    let outlier = || match choice.order {
        Order::Single => None,
        Order::Ranked(_) | Order::Shared(_) => Some(outlier_detection(&service.service.outlier)),
    };
    let policy = |port: &Port| PortTrafficPolicy {
        port: PortSelector { number: port.number },
        load_balancer: load_balancer(&choice.order),
        outlier_detection: outlier(),
        tls: tls(port),
    };
    let ports = ports.of(service.service);
    let port_level_settings = ports.map(|(_, port)| policy(port)).collect();
    Manifest {
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
    }
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

/// A duration as protobuf's JSON writes it: seconds, with a fraction where there is one.
pub(super) fn seconds<S: Serializer>(
    duration: &Duration,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match duration.subsec_millis() {
        0 => serializer.collect_str(&format_args!("{}s", duration.as_secs())),
        millis => serializer.collect_str(&format_args!("{}.{millis:03}s", duration.as_secs())),
    }
}
