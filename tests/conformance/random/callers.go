// Callers and trust domains, as a random mesh draws them.

package random

import (
	"fmt"
	"slices"

	"cwc/conformance/mesh"
)

// trustDomains: in some meshes every cluster has its own, in others a few share one that is not Istio's default.
func (g *generator) trustDomains() {
	if !g.one(3) {
		return
	}
	own := g.one(2)
	for i, name := range g.d.ClusterNames() {
		switch {
		case own:
			g.d.Clusters[name].TrustDomain = fmt.Sprintf("td-%d.acme", i)
		case g.one(2):
			g.d.Clusters[name].TrustDomain = []string{"acme", "example.org"}[g.IntN(2)]
		}
	}
	// Clusters that share discovery share it all.
	for _, name := range g.d.ClusterNames() {
		for _, other := range g.d.ClusterNames() {
			if g.d.ShareDiscovery(name, other) {
				g.d.Clusters[other].TrustDomain = g.d.Clusters[name].TrustDomain
			}
		}
	}
}

// callers: clusters, namespaces and service accounts, out of those that can reach the service.
func (g *generator) callers() {
	if !g.one(2) {
		return
	}
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		led := func(c string) bool { return g.d.Discovered(c, s) }
		if !g.one(3) || slices.ContainsFunc(g.d.ClusterNames(), led) {
			continue
		}
		var can []string
		for _, c := range g.d.ClusterNames() {
			if len(g.d.Reached(c, s)) > 0 {
				can = append(can, c)
			}
		}
		if len(can) == 0 {
			continue
		}
		// In plain text nobody shows who they are, so that `callers` is refused beside it.
		if slices.ContainsFunc(s.Hosting(), func(c string) bool { return g.d.Enters(s, c) == mesh.Plaintext }) {
			s.Crossing = mesh.Passthrough
		}
		for _, c := range g.some(can) {
			s.Callers = append(s.Callers, g.callersOf(c)...)
		}
	}
}

func (g *generator) callersOf(cluster string) []string {
	ns := namespaces[g.IntN(len(namespaces))]
	switch g.IntN(4) {
	case 0:
		return []string{cluster + "/" + ns}
	case 1:
		return []string{cluster + "/" + ns + "/web"}
	case 2:
		return []string{cluster + "/" + ns + "/web", cluster + "/frontend"}
	}
	return []string{cluster}
}
