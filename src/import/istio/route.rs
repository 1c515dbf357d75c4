//! One `VirtualService`: its conditions, its destinations, and the clusters and versions that these mean.
//!
//! Enters: its HTTP routes. Leaves: routes without the callers' cluster, or the reason why they have no counterpart; and what was met on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Item, MatchDraft, RetriesDraft, RouteDraft, ServiceDraft, TextDraft, ToDraft};
use super::subset::{self, Used};
use super::{File, Fleet, absolute, kubernetes, local};

type Labels = BTreeMap<String, String>;

/// Reads one `VirtualService` of a cluster.
pub(super) struct Reader<'r, 't> {
    fleet: &'r Fleet<'r, 't>,
    file: &'r File<'t>,
    object: &'r Item<'t>,
    service: ServiceDraft,
    /// The versions that destinations name.
    pub versions: BTreeMap<String, Labels>,
    /// The clusters that calls are sent to.
    pub places: BTreeSet<String>,
    /// What is not carried over, though the rest is.
    pub dropped: Vec<(Item<'t>, String)>,
    /// What nobody said, and is taken to be so.
    pub guessed: Vec<String>,
    /// The rules whose subsets were used.
    pub taken: Used,
    /// Whether some calls are sent to all of a name's endpoints.
    anywhere: bool,
}

impl<'r, 't> Reader<'r, 't> {
    pub(super) fn new(
        fleet: &'r Fleet<'r, 't>,
        file: &'r File<'t>,
        object: &'r Item<'t>,
        service: &ServiceDraft,
    ) -> Self {
        Self {
            fleet,
            file,
            object,
            versions: service.versions.clone(),
            service: service.clone(),
            places: BTreeSet::new(),
            dropped: Vec::new(),
            guessed: Vec::new(),
            taken: Used::new(),
            anywhere: false,
        }
    }

    /// The routes, or why there are none.
    pub(super) fn read(&mut self, http: &[Item<'t>]) -> Result<Vec<RouteDraft>, String> {
        let spec = self.object.get("spec").ok_or("it has no `spec`")?;
        let mut from = Vec::new();
        for (key, item) in spec.entries() {
            match key {
                "hosts" | "http" => {}
                "gateways" if item.items().iter().any(|one| one.as_text() == Some("mesh")) => {}
                "gateways" => return Err("it is for calls that come by a gateway".to_owned()),
                "exportTo" => from = self.callers(&item)?,
                _ => return Err(unknown(&item)),
            }
        }
        let mut routes = Vec::new();
        for route in http {
            routes.extend(self.route(route, &from)?);
        }
        if self.anywhere && self.places.contains(&self.file.cluster) {
            return Err(
                "some calls go to its own cluster, and others to several at once".to_owned()
            );
        }
        Ok(routes)
    }

    /// The namespaces that see it; none where all do.
    fn callers(&self, item: &Item<'t>) -> Result<Vec<String>, String> {
        let own = kubernetes::namespace(self.object);
        let mut from = Vec::new();
        for one in item.items() {
            match one.as_text() {
                Some("*") => return Ok(Vec::new()),
                Some(".") => from.push(own.to_owned()),
                Some("~") | None => return Err(unknown(&one)),
                Some(namespace) => from.push(namespace.to_owned()),
            }
        }
        Ok(from)
    }

    fn route(&mut self, route: &Item<'t>, from: &[String]) -> Result<Vec<RouteDraft>, String> {
        let mut drafted = RouteDraft { from: from.to_vec(), ..RouteDraft::default() };
        let mut conditions = vec![(MatchDraft::default(), None)];
        for (key, item) in route.entries() {
            match key {
                "name" => {}
                "match" => {
                    let read = |one: &Item<'t>| self.condition(one);
                    conditions = item.items().iter().map(read).collect::<Result<_, _>>()?;
                }
                "route" => drafted.to = self.destinations(&item)?,
                "timeout" => drafted.timeout = Some(text(&item)?),
                "retries" => drafted.retries = Some(self.retries(&item)?),
                "mirror" | "mirrors" | "mirrorPercentage" | "fault" | "corsPolicy" | "headers" => {
                    self.dropped.push((item, key.to_owned()));
                }
                _ => return Err(unknown(&item)),
            }
        }
        if drafted.to.is_empty() {
            return Err(format!("`{}` sends calls nowhere", route.path));
        }
        let with = |(matches, namespace): (MatchDraft, Option<String>)| {
            let mut one = RouteDraft { matches, ..drafted.clone() };
            match namespace {
                Some(namespace) if from.is_empty() || from.contains(&namespace) => {
                    one.from = vec![namespace];
                    Some(one)
                }
                // Who is in that namespace does not see the route.
                Some(_) => None,
                None => Some(one),
            }
        };
        Ok(conditions.into_iter().filter_map(with).collect())
    }

    /// A condition, and the namespace of the callers that it is for.
    fn condition(&self, item: &Item<'t>) -> Result<(MatchDraft, Option<String>), String> {
        let mut found = MatchDraft::default();
        let mut namespace = None;
        for (key, item) in item.entries() {
            match key {
                "name" => {}
                "uri" => found.path = Some(matched(&item)?),
                "method" => match matched(&item)? {
                    TextDraft::Exact(method) => found.method = Some(method),
                    _ => return Err(unknown(&item)),
                },
                "headers" => found.headers = named(&item)?,
                "queryParams" => found.query_params = named(&item)?,
                "port" => found.port = Some(self.port(&item)?),
                "sourceNamespace" => namespace = Some(text(&item)?),
                _ => return Err(unknown(&item)),
            }
        }
        Ok((found, namespace))
    }

    /// The name of a port.
    fn port(&self, item: &Item<'t>) -> Result<String, String> {
        let number = item.as_number();
        let port = self.service.ports.iter().find(|port| Some(u64::from(port.number)) == number);
        port.map(|port| port.name.clone()).ok_or_else(|| unknown(item))
    }

    fn retries(&mut self, item: &Item<'t>) -> Result<RetriesDraft, String> {
        let mut found = RetriesDraft::default();
        for (key, item) in item.entries() {
            match key {
                "attempts" => found.attempts = item.as_number().ok_or_else(|| unknown(&item))?,
                "perTryTimeout" => found.per_try = Some(text(&item)?),
                "retryOn" => found.on = Some(text(&item)?),
                _ => self.dropped.push((item, key.to_owned())),
            }
        }
        Ok(found)
    }

    /// Destinations, with shares that make a hundred.
    fn destinations(&mut self, item: &Item<'t>) -> Result<Vec<ToDraft>, String> {
        let ways = item.items();
        let mut all = Vec::new();
        for way in &ways {
            if let Some((_, other)) =
                way.entries().into_iter().find(|(key, _)| !matches!(*key, "destination" | "weight"))
            {
                return Err(unknown(&other));
            }
            let weight = match way.get("weight") {
                None => 0,
                Some(item) => {
                    let weight = item.as_number().and_then(|weight| u32::try_from(weight).ok());
                    weight.ok_or_else(|| unknown(&item))?
                }
            };
            all.push((self.destination(way)?, u64::from(weight)));
        }
        if let [(to, _)] = all.as_mut_slice() {
            return Ok(vec![std::mem::take(to)]);
        }
        // Istio takes them in proportion.
        let sum: u64 = all.iter().map(|(_, weight)| weight).sum();
        let exact = |weight: u64| {
            (sum > 0 && (weight * 100).is_multiple_of(sum)).then(|| weight * 100 / sum)
        };
        let share = |(to, weight)| {
            let weight = exact(weight)
                .ok_or_else(|| format!("the weights of `{}` make no whole per cent", item.path))?;
            Ok(ToDraft { weight: Some(weight), ..to })
        };
        all.into_iter().map(share).collect()
    }

    fn destination(&mut self, way: &Item<'t>) -> Result<ToDraft, String> {
        let to = way.get("destination").ok_or_else(|| unknown(way))?;
        let host = to.text_of("host").ok_or_else(|| unknown(&to))?;
        let host = absolute(host, self.object);
        if let Some(number) = to.get("port").and_then(|port| port.get("number")) {
            self.port(&number)?;
        }
        let subset = to.text_of("subset");
        let own = self.file.cluster.clone();
        if self.service.hosts.contains(&host) {
            self.elsewhere(&host, subset)
        } else if host == local(&self.service, &own) {
            self.place(own, subset)
        } else {
            Err(format!("calls go to `{host}`"))
        }
    }

    /// A destination that is one of the service's names: the gateways of its entry, or those that a subset selects.
    fn elsewhere(&mut self, host: &str, subset: Option<&str>) -> Result<ToDraft, String> {
        let own = self.file.cluster.clone();
        let entries =
            self.file.entries.iter().filter(|entry| entry.hosts.iter().any(|one| one == host));
        let mut ends: Vec<(&String, Labels)> = Vec::new();
        for entry in entries {
            ends.extend(entry.local.iter().map(|_| (&own, Labels::new())));
            let remote = entry.remote.iter().map(|(address, labels)| (address, labels.clone()));
            ends.extend(
                remote
                    .filter_map(|(address, labels)| Some((self.fleet.known.get(address)?, labels))),
            );
        }
        let selector = match subset {
            None => Labels::new(),
            Some(subset) => {
                self.taken.insert((own.clone(), host.to_owned()));
                subset::of(self.file, host, subset).ok_or_else(|| no_subset(&own, host, subset))?
            }
        };
        let selected =
            |labels: &Labels| selector.iter().all(|(key, value)| labels.get(key) == Some(value));
        let clusters: BTreeSet<String> = ends
            .iter()
            .filter(|(_, labels)| selected(labels))
            .map(|(cluster, _)| (*cluster).clone())
            .collect();
        let mut clusters = clusters.into_iter();
        match (clusters.next(), clusters.next(), subset) {
            (Some(cluster), None, subset) => self.place(cluster, subset),
            (Some(_), Some(_), None) => {
                self.anywhere = true;
                Ok(ToDraft::default())
            }
            (Some(_), Some(_), Some(subset)) => {
                Err(format!("subset `{subset}` of {host} is in several clusters at once"))
            }
            (None, ..) => Err(format!("no endpoint of {host} is where calls go to")),
        }
    }

    /// A destination in one cluster, where a subset means the same pods as there.
    fn place(&mut self, cluster: String, subset: Option<&str>) -> Result<ToDraft, String> {
        if let Some(subset) = subset {
            let host = local(&self.service, &cluster);
            let file = self.fleet.files.iter().find(|file| file.cluster == cluster);
            let labels = match file {
                // What Istio's examples label the pods of a version with.
                None => {
                    let guess = format!(
                        "the pods of `{subset}` in `{cluster}` are taken to be labelled version={subset}"
                    );
                    self.guessed.push(guess);
                    Labels::from([("version".to_owned(), subset.to_owned())])
                }
                Some(file) => subset::of(file, &host, subset)
                    .ok_or_else(|| no_subset(&cluster, &host, subset))?,
            };
            if self.versions.get(subset).is_some_and(|known| *known != labels) {
                return Err(format!(
                    "subset `{subset}` has other labels in `{cluster}` than elsewhere"
                ));
            }
            self.versions.insert(subset.to_owned(), labels);
            self.taken.insert((cluster.clone(), host));
        }
        self.places.insert(cluster.clone());
        Ok(ToDraft { cluster: Some(cluster), version: subset.map(str::to_owned), weight: None })
    }
}

fn no_subset(cluster: &str, host: &str, subset: &str) -> String {
    format!("no DestinationRule of `{cluster}` says what subset `{subset}` of {host} is")
}

fn unknown(item: &Item<'_>) -> String {
    format!("`{}` has no counterpart", item.path)
}

fn text(item: &Item<'_>) -> Result<String, String> {
    item.as_text().map(str::to_owned).ok_or_else(|| unknown(item))
}

fn matched(item: &Item<'_>) -> Result<TextDraft, String> {
    let entries = item.entries();
    let [(how, value)] = entries.as_slice() else { return Err(unknown(item)) };
    let value = text(value)?;
    match *how {
        "exact" => Ok(TextDraft::Exact(value)),
        "prefix" => Ok(TextDraft::Prefix(value)),
        "regex" => Ok(TextDraft::Regex(value)),
        _ => Err(unknown(item)),
    }
}

fn named(item: &Item<'_>) -> Result<Vec<(String, TextDraft)>, String> {
    let entries = item.entries().into_iter();
    entries.map(|(name, item)| Ok((name.to_owned(), matched(&item)?))).collect()
}
