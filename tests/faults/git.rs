//! Two branches that each add a service, merged by git itself.

use std::process::Command;

use libtest_mimic::{Failed, Trial};

use super::build::{CLUSTERS, built, service};
use super::project::Project;
use super::trial;

pub(super) fn trials() -> Vec<Trial> {
    vec![
        trial(47, "lines that are no neighbours merge", || {
            // In the lock `b` and `y` stand on either side of what was there before.
            let project = two_branches("b", "y")?;
            git(&project, &["merge", "-q", "other"])?;
            let lock = project.read("mesh.lock");
            let missing =
                ["b.bank", "k.bank", "m.bank", "y.bank"].iter().find(|name| !lock.contains(**name));
            if let Some(missing) = missing {
                return Err(format!("{missing} is lost\n{lock}").into());
            }
            whole(&project, &["b", "k", "m", "y"]);
            project.cwc(&["build"]).expect(0, &[])?;
            if project.read("mesh.lock") == lock {
                Ok(())
            } else {
                Err("the lock has changed".into())
            }
        }),
        trial(47, "neighbours conflict, and the markers are found", || {
            let project = two_branches("x", "y")?;
            if git(&project, &["merge", "-q", "other"]).is_ok() {
                return Err("git merged it".into());
            }
            whole(&project, &["k", "m", "x", "y"]);
            project
                .cwc(&["check"])
                .expect(1, &["CW0331", "--> mesh.lock:", "delete the markers"])?;
            let kept: String = project
                .read("mesh.lock")
                .lines()
                .filter(|line| {
                    !["<<<<", "====", ">>>>", "||||"].iter().any(|mark| line.starts_with(mark))
                })
                .map(|line| format!("{line}\n"))
                .collect();
            // The lines of both sides, as the help says: every name keeps what its branch gave it.
            project.write("mesh.lock", &kept);
            project.cwc(&["check"]).expect(0, &[])?;
            project.cwc(&["build"]).expect(0, &[])?;
            if project.read("mesh.lock") == kept {
                Ok(())
            } else {
                Err("the lock has changed".into())
            }
        }),
        trial(47, "both branches took one address", || {
            let project = two_branches("b", "y")?;
            git(&project, &["merge", "-q", "other"])?;
            let lock = project.read("mesh.lock");
            let line =
                |name: &str| lock.lines().find(|line| line.contains(name)).unwrap().to_owned();
            let taken = line("b.bank").rsplit(' ').next().unwrap().to_owned();
            let other = line("y.bank");
            let clash = other.replace(other.rsplit(' ').next().unwrap(), &taken);
            project.write("mesh.lock", lock.replace(&other, &clash));
            whole(&project, &["b", "k", "m", "y"]);
            project
                .cwc(&["check"])
                .expect(1, &["CW0331", "of `b.bank.global`", "of `y.bank.global`"])?;
            // The help: the line of the later name is deleted, and the next build gives it another address.
            project.write("mesh.lock", lock.replace(&format!("{other}\n"), ""));
            project.cwc(&["build"]).expect(0, &[])?;
            if project.read("mesh.lock").contains(&line("b.bank")) {
                Ok(())
            } else {
                Err("b has moved".into())
            }
        }),
    ]
}

/// A repository with the services `k` and `m`, on a branch where `own` was added; the branch `other` adds `theirs`.
fn two_branches(own: &str, theirs: &str) -> Result<Project, Failed> {
    let project = built(&[service("k", ""), service("m", "")])?;
    git(&project, &["init", "-q", "-b", "trunk"])?;
    commit(&project)?;
    git(&project, &["checkout", "-q", "-b", "other"])?;
    whole(&project, &["k", "m", theirs]);
    project.cwc(&["build"]).expect(0, &[])?;
    commit(&project)?;
    git(&project, &["checkout", "-q", "trunk"])?;
    whole(&project, &[own, "k", "m"]);
    project.cwc(&["build"]).expect(0, &[])?;
    commit(&project)?;
    Ok(project)
}

/// Writes the document that a person would make of both sides.
fn whole(project: &Project, services: &[&str]) {
    let services: String = services.iter().map(|key| service(key, "")).collect();
    project.write("mesh.toml", format!("{CLUSTERS}{services}"));
}

/// Of the lock and the document; the tree is built again after a merge.
fn commit(project: &Project) -> Result<(), Failed> {
    git(project, &["add", "mesh.toml", "mesh.lock"])?;
    git(project, &["commit", "-q", "-m", "a change"])
}

fn git(project: &Project, args: &[&str]) -> Result<(), Failed> {
    let identity =
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let mut command = Command::new("git");
    command.current_dir(project.path(".")).args(identity).args(args);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned().into())
    }
}
