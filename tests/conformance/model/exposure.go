// Exposure: a document enters; the names that may pass a gateway leave.

package model

import (
	"slices"

	"cwc/conformance/expect"
	"cwc/conformance/mesh"
)

// exposed are the names that may pass a cluster's gateway for calls from others, or its egress gateway: those that some
// cluster's way to a backend leads through it, copies of calls included; in plain text where they enter so.
func exposed(d *mesh.Document, cluster string, leaving bool) (tls, plain expect.Strings) {
	for _, key := range d.ServiceKeys() {
		s := d.Services[key]
		for _, p := range s.Ports {
			inTLS, inPlain := false, false
			for _, caller := range d.ClusterNames() {
				for _, c := range crosses(d, caller, s, p) {
					switch {
					case leaving:
						inTLS = inTLS || caller == cluster && len(c.way) > 0
					case slices.Contains(c.way, cluster):
						ends := c.way[len(c.way)-1] == cluster
						open := ends && d.Enters(c.to, cluster) == mesh.Plaintext
						inPlain, inTLS = inPlain || open, inTLS || !open
					}
				}
			}
			if inPlain {
				plain = append(plain, at(s.Names(d.Domain), p.Number)...)
			}
			if inTLS {
				tls = append(tls, at(s.Names(d.Domain), p.Number)...)
			}
		}
	}
	return tls, plain
}

// crossing is a way between clusters, and the service whose backend it leads to.
type crossing struct {
	way []string
	to  *mesh.Service
}

// crosses are the ways that calls of a cluster to a port take, and copies of them to another service.
func crosses(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port) []crossing {
	var out []crossing
	add := func(s *mesh.Service) {
		for _, r := range d.Reached(caller, s) {
			if !r.Shared { // by names that are Istio's own and not the document's
				out = append(out, crossing{r.Way, s})
			}
		}
	}
	if len(d.Reached(caller, s)) == 0 {
		return nil // the name is not known there
	}
	routes, all := met(caller, s, p)
	if !all {
		add(s)
	}
	for _, r := range routes {
		to := r.To
		if m := r.Mirror; m != nil && p.IsHTTP() {
			if other := d.Services[m.Service]; other != nil {
				add(other)
			} else {
				to = append(slices.Clone(to), *m)
			}
		}
		for _, place := range to {
			if place.Weight == 0 {
				continue
			}
			if place.Cluster == "" && place.Version == "" {
				add(s)
			}
			for _, b := range Places(d, caller, s, place) {
				way, _ := d.Way(caller, b.Cluster)
				out = append(out, crossing{way, s})
			}
		}
	}
	return out
}
