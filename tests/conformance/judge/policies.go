// Policies: whom the pods let in, and the gateways that read calls. The names of a document never appear on the wire, so every way by which a name is called is followed from
// everywhere, and the SNIs with which these calls arrive at the pods are noted. Then identities come to the pods with each of them: those
// that may call must be let in, all others refused, by the certificate or by Istio's generated RBAC filters.

package judge

import (
	"fmt"
	"slices"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
	"cwc/conformance/world"
)

// Policies judges every policy of the expectation.
func Policies(t *Trial, n *Figures) []Finding {
	var out []Finding
	for _, e := range t.Expect.Policies {
		for _, at := range e.At {
			for _, to := range e.To {
				out = append(out, t.policy(e, at, to, n)...)
			}
		}
	}
	return out
}

func (t *Trial) policy(e expect.Policy, at, to string, n *Figures) []Finding {
	var out []Finding
	fail := func(why string, args ...any) {
		out = append(out, Finding{Judge: "policy", Where: at + " as " + to, Reason: fmt.Sprintf(why, args...)})
	}
	name, port, err := expect.NamePort(to)
	if err != nil {
		fail("%v", err)
		return out
	}
	protocol := t.protocol(name, port)
	var doors []door
	if cluster, key, _ := strings.Cut(at, "/"); t.World.Clusters[cluster] != nil && t.World.Clusters[cluster].Gateways[key] != nil {
		doors = t.gates(t.World.Clusters[cluster].Gateways[key], name, port, n)
	} else {
		for _, d := range t.doors(at, to, name, port, protocol) {
			knock := func(spiffe string) string { return t.Follower.Knock(d, spiffe, protocol) }
			doors = append(doors, door{"SNI " + d.SNI, true, knock})
		}
	}
	if len(doors) == 0 {
		fail("no call from another cluster arrives there by TLS")
	}
	for _, of := range []struct {
		who   []string
		admit bool
	}{{e.Admitted, true}, {e.Refused, false}} {
		for _, who := range of.who {
			spiffe, err := t.certificate(who)
			if err != nil {
				fail("%v", err)
				continue
			}
			for _, door := range doors {
				n.Identities++
				switch why := door.knock(spiffe); {
				case of.admit && why != "" && door.usual:
					fail("%s (%s) may call and is not let in with %s: %s", who, spiffe, door.by, why)
				case of.admit:
				case why == "":
					fail("%s (%s) may not call and is let in with %s", who, spiffe, door.by)
				case !strings.Contains(why, "refuses"):
					fail("%s (%s) is not let in, but for another reason than its identity: %s", who, spiffe, why)
				}
			}
		}
	}
	return out
}

// door is a way of coming to a policy; usual is one that calls have.
type door struct {
	by    string
	usual bool
	knock func(spiffe string) string
}

// gates are the ways of asking a gateway for a name: in the sessions that calls to it begin, and in those that are begun for any other name for
// which TLS ends there; with the port in the Host as callers write it and with it in any case.
func (t *Trial) gates(g *world.Gateway, name string, port int, n *Figures) []door {
	var out []door
	gate := follow.NewGate(t.Planes[g.Cluster].Gateway(g))
	used := t.used(g, fmt.Sprintf("%s:%d", name, port), n)
	for _, sni := range gate.Names() {
		if chain := gate.Takes(sni, istioALPN); chain == nil || follow.PassesOn(chain) {
			continue
		}
		hosts := []string{fmt.Sprintf("%s:%d", name, port), fmt.Sprintf("%s:%d", strings.ToUpper(name), port)}
		if port == 80 {
			hosts = append(hosts, name)
		}
		for _, host := range hosts {
			knock := func(spiffe string) string { return gate.Knock(sni, host, spiffe) }
			out = append(out, door{fmt.Sprintf("SNI %s and Host %s", sni, host), slices.Contains(used, sni), knock})
		}
	}
	return out
}

// doors are those of a workload's pods at which calls from other clusters arrive.
func (t *Trial) doors(at, to, name string, port int, protocol string) []follow.Door {
	var out []follow.Door
	seen := map[follow.Door]bool{}
	for _, c := range t.World.Names() {
		if strings.HasPrefix(at, c+"/") {
			continue
		}
		for _, caller := range t.callers(c, to) {
			for _, call := range t.variants(to) {
				call.Cluster, call.Namespace, call.Account = c, caller[0], caller[1]
				call.Name, call.Port, call.Protocol = name, port, protocol
				for _, d := range follow.Doors(t.Follower.Follow(call)) {
					if d.Workload.ID() == at && !seen[d] {
						seen[d] = true
						out = append(out, d)
					}
				}
			}
		}
	}
	return out
}

// certificate is what the one of cluster/namespace[/service-account] says; an identity may be spelled out too.
func (t *Trial) certificate(who string) (string, error) {
	if strings.HasPrefix(who, "spiffe://") {
		return who, nil
	}
	cluster, namespace, account, err := expect.Caller(who)
	if err != nil {
		return "", err
	}
	c := t.World.Clusters[cluster]
	if c == nil {
		return "", fmt.Errorf("%s: no such cluster", who)
	}
	return c.Identity(namespace + "/" + account), nil
}
