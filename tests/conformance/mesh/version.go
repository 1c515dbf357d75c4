// Versions: a service and a backend enter; which versions run there, as which pods, and by which names routes send calls to them leave.

package mesh

import (
	"maps"
	"slices"
	"strings"
)

// Runs says whether a version runs in a backend's cluster.
func (b *Backend) Runs(version string) bool {
	return version == "" || b.Versions == nil || slices.Contains(b.Versions, version)
}

// Place is the name by which routes send calls to a cluster, perhaps to one version there.
func (s *Service) Place(cluster, version, way, domain string) string {
	stem := strings.Join([]string{s.Name, s.Namespace, cluster, way, domain}, ".")
	if version != "" {
		return version + "." + stem
	}
	return stem
}

// Workloads are the pods of a backend in the default world, by the names of their workloads, with their labels: a workload for each version that
// runs there, named like the Service and the version; one named like the Service where there are no versions.
func (s *Service) Workloads(b *Backend) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, version := range keys(s.Versions) {
		if b.Runs(version) {
			labels := maps.Clone(b.Selector)
			maps.Copy(labels, s.Versions[version])
			out[b.Workload()+"-"+version] = labels
		}
	}
	if len(out) == 0 {
		out[b.Workload()] = maps.Clone(b.Selector)
	}
	return out
}
