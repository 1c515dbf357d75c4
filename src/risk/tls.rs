//! What is encrypted and authenticated on its way, as a caller's sidecar is told.

use serde_yaml::Value;

use super::scene::{Object, Scene, Side, changes, few, list, said};
use super::{Found, MUTUAL_TLS_STRENGTHENED, MUTUAL_TLS_WEAKENED};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    for before in scene.old.of("ServiceEntry") {
        let Some(host) = before.hosts().first().copied() else { continue };
        if let Some(after) = scene.new.entry(host) {
            compare(scene, host, before, after, found);
        }
    }
}

fn compare(scene: &Scene, host: &str, before: &Object, after: &Object, found: &mut Found) {
    let (rule, rule_now) = (scene.old.rule(host), scene.new.rule(host));
    let objects = changes([Some(before), rule, Some(after), rule_now]);
    if objects.is_empty() {
        return;
    }
    let (mut weaker, mut stronger) = (Vec::new(), Vec::new());
    for port in list(&before.spec, "ports") {
        let number = said(port.get("number"));
        if !list(&after.spec, "ports").iter().any(|port| said(port.get("number")) == number) {
            continue;
        }
        let was = Strength::of(before, &scene.old, host, &number);
        let is = Strength::of(after, &scene.new, host, &number);
        let text = format!("port {number} is {}, was {}", is.said(), was.said());
        match is.cmp(&was) {
            std::cmp::Ordering::Less => weaker.push(text),
            std::cmp::Ordering::Equal => {}
            std::cmp::Ordering::Greater => stronger.push(text),
        }
    }
    let (subject, part) = (scene.called(host), scene.part(host));
    for (rank, texts) in [(MUTUAL_TLS_WEAKENED, weaker), (MUTUAL_TLS_STRENGTHENED, stronger)] {
        if !texts.is_empty() {
            let text = format!("{part}{}", few(&texts));
            found.add(rank, &subject, text, &objects).about([".tls", "tlsMode"]);
        }
    }
}

/// How well calls are kept, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    Plain,
    Simple,
    /// Both sides show who they are, and whoever ends it reads the calls.
    Mutual,
    /// The same, and gateways pass it on unread.
    Passed,
}

impl Strength {
    /// Of a `tls.mode` of Istio's, or where there is none.
    pub(super) fn of_mode(mode: &str) -> Self {
        match mode {
            "AUTO_PASSTHROUGH" | "PASSTHROUGH" => Self::Passed,
            "ISTIO_MUTUAL" | "MUTUAL" => Self::Mutual,
            "SIMPLE" | "OPTIONAL_MUTUAL" => Self::Simple,
            _ => Self::Plain,
        }
    }

    pub(super) fn said(self) -> &'static str {
        match self {
            Self::Plain => "plain text",
            Self::Simple => "TLS without a client's identity",
            Self::Mutual => "mutual TLS that ends at a gateway",
            Self::Passed => "mutual TLS to the pods",
        }
    }

    /// Of the calls to a port: as the rule says it, or else as Istio chooses by the backends' label.
    fn of(entry: &Object, side: &Side, host: &str, port: &str) -> Self {
        let policy = side.rule(host).and_then(|rule| rule.spec.get("trafficPolicy"));
        let own = policy.and_then(|policy| {
            let settings = list(policy, "portLevelSettings").iter();
            settings
                .clone()
                .find(|one| said(one.get("port").and_then(|port| port.get("number"))) == port)
        });
        // A port's settings inherit nothing from those above them.
        let tls = own.or(policy).and_then(|policy| policy.get("tls"));
        let of_tls = |tls: &Value| match Self::of_mode(&said(tls.get("mode"))) {
            // Gateways pass on what names a port and a host in this form, or nothing, which comes to the same.
            Self::Mutual
                if tls.get("sni").is_none_or(|sni| said(Some(sni)).starts_with("outbound_")) =>
            {
                Self::Passed
            }
            other => other,
        };
        let labelled = |backend: &Value| {
            let label = backend.get("labels").and_then(|all| all.get("security.istio.io/tlsMode"));
            if said(label) == "istio" { Self::Passed } else { Self::Plain }
        };
        let by_label = || list(&entry.spec, "endpoints").iter().map(labelled).min();
        tls.map(of_tls).or_else(by_label).unwrap_or(Self::Passed)
    }
}
