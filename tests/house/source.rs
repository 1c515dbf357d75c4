//! What every source file is like.

use crate::{folder, sources};

#[test]
fn every_file_opens_with_what_it_is() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{path} does not open with `//!`");
    }
}

/// Names that say where something is kept, not what it is.
#[test]
fn no_file_is_a_drawer() {
    for (path, _) in sources() {
        let stem = path.rsplit('/').next().unwrap().trim_end_matches(".rs");
        let drawers = ["util", "utils", "helper", "helpers", "common", "misc", "types", "shared"];
        assert!(!drawers.contains(&stem), "{path}");
    }
}

/// The words are put together here, so that this file does not find itself.
#[test]
fn nothing_is_left_to_do() {
    let marks = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["db", "g!("], ["to", "do!("]]
        .map(|parts| parts.concat());
    for (path, text) in sources() {
        for mark in &marks {
            assert!(!text.contains(mark.as_str()), "{path} holds {mark}");
        }
    }
}

/// A file without a `mod` line is never compiled, and nothing would say so.
#[test]
fn every_file_is_a_module() {
    for (path, _) in sources() {
        let (parent, stem) = path.rsplit_once('/').unwrap_or(("", &path));
        let stem = stem.trim_end_matches(".rs");
        if parent.is_empty() && matches!(stem, "main" | "lib") || stem == "mod" {
            continue;
        }
        let candidates = if parent.is_empty() {
            vec!["lib.rs".to_owned()]
        } else {
            vec![format!("{parent}/mod.rs"), format!("{parent}.rs")]
        };
        let declared = candidates.iter().any(|file| {
            let text = std::fs::read_to_string(folder("src").join(file)).unwrap_or_default();
            text.lines().any(|line| {
                let line = line
                    .trim_start_matches("pub(crate) ")
                    .trim_start_matches("pub(super) ")
                    .trim_start_matches("pub ");
                line == format!("mod {stem};")
            })
        });
        assert!(declared, "no `mod {stem};` in {}", candidates.join(" or "));
    }
}
