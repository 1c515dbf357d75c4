//! Names: what they come to, where they are made and used, and another one in their place.

use std::collections::BTreeMap;

use cwc::compile::{Fleet, check};
use cwc::source::Source;
use serde_json::{Value, json};

use crate::FLEET;
use crate::editor::{Editor, LOCK, MESH};

fn hover(editor: &mut Editor, mark: &str) -> String {
    let hover = editor.at("textDocument/hover", mark, &Value::Null).unwrap();
    hover["contents"]["value"].as_str().unwrap_or_else(|| panic!("nothing at {mark:?}")).to_owned()
}

#[test]
fn a_key_says_what_it_means() {
    let mut editor = Editor::open(FLEET);
    let said = hover(&mut editor, "reg|ion");
    assert!(said.starts_with("`region` of clusters.<cluster>\n\nIts region, as"), "{said}");
    assert!(said.ends_with("*label value*"), "{said}");
    let said = hover(&mut editor, "path-|prefix");
    assert!(said.contains("What the path begins with."), "{said}");
}

#[test]
fn a_service_says_what_it_compiles_to() {
    let lock = "version = 1\n\n[addresses]\n\"reviews.bookinfo.global\" = \"240.1.2.3\"\n";
    let mut editor = Editor::beside(FLEET, Some(lock));
    let said = hover(&mut editor, "services.rev|iews");
    let expected = "**service `reviews`** in namespace `bookinfo`\n\n\
        - `reviews.bookinfo.global` at `240.1.2.3`\n\n\
        Ports: 9080 `http` (http)\n\nRuns in:\n\
        - `east`: `reviews.bookinfo.svc.cluster.local`, by gateway `203.0.113.10:15443`, passthrough\n\
        - `west`: `reviews.bookinfo.svc.cluster.local`, by gateway `203.0.113.20:15443`, passthrough\n\n\
        Calls go: by its routes. May call: `east/frontend/productpage`, `west`.";
    assert_eq!(said, expected);
    // A use says the same as the table; an address that is not recorded yet is said to be none for good.
    let said = hover(&mut editor, "service = \"rat|ings");
    assert!(said.contains("**service `ratings`**"), "{said}");
    assert!(said.contains("`, once `cwc build` has recorded it\n"), "{said}");
}

#[test]
fn clusters_versions_ports_words_and_codes_say_what_they_are() {
    let text = FLEET.replace(
        "[services.ratings]",
        "# cwc: allow(CW0401) so\n[services.ratings]\ncrossing = \"terminate\"",
    );
    let mut editor = Editor::open(&text);
    let said = hover(&mut editor, "clusters = [\"e|ast\"]");
    assert!(said.starts_with("**cluster `east`**\n\n- gateway: `203.0.113.10:15443`\n"), "{said}");
    assert!(said.contains("Runs: `ratings`, `reviews`. Its folder: `generated/east`."), "{said}");
    let said = hover(&mut editor, "version = \"v|2\" }]");
    assert!(
        said.contains("pods with `version=v2`") && said.ends_with("Runs in: `east`."),
        "{said}"
    );
    assert!(hover(&mut editor, "h|ttp = 9080").contains("9080, http"));
    assert!(hover(&mut editor, "\"term|inate").starts_with("`\"terminate\"`: Mutual TLS ends"));
    assert!(hover(&mut editor, "CW04|01").starts_with("**CW0401 region-missing**"));
}

#[test]
fn a_mistake_says_why_it_matters() {
    let mut editor = Editor::open(&FLEET.replace("[\"east\"]\n", "[\"esat\"]\n"));
    let said = hover(&mut editor, "\"es|at\"");
    assert!(
        said.starts_with("**CW0201 unknown-cluster**: a name that is no cluster\n\n"),
        "{said}"
    );
}

#[test]
fn a_broken_text_says_what_it_meant_before() {
    let mut editor = Editor::open(FLEET);
    editor.becomes(&FLEET.replace("region = \"us-west-1\"", "region = \"us-west-1"));
    let said = hover(&mut editor, "services.rev|iews");
    assert!(said.contains("`reviews.bookinfo.global`"), "{said}");
}

/// The line and text of a place that an answer names.
fn lines(places: &Value) -> Vec<u64> {
    let places = places.as_array().unwrap().iter();
    places.map(|place| place["range"]["start"]["line"].as_u64().unwrap()).collect()
}

#[test]
fn a_use_leads_to_the_table_and_back() {
    let mut editor = Editor::open(FLEET);
    let line = |editor: &Editor, mark: &str| editor.place(mark).0 as u64;
    for (used, made) in [
        ("prefer = [\"we|st", "[clusters.west]"),
        ("\"east/|frontend", ""),
        ("ea|st/frontend", "[clusters.east]"),
        ("backends.we|st", "[clusters.west]"),
        ("service = \"rat|ings", "[services.ratings]"),
        ("cluster = \"we|st", "[clusters.west]"),
        ("version = \"v1|\" }]", "versions = { v1"),
        ("[\"v|1\"]", "versions = { v1"),
        ("port = \"ht|tp", "ports = { http"),
        ("services.rev|iews.backends", "[services.reviews]"),
    ] {
        let found = editor.at("textDocument/definition", used, &Value::Null).unwrap();
        if made.is_empty() {
            assert_eq!(found, Value::Null, "{used}");
        } else {
            assert_eq!(found["uri"], MESH, "{used}");
            assert_eq!(found["range"]["start"]["line"], line(&editor, made), "{used}");
        }
    }
    let all = json!({"context": {"includeDeclaration": true}});
    let found = editor.at("textDocument/references", "[clusters.we|st", &all).unwrap();
    let expected = [
        "[clusters.west]",
        "clusters = [\"east\", \"west\"]",
        "callers",
        "prefer",
        "[services.reviews.backends.west]",
        "to = [{ cluster = \"west\"",
    ];
    assert_eq!(lines(&found), expected.map(|mark| line(&editor, mark)));
    let uses = json!({"context": {"includeDeclaration": false}});
    let found = editor.at("textDocument/references", "[clusters.we|st", &uses).unwrap();
    assert_eq!(
        lines(&found),
        expected[1..].iter().map(|mark| line(&editor, mark)).collect::<Vec<_>>()
    );
    let lit =
        editor.at("textDocument/documentHighlight", "prefer = [\"we|st", &Value::Null).unwrap();
    assert_eq!(lit.as_array().unwrap().len(), expected.len());
}

fn renamed(editor: &mut Editor, mark: &str, new: &str) -> Result<String, String> {
    let edit = editor.at("textDocument/rename", mark, &json!({"newName": new}))?;
    Ok(editor.with_edits(&edit["changes"][MESH]))
}

/// Every file of every cluster, by path, and the lock that a build would write.
fn tree(text: &str, lock: Option<&str>) -> BTreeMap<String, String> {
    let lock = lock.map(|lock| Source::new("mesh.lock", lock));
    let checked = check(&Source::new("mesh.toml", text), lock.as_ref());
    assert!(!checked.report.has_errors(), "{text}: {:?}", checked.report.diagnostics());
    let mesh = checked.mesh.unwrap();
    let fleet = Fleet::new(&mesh);
    let files = mesh.mesh().cluster_ids().flat_map(|id| fleet.cluster(id).unwrap().files);
    let mut all: BTreeMap<String, String> =
        files.map(|file| (file.path.clone(), file.text())).collect();
    all.insert("mesh.lock".to_owned(), mesh.mesh().lock.text());
    all
}

#[test]
fn a_renamed_service_compiles_to_the_same_bytes() {
    let lock = "version = 1\n\n[addresses]\n\"reviews.bookinfo.global\" = \"240.1.2.3\"\n";
    let mut editor = Editor::beside(FLEET, Some(lock));
    let text = renamed(&mut editor, "[services.rev|iews]", "book-reviews").unwrap();
    assert!(text.contains("[services.book-reviews]\nname = \"reviews\"\nnamespace"), "{text}");
    assert!(
        text.contains("[services.book-reviews.backends.west]\n")
            && !text.contains("services.reviews")
    );
    assert_eq!(tree(&text, Some(lock)), tree(FLEET, Some(lock)));
    assert_eq!(
        editor.shown,
        [
            "`book-reviews` is still called as reviews.bookinfo.global, at 240.1.2.3: only its key in mesh.toml is new. \
          To change what it is called by, change `name`."
        ]
    );
    // Back again, the name is said already.
    let mut editor = Editor::beside(&text, Some(lock));
    let back = renamed(&mut editor, "[services.book-rev|iews]", "reviews").unwrap();
    assert_eq!(back.replace("name = \"reviews\"\n", ""), FLEET);
}

#[test]
fn a_service_is_renamed_however_it_is_written() {
    let rest = "namespace = \"n\", ports = { http = 1 }, clusters = [\"a\"]";
    for (text, expected) in [
        (format!("services.x = {{ {rest} }}\n[clusters.a]\ngateway = \"a.b\"\n"), "services.y = { name = \"x\", namespace"),
        (
            "[services]\nx.namespace = \"n\"\nx.ports.http = 1\nx.clusters = [\"a\"]\n[clusters.a]\ngateway = \"a.b\"\n".to_owned(),
            "[services]\ny.name = \"x\"\ny.namespace = \"n\"\ny.ports.http = 1\ny.clusters",
        ),
        (
            "[clusters.a]\ngateway = \"a.b\"\n[defaults]\nnamespace = \"n\"\nports = { http = 1 }\n[services.x.backends.a]\nweight = 1\n".to_owned(),
            "[services.y]\nname = \"x\"\n\n[services.y.backends.a]\n",
        ),
        ("[clusters.a]\ngateway = \"a.b\"\n[defaults]\nnamespace = \"n\"\nports = { http = 1 }\nclusters = [\"a\"]\n[services.\"x\"]".to_owned(), "[services.\"y\"]\nname = \"x\"\n"),
    ] {
        let mut editor = Editor::open(&text);
        let mark = if text.contains("x.namespace") { "x|.namespace" } else if text.contains("\"x\"") { "s.\"x|" } else { "services.x|" };
        let new = renamed(&mut editor, mark, "y").unwrap_or_else(|why| panic!("{why}: {text}"));
        assert!(new.contains(expected), "{new}");
        assert_eq!(tree(&new, None), tree(&text, None));
    }
}

#[test]
fn a_renamed_cluster_is_renamed_everywhere_and_no_address_moves() {
    let mut editor = Editor::open(FLEET);
    let text = renamed(&mut editor, "prefer = [\"we|st", "paris").unwrap();
    assert_eq!(
        text,
        FLEET
            .replace("west\"", "paris\"")
            .replace(".west]", ".paris]")
            .replace("us-paris", "us-west")
    );
    assert_eq!(tree(&text, None)["mesh.lock"], tree(FLEET, None)["mesh.lock"]);
    assert!(
        editor.shown[0].contains("its folder will be generated/paris, and `cwc build` wants"),
        "{:?}",
        editor.shown
    );
    let text = renamed(&mut editor, "{ v|1 = {", "v3").unwrap();
    assert_eq!(
        text,
        FLEET
            .replace("v1 = {", "v3 = {")
            .replace("[\"v1\"]", "[\"v3\"]")
            .replace("\"v1\" }]\n\n[services.ratings", "\"v3\" }]\n\n[services.ratings")
    );
}

#[test]
fn a_name_that_will_not_do_is_refused_with_the_reason() {
    let mut editor = Editor::open(FLEET);
    let mut refused = |mark: &str, new: &str| renamed(&mut editor, mark, new).unwrap_err();
    assert_eq!(refused("[clusters.e|ast]", "west"), "there is a cluster `west` already");
    assert_eq!(
        refused("[clusters.e|ast]", "East"),
        "`East` is not a name that Kubernetes takes: `E` is in upper case; write `east`"
    );
    assert!(refused("[services.rev|iews]", "").contains("empty"));
    assert!(refused("port = \"ht|tp", "grpc").starts_with("a port is not renamed"));
    assert_eq!(refused("|gateway", "x"), "no cluster, service or version is here");
    // What only a check of the whole document can tell.
    assert!(refused("[services.rat|ings]", "ratings\n").contains("not a name"));
    let long = "x".repeat(63);
    let text = FLEET.replace("[mesh]", "").replace("bookinfo", &"n".repeat(63));
    let mut editor = Editor::open(&text);
    assert!(renamed(&mut editor, "[clusters.e|ast]", &long).is_ok());
    editor.becomes(&FLEET.replace("region = \"us-east-1\"", "region = \"us-east-1"));
    let why = renamed(&mut editor, "[clusters.e|ast]", "paris").unwrap_err();
    assert!(why.starts_with("the document cannot be read as a whole: "), "{why}");
}

#[test]
fn what_can_be_renamed_is_told_beforehand() {
    let mut editor = Editor::open(FLEET);
    let told = editor.at("textDocument/prepareRename", "ea|st/frontend", &Value::Null).unwrap();
    assert_eq!(told["placeholder"], "east");
    let (line, character) = editor.place("east/frontend");
    assert_eq!(told["range"]["end"], json!({"line": line, "character": character + 4}));
    for mark in ["gate|way", "namespace = \"book|info", "us-e|ast-1"] {
        let told = editor.at("textDocument/prepareRename", mark, &Value::Null).unwrap();
        assert_eq!(told, Value::Null, "{mark}");
    }
    let _ = LOCK;
}
