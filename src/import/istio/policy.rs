//! `DestinationRule`s: outlier detection of a name is carried over, mutual TLS goes without saying, all else but the subsets that routes use is said.
//!
//! Enters: a rule, and the rules whose subsets became versions. Leaves: what it says of the services that its host means.

use super::super::{Item, Notes, OutlierDraft, ServiceDraft, Weight};
use super::subset::Used;
use super::{DOMAIN, Services, absolute, left_out, named};

/// Reads a rule into the services.
pub(super) fn read(
    object: &Item<'_>,
    cluster: &str,
    used: &Used,
    services: &mut Services,
    notes: &mut Notes,
) {
    let spec = object.get("spec");
    let host = spec.as_ref().and_then(|spec| spec.text_of("host"));
    let (Some(spec), Some(host)) = (spec, host) else {
        left_out(object, "it names no host", notes);
        return;
    };
    let host = absolute(host, object);
    let routed = used.contains(&(cluster.to_owned(), host.clone()));
    let all = format!("*.{DOMAIN}");
    let mut own: Vec<&mut ServiceDraft> = services
        .values_mut()
        .filter(|service| host == all || service.hosts.contains(&host))
        .collect();
    if own.is_empty() && !routed {
        left_out(object, "it is for no name of the fleet", notes);
        return;
    }
    for (key, item) in spec.entries() {
        match key {
            "host" | "trafficPolicy" => {}
            "subsets" if routed => item.items().iter().for_each(|subset| {
                if let Some(policy) = subset.get("trafficPolicy") {
                    drop_key(object, "trafficPolicy", &policy, notes);
                }
            }),
            _ => drop_key(object, key, &item, notes),
        }
    }
    let policy = spec.get("trafficPolicy").map_or_else(Vec::new, |policy| policy.entries());
    for (key, item) in policy {
        match key {
            "tls" if is_mutual(&item) => {}
            "outlierDetection" if !own.is_empty() => {
                let found = outlier(&item, notes);
                own.iter_mut().for_each(|service| service.outlier = Some(found.clone()));
            }
            _ => drop_key(object, key, &item, notes),
        }
    }
}

fn is_mutual(tls: &Item<'_>) -> bool {
    tls.text_of("mode") == Some("ISTIO_MUTUAL")
}

fn drop_key(object: &Item<'_>, key: &str, item: &Item<'_>, notes: &mut Notes) {
    let help = match key {
        "subsets" => "; versions and clusters are told apart by `versions` and `routes`",
        "loadBalancer" => "; which cluster is called first is said by `prefer`",
        "tls" => "; calls of names are mutual TLS",
        _ => "",
    };
    item.say(Weight::LeftOut, format!("`{key}` of {}{help}", named(object)), notes);
}

fn outlier(item: &Item<'_>, notes: &mut Notes) -> OutlierDraft {
    let mut found = OutlierDraft::default();
    for (key, value) in item.entries() {
        match key {
            "consecutiveGatewayErrors" | "consecutive5xxErrors" | "consecutiveErrors" => {
                let errors = value.as_number().and_then(|number| u32::try_from(number).ok());
                // Of several the gateway's: they are what `errors` counts.
                if key == "consecutiveGatewayErrors" || found.errors.is_none() {
                    found.errors = errors.filter(|errors| *errors > 0).or(found.errors);
                }
                if key != "consecutiveGatewayErrors" {
                    let message = format!(
                        "`{key}`: here errors of the way count (502, 503, 504), not an application's own"
                    );
                    value.say(Weight::Note, message, notes);
                }
            }
            "interval" => found.interval = value.as_text().map(str::to_owned),
            "baseEjectionTime" => found.eject = value.as_text().map(str::to_owned),
            "maxEjectionPercent" => {
                found.max_percent = value.as_number().and_then(|number| u32::try_from(number).ok());
            }
            _ => value.say(Weight::LeftOut, format!("`{key}` of outlierDetection"), notes),
        }
    }
    found
}
