//! taplo, the engine of Even Better TOML, follows the examples' `#:schema` line and judges by what it finds there.

use std::path::Path;
use std::process::Command;

use crate::tools::{find, installed};
use crate::{read, root};

/// What taplo says of a document; `None` on a machine without it.
fn lint(path: &Path) -> Option<(bool, String)> {
    let taplo = find("taplo", &[installed("docs-python/bin/taplo"), "taplo".into()], "--version")?;
    // taplo wants to know of a network only for schemas from there.
    let mut command = Command::new(taplo);
    command.args(["lint", "--no-auto-config"]).arg(path).current_dir(path.parent().unwrap());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some((output.status.success(), said))
}

#[test]
fn taplo_takes_the_examples() {
    for path in ["mesh.toml.example", "examples/bookinfo/mesh.toml"] {
        let text = read(path);
        let schema = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
        assert!(root(path).parent().unwrap().join(schema).exists(), "{path}: {schema}");
        let Some((taken, said)) = lint(&root(path)) else { return };
        assert!(taken, "{path}: {said}");
    }
}

#[test]
fn taplo_refuses_a_slip() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    std::fs::create_dir(folder.path().join("schemas")).unwrap();
    let schema = folder.path().join("schemas/mesh.schema.json");
    std::fs::copy(root("schemas/mesh.schema.json"), schema).unwrap();
    let example = read("mesh.toml.example");
    let slips = [
        ("region = \"us-west-2\"", "regoin = \"us-west-2\"", "regoin"),
        ("port = 15443", "port = 154430", "154430"),
        ("crossing = \"passthrough\"", "crossing = \"passthru\"", "passthru"),
        ("vip = \"240.0.0.7\"", "vip = \"240.0.0\"", "240.0.0"),
    ];
    for (right, wrong, named) in slips {
        assert!(example.contains(right), "{right}");
        let path = folder.path().join("mesh.toml");
        std::fs::write(&path, example.replacen(right, wrong, 1)).unwrap();
        let Some((taken, said)) = lint(&path) else { return };
        assert!(!taken && said.contains(named), "{wrong}: {said}");
    }
}
