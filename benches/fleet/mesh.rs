//! W(C,S): numbers enter, a document leaves; the same numbers give the same document.

/// A fleet of so many clusters and services.
pub fn text(clusters: usize, services: usize) -> String {
    let mut text = String::new();
    for number in 0..clusters {
        let address = format!("198.{}.{}", 18 + number / 256, number % 256);
        let gateway = match number % 7 {
            0 => format!("{{ address = [\"{address}.10\", \"{address}.11\"] }}"),
            3 => format!("\"lb.c{number:03}.example.com\""),
            _ => format!("\"{address}.10\""),
        };
        let region = number % 5;
        text.push_str(&format!(
            "[clusters.c{number:03}]\ngateway = {gateway}\nregion = \"r{region}\"\n\n"
        ));
    }
    for number in 0..services {
        let namespace = number / 100;
        let ports = match number % 3 {
            0 => "{ http = 8080 }",
            1 => "{ http = 8080, grpc-admin = 9090 }",
            _ => "{ tcp-db = 5432 }",
        };
        let mut own = vec![number % clusters, (number * 7 + 1) % clusters];
        own.extend((number % 2 == 1).then_some((number * 13 + 5) % clusters));
        own.sort_unstable();
        own.dedup();
        let own: Vec<String> = own.iter().map(|cluster| format!("\"c{cluster:03}\"")).collect();
        let own = own.join(", ");
        text.push_str(&format!(
            "[services.s{number:05}]\nnamespace = \"team-{namespace}\"\nports = {ports}\nclusters = [{own}]\n\n"
        ));
    }
    text
}

/// The same fleet, with one service's port changed.
pub fn edited(clusters: usize, services: usize) -> String {
    let text = text(clusters, services);
    let at = text.find("[services.s00001]").unwrap_or_default();
    let (before, after) = text.split_at(at);
    format!("{before}{}", after.replacen("http = 8080", "http = 8081", 1))
}
