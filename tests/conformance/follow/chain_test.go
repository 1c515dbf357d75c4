// Tests of the chain search: Envoy keeps the most specific chains at each criterion and never goes
// back, so a chain without a criterion loses to one that meets it even if that one fails later.

package follow

import (
	"testing"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func chain(name string, m *listenerv3.FilterChainMatch) *listenerv3.FilterChain {
	return &listenerv3.FilterChain{Name: name, FilterChainMatch: m}
}

func TestMatchChain(t *testing.T) {
	l := &listenerv3.Listener{Name: "l", FilterChains: []*listenerv3.FilterChain{
		chain("exact", &listenerv3.FilterChainMatch{ServerNames: []string{"a.global"}, ApplicationProtocols: []string{"istio"}}),
		chain("wildcard", &listenerv3.FilterChainMatch{ServerNames: []string{"*.global"}}),
		chain("port", &listenerv3.FilterChainMatch{DestinationPort: wrapperspb.UInt32(80)}),
		chain("near", &listenerv3.FilterChainMatch{DestinationPort: wrapperspb.UInt32(81),
			PrefixRanges: []*corev3.CidrRange{{AddressPrefix: "10.0.0.0", PrefixLen: wrapperspb.UInt32(8)}}}),
		chain("nearer", &listenerv3.FilterChainMatch{DestinationPort: wrapperspb.UInt32(81),
			PrefixRanges: []*corev3.CidrRange{{AddressPrefix: "10.1.0.0", PrefixLen: wrapperspb.UInt32(16)}}}),
		chain("plain", &listenerv3.FilterChainMatch{DestinationPort: wrapperspb.UInt32(82), TransportProtocol: "raw_buffer"}),
	}}
	for _, c := range []struct {
		name string
		conn conn
		want string
	}{
		{"exact name and protocol", conn{ip: "1.1.1.1", port: 15443, tls: true, sni: "a.global", alpn: []string{"h2", "istio"}}, "exact"},
		{"the name decides before the protocol", conn{ip: "1.1.1.1", port: 15443, tls: true, sni: "a.global", alpn: []string{"h2"}}, ""},
		{"names are lowered", conn{ip: "1.1.1.1", port: 15443, tls: true, sni: "A.Global", alpn: []string{"istio"}}, "exact"},
		{"a wildcard takes what is left", conn{ip: "1.1.1.1", port: 15443, tls: true, sni: "b.global"}, "wildcard"},
		{"a wildcard is no suffix of a word", conn{ip: "1.1.1.1", port: 15443, tls: true, sni: "bglobal"}, ""},
		{"the port decides before the name", conn{ip: "1.1.1.1", port: 80, tls: true, sni: "a.global", alpn: []string{"istio"}}, "port"},
		{"the longest prefix", conn{ip: "10.1.2.3", port: 81}, "nearer"},
		{"a shorter prefix", conn{ip: "10.2.2.3", port: 81}, "near"},
		{"no prefix", conn{ip: "11.2.2.3", port: 81}, ""},
		{"TLS where plain text is asked", conn{ip: "1.1.1.1", port: 82, tls: true}, ""},
		{"plain text", conn{ip: "1.1.1.1", port: 82}, "plain"},
	} {
		got, err := matchChain(l, c.conn)
		if (err != nil) != (c.want == "") || err == nil && got.Name != c.want {
			t.Errorf("%s: got %v, %v; want %q", c.name, got.GetName(), err, c.want)
		}
	}
}

func TestTwoChainsAlikeAreNone(t *testing.T) {
	m := &listenerv3.FilterChainMatch{ServerNames: []string{"a"}}
	l := &listenerv3.Listener{FilterChains: []*listenerv3.FilterChain{chain("1", m), chain("2", m)}}
	if fc, err := matchChain(l, conn{tls: true, sni: "a"}); err == nil {
		t.Errorf("one of two equal chains was taken: %s", fc.Name)
	}
}
