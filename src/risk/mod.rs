//! What a change may do to those who call: each classed, the worst first.
//!
//! Enters: the objects of one cluster that come, change or go, with those beside them that have a say in the same names. Leaves: [`Risk`]s. One file
//! a question: what is called, which ways calls go, what is encrypted, what is let in, who may call, how calls are routed. A change that none of
//! them knows is told as such and never passed over.

mod access;
mod dns;
mod entry;
mod file;
mod name;
mod route;
mod scene;
mod tls;
mod told;
mod turning;
mod way;

use crate::changes::path::{Difference, Part};
use crate::changes::{Action, ObjectChange};

pub use file::of_files;
use scene::few;
pub use scene::{Atlas, Scene, let_in};

/// How bad the changes of a class may be, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Somebody may read, reach or do more than before.
    Security,
    /// What works today stops working.
    Breaking,
    /// What works today goes on in another way.
    Risky,
    /// Nobody who calls today notices.
    Safe,
}

/// A class of changes.
#[derive(Debug, PartialEq, Eq)]
pub struct Class {
    /// Its name, as `--fail-on` takes it.
    pub name: &'static str,
    /// How bad it may be.
    pub level: Level,
    /// One sentence.
    pub summary: &'static str,
}

/// One thing that a change may do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Risk {
    /// The place of its class among [`CLASSES`]; the lower, the worse.
    pub rank: usize,
    /// What it is about: a name that is called, a gateway, a policy, a cluster.
    pub subject: String,
    /// What happens to it, to be read behind the subject.
    pub text: String,
    /// The changed objects that it was seen in, by their places among the changes.
    pub objects: Vec<usize>,
    /// The fields of them that it is about: what their paths have in them, as people read them, or end with where a `$` follows. Where there is
    /// nothing, all of them.
    pub fields: Vec<String>,
}

/// Makes the classes, and a constant for the place of each among them.
macro_rules! classes {
    ($($constant:ident $name:literal $level:ident $summary:literal)*) => {
        /// Every class, the worst first.
        pub static CLASSES: &[Class] =
            &[$(Class { name: $name, level: Level::$level, summary: $summary }),*];
        #[expect(non_camel_case_types, clippy::upper_case_acronyms, reason = "they count the constants")]
        #[derive(Clone, Copy)]
        enum Place { $($constant),* }
        $(pub(crate) const $constant: usize = Place::$constant as usize;)*
    };
}

classes! {
    MUTUAL_TLS_WEAKENED "mutual-tls-weakened" Security
        "Calls that were encrypted and authenticated from sidecar to sidecar no longer are, or only on a part of their way."
    EXPOSURE_WIDENED "exposure-widened" Security
        "A gateway lets in what it kept out, or somebody may call who could not."
    CLUSTER_REMOVED "cluster-removed" Breaking
        "A cluster is no longer in the document: all that was generated for it goes."
    NAME_REMOVED "name-removed" Breaking
        "A name that workloads call is gone: its calls fail."
    LAST_BACKEND_LOST "last-backend-lost" Breaking
        "A name that is still in the document has no backend left that a cluster's calls may go to, as where the last one is drained: its calls fail."
    VIP_MOVED "vip-moved" Breaking
        "A name has another address: who holds the old one, in a DNS cache or an open pool, calls into the void."
    PORT_CLOSED "port-closed" Breaking
        "A port of a name that is still there is closed or has another number."
    PROTOCOL_CHANGED "protocol-changed" Breaking
        "A port speaks another protocol, so that its calls are read in another way."
    ACCESS_NARROWED "access-narrowed" Breaking
        "Somebody who could call may no longer."
    ENTRY_CLOSED "entry-closed" Risky
        "A gateway no longer lets in a name, or not as before: calls from clusters that have not applied their own part yet fail. Where it is not let in at all, apply this one last."
    ENTRY_OPENED "entry-opened" Risky
        "A gateway lets in a name that other gateways let in already, as where a service moves or runs in one more cluster."
    FAILOVER_LOST "failover-lost" Risky
        "A name whose calls turned elsewhere when its nearest backends failed has nowhere else to turn to."
    GATEWAY_CHANGED "gateway-changed" Risky
        "A gateway is other pods, or listens on another port."
    DNS_CHANGED "dns-changed" Risky
        "A cluster's names are answered for by something else, or not at all."
    DISCOVERY_CHANGED "discovery-changed" Risky
        "istiod is told otherwise which clusters are its mesh, in which networks they are, or by which gateways these are reached."
    TRAFFIC_SHIFTED "traffic-shifted" Risky
        "Calls go elsewhere, in other shares or in another order."
    EXPOSURE_ADDED "exposure-added" Risky
        "A name that is new can be called from other clusters, through a gateway."
    HANDLING_CHANGED "handling-changed" Risky
        "Calls go where they went, with other time limits, retries, faults, headers or rules for leaving out what fails."
    UNCLASSED "unclassed" Risky
        "A change that none of these classes covers: read it."
    FAILOVER_GAINED "failover-gained" Safe
        "A name's calls turn elsewhere now when its nearest backends fail."
    MUTUAL_TLS_STRENGTHENED "mutual-tls-strengthened" Safe
        "Calls are encrypted and authenticated that were not."
    CLUSTER_ADDED "cluster-added" Safe
        "A cluster is new."
    NAME_ADDED "name-added" Safe
        "A name can be called that could not."
    PORT_OPENED "port-opened" Safe
        "A name has a port that it had not."
    PORT_RENAMED "port-renamed" Safe
        "A port has another name; its number and its protocol are the same."
    LABELS_ONLY "labels-only" Safe
        "Only labels or annotations of the objects themselves change."
}

impl Level {
    /// The levels, the worst first.
    pub const ALL: [Self; 4] = [Self::Security, Self::Breaking, Self::Risky, Self::Safe];

    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Breaking => "breaking",
            Self::Risky => "risky",
            Self::Safe => "safe",
        }
    }
}

impl Class {
    /// The one of a rank.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "ranks are places of the list")]
    pub fn of(rank: usize) -> &'static Self {
        &CLASSES[rank]
    }
}

impl Risk {
    /// Whether a difference of one of its objects is what it is about.
    #[must_use]
    pub fn is_about(&self, difference: &Difference) -> bool {
        let path = &difference.named;
        let is = |field: &String| match field.strip_suffix('$') {
            Some(end) => path.ends_with(end),
            None => path.contains(field),
        };
        self.fields.is_empty() || self.fields.iter().any(is)
    }

    /// Its class.
    #[must_use]
    pub fn class(&self) -> &'static Class {
        Class::of(self.rank)
    }
}

/// What the changes of one cluster may do.
#[must_use]
pub fn judge(scene: &Scene, changes: &[ObjectChange]) -> Vec<Risk> {
    let mut found = Found::default();
    name::judge(scene, &mut found);
    way::judge(scene, &mut found);
    tls::judge(scene, &mut found);
    entry::judge(scene, &mut found);
    access::judge(scene, &mut found);
    route::judge(scene, &mut found);
    dns::judge(scene, changes, &mut found);
    found.rest(scene, changes);
    found.risks.sort();
    found.risks.dedup();
    found.risks
}

/// Makes a name that a gateway lets in newly a wider exposure, unless it is one of those that gateways let in before; and a name that is new in a
/// cluster, if it is one of these, as others may call it now.
pub fn widen(risks: &mut [Risk], before: impl Fn(&str) -> bool) {
    for risk in &mut *risks {
        match (risk.rank, before(&risk.subject)) {
            (ENTRY_OPENED, false) => risk.rank = EXPOSURE_WIDENED,
            (NAME_ADDED, true) => {
                risk.rank = EXPOSURE_WIDENED;
                risk.text = format!("{}; so it could from other clusters", risk.text);
            }
            _ => {}
        }
    }
    risks.sort();
}

/// Whether some of them ask which names gateways let in before.
#[must_use]
pub fn opens_entries(risks: &[Risk]) -> bool {
    risks.iter().any(|risk| [ENTRY_OPENED, NAME_ADDED].contains(&risk.rank))
}

/// What it means that a whole cluster comes or goes: that, and nothing of its parts by themselves.
#[must_use]
pub fn of_whole(cluster: &str, comes: bool, parts: &[Risk], changes: &[ObjectChange]) -> Vec<Risk> {
    let count = |ranks: &[usize]| {
        let mut subjects: Vec<&str> = parts
            .iter()
            .filter(|risk| ranks.contains(&risk.rank))
            .map(|risk| risk.subject.as_str())
            .collect();
        subjects.sort_unstable();
        subjects.dedup();
        match subjects.len() {
            1 => "1 name".to_owned(),
            names => format!("{names} names"),
        }
    };
    let (rank, text) = if comes {
        let (called, let_in) =
            (count(&[NAME_ADDED]), count(&[EXPOSURE_ADDED, ENTRY_OPENED, EXPOSURE_WIDENED]));
        (
            CLUSTER_ADDED,
            format!("is new: {called} can be called from it, its gateways let in {let_in}"),
        )
    } else {
        let called = count(&[NAME_REMOVED, LAST_BACKEND_LOST]);
        (
            CLUSTER_REMOVED,
            format!("is no longer in mesh.toml: {called} can no longer be called from it"),
        )
    };
    let objects = (0..changes.len()).collect();
    vec![Risk { rank, subject: format!("cluster {cluster}"), text, objects, fields: Vec::new() }]
}

/// Risks while they are gathered.
#[derive(Default)]
struct Found {
    risks: Vec<Risk>,
    /// Objects whose changes were all looked at, whether they are risks or not.
    seen: Vec<usize>,
}

impl Found {
    fn add(
        &mut self,
        rank: usize,
        subject: &str,
        text: impl Into<String>,
        objects: &[usize],
    ) -> &mut Self {
        let (subject, text) = (subject.to_owned(), text.into());
        let (objects, fields) = (objects.to_vec(), Vec::new());
        self.risks.push(Risk { rank, subject, text, objects, fields });
        self
    }

    /// Says which fields the last one is about.
    fn about<S: Into<String>>(&mut self, fields: impl IntoIterator<Item = S>) {
        if let Some(risk) = self.risks.last_mut() {
            risk.fields = fields.into_iter().map(Into::into).collect();
        }
    }

    /// Whether a risk about a subject was found.
    fn tells_of(&self, subject: &str) -> bool {
        self.risks.iter().any(|risk| risk.subject == subject)
    }

    /// Tells of every change that nobody told of.
    fn rest(&mut self, scene: &Scene, changes: &[ObjectChange]) {
        let told = |found: &Self, at: usize| {
            found.seen.contains(&at) || found.risks.iter().any(|risk| risk.objects.contains(&at))
        };
        for (at, change) in changes.iter().enumerate() {
            let subject = scene.subject_of(change);
            if told(self, at) {
                continue;
            }
            let in_metadata = |difference: &Difference| {
                matches!(difference.parts().first(), Some(Part::Key("metadata")))
            };
            if change.action() == Action::Change && change.differences.iter().all(in_metadata) {
                let text = if change.differences.is_empty() {
                    "stands in another file"
                } else {
                    "its labels change"
                };
                self.add(LABELS_ONLY, &subject, text, &[at]);
            } else if !self.tells_of(&subject) {
                let what = match change.action() {
                    Action::Add => "comes",
                    Action::Change => "changes",
                    Action::Remove => "goes",
                };
                let kind = &change.identity.kind;
                let fields: Vec<String> =
                    change.differences.iter().map(|difference| difference.named.clone()).collect();
                let fields =
                    if fields.is_empty() { String::new() } else { format!(": {}", few(&fields)) };
                self.add(UNCLASSED, &subject, format!("a {kind} {what}{fields}"), &[at]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_in_the_order_of_their_levels_and_have_names_of_their_own() {
        assert!(CLASSES.is_sorted_by_key(|class| class.level));
        let mut names: Vec<&str> = CLASSES.iter().map(|class| class.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CLASSES.len());
        assert_eq!(CLASSES[LABELS_ONLY].name, "labels-only");
    }

    #[test]
    fn what_gateways_let_in_before_decides_whether_a_name_is_open_to_more() {
        let after = |rank, before: bool| {
            let (subject, text) = ("a.b.global".to_owned(), String::new());
            let risk = Risk { rank, subject, text, objects: Vec::new(), fields: Vec::new() };
            let mut risks = [risk];
            assert!(opens_entries(&risks));
            widen(&mut risks, |name| before && name == "a.b.global");
            risks[0].class().name
        };
        assert_eq!(after(ENTRY_OPENED, true), "entry-opened");
        assert_eq!(after(ENTRY_OPENED, false), "exposure-widened");
        assert_eq!(after(NAME_ADDED, true), "exposure-widened");
        assert_eq!(after(NAME_ADDED, false), "name-added");
    }
}
