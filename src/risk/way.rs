//! Which ways calls go: to which backends, in which shares and order, and whether there is another one when the first fails.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::route::flat;
use super::scene::{Object, Scene, Side, changes, few, list, said};
use super::{FAILOVER_GAINED, FAILOVER_LOST, Found, HANDLING_CHANGED, TRAFFIC_SHIFTED};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    let new = scene.new.called();
    for (host, before) in scene.old.called() {
        if let Some(after) = new.get(host) {
            let (old, new) = (Ways::of(before, &scene.old), Ways::of(after, &scene.new));
            compare(scene, host, "", (&old, &new), found);
        }
    }
    for before in scene.old.of("ServiceEntry").filter(|entry| !entry.is_called) {
        let Some(host) = before.hosts().first().copied() else { continue };
        if let Some(after) = scene.new.entry(host).filter(|after| !after.is_called) {
            let (old, new) = (Ways::of(before, &scene.old), Ways::of(after, &scene.new));
            compare(scene, &scene.called(host), &scene.part(host), (&old, &new), found);
        }
    }
}

/// Whether calls of a name turn elsewhere on one side when its nearest backends fail.
pub(super) fn turns_elsewhere(side: &Side, host: &str) -> bool {
    side.entry(host).is_some_and(|entry| entry.is_called && Ways::of(entry, side).turns_elsewhere())
}

/// The ways of a name on one side.
struct Ways<'s> {
    entry: &'s Object,
    rule: Option<&'s Object>,
    /// The backends, by address.
    backends: BTreeMap<String, &'s Value>,
    /// What the rule says of its ports, or of all of them.
    policies: Vec<&'s Value>,
}

impl<'s> Ways<'s> {
    fn of(entry: &'s Object, side: &'s Side) -> Self {
        let endpoints = list(&entry.spec, "endpoints").iter();
        let rule = entry.hosts().first().and_then(|host| side.rule(host));
        let policy = rule.and_then(|rule| rule.spec.get("trafficPolicy"));
        let by_port = policy.map_or(&[][..], |policy| list(policy, "portLevelSettings"));
        let policies = if by_port.is_empty() {
            policy.into_iter().collect()
        } else {
            by_port.iter().collect()
        };
        let backends = endpoints.map(|backend| (said(backend.get("address")), backend)).collect();
        Self { entry, rule, backends, policies }
    }

    /// Whether there is somewhere else to turn to, and failing backends are left out.
    fn turns_elsewhere(&self) -> bool {
        let leaves_out = |policy: &&Value| policy.get("outlierDetection").is_some();
        self.backends.len() > 1 && !self.policies.is_empty() && self.policies.iter().all(leaves_out)
    }

    /// What a backend is worth: its weight, and its region's share.
    fn shares(&self) -> Vec<String> {
        let weighed = self.backends.iter().filter_map(|(address, backend)| {
            backend.get("weight").map(|weight| format!("{address} {}", said(Some(weight))))
        });
        let setting = self.policies.first().and_then(|policy| {
            policy.get("loadBalancer")?.get("localityLbSetting")?.get("distribute")
        });
        let spread = setting.and_then(Value::as_sequence).into_iter().flatten();
        let regions = spread.filter_map(|spread| spread.get("to")?.as_mapping()).flatten();
        let regions = regions.map(|(region, share)| {
            let region = said(Some(region));
            format!("{} {} %", region.trim_end_matches("/*"), said(Some(share)))
        });
        weighed.chain(regions).collect()
    }

    /// Where the backends are, and what turns from where to where.
    fn order(&self) -> (Vec<String>, Option<&Value>) {
        let places = self.backends.values().map(|backend| said(backend.get("locality"))).collect();
        let balancer = self.policies.first().and_then(|policy| policy.get("loadBalancer"));
        let setting = balancer.and_then(|balancer| balancer.get("localityLbSetting"));
        let turns = setting.and_then(|setting| {
            setting.get("failover").or_else(|| setting.get("failoverPriority"))
        });
        (places, turns)
    }

    /// How failing backends are found and left out.
    fn leaves_out(&self) -> Option<&Value> {
        self.policies.first().and_then(|policy| policy.get("outlierDetection"))
    }
}

fn compare(
    scene: &Scene,
    host: &str,
    at: &str,
    (old, new): (&Ways<'_>, &Ways<'_>),
    found: &mut Found,
) {
    let objects = changes([Some(old.entry), old.rule, Some(new.entry), new.rule]);
    if objects.is_empty() {
        return;
    }
    let addresses = |ways: &Ways<'_>| ways.backends.keys().cloned().collect::<BTreeSet<String>>();
    let (was, is) = (addresses(old), addresses(new));
    let called = |some: Vec<&String>| {
        few(&some.into_iter().map(|address| backend(scene, address)).collect::<Vec<String>>())
    };
    let changed: Vec<String> = was
        .symmetric_difference(&is)
        .flat_map(|address| [format!("[{address}]$"), format!("[{address}].address")])
        .collect();
    let gone = called(was.difference(&is).collect());
    let come = called(is.difference(&was).collect());
    let text = match (gone.as_str(), come.as_str()) {
        ("", "") => None,
        (gone, "") if is.is_empty() => {
            Some(format!("calls go where discovery leads them in its mesh, no longer to {gone}"))
        }
        ("", come) if was.is_empty() => {
            Some(format!("calls go to {come}, no longer where discovery leads them in its mesh"))
        }
        ("", come) => Some(format!("calls go to {come}, too")),
        (gone, "") => Some(format!("calls no longer go to {gone}")),
        (gone, come) => Some(format!("calls go to {come}, no longer to {gone}")),
    };
    let same_backends = text.is_none();
    if let Some(text) = text {
        found.add(TRAFFIC_SHIFTED, host, format!("{at}{text}"), &objects).about(&changed);
    }
    let turning = || changed.iter().cloned().chain(["outlierDetection".to_owned()]);
    if old.turns_elsewhere() && !new.turns_elsewhere() {
        let text = match is.iter().next() {
            Some(only) if is.len() == 1 => {
                format!(
                    "only {} is left, and calls turn nowhere else when it fails",
                    backend(scene, only)
                )
            }
            None => "nothing here leaves out what fails any more: that is up to Istio in its mesh"
                .to_owned(),
            _ => "what fails is no longer left out, so nothing turns elsewhere".to_owned(),
        };
        found.add(FAILOVER_LOST, host, format!("{at}{text}"), &objects).about(turning());
    } else if !old.turns_elsewhere() && new.turns_elsewhere() {
        // Where discovery led the calls, no backend was named.
        let first = match called(was.iter().collect()).as_str() {
            "" => "one".to_owned(),
            named => named.to_owned(),
        };
        let text = format!("{at}calls turn elsewhere when {first} fails");
        found.add(FAILOVER_GAINED, host, text, &objects).about(turning());
    } else if let Some((before, after)) = old.leaves_out().zip(new.leaves_out())
        && before != after
    {
        let text = format!("{at}failing backends are left out otherwise: {}", keys(before, after));
        found.add(HANDLING_CHANGED, host, text, &objects).about(["outlierDetection"]);
    }
    // A rule that comes or goes with failover brings its own limits, which failover's class has told.
    let both = old.rule.is_some() && new.rule.is_some();
    if both || old.turns_elsewhere() == new.turns_elsewhere() {
        handled(scene, host, at, (old, new), found);
    }
    if same_backends {
        order(scene, host, at, (old, new), &objects, found);
    }
}

/// Tells in what else calls are handled otherwise: limits of connections and whatever the rule says besides.
fn handled(
    scene: &Scene,
    host: &str,
    at: &str,
    (old, new): (&Ways<'_>, &Ways<'_>),
    found: &mut Found,
) {
    let objects = changes([old.rule, new.rule]);
    let rest = |ways: &Ways<'_>| -> BTreeMap<String, Value> {
        let of_port = |policy: &&Value| {
            let mut rest = (*policy).clone();
            let map = rest.as_mapping_mut()?;
            for known in ["port", "tls", "outlierDetection", "portLevelSettings"] {
                map.remove(known);
            }
            if let Some(balancer) = map.get_mut("loadBalancer").and_then(Value::as_mapping_mut) {
                balancer.remove("localityLbSetting");
                if balancer.is_empty() {
                    map.remove("loadBalancer");
                }
            }
            let port = policy.get("port").and_then(|port| port.get("number"));
            Some((said(port), rest))
        };
        ways.policies.iter().filter_map(of_port).collect()
    };
    let (before, after) = (rest(old), rest(new));
    // Of two rules the ports that both have count; the others are told as ports. Beside no rule all count.
    let lone = old.rule.is_none() || new.rule.is_none();
    let nothing = Value::Mapping(serde_yaml::Mapping::new());
    let ports: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let said: BTreeSet<String> = ports
        .into_iter()
        .filter(|port| lone || before.contains_key(*port) && after.contains_key(*port))
        .map(|port| (before.get(port).unwrap_or(&nothing), after.get(port).unwrap_or(&nothing)))
        .filter(|(was, is)| was != is)
        .map(|(was, is)| keys(was, is))
        .collect();
    for what in said {
        let text = format!("{at}calls are handled otherwise: {what}");
        found
            .add(HANDLING_CHANGED, &scene.called(host), text, &objects)
            .about([".connectionPool", ".loadBalancer"]);
    }
}

/// Tells in what the same backends are used otherwise.
fn order(
    scene: &Scene,
    host: &str,
    at: &str,
    (old, new): (&Ways<'_>, &Ways<'_>),
    objects: &[usize],
    found: &mut Found,
) {
    let (before, after) = (old.shares(), new.shares());
    if before != after {
        let said =
            |shares: &[String]| if shares.is_empty() { "none".to_owned() } else { few(shares) };
        let text = format!("{at}shares are {}; were {}", said(&after), said(&before));
        found.add(TRAFFIC_SHIFTED, host, text, objects).about(["weight", "distribute", "locality"]);
    } else if old.order() != new.order() {
        let text = format!("{at}its backends are turned to in another order");
        found.add(TRAFFIC_SHIFTED, host, text, objects).about(["locality", "failover"]);
    }
    // Where a port of the name has another number, that is told already.
    let same_ports = list(&old.entry.spec, "ports") == list(&new.entry.spec, "ports");
    for (address, before) in old.backends.iter().filter(|_| same_ports) {
        let after = new.backends.get(address).and_then(|after| after.get("ports"));
        let ports = before.get("ports").zip(after).filter(|(one, two)| one != two);
        if let Some((one, two)) = ports.filter(|(one, two)| same_keys(one, two)) {
            let (place, keys) = (backend(scene, address), keys(one, two));
            let text = format!("{at}calls enter {place} by another port: {keys}");
            // The labels tell whether it is the way of entering that is another one.
            let fields = ["ports", "labels"].map(|field| format!("[{address}].{field}"));
            found.add(TRAFFIC_SHIFTED, host, text, objects).about(fields);
        }
    }
}

/// A backend, by its cluster.
pub(super) fn backend(scene: &Scene, address: &str) -> String {
    if address.ends_with(".svc.cluster.local") {
        format!("its own cluster's {address}")
    } else {
        scene.place(address)
    }
}

fn same_keys(one: &Value, two: &Value) -> bool {
    let keys = |value: &Value| -> Vec<Value> {
        value.as_mapping().into_iter().flatten().map(|(key, _)| key.clone()).collect()
    };
    keys(one) == keys(two)
}

/// The fields whose values differ, with both.
pub(super) fn keys(old: &Value, new: &Value) -> String {
    let fields = |value: &Value| -> BTreeMap<String, String> {
        let mut all = Vec::new();
        flat("", value, &mut all);
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, said) in all {
            fields.entry(path).or_default().push(said);
        }
        fields.into_iter().map(|(path, said)| (path, said.join(", "))).collect()
    };
    let (old, new) = (fields(old), fields(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = |path: &&String| match (old.get(*path), new.get(*path)) {
        (was, is) if was == is => None,
        (None, Some(is)) => Some(format!("{path} {is}")),
        (Some(was), None) => Some(format!("no {path}, was {was}")),
        (was, is) => Some(format!(
            "{path} {}, was {}",
            is.map_or("", String::as_str),
            was.map_or("", String::as_str)
        )),
    };
    few(&paths.iter().filter_map(differs).collect::<Vec<String>>())
}
