// Package model says what a document promises: a second, much smaller reading of mesh.toml than the
// compiler's. Enters: a Document. Leaves: the expectation of every call from every cluster, of every
// gateway and of every sidecar's names.
//
// It is written from the reference alone: where it and the compiler differ, one of them is wrong, and
// a random mesh will tell.
package model

import (
	"fmt"
	"sort"

	"cwc/conformance/expect"
	"cwc/conformance/judge"
	"cwc/conformance/mesh"
)

const why = "derived from the document by the model"

// Expect derives everything that a document promises.
func Expect(d *mesh.Document) *expect.File {
	f := &expect.File{Why: why}
	for _, caller := range d.ClusterNames() {
		var names []string
		for _, key := range d.ServiceKeys() {
			s := d.Services[key]
			tiers := Tiers(d, caller, s)
			if len(tiers) == 0 {
				continue
			}
			names = append(names, s.Names(d.Domain)...)
			for _, p := range s.Ports {
				f.Calls = append(f.Calls, expect.Call{
					Why: why, From: expect.Strings{caller + "/default", caller + "/" + s.Namespace}, To: at(s.Names(d.Domain), p.Number),
					Protocol: judge.CallProtocol(p), Reached: tiers[0], Failover: tiers[1:],
				})
			}
		}
		f.DNS = append(f.DNS, expect.Names{Why: why, In: expect.Strings{caller}, Answers: names})
	}
	for _, cluster := range d.ClusterNames() {
		if d.Clusters[cluster].Gateway != nil {
			e := expect.Exposure{Why: why, Gateway: expect.Strings{cluster}, LetsIn: exposed(d, cluster)}
			if len(e.LetsIn) > 0 {
				e.Ports = []int{d.Clusters[cluster].Gateway.Port}
			}
			f.Exposure = append(f.Exposure, e)
		}
	}
	return f
}

// Tiers are the sets of workloads that calls from a cluster go to, the next where all before are gone.
func Tiers(d *mesh.Document, caller string, s *mesh.Service) []expect.Tier {
	byDistance := map[int][]string{}
	for _, c := range s.Hosting() {
		if c != caller && d.Clusters[c].Gateway == nil {
			continue // nobody can get there
		}
		n := distance(d.Clusters[caller], d.Clusters[c])
		byDistance[n] = append(byDistance[n], c)
	}
	var order []int
	for n := range byDistance {
		order = append(order, n)
	}
	sort.Ints(order)
	var out []expect.Tier
	for _, n := range order {
		tier := expect.Tier{}
		for _, c := range byDistance[n] {
			b := s.Backends[c]
			// Each cluster counts once, however many addresses its gateway has.
			tier[fmt.Sprintf("%s/%s/%s", c, b.Namespace(), b.Workload())] = 100 / float64(len(byDistance[n]))
		}
		out = append(out, tier)
	}
	return out
}

// distance: here, in the same zone, in the same region, anywhere.
func distance(from, to *mesh.Cluster) int {
	switch {
	case from == to:
		return 0
	case from.Region == "" || from.Region != to.Region:
		return 3
	case from.Zone == "" || from.Zone != to.Zone:
		return 2
	}
	return 1
}

// exposed are the names that others may enter a cluster for: what it runs, if there are others.
func exposed(d *mesh.Document, cluster string) expect.Strings {
	var out expect.Strings
	if len(d.Clusters) < 2 {
		return out
	}
	for _, key := range d.ServiceKeys() {
		s := d.Services[key]
		if s.Backends[cluster] == nil {
			continue
		}
		for _, p := range s.Ports {
			out = append(out, at(s.Names(d.Domain), p.Number)...)
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
