//! cwc and its rivals in turns, each making the same `ServiceEntries` from nothing.
//!
//! Megabytes are counted as cwc writes these objects, for every rival alike, so that JSON's quotes or wider indentation are no merit.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::contender::{ALL, Contender, tools};
use crate::goals::{clear, cwc, limit as run_limit};
use crate::measure::{self, Usage};
use crate::{input, limit, mesh};

/// A folder with a fleet that cwc and the rivals make their objects of.
struct Field {
    place: tempfile::TempDir,
    size: String,
    /// Of all that cwc writes, and of the `ServiceEntries` in it.
    megabytes: (f64, f64),
}

/// Whoever was measured.
pub struct Row {
    pub name: String,
    pub size: String,
    pub megabytes: f64,
    pub usage: Usage,
}

impl Row {
    /// Megabytes a second of the processors' time, and of the clock.
    pub fn speed(&self) -> (f64, f64) {
        (self.megabytes / self.usage.cpu(), self.megabytes / self.usage.wall)
    }
}

impl Field {
    fn new(clusters: usize, services: usize) -> Self {
        let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let root = place.path();
        fs::write(root.join("mesh.toml"), mesh::text(clusters, services)).unwrap();
        cwc(root, &["build"]);
        let generated = root.join("generated");
        let lock = fs::read_to_string(root.join("mesh.lock")).unwrap();
        fs::write(root.join("fleet.json"), input::fleet(clusters, services, &lock)).unwrap();
        limit::list(&generated, &root.join("list"));
        let (_, all) = limit::totals(&root.join("list"));
        let entries = input::kustomize(&generated, &root.join("kustomize"));
        let megabytes = (all as f64 / 1e6, entries as f64 / 1e6);
        Self { place, size: format!("W({clusters},{services})"), megabytes }
    }

    fn root(&self) -> &Path {
        self.place.path()
    }

    fn run(&self, rival: &Contender) -> Usage {
        let words = rival.command();
        let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        let output = self.root().join(format!("{}.yaml", rival.name));
        measure::run_into(self.root(), &output, &words[0], &args)
    }
}

/// Lets every rival make the objects of a small fleet, and compares them with cwc's. Returns how many they are.
fn compare(rivals: &[(&Contender, String)]) -> usize {
    let field = Field::new(10, 100);
    let script = format!("{}/benches/rivals/compare.py", env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(tools().join("python/bin/python"));
    command.arg(script).arg("generated").current_dir(field.root());
    for (rival, _) in rivals {
        field.run(rival);
        let made =
            if rival.folder { rival.name.to_owned() } else { format!("{}.yaml", rival.name) };
        command.arg(made);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Measures cwc and whoever is installed: the quick with one fleet, the slow with another.
pub fn measure(quick: (usize, usize), slow: (usize, usize), runs: usize) -> Vec<Row> {
    let installed = ALL.iter().filter_map(|rival| Some((rival, rival.version()?)));
    let rivals: Vec<(&Contender, String)> = installed.collect();
    for rival in ALL.iter().filter(|rival| rival.version().is_none()) {
        println!("{} is not installed: benches/install.sh", rival.name);
    }
    if rivals.is_empty() {
        return Vec::new();
    }
    println!(
        "\nThe same {} ServiceEntries of W(10,100) by cwc and each of the rivals.",
        compare(&rivals)
    );
    let mut rows = Vec::new();
    for ((clusters, services), is_slow) in [(quick, false), (slow, true)] {
        let field = Field::new(clusters, services);
        let mut names = vec!["cwc build".to_owned(), "only writing the same files".to_owned()];
        let here: Vec<_> = rivals.iter().filter(|(rival, _)| rival.slow == is_slow).collect();
        names.extend(here.iter().map(|(rival, version)| format!("{} {version}", rival.name)));
        let mut usages: Vec<Vec<Usage>> = names.iter().map(|_| Vec::new()).collect();
        for _ in 0..runs {
            clear(field.root());
            let own = [cwc(field.root(), &["build"]), run_limit(field.root(), "write", "limit")];
            let others = here.iter().map(|(rival, _)| field.run(rival));
            usages
                .iter_mut()
                .zip(own.into_iter().chain(others))
                .for_each(|(all, usage)| all.push(usage));
        }
        rows.extend(names.into_iter().zip(usages).enumerate().map(|(index, (name, usages))| {
            let (all, entries) = field.megabytes;
            let megabytes = if index < 2 { all } else { entries };
            Row { name, size: field.size.clone(), megabytes, usage: measure::median(&usages) }
        }));
    }
    rows
}

/// Prints the rows, each beside cwc with the same fleet.
pub fn print(rows: &[Row]) {
    println!(
        "\n| | fleet | MB | clock s | processor s | peak MiB | MB a processor s | MB a clock s | cwc is faster by |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut own = None;
    for row in rows {
        if row.name.starts_with("cwc") {
            own = Some(row);
        }
        let (speed, clock) = row.speed();
        let faster = own.map_or(1.0, |own| own.speed().0 / speed);
        let Row { name, size, megabytes, usage } = row;
        let Usage { wall, peak_mib, .. } = usage;
        let cpu = usage.cpu();
        println!(
            "| {name} | {size} | {megabytes:.1} | {wall:.2} | {cpu:.2} | {peak_mib:.0} | {speed:.1} | {clock:.1} | {faster:.1} |"
        );
    }
}
