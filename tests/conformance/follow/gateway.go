// What a gateway lets in, asked without a call: the SNIs of its chains, whether a forged session
// finds one, which Hosts it answers to, and with which SNIs a followed call arrives.

package follow

import (
	"sort"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"

	"cwc/conformance/plane"
)

// Gate is a gateway, ready to be asked about many sessions.
type Gate struct {
	proxy *plane.Proxy
	names map[string]bool
	open  bool // some chain names no SNI, or a wildcard
}

// NewGate reads a gateway's chains.
func NewGate(p *plane.Proxy) *Gate {
	g := &Gate{proxy: p, names: map[string]bool{}}
	for _, l := range p.Listeners() {
		for _, fc := range chainsOf(l) {
			if takesPlainHTTP(fc) {
				continue
			}
			names := fc.GetFilterChainMatch().GetServerNames()
			if len(names) == 0 {
				names = []string{"*"}
			}
			for _, n := range names {
				g.names[n] = true
				g.open = g.open || strings.HasPrefix(n, "*")
			}
		}
	}
	return g
}

// Names are the SNIs that the chains name, sorted; a chain that names none counts as `*`, unless it takes plain HTTP.
func (g *Gate) Names() []string {
	var out []string
	for n := range g.names {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Takes is the chain, on any port, that takes a TLS session, or nil.
func (g *Gate) Takes(sni string, alpn []string) *listenerv3.FilterChain {
	if !g.open && !g.names[strings.ToLower(sni)] {
		return nil
	}
	for _, l := range g.proxy.Listeners() {
		fc, err := matchChain(l, conn{ip: "0.0.0.0", port: portOf(l), tls: true, sni: sni, alpn: alpn})
		if err == nil && !takesPlainHTTP(fc) {
			return fc
		}
	}
	return nil
}

// PlainPorts are those that let in what is not TLS, sorted.
func (g *Gate) PlainPorts() []int {
	var out []int
	for _, l := range g.proxy.Listeners() {
		if fc, err := matchChain(l, conn{ip: "0.0.0.0", port: portOf(l), httpWire: "http/1.1"}); err == nil && fc.GetTransportSocket() == nil {
			out = append(out, portOf(l))
		}
	}
	sort.Ints(out)
	return out
}

// AnswersPlain says whether plain HTTP to a port with a Host is sent on.
func (g *Gate) AnswersPlain(port int, host string) bool {
	for _, l := range g.proxy.Listeners() {
		if portOf(l) != port {
			continue
		}
		if fc, err := matchChain(l, conn{ip: "0.0.0.0", port: port, httpWire: "http/1.1"}); err == nil {
			return g.answers(fc, host)
		}
	}
	return false
}

// AnswersWithin says whether a request with a Host is sent on, in a session that ends at the gateway.
func (g *Gate) AnswersWithin(sni, host string) bool {
	fc := g.Takes(sni, []string{"istio"})
	return fc != nil && g.answers(fc, host)
}

// answers looks for the route of a request among those of a chain.
func (g *Gate) answers(fc *listenerv3.FilterChain, host string) bool {
	h := manager(fc)
	if h == nil {
		return false
	}
	rc := h.GetRouteConfig()
	if rc == nil {
		rc = g.proxy.Routes()[h.GetRds().GetRouteConfigName()]
	}
	_, err := matchRoute(rc, request{host, "GET", "/", map[string]string{}})
	return err == nil
}

// PassesOn says whether a chain hands TLS on unread.
func PassesOn(fc *listenerv3.FilterChain) bool { return fc.GetTransportSocket() == nil }

// AsksForCertificate says whether a chain ends mutual TLS, and not TLS that anybody may start.
func AsksForCertificate(fc *listenerv3.FilterChain) bool {
	_, mutual := clientCertificateAsked(fc)
	return mutual
}

// takesPlainHTTP says whether a chain expects requests with no TLS around them; a TLS session is noise to it.
func takesPlainHTTP(fc *listenerv3.FilterChain) bool {
	return fc.GetTransportSocket() == nil && manager(fc) != nil
}

func manager(fc *listenerv3.FilterChain) *hcmv3.HttpConnectionManager {
	for _, filter := range fc.GetFilters() {
		if h := (&hcmv3.HttpConnectionManager{}); filter.GetTypedConfig().UnmarshalTo(h) == nil {
			return h
		}
	}
	return nil
}

func portOf(l *listenerv3.Listener) int { return int(l.GetAddress().GetSocketAddress().GetPortValue()) }

func chainsOf(l *listenerv3.Listener) []*listenerv3.FilterChain {
	if l.DefaultFilterChain != nil {
		return append(l.FilterChains[:len(l.FilterChains):len(l.FilterChains)], l.DefaultFilterChain)
	}
	return l.FilterChains
}

// Arrivals are the SNIs with which a call reaches a gateway, anywhere on its ways.
func Arrivals(n Node, gateway string) []string {
	var out []string
	walk(n, nil, func(n Node, _ []string) {
		if p, ok := n.(*Pool); ok {
			for _, h := range p.Hosts {
				if h.Enters == gateway && h.SNI != "" {
					out = append(out, h.SNI)
				}
			}
		}
	})
	return out
}
