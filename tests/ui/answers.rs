//! What the pages are told, in the words of the commands that tell the same.

use serde_json::json;

use crate::served::{MESH, Served};

#[test]
fn problems_have_their_lines_and_the_part_that_is_meant() {
    let served = Served::new(&MESH.replace("[\"east\"]", "[\"esat\"]"));
    let visit = served.enter();
    let told = visit.json("problems");
    assert_eq!((&told["state"]["errors"], &told["state"]["sound"]), (&json!(1), &json!(false)));
    let problem = &told["problems"][0];
    assert_eq!(problem["code"], "CW0201");
    assert_eq!(problem["help"], "did you mean `east`?");
    let excerpt = &problem["excerpts"][0];
    assert_eq!(
        (&excerpt["file"], &excerpt["line"], &excerpt["column"]),
        (&json!("mesh.toml"), &json!(13), &json!(13))
    );
    assert_eq!(excerpt["lines"][2], json!([13, "clusters = [", "\"esat\"", "]"]));
    assert_eq!(visit.ask("changes").status, 409);
    assert_eq!(visit.ask("mesh").status, 409);
}

/// A page that says what it has seen is answered when there is something else, and not before.
#[test]
fn a_page_waits_for_what_is_new() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let seen = visit.json("state");
    let query = format!("state?digest={}&live={}", seen["digest"].as_str().unwrap(), seen["live"]);
    let path = served.path("mesh.toml");
    let began = std::time::Instant::now();
    let told = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_secs(1));
            std::fs::write(path, MESH.replace("9080", "9081")).unwrap();
        });
        visit.json(&query)
    });
    assert_ne!(told["digest"], seen["digest"]);
    let took = began.elapsed().as_millis();
    assert!((1000..4000).contains(&took), "answered after {took} ms");
}

#[test]
fn changes_are_those_of_the_diff_and_a_build_makes_them() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let told = visit.json("changes");
    assert_eq!(told["counts"]["remove"], 0);
    assert_eq!(told["differ"], 2);
    let objects = told["changes"].as_array().unwrap();
    let entry = objects.iter().find(|one| {
        one["kind"] == "ServiceEntry"
            && one["cluster"] == "west"
            && one["name"] == "reviews.bookinfo.global"
    });
    assert!(entry.is_some(), "{objects:?}");
    let digest = visit.json("state")["digest"].clone();
    let built = visit.send("build", &json!({ "digest": digest }));
    assert!(built.body.contains("\"done\":true"), "{built:?}");
    let after = visit.json("changes");
    assert_eq!(
        (&after["changes"], &after["risks"], &after["addresses"]),
        (&json!([]), &json!([]), &json!([]))
    );

    std::fs::write(served.path("mesh.toml"), MESH.replace("9080", "9081")).unwrap();
    let told = visit.json("changes");
    assert_eq!(told["risks"][0]["class"], "port-closed");
    assert_eq!(told["risks"][0]["level"], "breaking");
    let query = "object?cluster=west&kind=ServiceEntry&group=networking.istio.io&namespace=istio-system&name=reviews.bookinfo.global";
    let object = visit.json(query);
    let text = object["text"].as_str().unwrap();
    assert!(text.contains("\n-  - number: 9080\n+  - number: 9081\n"), "{text}");
    assert_eq!(object["from"], "from mesh.toml:12");
    // What is built is what was shown, and nothing else.
    let stale = visit.send("build", &json!({ "digest": digest }));
    assert_eq!(stale.status, 409, "{stale:?}");
    assert!(stale.body.contains("was changed since the page was shown"));
}

#[test]
fn ways_are_those_of_the_trace_with_clusters_on_or_off() {
    let both = MESH.replace("[\"east\"]", "[\"east\", \"west\"]");
    let served = Served::new(&both);
    let visit = served.enter();
    let of = |query: &str| visit.json(&format!("ways?service=reviews{query}"))["ways"].clone();
    let all = of("");
    assert_eq!(
        (&all[1]["from"], &all[1]["reached"][0]["cluster"], &all[1]["lost"]),
        (&json!("west"), &json!("west"), &json!(null))
    );
    let down = of("&down=west");
    assert_eq!(
        (&down[1]["reached"][0]["cluster"], &down[1]["reached"][0]["through"]),
        (&json!("east"), &json!(["east"]))
    );
    let none = of("&down=west,east");
    assert_eq!(none[0]["reached"], json!([]));
    assert_eq!(none[0]["lost"]["share"], 1.0);
    let drawn = visit.json("call?service=reviews&from=west&down=west");
    assert!(
        drawn["text"]
            .as_str()
            .unwrap()
            .starts_with("west calls reviews.bookinfo.global:9080, west down\n"),
        "{drawn}"
    );
    assert_eq!(visit.ask("ways?service=nobody").status, 404);
    assert_eq!(visit.ask("ways?service=reviews&down=nowhere").status, 409);
}

#[test]
fn the_mesh_is_told_with_gateways_names_and_a_drawing() {
    let served = Served::new(MESH);
    let visit = served.enter();
    let mesh = visit.json("mesh");
    assert_eq!(
        mesh["clusters"][1]["gateway"],
        json!({ "addresses": ["203.0.113.20"], "port": 15443 })
    );
    assert_eq!(mesh["services"][0]["names"][0]["host"], "reviews.bookinfo.global");
    assert!(visit.json("graph")["svg"].as_str().unwrap().starts_with("<svg "));
}

/// A document that cannot be read is told before anything listens.
#[test]
fn a_missing_document_is_told_by_the_command() {
    let folder = tempfile::tempdir().unwrap();
    let done = std::process::Command::new(env!("CARGO_BIN_EXE_cwc"))
        .args(["ui", "-f", "none.toml"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&done.stderr).starts_with("error: cannot read none.toml: "));
    assert_eq!(done.stdout, b"");
}
