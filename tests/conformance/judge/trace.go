// Traces: what `cwc trace` says of a call is compared with what Istio makes of it: where it arrives,
// in which shares, through which gateways, while all is well and while one cluster is down.

package judge

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"

	"cwc/conformance/follow"
	"cwc/conformance/trace"
	"cwc/conformance/world"
)

// Trace judges the answers of `cwc trace`, where it can be asked.
func Trace(t *Trial, n *Figures) []Finding {
	if t.Tracer == nil {
		return nil
	}
	var calls []follow.Call
	for _, e := range t.Expect.Calls {
		if strings.Contains(e.Refused, "no sidecar") {
			continue // the document does not say which pods have one
		}
		for _, from := range e.From {
			for _, to := range e.To {
				c, err := callOf(e, from, to)
				if err != nil || !t.isDeclared(c.Name) {
					continue // the judge of routes says what is wrong with it
				}
				calls = append(calls, c)
			}
		}
	}
	var out []Finding
	// Each is a few runs of the compiler, so some are taken, spread over all of them.
	step := max(1, len(calls)/t.Tracer.Most)
	for i := 0; i < len(calls); i += step {
		out = append(out, t.traced(calls[i], n)...)
	}
	return out
}

// isDeclared says whether the document has the name; of others `cwc trace` answers nothing.
func (t *Trial) isDeclared(name string) bool {
	for _, key := range t.Document.ServiceKeys() {
		if slices.Contains(t.Document.Services[key].Names(t.Document.Domain), name) {
			return true
		}
	}
	return false
}

func (t *Trial) traced(c follow.Call, n *Figures) []Finding {
	graph := t.Follower.Follow(c)
	if follow.Several(graph) {
		return nil // the compiler does not know how many records a host name has
	}
	if follow.Aborts(graph) {
		return nil // the answers that a proxy makes up on purpose are told by what is done to the call
	}
	well := follow.Without(graph, "")
	downs := []string{""}
	for _, r := range well.Reached {
		cluster, _, _ := strings.Cut(r.Workload, "/")
		if !slices.Contains(downs, cluster) {
			downs = append(downs, cluster)
		}
	}
	var out []Finding
	for _, down := range downs {
		var names []string
		if down != "" {
			names = []string{down}
		}
		n.Traced++
		answer, err := t.Tracer.Ask(c, names)
		why := ""
		if err != nil {
			why = err.Error()
		} else {
			why = t.differs(answer, follow.Without(graph, down))
		}
		if why != "" {
			if down != "" {
				why = "with " + down + " down: " + why
			}
			out = append(out, Finding{Judge: "trace", Where: c.String(), Reason: why, Trace: follow.Trace(graph)})
		}
	}
	return out
}

// differs says in what an answer differs from what Istio makes of the call.
func (t *Trial) differs(answer *trace.Answer, round follow.Round) string {
	want := map[string]float64{} // by workload and way
	for _, r := range round.Reached {
		want[r.Workload+" through "+clustersOf(r.Through)] += 100 * r.Share
	}
	lost := 100.0
	for _, share := range want {
		lost -= share
	}
	said := 0.0
	if answer.Lost != nil {
		said = 100 * answer.Lost.Share
	}
	if math.Abs(said-lost) > 0.51 {
		return fmt.Sprintf("%.1f %% of the calls are lost, and the trace says %.1f %%", lost, said)
	}
	left := map[string]float64{}
	for key, share := range want {
		left[key] = share
	}
	for _, g := range t.groups(answer.Reached) {
		sum := 0.0
		for key := range g.keys {
			sum += want[key]
			delete(left, key)
		}
		if math.Abs(sum-100*g.share) > 0.51 {
			return fmt.Sprintf("%.1f %% of the calls reach %s, and the trace says %.1f %%", sum, strings.Join(g.names, " and "), 100*g.share)
		}
	}
	var missed []string
	for key := range left {
		missed = append(missed, key)
	}
	if len(missed) > 0 {
		sort.Strings(missed)
		return "the trace does not say that calls reach " + strings.Join(missed, ", ")
	}
	return ""
}

// group is a part of an answer: its workloads with the way to them, and the share of all of them.
type group struct {
	names []string
	keys  map[string]bool
	share float64
}

// groups puts together what overlaps: one version of a service, and the service as such.
func (t *Trial) groups(reached []trace.Reached) []*group {
	var out []*group
	for _, r := range reached {
		through := " through " + strings.Join(r.Through, " ")
		g := &group{names: []string{target(r) + through}, keys: map[string]bool{}, share: r.Share}
		for _, w := range t.behind(r) {
			g.keys[w.ID()+through] = true
		}
		out = slices.DeleteFunc(out, func(other *group) bool {
			overlaps := false
			for key := range other.keys {
				overlaps = overlaps || g.keys[key]
			}
			if overlaps {
				maps.Copy(g.keys, other.keys)
				g.names, g.share = append(g.names, other.names...), g.share+other.share
			}
			return overlaps
		})
		out = append(out, g)
	}
	return out
}

// behind are the workloads of a Service, or with some labels.
func (t *Trial) behind(r trace.Reached) []*world.Workload {
	c := t.World.Clusters[r.Cluster]
	if c == nil {
		return nil
	}
	if r.Service == "" {
		return c.Backing(&world.Service{Namespace: r.Namespace, Selector: r.Labels})
	}
	for _, s := range c.Services {
		if s.Host() == r.Service {
			return c.Backing(s)
		}
	}
	return nil
}

func target(r trace.Reached) string {
	if r.Service != "" {
		return r.Cluster + "/" + r.Service
	}
	return fmt.Sprintf("%s/%s/%v", r.Cluster, r.Namespace, r.Labels)
}

func clustersOf(gateways []string) string {
	var out []string
	for _, g := range gateways {
		cluster, _, _ := strings.Cut(g, "/")
		out = append(out, cluster)
	}
	return strings.Join(out, " ")
}
