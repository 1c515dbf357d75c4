// Forging: the SNIs that a gateway rightly takes enter; SNIs that somebody might try instead leave:
// other ports, subsets and hosts, each Kubernetes Service, each client name, and what other gateways
// take.

package judge

import (
	"fmt"
	"sort"
	"strings"

	"cwc/conformance/follow"
	"cwc/conformance/mesh"
)

func (t *Trial) forge(used map[string]bool) []string {
	forged := map[string]bool{"": true, "outbound": true, "outbound_.15443_._.": true, "kubernetes.default.svc.cluster.local": true}
	for sni := range used {
		parts := strings.SplitN(sni, "_.", 4) // outbound, port, subset, host
		if len(parts) != 4 {
			for _, h := range []string{"x." + sni, "x" + sni, sni + ".", sni[strings.Index(sni, ".")+1:], "*." + sni} {
				forged[h] = true
			}
			continue
		}
		port, subset, host := parts[1], parts[2], parts[3]
		for _, p := range []string{"1", "80", "8080", "15012", "15021", "15443", port + "0", port + "1"} {
			forged[sniOf(p, subset, host)] = true
		}
		for _, s := range []string{"v1", "v2", "canary", "*"} {
			forged[sniOf(port, s, host)] = true
		}
		for _, h := range []string{"x." + host, "x" + host, host + ".", host[strings.Index(host, ".")+1:], "*"} {
			forged[sniOf(port, subset, h)] = true
		}
		forged[host] = true
	}
	for _, name := range t.World.Names() {
		c := t.World.Clusters[name]
		for _, s := range c.Services {
			for _, p := range s.Ports {
				forged[sniOf(fmt.Sprint(p.Number), "", s.Host())] = true
			}
			forged[s.Host()] = true
		}
		for _, g := range c.Gateways {
			for _, sni := range follow.NewGate(t.Planes[name].Gateway(g)).Names() {
				forged[sni] = true
			}
		}
	}
	for _, key := range t.Document.ServiceKeys() {
		s := t.Document.Services[key]
		for _, host := range s.Names(t.Document.Domain) {
			forged[host] = true
			for _, p := range s.Ports {
				forged[sniOf(fmt.Sprint(p.Number), "", host)] = true
			}
		}
	}
	var out []string
	for f := range forged {
		out = append(out, f)
	}
	sort.Strings(out)
	return out
}

func sniOf(port, subset, host string) string {
	return "outbound_." + port + "_." + subset + "_." + host
}

// CallProtocol is the protocol with which a call of the suite speaks to a port.
func CallProtocol(p mesh.Port) string {
	switch p.Protocol {
	case "http", "http2", "grpc":
		return p.Protocol
	case "grpc-web":
		return "http"
	case "https", "tls":
		return "tls"
	}
	return "tcp"
}
