//! Those who read the formats: their own schemas, and where there is none to be had, what their documentation asks for.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Fails unless a text is what the readers of a format take.
pub(crate) fn judge(format: &str, text: &str) {
    match format {
        "json" => valid(&own_schema(text), text),
        "sarif" => {
            installed("formats/sarif.json").inspect(|path| valid(&read(path), text));
            sarif(text);
        }
        "rdjson" => drop(installed("formats/rdjson.json").inspect(|path| valid(&read(path), text))),
        "gitlab" => gitlab(text),
        "junit" => junit(text),
        "github" => github(text),
        _ => {}
    }
}

fn own_schema(text: &str) -> Value {
    let output: Value = serde_json::from_str(text).unwrap();
    let name = if output["command"] == "diff" { "diff" } else { "findings" };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    read(&root.join(format!("schemas/{name}.schema.json")))
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// What `tests/formats/install.sh` put below the target directory, if it was run.
fn installed(path: &str) -> Option<PathBuf> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..").join(path);
    if file.exists() {
        return Some(file);
    }
    // Not `eprintln!`: the test harness would hide it.
    let _ = writeln!(std::io::stderr(), "NOT JUDGED by {path}: it is not installed");
    let required = std::env::var("CWC_REQUIRE_JUDGES").is_ok_and(|required| required == "1");
    assert!(!required, "CWC_REQUIRE_JUDGES=1, and no {path}");
    None
}

fn valid(schema: &Value, text: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let output: Value = serde_json::from_str(text).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{}\n{text}", faults.join("\n"));
}

/// What the schema cannot say: every result's rule is there, and no path is absolute.
fn sarif(text: &str) {
    let log: Value = serde_json::from_str(text).unwrap();
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        let artifact = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        assert!(!artifact["uri"].as_str().unwrap().starts_with(['/', '.']), "{artifact}");
    }
}

/// By <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>: these keys, these severities, and no fingerprint twice.
fn gitlab(text: &str) {
    let issues: Vec<Value> = serde_json::from_str(text).unwrap();
    let mut prints = BTreeSet::new();
    for issue in &issues {
        for key in ["description", "check_name", "fingerprint", "severity"] {
            assert!(issue[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {issue}");
        }
        let severities = ["info", "minor", "major", "critical", "blocker"];
        assert!(severities.contains(&issue["severity"].as_str().unwrap()));
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.starts_with(['/', '.']), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(prints.insert(issue["fingerprint"].as_str().unwrap().to_owned()), "twice: {issue}");
    }
}

/// By the schema that Jenkins' plugin reads, and by counting.
fn junit(text: &str) {
    const VALIDATE: &str = "
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
document = etree.fromstring(sys.stdin.buffer.read())
schema.assertValid(document)
for suite in document:
    assert int(suite.get('tests')) == len(suite), etree.tostring(suite)
    assert int(suite.get('failures')) == len(suite.findall('testcase/failure')), etree.tostring(suite)
";
    let Some((schema, python)) =
        installed("formats/junit-10.xsd").zip(installed("formats-python/bin/python"))
    else {
        return;
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let judged = Command::new(python)
        .args(["-c", VALIDATE])
        .arg(schema)
        .stdin(file.reopen().unwrap())
        .output()
        .unwrap();
    assert!(judged.status.success(), "{}\n{text}", String::from_utf8_lossy(&judged.stderr));
}

/// By <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>: nothing is a command but what is meant to be one.
fn github(text: &str) {
    let mut inside = false;
    for line in text.lines() {
        assert!(!line.contains("##["), "{line}");
        match line {
            _ if line.starts_with("::group::") => inside = true,
            "::endgroup::" => inside = false,
            _ if inside => assert!(!line.trim_start().starts_with("::"), "{line}"),
            _ => {
                let (command, text) = line[2..].split_once("::").unwrap();
                let (word, properties) = command.split_once(' ').unwrap();
                assert!(["error", "warning", "notice"].contains(&word), "{line}");
                assert!(!text.is_empty() && properties.contains("title=cwc"), "{line}");
            }
        }
    }
}
