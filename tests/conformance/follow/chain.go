// Filter chains: a listener and a connection enter, the chain that Envoy would choose leaves. The
// order of the criteria is Envoy's (FilterChainMatch in its listener_components.proto): at each step
// the most specific chains stay, and a chain that says nothing stays only where none matched.

package follow

import (
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
)

// conn is a connection as a listener's inspectors see it.
type conn struct {
	ip       string
	port     int
	tls      bool
	sni      string
	alpn     []string
	httpWire string // "http/1.1" or "h2c" where plain HTTP is spoken, for the HTTP inspector
}

func matchChain(l *listenerv3.Listener, c conn) (*listenerv3.FilterChain, error) {
	alpn := c.alpn
	if !c.tls {
		alpn = nil
		if hasListenerFilter(l, "envoy.filters.listener.http_inspector") && c.httpWire != "" {
			alpn = []string{c.httpWire}
		}
	}
	chains := l.FilterChains
	steps := []func(*listenerv3.FilterChainMatch) int{
		func(m *listenerv3.FilterChainMatch) int {
			if m.GetDestinationPort() == nil {
				return 0
			}
			return found(int(m.GetDestinationPort().GetValue()) == c.port, 1)
		},
		func(m *listenerv3.FilterChainMatch) int { return rankPrefixes(m, c.ip) },
		func(m *listenerv3.FilterChainMatch) int { return rankNames(m.GetServerNames(), c.sni) },
		func(m *listenerv3.FilterChainMatch) int {
			if m.GetTransportProtocol() == "" {
				return 0
			}
			return found(m.GetTransportProtocol() == "tls" == c.tls, 1)
		},
		func(m *listenerv3.FilterChainMatch) int {
			if len(m.GetApplicationProtocols()) == 0 {
				return 0
			}
			for _, a := range alpn {
				if slices.Contains(m.GetApplicationProtocols(), a) {
					return 1
				}
			}
			return -1
		},
	}
	for _, rank := range steps {
		chains = best(chains, rank)
	}
	switch len(chains) {
	case 0:
		if l.DefaultFilterChain != nil {
			return l.DefaultFilterChain, nil
		}
		return nil, fmt.Errorf("no filter chain of %s takes %s", l.Name, c)
	case 1:
		return chains[0], nil
	}
	return nil, fmt.Errorf("%d filter chains of %s take %s", len(chains), l.Name, c)
}

// best keeps the chains of the highest rank: above 0 the criterion matches, 0 it is not set, below
// it is set and does not match.
func best(chains []*listenerv3.FilterChain, rank func(*listenerv3.FilterChainMatch) int) []*listenerv3.FilterChain {
	top := 0
	var out []*listenerv3.FilterChain
	for _, fc := range chains {
		r := rank(fc.GetFilterChainMatch())
		if r > top {
			top, out = r, nil
		}
		if r == top {
			out = append(out, fc)
		}
	}
	return out
}

func rankPrefixes(m *listenerv3.FilterChainMatch, ip string) int {
	if len(m.GetPrefixRanges()) == 0 {
		return 0
	}
	rank := -1
	for _, r := range m.GetPrefixRanges() {
		prefix, err := netip.ParsePrefix(fmt.Sprintf("%s/%d", r.AddressPrefix, r.GetPrefixLen().GetValue()))
		addr, err2 := netip.ParseAddr(ip)
		if err == nil && err2 == nil && prefix.Contains(addr) {
			rank = max(rank, prefix.Bits()+1)
		}
	}
	return rank
}

func rankNames(names []string, sni string) int {
	if len(names) == 0 {
		return 0
	}
	rank := -1
	for _, n := range names {
		// Envoy compares in lower case: the TLS inspector lowers the client's name, nobody the chain's.
		switch {
		case n == strings.ToLower(sni):
			rank = math.MaxInt
		case strings.HasPrefix(n, "*.") && strings.HasSuffix(strings.ToLower(sni), n[1:]):
			rank = max(rank, len(n))
		}
	}
	return rank
}

func hasListenerFilter(l *listenerv3.Listener, name string) bool {
	return slices.ContainsFunc(l.ListenerFilters, func(f *listenerv3.ListenerFilter) bool { return f.Name == name })
}

func found(yes bool, rank int) int {
	if yes {
		return rank
	}
	return -1
}

func (c conn) String() string {
	if !c.tls {
		return fmt.Sprintf("plain text to %s:%d", c.ip, c.port)
	}
	return fmt.Sprintf("TLS to port %d with SNI %q and ALPN %v", c.port, c.sni, c.alpn)
}
