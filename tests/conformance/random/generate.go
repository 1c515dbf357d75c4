// Package random makes documents nobody would write, but somebody might. Enters: a seed. Leaves: a
// mesh.Document with up to 12 clusters and 60 services that draws from every feature that compiles
// (generate.go), its text (mesh.Write), and, for one that fails, a smaller one that fails too
// (shrink.go). A feature that comes later is one more function in `features`.
package random

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"cwc/conformance/mesh"
)

// generator draws one document.
type generator struct {
	*rand.Rand
	d *mesh.Document
}

// features are applied to a plain document in this order; each changes something here and there.
var features = []func(*generator){
	(*generator).gateways,
	(*generator).regions,
	(*generator).callersOnly,
	(*generator).backends,
	(*generator).aliases,
	(*generator).outliers,
	(*generator).policies,
	(*generator).vips,
	(*generator).hops,
	(*generator).networks,
	(*generator).egresses,
	(*generator).drained,
	(*generator).preferences,
	(*generator).crossings,
	(*generator).meshes,
	(*generator).resolvers,
	(*generator).trustDomains,
	(*generator).callers,
	(*generator).routes,
	(*generator).reserved,
}

// Generate draws the document of a seed.
func Generate(seed uint64) *mesh.Document {
	g := &generator{Rand: rand.New(rand.NewPCG(seed, 0x6d657368)), d: &mesh.Document{
		Domain: "global", Namespace: "istio-system",
		Clusters: map[string]*mesh.Cluster{}, Services: map[string]*mesh.Service{},
	}}
	if g.one(8) {
		g.d.Domain = "mesh.acme"
	}
	if g.one(8) {
		g.d.Namespace = "crossings"
	}
	// Most meshes are small, so that many can be tried; some reach the limits.
	clusters, services := 2+g.IntN(4), 1+g.IntN(10)
	if g.one(25) {
		clusters, services = 2+g.IntN(11), 1+g.IntN(60)
	}
	if g.one(300) {
		clusters, services = 12, 60
	}
	for i := range clusters {
		name := clusterNames[i]
		g.d.Clusters[name] = &mesh.Cluster{Name: name, Gateway: g.gateway(i), Istio: "1.24", DNS: "istio", TrustDomain: "cluster.local"}
	}
	for i := range services {
		g.service(i)
	}
	for _, f := range features {
		f(g)
	}
	return g.d
}

var clusterNames = []string{"east", "west", "north", "south", "edge", "core", "a", "z9", "eu-1", "us-2", "ap-south-3", "lab"}

var words = []string{"reviews", "ratings", "cart", "mongo", "search", "pay", "no", "on", "x", "user-profile", "v2", "gateway"}

var namespaces = []string{"shop", "bookinfo", "data", "default", "yes", "team-a"}

// protocols that a port may have, with the usual start of its name.
var protocols = []string{"http", "http", "http", "grpc", "http2", "tcp", "tcp", "mongo", "mysql", "redis", "tls", "https", "grpc-web"}

// portNumbers are few, so that services of all protocols meet on one number.
var portNumbers = []int{80, 443, 3306, 8080, 9080, 27017}

func (g *generator) gateway(i int) *mesh.Gateway {
	return &mesh.Gateway{Addresses: []string{fmt.Sprintf("203.0.113.%d", i+1)}, Port: 15443, Namespace: g.d.Namespace,
		Service: "istio-eastwestgateway", Selector: map[string]string{"istio": "eastwestgateway"}}
}

func (g *generator) service(i int) {
	name := words[g.IntN(len(words))]
	ns := namespaces[g.IntN(len(namespaces))]
	for g.taken(name, ns) {
		name = fmt.Sprintf("%s-%d", name, i)
	}
	key := name
	if _, ok := g.d.Services[key]; ok {
		key = fmt.Sprintf("%s-%s", ns, name)
	}
	for g.d.Services[key] != nil {
		key += "-again"
	}
	s := &mesh.Service{Key: key, Name: name, Namespace: ns, Prefer: "local", Backends: map[string]*mesh.Backend{}}
	g.d.Services[key] = s
	n := 1 + g.IntN(3)
	seen := map[int]bool{}
	for range n {
		protocol := protocols[g.IntN(len(protocols))]
		number := portNumbers[g.IntN(len(portNumbers))]
		if seen[number] {
			continue
		}
		seen[number] = true
		p := mesh.Port{Name: protocol, Number: number, Protocol: protocol}
		if len(s.Ports) > 0 {
			p.Name = fmt.Sprintf("%s-%d", protocol, len(s.Ports))
		}
		s.Ports = append(s.Ports, p)
	}
	slices.SortFunc(s.Ports, func(a, b mesh.Port) int { return a.Number - b.Number })
	hosting := g.some(g.d.ClusterNames())
	for _, c := range hosting {
		s.Backends[c] = plainBackend(s, c)
	}
}

func plainBackend(s *mesh.Service, cluster string) *mesh.Backend {
	b := &mesh.Backend{Cluster: cluster, Host: s.Name + "." + s.Namespace + ".svc.cluster.local",
		Ports: map[string]int{}, PodPorts: map[string]int{}, Selector: map[string]string{"app": s.Name}}
	for _, p := range s.Ports {
		b.Ports[p.Name] = p.Number
	}
	return b
}

func (g *generator) taken(name, ns string) bool {
	for _, s := range g.d.Services {
		if s.Name == name && s.Namespace == ns {
			return true
		}
	}
	return false
}

// some draws a subset with at least one member.
func (g *generator) some(from []string) []string {
	var out []string
	for _, f := range from {
		if g.one(3) {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		out = []string{from[g.IntN(len(from))]}
	}
	return out
}

func (g *generator) one(in int) bool { return g.IntN(in) == 0 }
