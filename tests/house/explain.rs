//! `cwc explain` knows every rule.

use std::process::{Command, Output};

use cwc::rules::ALL;

fn explain(word: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let Output { status, stdout, stderr } = command.args(["explain", word]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

#[test]
fn all_are_listed_one_a_line_in_order() {
    let (status, list, _) = explain("--all");
    assert_eq!(status, 0);
    let words: Vec<Vec<&str>> =
        list.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    let expected: Vec<Vec<&str>> = ALL.iter().map(|(rule, _)| vec![rule.code, rule.name]).collect();
    assert_eq!(words, expected);
}

#[test]
fn each_is_explained_by_code_and_by_name() {
    for (rule, _) in ALL {
        let (status, page, _) = explain(rule.code);
        assert_eq!(status, 0, "{}", rule.code);
        assert_eq!(explain(rule.name).1, page);
        assert_eq!(explain(&rule.code.to_lowercase()).1, page);
        let head = format!("{} {} (", rule.code, rule.name);
        assert!(page.starts_with(&head) && page.contains(rule.summary), "{page}");
        let (bad, good) =
            (page.find("\nBad:\n\n    ").unwrap(), page.find("\nGood:\n\n    ").unwrap());
        assert!(bad < good, "{page}");
        let hidden = page.chars().find(|c| c.is_control() && *c != '\n');
        assert!(hidden.is_none(), "{} prints {hidden:?}", rule.code);
        let longest = page[..bad].lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest <= 80 || page.lines().next().unwrap().len() == longest, "{page}");
    }
}

#[test]
fn the_nearest_is_named_for_an_unknown_one() {
    let (status, stdout, stderr) = explain("unkown-cluster");
    assert_eq!((status, stdout.as_str()), (2, ""));
    assert!(stderr.contains("there is no diagnostic `unkown-cluster`"), "{stderr}");
    assert!(stderr.contains("did you mean `unknown-cluster`?"), "{stderr}");
    assert!(explain("CW9999").2.contains("`cwc explain --all` lists them"));
}
