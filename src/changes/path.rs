//! Where two values of one object differ.
//!
//! Enters: what the old text says and what the new one says. Leaves: [`Difference`]s, by path. The items of a list are put together by
//! what identifies them, so that one item more is one difference, wherever it is put.

use serde_yaml::Value;

use super::Action;

/// A place at which two values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The way to it, in the new value; of what goes, to the list that it goes from, or to its key.
    pub path: Vec<Step>,
    /// What happens there.
    pub action: Action,
    /// Of an item that goes from a list, what identified it; of a value that changes, what it was.
    pub gone: Option<String>,
    /// The path as people read it: the items of lists by what they are called, `spec.ports[http].number`.
    pub named: String,
    /// What is there.
    pub before: Option<Value>,
    /// What would be there.
    pub after: Option<Value>,
}

/// A step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a map.
    Key(String),
    /// Into a list.
    Index(usize),
}

/// A step that can be matched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'p> {
    /// Into a map.
    Key(&'p str),
    /// Into a list.
    Index(usize),
}

impl Difference {
    /// The path as a slice pattern can match it.
    #[must_use]
    pub fn parts(&self) -> Vec<Part<'_>> {
        let part = |step| match step {
            &Step::Index(index) => Part::Index(index),
            Step::Key(key) => Part::Key(key.as_str()),
        };
        self.path.iter().map(part).collect()
    }
}

/// Whether two values mean the same to every reader.
///
/// The parser reads YAML 1.2 and Kubernetes 1.1: a string that both files hold may still be `"on"` in one and `on` in the other.
pub(super) fn same(old: &Value, new: &Value) -> bool {
    old == new && !is_ambiguous(new)
}

fn is_ambiguous(value: &Value) -> bool {
    match value {
        Value::String(text) => reads_otherwise(text),
        Value::Sequence(items) => items.iter().any(is_ambiguous),
        Value::Mapping(map) => {
            map.iter().any(|(key, item)| is_ambiguous(key) || is_ambiguous(item))
        }
        _ => false,
    }
}

/// Whether YAML 1.1 takes a plain text for a boolean or a number, and YAML 1.2 for a string.
fn reads_otherwise(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let number = |c: char| c.is_ascii_digit() || matches!(c, '_' | ':' | '.' | '+' | '-');
    let word = matches!(lower.as_str(), "y" | "n" | "yes" | "no" | "on" | "off" | "=" | "<<");
    let digits = lower.trim_start_matches(['+', '-']);
    let based = ["0x", "0o", "0b"].iter().any(|base| digits.starts_with(base));
    let odd = digits.contains(['_', ':']) || digits.starts_with('0');
    word || digits.starts_with(|c: char| c.is_ascii_digit())
        && odd
        && (based || digits.chars().all(number))
}

/// The places at which two values differ.
pub(super) fn differences(old: &Value, new: &Value) -> Vec<Difference> {
    let mut walk = Walk { path: Vec::new(), names: Vec::new(), found: Vec::new() };
    walk.value(old, new);
    walk.found
}

struct Walk {
    path: Vec<Step>,
    /// The steps as people read them.
    names: Vec<String>,
    found: Vec<Difference>,
}

impl Walk {
    fn value(&mut self, old: &Value, new: &Value) {
        match (old, new) {
            (Value::Mapping(old), Value::Mapping(new)) => self.map(old, new),
            (Value::Sequence(old), Value::Sequence(new)) => self.list(old, new),
            _ if old == new => {}
            _ => self.push(Action::Change, label(old), (Some(old), Some(new))),
        }
    }

    fn map(&mut self, old: &serde_yaml::Mapping, new: &serde_yaml::Mapping) {
        for (key, item) in new {
            self.enter_key(key);
            match old.get(key) {
                Some(before) => self.value(before, item),
                None => self.push(Action::Add, None, (None, Some(item))),
            }
            self.leave();
        }
        for (key, before) in old.iter().filter(|(key, _)| !new.contains_key(*key)) {
            self.enter_key(key);
            self.push(Action::Remove, None, (Some(before), None));
            self.leave();
        }
    }

    /// Equal items go first, then those that are called the same; of the rest maps are compared in their order, and scalars come and go.
    fn list(&mut self, old: &[Value], new: &[Value]) {
        let head = old.iter().zip(new).take_while(|(one, two)| one == two).count();
        let (old, new) = (old.get(head..).unwrap_or_default(), new.get(head..).unwrap_or_default());
        let ends = old.iter().rev().zip(new.iter().rev());
        let tail = ends.take_while(|(one, two)| one == two).count();
        let mut old: Vec<&Value> = old.iter().take(old.len() - tail).collect();
        let mut new: Vec<(usize, &Value)> =
            (head..).zip(new.iter().take(new.len() - tail)).collect();
        new.retain(|(_, item)| take(&mut old, |before| before == *item).is_none());
        new.retain(|(index, item)| {
            let called = label(item).filter(|_| item.is_mapping());
            let before = called.and_then(|called| {
                take(&mut old, |before| label(before).as_ref() == Some(&called))
            });
            before.is_none_or(|before| {
                self.item(*index, before, item);
                false
            })
        });
        for (index, item) in new {
            if let Some(before) = take(&mut old, |old| old.is_mapping() && item.is_mapping()) {
                self.item(index, before, item);
            } else {
                self.enter_item(index, item);
                self.push(Action::Add, None, (None, Some(item)));
                self.leave();
            }
        }
        for before in old {
            // It stands nowhere in the new list, so the path ends at the list.
            self.names.push(in_brackets(before, None));
            self.push(Action::Remove, label(before), (Some(before), None));
            self.names.pop();
        }
    }

    fn item(&mut self, index: usize, old: &Value, new: &Value) {
        self.enter_item(index, old);
        self.value(old, new);
        self.leave();
    }

    fn enter_key(&mut self, key: &Value) {
        let key = label(key).unwrap_or_default();
        let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let dot = if self.names.is_empty() { "" } else { "." };
        self.names.push(if plain { format!("{dot}{key}") } else { format!("[{key}]") });
        self.path.push(Step::Key(key));
    }

    fn enter_item(&mut self, index: usize, item: &Value) {
        self.names.push(in_brackets(item, Some(index)));
        self.path.push(Step::Index(index));
    }

    fn leave(&mut self) {
        self.path.pop();
        self.names.pop();
    }

    fn push(
        &mut self,
        action: Action,
        gone: Option<String>,
        (before, after): (Option<&Value>, Option<&Value>),
    ) {
        self.found.push(Difference {
            path: self.path.clone(),
            action,
            gone,
            named: self.names.concat(),
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

fn take<'v>(from: &mut Vec<&'v Value>, is: impl Fn(&Value) -> bool) -> Option<&'v Value> {
    let at = from.iter().position(|item| is(item))?;
    Some(from.remove(at))
}

/// An item of a list as people read it: by the name of its port rather than by the number, which is what changes.
fn in_brackets(item: &Value, index: Option<usize>) -> String {
    let name = ["name", "address", "host"].iter().find_map(|key| item.get(key)).and_then(label);
    let called = name.or_else(|| label(item));
    let called = called.or_else(|| index.map(|index| index.to_string()));
    format!("[{}]", called.unwrap_or_default())
}

/// What an item of a list is called: a scalar by itself, a map by the key that Istio's lists are known by.
fn label(item: &Value) -> Option<String> {
    match item {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Mapping(_) => {
            let keys = ["address", "number", "name", "host", "port", "destination"];
            keys.iter().find_map(|key| item.get(key)).and_then(label)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(old: &str, new: &str) -> Vec<String> {
        let value = |text| serde_yaml::from_str::<Value>(text).unwrap();
        let show = |difference: &Difference| {
            let sign = match difference.action {
                Action::Add => '+',
                Action::Change => '~',
                Action::Remove => '-',
            };
            let path: Vec<String> = difference
                .parts()
                .iter()
                .map(|part| match part {
                    Part::Key(key) => (*key).to_owned(),
                    Part::Index(index) => index.to_string(),
                })
                .collect();
            let gone = difference.gone.as_deref().map_or(String::new(), |gone| format!(" {gone}"));
            format!("{sign}{}{gone}", path.join("."))
        };
        differences(&value(old), &value(new)).iter().map(show).collect()
    }

    #[test]
    fn equal_values_do_not_differ() {
        assert_eq!(found("{a: [1, {b: c}]}", "a:\n- 1\n- b: 'c'\n"), [""; 0]);
    }

    #[test]
    fn a_change_is_named_by_its_whole_path() {
        let old = "{spec: {ports: [{number: 80, name: http}, {number: 90, name: grpc}]}}";
        let new = "{spec: {ports: [{number: 80, name: http}, {number: 91, name: grpc}]}}";
        assert_eq!(found(old, new), ["~spec.ports.1.number 90"]);
    }

    #[test]
    fn a_path_is_read_by_what_things_are_called() {
        let value = |text: &str| serde_yaml::from_str::<Value>(text).unwrap();
        let named = |old: &str, new: &str| -> Vec<String> {
            differences(&value(old), &value(new)).into_iter().map(|one| one.named).collect()
        };
        let old = "{spec: {ports: [{number: 80, name: http}], hosts: [a], labels: {app.x/y: z}}}";
        let new =
            "{spec: {ports: [{number: 81, name: http}], hosts: [a, b], labels: {app.x/y: w}}}";
        let paths = ["spec.ports[http].number", "spec.hosts[b]", "spec.labels[app.x/y]"];
        assert_eq!(named(old, new), paths);
        let old =
            "{route: [{destination: {host: a}, weight: 1}, {destination: {host: b}, weight: 9}]}";
        let new = "{route: [{destination: {host: b}, weight: 10}]}";
        assert_eq!(named(old, new), ["route[b].weight", "route[a]"]);
    }

    #[test]
    fn an_item_in_front_is_one_difference() {
        assert_eq!(found("[b, c, d]", "[a, b, c, d]"), ["+0"]);
        assert_eq!(found("[a, b, c]", "[a, c]"), ["- b"]);
        let old = "[{address: b, ports: {p: 1}}]";
        let new = "[{address: a, ports: {p: 1}}, {address: b, ports: {p: 2}}]";
        assert_eq!(found(old, new), ["~1.ports.p 1", "+0"]);
    }

    #[test]
    fn scattered_scalars_come_and_go_by_themselves() {
        assert_eq!(found("[a, b, d]", "[b, c, d, e]"), ["+1", "+3", "- a"]);
    }

    #[test]
    fn keys_come_and_go() {
        assert_eq!(found("{a: 1, b: 2}", "{b: 2, c: 3}"), ["+c", "-a"]);
        assert_eq!(found("{a: 1}", "{a: [1]}"), ["~a 1"]);
    }

    #[test]
    fn a_string_that_readers_disagree_about_is_not_called_the_same() {
        let same = |text: &str| {
            let value = Value::String(text.to_owned());
            same(&value, &value)
        };
        for sure in
            ["http", "240.11.234.122", "outbound_.9080_._.a.global", "2001:db8::1x", "*", "v1"]
        {
            assert!(same(sure), "{sure}");
        }
        for unsure in ["yes", "Off", "y", "1_000", "0123", "0x1f", "0o7", "-0b1", "12:30:45"] {
            assert!(!same(unsure), "{unsure}");
        }
    }
}
