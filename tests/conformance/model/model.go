// Package model says what a document promises: a second, much smaller reading of mesh.toml than the
// compiler's. Enters: a Document. Leaves: the expectation of every call from every cluster, of every
// gateway and of every sidecar's names.
//
// It is written from the reference alone: where it and the compiler differ, one of them is wrong, and
// a random mesh will tell.
package model

import (
	"cmp"
	"fmt"
	"slices"

	"cwc/conformance/expect"
	"cwc/conformance/judge"
	"cwc/conformance/mesh"
)

const why = "derived from the document by the model"

// Expect derives everything that a document promises.
func Expect(d *mesh.Document) *expect.File {
	f := &expect.File{Why: why}
	for _, caller := range d.ClusterNames() {
		known := map[string][]string{}
		for _, ns := range add(namespaces(d, caller), "default") {
			known[ns] = []string{}
		}
		for _, key := range d.ServiceKeys() {
			s := d.Services[key]
			tiers := Tiers(d, caller, s)
			may, unknown := places(s, caller)
			for _, p := range s.Ports {
				if len(unknown) > 0 {
					f.Calls = append(f.Calls, expect.Call{
						Why: why, From: unknown, To: at(s.Names(d.Domain), p.Number), Protocol: judge.CallProtocol(p), Refused: "does not resolve",
					})
				}
				switch {
				case len(tiers) == 0 || len(may) == 0:
				case len(s.Routes) > 0:
					f.Calls = append(f.Calls, routed(d, caller, s, p)...)
				default:
					call := usual(d, caller, s, p)
					call.From = may
					f.Calls = append(f.Calls, call)
				}
			}
			for ns := range known {
				if len(tiers) > 0 && knows(s, caller, ns) {
					known[ns] = append(known[ns], s.Names(d.Domain)...)
				}
			}
		}
		for ns, names := range known {
			f.DNS = append(f.DNS, expect.Names{Why: why, In: expect.Strings{caller + "/" + ns}, Answers: names})
		}
	}
	for _, key := range d.ServiceKeys() {
		f.Policies = append(f.Policies, policies(d, d.Services[key])...)
	}
	for _, cluster := range d.ClusterNames() {
		c := d.Clusters[cluster]
		if c.Gateway != nil {
			letsIn, plain := exposed(d, cluster, false)
			e := exposure(cluster, c.Gateway.Port, letsIn)
			e.Plain = plain
			if d.SpansNetworks(cluster) {
				e.Ports = []int{c.Gateway.Port} // open for the mesh's own calls, whatever the document says
			}
			f.Exposure = append(f.Exposure, e)
		}
		if c.Egress != nil {
			letsOut, _ := exposed(d, cluster, true)
			f.Exposure = append(f.Exposure, exposure(egress(cluster, c.Egress), c.Egress.Port, letsOut))
		}
	}
	return f
}

// usual is what is expected of a cluster's calls to a port that no route takes.
func usual(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port) expect.Call {
	tiers := Tiers(d, caller, s)
	call := expect.Call{
		Why: why, To: at(s.Names(d.Domain), p.Number),
		Protocol: judge.CallProtocol(p), Reached: tiers[0], Failover: tiers[1:], Done: map[string]string{},
		Through: through(d, caller, s), Within: within(d, caller, s), At: podPorts(d, caller, s, p),
		Policy: policy(d, caller, s, p),
	}
	if crossing := enters(d, caller, s); mesh.Reads(crossing, p) {
		mutual := crossing != mesh.Plaintext
		call.Sees, call.MTLS = "gateway", &mutual
	}
	return call
}

func exposure(gateway string, port int, letsIn expect.Strings) expect.Exposure {
	e := expect.Exposure{Why: why, Gateway: expect.Strings{gateway}, LetsIn: letsIn}
	if len(letsIn) > 0 {
		e.Ports = []int{port}
	}
	return e
}

// Tiers are the sets of workloads that calls from a cluster go to, the next where all before are gone.
func Tiers(d *mesh.Document, caller string, s *mesh.Service) []expect.Tier {
	var ranks [][]mesh.Reached
	to := d.Reached(caller, s)
	alone := d.Alone(caller, to)
	for i, r := range to {
		// What comes behind the last step shares it. Where a gateway in the middle has steps of its own, mesh.Exact sees to it that no place has too many.
		full := alone && len(ranks) == d.Clusters[caller].Steps()
		if i == 0 || !full && ranks[len(ranks)-1][0].Rank != r.Rank {
			ranks = append(ranks, nil)
		}
		ranks[len(ranks)-1] = append(ranks[len(ranks)-1], r)
	}
	var out []expect.Tier
	for _, rank := range ranks {
		sum := 0.0
		for _, r := range rank {
			sum += weight(s, r)
		}
		tier := expect.Tier{}
		for _, r := range rank {
			all := workloads(s, r.Backend)
			for _, w := range all {
				tier[w] = 100 * weight(s, r) / sum / float64(len(all))
			}
		}
		out = append(out, tier)
	}
	return out
}

// weight is a backend's share: as written where all are called at once. Else each cluster counts once, however many addresses its
// gateway has; so it does within a mesh, whose clusters have as many pods each.
func weight(s *mesh.Service, r mesh.Reached) float64 {
	if s.Prefer == "any" && r.Weight != nil && !r.Shared {
		return float64(*r.Weight)
	}
	return 1
}

// within is how far shares may be off: each proxy on a way that chooses does so in whole per cent.
func within(d *mesh.Document, caller string, s *mesh.Service) float64 {
	if s.Prefer != "any" {
		return 0
	}
	longest := 0
	for _, r := range d.Reached(caller, s) {
		longest = max(longest, len(r.Way))
	}
	return float64(max(1, longest))
}

// through are the gateways on each way: the caller's egress gateway, then those that `via` and `behind` make it pass.
func through(d *mesh.Document, caller string, s *mesh.Service) map[string][]string {
	out := map[string][]string{}
	for _, r := range d.Reached(caller, s) {
		way := []string{}
		if out := d.Clusters[caller].Egress; out != nil && len(r.Way) > 0 && !r.Shared {
			way = append(way, egress(caller, out))
		}
		for _, w := range workloads(s, r.Backend) {
			out[w] = append(way[:len(way):len(way)], r.Way...)
		}
	}
	return out
}

// workloads are those of a backend, in the default world: one for each version that runs there.
func workloads(s *mesh.Service, b *mesh.Backend) []string {
	var out []string
	for name := range s.Workloads(b) {
		out = append(out, fmt.Sprintf("%s/%s/%s", b.Cluster, b.Namespace(), name))
	}
	slices.Sort(out)
	return out
}

func egress(cluster string, g *mesh.Gateway) string {
	return cluster + "/" + g.Namespace + "/" + g.Service
}

// enters is how a cluster's calls to a service enter other clusters; passthrough where none do.
func enters(d *mesh.Document, caller string, s *mesh.Service) string {
	for _, r := range d.Reached(caller, s) {
		if len(r.Way) > 0 && !r.Shared {
			return d.Enters(s, r.Cluster)
		}
	}
	return mesh.Passthrough
}

// podPorts are the ports of the pods that calls to a port arrive at.
func podPorts(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port) map[string]int {
	out := map[string]int{}
	for _, r := range d.Reached(caller, s) {
		for _, w := range workloads(s, r.Backend) {
			out[w] = cmp.Or(r.PodPorts[p.Name], r.Ports[p.Name])
		}
	}
	return out
}

func at(names []string, port int) expect.Strings {
	var out expect.Strings
	for _, n := range names {
		out = append(out, fmt.Sprintf("%s:%d", n, port))
	}
	return out
}
