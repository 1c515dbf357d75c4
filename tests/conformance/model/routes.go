// Routes: a service's `routes` and one cluster's calls enter; what the first route that takes a call promises leaves. The places that a
// destination means are the reference's: the cluster that is named, or the nearest where the version runs, reachable and not drained.

package model

import (
	"cmp"
	"slices"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/judge"
	"cwc/conformance/mesh"
)

// routed are the expectations of a cluster's calls to a port of a service that has routes: for each namespace that some route speaks of, a plain
// call, one that each route takes, and the same by another method.
func routed(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port) []expect.Call {
	var out []expect.Call
	for _, namespace := range spokenOf(caller, s) {
		for _, q := range requests(s, p) {
			call := usual(d, caller, s, p)
			call.From = expect.Strings{caller + "/" + namespace}
			if p.IsHTTP() {
				call.Path, call.Method, call.Headers = q.Path, q.Method, q.Headers
			}
			i := slices.IndexFunc(s.Routes, func(r *mesh.Route) bool { return r.Takes(caller, namespace, p, q) })
			if i >= 0 {
				follow(d, caller, s, p, s.Routes[i], q, &call)
			}
			out = append(out, call)
		}
	}
	return out
}

// follow changes what is expected of a call as a route says.
func follow(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port, r *mesh.Route, q mesh.Request, call *expect.Call) {
	shares := map[string]float64{}
	itself, sum := 0.0, 0.0
	for _, to := range r.To {
		places := Places(d, caller, s, to)
		if to.Cluster == "" && to.Version == "" {
			itself += to.Weight
			sum += to.Weight
		}
		for _, b := range places {
			sum += to.Weight / float64(len(places))
			spread(shares, s, b, to.Version, to.Weight/float64(len(places)))
			pinned(d, caller, s, p, b, call)
		}
	}
	if pins := sum - itself; pins > 0 {
		reached := expect.Tier{}
		for w, share := range call.Reached {
			if itself > 0 {
				reached[w] += share * itself / sum
			}
		}
		for w, weight := range shares {
			if weight > 0 {
				reached[w] += 100 * weight / sum
			}
		}
		call.Reached, call.Failover, call.FirstOnly = reached, nil, itself > 0
		call.Policy = nil // told by the names of the places, not by the service's
	}
	if p.IsHTTP() {
		call.Done = treatment(r, q)
		call.Copies = copied(d, caller, s, r)
		if r.Mirror != nil && d.Services[r.Mirror.Service] != nil {
			call.Within = max(call.Within, within(d, caller, d.Services[r.Mirror.Service]))
		}
	}
}

// copied are the workloads that get copies of a route's calls.
func copied(d *mesh.Document, caller string, s *mesh.Service, r *mesh.Route) expect.Tier {
	if r.Mirror == nil {
		return nil
	}
	out := expect.Tier{}
	if other := d.Services[r.Mirror.Service]; other != nil {
		if tiers := Tiers(d, caller, other); len(tiers) > 0 {
			for w, share := range tiers[0] {
				out[w] = share * r.Mirror.Weight / 100
			}
		}
		return out
	}
	// One place gets them, although several may be as near: random meshes name the cluster.
	for _, b := range Places(d, caller, s, *r.Mirror) {
		spread(out, s, b, r.Mirror.Version, r.Mirror.Weight)
		break
	}
	return out
}

// Places are the backends that a destination means for a caller; none where it means the name itself.
func Places(d *mesh.Document, caller string, s *mesh.Service, to mesh.Destination) []*mesh.Backend {
	var near []*mesh.Backend
	best := 0
	for _, c := range s.Hosting() {
		named := to.Cluster == c || to.Cluster == "" && to.Version != ""
		_, err := d.Way(caller, c)
		if !named || err != nil || c != caller && d.Clusters[c].Drained || !s.Backends[c].Runs(to.Version) {
			continue
		}
		if rank := d.Rank(caller, c, s); len(near) == 0 || rank < best {
			near, best = []*mesh.Backend{s.Backends[c]}, rank
		} else if rank == best {
			near = append(near, s.Backends[c])
		}
	}
	return near
}

// spread divides calls among the workloads of a backend that a version means, all of which have as many pods.
func spread(into map[string]float64, s *mesh.Service, b *mesh.Backend, version string, weight float64) {
	all := workloads(s, b)
	if version != "" {
		all = []string{all[0][:strings.LastIndex(all[0], "/")+1] + b.Workload() + "-" + version}
	}
	for _, w := range all {
		into[w] += weight / float64(len(all))
	}
}

// pinned adds the ways to a backend that a route names: by its gateway, also within a network.
func pinned(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port, b *mesh.Backend, call *expect.Call) {
	way, _ := d.Way(caller, b.Cluster)
	if out := d.Clusters[caller].Egress; out != nil && len(way) > 0 {
		way = append([]string{egress(caller, out)}, way...)
	}
	for _, w := range workloads(s, b) {
		call.Through[w] = append([]string{}, way...)
		call.At[w] = cmp.Or(b.PodPorts[p.Name], b.Ports[p.Name])
	}
}

// met are the routes that calls of a cluster to a port may meet; all says that the last of them takes whatever is left.
func met(caller string, s *mesh.Service, p mesh.Port) (routes []*mesh.Route, all bool) {
	for _, r := range s.Routes {
		mine := len(r.From) == 0 || slices.ContainsFunc(r.From, func(f string) bool { return f == caller || strings.HasPrefix(f, caller+"/") })
		http := r.Match != nil && r.Match.IsHTTP()
		port := r.Match == nil || r.Match.Port == "" || r.Match.Port == p.Name
		if p.Protocol == "tls" || p.Protocol == "https" || !mine || !port || http && !p.IsHTTP() {
			continue
		}
		routes = append(routes, r)
		if !http && (len(r.From) == 0 || slices.Contains(r.From, caller)) {
			return routes, true
		}
	}
	return routes, false
}

// spokenOf are the namespaces of a cluster that a service's routes speak of, and two that they need not.
func spokenOf(caller string, s *mesh.Service) []string {
	out := []string{"default", s.Namespace}
	for _, r := range s.Routes {
		for _, f := range r.From {
			if cluster, namespace, said := strings.Cut(f, "/"); said && cluster == caller {
				out = append(out, namespace)
			}
		}
	}
	if slices.Contains(out[2:], "default") {
		out = append(out, "elsewhere") // whose calls no route names
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// requests are the calls that are tried: for each route one that it takes.
func requests(s *mesh.Service, p mesh.Port) []mesh.Request {
	method := "GET"
	if judge.CallProtocol(p) == "grpc" {
		method = "POST"
	}
	out := []mesh.Request{{Path: "/", Method: method}}
	for _, r := range s.Routes {
		if !p.IsHTTP() || r.Match == nil || !r.Match.IsHTTP() {
			continue
		}
		q := mesh.Request{Path: "/", Method: cmp.Or(r.Match.Method, method), Headers: map[string]string{}}
		if r.Match.Path != nil {
			q.Path = text(*r.Match.Path)
		}
		for name, pattern := range r.Match.Headers {
			q.Headers[name] = text(pattern)
		}
		for name, pattern := range r.Match.Query {
			q.Path += "?" + name + "=" + text(pattern)
		}
		out = append(out, q)
		if r.Match.Method != "" {
			q.Method = "OPTIONS"
			out = append(out, q)
		}
	}
	return out
}

// text is one that a pattern holds for, of the patterns that random meshes draw.
func text(p mesh.Pattern) string {
	switch p.How {
	case "prefix":
		return p.Text + "more"
	case "regex":
		return strings.ReplaceAll(p.Text, "[0-9]+", "7")
	}
	return p.Text
}
