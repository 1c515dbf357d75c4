//! What needs to be asked for: removals, moves of addresses, another mesh's folder: rows 56, 87, 90, 91 and 102.

use crate::repo::Repo;

/// Two clusters and some services, each in the namespace of its number.
fn fleet(services: usize, namespace: impl Fn(usize) -> String) -> String {
    let mut text = "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\n".to_owned();
    for number in 0..services {
        text.push_str(&format!(
            "\n[services.s{number}]\nnamespace = \"{}\"\nports = {{ http = 80 }}\nclusters = [\"east\"]\n",
            namespace(number)
        ));
    }
    text
}

/// A service in each of some namespaces, which have a file each.
fn document(namespaces: usize) -> String {
    fleet(namespaces, |number| format!("n{number}"))
}

/// Services of one namespace are one file, so no file goes with them.
fn services(count: usize) -> String {
    fleet(count, |_| "shop".to_owned())
}

/// Builds one document over another: what is said and with which status, and that nothing happens where it is refused.
fn rebuilt(before: &str, after: &str, args: &[&str], status: i32) -> String {
    let repo = Repo::built(before);
    repo.write("mesh.toml", after);
    let files = repo.files();
    let said = repo.says(&[&["build"], args].concat(), status);
    if status != 0 {
        assert!(said.contains("nothing was written"), "{said}");
        assert_eq!(repo.files(), files);
    }
    said
}

#[test]
fn a_few_files_are_removed_unasked() {
    assert!(rebuilt(&document(6), &document(1), &[], 0).contains("10 removed"));
}

#[test]
fn more_than_a_fifth_of_the_tree_is_not() {
    let said = rebuilt(&document(12), &document(6), &[], 1);
    assert!(said.contains("refused: 12 files would be removed, of 31 in all:\n"), "{said}");
    assert!(said.contains("\n  generated/west/services.n9.yaml\n"), "{said}");
    assert!(said.contains("cwc build --allow-deletes 12"), "{said}");
    assert!(
        rebuilt(&document(12), &document(6), &["--allow-deletes", "12"], 0).contains("12 removed")
    );
    rebuilt(&document(12), &document(6), &["--allow-deletes", "11"], 1);
}

/// Of 60 files the three of each namespace go.
#[test]
fn a_fifth_of_the_tree_is() {
    let three = |namespaces: usize| document(namespaces) + "\n[clusters.north]\n";
    assert!(rebuilt(&three(17), &three(13), &[], 0).contains("12 removed"));
    let said = rebuilt(&three(17), &three(12), &[], 1);
    assert!(said.contains("refused: 15 files would be removed, of 60 in all:\n"), "{said}");
}

#[test]
fn more_than_fifty_files_are_not_however_many_there_are() {
    let said = rebuilt(&document(150), &document(124), &[], 1);
    assert!(said.contains("refused: 52 files would be removed, of 307 in all"), "{said}");
    assert!(said.contains("\n  and 32 more\n"), "{said}");
    assert!(rebuilt(&document(150), &document(125), &[], 0).contains("50 removed"));
}

#[test]
fn the_last_service_is_not() {
    let said = rebuilt(&document(1), &document(0), &[], 1);
    assert!(said.contains("all of the services' among them"), "{said}");
}

/// Without the other cluster nobody calls in, so the one that stays needs no gateway, either.
#[test]
fn a_whole_cluster_is_not() {
    let after = document(1).replace("[clusters.west]\n", "");
    let said = rebuilt(&document(1), &after, &[], 1);
    assert!(said.contains("6 files would be removed, all of cluster `west` among them:"), "{said}");
    assert!(!said.contains(" more\n"), "{said}");
    let said = rebuilt(&document(1), &after, &["--allow-deletes", "6"], 0);
    assert!(said.contains("6 removed"), "{said}");
}

#[test]
fn a_preview_says_that_a_build_would_refuse() {
    let repo = Repo::built(&document(1));
    repo.write("mesh.toml", document(1).replace("[clusters.west]\n", ""));
    let said = repo.cwc(&["build", "--dry-run"]);
    assert_eq!(said.status, Some(0));
    assert!(said.stdout.contains("would remove generated/west/kustomization.yaml\n"), "{said:?}");
    assert!(said.stderr.contains("refused: 6 files would be removed"), "{said:?}");
}

#[test]
fn a_document_without_clusters_removes_nothing() {
    let repo = Repo::built(&document(1));
    let before = repo.files();
    repo.write("mesh.toml", "# all gone\n");
    repo.says(&["build"], 1);
    assert_eq!(repo.files(), before);
}

#[test]
fn more_than_a_fifth_of_the_objects_is_not_though_every_file_stays() {
    let said = rebuilt(&services(40), &services(25), &[], 1);
    // A service has an entry in each cluster, one for arriving calls where it runs, and a rule where it does not; and there is one Gateway.
    assert!(said.contains("refused: 60 objects would be removed, of 161 in all:\n"), "{said}");
    assert!(said.contains("\n  east: ServiceEntry shop/s25.shop.export.global\n"), "{said}");
    assert!(said.contains("\n  and 40 more\n"), "{said}");
    assert!(said.contains("cwc build --allow-deletes 60`"), "{said}");
    rebuilt(&services(40), &services(25), &["--allow-deletes", "59"], 1);
    rebuilt(&services(40), &services(25), &["--allow-deletes", "60"], 0);
    rebuilt(&services(40), &services(33), &[], 0);
}

#[test]
fn an_address_is_not_moved_unasked() {
    let before = services(2);
    let after = before.replacen("clusters = [", "vip = \"240.0.0.77\"\nclusters = [", 1);
    let said = rebuilt(&before, &after, &[], 1);
    assert!(said.contains("refused: 1 address would move:\n  s0.shop.global from 240."), "{said}");
    assert!(said.contains(" to 240.0.0.77\n"), "{said}");
    assert!(said.contains("cwc build --allow-moves 1`"), "{said}");
    rebuilt(&before, &after, &["--allow-moves", "2"], 1);
    rebuilt(&before, &after, &["--allow-moves", "1"], 0);
    // Who gives all addresses anew has been asked.
    rebuilt(&before, &after, &["--reallocate"], 0);
    // A new name's address moves nothing.
    rebuilt(&services(0), &after, &[], 0);
}

#[test]
fn both_refusals_are_said_at_once() {
    let after = services(1).replacen("clusters = [", "vip = \"240.0.0.77\"\nclusters = [", 1);
    let said = rebuilt(&services(40), &after, &[], 1);
    assert!(said.contains("1 address would move") && said.contains("objects would be"), "{said}");
    let said = rebuilt(&services(40), &after, &["--allow-moves", "1"], 1);
    assert!(!said.contains("would move"), "{said}");
}

#[test]
fn another_meshs_folder_is_not_written_to() {
    let named = |name: &str| format!("[mesh]\nname = \"{name}\"\n\n{}", services(1));
    let repo = Repo::built(&named("acme"));
    repo.write("mesh.toml", named("emca"));
    for args in [&["build"][..], &["build", "--check"]] {
        repo.refuses(args, "generated is the tree of the mesh `acme`, and this is `emca`");
    }
    repo.says(&["build", "--adopt"], 0);
    repo.says(&["build"], 0);
    // A mesh without a name may be any, before and after.
    repo.write("mesh.toml", services(1));
    repo.says(&["build"], 0);
    repo.write("mesh.toml", named("acme"));
    repo.says(&["build"], 0);
}
