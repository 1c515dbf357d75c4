//! The diagnostics: one file a rule, named as the rule is.
//!
//! Enters: a `Document` or a `Mesh`. Leaves: problems, in the report. Every text that a diagnostic shows stands here; a stage that
//! meets a problem itself calls the rule's constructor (`Check::Inline`). A new rule is a file, a `mod` line, a line in [`ALL`], and a
//! folder below `tests/rules/`.

pub mod account_in_route;
pub mod all_drained;
pub mod bad_weights;
pub mod callers_at_gateway;
pub mod changed_host;
pub mod changed_underway;
pub mod covered_caller;
pub mod crossing_underway;
pub mod dead_destination;
pub mod drained_underway;
pub mod duplicate_host;
pub mod duplicate_key;
pub mod duplicate_port;
pub mod duplicate_vip;
pub mod existing_gateway;
pub mod existing_host;
pub mod existing_policy;
pub mod file_too_large;
pub mod gateway_for_both_ways;
pub mod hidden_character;
pub mod hub_behind;
pub mod indistinct_version;
pub mod invalid_address;
pub mod invalid_duration;
pub mod invalid_host;
pub mod invalid_http;
pub mod invalid_label;
pub mod invalid_name;
pub mod invalid_pattern;
pub mod invalid_value;
pub mod keepalive_seconds;
pub mod leaked_secret;
pub mod lock_conflict;
pub mod lock_damaged;
pub mod lock_newer;
pub mod lone_mesh;
pub mod malformed_allow;
pub mod mesh_callers;
pub mod mesh_crossing;
pub mod mesh_hops;
pub mod mesh_mismatch;
pub mod mesh_network;
pub mod mesh_order;
pub mod mesh_routes;
pub mod mesh_trust_domain;
pub mod misleading_address;
pub mod missing_key;
pub mod mixed_crossing;
pub mod mixed_gateway;
pub mod name_too_long;
pub mod needs_http;
pub mod needs_newer_istio;
pub mod no_backend;
pub mod no_clusters;
pub mod no_http_port;
pub mod no_way;
pub mod no_weight;
pub mod node_port_range;
pub mod not_text;
pub mod nul_byte;
pub mod out_of_range;
pub mod pinned_crossing;
pub mod plaintext_crossing;
pub mod plaintext_node_port;
pub mod plaintext_port;
pub mod plaintext_protocol;
pub mod pool_exhausted;
pub mod port_out_of_range;
pub mod prefer_stranger;
pub mod protocol_mismatch;
pub mod protocol_missing;
pub mod public_host;
pub mod refused_copies;
pub mod region_missing;
pub mod repeated_item;
pub mod reserved_folder;
pub mod reserved_host;
pub mod reserved_port;
pub mod reserved_range;
pub mod reserved_region;
pub mod reserved_vip;
pub mod rewritten_nothing;
pub mod shared_gateway_address;
pub mod shared_trust_domain;
pub mod system_namespace;
pub mod toml_newer;
pub mod toml_syntax;
pub mod too_many;
pub mod too_many_tiers;
pub mod trust_domains_differ;
pub mod unexplained_allow;
pub mod unknown_cluster;
pub mod unknown_code;
pub mod unknown_key;
pub mod unknown_port;
pub mod unknown_service;
pub mod unknown_value;
pub mod unknown_version;
pub mod unreachable_route;
pub mod unreachable_service;
pub mod unrouted_port;
pub mod unsafe_path;
pub mod unsupported_istio;
pub mod unused_allow;
pub mod unused_crossing;
pub mod unused_kubeconfig;
pub mod unused_network;
pub mod unused_policy;
pub mod unused_weight;
pub mod vip_moved;
pub mod vip_outside_pool;
pub mod wrong_type;
pub mod zone_without_region;

use std::collections::BTreeSet;

use crate::document::Document;
use crate::mesh::Mesh;
use crate::report::{Report, Rule, Severity};

/// At which seam a rule looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// At the document as written.
    Document(fn(&Document, &mut Report)),
    /// At the mesh as meant.
    Mesh(fn(&Mesh, &mut Report)),
    /// Where a stage meets the problem.
    Inline,
}

/// Every rule, by code.
pub static ALL: &[(&Rule, Check)] = &[
    (&toml_syntax::RULE, Check::Inline),
    (&not_text::RULE, Check::Inline),
    (&toml_newer::RULE, Check::Inline),
    (&file_too_large::RULE, Check::Inline),
    (&duplicate_key::RULE, Check::Inline),
    (&nul_byte::RULE, Check::Inline),
    (&hidden_character::RULE, Check::Inline),
    (&leaked_secret::RULE, Check::Inline),
    (&unknown_key::RULE, Check::Inline),
    (&wrong_type::RULE, Check::Inline),
    (&missing_key::RULE, Check::Inline),
    (&unknown_value::RULE, Check::Inline),
    (&out_of_range::RULE, Check::Inline),
    (&invalid_duration::RULE, Check::Inline),
    (&no_clusters::RULE, Check::Inline),
    (&repeated_item::RULE, Check::Inline),
    (&invalid_value::RULE, Check::Inline),
    (&too_many::RULE, Check::Mesh(too_many::check)),
    (&unknown_cluster::RULE, Check::Document(unknown_cluster::check)),
    (&unknown_version::RULE, Check::Document(unknown_version::check)),
    (&unknown_port::RULE, Check::Document(unknown_port::check)),
    (&unknown_code::RULE, Check::Document(unknown_code::check)),
    (&no_backend::RULE, Check::Mesh(no_backend::check)),
    (&unreachable_service::RULE, Check::Mesh(unreachable_service::check)),
    (&unknown_service::RULE, Check::Document(unknown_service::check)),
    (&invalid_name::RULE, Check::Inline),
    (&name_too_long::RULE, Check::Mesh(name_too_long::check)),
    (&duplicate_host::RULE, Check::Inline),
    (&reserved_host::RULE, Check::Mesh(reserved_host::check)),
    (&invalid_host::RULE, Check::Inline),
    (&invalid_label::RULE, Check::Inline),
    (&public_host::RULE, Check::Mesh(public_host::check)),
    (&port_out_of_range::RULE, Check::Inline),
    (&duplicate_port::RULE, Check::Mesh(duplicate_port::check)),
    (&reserved_port::RULE, Check::Mesh(reserved_port::check)),
    (&protocol_mismatch::RULE, Check::Mesh(protocol_mismatch::check)),
    (&protocol_missing::RULE, Check::Inline),
    (&invalid_address::RULE, Check::Inline),
    (&duplicate_vip::RULE, Check::Inline),
    (&vip_outside_pool::RULE, Check::Inline),
    (&reserved_vip::RULE, Check::Mesh(reserved_vip::check)),
    (&pool_exhausted::RULE, Check::Inline),
    (&vip_moved::RULE, Check::Inline),
    (&lock_damaged::RULE, Check::Inline),
    (&lock_conflict::RULE, Check::Inline),
    (&lock_newer::RULE, Check::Inline),
    (&region_missing::RULE, Check::Mesh(region_missing::check)),
    (&bad_weights::RULE, Check::Document(bad_weights::check)),
    (&unsupported_istio::RULE, Check::Inline),
    (&changed_underway::RULE, Check::Inline),
    (&unreachable_route::RULE, Check::Document(unreachable_route::check)),
    (&prefer_stranger::RULE, Check::Mesh(prefer_stranger::check)),
    (&too_many_tiers::RULE, Check::Mesh(too_many_tiers::check)),
    (&no_weight::RULE, Check::Mesh(no_weight::check)),
    (&unused_weight::RULE, Check::Mesh(unused_weight::check)),
    (&dead_destination::RULE, Check::Mesh(dead_destination::check)),
    (&account_in_route::RULE, Check::Document(account_in_route::check)),
    (&unrouted_port::RULE, Check::Mesh(unrouted_port::check)),
    (&indistinct_version::RULE, Check::Mesh(indistinct_version::check)),
    (&invalid_http::RULE, Check::Inline),
    (&invalid_pattern::RULE, Check::Inline),
    (&no_http_port::RULE, Check::Mesh(no_http_port::check)),
    (&pinned_crossing::RULE, Check::Mesh(pinned_crossing::check)),
    (&changed_host::RULE, Check::Mesh(changed_host::check)),
    (&rewritten_nothing::RULE, Check::Mesh(rewritten_nothing::check)),
    (&covered_caller::RULE, Check::Document(covered_caller::check)),
    (&shared_trust_domain::RULE, Check::Mesh(shared_trust_domain::check)),
    (&trust_domains_differ::RULE, Check::Mesh(trust_domains_differ::check)),
    (&callers_at_gateway::RULE, Check::Mesh(callers_at_gateway::check)),
    (&refused_copies::RULE, Check::Mesh(refused_copies::check)),
    (&mesh_callers::RULE, Check::Mesh(mesh_callers::check)),
    (&mesh_trust_domain::RULE, Check::Mesh(mesh_trust_domain::check)),
    (&plaintext_crossing::RULE, Check::Mesh(plaintext_crossing::check)),
    (&plaintext_protocol::RULE, Check::Mesh(plaintext_protocol::check)),
    (&plaintext_port::RULE, Check::Mesh(plaintext_port::check)),
    (&mixed_crossing::RULE, Check::Mesh(mixed_crossing::check)),
    (&crossing_underway::RULE, Check::Mesh(crossing_underway::check)),
    (&unused_crossing::RULE, Check::Mesh(unused_crossing::check)),
    (&hub_behind::RULE, Check::Mesh(hub_behind::check)),
    (&node_port_range::RULE, Check::Mesh(node_port_range::check)),
    (&gateway_for_both_ways::RULE, Check::Mesh(gateway_for_both_ways::check)),
    (&plaintext_node_port::RULE, Check::Mesh(plaintext_node_port::check)),
    (&reserved_region::RULE, Check::Mesh(reserved_region::check)),
    (&zone_without_region::RULE, Check::Mesh(zone_without_region::check)),
    (&drained_underway::RULE, Check::Mesh(drained_underway::check)),
    (&unused_kubeconfig::RULE, Check::Inline),
    (&needs_http::RULE, Check::Inline),
    (&keepalive_seconds::RULE, Check::Inline),
    (&unused_policy::RULE, Check::Mesh(unused_policy::check)),
    (&needs_newer_istio::RULE, Check::Mesh(needs_newer_istio::check)),
    (&system_namespace::RULE, Check::Mesh(system_namespace::check)),
    (&shared_gateway_address::RULE, Check::Mesh(shared_gateway_address::check)),
    (&no_way::RULE, Check::Mesh(no_way::check)),
    (&mixed_gateway::RULE, Check::Mesh(mixed_gateway::check)),
    (&all_drained::RULE, Check::Mesh(all_drained::check)),
    (&unused_network::RULE, Check::Mesh(unused_network::check)),
    (&misleading_address::RULE, Check::Mesh(misleading_address::check)),
    (&lone_mesh::RULE, Check::Mesh(lone_mesh::check)),
    (&mesh_mismatch::RULE, Check::Mesh(mesh_mismatch::check)),
    (&mesh_network::RULE, Check::Mesh(mesh_network::check)),
    (&mesh_hops::RULE, Check::Mesh(mesh_hops::check)),
    (&mesh_crossing::RULE, Check::Mesh(mesh_crossing::check)),
    (&mesh_order::RULE, Check::Mesh(mesh_order::check)),
    (&mesh_routes::RULE, Check::Mesh(mesh_routes::check)),
    (&unused_allow::RULE, Check::Inline),
    (&unexplained_allow::RULE, Check::Inline),
    (&malformed_allow::RULE, Check::Inline),
    (&reserved_range::RULE, Check::Inline),
    (&existing_gateway::RULE, Check::Mesh(existing_gateway::check)),
    (&existing_host::RULE, Check::Mesh(existing_host::check)),
    (&existing_policy::RULE, Check::Mesh(existing_policy::check)),
    (&reserved_folder::RULE, Check::Mesh(reserved_folder::check)),
    (&unsafe_path::RULE, Check::Inline),
];

/// The rule of a code or a name.
#[must_use]
pub fn find(word: &str) -> Option<&'static Rule> {
    let same = |rule: &&&Rule| rule.code.eq_ignore_ascii_case(word) || rule.name == word;
    ALL.iter().map(|(rule, _)| rule).find(same).copied()
}

/// A mesh in which no error was found; there is no other way to make one.
#[derive(Debug)]
pub struct CheckedMesh(Mesh);

impl CheckedMesh {
    /// The mesh.
    #[must_use]
    pub fn mesh(&self) -> &Mesh {
        &self.0
    }
}

/// What a rule says of a document, for the tests of single rules.
#[cfg(test)]
pub(crate) fn raised(rule: &Rule, text: &str) -> Vec<crate::report::Diagnostic> {
    let report = crate::compile::check(&crate::source::Source::new("mesh.toml", text), None).report;
    let found = report.diagnostics().iter().filter(|found| found.rule.code == rule.code);
    found.cloned().collect()
}

/// Runs every rule, drops the warnings that the document allows, and passes the mesh on if no error was found, in any stage.
pub fn check(document: &Document, mesh: Mesh, report: &mut Report) -> Option<CheckedMesh> {
    for (_, check) in ALL {
        match check {
            Check::Document(check) => check(document, report),
            Check::Mesh(check) => check(&mesh, report),
            Check::Inline => {}
        }
    }
    unused_allow::apply(document, report);
    let allowed: BTreeSet<&str> =
        mesh.allow.iter().filter_map(|word| find(word)).map(|rule| rule.code).collect();
    report.retain(|found| {
        found.rule.severity == Severity::Error || !allowed.contains(found.rule.code)
    });
    report.sort();
    if report.has_errors() { None } else { Some(CheckedMesh(mesh)) }
}
