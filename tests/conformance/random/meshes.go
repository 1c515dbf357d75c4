// Meshes: some clusters share discovery, in one network or over two. What Istio's own ways between them cannot keep is taken out of the
// document again, as the compiler refuses it.

package random

import (
	"fmt"
	"slices"

	"cwc/conformance/mesh"
)

// meshes: two or three clusters of one mesh, now and then two such meshes.
func (g *generator) meshes() {
	if !g.one(3) {
		return
	}
	names := g.d.ClusterNames()
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for i := 0; len(names) >= 2 && i < 2; i++ {
		size := min(len(names), 2+g.IntN(2))
		g.mesh(fmt.Sprintf("mesh-%d", i+1), names[:size])
		if names = names[size:]; !g.one(2) {
			break
		}
	}
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if !g.d.Exact(s) {
			s.Prefer, s.Order = "any", nil
		}
		// Its calls may now enter where there was no gateway.
		if !g.d.Enterable(s) {
			s.Crossing = mesh.Passthrough
		}
	}
}

func (g *generator) mesh(name string, members []string) {
	slices.Sort(members)
	for _, c := range members {
		g.d.Clusters[c].Mesh = name
	}
	if g.one(2) {
		for _, c := range members {
			g.d.Clusters[c].Network = ""
		}
	} else {
		g.over(members)
	}
	for _, key := range g.d.ServiceKeys() {
		g.alike(g.d.Services[key], members)
	}
}

// over puts the clusters of a mesh into two networks. Their gateways have addresses that istiod need not look up, and each network has one.
func (g *generator) over(members []string) {
	for i, c := range members {
		cluster := g.d.Clusters[c]
		cluster.Network = []string{"corp", "site-2", "corp"}[i]
		cluster.Via, cluster.Behind, cluster.Egress = "", "", nil
		if cluster.Gateway == nil {
			cluster.Gateway = g.gateway(slices.Index(clusterNames, c))
		}
		cluster.Gateway.Addresses = []string{fmt.Sprintf("203.0.113.%d", 100+slices.Index(clusterNames, c))}
		if g.one(3) {
			cluster.Gateway.Addresses = append(cluster.Gateway.Addresses, fmt.Sprintf("203.0.113.%d", 200+slices.Index(clusterNames, c)))
		}
	}
	if g.one(3) && len(members) == 3 {
		closed := g.d.Clusters[members[2]] // what it runs is entered by the gateway of the first, or not at all
		if !slices.ContainsFunc(g.d.ServiceKeys(), func(key string) bool { return g.d.Services[key].Backends[closed.Name] != nil }) && !g.leadsThrough(closed.Name) {
			closed.Gateway, closed.Crossing = nil, ""
		}
	}
}

func (g *generator) leadsThrough(cluster string) bool {
	return slices.ContainsFunc(g.d.ClusterNames(), func(c string) bool { return g.d.Clusters[c].Via == cluster || g.d.Clusters[c].Behind == cluster })
}

// alike: a service is one Service in all clusters of a mesh, and none of their gateways reads its calls.
func (g *generator) alike(s *mesh.Service, members []string) {
	var first *mesh.Backend
	for _, c := range members {
		b := s.Backends[c]
		switch {
		case b == nil:
		case first == nil:
			first = b
		default:
			b.Host, b.Ports, b.PodPorts, b.Selector = first.Host, first.Ports, first.PodPorts, first.Selector
			s.Crossing = mesh.Passthrough
		}
	}
}
