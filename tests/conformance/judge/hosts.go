// Hosts: where a gateway reads requests, those it sends on are counted by their Host. What arrives in a session that ends at the gateway may name
// only what some call enters so; what arrives in plain text, only what the expectation lists for that port. Everything else that
// has a name anywhere is asked for, and must find no route.

package judge

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
)

// hosts judges the Hosts that a gateway answers to; used are the SNIs of calls.
func (t *Trial) hosts(gate *follow.Gate, used map[string]bool, e expect.Exposure, n *Figures) []string {
	var out []string
	strangers := t.strangers()
	var within []string // the names for which TLS ends here: callers say them as they are
	for sni := range used {
		if !strings.HasPrefix(sni, "outbound_.") {
			within = append(within, sni)
		}
	}
	sort.Strings(within)
	for _, sni := range within {
		for _, host := range strangers {
			n.Forged++
			if name, _, _ := strings.Cut(host, ":"); !slices.Contains(within, name) && gate.AnswersWithin(sni, host) {
				out = append(out, fmt.Sprintf("a session for %s is answered for the Host %q", sni, host))
			}
		}
	}
	expected := named(e.Plain)
	for _, port := range gate.PlainPorts() {
		names := expected[port]
		if len(names) == 0 {
			out = append(out, fmt.Sprintf("lets plain text in at port %d", port))
			continue
		}
		for _, host := range strangers {
			n.Forged++
			if name, _, _ := strings.Cut(host, ":"); !slices.Contains(names, name) && gate.AnswersPlain(port, host) {
				out = append(out, fmt.Sprintf("plain text to port %d is answered for the Host %q", port, host))
			}
		}
	}
	for port, names := range expected {
		for _, name := range names {
			if !gate.AnswersPlain(port, fmt.Sprintf("%s:%d", name, port)) {
				out = append(out, fmt.Sprintf("plain text to port %d is not answered for the Host %q", port, name))
			}
		}
	}
	return out
}

// named are names by port.
func named(at expect.Strings) map[int][]string {
	out := map[int][]string{}
	for _, nameport := range at {
		if name, port, err := expect.NamePort(nameport); err == nil {
			out[port] = append(out[port], name)
		}
	}
	return out
}

// strangers are all Hosts that somebody might ask for: every name of the document and what is near to it, and every Service.
func (t *Trial) strangers() []string {
	hosts := map[string]bool{"": true, "*": true, "localhost": true, "example.com": true, "kubernetes.default.svc.cluster.local": true}
	for _, key := range t.Document.ServiceKeys() {
		s := t.Document.Services[key]
		hosts[s.Name+"."+s.Namespace+".export."+t.Document.Domain] = true
		for _, name := range s.Names(t.Document.Domain) {
			hosts["x."+name], hosts[name+".x"], hosts[name[strings.Index(name, ".")+1:]] = true, true, true
			hosts[name] = true
			for _, p := range s.Ports {
				hosts[fmt.Sprintf("%s:%d", name, p.Number)] = true
			}
		}
	}
	for _, name := range t.World.Names() {
		for _, s := range t.World.Clusters[name].Services {
			hosts[s.Host()], hosts[s.Name] = true, true
		}
	}
	var out []string
	for h := range hosts {
		out = append(out, h)
	}
	sort.Strings(out)
	return out
}
