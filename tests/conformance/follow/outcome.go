// Outcomes: a call's graph enters; what it reaches while all is well, in which shares, and what it
// reaches next each time that everything it reached is gone, leave. Envoy's rules for priorities,
// localities and ejection decide, so a failover that outlier detection never lets happen is none.

package follow

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// Reached is one way to one workload.
type Reached struct {
	Workload string // cluster/namespace/name
	Port     int
	Share    float64
	Through  []string // the gateways on the way, as cluster/namespace/name
	Plain    bool     // some hop between clusters is not mutual TLS
	TLS      bool     // mutual TLS ends at the pod
	Identity string   // whose certificate the pod sees: namespace/service-account
}

// Round is what is reached in one state of the world.
type Round struct {
	Reached []Reached
	Lost    float64 // share of the calls that fail although something is left to reach
}

// Outcome is a call's whole story.
type Outcome struct {
	Rounds []Round
	// Stuck are the failovers that never happen, with the reason.
	Stuck []string
}

// Settle plays a graph through: all is well, then the workloads reached so far are gone, and again.
func Settle(n Node) Outcome {
	var out Outcome
	gone := map[string]bool{}
	stuck := map[string]bool{}
	for len(out.Rounds) < 32 {
		e := evaluation{gone: gone, stuck: stuck}
		parts := e.node(n)
		round := merge(parts)
		if len(round.Reached) == 0 {
			break
		}
		out.Rounds = append(out.Rounds, round)
		for _, r := range round.Reached {
			gone[r.Workload] = true
		}
	}
	for why := range stuck {
		out.Stuck = append(out.Stuck, why)
	}
	sort.Strings(out.Stuck)
	return out
}

type evaluation struct {
	gone  map[string]bool
	stuck map[string]bool
	away  string // a cluster whose gateways and pods do not answer, though they stay endpoints
}

// node gives the ways that a call takes from here, with shares of 1 in total less what is lost.
func (e *evaluation) node(n Node) []Reached {
	switch n := n.(type) {
	case *Split:
		var out []Reached
		for _, s := range n.To {
			out = append(out, scaled(e.node(s.Node), s.Part)...)
		}
		return out
	case *Pool:
		return e.pool(n)
	case *Pod:
		if e.gone[n.Workload.ID()] || n.Workload.Cluster == e.away {
			return nil
		}
		return []Reached{{Workload: n.Workload.ID(), Port: n.Port, Share: 1, TLS: n.TLS}}
	}
	return nil
}

func (e *evaluation) pool(p *Pool) []Reached {
	type state struct {
		*Host
		ways  []Reached
		alive bool
	}
	var hosts []state
	total, dead, live := 0, 0, 0
	for _, h := range p.Hosts {
		ways := e.node(h.Next)
		if e.away != "" && strings.HasPrefix(h.Enters, e.away+"/") {
			ways = nil
		}
		if len(ways) == 0 && h.Vanishes && e.away == "" {
			continue
		}
		// What nothing takes out is called, whether it answers or not.
		called := len(ways) > 0 || e.away != "" && p.Ejects == 0
		hosts = append(hosts, state{h, ways, called})
		total += h.Count
		if called {
			live += h.Count
		} else {
			dead += h.Count
		}
	}
	if live == 0 {
		return nil
	}
	if share := 100 * float64(dead) / float64(total); dead > 0 && share > p.Ejects {
		e.stuck[fmt.Sprintf("%s: %d of %d hosts would have to be ejected to fail over, outlier detection ejects at most %g%%",
			p.Line, dead, total, p.Ejects)] = true
	}

	// Envoy keeps a priority as long as 1.4 times its live share covers everything
	// (overprovisioning factor); what is missing spills over to the next.
	byPriority := map[uint32][]state{}
	var order []uint32
	for _, h := range hosts {
		if byPriority[h.Priority] == nil {
			order = append(order, h.Priority)
		}
		byPriority[h.Priority] = append(byPriority[h.Priority], h)
	}
	sort.Slice(order, func(i, j int) bool { return order[i] < order[j] })
	health := map[uint32]float64{}
	sum := 0.0
	for _, pr := range order {
		n, up := 0, 0
		for _, h := range byPriority[pr] {
			n += h.Count
			if h.alive {
				up += h.Count
			}
		}
		health[pr] = math.Min(1, 1.4*float64(up)/float64(n))
		sum += health[pr]
	}
	var out []Reached
	left := 1.0
	for _, pr := range order {
		part := math.Min(left, health[pr]/math.Min(1, sum))
		left -= part
		if part < 1e-9 {
			continue
		}
		localities := map[string]float64{} // live host weight
		weights := map[string]float64{}
		sumWeights, sumHosts := 0.0, 0.0
		for _, h := range byPriority[pr] {
			if !h.alive {
				continue
			}
			w := h.Weight * float64(h.Count)
			localities[h.Locality] += w
			sumHosts += w
			weights[h.Locality] = h.LocalityWeight
		}
		for _, w := range weights {
			sumWeights += w
		}
		for _, h := range byPriority[pr] {
			if !h.alive {
				continue
			}
			share := h.Weight * float64(h.Count) / sumHosts
			if p.LocalityWeighted && sumWeights > 0 {
				share = weights[h.Locality] / sumWeights * h.Weight * float64(h.Count) / localities[h.Locality]
			}
			out = append(out, h.passed(scaled(h.ways, part*share))...)
		}
	}
	return out
}

// passed adds to ways what the connection to this host tells about them.
func (h *Host) passed(ways []Reached) []Reached {
	out := make([]Reached, len(ways))
	for i, r := range ways {
		if h.Enters != "" {
			r.Through = append([]string{h.Enters}, r.Through...)
		}
		r.Plain = r.Plain || h.Crosses && h.Plain
		if r.Identity == "" && r.TLS {
			r.Identity = h.Identity
		}
		out[i] = r
	}
	return out
}

func scaled(ways []Reached, part float64) []Reached {
	out := make([]Reached, len(ways))
	for i, r := range ways {
		r.Share *= part
		out[i] = r
	}
	return out
}

// merge adds up the ways that differ in nothing but their share.
func merge(ways []Reached) Round {
	byKey := map[string]Reached{}
	lost := 1.0
	for _, r := range ways {
		if r.Share < 1e-9 {
			continue
		}
		lost -= r.Share
		key := fmt.Sprint(r.Workload, r.Port, r.Through, r.Plain, r.TLS, r.Identity)
		if have, ok := byKey[key]; ok {
			r.Share += have.Share
		}
		byKey[key] = r
	}
	var out Round
	for _, r := range byKey {
		out.Reached = append(out.Reached, r)
	}
	sort.Slice(out.Reached, func(i, j int) bool { return out.Reached[i].String() < out.Reached[j].String() })
	if lost > 1e-6 {
		out.Lost = lost
	}
	return out
}

func (r Reached) String() string {
	s := r.Workload
	if len(r.Through) > 0 {
		s += " through " + strings.Join(r.Through, ", ")
	}
	return s
}
