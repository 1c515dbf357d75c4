// Routes: versions of some services, and routes by request, caller, port and share. What a document may not say is not drawn: a place that some
// caller cannot reach, one behind a gateway that reads the calls, or a route that another one hides.

package random

import (
	"fmt"
	"slices"
	"strings"

	"cwc/conformance/mesh"
)

// routes: in every third mesh, for half of the services.
func (g *generator) routes() {
	if !g.one(3) {
		return
	}
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if g.one(2) || len(s.Callers) > 0 || slices.ContainsFunc(g.d.ClusterNames(), func(c string) bool { return g.d.Discovered(c, s) }) {
			continue
		}
		if g.one(2) {
			g.versions(s)
		}
		g.routesOf(s)
	}
}

// versions: two or three, all or some of them in a cluster, with pods that listen elsewhere than their Service.
func (g *generator) versions(s *mesh.Service) {
	s.Versions = map[string]map[string]string{}
	names := []string{"v1", "v2", "canary"}[:2+g.IntN(2)]
	for _, v := range names {
		s.Versions[v] = map[string]string{"release": v}
	}
	for _, c := range s.Hosting() {
		b := s.Backends[c]
		if g.one(2) {
			b.Versions = g.some(names)
			slices.Sort(b.Versions)
		}
		if g.one(3) {
			for i, p := range s.Ports {
				b.PodPorts[p.Name] = 17000 + i
			}
		}
	}
}

// routesOf: routes for some requests first, then for some callers, then perhaps for all that is left.
func (g *generator) routesOf(s *mesh.Service) {
	http := slices.ContainsFunc(s.Ports, mesh.Port.IsHTTP)
	for i := range g.IntN(4) {
		if http {
			g.add(s, &mesh.Route{From: g.from(3, i), Match: g.match(s, i)})
		}
	}
	for i := range g.IntN(3) {
		g.add(s, &mesh.Route{From: g.from(1, i), Match: g.port(s)})
	}
	if g.one(2) {
		g.add(s, &mesh.Route{})
	}
}

// add completes a route with its destinations and with what it does to calls, if it has any.
func (g *generator) add(s *mesh.Service, r *mesh.Route) {
	routable := func(p mesh.Port) bool {
		http := r.Match != nil && r.Match.IsHTTP()
		named := r.Match == nil || r.Match.Port == "" || r.Match.Port == p.Name
		return named && p.Protocol != "tls" && p.Protocol != "https" && (!http || p.IsHTTP())
	}
	if !slices.ContainsFunc(s.Ports, routable) {
		return
	}
	places := g.places(s)
	direct := slices.ContainsFunc(s.Hosting(), func(c string) bool { return s.Backends[c].Address != "" })
	if !direct || len(places) == 0 {
		places = append(places, mesh.Destination{})
	}
	g.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
	r.To = places[:1+g.IntN(min(3, len(places)))]
	left := 100
	for i := range r.To {
		r.To[i].Weight = float64(left)
		if i+1 < len(r.To) {
			r.To[i].Weight = float64(1 + g.IntN(max(1, left-len(r.To))))
			left -= int(r.To[i].Weight)
		}
	}
	if slices.ContainsFunc(s.Ports, func(p mesh.Port) bool { return routable(p) && p.IsHTTP() }) && g.one(2) {
		r.Treatment = g.treatment(s, r)
		r.Mirror = g.mirror(s)
	}
	s.Routes = append(s.Routes, r)
}

// places are the destinations that every caller of a route can reach, one of whose clusters at least is in use; none where a gateway reads calls.
func (g *generator) places(s *mesh.Service) []mesh.Destination {
	if slices.ContainsFunc(g.d.Entered(s), func(c string) bool { return g.d.Enters(s, c) != mesh.Passthrough }) {
		return nil
	}
	var out []mesh.Destination
	runs := map[string]bool{}
	for _, c := range s.Hosting() {
		if !g.open(s, c) {
			continue
		}
		out = append(out, mesh.Destination{Cluster: c})
		for v := range s.Versions {
			if s.Backends[c].Runs(v) {
				out = append(out, mesh.Destination{Cluster: c, Version: v})
				runs[v] = true
			}
		}
	}
	for v := range runs {
		out = append(out, mesh.Destination{Version: v})
	}
	slices.SortFunc(out, func(a, b mesh.Destination) int {
		return strings.Compare(a.Cluster+" "+a.Version, b.Cluster+" "+b.Version)
	})
	return out
}

// open says whether all calls of a route may go to a cluster by a name of its own.
func (g *generator) open(s *mesh.Service, cluster string) bool {
	if g.d.Clusters[cluster].Drained {
		return false
	}
	for _, caller := range g.d.ClusterNames() {
		if _, err := g.d.Way(caller, cluster); err != nil || g.d.Enters(s, cluster) != mesh.Passthrough {
			return false
		}
	}
	return true
}

// from are one or two callers, clusters or namespaces there; the i-th draws others than those before. Mostly everyone where few is more than 1.
func (g *generator) from(few, i int) []string {
	names := g.d.ClusterNames()
	if few > 1 && !g.one(few) || i >= len(names) {
		return nil
	}
	out := []string{names[i]}
	if g.one(2) {
		out[0] += "/" + []string{"batch", "default"}[g.IntN(2)]
	}
	if i+2 < len(names) && few > 1 && g.one(2) {
		out = append(out, names[i+2])
	}
	return out
}

// match asks for something that no other route of the service does.
func (g *generator) match(s *mesh.Service, i int) *mesh.Match {
	m := g.port(s)
	if m == nil || m.Port != "" && !slices.ContainsFunc(s.Ports, func(p mesh.Port) bool { return p.Name == m.Port && p.IsHTTP() }) {
		m = &mesh.Match{}
	}
	pattern := func(stem string) mesh.Pattern {
		return []mesh.Pattern{{How: "exact", Text: stem}, {How: "prefix", Text: stem + "-"}, {How: "regex", Text: stem + "=[0-9]+"}}[g.IntN(3)]
	}
	switch g.IntN(3) {
	case 0:
		path := pattern(fmt.Sprintf("/route-%d", i))
		m.Path = &path
	case 1:
		m.Headers = map[string]mesh.Pattern{"x-route": pattern(fmt.Sprintf("route-%d", i))}
	case 2:
		m.Query = map[string]mesh.Pattern{"route": {How: "exact", Text: fmt.Sprint(i)}}
	}
	if g.one(3) {
		m.Method = []string{"GET", "POST", "PUT"}[g.IntN(3)]
	}
	return m
}

// port: every third route is for one port only.
func (g *generator) port(s *mesh.Service) *mesh.Match {
	if !g.one(3) {
		return nil
	}
	return &mesh.Match{Port: s.Ports[g.IntN(len(s.Ports))].Name}
}

// policy: a little of everything, and never a fault that no call escapes.
func (g *generator) treatment(s *mesh.Service, r *mesh.Route) mesh.Treatment {
	p := mesh.Treatment{}
	if g.one(3) {
		p.Timeout = []string{"2s", "1500ms", "1m"}[g.IntN(3)]
	}
	if g.one(3) {
		p.Retries = &mesh.Retries{Attempts: g.IntN(5)}
		if p.Retries.Attempts > 0 && g.one(2) {
			p.Retries.PerTry, p.Retries.On = "500ms", "reset,5xx"
		}
	}
	if g.one(4) {
		p.Delay = &mesh.Fault{What: "100ms", Percent: []float64{1, 12.5, 100}[g.IntN(3)]}
	}
	if g.one(4) {
		p.Abort = &mesh.Fault{What: "503", Percent: []float64{0.1, 1, 50}[g.IntN(3)]}
	}
	if r.Match != nil && r.Match.Path != nil && g.one(2) {
		p.URI = []string{"/", "/new", "/new/"}[g.IntN(3)]
	}
	if g.unread(s) && g.one(4) {
		p.Authority = "other.example.com"
	}
	if g.one(4) {
		p.Request = &mesh.Edits{Set: map[string]string{"x-set": "1"}, Add: map[string]string{"x-add": "2"}, Remove: []string{"x-gone"}}
	}
	if g.one(4) {
		p.Answer = &mesh.Edits{Set: map[string]string{}, Add: map[string]string{}, Remove: []string{"x-gone"}}
	}
	return p
}

// mirror: a place of the service itself, or another service.
func (g *generator) mirror(s *mesh.Service) *mesh.Destination {
	percent := []float64{100, 5, 0.5}[g.IntN(3)]
	if places := g.places(s); len(places) > 0 && g.one(3) {
		to := places[g.IntN(len(places))]
		if to.Cluster == "" {
			return nil
		}
		to.Weight = percent
		return &to
	}
	keys := g.d.ServiceKeys()
	other := g.d.Services[keys[g.IntN(len(keys))]]
	shared := slices.ContainsFunc(g.d.ClusterNames(), func(c string) bool { return g.d.Discovered(c, other) })
	if other == s || shared || len(other.Callers) > 0 || !g.unread(other) || !takesCopies(s, other) || !g.one(2) {
		return nil
	}
	return &mesh.Destination{Service: other.Key, Weight: percent}
}

// takesCopies says whether a service has a port for copies of all calls to another: one that speaks HTTP, and HTTP/2 if need be.
func takesCopies(of, other *mesh.Service) bool {
	http2 := func(p mesh.Port) bool { return p.Protocol == "http2" || p.Protocol == "grpc" }
	http := slices.DeleteFunc(slices.Clone(other.Ports), func(p mesh.Port) bool { return !p.IsHTTP() })
	if len(http) == 0 {
		return false
	}
	return !slices.ContainsFunc(of.Ports, func(p mesh.Port) bool {
		to := http[0]
		if i := slices.IndexFunc(http, func(own mesh.Port) bool { return own.Name == p.Name }); i >= 0 {
			to = http[i]
		}
		return p.IsHTTP() && http2(p) && !http2(to)
	})
}

// unread says whether no gateway reads the calls to a service.
func (g *generator) unread(s *mesh.Service) bool {
	return !slices.ContainsFunc(s.Hosting(), func(c string) bool { return g.d.Enters(s, c) != mesh.Passthrough })
}
