//! Who may call: where a name is seen, what policies allow and refuse, and whether plain text is taken.

use std::collections::BTreeSet;

use serde_yaml::Value;

use super::scene::{Object, Scene, Side, changes, few, list, said, texts};
use super::tls::Strength;
use super::{
    ACCESS_NARROWED, EXPOSURE_WIDENED, Found, MUTUAL_TLS_STRENGTHENED, MUTUAL_TLS_WEAKENED,
};

pub(super) fn judge(scene: &Scene, found: &mut Found) {
    let new = scene.new.called();
    for (host, before) in scene.old.called() {
        if let Some(after) = new.get(host) {
            seen_in(host, before, after, found);
        }
    }
    policies(scene, found);
    peers(scene, found);
}

/// The namespaces that a name is seen in.
fn seen_in(host: &str, old: &Object, new: &Object, found: &mut Found) {
    let set = |entry: &Object| -> BTreeSet<String> {
        let said = texts(entry.spec.get("exportTo"));
        // Without any it is seen everywhere.
        if said.is_empty() {
            ["*".to_owned()].into()
        } else {
            said.into_iter().map(str::to_owned).collect()
        }
    };
    let (was, is) = (set(old), set(new));
    let named = |some: Vec<&String>| {
        few(&some
            .into_iter()
            .map(|name| match name.as_str() {
                "*" => "every namespace".to_owned(),
                "." => format!("namespace {}", new.namespace),
                name => format!("namespace {name}"),
            })
            .collect::<Vec<String>>())
    };
    let objects = changes([Some(old), Some(new)]);
    let come: Vec<&String> = is.difference(&was).collect();
    if !come.is_empty() && !was.contains("*") {
        let text = format!("can be called from {}", named(come));
        found.add(EXPOSURE_WIDENED, host, text, &objects).about(["spec.exportTo"]);
    }
    let gone: Vec<&String> = was.difference(&is).collect();
    if !gone.is_empty() && !is.contains("*") {
        let text = format!(
            "can be called from {} only, was {}",
            named(is.iter().collect()),
            named(was.iter().collect())
        );
        found.add(ACCESS_NARROWED, host, text, &objects).about(["spec.exportTo"]);
    }
}

fn policies(scene: &Scene, found: &mut Found) {
    let (was, is) =
        (scene.old.by_name("AuthorizationPolicy"), scene.new.by_name("AuthorizationPolicy"));
    for (key, old) in &was {
        let (objects, subject) = (changes([Some(*old)]), subject(scene, old));
        match is.get(key) {
            // A policy that refuses, or one that allows few, closes less when it is gone.
            None if is_gone(scene, &subject) || is_closed(scene, &subject) => {
                found.seen.extend(objects);
            }
            None => {
                let text = format!("everybody may call; {}", only(old, "could"));
                found.add(EXPOSURE_WIDENED, &subject, text, &objects);
            }
            Some(new) => policy(&subject, old, new, found),
        }
    }
    for (_, new) in is.iter().filter(|(key, _)| !was.contains_key(*key)) {
        let subject = subject(scene, new);
        let is_new = scene.new.called().contains_key(subject.as_str())
            && !scene.old.called().contains_key(subject.as_str());
        if is_new {
            found.seen.extend(changes([Some(*new)]));
        } else {
            let text = format!("{}; everybody could", only(new, "may call"));
            found.add(ACCESS_NARROWED, &subject, text, &changes([Some(*new)]));
        }
    }
}

/// Whether a name goes as a whole, which is told.
fn is_gone(scene: &Scene, name: &str) -> bool {
    scene.old.called().contains_key(name) && !scene.new.called().contains_key(name)
}

/// Whether calls to a name no longer come from other clusters: then there is nobody left to refuse, which the gateway's change tells.
fn is_closed(scene: &Scene, name: &str) -> bool {
    let crosses = |side: &Side| {
        side.of("ServiceEntry").filter(|entry| !entry.is_called).any(|entry| {
            entry.hosts().into_iter().any(|host| host != name && scene.called(host) == name)
        })
    };
    crosses(&scene.old) && !crosses(&scene.new)
}

/// Whom a policy lets call.
fn only(policy: &Object, may: &str) -> String {
    let refuses = policy.text("action") == Some("DENY");
    let named = |(is_named, who): (bool, String)| (is_named != refuses).then_some(who);
    let who: Vec<String> = sources(policy).into_iter().filter_map(named).collect();
    if who.is_empty() { format!("nobody {may}") } else { format!("only {} {may}", few(&who)) }
}

/// A policy of cwc's is named by the name that it is about.
fn subject(scene: &Scene, policy: &Object) -> String {
    if scene.is_name(&policy.name) {
        scene.called(&policy.name).into_owned()
    } else {
        format!("AuthorizationPolicy {}/{}", policy.namespace, policy.name)
    }
}

fn policy(subject: &str, old: &Object, new: &Object, found: &mut Found) {
    let objects = changes([Some(old), Some(new)]);
    if objects.is_empty() || old.spec == new.spec {
        return;
    }
    let action = |policy: &Object| policy.text("action").unwrap_or("ALLOW").to_owned();
    let (was, is) = (action(old), action(new));
    if was != is {
        let text = format!("its policy's action is {is}, was {was}");
        found.add(EXPOSURE_WIDENED, subject, text, &objects).about(["spec.action"]);
        return;
    }
    let (before, after) = (sources(old), sources(new));
    // Who is named by a rule that allows, or left out by one that refuses, may call.
    let (admits, refuses) = if is == "DENY" { (false, true) } else { (true, false) };
    let of = |all: &BTreeSet<(bool, String)>, named: bool| -> BTreeSet<String> {
        all.iter().filter(|(is_named, _)| *is_named == named).map(|(_, who)| who.clone()).collect()
    };
    let may = (of(&before, admits), of(&after, admits));
    let not = (of(&before, refuses), of(&after, refuses));
    // What a wider one of the other side covers is neither new nor gone.
    let minus = |one: &BTreeSet<String>, two: &BTreeSet<String>| -> Vec<String> {
        let left = one.iter().filter(|who| !two.iter().any(|other| covers(other, who)));
        left.cloned().collect()
    };
    let (come, gone) = (minus(&may.1, &may.0), minus(&may.0, &may.1));
    let (freed, barred) = (minus(&not.0, &not.1), minus(&not.1, &not.0));
    for (who, text) in [(come, "may call"), (freed, "is no longer refused")] {
        if !who.is_empty() {
            found.add(EXPOSURE_WIDENED, subject, format!("{} {text}", few(&who)), &objects);
        }
    }
    for (who, text) in [(gone, "may no longer call"), (barred, "is refused")] {
        if !who.is_empty() {
            found.add(ACCESS_NARROWED, subject, format!("{} {text}", few(&who)), &objects);
        }
    }
}

/// Whether an identity, or all that begin so, are among those of another.
fn covers(wider: &str, who: &str) -> bool {
    wider == who || wider.strip_suffix('*').is_some_and(|start| who.starts_with(start))
}

/// Who the rules of a policy speak of: named (`true`) or left out (`false`). Whom one rule leaves out and another one names is the other's
/// to speak of, like a trust domain of which not all may call.
fn sources(policy: &Object) -> BTreeSet<(bool, String)> {
    let mut all = BTreeSet::new();
    for rule in list(&policy.spec, "rules") {
        for source in list(rule, "from").iter().filter_map(|from| from.get("source")) {
            let fields = source.as_mapping().into_iter().flatten();
            for (key, values) in fields {
                let is_named = !said(Some(key)).starts_with("not");
                all.extend(texts(Some(values)).into_iter().map(|who| (is_named, who.to_owned())));
            }
        }
    }
    let both: Vec<String> = all
        .iter()
        .filter(|(is_named, who)| *is_named && all.contains(&(false, who.clone())))
        .map(|(_, who)| who.clone())
        .collect();
    all.retain(|(_, who)| !both.contains(who));
    all
}

/// Whether pods take plain text.
fn peers(scene: &Scene, found: &mut Found) {
    const KIND: &str = "PeerAuthentication";
    let mode = |object: Option<&Object>| {
        let mode =
            object.and_then(|object| object.spec.get("mtls")?.get("mode")).and_then(Value::as_str);
        mode.unwrap_or("UNSET").to_owned()
    };
    let strength = |mode: &str| match mode {
        "STRICT" => Strength::Mutual,
        "DISABLE" => Strength::Plain,
        // What is not said is taken either way.
        _ => Strength::Simple,
    };
    let (was, is) = (scene.old.by_name(KIND), scene.new.by_name(KIND));
    let all: BTreeSet<_> = was.keys().chain(is.keys()).collect();
    for key in all {
        let (old, new) = (was.get(key).copied(), is.get(key).copied());
        let (was, is) = (mode(old), mode(new));
        let rank = match strength(&is).cmp(&strength(&was)) {
            std::cmp::Ordering::Less => MUTUAL_TLS_WEAKENED,
            std::cmp::Ordering::Equal => continue,
            std::cmp::Ordering::Greater => MUTUAL_TLS_STRENGTHENED,
        };
        let subject = format!("PeerAuthentication {}/{}", key.0, key.1);
        found.add(rank, &subject, format!("mtls.mode is {is}, was {was}"), &changes([old, new]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::scene;
    use super::*;

    /// What is told of two sides, each with its class.
    fn told(old: &str, new: &str) -> Vec<String> {
        let mut found = Found::default();
        judge(&scene(old, new), &mut found);
        let said = |risk: &crate::risk::Risk| {
            format!("{} {}: {}", risk.class().name, risk.subject, risk.text)
        };
        found.risks.iter().map(said).collect()
    }

    fn policy(action: &str, source: &str) -> String {
        format!(
            "kind: AuthorizationPolicy\nmetadata: {{name: a.b.global, namespace: b}}\n\
             spec: {{action: {action}, rules: [{{from: [{{source: {source}}}]}}]}}\n"
        )
    }

    #[test]
    fn a_policy_that_comes_shuts_out_and_one_that_goes_lets_in() {
        let policy = policy("DENY", "{notPrincipals: [c/ns/d/sa/*]}");
        let narrowed = "access-narrowed a.b.global: only c/ns/d/sa/* may call; everybody could";
        assert_eq!(told("", &policy), [narrowed]);
        let widened = "exposure-widened a.b.global: everybody may call; only c/ns/d/sa/* could";
        assert_eq!(told(&policy, ""), [widened]);
        assert!(told(&policy, &policy).is_empty());
    }

    #[test]
    fn the_policy_of_a_name_that_goes_or_comes_is_not_told() {
        let entry = "---\nkind: ServiceEntry\nmetadata: {name: a.b.global}\nspec: {hosts: [a.b.global], addresses: [240.0.0.1]}\n";
        let both = policy("DENY", "{notPrincipals: [c/ns/d/sa/*]}") + entry;
        assert!(told(&both, "").is_empty());
        assert!(told("", &both).is_empty());
        assert_eq!(told(entry, &both).len(), 1);
    }

    #[test]
    fn whom_a_policy_names_more_or_less_is_let_in_or_shut_out() {
        let deny = |source| policy("DENY", source);
        let (one, two) = (deny("{notPrincipals: [x]}"), deny("{notPrincipals: [x, y]}"));
        assert_eq!(told(&one, &two), ["exposure-widened a.b.global: y may call"]);
        assert_eq!(told(&two, &one), ["access-narrowed a.b.global: y may no longer call"]);
        let (one, two) =
            (policy("ALLOW", "{principals: [x]}"), policy("ALLOW", "{principals: [y]}"));
        let both = [
            "exposure-widened a.b.global: y may call",
            "access-narrowed a.b.global: x may no longer call",
        ];
        assert_eq!(told(&one, &two), both);
        let (one, two) = (deny("{principals: [x]}"), deny("{principals: [x, y]}"));
        assert_eq!(told(&one, &two), ["access-narrowed a.b.global: y is refused"]);
        assert_eq!(told(&two, &one), ["exposure-widened a.b.global: y is no longer refused"]);
        let other = told(&deny("{principals: [x]}"), &policy("ALLOW", "{principals: [x]}"));
        assert_eq!(other, ["exposure-widened a.b.global: its policy's action is ALLOW, was DENY"]);
    }

    #[test]
    fn a_name_is_called_from_where_it_is_seen() {
        let entry = |to: &str| {
            format!(
                "kind: ServiceEntry\nmetadata: {{name: a.b.global, namespace: b}}\n\
                 spec: {{hosts: [a.b.global], addresses: [240.0.0.1], exportTo: {to}}}\n"
            )
        };
        let widened = ["exposure-widened a.b.global: can be called from namespace d"];
        assert_eq!(told(&entry("[c]"), &entry("[c, d]")), widened);
        let everywhere = ["exposure-widened a.b.global: can be called from every namespace"];
        assert_eq!(told(&entry("[\".\"]"), &entry("[\"*\"]")), everywhere);
        let narrowed =
            "access-narrowed a.b.global: can be called from namespace b only, was every namespace";
        assert_eq!(told(&entry("[\"*\"]"), &entry("[\".\"]")), [narrowed]);
        assert!(told(&entry("[]"), &entry("[\"*\"]")).is_empty());
    }

    #[test]
    fn pods_that_take_plain_text_again_are_told() {
        let peers = |mode: &str| {
            format!(
                "kind: PeerAuthentication\nmetadata: {{name: a, namespace: b}}\nspec: {{mtls: {{mode: {mode}}}}}\n"
            )
        };
        let (strict, either) = (peers("STRICT"), peers("PERMISSIVE"));
        let weakened =
            ["mutual-tls-weakened PeerAuthentication b/a: mtls.mode is PERMISSIVE, was STRICT"];
        assert_eq!(told(&strict, &either), weakened);
        assert_eq!(told(&strict, "").len(), 1);
        assert!(told("", &strict)[0].starts_with("mutual-tls-strengthened "));
        assert!(told("", &either).is_empty());
    }
}
