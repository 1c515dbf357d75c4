//! Damaged documents: reading, checking and drawing never panic, and what is said about them stays short and printable.

use cwc::compile;
use cwc::report::text::Sources;
use cwc::source::Source;

use crate::{Random, drawn};

const EVERYTHING: &str = include_str!("everything.toml");
const LOCK: &str = "version = 1\n\n[addresses]\n\"reviews.bookinfo.global\" = \"240.0.0.7\"\n\"old.global\" = \"240.0.0.9\"\n";

fn survives(mesh: &str, lock: &str) {
    let (mesh, lock) = (Source::new("mesh.toml", mesh), Source::new("mesh.lock", lock));
    let checked = compile::check(&mesh, Some(&lock));
    let sources = Sources { mesh: &mesh, lock: Some(&lock) };
    drawn::judge(checked.report.diagnostics(), sources);
    assert_eq!(checked.mesh.is_none(), checked.report.has_errors());
    if let Some(mesh) = &checked.mesh {
        let fleet = compile::Fleet::new(mesh);
        fleet.mesh().cluster_ids().for_each(|id| drop(fleet.cluster(id).unwrap()));
    }
}

/// It shows every key side by side, also what does not go together; the blocks of codes from CW03 on say so.
#[test]
fn every_key_and_every_name_of_the_document_is_known() {
    let checked = compile::check(&Source::new("mesh.toml", EVERYTHING), None);
    let expected = ["toml-newer", "invalid-value"];
    let found = checked.report.diagnostics().iter().map(|found| found.rule);
    let others: Vec<&str> = found
        .filter(|rule| rule.code < "CW03" && !expected.contains(&rule.name))
        .map(|rule| rule.name)
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn cut_off_anywhere() {
    for end in 0..EVERYTHING.len() {
        if let Some(text) = EVERYTHING.get(..end) {
            survives(text, LOCK);
        }
    }
}

#[test]
fn a_lock_cut_off_anywhere() {
    for end in 0..LOCK.len() {
        survives("[clusters.east]\ngateway = \"203.0.113.10\"\n", &LOCK[..end]);
    }
}

/// What is put into a text: bytes that mean something to TOML, to terminals or to what reads the output.
const PIECES: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "{",
    "}",
    "[[",
    "]]",
    "=",
    ",",
    ".",
    "#",
    "\n",
    "\r",
    "\t",
    " ",
    "\\",
    "\\u",
    "\\uD800",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "é",
    "日",
    "-",
    "+",
    "_",
    "0",
    "9e99",
    "1e999",
    "true",
    "nan",
    "1979-05-27",
    "99999999999999999999",
    "a",
    "Z",
    "*.",
    "${A}",
    "/",
    "..",
    ":",
    "[services.x]\n",
    "[clusters.x]\n",
    "clusters = [\"x\"]\n",
    "<<<<<<< HEAD\n",
];

fn mutate(text: &mut String, random: &mut Random) {
    let boundary = |text: &str, at: usize| text.floor_char_boundary(at);
    let at = boundary(text, random.below(text.len() + 1));
    let until = boundary(text, (at + random.below(12)).min(text.len()));
    match random.below(5) {
        0 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
        1 => drop(text.drain(at..until)),
        2 => {
            text.drain(at..until);
            text.insert_str(at, PIECES[random.below(PIECES.len())]);
        }
        3 => {
            let copy = text[at..until].to_owned();
            let to = boundary(text, random.below(text.len() + 1));
            text.insert_str(to, &copy);
        }
        _ => {
            // A line is copied to another place.
            let lines: Vec<&str> = text.lines().collect();
            let line =
                format!("{}\n", lines[random.below(lines.len().max(1)).min(lines.len() - 1)]);
            let to = text[..at].rfind('\n').map_or(0, |end| end + 1);
            text.insert_str(to, &line);
        }
    }
}

#[test]
fn random_edits() {
    let mut random = Random(5);
    for _ in 0..1500 {
        let mut mesh = EVERYTHING.to_owned();
        let mut lock = LOCK.to_owned();
        let edits = 1 + random.below(6);
        (0..edits).for_each(|_| mutate(&mut mesh, &mut random));
        if random.chance(30) {
            mutate(&mut lock, &mut random);
        }
        survives(&mesh, &lock);
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(6);
    for _ in 0..1500 {
        let length = random.below(80);
        let text: String = (0..length).map(|_| PIECES[random.below(PIECES.len())]).collect();
        survives(&text, LOCK);
        survives("[clusters.east]\ngateway = \"203.0.113.10\"\n", &text);
    }
}
