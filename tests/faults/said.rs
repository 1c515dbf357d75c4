//! What is printed, and where it goes: closed and full outputs, colors, programs that read commands in it, and secrets.

use std::fs::{self, OpenOptions};
use std::process::{Command, Stdio};

use libtest_mimic::Trial;

use super::build::{CLUSTERS, built, service};
use super::project::Project;
use super::trial;

/// A key that GitHub, and Markdown, would act upon.
const COMMANDS: &str = "[clusters.\"::set-output name=a::b\\n::error::c%0A\"]\ngateway = \"203.0.113.10\"\n[clusters.\"@team <img src=x> [a](b)\"]\ngateway = \"203.0.113.20\"\n";
/// The example that AWS gives of a key.
const SECRET: &str = "AKIAIOSFODNN7EXAMPLE";

pub(super) fn trials() -> Vec<Trial> {
    vec![
        trial(109, "a reader that went away", || {
            let project = built(&[service("a", "")])?;
            project.write("mesh.toml", COMMANDS);
            for args in [
                &["check"][..],
                &["explain", "--list"],
                &["--help"],
                &["check", "--format", "json"],
            ] {
                let (reader, writer) = std::io::pipe().unwrap();
                drop(reader);
                let output = of(&project, args).stdout(writer).output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                if said.contains("panicked") || output.status.code().is_none() {
                    return Err(format!("{args:?}: {}: {said}", output.status).into());
                }
            }
            Ok(())
        }),
        trial(109, "an output that is full", || {
            let project = built(&[service("a", "")])?;
            let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
            let output = of(&project, &["fmt", "-"])
                .stdin(fs::File::open(project.path("mesh.toml")).unwrap())
                .stdout(full)
                .output()
                .unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            // Who replaces a file by what was written must not believe it whole.
            if output.status.code() == Some(2) && said.contains("No space left on device") {
                Ok(())
            } else {
                Err(format!("{}: {said}", output.status).into())
            }
        }),
        trial(109, "a terminal of 20 columns", || {
            let project = Project::new();
            project.write("mesh.toml", COMMANDS);
            for args in [&["check"][..], &["build", "--help"]] {
                let output = of(&project, args).env("COLUMNS", "20").output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                if output.stdout.is_empty() || !said.is_ascii() || said.contains("panicked") {
                    return Err(format!("{args:?}: {}: {said}", output.status).into());
                }
            }
            Ok(())
        }),
        trial(109, "colors are for those who want them", || {
            let project = Project::new();
            project.write("mesh.toml", COMMANDS);
            for (names, expected) in [
                (&[][..], false),
                (&["CLICOLOR_FORCE"], true),
                (&["CLICOLOR_FORCE", "NO_COLOR"], false),
            ] {
                let mut command = of(&project, &["check"]);
                ["NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR"].iter().for_each(|name| {
                    command.env_remove(name);
                });
                let output = command.envs(names.iter().map(|name| (name, "1"))).output().unwrap();
                if output.stdout.contains(&0x1b) != expected {
                    return Err(format!("{names:?}: {expected}").into());
                }
            }
            Ok(())
        }),
        trial(110, "commands to GitHub in a name", || {
            let project = Project::new();
            project.write("mesh.toml", COMMANDS);
            let ran = project.cwc(&["check", "--format", "github"]);
            // The runner obeys what a line begins with.
            let ours = ["::group::cwc check", "::endgroup::", "::error file=mesh.toml,"];
            let obeyed = |line: &&str| line.trim_start().starts_with("::");
            let foreign = |line: &&str| !ours.iter().any(|own| line.starts_with(own));
            let lines = || ran.stdout.lines().filter(obeyed);
            match lines().find(foreign) {
                None if ran.stdout.contains("set-output") && lines().count() == 4 => Ok(()),
                _ => Err(ran.to_string().into()),
            }
        }),
        trial(110, "commands to GitHub in the middle of a line", || {
            let project = built(&[service("a", "")])?;
            let command = "##[set-output name=a]b";
            let value = format!(
                "\n[[services.a.routes]]\nto=[{{cluster=\"east\"}}]\nheaders={{ request={{ set={{ a=\"{command}\" }} }} }}\n"
            );
            let web = service("a", "").replace("tcp = 5432", "http = 80");
            project.write("mesh.toml", format!("{CLUSTERS}{web}{value}"));
            let shown = |args: &[&str], status| {
                let ran = project.cwc(args);
                ran.expect(status, &["set-output"])?;
                if ran.stdout.contains("##[") { Err(ran.to_string().into()) } else { Ok(()) }
            };
            shown(&["diff"], 1)?;
            shown(&["diff", "--semantic"], 1)?;
            shown(&["fmt", "--check"], 1)?;
            project.write("mesh.toml", format!("{CLUSTERS}{web}[services.\"{command}\"]\n"));
            shown(&["check"], 1)?;
            shown(&["build"], 1)
        }),
        trial(110, "Markdown in a name", || {
            let project = Project::new();
            project.write("mesh.toml", COMMANDS);
            let ran = project.cwc(&["check", "--format", "markdown"]);
            // Within backticks nothing means anything.
            let outside: String = ran.stdout.split('`').step_by(2).collect();
            let acted_upon =
                ["@team", "<img", "[a](b)"].iter().find(|part| outside.contains(**part));
            match acted_upon {
                None if ran.stdout.contains("team") => Ok(()),
                _ => Err(ran.to_string().into()),
            }
        }),
        trial(111, "no command shows a secret", || {
            let project = built(&[service("a", "")])?;
            let lines = format!(
                "\n[[services.a.routes]]\nto=[{{cluster=\"east\"}}]\nheaders={{ request={{ set={{ a=\"{SECRET}\" }} }} }}\n"
            );
            project.write("mesh.toml", format!("{CLUSTERS}{}{lines}", service("a", "")));
            for args in [
                "check",
                "check --fix-dry-run",
                "check --format json",
                "check --format github",
                "check --format sarif",
                "check --format markdown",
                "build",
                "build --check",
                "diff",
                "diff --format markdown",
                "fmt --check",
                "trace a --from west",
                "graph",
            ] {
                let ran = project.cwc(&args.split(' ').collect::<Vec<_>>());
                let all = format!("{}{}", ran.stdout, ran.stderr);
                if all.contains("IOSFODNN7") {
                    return Err(format!("{args}: {all}").into());
                }
                if ran.status == 0 {
                    return Err(format!("{args} goes on").into());
                }
            }
            let tree = project.files("generated");
            match tree.iter().find(|(_, text)| text.contains(SECRET)) {
                Some((path, _)) => Err(path.clone().into()),
                None => Ok(()),
            }
        }),
    ]
}

/// A command in the folder of a project.
fn of(project: &Project, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    command.args(args).current_dir(project.path(".")).env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
    command
}
