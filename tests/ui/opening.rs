//! `--open`: the address comes to the browser, and to nobody else.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::browser::Browser;
use crate::served::{MESH, Served};

/// A folder with a mesh.toml, a place for passing files, and a program that notes what it is to open.
fn folder(program: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mesh.toml"), MESH).unwrap();
    std::fs::create_dir(folder.path().join("run")).unwrap();
    std::fs::create_dir(folder.path().join("bin")).unwrap();
    let path = folder.path().join("bin").join(program);
    let note = folder.path().join("note");
    let text =
        format!("#!/bin/sh\nprintf '%s|' \"$@\" >{0}.part\n/bin/mv {0}.part {0}\n", note.display());
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn opened(folder: TempDir, browser: Option<&OsStr>) -> Served {
    let (bin, run) = (folder.path().join("bin"), folder.path().join("run"));
    let mut variables = vec![("PATH", bin.as_os_str()), ("XDG_RUNTIME_DIR", run.as_os_str())];
    variables.extend(browser.map(|browser| ("BROWSER", browser)));
    Served::told(folder, &["--open"], &variables)
}

/// What the program was told to open.
fn noted(served: &Served) -> String {
    let began = Instant::now();
    while !served.path("note").exists() {
        assert!(began.elapsed() < Duration::from_secs(20), "nothing was opened");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::fs::read_to_string(served.path("note")).unwrap()
}

fn left_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The arguments of every program that runs on this machine, as every user of it can list them.
fn all_arguments() -> String {
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let lines = processes.filter_map(|process| std::fs::read(process.join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).into_owned()).collect()
}

#[test]
fn a_file_that_nobody_else_reads_leads_a_real_browser_in_once() {
    let served = opened(folder("xdg-open"), None);
    let note = noted(&served);
    let file = PathBuf::from(note.strip_suffix('|').unwrap());
    assert!(file.starts_with(served.path("run")), "{note}");
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    assert!(std::fs::read_to_string(&file).unwrap().contains(&served.token));
    assert!(!note.contains(&served.token) && !all_arguments().contains(&served.token));
    let Some(browser) = Browser::open(false) else { return };
    browser.go(&format!("file://{}", file.display()));
    // The page that leads in is of another site: the cookie counts nevertheless, for what the entrance begins itself.
    browser.until("document.querySelector('nav') && document.getElementById('health').innerText === 'no problems'");
    assert_eq!(left_in(&served.path("run")), 0, "the file is gone once it was used");
    assert_eq!(served.get(&format!("/?token={}", served.token), &[]).status, 401);
    assert_eq!(std::fs::read_to_string(served.path("stderr")).unwrap(), "");
}

#[test]
fn what_nobody_came_by_is_gone_when_it_ends() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut served = opened(folder("xdg-open"), None);
        noted(&served);
        assert_eq!(left_in(&served.path("run")), 1);
        assert_eq!(served.end(signal), Some(0), "{signal}");
        assert_eq!(left_in(&served.path("run")), 0, "{signal}");
    }
}

#[test]
fn the_users_own_browser_comes_first_with_its_arguments() {
    let of = |browser: &str| noted(&opened(folder("mine"), Some(OsStr::new(browser))));
    let plain = of("mine:other");
    assert!(plain.ends_with("/cwc.html|") && plain.matches('|').count() == 1, "{plain}");
    let said = of("mine --new %s --quiet");
    assert!(said.starts_with("--new|/") && said.ends_with("/cwc.html|--quiet|"), "{said}");
}

#[test]
fn without_a_program_that_opens_the_address_is_still_there() {
    let served = opened(folder("nothing"), None);
    assert_eq!(served.enter().ask("state").status, 200);
    let complaints = std::fs::read_to_string(served.path("stderr")).unwrap();
    let said = "note: no browser is opened, so open the address yourself: cannot run `xdg-open`: ";
    assert!(complaints.starts_with(said), "{complaints}");
    assert_eq!(left_in(&served.path("run")), 0);
}
