//! What changes in the values for Istio's charts.
//!
//! Enters: the file's two texts. Leaves: which of its subjects differ, and the old text for whoever looks for a line's place. Comments count for nothing.

use serde_yaml::Value;

use super::FileChange;

/// The file, below a cluster's folder.
pub const ISTIOD: &str = "helm/istiod.yaml";

/// Which subjects of the values differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subjects {
    /// What istiod is told of its mesh: the chart's `global`.
    pub mesh: bool,
    /// All else: what sidecars are told of names.
    pub names: bool,
}

impl Subjects {
    /// Those of a change of the file.
    #[must_use]
    pub fn of(file: &FileChange) -> Self {
        let Some((old, new)) = &file.texts else { return Self { mesh: false, names: true } };
        let (old, new) = (parts(old), parts(new));
        Self { mesh: old.0 != new.0, names: old.1 != new.1 }
    }
}

/// What is said of the mesh, and the rest. A file that cannot be read says nothing.
fn parts(text: &str) -> (Option<Value>, Option<Value>) {
    let mut all: Value = serde_yaml::from_str(text).unwrap_or(Value::Null);
    let mesh = all.as_mapping_mut().and_then(|all| all.remove("global"));
    let rest = all.as_mapping().is_some_and(|rest| !rest.is_empty());
    (mesh, rest.then_some(all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::{Action, How};

    fn of(old: &str, new: &str) -> (bool, bool) {
        let texts = Some((old.to_owned(), new.to_owned()));
        let (path, how) = (format!("east/{ISTIOD}"), How::Text);
        let found = Subjects::of(&FileChange { path, action: Action::Change, how, texts });
        (found.mesh, found.names)
    }

    #[test]
    fn the_mesh_is_told_apart_from_the_names() {
        let (dns, mesh) = ("meshConfig: { a: b }\n", "global: { network: n }\n");
        let both = format!("{dns}{mesh}");
        assert_eq!(of(dns, &both), (true, false));
        assert_eq!(of(mesh, &both), (false, true));
        assert_eq!(of("", &both), (true, true));
        assert_eq!(of(&both, &format!("# said otherwise\n{both}")), (false, false));
        assert_eq!(of(&both, &format!("{dns}global: {{ network: m }}\n")), (true, false));
    }
}
