// Ways: two clusters of a document enter; the clusters whose gateways a call between them passes leave, and who of a
// service's backends is reached from where, in which order. All of it is the reference's `via`, `behind`, `network`,
// `drained`, `weight` and `prefer`, and none of it knows how a compiler brings it about.

package mesh

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrCircle is why there is no way where it would lead back to where it came from.
var ErrCircle = errors.New("calls go in a circle")

// Way lists the clusters whose gateways a call passes, the destination last; nothing within one cluster.
func (d *Document) Way(from, to string) ([]string, error) {
	var way []string
	for at := from; at != to; {
		at = d.next(at, to)
		if at == from || slices.Contains(way, at) {
			return nil, fmt.Errorf("from %s to %s, back to %s: %w", from, to, at, ErrCircle)
		}
		if way = append(way, at); d.Clusters[at] == nil || d.Clusters[at].Gateway == nil {
			return nil, fmt.Errorf("from %s to %s: %s has no gateway", from, to, at)
		}
	}
	return way, nil
}

// next is the cluster whose gateway a call enters next: what is behind the cluster where it is, it enters directly;
// else that cluster's hub; else the outermost of those that the destination is behind.
func (d *Document) next(at, to string) string {
	inner := to
	for range d.Clusters {
		outer := d.Clusters[inner].Behind
		if outer == at {
			return inner
		}
		if outer == "" {
			break
		}
		inner = outer
	}
	if hub := d.Clusters[at].Via; hub != "" {
		return hub
	}
	return inner
}

// Reached is a backend that calls of a cluster may go to.
type Reached struct {
	*Backend
	Rank int      // the lower, the earlier
	Way  []string // as of Document.Way
	// Direct: another cluster's backend, called at its address in the network that both are in. No gateway is on the way.
	Direct bool
	// Shared: known by the discovery that the caller's cluster shares with the backend's. The way is Istio's own: no `via`, no egress gateway, and
	// a gateway of the backend's network only if that is another one: any that the network has, written as `a|b`.
	Shared bool
}

// Reached are the backends that calls of a cluster may go to, by rank.
func (d *Document) Reached(caller string, s *Service) []Reached {
	var out []Reached
	if !s.MayCall(caller) {
		return nil
	}
	if d.Discovered(caller, s) {
		for _, c := range s.Hosting() {
			if c == caller {
				out = append(out, Reached{Backend: s.Backends[c], Shared: true})
			} else if d.ShareDiscovery(caller, c) {
				r := Reached{Backend: s.Backends[c], Shared: true}
				if d.Clusters[caller].Network != d.Clusters[c].Network {
					r.Way = []string{strings.Join(d.Entrances(c), "|")}
				}
				out = append(out, r)
			}
		}
		return out
	}
	for _, c := range s.Hosting() {
		b := s.Backends[c]
		way, err := d.Way(caller, c)
		network := d.Clusters[c].Network
		direct := c != caller && b.Address != "" && network != "" && network == d.Clusters[caller].Network
		if direct {
			way, err = nil, nil
		}
		drained := c != caller && d.Clusters[c].Drained
		unwanted := s.Prefer == "any" && b.Weight != nil && *b.Weight == 0
		if err == nil && !drained && !unwanted {
			out = append(out, Reached{Backend: b, Rank: d.Rank(caller, c, s), Way: way, Direct: direct})
		}
	}
	slices.SortStableFunc(out, func(a, b Reached) int { return a.Rank - b.Rank })
	return out
}

// ShareDiscovery says whether the control planes of two clusters watch each other's.
func (d *Document) ShareDiscovery(one, two string) bool {
	group := d.Clusters[one].Mesh
	return one != two && group != "" && group == d.Clusters[two].Mesh
}

// Group are the clusters that share discovery with one, without itself.
func (d *Document) Group(of string) []string {
	return slices.DeleteFunc(d.ClusterNames(), func(c string) bool { return !d.ShareDiscovery(of, c) })
}

// Entrances are the clusters by whose gateways the other networks of a cluster's mesh enter its network.
func (d *Document) Entrances(of string) []string {
	return slices.DeleteFunc(append(d.Group(of), of), func(c string) bool {
		return d.Clusters[c].Gateway == nil || d.Clusters[c].Network != d.Clusters[of].Network
	})
}

// SpansNetworks says whether the clusters that share discovery with one are in several networks.
func (d *Document) SpansNetworks(of string) bool {
	return slices.ContainsFunc(d.Group(of), func(c string) bool { return d.Clusters[c].Network != d.Clusters[of].Network })
}

// Discovered says whether another cluster of the caller's group runs a service, so that its calls go to all of the group at once.
func (d *Document) Discovered(caller string, s *Service) bool {
	return slices.ContainsFunc(s.Hosting(), func(c string) bool { return d.ShareDiscovery(caller, c) })
}

// Rank is how far a cluster is from a caller for a service: the lower, the earlier it is called.
func (d *Document) Rank(caller, to string, s *Service) int {
	switch s.Prefer {
	case "any":
		return 0
	case "order":
		if place := slices.Index(s.Order, to); place >= 0 {
			return place
		}
		return len(s.Order)
	}
	from, there := d.Clusters[caller], d.Clusters[to]
	switch {
	case caller == to:
		return 0
	case from.Region == "" || from.Region != there.Region:
		return 3
	case from.Zone == "" || from.Zone != there.Zone:
		return 2
	}
	return 1
}

// Steps is how many ranks a proxy of the cluster can be told apart, as the reference says.
func (c *Cluster) Steps() int {
	if c.Region != "" && c.Zone != "" {
		return 4
	}
	return 3
}

// Alone says whether a caller's own proxies choose among all backends, so that no gateway that several are reached through shares the choice.
func (d *Document) Alone(caller string, to []Reached) bool {
	next := map[string]bool{}
	for _, r := range to {
		switch {
		case r.Direct:
			next["direct to "+r.Cluster] = true
		case len(r.Way) == 0:
			next[""] = true
		case d.Clusters[caller].Egress != nil:
			next["its egress gateway"] = true
		default:
			next[r.Way[0]] = true
		}
	}
	return len(next) == len(to)
}

// Exact says whether every cluster's calls to a service can be given the document's order: not if a gateway that several
// clusters are reached through stands for ranks that another place shares or comes between, or has too many to tell apart.
// A caller whose every place is one cluster may have too many ranks: the rest of them share the last.
func (d *Document) Exact(s *Service) bool {
	for _, caller := range d.ClusterNames() {
		if d.Discovered(caller, s) {
			continue
		}
		c, to := d.Clusters[caller], d.Reached(caller, s)
		for i, r := range to {
			if c.Egress != nil && len(r.Way) > 0 {
				to[i].Way = append([]string{"the egress of " + caller}, r.Way...)
			}
		}
		if !d.exact(caller, caller, to, 0) {
			return false
		}
	}
	return true
}

// exact looks at the choice that a proxy in a cluster has, and then at those behind it.
func (d *Document) exact(caller, place string, to []Reached, depth int) bool {
	groups := map[string][]Reached{}
	for _, r := range to {
		next := ""
		if len(r.Way) > depth {
			next = r.Way[depth]
		} else if r.Direct {
			next = "direct to " + r.Cluster
		}
		groups[next] = append(groups[next], r)
	}
	ranks, several := map[int]bool{}, depth > 0
	for next, group := range groups {
		least, most := group[0].Rank, group[len(group)-1].Rank
		ranks[least] = true
		several = several || len(group) > 1
		// What is as near as the first of several, and fails: Envoy sends a part of the calls to what is farther than all of them.
		beside, beyond := false, false
		for other, members := range groups {
			for _, r := range members {
				if other != next && least < r.Rank && r.Rank <= most {
					return false
				}
				beside = beside || other != next && r.Rank == least
				beyond = beyond || other != next && r.Rank > most
			}
		}
		if least < most && beside && beyond {
			return false
		}
		if next == "" || group[0].Direct {
			continue
		}
		behind := next
		if d.Clusters[behind] == nil {
			behind = caller
		}
		if !d.exact(caller, behind, group, depth+1) {
			return false
		}
	}
	return !several || len(ranks) <= d.Clusters[place].Steps()
}

// MayCall says whether anything in a cluster may call a service.
func (s *Service) MayCall(cluster string) bool {
	return len(s.Callers) == 0 || slices.ContainsFunc(s.Callers, func(c string) bool { return CallerOf(c).Cluster == cluster })
}

// Admits says whether an account of a cluster's namespace may call a service.
func (s *Service) Admits(cluster, namespace, account string) bool {
	return len(s.Callers) == 0 || slices.ContainsFunc(s.Callers, func(c string) bool {
		return CallerOf(c).Cluster == cluster && CallerOf(c).Covers(namespace, account)
	})
}
