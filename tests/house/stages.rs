//! Each stage knows only those before it.

use std::collections::BTreeSet;

use cwc::rules::ALL;

use crate::sources;

/// The modules of the crate, each behind those that it may use.
const ORDER: &[&str] = &[
    "percent",
    "span",
    "source",
    "report",
    "document",
    "mesh",
    "rules",
    "plan",
    "kinds",
    "emit",
    "compile",
    "fix",
    "format",
    "graph",
    "import",
    "changes",
    "risk",
    "origin",
    "trace",
    "reference",
    "lsp",
    "disk",
    "ui",
    "commands",
    "main",
];

/// What may be used of `rules` by a stage before it: the constructors of its problems, so that no text of a diagnostic stands elsewhere.
fn is_rule(name: &str) -> bool {
    ALL.iter().any(|(rule, _)| rule.name.replace('-', "_") == name)
}

fn place(module: &str) -> usize {
    ORDER
        .iter()
        .position(|known| *known == module)
        .unwrap_or_else(|| panic!("say where `{module}` stands in the order of the stages"))
}

/// What a text uses of the crate: `crate::a::b` gives `a` and `b`, `crate::a::{b, c}` gives both.
fn used(text: &str) -> BTreeSet<(String, String)> {
    let code: String = text
        .lines()
        .take_while(|line| line.trim() != "#[cfg(test)]")
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .fold(String::new(), |text, line| text + &line);
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| -> String {
            text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
        };
        let module = word(rest);
        let inner = rest[module.len()..].strip_prefix("::").unwrap_or_default();
        match inner.strip_prefix('{') {
            None => drop(used.insert((module, word(inner)))),
            Some(list) => {
                let list = list.split('}').next().unwrap();
                let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
                used.extend(names.map(|name| (module.clone(), word(name))));
            }
        }
    }
    used
}

#[test]
fn no_stage_uses_a_later_one() {
    for (path, text) in sources() {
        let own = path.split('/').next().unwrap().trim_end_matches(".rs");
        if own == "lib" {
            continue;
        }
        for (module, name) in used(&text) {
            let raises = module == "rules" && is_rule(&name);
            assert!(
                place(&module) <= place(own) || raises,
                "{path} uses `{module}::{name}`, of a later stage"
            );
        }
    }
}

#[test]
fn the_uses_are_found() {
    let text = "use crate::a::{b, c_d};\nuse crate::e;\nfn f() -> crate::g::H {}\n// crate::i::j\n#[cfg(test)]\nuse crate::k::l;\n";
    let found = used(text);
    let pairs: Vec<(&str, &str)> =
        found.iter().map(|(module, name)| (module.as_str(), name.as_str())).collect();
    assert_eq!(pairs, [("a", "b"), ("a", "c_d"), ("e", ""), ("g", "H")]);
}

/// A test makes the operations of one folder fail, one after the other; an operation elsewhere in `disk` would be left out.
#[test]
fn the_system_is_asked_in_one_folder() {
    let ways = ["std::fs", "cap_std", "cap_fs_ext", "rustix"];
    for (path, text) in sources() {
        let code: Vec<&str> =
            text.lines().take_while(|line| line.trim() != "#[cfg(test)]").collect();
        let code = code.join("\n");
        let allowed = path.starts_with("disk/system/") || path.ends_with("/faults.rs");
        for way in ways {
            assert!(allowed || !code.contains(way), "{path} uses {way}");
        }
    }
}

/// The library that draws is known in one place, and the one that parses in two: a change of either changes nothing else.
#[test]
fn miette_draws_in_one_file_and_toml_is_read_in_two_modules() {
    for (path, text) in sources() {
        let uses = |name: &str| {
            text.contains(&format!("use {name}::")) || text.contains(&format!(" {name}::"))
        };
        assert!(!uses("miette") || path == "report/text/frame.rs", "{path} uses miette");
        let reads = path.starts_with("document/") || path == "mesh/lock.rs";
        assert!(!uses("toml") || reads, "{path} uses toml");
    }
}
