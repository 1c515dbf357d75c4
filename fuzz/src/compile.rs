//! Any document that has no error is compiled, twice and once more with the lock that it made, to the same bytes.
//!
//! Enters: a document. Each file begins with cwc's mark, has a path that is safe anywhere, and is YAML to another reader.

use std::collections::BTreeSet;

use cwc::compile::{self, Fleet};
use cwc::emit::tree::{ClusterTree, MARK};
use cwc::rules::CheckedMesh;
use cwc::source::Source;
use serde::Deserialize as _;

pub fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let source = Source::new("mesh.toml", text);
    let Some(mesh) = compile::check(&source, None).mesh else { return };
    let Some(trees) = compiled(&mesh) else { return };
    assert_eq!(Some(&trees), compiled(&mesh).as_ref());
    let lock = mesh.mesh().lock.text();
    let lock_source = Source::new("mesh.lock", &lock);
    let again = compile::check(&source, Some(&lock_source));
    let again = again.mesh.unwrap_or_else(|| panic!("refused with its own lock:\n{lock}"));
    assert_eq!(again.mesh().lock.text(), lock);
    assert_eq!(compiled(&again).as_ref(), Some(&trees));
    let mut paths = BTreeSet::new();
    for file in trees.iter().flat_map(|tree| &tree.files) {
        let text = file.text();
        assert!(text.starts_with(MARK), "{}", file.path);
        assert!(paths.insert(file.path.to_lowercase()), "{} twice", file.path);
        let safe = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !name.is_empty() && !name.starts_with('.') && name.chars().all(plain)
        };
        assert!(file.path.split('/').all(safe), "{}", file.path);
        for document in serde_yaml::Deserializer::from_str(&text) {
            let read = serde_yaml::Value::deserialize(document);
            assert!(read.is_ok(), "{}: {read:?}", file.path);
        }
        for placed in file.objects() {
            assert!(text.contains(placed.text), "{}", placed.text);
            assert!(placed.text.contains("\nkind: "), "{}", placed.text);
        }
    }
}

/// The trees; nothing where an object would be too large, all else that is checked has a form.
fn compiled(mesh: &CheckedMesh) -> Option<Vec<ClusterTree>> {
    let fleet = Fleet::new(mesh);
    let ids = fleet.mesh().cluster_ids();
    let trees: Result<_, _> = ids.map(|id| fleet.cluster(id)).collect();
    match trees {
        Err(error) if error.to_string().contains("can be applied") => None,
        trees => Some(trees.expect("what is checked has a form")),
    }
}
