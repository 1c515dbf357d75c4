// Exposure: what each gateway lets in. The names of a document never appear on the wire, so the
// judge goes the other way round: every name that should pass is called from every cluster, the SNIs
// that those calls send to the gateway are noted, and each generated chain must belong to one of them.
// Then SNIs are forged, and none may find a chain.

package judge

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
	"cwc/conformance/plane"
	"cwc/conformance/world"
)

// istioALPN is what only a sidecar offers; a gateway must not take a session without it.
var istioALPN = []string{"istio"}

// Exposure judges every gateway of the world.
func Exposure(t *Trial, n *Figures) []Finding {
	var out []Finding
	said := map[string]bool{}
	for _, e := range t.Expect.Exposure {
		for _, where := range e.Gateway {
			gateways := t.gateways(where)
			if len(gateways) == 0 {
				out = append(out, Finding{Judge: "exposure", Where: where, Reason: "no such gateway stands in the world"})
			}
			for _, id := range gateways {
				said[id] = true
				out = append(out, t.gateway(id, e, n)...)
			}
		}
	}
	for _, name := range t.World.Names() {
		for _, key := range t.World.Clusters[name].GatewayKeys() {
			if id := name + "/" + key; !said[id] {
				out = append(out, Finding{Judge: "exposure", Where: id, Reason: "the expectation says nothing about this gateway"})
			}
		}
	}
	return out
}

func (t *Trial) gateway(id string, e expect.Exposure, n *Figures) []Finding {
	var out []Finding
	fail := func(why string, args ...any) {
		out = append(out, Finding{Judge: "exposure", Where: "gateway " + id, Reason: fmt.Sprintf(why, args...)})
	}
	cluster, key, _ := strings.Cut(id, "/")
	g := t.World.Clusters[cluster].Gateways[key]
	if g == nil {
		fail("no such gateway stands in the world")
		return out
	}
	used := map[string]bool{}
	for _, name := range e.LetsIn {
		snis := t.used(g, name, n)
		if len(snis) == 0 {
			fail("%s should be let in, but no cluster's call to it arrives here", name)
		}
		for _, s := range snis {
			used[s] = true
		}
	}
	proxy := t.Planes[cluster].Gateway(g)
	out = append(out, t.ports(id, proxy, e)...)
	gate := follow.NewGate(proxy)
	chains := gate.Names()
	var both map[string]bool
	if slices.ContainsFunc(chains, func(sni string) bool { return !used[sni] }) {
		both = t.passesTheOther(cluster, id, n)
	}
	for _, sni := range chains {
		if !used[sni] && !both[sni] && !t.ofOthers(cluster, sni) {
			fail("lets in SNI %s, which no call to a name that it should let in uses", sni)
		}
	}
	for sni := range used {
		if !slices.Contains(chains, sni) {
			fail("has no filter chain for SNI %s, which callers send", sni)
		}
	}
	for _, sni := range t.forge(used) {
		n.Forged++
		if gate.Takes(sni, istioALPN) != nil && !used[sni] && !both[sni] && !t.ofOthers(cluster, sni) {
			fail("the forged SNI %q finds a chain", sni)
		}
	}
	for sni := range used {
		for _, alpn := range [][]string{nil, {"http/1.1"}, {"h2"}, {"h2", "http/1.1"}} {
			n.Forged++
			chain := gate.Takes(sni, alpn)
			if chain != nil && follow.PassesOn(chain) {
				fail("a client without a sidecar (ALPN %v) gets through with SNI %s", alpn, sni)
			}
			if chain != nil && !follow.PassesOn(chain) && !follow.AsksForCertificate(chain) {
				fail("a client without a certificate gets in with SNI %s", sni)
			}
		}
	}
	for _, why := range t.hosts(gate, used, e, n) {
		fail("%s", why)
	}
	return out
}

// ofOthers says whether an SNI is not the document's to say: one that it declares to be of somebody else's Gateway; or a Service's own, at a gateway
// between the networks of one mesh, which lets in all Services for the clusters that share discovery.
func (t *Trial) ofOthers(cluster, sni string) bool {
	ofTheMesh := strings.HasPrefix(sni, "outbound_.") && strings.HasSuffix(sni, ".svc.cluster.local")
	return t.World.Clusters[cluster].Spans && ofTheMesh || t.Document.Clusters[cluster].Existing.LetsIn(sni)
}

// passesTheOther are the SNIs that another gateway of the cluster passes, in a document with routes. A name that passes both is one object, with
// the ports that either passes; where routes tell ports apart, one of them may be the other gateway's alone. Nobody gains by it: the
// gateway where the calls end takes the same SNI.
func (t *Trial) passesTheOther(cluster, id string, n *Figures) map[string]bool {
	out := map[string]bool{}
	routes := func(key string) bool { return len(t.Document.Services[key].Routes) > 0 }
	if !slices.ContainsFunc(t.Document.ServiceKeys(), routes) {
		return out
	}
	for _, e := range t.Expect.Exposure {
		for _, where := range e.Gateway {
			for _, other := range t.gateways(where) {
				of, key, _ := strings.Cut(other, "/")
				if of != cluster || other == id {
					continue
				}
				for _, name := range e.LetsIn {
					for _, sni := range t.used(t.World.Clusters[of].Gateways[key], name, n) {
						out[sni] = true
					}
				}
			}
		}
	}
	return out
}

// used are the SNIs with which calls to name:port from anywhere arrive at a gateway.
func (t *Trial) used(g *world.Gateway, nameport string, n *Figures) []string {
	name, port, err := expect.NamePort(nameport)
	if err != nil {
		return nil
	}
	snis := map[string]bool{}
	for _, c := range t.World.Names() {
		for _, caller := range t.callers(c, nameport) {
			for _, call := range t.variants(nameport) {
				n.Calls++
				call.Cluster, call.Namespace, call.Account, call.Name, call.Port = c, caller[0], caller[1], name, port
				if call.Protocol == "" {
					call.Protocol = t.protocol(name, port)
				}
				for _, sni := range follow.Arrivals(t.Follower.Follow(call), g.ID()) {
					snis[sni] = true
				}
			}
		}
	}
	var out []string
	for s := range snis {
		out = append(out, s)
	}
	sort.Strings(out)
	return out
}

// variants are the kinds of calls to name:port that this case makes, by what a route may look at, the plain one among them.
func (t *Trial) variants(nameport string) []follow.Call {
	out := []follow.Call{{}}
	for _, e := range t.Expect.Calls {
		if slices.Contains(e.To, nameport) && (e.Path != "" || e.Method != "" || len(e.Headers) > 0) {
			out = append(out, follow.Call{Protocol: e.Protocol, Path: e.Path, Method: e.Method, Headers: e.Headers})
		}
	}
	return out
}

// callers are the namespaces and accounts of a cluster that call name:port in this case, and one that nobody has heard of.
func (t *Trial) callers(cluster, nameport string) [][2]string {
	seen := map[[2]string]bool{{"default", "default"}: true}
	for _, e := range t.Expect.Calls {
		if !slices.Contains(e.To, nameport) {
			continue
		}
		for _, from := range e.From {
			if c, ns, sa, err := expect.Caller(from); err == nil && c == cluster {
				seen[[2]string{ns, sa}] = true
			}
		}
	}
	var out [][2]string
	for s := range seen {
		out = append(out, s)
	}
	sort.Slice(out, func(i, j int) bool { return out[i][0]+"/"+out[i][1] < out[j][0]+"/"+out[j][1] })
	return out
}

// protocol is how the document says that a name is called.
func (t *Trial) protocol(name string, port int) string {
	for _, key := range t.Document.ServiceKeys() {
		s := t.Document.Services[key]
		if !slices.Contains(s.Names(t.Document.Domain), name) {
			continue
		}
		for _, p := range s.Ports {
			if p.Number == port {
				return CallProtocol(p)
			}
		}
	}
	return "http"
}

func (t *Trial) ports(id string, proxy *plane.Proxy, e expect.Exposure) []Finding {
	want := append([]int{}, e.Ports...)
	if len(want) == 0 && len(e.LetsIn) > 0 {
		want = []int{15443}
	}
	for port := range named(e.Plain) {
		if !slices.Contains(want, port) {
			want = append(want, port)
		}
	}
	var have []int
	for _, l := range proxy.Listeners() {
		have = append(have, int(l.GetAddress().GetSocketAddress().GetPortValue()))
	}
	sort.Ints(have)
	sort.Ints(want)
	if !slices.Equal(have, want) {
		return []Finding{{Judge: "exposure", Where: "gateway " + id, Reason: fmt.Sprintf("listens on %v, not on %v", have, want)}}
	}
	return nil
}
