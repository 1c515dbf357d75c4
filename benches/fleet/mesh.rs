//! W(C,S): numbers enter, a document leaves; the same numbers give the same document.

/// A fleet of so many clusters and services.
pub fn text(clusters: usize, services: usize) -> String {
    let mut text = String::new();
    for number in 0..clusters {
        let addresses: Vec<String> =
            addresses(number).iter().map(|address| format!("{address:?}")).collect();
        let gateway = match addresses.as_slice() {
            [one] => one.clone(),
            several => format!("{{ address = [{}] }}", several.join(", ")),
        };
        let region = region(number);
        text.push_str(&format!(
            "[clusters.c{number:03}]\ngateway = {gateway}\nregion = \"{region}\"\n\n"
        ));
    }
    for number in 0..services {
        let namespace = number / 100;
        let ports: Vec<String> =
            ports(number).iter().map(|(name, port)| format!("{name} = {port}")).collect();
        let ports = ports.join(", ");
        let own: Vec<String> =
            backends(clusters, number).iter().map(|cluster| format!("\"c{cluster:03}\"")).collect();
        let own = own.join(", ");
        text.push_str(&format!(
            "[services.s{number:05}]\nnamespace = \"team-{namespace}\"\nports = {{ {ports} }}\nclusters = [{own}]\n\n"
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

/// Where a cluster's gateway is: at one address, at two, or behind a host name.
pub fn addresses(cluster: usize) -> Vec<String> {
    let network = format!("198.{}.{}", 18 + cluster / 256, cluster % 256);
    match cluster % 7 {
        0 => vec![format!("{network}.10"), format!("{network}.11")],
        3 => vec![format!("lb.c{cluster:03}.example.com")],
        _ => vec![format!("{network}.10")],
    }
}

/// The region that a cluster is in.
pub fn region(cluster: usize) -> String {
    format!("r{}", cluster % 5)
}

/// The names and the numbers of a service's ports.
pub fn ports(service: usize) -> &'static [(&'static str, u16)] {
    match service % 3 {
        0 => &[("http", 8080)],
        1 => &[("http", 8080), ("grpc-admin", 9090)],
        _ => &[("tcp-db", 5432)],
    }
}

/// The clusters that a service runs in, in order.
pub fn backends(clusters: usize, service: usize) -> Vec<usize> {
    let mut own = vec![service % clusters, (service * 7 + 1) % clusters];
    own.extend((service % 2 == 1).then_some((service * 13 + 5) % clusters));
    own.sort_unstable();
    own.dedup();
    own
}
