// Pods: a connection that reaches a workload enters; the pod's own inbound listener decides whether
// it arrives there, and whether mutual TLS ends there.

package follow

import (
	"fmt"
	"slices"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"

	"cwc/conformance/plane"
	"cwc/conformance/world"
)

func (f *Follower) pod(p *plane.Plane, w *world.Workload, port int, s stream) Node {
	id := w.ID()
	if !listens(p.Cluster, w, port) {
		return &Dead{At: id, Why: fmt.Sprintf("nothing listens on port %d of its pods", port)}
	}
	if !w.Sidecar {
		if s.tls != nil {
			return &Dead{At: id, Why: "its pods have no sidecar and get mutual TLS"}
		}
		return &Pod{Line: fmt.Sprintf("%s:%d, no sidecar", id, port), Workload: w, Port: port}
	}
	side := p.Sidecar(w)
	i := slices.IndexFunc(side.Listeners(), func(l *listenerv3.Listener) bool { return l.Name == "virtualInbound" })
	if i < 0 {
		return &Dead{At: id, Why: "its sidecar has no inbound listener"}
	}
	l := side.Listeners()[i]
	c := conn{ip: w.Pods[0], port: port}
	switch {
	case s.tls != nil:
		c.tls, c.sni, c.alpn = true, s.tls.sni, s.tls.alpn
	case s.protocol == "http":
		c.httpWire = "http/1.1"
	case s.isHTTP():
		c.httpWire = "h2c"
	case s.protocol == "tls":
		c.tls = true
	}
	fc, err := matchChain(l, c)
	if err != nil {
		return &Dead{At: id, Why: err.Error()}
	}
	ends, mutual := clientCertificateAsked(fc)
	switch {
	case ends && s.tls == nil:
		return &Dead{At: id, Why: "its sidecar asks for mutual TLS and gets plain text"}
	case ends && !s.tls.accepts(p.Cluster.Identity(w.Namespace+"/"+w.Account)):
		return &Dead{At: id, Why: fmt.Sprintf("the caller accepts no peer but %v", s.tls.peers)}
	case ends && mutual && !s.tls.mutual:
		return &Dead{At: id, Why: "its sidecar asks for a client certificate and gets none"}
	case !ends && s.tls != nil:
		return &Dead{At: id, Why: "its sidecar hands the mesh's TLS on to the application (chain " + fc.Name + ")"}
	}
	caller := peer{port: port}
	if s.tls != nil {
		caller.sni = s.tls.sni
	}
	if ends && mutual {
		caller.spiffe = known(s)
		if why := unfitCertificate(fc, caller.spiffe); why != "" {
			return &Dead{At: id, Why: "its sidecar " + why}
		}
	}
	if why := forbidden(fc, caller); why != "" {
		return &Dead{At: id, Why: "its sidecar " + why}
	}
	for _, filter := range fc.Filters {
		if h := (&hcmv3.HttpConnectionManager{}); filter.GetTypedConfig().UnmarshalTo(h) == nil && !s.isHTTP() {
			return &Dead{At: id, Why: fmt.Sprintf("its sidecar expects HTTP on port %d and gets %s", port, s.protocol)}
		}
		if t := (&tcpv3.TcpProxy{}); filter.GetTypedConfig().UnmarshalTo(t) == nil && t.GetCluster() == "BlackHoleCluster" {
			return &Dead{At: id, Why: fmt.Sprintf("its sidecar drops what comes for port %d", port)}
		}
	}
	end := &Pod{Line: fmt.Sprintf("%s:%d, inbound chain %s", id, port, fc.Name), Workload: w, Port: port, TLS: ends}
	if ends && len(s.tls.alpn) > 0 {
		end.Door = &Door{Workload: w, Port: port, SNI: s.tls.sni, ALPN: s.tls.alpn[0]}
	}
	return end
}

func listens(c *world.Cluster, w *world.Workload, port int) bool {
	for _, s := range c.Services {
		if s.Namespace != w.Namespace || !slices.Contains(c.Backing(s), w) {
			continue
		}
		if slices.ContainsFunc(s.Ports, func(p world.Port) bool { return p.Target == port }) {
			return true
		}
	}
	return false
}
