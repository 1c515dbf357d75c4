//! Faults by size: what is large, deep or many costs little and says little.

use libtest_mimic::{Failed, Trial};

use super::project::{Project, Ran};
use super::trial;

/// Address space of 512 MiB, a main stack of 1 MiB, and 20 s of a processor: above what a run takes without optimization, and far below what it would take
/// if its steps were the square of the size. How busy the machine is does not count.
const LIMITS: &[&str] = &["-v 524288", "-s 1024", "-t 20"];

/// Makes a text that is so many levels deep.
type Nested = fn(usize) -> String;

pub(super) fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial(3, "8 MiB and a byte", || {
            let ran = checked("#".repeat(8 * 1024 * 1024 + 1))?;
            ran.expect(1, &["the limit is 8388608 (8 MiB)", "CW0004"])
        }),
        trial(3, "8 MiB", || checked("#".repeat(8 * 1024 * 1024))?.expect(1, &["CW0108"])),
        trial(43, "an object that no API server takes", too_large),
        trial(43, "objects that it takes one by one", large),
        trial(70, "the longest names", longest_path),
        trial(13, "500 errors", many),
        trial(13, "14 errors in one table", folded),
    ];
    let nested: [(&str, Nested); 4] = [
        ("arrays", |depth| format!("x = {}{}\n", "[".repeat(depth), "]".repeat(depth))),
        ("inline tables", |depth| format!("x = {}1{}\n", "{a=".repeat(depth), "}".repeat(depth))),
        ("dotted keys", |depth| format!("{}a = 1\n", "a.".repeat(depth - 1))),
        ("a dotted header", |depth| format!("[{}a]\nb = 1\n", "a.".repeat(depth - 1))),
    ];
    for (what, text) in nested {
        trials.push(trial(8, &format!("{what}, 79 deep"), move || {
            let ran = checked(text(79))?;
            ran.expect(1, &["CW0101"])?;
            if ran.codes().contains("CW0001") { Err(ran.to_string().into()) } else { Ok(()) }
        }));
        for depth in [81, 1_000_000] {
            trials.push(trial(8, &format!("{what}, {depth} deep"), move || {
                checked(text(depth))?.expect(1, &["CW0001", "nested too deep"])
            }));
        }
    }
    for c in "+=[]{}\"'.,-_#a0\n\t \\é".chars() {
        let shown = c.escape_default().to_string();
        trials.push(trial(9, &format!("a million times `{shown}`"), move || {
            let ran = checked(c.to_string().repeat(1_000_000))?;
            ran.expect(1, &[])?;
            if ran.stdout.len() > 4096 { Err(ran.to_string().into()) } else { Ok(()) }
        }));
    }
    let token = format!("AKIA{} ", "0Z".repeat(8));
    for (what, text, code) in
        [("beginnings of tokens", "eyJ-", "CW0001"), ("tokens", token.as_str(), "CW0008")]
    {
        let text = text.repeat(300_000);
        trials.push(trial(111, &format!("300,000 {what} in a line"), move || {
            checked(text)?.expect(1, &[code])
        }));
    }
    for line in ["= 1\n", "[\n", "a = [\n", "\"\n", "[a]\n", "x = 1\n"] {
        let shown = line.trim_end().to_owned();
        trials.push(trial(9, &format!("100,000 lines of `{shown}`"), move || {
            checked(line.repeat(100_000))?.expect(1, &[])
        }));
    }
    trials
}

/// A document checked within the limits, and soon.
fn checked(text: String) -> Result<Ran, Failed> {
    let project = Project::new();
    project.write("mesh.toml", text);
    let ran = project.limited_cwc(LIMITS, "check mesh.toml");
    match ran.status {
        // SIGXCPU, and SIGKILL a second later.
        -24 | -9 => Err("took more than 20 s of a processor".into()),
        _ => Ok(ran),
    }
}

/// A service that 1500 gateway addresses lead to, with so many ports; 12 of them make more than 1 MiB of a `ServiceEntry`.
fn of_ports(count: usize) -> Project {
    let gateways: String = (0..1500).map(|n| format!("\"gw{n}.example.com\",\n")).collect();
    let ports: String =
        (0..count).map(|n| format!("tcp-{}-{n} = {}\n", "a".repeat(55), 1000 + n)).collect();
    let project = Project::new();
    project.write("mesh.toml", format!("[clusters.east]\ngateway = [\n{gateways}]\n[clusters.west]\ngateway = \"203.0.113.20\"\n[services.x]\nnamespace = \"x\"\nclusters = [\"east\"]\n[services.x.ports]\n{ports}"));
    project
}

/// A service whose objects have more than 1 MiB together, and none of them alone.
fn large() -> Result<(), Failed> {
    of_ports(6).cwc(&["build"]).expect(0, &[])
}

/// A `ServiceEntry` of more than 1 MiB, though neither its ports nor its endpoints are too many: told by those who compile, and nothing is written.
fn too_large() -> Result<(), Failed> {
    let project = of_ports(12);
    project.cwc(&["check"]).expect(0, &[])?;
    for args in [&["build"][..], &["build", "--dry-run"], &["diff"]] {
        project.cwc(args).expect(
            2,
            &["ServiceEntry istio-system/x.x.global would have", "at most 1048576 can be applied"],
        )?;
    }
    match project.files(".").len() {
        1 => Ok(()),
        _ => Err("something was written".into()),
    }
}

/// The longest path that a document can ask for has 240 bytes, what Windows takes with room for the folder of the repository.
fn longest_path() -> Result<(), Failed> {
    let (out, name) = (format!("{}/{}", "o".repeat(60), "u".repeat(37)), "n".repeat(63));
    let mesh = format!(
        "[mesh]\nout = \"{out}\"\n[clusters.{name}]\ngateway = \"203.0.113.10\"\n[services.x]\nnamespace = \"{name}\"\nports = {{ http = 80 }}\nclusters = [\"{name}\"]\n"
    );
    let project = Project::new();
    project.write("mesh.toml", &mesh);
    project.cwc(&["build"]).expect(0, &[])?;
    let longest = project.files(".").into_iter().map(|(path, _)| path.len()).max();
    if longest != Some(240) {
        return Err(format!("{longest:?}").into());
    }
    project.write("mesh.toml", mesh.replace(&out, &format!("{out}x")));
    project.cwc(&["check"]).expect(1, &["CW0902", "99 characters, at most 98"])
}

/// All are found and counted, the first 50 shown, in the order of the file; twice the same.
fn many() -> Result<(), Failed> {
    let cluster = |number: usize| format!("[clusters.c{number}]\ngatewai = \"203.0.113.10\"\n\n");
    let text: String = (0..500).map(cluster).collect();
    let ran = checked(text.clone())?;
    ran.expect(1, &["500 errors", "and 450 more; mend these first"])?;
    let places = ran.stdout.lines().filter_map(|line| line.strip_prefix("  --> mesh.toml:"));
    let lines: Vec<usize> =
        places.map(|place| place.split(':').next().unwrap().parse().unwrap()).collect();
    let expected: Vec<usize> = (0..50).map(|number| number * 3 + 2).collect();
    if lines != expected || checked(text)?.stdout != ran.stdout {
        return Err(format!("{lines:?}").into());
    }
    Ok(())
}

/// Of one code in one table five are shown, and the others counted.
fn folded() -> Result<(), Failed> {
    let keys: String = (0..14).map(|number| format!("key{number} = 1\n")).collect();
    let ran = checked(format!("[clusters.east]\ngateway = \"203.0.113.10\"\n{keys}"))?;
    ran.expect(1, &["14 errors", "and 9 more of CW0101 (unknown-key) in the same table"])?;
    if ran.stdout.matches("error[").count() == 5 { Ok(()) } else { Err(ran.to_string().into()) }
}
