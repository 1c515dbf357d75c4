// Features that decide on the way of a call and on who is called first, one function each. What a document says here can
// contradict itself: a way that leads in a circle is taken out again, and an order that cannot be kept (mesh.Exact) gives way.

package random

import (
	"errors"
	"fmt"

	"cwc/conformance/mesh"
)

// hops: some clusters call through a hub, some are entered through a parent.
func (g *generator) hops() {
	if !g.one(3) {
		return
	}
	names := g.d.ClusterNames()
	for _, name := range names {
		c, other := g.d.Clusters[name], names[g.IntN(len(names))]
		if other == name || g.d.Clusters[other].Gateway == nil {
			continue
		}
		switch g.IntN(5) {
		case 0:
			if c.Via = other; circles(g.d) || hubBehind(g.d) {
				c.Via = ""
			}
		case 1:
			if c.Gateway == nil || within(g.d, other, name) {
				continue
			}
			if c.Behind = other; circles(g.d) || hubBehind(g.d) {
				c.Behind = ""
			}
		}
	}
}

// within says whether a cluster is entered through another one, at whatever depth: two clusters that are behind each other are refused even where
// hubs lead every call around them.
func within(d *mesh.Document, inner, outer string) bool {
	for at := d.Clusters[inner]; at != nil; at = d.Clusters[at.Behind] {
		if at.Behind == outer {
			return true
		}
	}
	return false
}

// hubBehind says whether some hub is entered through another cluster than the one that calls through it, which is refused.
func hubBehind(d *mesh.Document) bool {
	for name, c := range d.Clusters {
		if hub := d.Clusters[c.Via]; hub != nil && hub.Behind != "" && hub.Behind != name {
			return true
		}
	}
	return false
}

// circles says whether calls between any two clusters go round, even to one without a gateway, which has no way to it at all.
func circles(d *mesh.Document) bool {
	for _, from := range d.ClusterNames() {
		for _, to := range d.ClusterNames() {
			if _, err := d.Way(from, to); errors.Is(err, mesh.ErrCircle) {
				return true
			}
		}
	}
	return false
}

// networks: one or two, in which most backends of some services have an address.
func (g *generator) networks() {
	if !g.one(3) {
		return
	}
	for _, name := range g.d.ClusterNames() {
		g.d.Clusters[name].Network = []string{"", "corp", "corp", "site-2"}[g.IntN(4)]
	}
	for i, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if g.one(2) {
			continue
		}
		for j, c := range s.Hosting() {
			switch g.IntN(4) {
			case 0, 1:
				s.Backends[c].Address = fmt.Sprintf("10.200.%d.%d", i, j+1)
			case 2:
				s.Backends[c].Address = fmt.Sprintf("s%d.%s.corp.example.com", i, c)
			}
		}
	}
}

// egresses: the usual gateway or one of another name.
func (g *generator) egresses() {
	if !g.one(3) {
		return
	}
	for _, name := range g.d.ClusterNames() {
		if !g.one(3) {
			continue
		}
		out := &mesh.Gateway{Port: mesh.EgressPort, Namespace: g.d.Namespace, Service: "istio-egressgateway",
			Selector: map[string]string{"istio": "egressgateway"}}
		if g.one(3) {
			out.Namespace, out.Service, out.Selector = "way-out", "leaving", map[string]string{"gateway": "leaving"}
		}
		g.d.Clusters[name].Egress = out
	}
}

// drained: one cluster, now and then two.
func (g *generator) drained() {
	names := g.d.ClusterNames()
	for range 2 {
		if g.one(6) {
			g.d.Clusters[names[g.IntN(len(names))]].Drained = true
		}
	}
}

// resolvers: what answers for the names, another in every third cluster.
func (g *generator) resolvers() {
	for _, name := range g.d.ClusterNames() {
		if g.one(3) {
			g.d.Clusters[name].DNS = []string{"coredns", "kube-dns", "none"}[g.IntN(3)]
		}
	}
}

// preferences: orders of some or all clusters, everywhere at once with or without weights, and weights that mean nothing.
func (g *generator) preferences() {
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		hosting := s.Hosting()
		switch g.IntN(6) {
		case 0, 1:
			s.Prefer = "any"
			g.weights(s)
		case 2:
			s.Prefer = "order"
			g.Shuffle(len(hosting), func(i, j int) { hosting[i], hosting[j] = hosting[j], hosting[i] })
			s.Order = hosting[:1+g.IntN(len(hosting))]
		}
		if !g.d.Exact(s) {
			s.Prefer, s.Order = "any", nil
		}
	}
}

// weights: for some backends, and never 0 for all.
func (g *generator) weights(s *mesh.Service) {
	kept := g.IntN(len(s.Backends))
	for i, c := range s.Hosting() {
		weight := []int{0, 1, 2, 3, 10, 25}[g.IntN(6)]
		if g.one(2) && (weight > 0 || i != kept) {
			s.Backends[c].Weight = &weight
		}
	}
}

// crossings: of all services, of those in some clusters or of some services; a service whose calls cannot enter so says the opposite itself.
func (g *generator) crossings() {
	if !g.one(3) {
		return
	}
	word := func() string { return mesh.Crossings[g.IntN(len(mesh.Crossings))] }
	if g.one(3) {
		g.d.Crossing = word()
	}
	for _, name := range g.d.ClusterNames() {
		if g.d.Clusters[name].Gateway != nil && g.one(4) {
			g.d.Clusters[name].Crossing = word()
		}
	}
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if g.one(2) {
			s.Crossing = word()
		}
		if !g.d.Enterable(s) {
			s.Crossing = mesh.Passthrough
		}
	}
}
