//! Whatever a cluster's `dns` is changed from and to: who answered, who answers, and the line that says so.

use crate::repository::Repository;

/// A value, and what is said where it comes, and where it goes.
const VALUES: [(&str, &[&str], &[&str]); 4] = [
    ("istio", &["sidecars answer for the names now"], &["sidecars no longer answer for the names"]),
    (
        "coredns",
        &["the names are answered for by ConfigMap kube-system/coredns-custom now"],
        &["the names are no longer answered for by ConfigMap kube-system/coredns-custom"],
    ),
    (
        "kube-dns",
        &["kube-dns is told who answers for the names", "Deployment istio-system/cwc-dns"],
        &["kube-dns is told nothing any more", "Deployment istio-system/cwc-dns"],
    ),
    ("none", &[], &[]),
];

fn document(dns: &str) -> String {
    format!(
        "[clusters.east]\ngateway = \"203.0.113.10\"\n\n[clusters.west]\ndns = \"{dns}\"\n\n[services.orders]\nnamespace = \"shop\"\nports \
         = {{ http = 8080 }}\nclusters = [\"east\"]\nhosts = [\"orders.shop.example\"]\n"
    )
}

#[test]
fn every_change_of_who_answers_is_told() {
    for (from, _, goes) in VALUES {
        for (to, comes, _) in VALUES.iter().filter(|(to, ..)| *to != from) {
            let repository = Repository::new();
            repository.write("mesh.toml", &document(from));
            assert_eq!(repository.run("cwc build").status, 0);
            repository.write("mesh.toml", &document(to));
            let shown = repository.run("cwc diff --format concise --fail-on dns-changed");
            assert_eq!(shown.status, 1, "{from} to {to}: {}", shown.stdout);
            let told = |what: &&str| {
                let mut lines = shown.stdout.lines();
                lines.any(|line| {
                    line.starts_with("mesh.toml:5:")
                        && line.contains("[dns-changed]: DNS: ")
                        && line.contains(*what)
                        && line.ends_with("(in west)")
                })
            };
            for what in goes.iter().chain(*comes) {
                assert!(told(what), "{from} to {to}: not told: {what}\n{}", shown.stdout);
            }
        }
    }
}
