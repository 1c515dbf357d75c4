//! The fault table: each row is a test, named by the row's number.
//!
//! Most rows are data: `tests/faults/*.toml`, a document that is checked and what must be said about it. The others need files, git or
//! a clock, and stand in `tests/faults/*.rs`. A row has
//!
//! - `number` and `name`: which fault;
//! - `mesh`: the document, or how to make a long one: `head`, then `each` with `{n}` counting `from` .. `to`, then `tail`;
//! - or `service`: lines for a document with two clusters and one service; its `namespace`, `ports` and `clusters` are added where they
//!   are not said;
//! - `lock`: mesh.lock; none where absent;
//! - `codes`: exactly these are raised;
//! - `status`: the exit status; where absent 1 if `codes` are, 0 if not;
//! - `at`: where the first one points; `says`, `hides`: what is printed, and what is not; `why`: why this is expected.
//!
//! Whatever the row, nothing that moves the cursor is printed, and of each diagnostic less than 4 KiB.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::format_collect,
    reason = "a test may panic, and these make folders, run the program and are in no hurry"
)]

#[path = "faults/build.rs"]
mod build;
#[path = "faults/git.rs"]
mod git;
#[path = "faults/project.rs"]
mod project;
#[path = "faults/said.rs"]
mod said;
#[path = "faults/size.rs"]
mod size;
#[path = "faults/special.rs"]
mod special;

use std::collections::BTreeSet;

use libtest_mimic::{Arguments, Failed, Trial};
use project::{Project, Ran};
use serde::Deserialize;

const TABLES: &[&str] = &[
    include_str!("faults/file.toml"),
    include_str!("faults/names.toml"),
    include_str!("faults/addresses.toml"),
    include_str!("faults/yaml.toml"),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    row: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    number: u32,
    name: String,
    mesh: Option<Text>,
    service: Option<String>,
    lock: Option<String>,
    codes: Vec<String>,
    status: Option<i32>,
    at: Option<String>,
    #[serde(default)]
    says: Vec<String>,
    #[serde(default)]
    hides: Vec<String>,
    #[serde(rename = "why")]
    _why: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Whole(String),
    Made {
        head: String,
        each: String,
        from: u32,
        to: u32,
        #[serde(default)]
        tail: String,
    },
}

fn main() {
    let tables = TABLES.iter().map(|table| toml::from_str::<Rows>(table).unwrap());
    let rows = tables.flat_map(|table| table.row);
    let mut trials: Vec<Trial> =
        rows.map(|row| trial(row.number, &row.name.clone(), move || check(&row))).collect();
    trials.extend(build::trials());
    trials.extend(git::trials());
    trials.extend(said::trials());
    trials.extend(size::trials());
    trials.extend(special::trials());
    let names: BTreeSet<&str> = trials.iter().map(Trial::name).collect();
    assert_eq!(names.len(), trials.len(), "two rows have one name");
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A test named by its row: `row 007: a bare carriage return`.
fn trial(
    number: u32,
    name: &str,
    test: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    Trial::test(format!("row {number:03}: {name}"), test)
}

fn check(row: &Row) -> Result<(), Failed> {
    let mesh = match (&row.mesh, &row.service) {
        (Some(Text::Whole(text)), None) => text.clone(),
        (Some(Text::Made { head, each, from, to, tail }), None) => {
            let line = |n: u32| each.replace("{n}", &n.to_string());
            format!("{head}{}{tail}", (*from..=*to).map(line).collect::<String>())
        }
        (None, Some(lines)) => with_service(lines),
        _ => return Err("a row has either `mesh` or `service`".into()),
    };
    let project = Project::new();
    project.write("mesh.toml", &mesh);
    if let Some(lock) = &row.lock {
        project.write("mesh.lock", lock);
    }
    let ran = project.cwc(&["check"]);
    expect(row, &ran).map_err(|message| format!("{message}\n{ran}").into())
}

fn with_service(lines: &str) -> String {
    let defaults = [
        ("namespace", "namespace = \"bookinfo\"\n"),
        ("ports", "ports = { http = 9080 }\n"),
        ("clusters", "clusters = [\"east\"]\n"),
    ];
    let all = format!("\n{lines}");
    let own = all.split("\n[").next().unwrap();
    let said = |key: &str| own.lines().any(|line| line.starts_with(&format!("{key} =")));
    let missing = defaults.iter().filter(|(key, _)| !said(key)).map(|(_, line)| *line);
    format!(
        "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r1\"\n\n[clusters.west]\ngateway = \"203.0.113.20\"\n\
         region = \"r2\"\n\n[services.reviews]\n{}{lines}",
        missing.collect::<String>()
    )
}

fn expect(row: &Row, ran: &Ran) -> Result<(), String> {
    let expected: BTreeSet<&str> = row.codes.iter().map(String::as_str).collect();
    let found = ran.codes();
    if found != expected {
        return Err(format!("expected {expected:?}, found {found:?}"));
    }
    let status = row.status.unwrap_or(i32::from(!row.codes.is_empty()));
    if ran.status != status {
        return Err(format!("expected exit status {status}"));
    }
    if let Some(at) = &row.at
        && ran.first_place() != Some(at)
    {
        return Err(format!("expected the place {at}"));
    }
    let all = format!("{}{}", ran.stdout, ran.stderr);
    if let Some(part) = row.says.iter().find(|part| !all.contains(*part)) {
        return Err(format!("expected it to say: {part}"));
    }
    if let Some(part) = row.hides.iter().find(|part| all.contains(*part)) {
        return Err(format!("expected it not to say: {part}"));
    }
    ran.is_decent()
}
