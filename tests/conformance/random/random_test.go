// Tests of the generator: a document survives its own text, a seed always means the same document,
// every feature is drawn, and shrinking keeps the failure and drops what it does not need.

package random

import (
	"slices"
	"strings"
	"testing"

	"cwc/conformance/mesh"
)

func TestSeedsAndText(t *testing.T) {
	drawn := map[string]bool{}
	most := [2]int{}
	for seed := range uint64(400) {
		d := Generate(seed)
		text := mesh.Write(d)
		if text != mesh.Write(Generate(seed)) {
			t.Fatalf("seed %d means two documents", seed)
		}
		if again := mesh.Write(clone(d)); again != text {
			t.Fatalf("seed %d does not survive its text:\n%s\n---\n%s", seed, text, again)
		}
		most[0], most[1] = max(most[0], len(d.Clusters)), max(most[1], len(d.Services))
		drawn["reserved"] = drawn["reserved"] || len(d.Reserved) > 0
		for _, c := range d.Clusters {
			drawn["no gateway"] = drawn["no gateway"] || c.Gateway == nil
			drawn["zone"] = drawn["zone"] || c.Zone != ""
			drawn["addresses"] = drawn["addresses"] || c.Gateway != nil && len(c.Gateway.Addresses) == 3
			drawn["port"] = drawn["port"] || c.Gateway != nil && c.Gateway.Port != 15443
		}
		for _, c := range d.Clusters {
			drawn["Istio "+c.Istio] = true
			drawn["via"] = drawn["via"] || c.Via != ""
			drawn["behind"] = drawn["behind"] || c.Behind != ""
			drawn["egress"] = drawn["egress"] || c.Egress != nil
			drawn["drained"] = drawn["drained"] || c.Drained
			drawn["network"] = drawn["network"] || c.Network != ""
			drawn["mesh"] = drawn["mesh"] || len(d.Group(c.Name)) > 0
			drawn["mesh of two networks"] = drawn["mesh of two networks"] || d.SpansNetworks(c.Name)
			drawn[c.DNS] = true
		}
		for _, s := range d.Services {
			drawn[s.Prefer] = true
			if !d.Enterable(s) {
				t.Errorf("seed %d: calls to service %s cannot enter as it says", seed, s.Key)
			}
			for _, c := range s.Hosting() {
				drawn[d.Enters(s, c)] = true
				drawn["callers at a gateway"] = drawn["callers at a gateway"] || len(s.Callers) > 0 && mesh.Reads(d.Enters(s, c), s.Ports[0])
				drawn["crossing of a cluster"] = drawn["crossing of a cluster"] || s.Crossing == "" && d.Clusters[c].Crossing == mesh.Terminate
				drawn["crossing of all"] = drawn["crossing of all"] || s.Crossing == "" && d.Clusters[c].Crossing == "" && d.Crossing == mesh.Plaintext
			}
			if !d.Exact(s) {
				t.Errorf("seed %d: service %s has an order that cannot be kept", seed, s.Key)
			}
			drawn["pod port"] = drawn["pod port"] || slices.ContainsFunc(s.Hosting(), func(c string) bool { return len(s.Backends[c].PodPorts) > 0 })
			drawn["some versions"] = drawn["some versions"] || slices.ContainsFunc(s.Hosting(), func(c string) bool { return len(s.Backends[c].Versions) == 1 })
			for _, r := range s.Routes {
				route(drawn, r)
			}
			drawn["alias"] = drawn["alias"] || len(s.Hosts) > 1
			drawn["outlier"] = drawn["outlier"] || s.Outlier != nil
			drawn["ping"] = drawn["ping"] || s.Policy["keepalive.ping"] != ""
			drawn["policy"] = drawn["policy"] || len(s.Policy) > 2
			drawn["vip"] = drawn["vip"] || s.Vip != ""
			for _, b := range s.Backends {
				drawn["address"] = drawn["address"] || b.Address != ""
				drawn["policy of a backend"] = drawn["policy of a backend"] || len(b.Policy) > 0
				drawn["weight 0"] = drawn["weight 0"] || b.Weight != nil && *b.Weight == 0
				drawn["backend"] = drawn["backend"] || len(mesh.Differences(s, b)) == 3
			}
		}
	}
	for _, feature := range []string{"reserved", "no gateway", "zone", "addresses", "port", "alias", "outlier", "policy", "policy of a backend", "ping", "Istio 1.24", "Istio 1.30", "Istio 1.31", "vip", "backend",
		"via", "behind", "egress", "drained", "local", "any", "order", "weight 0", mesh.Passthrough, mesh.Terminate, mesh.Plaintext, "crossing of a cluster", "crossing of all", "network", "address", "mesh", "mesh of two networks",
		"callers at a gateway", "istio", "coredns", "kube-dns", "none", "pod port", "some versions", "from a cluster", "from a namespace", "path", "header", "query", "method", "one port",
		"a cluster", "a version", "a version there", "the name", "shares", "timeout", "retries", "delay", "abort", "uri", "authority", "request", "answer", "copies", "copies to another"} {
		if !drawn[feature] {
			t.Errorf("no document has %s", feature)
		}
	}
	if most != [2]int{12, 60} {
		t.Errorf("the largest document has %v clusters and services", most)
	}
}

func route(drawn map[string]bool, r *mesh.Route) {
	see := func(what string, seen bool) { drawn[what] = drawn[what] || seen }
	for _, f := range r.From {
		see("from a namespace", strings.Contains(f, "/"))
		see("from a cluster", !strings.Contains(f, "/"))
	}
	if m := r.Match; m != nil {
		see("path", m.Path != nil)
		see("header", len(m.Headers) > 0)
		see("query", len(m.Query) > 0)
		see("method", m.Method != "")
		see("one port", m.Port != "")
	}
	for _, to := range r.To {
		see("the name", to.Cluster == "" && to.Version == "")
		see("a cluster", to.Cluster != "" && to.Version == "")
		see("a version", to.Cluster == "" && to.Version != "")
		see("a version there", to.Cluster != "" && to.Version != "")
	}
	see("shares", len(r.To) > 1)
	p := r.Treatment
	for what, seen := range map[string]bool{"timeout": p.Timeout != "", "retries": p.Retries != nil, "delay": p.Delay != nil, "abort": p.Abort != nil, "uri": p.URI != "",
		"authority": p.Authority != "", "request": p.Request != nil, "answer": p.Answer != nil} {
		see(what, seen)
	}
	see("copies", r.Mirror != nil && r.Mirror.Service == "")
	see("copies to another", r.Mirror != nil && r.Mirror.Service != "")
}

func TestShrink(t *testing.T) {
	var d *mesh.Document
	for seed := uint64(0); d == nil; seed++ {
		if g := Generate(seed); len(g.Services) > 20 {
			d = g
		}
	}
	key := d.ServiceKeys()[7]
	fails := func(d *mesh.Document) bool { return d.Services[key] != nil && len(d.Clusters) > 1 }
	small := Shrink(d, 500, fails)
	if !fails(small) || len(small.Services) != 1 || len(small.Clusters) != 2 || len(small.Services[key].Ports) != 1 {
		t.Errorf("shrunk to\n%s", mesh.Write(small))
	}
}
