//! Any folder is built into: what is there may be cwc's, somebody else's, empty, left over, or in the way.
//!
//! Enters: bytes, three an entry: where it is, what it is, and how it begins. What is not cwc's stays as it is, whether the build goes through or not; after one that
//! does, there is nothing left to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clap::Parser as _;
use cwc::commands::{Cli, Machine, Status};
use cwc::emit::tree::MARK;
use cwc::mesh::Lock;
use cwc::report::text::Style;

const DOCUMENT: &str = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\n\n[services.a]\nnamespace = \"one\"\nports = { tcp = 80 }\nclusters = [\"east\"]\n";

const PLACES: &[&str] = &[
    "generated",
    "generated/east",
    "generated/west",
    "generated/gone",
    "generated/east/gateway.yaml",
    "generated/east/kustomization.yaml",
    "generated/east/services.one.yaml",
    "generated/east/services.two.yaml",
    "generated/east/.gateway.yaml.cwc-new",
    "generated/east/.services.one.yaml.cwc-new",
    "generated/east/gateway-ports",
    "generated/east/gateway-ports/kustomization.yaml",
    "generated/west/notes.yaml",
    "generated/west/deep/er/notes.yaml",
    "generated/gone/gateway.yaml",
    "generated/gone/notes.txt",
    "mesh.lock",
    ".mesh.lock.cwc-new",
    "outside/gateway.yaml",
];

pub fn run(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("there is a folder for this");
    let root = folder.path();
    fs::write(root.join("mesh.toml"), DOCUMENT).expect("can be written");
    for entry in bytes.chunks_exact(3).take(12) {
        // What does not fit to what is there already is left out.
        let _ = put(root, entry[0], entry[1], entry[2]);
    }
    let flags = bytes.first().copied().unwrap_or_default();
    let mut args = vec!["cwc", "build", "--threads", "1"];
    args.extend((flags & 1 != 0).then_some("--adopt"));
    args.extend((flags & 2 != 0).then_some("--reallocate"));
    let before = files(root);
    let (status, said) = cwc(root, &args);
    let after = files(root);
    let is_own = |bytes: &[u8]| {
        let line = MARK.trim_end().as_bytes();
        let rest = bytes.strip_prefix(line);
        bytes.is_empty()
            || rest.is_some_and(|rest| rest.starts_with(b"\n") || rest.starts_with(b"\r\n"))
    };
    for (path, bytes) in &before {
        let unfinished = path.ends_with(".cwc-new");
        let mark = mark_of(path);
        let leftover = unfinished && (bytes.starts_with(mark) || mark.starts_with(bytes));
        let ours = path == "mesh.lock" || leftover || is_own(bytes) && !unfinished;
        assert!(ours || after.get(path) == Some(bytes), "{path} was touched: {said}");
    }
    if status == Status::Good {
        let again = cwc(root, &["cwc", "build", "--check", "--threads", "1"]);
        assert_eq!(again.0, Status::Good, "{said}then: {}", again.1);
    } else {
        assert!(!said.is_empty());
        assert_eq!(before, after, "refused and changed: {said}");
    }
}

fn cwc(root: &Path, args: &[&str]) -> (Status, String) {
    let style = Style { color: false, unicode: true };
    let machine = Machine { folder: root.to_owned(), stdout: style };
    let answer = Cli::try_parse_from(args).expect("are arguments").run(&machine);
    (answer.status, answer.stdout + &answer.stderr)
}

fn put(root: &Path, place: u8, what: u8, how: u8) -> std::io::Result<()> {
    let path = root.join(PLACES[usize::from(place) % PLACES.len()]);
    if let Some(above) = path.parent() {
        fs::create_dir_all(above)?;
    }
    let mark = mark_of(PLACES[usize::from(place) % PLACES.len()]);
    match what % 10 {
        0 => fs::create_dir_all(path),
        1 => fs::write(path, b""),
        2 => fs::write(path, [mark, b"kind: x\n"].concat()),
        3 => fs::write(path, &mark[..usize::from(how) % mark.len()]),
        4 => fs::write(path, [mark.trim_ascii_end(), b"\r\nkind: x\r\n"].concat()),
        5 => fs::write(path, b"version = 1\n\n[addresses]\n"),
        6 => fs::write(path, [how, what, b'\n']),
        #[cfg(unix)]
        7 => std::os::unix::fs::symlink(root.join(PLACES[usize::from(how) % PLACES.len()]), path),
        8 => fs::hard_link(root.join(PLACES[usize::from(how) % PLACES.len()]), path),
        _ => fs::write(path, b"kind: somebody's\n"),
    }
}

/// How cwc's own file at a path begins.
fn mark_of(path: &str) -> &'static [u8] {
    if path == ".mesh.lock.cwc-new" { Lock::MARK } else { MARK }.as_bytes()
}

/// Everything below a folder; a link with where it leads to.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("can be listed") {
            let path = entry.expect("can be listed").path();
            let kind = fs::symlink_metadata(&path).expect("is there").file_type();
            let name = path.strip_prefix(root).expect("is below").to_string_lossy().into_owned();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() {
                let to = fs::read_link(&path).expect("is a link");
                files.insert(name, format!("-> {}", to.display()).into_bytes());
            } else {
                files.insert(name, fs::read(&path).expect("can be read"));
            }
        }
    }
    files
}
