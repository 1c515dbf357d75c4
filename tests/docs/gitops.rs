//! `docs/gitops.md` and `docs/tree.md`: what they give to Argo CD and Flux is what these take, key by key, and leads to a folder that a build writes.

use std::collections::BTreeMap;

use serde::Deserialize as _;
use serde_json::{Value, json};

use crate::tools::installed;
use crate::{blocks, read, root};

/// The definitions that `tests/gitops/install.sh` takes from Argo CD's and Flux's own sources.
const DEFINITIONS: [&str; 4] = [
    "application-crd.yaml",
    "applicationset-crd.yaml",
    "kustomize.toolkit.fluxcd.io_kustomizations.yaml",
    "source.toolkit.fluxcd.io_gitrepositories.yaml",
];

fn documents(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(|document| Value::deserialize(document).unwrap()).collect()
}

/// The schemas by `apiVersion` and `kind`; `None` on a machine without them.
fn schemas() -> Option<BTreeMap<(String, String), Value>> {
    let mut schemas = BTreeMap::new();
    for file in DEFINITIONS {
        let Ok(text) = std::fs::read_to_string(installed("gitops").join(file)) else {
            crate::tools::find(file, &[], "");
            return None;
        };
        let definition = documents(&text).remove(0);
        let spec = &definition["spec"];
        for version in spec["versions"].as_array().unwrap() {
            let mut schema = version["schema"]["openAPIV3Schema"].clone();
            strict(&mut schema);
            let api = format!(
                "{}/{}",
                spec["group"].as_str().unwrap(),
                version["name"].as_str().unwrap()
            );
            schemas.insert((api, spec["names"]["kind"].as_str().unwrap().to_owned()), schema);
        }
    }
    Some(schemas)
}

/// As the API server reads with strict field validation: keys that nobody knows are refused.
fn strict(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            let open = map.contains_key("additionalProperties")
                || map.get("x-kubernetes-preserve-unknown-fields") == Some(&json!(true));
            if map.get("properties").is_some_and(Value::is_object) && !open {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            map.values_mut().for_each(strict);
        }
        Value::Array(items) => items.iter_mut().for_each(strict),
        _ => {}
    }
}

/// The documents of both pages.
fn examples() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for page in ["docs/gitops.md", "docs/tree.md"] {
        for (line, block) in blocks(&read(page), "yaml") {
            let objects = documents(&block).into_iter();
            let objects = objects.filter(|object| {
                let api = object["apiVersion"].as_str().unwrap_or_default();
                api.contains("argoproj") || api.contains("fluxcd")
            });
            all.extend(objects.map(|object| (format!("{page}:{line}"), object)));
        }
    }
    assert!(all.len() >= 5, "{} examples", all.len());
    all
}

#[test]
fn argo_cd_and_flux_take_the_examples() {
    let Some(schemas) = schemas() else { return };
    for (at, object) in examples() {
        let kind = |key: &str| object[key].as_str().unwrap().to_owned();
        let schema = &schemas[&(kind("apiVersion"), kind("kind"))];
        let judge = jsonschema::validator_for(schema).unwrap();
        let wrong: Vec<String> = judge
            .iter_errors(&object)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(wrong.is_empty(), "{at}: {wrong:?}");
        let mut misspelt = object.clone();
        misspelt["spec"]["prunes"] = json!(true);
        assert!(!judge.is_valid(&misspelt), "{at}: the definition takes anything");
    }
}

/// Each leads to the folder of a cluster, which kustomize finds there: the Bookinfo example has the clusters that the pages name.
#[test]
fn the_paths_are_those_of_clusters() {
    let example = root("examples/bookinfo");
    let mut paths = 0;
    for (at, object) in examples() {
        let spec = &object["spec"];
        let generators = spec["generators"].as_array().into_iter().flatten();
        let folders = generators.filter_map(|one| one["git"]["directories"][0]["path"].as_str());
        let own = [&spec["source"]["path"], &spec["path"]];
        let own = own.into_iter().filter_map(Value::as_str);
        for path in folders.chain(own) {
            paths += 1;
            let path = path.trim_start_matches("./");
            let folders: Vec<_> = match path.strip_suffix("/*") {
                Some(above) => {
                    let entries = std::fs::read_dir(example.join(above)).unwrap();
                    entries.map(|entry| entry.unwrap().path()).collect()
                }
                None => vec![example.join(path)],
            };
            for folder in folders {
                assert!(folder.join("kustomization.yaml").exists(), "{at}: {}", folder.display());
            }
        }
    }
    assert!(paths >= 5, "{paths} paths");
}
