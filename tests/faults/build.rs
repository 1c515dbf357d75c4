//! Faults that show only in what is built, or in the next build.

use std::fs;

use libtest_mimic::{Failed, Trial};

use super::project::Project;
use super::trial;

pub(super) const CLUSTERS: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\nregion = \"r1\"\n\n[clusters.west]\ngateway = \"gw.west.example.com\"\nregion = \"r2\"\n";

/// A service of TCP, with further names or none.
pub(super) fn service(key: &str, hosts: &str) -> String {
    format!(
        "\n[services.{key}]\nnamespace = \"bank\"\nports = {{ tcp = 5432 }}\nclusters = [\"east\"]\nhosts = [{hosts}]\n"
    )
}

pub(super) fn trials() -> Vec<Trial> {
    vec![
        trial(2, "a build of nothing removes nothing", nothing_is_removed),
        trial(93, "a build with an error writes nothing", || {
            let project = built(&[service("a", "")])?;
            let before = project.files("generated");
            project
                .write("mesh.toml", format!("{CLUSTERS}{}{}", service("a", ""), service("B", "")));
            project.cwc(&["build"]).expect(1, &["CW0301", "nothing was written"])?;
            same(&before, &project.files("generated"))
        }),
        trial(35, "a TCP service without VIP cannot be", || {
            let tree = built(&[service("a", "\"a.global\"")])?.files("generated");
            for (path, text) in tree.iter().filter(|(path, _)| path.contains("services.")) {
                for entry in
                    text.split("\n---\n").filter(|text| text.contains("kind: ServiceEntry"))
                {
                    let tls = entry.contains("protocol: TLS");
                    if !tls && !entry.contains("\n  addresses:\n  - \"240.") {
                        return Err(format!("{path}:\n{entry}").into());
                    }
                }
            }
            Ok(())
        }),
        trial(36, "two names of a TCP service are two entries", || {
            let project = built(&[service("a", "\"a.global\"")])?;
            let text = project.read("generated/west/services.bank.yaml");
            let entries = text.split("\n---\n").filter(|text| text.contains("kind: ServiceEntry"));
            let hosts: Vec<usize> =
                entries.map(|text| text.matches("global\"\n").count()).collect();
            let lock = project.read("mesh.lock");
            let addresses = lock.matches("\" = \"240.").count();
            if addresses == 2 && text.matches("kind: ServiceEntry").count() >= 2 {
                Ok(())
            } else {
                Err(format!("{hosts:?}\n{text}\n{lock}").into())
            }
        }),
        trial(38, "labels that look like something else stay strings", || {
            let project = Project::new();
            let gateway = "[clusters.east.gateway]\naddress = \"203.0.113.10\"\nselector = { a = \"no\", b = \"1e3\", c = \"2024-01-01\", d = \"007\" }\n";
            let west = "\n[clusters.west]\ngateway = \"203.0.113.20\"\n";
            project.write("mesh.toml", format!("{gateway}{west}{}", service("a", "")));
            project.cwc(&["build"]).expect(0, &[])?;
            let text = project.read("generated/east/gateway.yaml");
            let quoted = ["a: \"no\"", "b: \"1e3\"", "c: \"2024-01-01\"", "d: \"007\""];
            match quoted.iter().find(|label| !text.contains(**label)) {
                Some(label) => Err(format!("no {label} in\n{text}").into()),
                None => Ok(()),
            }
        }),
        trial(40, "a host name as the gateway's address is looked up", || {
            let mesh = CLUSTERS.replace("203.0.113.10", "gw.east.example.com");
            let project = Project::new();
            project.write("mesh.toml", format!("{mesh}{}", service("a", "")));
            project.cwc(&["build"]).expect(0, &[])?;
            let text = project.read("generated/west/services.bank.yaml");
            if text.contains("resolution: DNS") && !text.contains("resolution: STATIC") {
                Ok(())
            } else {
                Err(text.into())
            }
        }),
        trial(45, "a service that comes back has its address again", || {
            let project = built(&[service("a", ""), service("b", "")])?;
            let lock = project.read("mesh.lock");
            for services in [vec![service("b", "")], vec![service("b", ""), service("a", "")]] {
                rebuild(&project, &services)?;
                if project.read("mesh.lock") != lock {
                    return Err(project.read("mesh.lock").into());
                }
            }
            Ok(())
        }),
        // There is no key by which a service would say its former name: the old name stays in the lock, so that nobody else gets its
        // address, and the new one gets its own.
        trial(46, "a renamed service gets another address", || {
            let project = built(&[service("a", "")])?;
            rebuild(&project, &[service("c", "")])?;
            let lock = project.read("mesh.lock");
            let address = |name: &str| {
                lock.lines()
                    .find(|line| line.starts_with(name))
                    .map(|line| line[name.len()..].to_owned())
            };
            let (old, new) = (address("\"a.bank.global\""), address("\"c.bank.global\""));
            if old.is_some() && new.is_some() && old != new { Ok(()) } else { Err(lock.into()) }
        }),
        trial(48, "a lock that is gone is not made anew", || {
            let project = built(&[service("a", "")])?;
            let (lock, tree) = (project.read("mesh.lock"), project.files("generated"));
            fs::remove_file(project.path("mesh.lock")).unwrap();
            // Not 1: without the lock the question cannot be answered.
            project.cwc(&["build"]).expect(2, &["its mesh.lock is gone", "--reallocate"])?;
            if project.path("mesh.lock").exists() {
                return Err("a lock was written".into());
            }
            same(&tree, &project.files("generated"))?;
            project.cwc(&["build", "--reallocate"]).expect(0, &[])?;
            if project.read("mesh.lock") == lock {
                Ok(())
            } else {
                Err(project.read("mesh.lock").into())
            }
        }),
        trial(48, "a damaged lock stops the build", || {
            let project = built(&[service("a", "")])?;
            let tree = project.files("generated");
            let lock = project.read("mesh.lock");
            let cut = &lock[..lock.len() - 4];
            project.write("mesh.lock", cut);
            project.cwc(&["build"]).expect(1, &["CW0330", "nothing was written"])?;
            same(&tree, &project.files("generated"))?;
            if project.read("mesh.lock") == cut {
                Ok(())
            } else {
                Err("the lock was written".into())
            }
        }),
        trial(49, "a removed name is forgotten only when that is said", || {
            let project = built(&[service("a", ""), service("b", "")])?;
            rebuild(&project, &[service("a", "")])?;
            let has_b = || project.read("mesh.lock").contains("b.bank.global");
            if !has_b() {
                return Err("forgotten by a build".into());
            }
            project.cwc(&["build", "--forget"]).expect(0, &[])?;
            if has_b() { Err("not forgotten".into()) } else { Ok(()) }
        }),
        trial(63, "numbers are numbers", || {
            let mesh = format!(
                "{CLUSTERS}{}outlier = {{ errors = 7, interval = \"90s\" }}\n",
                service("a", "")
            );
            let project = Project::new();
            project.write(
                "mesh.toml",
                mesh.replace("clusters = [\"east\"]", "clusters = [\"east\", \"west\"]"),
            );
            project.cwc(&["build"]).expect(0, &[])?;
            let text = project.read("generated/west/services.bank.yaml");
            let plain = ["number: 5432\n", "consecutiveGatewayErrors: 7\n"];
            match plain.iter().find(|part| !text.contains(**part)) {
                Some(part) => Err(format!("no {part} in\n{text}").into()),
                None => Ok(()),
            }
        }),
        trial(64, "an empty list is none", || {
            let with = built(&[service("a", "")])?;
            let without = built(&[service("a", "").replace("hosts = []\n", "")])?;
            same(&with.files("generated"), &without.files("generated"))
        }),
    ]
}

/// A project with these services, built.
pub(super) fn built(services: &[String]) -> Result<Project, Failed> {
    let project = Project::new();
    rebuild(&project, services)?;
    Ok(project)
}

fn rebuild(project: &Project, services: &[String]) -> Result<(), Failed> {
    project.write("mesh.toml", format!("{CLUSTERS}{}", services.concat()));
    project.cwc(&["build"]).expect(0, &[])
}

fn nothing_is_removed() -> Result<(), Failed> {
    let project = built(&[service("a", "")])?;
    let before = (project.files("generated"), project.read("mesh.lock"));
    for text in ["", "# nothing\n", "[mesh]\nname = \"x\"\n"] {
        project.write("mesh.toml", text);
        project.cwc(&["build"]).expect(1, &["CW0108", "nothing was written"])?;
        if before != (project.files("generated"), project.read("mesh.lock")) {
            return Err("the tree has changed".into());
        }
    }
    Ok(())
}

fn same<T: PartialEq + std::fmt::Debug>(one: &T, two: &T) -> Result<(), Failed> {
    if one == two { Ok(()) } else { Err(format!("{one:?}\n{two:?}").into()) }
}
