// Policies: whom the pods let in. The names of a document never appear on the wire, so every way by which a name is called is followed from
// everywhere, and the SNIs with which these calls arrive at the pods are noted. Then identities come to the pods with each of them: those
// that may call must be let in, all others refused, by the certificate or by Istio's generated RBAC filters.

package judge

import (
	"fmt"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
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
	doors := t.doors(at, to, name, port, protocol)
	if len(doors) == 0 {
		fail("no call from another cluster arrives at its pods by TLS")
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
				switch why := t.Follower.Knock(door, spiffe, protocol); {
				case of.admit && why != "":
					fail("%s (%s) may call and is not let in with SNI %s: %s", who, spiffe, door.SNI, why)
				case !of.admit && why == "":
					fail("%s (%s) may not call and is let in with SNI %s", who, spiffe, door.SNI)
				case !of.admit && !strings.Contains(why, "refuses"):
					fail("%s (%s) is not let in, but for another reason than its identity: %s", who, spiffe, why)
				}
			}
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
		for _, caller := range t.callers(c) {
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
