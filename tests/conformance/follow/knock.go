// Knocking: with which SNIs calls arrive at the pods of a workload, and whether the pods let somebody in who comes with one of them. A gateway
// passes a session on whoever began it, so an SNI that some caller may use is open to everybody with a certificate.

package follow

import (
	"slices"

	"cwc/conformance/world"
)

// Door is a pod's port, and the SNI and ALPN with which a call came to it.
type Door struct {
	Workload *world.Workload
	Port     int
	SNI      string
	ALPN     string
}

// Doors are those at which a call arrives, if by TLS.
func Doors(n Node) []Door {
	var out []Door
	walk(n, nil, func(n Node, _ []string) {
		if p, ok := n.(*Pod); ok && p.Door != nil && !slices.Contains(out, *p.Door) {
			out = append(out, *p.Door)
		}
	})
	return out
}

// Knock says why the pods do not let in whoever comes to a door with this identity; empty where they do.
func (f *Follower) Knock(d Door, spiffe, protocol string) string {
	s := stream{protocol: protocol, tls: &session{sni: d.SNI, alpn: []string{d.ALPN}, mutual: spiffe != "", spiffe: spiffe}}
	if dead, ok := f.pod(f.Planes[d.Workload.Cluster], d.Workload, d.Port, s).(*Dead); ok {
		return dead.Why
	}
	return ""
}

// Knock says why a gateway does not answer whoever comes with this identity and SNI and asks for a Host; empty where it does, or where it
// passes the session on unread.
func (g *Gate) Knock(sni, host, spiffe string) string {
	fc := g.Takes(sni, []string{"istio"})
	if fc == nil {
		return "has no chain for SNI " + sni
	}
	if why := unfitCertificate(fc, spiffe); why != "" {
		return why
	}
	if why := forbidden(fc, peer{spiffe: spiffe, sni: sni, port: 0, authority: host}); why != "" {
		return why
	}
	if !PassesOn(fc) && !g.answers(fc, host) {
		return "has no route for the Host " + host
	}
	return ""
}
