//! Faults of the file itself: what is no file, no text, or text in another encoding.

use std::fs;
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use super::project::Project;
use super::trial;

const DOCUMENT: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[services.reviews]\nnamespace = \"bookinfo\"\nports = { http = 9080 }\nclusters = [\"east\"]\n";

pub(super) fn trials() -> Vec<Trial> {
    let utf16 = |big: bool, mark: bool| {
        let units = mark.then_some(0xfeff).into_iter().chain(DOCUMENT.encode_utf16());
        let bytes = |unit: u16| if big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        units.flat_map(bytes).collect::<Vec<u8>>()
    };
    vec![
        trial(1, "no file", || {
            Project::new().cwc(&["check", "mesh.toml"]).expect(2, &["cannot read mesh.toml"])
        }),
        trial(1, "no file anywhere", || {
            let project = Project::new();
            fs::create_dir(project.path(".git")).unwrap();
            project.cwc(&["check"]).expect(2, &["there is no mesh.toml", "cwc init"])
        }),
        trial(1, "a folder", || {
            let project = Project::new();
            fs::create_dir(project.path("mesh.toml")).unwrap();
            project.cwc(&["check", "mesh.toml"]).expect(2, &["mesh.toml: it is a folder"])
        }),
        trial(1, "a pipe", || pipe("mesh.toml")),
        trial(1, "a pipe as the lock", || pipe("mesh.lock")),
        trial(1, "a device", || {
            let project = Project::new();
            std::os::unix::fs::symlink("/dev/zero", project.path("mesh.toml")).unwrap();
            project.cwc(&["check"]).expect(2, &["it is no regular file"])
        }),
        trial(1, "a link to nothing", || {
            let project = Project::new();
            std::os::unix::fs::symlink("nowhere", project.path("mesh.toml")).unwrap();
            project.cwc(&["check", "mesh.toml"]).expect(2, &["cannot read mesh.toml"])
        }),
        trial(1, "init does not overwrite", || {
            let project = Project::new();
            project.write("mesh.toml", "# mine\n");
            project.cwc(&["init"]).expect(2, &["is there already"])?;
            same(&project.read("mesh.toml"), "# mine\n")
        }),
        trial(1, "init does not follow a link", || {
            let project = Project::new();
            std::os::unix::fs::symlink("elsewhere", project.path("mesh.toml")).unwrap();
            project.cwc(&["init"]).expect(2, &["is there already"])?;
            if project.path("elsewhere").exists() {
                Err("was written through".into())
            } else {
                Ok(())
            }
        }),
        trial(4, "bytes that are no UTF-8", || {
            raises(
                b"[clusters.east]\ngateway = \"\xff\"\n",
                "CW0002",
                "byte 27 begins no character",
            )
        }),
        trial(4, "a letter cut in two", || {
            raises(b"# \xc3", "CW0002", "byte 2 begins no character")
        }),
        trial(6, "UTF-16 from Windows", move || {
            raises(&utf16(false, true), "CW0002", "the file is UTF-16")
        }),
        trial(6, "UTF-16, big end first", move || {
            raises(&utf16(true, true), "CW0002", "the file is UTF-16")
        }),
        trial(6, "UTF-16 without a mark", move || raises(&utf16(false, false), "CW0006", "UTF-16")),
        trial(5, "a byte order mark", || same_tree(format!("\u{feff}{DOCUMENT}"))),
        trial(5, "CRLF", || same_tree(DOCUMENT.replace('\n', "\r\n"))),
        trial(5, "no final newline", || same_tree(DOCUMENT.trim_end().to_owned())),
        trial(109, "a locale that is not UTF-8", || {
            let project = Project::new();
            project.write("mesh.toml", DOCUMENT.replace("[\"east\"]", "[\"esat\"]"));
            let ran = project.cwc_in("C", &["check"]);
            ran.expect(1, &["CW0201", "`-- no such cluster"])?;
            if ran.stdout.is_ascii() { Ok(()) } else { Err(ran.to_string().into()) }
        }),
        trial(5, "the columns behind a byte order mark", || {
            let project = Project::new();
            project
                .write("mesh.toml", "\u{feff}x = 1\n[clusters.east]\ngateway = \"203.0.113.10\"\n");
            project.cwc(&["check"]).expect(1, &["--> mesh.toml:1:1"])
        }),
    ]
}

fn pipe(name: &str) -> Result<(), Failed> {
    let project = Project::new();
    if name != "mesh.toml" {
        project.write("mesh.toml", DOCUMENT);
    }
    let made = Command::new("mkfifo").arg(project.path(name)).status().unwrap();
    assert!(made.success());
    project.cwc(&["check"]).expect(2, &["it is no regular file"])
}

fn raises(bytes: &[u8], code: &str, says: &str) -> Result<(), Failed> {
    let project = Project::new();
    project.write("mesh.toml", bytes);
    let ran = project.cwc(&["check"]);
    ran.expect(1, &[says])?;
    if ran.codes().contains(code) { Ok(()) } else { Err(ran.to_string().into()) }
}

/// The document and its other form build to the same bytes.
fn same_tree(other: String) -> Result<(), Failed> {
    let build = |text: &str| {
        let project = Project::new();
        project.write("mesh.toml", text);
        project
            .cwc(&["build"])
            .expect(0, &[])
            .map(|()| (project.files("generated"), project.read("mesh.lock")))
    };
    if build(DOCUMENT)? == build(&other)? { Ok(()) } else { Err("the trees differ".into()) }
}

fn same(found: &str, expected: &str) -> Result<(), Failed> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("expected {expected:?}, found {found:?}").into())
    }
}
