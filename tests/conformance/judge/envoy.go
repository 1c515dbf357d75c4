// Envoy: whether the data plane would take what istiod generates. Envoy refuses a listener of which
// two filter chains match alike, and a route table in which two virtual hosts have one domain; either
// leaves the proxy without the whole resource, and istiod says nothing.

package judge

import (
	"fmt"
	"sort"
	"strings"

	"google.golang.org/protobuf/encoding/prototext"

	"cwc/conformance/expect"
	"cwc/conformance/plane"
)

// Envoy judges the configuration of every gateway, of a caller in each namespace that calls, and of
// the pods of every workload.
func Envoy(t *Trial, _ *Figures) []Finding {
	var out []Finding
	for _, name := range t.World.Names() {
		p, c := t.Planes[name], t.World.Clusters[name]
		var proxies []*plane.Proxy
		for _, key := range c.GatewayKeys() {
			proxies = append(proxies, p.Gateway(c.Gateways[key]))
		}
		namespaces := map[string]bool{}
		for _, e := range t.Expect.Calls {
			for _, from := range e.From {
				if cl, ns, sa, err := expect.Caller(from); err == nil && cl == name && !namespaces[ns] {
					namespaces[ns] = true
					proxies = append(proxies, p.Caller(ns, sa))
				}
			}
		}
		for _, x := range proxies {
			for _, why := range refused(x) {
				out = append(out, Finding{Judge: "envoy", Where: x.Name, Reason: why})
			}
		}
	}
	return out
}

func refused(x *plane.Proxy) []string {
	var out []string
	addresses := map[string]bool{}
	for _, l := range x.Listeners() {
		a := l.GetAddress().GetSocketAddress()
		at := fmt.Sprintf("%s:%d", a.GetAddress(), a.GetPortValue())
		if addresses[at] {
			out = append(out, "two listeners bind "+at)
		}
		addresses[at] = true
		if err := l.ValidateAll(); err != nil {
			out = append(out, fmt.Sprintf("listener %s: %v", l.Name, err))
		}
		matches := map[string]bool{}
		for _, fc := range l.FilterChains {
			match := prototext.MarshalOptions{}.Format(fc.GetFilterChainMatch())
			if matches[match] {
				out = append(out, fmt.Sprintf("listener %s has two filter chains with the same match %v", l.Name, fc.GetFilterChainMatch().GetServerNames()))
			}
			matches[match] = true
			for _, n := range fc.GetFilterChainMatch().GetServerNames() {
				if n != strings.ToLower(n) {
					out = append(out, fmt.Sprintf("listener %s matches the SNI %s, which no client can send: Envoy lowers what arrives", l.Name, n))
				}
			}
		}
	}
	for name, rc := range x.Routes() {
		if err := rc.ValidateAll(); err != nil {
			out = append(out, fmt.Sprintf("route table %s: %v", name, err))
		}
		domains := map[string]bool{}
		for _, vh := range rc.GetVirtualHosts() {
			for _, d := range vh.GetDomains() {
				if d = strings.ToLower(d); domains[d] {
					out = append(out, fmt.Sprintf("route table %s has the domain %s twice", name, d))
				}
				domains[d] = true
			}
		}
	}
	for name, c := range x.Clusters() {
		if err := c.ValidateAll(); err != nil {
			out = append(out, fmt.Sprintf("cluster %s: %v", name, err))
		}
	}
	sort.Strings(out)
	return out
}
