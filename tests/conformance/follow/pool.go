// Pools: the Envoy cluster that a route names enters; its endpoints, each with what becomes of a
// connection to it, leave.

package follow

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"cwc/conformance/plane"
	"cwc/conformance/world"
)

func (f *Follower) cluster(p *plane.Proxy, name string, h *hcmv3.HttpConnectionManager, s stream, way []string) Node {
	dead := func(why string, args ...any) Node {
		return &Dead{At: p.Name, Why: fmt.Sprintf("cluster %s ", name) + fmt.Sprintf(why, args...)}
	}
	if name == "BlackHoleCluster" {
		return &Dead{At: p.Name, Why: "nothing is configured for this destination (BlackHoleCluster)"}
	}
	c := p.Clusters()[name]
	if c == nil {
		return dead("is not generated")
	}
	http2 := s.protocol == "grpc" || s.protocol == "http2"
	if h != nil && http2 && !speaksHTTP2(c, true) {
		return dead("would send %s on as HTTP/1.1", s.protocol)
	}
	pool := &Pool{
		Line: p.Name + ": cluster " + name, Proxy: p, Cluster: c, Ejects: ejects(c),
		LocalityWeighted: c.GetCommonLbConfig().GetLocalityWeightedLbConfig() != nil,
	}
	for _, group := range p.Endpoints(c).GetEndpoints() {
		for _, e := range group.GetLbEndpoints() {
			if hs := e.GetHealthStatus(); hs != corev3.HealthStatus_UNKNOWN && hs != corev3.HealthStatus_HEALTHY {
				continue
			}
			host, err := f.host(p, c, group, e, h, s, way)
			if err != nil {
				return dead("has an endpoint that cannot be read: %v", err)
			}
			pool.Hosts = append(pool.Hosts, host)
		}
	}
	sort.SliceStable(pool.Hosts, func(i, j int) bool { return pool.Hosts[i].Priority < pool.Hosts[j].Priority })
	if len(pool.Hosts) == 0 {
		return dead("has no endpoints")
	}
	return pool
}

func (f *Follower) host(p *plane.Proxy, c *clusterv3.Cluster, group *endpointv3.LocalityLbEndpoints, e *endpointv3.LbEndpoint,
	h *hcmv3.HttpConnectionManager, s stream, way []string,
) (*Host, error) {
	at := e.GetEndpoint().GetAddress().GetSocketAddress()
	if at == nil {
		return nil, fmt.Errorf("address %v", e.GetEndpoint().GetAddress())
	}
	host := &Host{
		Priority: group.GetPriority(), Locality: localityName(group.GetLocality()),
		LocalityWeight: float64(group.GetLoadBalancingWeight().GetValue()),
		Weight:         max(1, float64(e.GetLoadBalancingWeight().GetValue())),
		Count:          p.World.Hosts(at.GetAddress()),
	}
	tls, err := dial(c, e)
	if err != nil {
		return nil, err
	}
	if tls != nil && h != nil {
		http2 := s.protocol != "http"
		if over := overriddenALPN(h, c, http2); over != nil {
			tls.alpn = over
		}
	}
	addr := fmt.Sprintf("%s:%d", at.GetAddress(), at.GetPortValue())
	host.Line = fmt.Sprintf("priority %d: %s", host.Priority, addr)
	next := s
	switch {
	case tls != nil && s.tls != nil:
		host.Line += " in TLS inside TLS"
		host.Next = &Dead{At: p.Name, Why: "starts TLS towards " + addr + " around a TLS session that is passed through"}
		return host, nil
	case tls != nil:
		next.tls = tls
		tls.spiffe = p.Identity()
		host.Identity = p.Account
		host.Line += fmt.Sprintf(" by %s, SNI %s, ALPN %v", map[bool]string{true: "mutual TLS", false: "TLS"}[tls.mutual], tls.sni, tls.alpn)
	case s.tls != nil:
		host.Line += " in the same TLS session"
	default:
		host.Line += " in plain text"
	}
	if next.tls != nil {
		host.SNI = next.tls.sni
	}
	a := p.World.Lookup(p.Cluster, at.GetAddress(), int(at.GetPortValue()))
	switch {
	case a.Why != "":
		host.Next = &Dead{At: p.Name, Why: a.Why}
	case a.Gateway != nil:
		host.Enters = a.Gateway.ID()
		host.Crosses = a.Gateway.Cluster != p.Cluster.Name
		host.Plain = next.tls == nil || !next.tls.mutual
		// Discovery that is shared knows the pods behind another network's gateway, and takes the gateway away with the last of them.
		host.Vanishes = c.GetType() == clusterv3.Cluster_EDS && strings.HasSuffix(c.Name, ".svc.cluster.local")
		host.Next = f.gateway(a.Gateway, a.Port, next, way)
	default:
		host.Vanishes = a.Pod
		host.Crosses = a.Cluster != p.Cluster
		host.Plain = next.tls == nil || !next.tls.mutual
		host.Next = f.pods(a, next)
	}
	return host, nil
}

// pods is the choice among the pods behind an address, which Kubernetes makes.
func (f *Follower) pods(a world.Answer, s stream) Node {
	there := f.Planes[a.Cluster.Name]
	if len(a.Workloads) == 1 {
		return f.pod(there, a.Workloads[0], a.Port, s)
	}
	pool := &Pool{Line: "kube-proxy"}
	for _, w := range a.Workloads {
		pool.Hosts = append(pool.Hosts, &Host{
			Line: "pods of " + w.ID(), Weight: 1, Count: len(w.Pods), Vanishes: true,
			Next: f.pod(there, w, a.Port, s),
		})
	}
	return pool
}

// gateway is a connection that reaches a gateway's pod from outside.
func (f *Follower) gateway(g *world.Gateway, port int, s stream, way []string) Node {
	id := g.ID()
	at := f.Planes[g.Cluster].Gateway(g)
	if slices.Contains(way, id) {
		return &Dead{At: at.Name, Why: "the call comes back to a gateway that it has passed: it loops"}
	}
	key := ""
	if s.tls != nil {
		f.mu.Lock()
		key = fmt.Sprint(id, port, *s.tls, s.protocol)
		k, ok := f.known[key]
		f.mu.Unlock()
		if ok && !slices.ContainsFunc(way, func(w string) bool { return slices.Contains(k.gateways, w) }) {
			return k.node
		}
	}
	node, terminated := f.enter(at, port, s, append(way[:len(way):len(way)], id))
	if key != "" && !terminated {
		f.mu.Lock()
		f.known[key] = passage{node, gatewaysBelow(node)}
		f.mu.Unlock()
	}
	return node
}

// enter matches a gateway's listener; terminated says that the request itself decided the way.
func (f *Follower) enter(at *plane.Proxy, port int, s stream, way []string) (node Node, terminated bool) {
	for _, l := range at.Listeners() {
		if int(l.GetAddress().GetSocketAddress().GetPortValue()) != port {
			continue
		}
		c := conn{ip: l.GetAddress().GetSocketAddress().GetAddress(), port: port}
		if s.tls != nil {
			c.tls, c.sni, c.alpn = true, s.tls.sni, s.tls.alpn
		}
		fc, err := matchChain(l, c)
		if err != nil {
			return &Dead{At: at.Name, Why: err.Error()}, false
		}
		ends, mutual := clientCertificateAsked(fc)
		if ends && s.tls != nil && !s.tls.accepts(at.Identity()) {
			return &Dead{At: at.Name, Why: fmt.Sprintf("the caller accepts no peer but %v", s.tls.peers)}, false
		}
		if ends && (s.tls == nil || mutual && !s.tls.mutual) {
			return &Dead{At: at.Name, Why: "filter chain " + fc.Name + " asks for a client certificate and gets none"}, false
		}
		if why := unfitCertificate(fc, known(s)); ends && mutual && why != "" {
			return &Dead{At: at.Name, Why: why}, false
		}
		caller := peer{port: port, authority: s.request.authority}
		if s.tls != nil {
			caller.sni = s.tls.sni
		}
		if ends && mutual {
			caller.spiffe = known(s)
		}
		if why := forbidden(fc, caller); why != "" {
			return &Dead{At: at.Name, Why: why}, ends || s.tls == nil
		}
		if ends {
			s.tls = nil
		}
		return f.chain(at, l, fc, s, way), ends || s.tls == nil
	}
	return &Dead{At: at.Name, Why: fmt.Sprintf("no listener on port %d", port)}, false
}

func gatewaysBelow(n Node) []string {
	var out []string
	switch n := n.(type) {
	case *Split:
		for _, s := range n.To {
			out = append(out, gatewaysBelow(s.Node)...)
		}
	case *Pool:
		for _, h := range n.Hosts {
			if h.Enters != "" {
				out = append(out, h.Enters)
			}
			out = append(out, gatewaysBelow(h.Next)...)
		}
	}
	return out
}
