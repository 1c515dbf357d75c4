//! Which files are cwc's: those that open with its mark, and its unfinished ones.
//!
//! Enters: names and the first bytes of files. Leaves: whose they are. Touches nothing.

use crate::emit::tree::MARK;

/// So many bytes tell whose a file is: the mark's line, with either line ending.
pub(super) const TELLING: usize = MARK.len() + 1;

/// The ending of the name under which a file is written before it takes its place.
///
/// It ends in nothing that kubectl, Argo CD or Flux would read (`.yaml`, `.yml`, `.json`), and the dot in front hides it from people.
const UNFINISHED: &str = ".cwc-new";

/// Whether a file begins with the mark; a checkout may have given its line another ending.
pub(super) fn is_ours(bytes: &[u8]) -> bool {
    let line = MARK.trim_end().as_bytes();
    let rest = bytes.strip_prefix(line);
    rest.is_some_and(|rest| rest.starts_with(b"\n") || rest.starts_with(b"\r\n"))
}

/// Whether a file is one that a build did not finish: it begins with `mark`, or is cut off within it.
pub(super) fn is_leftover(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.starts_with(mark) || mark.starts_with(bytes)
}

/// The name under which a file is written before it takes its place.
pub(super) fn unfinished(name: &str) -> String {
    format!(".{name}{UNFINISHED}")
}

/// Where a file is written before it takes its place, by its path.
#[must_use]
pub fn unfinished_path(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/{}", unfinished(name)),
        None => unfinished(path),
    }
}

/// Whether a file, by the last name of its path, is one that was being written.
#[must_use]
pub fn is_unfinished(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.starts_with('.') && name.ends_with(UNFINISHED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_is_known_with_either_line_ending_and_only_as_a_whole_line() {
        let line = MARK.trim_end();
        assert!(is_ours(format!("{line}\nkind: x\n").as_bytes()));
        assert!(is_ours(format!("{line}\r\nkind: x\r\n").as_bytes()));
        assert!(!is_ours(format!("{line} not quite\n").as_bytes()));
        assert!(!is_ours(line.as_bytes()));
        assert!(!is_ours(format!("\n{line}\n").as_bytes()));
        assert!(format!("{line}\r\n").len() <= TELLING);
    }

    #[test]
    fn a_file_is_begun_beside_its_place() {
        assert_eq!(unfinished_path("east/a.yaml"), "east/.a.yaml.cwc-new");
        assert_eq!(unfinished_path("a.yaml"), ".a.yaml.cwc-new");
        assert!(is_unfinished(&unfinished_path("east/a.yaml")));
        for other in ["east/.a.yaml", "east/a.yaml.cwc-new", "east/.cwc-new/a.yaml"] {
            assert!(!is_unfinished(other), "{other}");
        }
    }

    #[test]
    fn a_file_cut_off_within_the_mark_is_a_leftover() {
        let mark = MARK.as_bytes();
        assert!(is_leftover(b"", mark));
        assert!(is_leftover(b"# Gener", mark));
        assert!(is_leftover(format!("{MARK}kind").as_bytes(), mark));
        assert!(!is_leftover(b"# Generic notes", mark));
    }
}
