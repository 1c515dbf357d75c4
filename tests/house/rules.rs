//! A rule is a file of its name, an entry in the list and a folder of examples; nothing is in one of the three places only.

use std::collections::BTreeSet;
use std::fs;

use cwc::report::Rule;
use cwc::rules::ALL;

use crate::{folder, sources};

fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().map(|(rule, _)| *rule)
}

#[test]
fn every_file_is_in_the_list_under_its_name() {
    let files: BTreeSet<String> = sources()
        .into_iter()
        .filter_map(|(path, _)| Some(path.strip_prefix("rules/")?.strip_suffix(".rs")?.to_owned()))
        .filter(|name| name != "mod")
        .collect();
    let listed: BTreeSet<String> = all().map(|rule| rule.name.replace('-', "_")).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_file_says_its_code_and_name_first() {
    for rule in all() {
        let file = folder("src/rules").join(format!("{}.rs", rule.name.replace('-', "_")));
        let text = fs::read_to_string(&file).unwrap();
        let expected = format!("//! {}: {}.\n", rule.code, rule.name);
        assert!(text.starts_with(&expected), "{} begins with {expected:?}", file.display());
    }
}

#[test]
fn every_rule_has_a_folder_of_examples_and_every_folder_a_rule() {
    let folders: BTreeSet<String> = fs::read_dir(folder("tests/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<String> =
        all().map(|rule| format!("{}-{}", rule.code, rule.name)).collect();
    assert_eq!(folders, expected);
    for name in folders {
        for file in ["good.toml", "bad.stderr"] {
            let path = folder("tests/rules").join(&name).join(file);
            assert!(path.is_file(), "{} is missing", path.display());
        }
    }
}

#[test]
fn codes_are_in_order_and_of_a_block() {
    let codes: Vec<&str> = all().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|one, two| one < two), "{codes:?}");
    for code in codes {
        let digits = code.strip_prefix("CW").unwrap();
        assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        let blocks = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"];
        assert!(blocks.iter().any(|block| digits.starts_with(block)), "{code} is of no block");
    }
}

#[test]
fn names_are_unique_and_read_after_allow() {
    let names: BTreeSet<&str> = all().map(|rule| rule.name).collect();
    assert_eq!(names.len(), ALL.len());
    for name in names {
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(name.chars().all(plain), "{name}");
        assert!(!name.starts_with("check-") && !name.starts_with("must-"), "{name}");
    }
}

#[test]
fn every_text_is_there_and_in_form() {
    for rule in all() {
        let code = rule.code;
        for (what, text) in [
            ("summary", rule.summary),
            ("explain", rule.explain),
            ("bad", rule.bad),
            ("good", rule.good),
        ] {
            assert!(!text.trim().is_empty(), "{code} has no {what}");
        }
        assert!(!rule.summary.ends_with('.'), "{code}: a summary is no sentence");
        assert!(rule.explain.ends_with('.'), "{code}: an explanation is made of sentences");
        assert!(!rule.explain.contains("  "), "{code}: two spaces in the explanation");
        assert_ne!(rule.bad, rule.good, "{code}");
    }
}

/// What a person reads first: one sentence without a full stop, then the place, and an edit to make.
#[test]
fn every_message_is_in_form() {
    for rule in all() {
        let name = format!("{}-{}", rule.code, rule.name);
        let drawn =
            fs::read_to_string(folder("tests/rules").join(&name).join("bad.stderr")).unwrap();
        let mut problems = drawn.split("\n\n").filter(|part| !part.is_empty()).peekable();
        assert!(problems.peek().is_some(), "{name} says nothing");
        for problem in problems {
            let mut lines = problem.lines();
            let first = lines.next().unwrap();
            assert!(first.starts_with("error[CW") || first.starts_with("warning[CW"), "{first}");
            assert!(!first.ends_with('.'), "{first}");
            assert!(lines.next().unwrap().starts_with("  --> mesh."), "{problem}");
            let has_edit = problem.contains("\n  help: ") || problem.contains(" must be ");
            assert!(has_edit, "{name} names no edit:\n{problem}");
        }
    }
}
