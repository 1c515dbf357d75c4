// What a gateway lets in, asked without a call: the SNIs of its chains, whether a forged session
// finds one, and with which SNIs a followed call arrives.

package follow

import (
	"sort"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"

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

// Names are the SNIs that the chains name, sorted; a chain that names none counts as `*`.
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
		port := int(l.GetAddress().GetSocketAddress().GetPortValue())
		fc, err := matchChain(l, conn{ip: "0.0.0.0", port: port, tls: true, sni: sni, alpn: alpn})
		if err == nil {
			return fc
		}
	}
	return nil
}

// TakesPlainText says whether some port lets in what is not TLS.
func (g *Gate) TakesPlainText() bool {
	for _, l := range g.proxy.Listeners() {
		port := int(l.GetAddress().GetSocketAddress().GetPortValue())
		if fc, err := matchChain(l, conn{ip: "0.0.0.0", port: port, httpWire: "http/1.1"}); err == nil && fc.GetTransportSocket() == nil {
			return true
		}
	}
	return false
}

// PassesOn says whether a chain hands TLS on unread: one that ends it asks for a certificate itself.
func PassesOn(fc *listenerv3.FilterChain) bool { return fc.GetTransportSocket() == nil }

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
