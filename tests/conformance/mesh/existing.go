// Objects of others, as far as a document says what is there. Enters: a cluster's table `existing`. Leaves: the hosts that others answer for,
// which the judges do not take for ours.

package mesh

import "strings"

// Existing is what others applied to a cluster.
type Existing struct {
	Entries []string // the hosts of ServiceEntries
	LetIn   []string // the hosts of Gateways: names, or `*.` and a domain
}

func readExisting(v any) Existing {
	t, _ := v.(map[string]any)
	out := Existing{Entries: stringsOf(t["service-entries"])}
	gateways, _ := t["gateways"].(map[string]any)
	for _, g := range gateways {
		g, _ := g.(map[string]any)
		out.LetIn = append(out.LetIn, stringsOf(g["hosts"])...)
	}
	return out
}

// LetsIn says whether an SNI is of a Gateway of others: what istiod makes of a port and a host.
func (e Existing) LetsIn(sni string) bool {
	host := sni
	if rest, made := strings.CutPrefix(sni, "outbound_."); made {
		_, host, _ = strings.Cut(rest, "._.")
	}
	for _, pattern := range e.LetIn {
		if suffix, wild := strings.CutPrefix(pattern, "*"); host == pattern || wild && strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}
