// Tests of what Envoy's health rules make of a graph: tiers, spilling over, ejection limits, shares
// by locality, and what a route's split does not do.

package follow

import (
	"fmt"
	"math"
	"testing"

	"cwc/conformance/world"
)

func podOf(cluster string) *Pod {
	return &Pod{Workload: &world.Workload{Cluster: cluster, Namespace: "n", Name: "w"}, TLS: true}
}

func hostOf(cluster string, priority uint32) *Host {
	return &Host{Priority: priority, Weight: 1, Count: 1, Next: podOf(cluster)}
}

func shares(r Round) string {
	out := ""
	for _, x := range r.Reached {
		out += fmt.Sprintf("%s=%.0f ", x.Workload, math.Round(100*x.Share))
	}
	return out
}

func TestTiersFollowEachOther(t *testing.T) {
	o := Settle(&Pool{Ejects: 100, Hosts: []*Host{hostOf("a", 0), hostOf("b", 1), hostOf("c", 1)}})
	if len(o.Rounds) != 2 || shares(o.Rounds[0]) != "a/n/w=100 " || shares(o.Rounds[1]) != "b/n/w=50 c/n/w=50 " || len(o.Stuck) > 0 {
		t.Errorf("%+v", o)
	}
}

func TestEjectionLimitStopsFailover(t *testing.T) {
	for limit, stuck := range map[float64]int{0: 1, 10: 1, 49: 1, 50: 0, 100: 0} {
		o := Settle(&Pool{Ejects: limit, Hosts: []*Host{hostOf("a", 0), hostOf("b", 1)}})
		if len(o.Stuck) != stuck {
			t.Errorf("limit %g: %v", limit, o.Stuck)
		}
	}
	// Two of three must go before the third is used.
	o := Settle(&Pool{Ejects: 50, Hosts: []*Host{hostOf("a", 0), hostOf("b", 1), hostOf("c", 2)}})
	if len(o.Stuck) != 1 {
		t.Errorf("%v", o.Stuck)
	}
}

func TestWhatVanishesNeedsNoEjection(t *testing.T) {
	gone := hostOf("a", 0)
	gone.Vanishes = true
	o := Settle(&Pool{Hosts: []*Host{gone, hostOf("b", 1)}})
	if len(o.Rounds) != 2 || len(o.Stuck) > 0 {
		t.Errorf("%+v", o)
	}
}

func TestHalfAPrioritySpillsOver(t *testing.T) {
	// Of two hosts one is a dead end: 70% stay by the overprovisioning factor, 30% spill over.
	dead := &Host{Weight: 1, Count: 1, Next: &Dead{}}
	o := Settle(&Pool{Ejects: 100, Hosts: []*Host{hostOf("a", 0), dead, hostOf("b", 1)}})
	if got := shares(o.Rounds[0]); got != "a/n/w=70 b/n/w=30 " {
		t.Error(got)
	}
}

func TestRecordsCountAsHosts(t *testing.T) {
	three := hostOf("a", 0)
	three.Count = 3
	o := Settle(&Pool{Hosts: []*Host{three, hostOf("b", 0)}})
	if got := shares(o.Rounds[0]); got != "a/n/w=75 b/n/w=25 " {
		t.Error(got)
	}
}

func TestLocalityWeights(t *testing.T) {
	a, b, c := hostOf("a", 0), hostOf("b", 0), hostOf("c", 0)
	a.Locality, a.LocalityWeight = "x", 80
	b.Locality, b.LocalityWeight = "y", 20
	c.Locality, c.LocalityWeight = "y", 20
	p := &Pool{LocalityWeighted: true, Hosts: []*Host{a, b, c}}
	if got := shares(Settle(p).Rounds[0]); got != "a/n/w=80 b/n/w=10 c/n/w=10 " {
		t.Error(got)
	}
	p.LocalityWeighted = false
	if got := shares(Settle(p).Rounds[0]); got != "a/n/w=33 b/n/w=33 c/n/w=33 " {
		t.Error(got)
	}
}

func TestASplitLosesWhatItsPartLoses(t *testing.T) {
	s := &Split{To: []Share{{0.9, podOf("a")}, {0.1, &Dead{At: "x", Why: "y"}}}}
	o := Settle(s)
	if math.Abs(o.Rounds[0].Lost-0.1) > 1e-9 || len(Deads(s)) != 1 {
		t.Errorf("%+v", o)
	}
}

func TestIdentityIsTheOneThatStartedTLS(t *testing.T) {
	inner := &Pool{Hosts: []*Host{{Weight: 1, Count: 1, Next: podOf("b")}}}
	outer := &Pool{Hosts: []*Host{{Weight: 1, Count: 1, Identity: "n/caller", Enters: "b/istio-system/gw", Crosses: true, Next: inner}}}
	r := Settle(outer).Rounds[0].Reached[0]
	if r.Identity != "n/caller" || r.Plain || len(r.Through) != 1 {
		t.Errorf("%+v", r)
	}
	inner.Hosts[0].Identity = "istio-system/gw" // the gateway ends TLS and starts its own
	if r := Settle(outer).Rounds[0].Reached[0]; r.Identity != "istio-system/gw" {
		t.Errorf("%+v", r)
	}
}
