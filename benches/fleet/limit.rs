//! What no build can be faster than: processes that only write, or only read, so many bytes in the same files.
//!
//! Enters: a list of paths and sizes. Leaves: the files, made from one text that the processes hold anyway; nothing is renamed or synced.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::thread;

/// Lists a tree: a line a file, its size and its path.
pub fn list(tree: &Path, to: &Path) {
    let files = walkdir::WalkDir::new(tree).sort_by_file_name().into_iter().map(Result::unwrap);
    let line = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(tree).unwrap().display().to_string();
        format!("{} {path}\n", entry.metadata().unwrap().len())
    };
    let lines: String = files.filter(|entry| entry.file_type().is_file()).map(line).collect();
    fs::write(to, lines).unwrap();
}

/// The files and the bytes in a list.
pub fn totals(list: &Path) -> (usize, usize) {
    let files = read_list(list);
    (files.len(), files.iter().map(|(size, _)| size).sum())
}

/// Writes files of the sizes in a list.
pub fn write(list: &Path, to: &Path) {
    let files = read_list(list);
    let largest = files.iter().map(|(size, _)| *size).max().unwrap_or_default();
    let text = "  - address: s00001.team-0.svc.cluster.local\n".repeat(largest / 40 + 1);
    share(&files, |(size, path)| {
        let path = to.join(path);
        let mut made = fs::File::create(&path);
        if made.is_err() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            made = fs::File::create(&path);
        }
        made.unwrap().write_all(&text.as_bytes()[..*size]).unwrap();
    });
}

/// Reads the files in a list.
pub fn read(list: &Path, from: &Path) {
    share(&read_list(list), |(size, path)| {
        assert_eq!(fs::read(from.join(path)).unwrap().len(), *size);
    });
}

fn read_list(list: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(list).unwrap();
    let line = |line: &str| {
        let (size, path) = line.split_once(' ').unwrap();
        (size.parse().unwrap(), path.to_owned())
    };
    text.lines().map(line).collect()
}

/// Splits the files among a thread a processor, in runs, so that a folder's files fall to one of them.
fn share(files: &[(usize, String)], work: impl Fn(&(usize, String)) + Sync) {
    let threads = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let part = files.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for part in files.chunks(part) {
            scope.spawn(|| part.iter().for_each(&work));
        }
    });
}
