// Routes: every call of the expectation is followed through the generated configuration and compared
// with what was said: what is reached, in which shares, through which gateways, with whose identity,
// and what is reached next when that is gone.

package judge

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
)

// Routes judges the calls.
func Routes(t *Trial, n *Figures) []Finding {
	var out []Finding
	for _, e := range t.Expect.Calls {
		for _, from := range e.From {
			for _, to := range e.To {
				out = append(out, t.call(e, from, to, n)...)
			}
		}
	}
	return out
}

func (t *Trial) call(e expect.Call, from, to string, n *Figures) []Finding {
	c, err := callOf(e, from, to)
	if err != nil {
		return []Finding{{Judge: "route", Where: from, Reason: err.Error()}}
	}
	n.Calls++
	graph := t.Follower.Follow(c)
	outcome := follow.Settle(graph)
	deads := follow.Deads(graph)

	var out []Finding
	fail := func(judge, why string, args ...any) {
		out = append(out, Finding{Judge: judge, Where: c.String(), Reason: fmt.Sprintf(why, args...), Trace: follow.Trace(graph)})
	}
	if e.Refused != "" {
		switch {
		case len(outcome.Rounds) > 0:
			fail("route", "should be refused (%s) and reaches %s", e.Why, list(outcome.Rounds[0].Reached))
		case !slices.ContainsFunc(deads, func(d follow.DeadEnd) bool { return strings.Contains(d.Why, e.Refused) }):
			fail("route", "is refused, but nowhere for the stated reason %q", e.Refused)
		}
		return out
	}
	for _, why := range t.policies(e, graph) {
		fail("policy", "%s", why)
	}
	for _, d := range deads {
		fail("route", "dead end: %s", d.Why)
	}
	for _, why := range treated(e, graph) {
		fail("route", "the call %s", why)
	}
	for _, s := range outcome.Stuck {
		fail("failover", "never fails over: %s", s)
	}
	want := append([]expect.Tier{e.Reached}, e.Failover...)
	for i, tier := range want {
		if i >= len(outcome.Rounds) {
			fail(judgeOf(i), "%s should be reached %s, and nothing is", tierText(tier), when(i))
			break
		}
		t.compare(i, tier, outcome.Rounds[i], e, c, fail)
	}
	for i := len(want); i < len(outcome.Rounds) && !e.FirstOnly; i++ {
		fail("failover", "%s is reached %s, where nothing was expected", list(outcome.Rounds[i].Reached), when(i))
	}
	return out
}

// callOf is one of the calls that an expectation is about.
func callOf(e expect.Call, from, to string) (follow.Call, error) {
	cluster, namespace, account, err := expect.Caller(from)
	if err != nil {
		return follow.Call{}, err
	}
	name, port, err := expect.NamePort(to)
	c := follow.Call{Cluster: cluster, Namespace: namespace, Account: account, Name: name, Port: port,
		Protocol: e.Protocol, Path: e.Path, Method: e.Method, Headers: e.Headers}
	if c.Protocol == "" {
		c.Protocol = "http"
	}
	return c, err
}

func (t *Trial) compare(i int, want expect.Tier, got follow.Round, e expect.Call, c follow.Call, fail func(string, string, ...any)) {
	lost, fails := 100*got.Lost, unanswered(want)
	if fails == 0 && lost > 0 || math.Abs(lost-fails) > max(e.Within, 0.51) {
		fail(judgeOf(i), "%.0f%% of the calls are lost %s, not %.0f%%", lost, when(i), fails)
	}
	shares := map[string]float64{}
	for _, r := range got.Reached {
		shares[r.Workload] += 100 * r.Share
		if _, ok := want[r.Workload]; !ok {
			fail(judgeOf(i), "reaches %s %s, where %s was expected", r, when(i), tierText(want))
			continue
		}
		through := t.through(e, c, r.Workload)
		if !slices.EqualFunc(r.Through, through, func(passed string, any []string) bool { return slices.Contains(any, passed) }) {
			var to []string
			for _, any := range through {
				to = append(to, strings.Join(any, "|"))
			}
			fail("route", "reaches %s through %v, where the way was to be %v", r.Workload, r.Through, to)
		}
		if port, said := e.At[r.Workload]; said && port != r.Port {
			fail("route", "reaches port %d of the pods of %s, not %d", r.Port, r.Workload, port)
		}
		if local := strings.HasPrefix(r.Workload, c.Cluster+"/") && len(r.Through) == 0; !local {
			for _, why := range t.identity(e, c, r) {
				fail("route", "%s", why)
			}
		}
	}
	for w, share := range want {
		have, ok := shares[w]
		if !ok {
			fail(judgeOf(i), "%s should be reached %s, and only %s is", w, when(i), list(got.Reached))
		} else if share > 0 && math.Abs(have-share) > max(e.Within, 0.51) {
			fail("route", "%s gets %.1f%% of the calls %s, not %g%%", w, have, when(i), share)
		}
	}
}

// identity says what is wrong with the mutual TLS of a way into another cluster, and with whom its pods take for the caller.
func (t *Trial) identity(e expect.Call, c follow.Call, r follow.Reached) []string {
	mtls, whose := e.MTLS == nil || *e.MTLS, c.Namespace+"/"+c.Account
	if e.Sees == "gateway" && len(r.Through) == 0 {
		// What reaches another cluster's pods directly is read by no gateway.
		mtls, e.Sees = true, ""
	}
	if e.Sees == "gateway" {
		last := r.Through[len(r.Through)-1]
		cluster, key, _ := strings.Cut(last, "/")
		whose = t.World.Clusters[cluster].Gateways[key].Namespace + "/" + t.World.Clusters[cluster].Gateways[key].Account
	}
	switch {
	case mtls && r.Plain:
		return []string{fmt.Sprintf("a hop between clusters towards %s is not mutual TLS", r.Workload)}
	case !mtls && e.Sees == "" && !r.Plain && r.TLS && r.Identity == whose:
		return []string{fmt.Sprintf("the way to %s is mutual TLS from the caller to the pod, which was not expected", r.Workload)}
	case !mtls && e.Sees != "" && !r.Plain:
		return []string{fmt.Sprintf("every hop between clusters towards %s is mutual TLS, which was not expected", r.Workload)}
	case e.Sees == "nobody" && r.TLS:
		return []string{fmt.Sprintf("mutual TLS reaches the pods of %s, which was not expected", r.Workload)}
	case e.Sees == "nobody" || !mtls && e.Sees == "":
		return nil
	case !r.TLS:
		return []string{fmt.Sprintf("mutual TLS does not reach the pods of %s", r.Workload)}
	case r.Identity != whose:
		return []string{fmt.Sprintf("%s sees the identity %s, not %s", r.Workload, r.Identity, whose)}
	}
	return nil
}

// through are the gateways that a call is to pass, each with those that may stand in for it: those that were said, else the destination's.
func (t *Trial) through(e expect.Call, c follow.Call, workload string) [][]string {
	dest, _, _ := strings.Cut(workload, "/")
	said, ok := e.Through[workload]
	if !ok && dest != c.Cluster {
		said = []string{dest}
	}
	var out [][]string
	for _, g := range said {
		var any []string
		for _, one := range strings.Split(g, "|") {
			any = append(any, t.gateways(one)...)
		}
		out = append(out, any)
	}
	return out
}

// gateways spells out `cluster`, which is the gateway for calls from others, or `cluster/namespace/service`.
func (t *Trial) gateways(said string) []string {
	if strings.Contains(said, "/") {
		return []string{said}
	}
	var out []string
	if c := t.World.Clusters[said]; c != nil {
		for _, key := range c.GatewayKeys() {
			if !c.Gateways[key].Egress {
				out = append(out, said+"/"+key)
			}
		}
	}
	return out
}

// unanswered is what the shares of a tier leave of the calls: they fail.
func unanswered(t expect.Tier) float64 {
	said := 0.0
	for _, share := range t {
		said += share
	}
	if said == 0 || said > 99.9 {
		return 0
	}
	return 100 - said
}

func judgeOf(round int) string {
	if round == 0 {
		return "route"
	}
	return "failover"
}

func when(round int) string {
	if round == 0 {
		return "while all is well"
	}
	return fmt.Sprintf("after failover %d", round)
}

func tierText(t expect.Tier) string {
	var out []string
	for w := range t {
		out = append(out, w)
	}
	sort.Strings(out)
	return strings.Join(out, " and ")
}

func list(rs []follow.Reached) string {
	var out []string
	for _, r := range rs {
		out = append(out, r.String())
	}
	return strings.Join(out, " and ")
}
