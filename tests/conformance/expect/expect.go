// Package expect reads expect.yaml: what a person says that a mesh must do, and why. Enters: the
// file's text. Leaves: calls, exposures and names, each with its reason; an entry without a reason is
// an error, as is a key that is not known.
package expect

import (
	"fmt"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"
)

// File is one expect.yaml.
type File struct {
	Why      string     `json:"why"`
	Calls    []Call     `json:"calls"`
	Exposure []Exposure `json:"exposure"`
	Policies []Policy   `json:"policies"`
	DNS      []Names    `json:"dns"`
}

// Call is one call, from one or several places.
type Call struct {
	Why      string            `json:"why"`
	From     Strings           `json:"from"` // cluster/namespace[/service-account]
	To       Strings           `json:"to"`   // name:port
	Protocol string            `json:"protocol"`
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Headers  map[string]string `json:"headers"`

	Reached  Tier   `json:"reached"`  // while all is well
	Failover []Tier `json:"failover"` // each time that everything before is gone
	// FirstOnly: what is reached once something is gone is not looked at.
	FirstOnly bool `json:"first-only"`
	// Copies are the workloads that get a copy of the call, with the share of the calls that is copied to each; not given: nobody does.
	Copies Tier `json:"copies"`
	// Done is what the caller's sidecar does to the call, as follow.Treatment says it; not given: it is not looked at.
	Done map[string]string `json:"done"`
	// Through are the gateways on the way to a destination, as cluster or cluster/namespace/service; `a|b` is one of the two.
	// Not given: the destination cluster's own gateway, and none inside the caller's cluster.
	Through map[string][]string `json:"through"`
	// Within is how far a share may be off, in per cent of the calls; half a per cent at least.
	Within float64 `json:"within"`
	// MTLS false: some hop between clusters is not mutual TLS to the pod with the caller's identity.
	MTLS *bool `json:"mtls"`
	// Sees is whose identity the pods of other clusters see: the caller's if nothing is said, the last
	// gateway's (`gateway`), or nobody's, as they have no sidecar (`nobody`).
	Sees string `json:"sees"`
	// At are the pods' ports that are reached, by workload, where that is not left to the call.
	At map[string]int `json:"at"`
	// Policy is how a proxy on the way calls on, all of it: `caller`, or a gateway as in Through, and what is set there.
	Policy map[string]map[string]string `json:"policy"`
	// Refused: the call ends dead, and the reason contains this text.
	Refused string `json:"refused"`
}

// Exposure is what other clusters may enter by a gateway.
type Exposure struct {
	Why     string  `json:"why"`
	Gateway Strings `json:"gateway"` // cluster or cluster/namespace/service
	LetsIn  Strings `json:"lets-in"` // name:port, by mutual TLS
	Plain   Strings `json:"plain"`   // name:port, by plain HTTP at that port
	// Ports are those it listens on; default: 15443 if anything is let in by mutual TLS, and the ports of `plain`.
	Ports []int `json:"ports"`
}

// Policy is whom the pods of a workload let in, by whatever way calls of a name come from other clusters.
type Policy struct {
	Why      string  `json:"why"`
	At       Strings `json:"at"`       // cluster/namespace/workload, a gateway too
	To       Strings `json:"to"`       // name:port
	Admitted Strings `json:"admitted"` // cluster/namespace[/service-account], or a SPIFFE ID
	Refused  Strings `json:"refused"`
}

// Names is what the sidecars of a cluster can resolve beyond the cluster's own Services.
type Names struct {
	Why     string  `json:"why"`
	In      Strings `json:"in"` // cluster or cluster/namespace
	Answers Strings `json:"answers"`
}

// Strings is a list that may be written as one string.
type Strings []string

// Tier is a set of workloads, with shares in per cent where they were given.
type Tier map[string]float64

// UnmarshalJSON accepts a string or a list.
func (s *Strings) UnmarshalJSON(b []byte) error {
	var one string
	if yaml.Unmarshal(b, &one) == nil && len(b) > 0 && b[0] == '"' {
		*s = Strings{one}
		return nil
	}
	var many []string
	if err := yaml.Unmarshal(b, &many); err != nil {
		return err
	}
	*s = many
	return nil
}

// UnmarshalJSON accepts a workload, a list of workloads, or workloads with shares.
func (t *Tier) UnmarshalJSON(b []byte) error {
	*t = Tier{}
	shares := map[string]float64{}
	if len(b) > 0 && b[0] == '{' {
		if err := yaml.Unmarshal(b, &shares); err != nil {
			return err
		}
		*t = shares
		return nil
	}
	var many Strings
	if err := many.UnmarshalJSON(b); err != nil {
		return err
	}
	for _, w := range many {
		(*t)[w] = 0
	}
	return nil
}

// Read parses and checks an expect.yaml.
func Read(text string) (*File, error) {
	f := &File{}
	if err := yaml.UnmarshalStrict([]byte(text), f); err != nil {
		return nil, err
	}
	if len(f.Calls) == 0 {
		return nil, fmt.Errorf("no calls: an expectation of nothing is met by everything")
	}
	reasons := map[string]string{"the file": f.Why}
	for i, c := range f.Calls {
		at := fmt.Sprintf("calls[%d]", i)
		reasons[at] = c.Why
		if (len(c.Reached) == 0) == (c.Refused == "") {
			return nil, fmt.Errorf("%s: says either what is reached or why it is refused", at)
		}
		if c.Sees != "" && c.Sees != "gateway" && c.Sees != "nobody" {
			return nil, fmt.Errorf("%s: sees: `gateway` or `nobody`, not %q", at, c.Sees)
		}
		for _, to := range c.To {
			if _, _, err := NamePort(to); err != nil {
				return nil, fmt.Errorf("%s: %w", at, err)
			}
		}
	}
	for i, e := range f.Exposure {
		for _, at := range append(append([]string{}, e.LetsIn...), e.Plain...) {
			if _, _, err := NamePort(at); err != nil {
				return nil, fmt.Errorf("exposure[%d]: %w", i, err)
			}
		}
		reasons[fmt.Sprintf("exposure[%d]", i)] = e.Why
	}
	for i, p := range f.Policies {
		at := fmt.Sprintf("policies[%d]", i)
		reasons[at] = p.Why
		if len(p.At) == 0 || len(p.To) == 0 || len(p.Admitted)+len(p.Refused) == 0 {
			return nil, fmt.Errorf("%s: says where, to which name, and who is admitted or refused", at)
		}
	}
	for i, n := range f.DNS {
		reasons[fmt.Sprintf("dns[%d]", i)] = n.Why
	}
	for at, why := range reasons {
		if len(strings.TrimSpace(why)) < 15 {
			return nil, fmt.Errorf("%s: `why` must say why a user would expect this", at)
		}
	}
	return f, nil
}

// NamePort splits name:port.
func NamePort(s string) (string, int, error) {
	name, port, ok := strings.Cut(s, ":")
	n, err := strconv.Atoi(port)
	if !ok || err != nil {
		return "", 0, fmt.Errorf("%q is not of the form name:port", s)
	}
	return name, n, nil
}

// Caller splits cluster/namespace[/service-account].
func Caller(s string) (cluster, namespace, account string, err error) {
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 3 {
		return "", "", "", fmt.Errorf("%q is not of the form cluster/namespace[/service-account]", s)
	}
	account = "default"
	if len(parts) == 3 {
		account = parts[2]
	}
	return parts[0], parts[1], account, nil
}
