//! Names that cwc derives from a service's: what crosses between clusters.
//!
//! Callers' names never cross. A caller's sidecar names an export name in the SNI, which only gateways understand, and which each
//! cluster defines as its own backends and nothing else. So no gateway can send a call on to a third cluster, whatever fails.

use super::Service;

impl Service {
    /// The name by which gateways know the backends of a cluster.
    #[must_use]
    pub fn export_name(&self, domain: &str) -> String {
        format!("{}.{}.export.{domain}", self.name, self.namespace)
    }

    /// The name of a place that routes send calls to: `to` for the way there, `out` for the way there by an egress gateway.
    #[must_use]
    pub(in crate::mesh) fn pin_name(
        &self,
        cluster: &str,
        version: Option<&str>,
        way: &str,
        domain: &str,
    ) -> String {
        let version = version.map(|version| format!("{version}.")).unwrap_or_default();
        format!("{version}{}.{}.{cluster}.{way}.{domain}", self.name, self.namespace)
    }

    /// The name by which gateways know what the calls of one cluster may choose from.
    #[must_use]
    pub fn from_name(&self, caller: &str, domain: &str) -> String {
        format!("{}.{}.{caller}.from.{domain}", self.name, self.namespace)
    }
}

/// The SNI by which an `AUTO_PASSTHROUGH` gateway chooses a name and a port.
///
/// Istio builds it in `pilot/pkg/model/service.go`, `BuildDNSSrvSubsetKey`, here without a subset.
#[must_use]
pub fn passthrough_sni(port: u16, name: &str) -> String {
    format!("outbound_.{port}_._.{name}")
}
