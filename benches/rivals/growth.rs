//! How time and memory grow with the output, up to W(500,10000).

use std::fs;

use crate::goals::{clear, cwc, limit as run_limit};
use crate::measure::{self, Usage};
use crate::{limit, mesh};

/// A fleet of one size.
pub struct Row {
    pub name: String,
    pub files: usize,
    pub megabytes: f64,
    pub build: Usage,
    pub writing: Usage,
    pub check: Usage,
}

impl Row {
    /// Milliseconds of the processors for a megabyte.
    pub fn each(&self) -> f64 {
        self.build.cpu() * 1e3 / self.megabytes
    }
}

/// Measures a fleet, so many times; `callers` limits each service to so many calling clusters.
pub fn measure(clusters: usize, services: usize, callers: Option<usize>, runs: usize) -> Row {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let root = place.path();
    let mut text = mesh::text(clusters, services);
    if let Some(callers) = callers {
        text = limited(&text, clusters, callers);
    }
    fs::write(root.join("mesh.toml"), text).unwrap();
    let (mut build, mut writing, mut check) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        clear(root);
        build.push(cwc(root, &["build"]));
        limit::list(&root.join("generated"), &root.join("list"));
        writing.push(run_limit(root, "write", "limit"));
        check.push(cwc(root, &["check"]));
    }
    let (files, bytes) = limit::totals(&root.join("list"));
    let limits = callers.map_or(String::new(), |callers| format!(", {callers} callers each"));
    Row {
        name: format!("W({clusters},{services}){limits}"),
        files,
        megabytes: bytes as f64 / 1e6,
        build: measure::median(&build),
        writing: measure::median(&writing),
        check: measure::median(&check),
    }
}

/// The document with so many callers for each service: clusters that follow each other, another first one for each.
fn limited(text: &str, clusters: usize, callers: usize) -> String {
    let mut service = 0;
    let mut limited = String::new();
    for line in text.lines() {
        limited.push_str(line);
        limited.push('\n');
        if line.starts_with("clusters = ") {
            let named =
                (0..callers).map(|next| format!("\"c{:03}\"", (service * 3 + next) % clusters));
            let named: Vec<String> = named.collect();
            limited.push_str(&format!("callers = [{}]\n", named.join(", ")));
            service += 1;
        }
    }
    limited
}

/// Prints the rows.
pub fn print(rows: &[Row]) {
    println!(
        "\n| | files | MB | build: clock s | processor s | ms a MB | peak MiB | only writing: processor s | check: processor s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let Row { name, files, megabytes, build, writing, check } = row;
        let (wall, cpu, peak) = (build.wall, build.cpu(), build.peak_mib);
        let (each, writing, check) = (row.each(), writing.cpu(), check.cpu());
        println!(
            "| {name} | {files} | {megabytes:.1} | {wall:.2} | {cpu:.2} | {each:.1} | {peak:.0} | {writing:.2} | {check:.3} |"
        );
    }
}
