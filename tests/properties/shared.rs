//! What one cluster's files hold does not follow from which clusters were compiled before: what they need alike for a service is written once, and
//! is taken for alike only where it is.

#![allow(clippy::disallowed_methods, reason = "a test reads documents")]

use std::path::Path;

use cwc::compile::{Fleet, check};
use cwc::emit::tree::ClusterTree;
use cwc::mesh::ClusterId;
use cwc::rules::CheckedMesh;
use cwc::source::Source;

/// Every valid document of the examples and of the cases that Istio judges, with its path.
fn meshes() -> Vec<(String, CheckedMesh)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["examples", "tests/conformance/cases"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| walkdir::WalkDir::new(folder).max_depth(2));
    let paths = files.map(|file| file.unwrap().into_path());
    let documents = paths.filter(|path| path.file_name().is_some_and(|name| name == "mesh.toml"));
    let read = |path: std::path::PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let mesh = check(&Source::new("mesh.toml", &text), None).mesh?;
        Some((path.display().to_string(), mesh))
    };
    documents.filter_map(read).collect()
}

fn alone(mesh: &CheckedMesh, id: ClusterId) -> ClusterTree {
    Fleet::new(mesh).cluster(id).unwrap()
}

#[test]
fn a_cluster_compiled_after_others_is_as_if_it_were_compiled_alone() {
    let meshes = meshes();
    assert!(meshes.len() > 40, "{} documents", meshes.len());
    for (path, mesh) in &meshes {
        let fleet = Fleet::new(mesh);
        for _ in 0..2 {
            for id in mesh.mesh().cluster_ids() {
                let name = &mesh.mesh()[id].name;
                assert!(fleet.cluster(id).unwrap() == alone(mesh, id), "{path}: {name}");
            }
        }
    }
}

#[test]
fn every_object_of_a_file_stands_where_it_says() {
    for (path, mesh) in &meshes() {
        let fleet = Fleet::new(mesh);
        for file in mesh.mesh().cluster_ids().flat_map(|id| fleet.cluster(id).unwrap().files) {
            let (text, mut documents) = (file.text(), 0);
            for placed in file.objects() {
                let before = text.split_inclusive('\n').take(placed.line - 1).map(str::len).sum();
                let rest: &str = &text[before..];
                assert!(placed.text.starts_with("apiVersion: "), "{path}: {}", file.path);
                assert!(rest.starts_with(placed.text), "{path}: {}:{}", file.path, placed.line);
                documents += 1;
            }
            let written = text.lines().filter(|line| line.starts_with("apiVersion: ")).count();
            // What is no object of a cluster, as a kustomization, has a file of its own.
            let is_own = file.path.ends_with("/kustomization.yaml");
            assert!(documents == written || is_own && documents == 0, "{path}: {}", file.path);
        }
    }
}
