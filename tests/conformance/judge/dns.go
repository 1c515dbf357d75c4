// DNS: the names that a sidecar's DNS answers beyond the cluster's own Services are the declared
// ones; each has one address, of its own, the same in every cluster, in mesh.lock and in the document
// where it gives one; and no name is configured at a caller's sidecar that it should not know.

package judge

import (
	"fmt"
	"net/netip"
	"slices"
	"sort"
	"strings"

	"cwc/conformance/expect"
)

// DNS judges the names of every cluster.
func DNS(t *Trial, n *Figures) []Finding {
	var out []Finding
	said := map[string]bool{}
	addresses := map[string]map[string]string{} // name -> address -> a cluster that gives it
	for _, e := range t.Expect.DNS {
		for _, in := range e.In {
			cluster, _, _ := strings.Cut(in, "/")
			if t.World.Clusters[cluster] == nil {
				out = append(out, Finding{Judge: "dns", Where: in, Reason: "no such cluster"})
				continue
			}
			said[cluster] = true
			out = append(out, t.names(in, e, addresses, n)...)
		}
	}
	for _, cluster := range t.World.Names() {
		if !said[cluster] {
			out = append(out, Finding{Judge: "dns", Where: cluster, Reason: "the expectation says nothing about its names"})
		}
	}
	owners := map[string][]string{}
	for _, name := range sorted(addresses) {
		if len(addresses[name]) > 1 {
			out = append(out, Finding{Judge: "dns", Where: name, Reason: fmt.Sprintf("has not the same address everywhere: %v", addresses[name])})
		}
		for a := range addresses[name] {
			owners[a] = append(owners[a], name)
		}
	}
	for _, a := range sorted(owners) {
		if len(owners[a]) > 1 {
			out = append(out, Finding{Judge: "dns", Where: a, Reason: fmt.Sprintf("is the address of %v", owners[a])})
		}
	}
	return out
}

func (t *Trial) names(in string, e expect.Names, addresses map[string]map[string]string, n *Figures) []Finding {
	var out []Finding
	fail := func(why string, args ...any) {
		out = append(out, Finding{Judge: "dns", Where: in, Reason: fmt.Sprintf(why, args...)})
	}
	cluster, namespace, _ := strings.Cut(in, "/")
	if namespace == "" {
		namespace = "default"
	}
	own := map[string]bool{}
	for _, c := range t.World.Watched(t.World.Clusters[cluster]) {
		for _, s := range c.Services {
			own[s.Host()] = true
		}
	}
	for _, host := range t.Document.Clusters[cluster].Existing.Entries {
		own[host] = true
	}
	proxy := t.Planes[cluster].Caller(namespace, "default")
	table := proxy.Names()
	for _, name := range sorted(table) {
		n.Names++
		if own[name] || t.isPlaceOf(name, e.Answers) {
			continue
		}
		if !slices.Contains(e.Answers, name) {
			fail("answers for %s, which was not declared there", name)
			continue
		}
		if len(table[name]) != 1 {
			fail("%s has %d addresses: %v", name, len(table[name]), table[name])
		}
		for _, a := range table[name] {
			if why := unfit(a); why != "" {
				fail("%s is %s, %s", name, a, why)
			}
			for _, r := range t.Document.Reserved {
				if netip.MustParsePrefix(r).Contains(netip.MustParseAddr(a)) {
					fail("%s is %s, which somebody else has in %s", name, a, r)
				}
			}
			if locked, ok := t.Lock[name]; t.Lock != nil && (!ok || locked != a) {
				fail("%s is %s, and mesh.lock says %q", name, a, locked)
			}
			if vip := t.vip(name); vip != "" && vip != a {
				fail("%s is %s, and the document says %s", name, a, vip)
			}
			if addresses[name] == nil {
				addresses[name] = map[string]string{}
			}
			addresses[name][a] = cluster
		}
	}
	for _, name := range e.Answers {
		if len(table[name]) == 0 {
			fail("does not answer for %s", name)
		}
	}
	// A name without an address is in no DNS table, but its clusters and listeners would still reach
	// every sidecar that it is exported to.
	leaked := map[string]bool{}
	for c := range proxy.Clusters() {
		parts := strings.Split(c, "|")
		if len(parts) == 4 && parts[0] == "outbound" && !own[parts[3]] && !t.isPlaceOf(parts[3], e.Answers) && !slices.Contains(e.Answers, parts[3]) {
			leaked[parts[3]] = true
		}
	}
	for _, host := range sorted(leaked) {
		fail("sidecars of namespace %s are configured for %s, which was not declared there", namespace, host)
	}
	return out
}

// isPlaceOf says whether a name is one by which the own routes of one of these services send calls to a cluster, or out of one that has an egress
// gateway. Sidecars that know the service must know these; nobody is promised them, so nobody expects them.
func (t *Trial) isPlaceOf(name string, answers []string) bool {
	for _, s := range t.Document.Services {
		if len(s.Routes) == 0 || !slices.Contains(answers, s.Names(t.Document.Domain)[0]) {
			continue
		}
		for _, cluster := range t.Document.ClusterNames() {
			for _, way := range []string{"to", "out"} {
				for _, version := range append(sorted(s.Versions), "") {
					if name == s.Place(cluster, version, way, t.Document.Domain) {
						return true
					}
				}
			}
		}
	}
	return false
}

// vip is the address that the document itself gives to a service's own name.
func (t *Trial) vip(name string) string {
	for _, s := range t.Document.Services {
		if s.Names(t.Document.Domain)[0] == name {
			return s.Vip
		}
	}
	return ""
}

// istioPool is where istiod takes addresses from by itself (pilot/pkg/networking/serviceentry).
var istioPool = netip.MustParsePrefix("240.240.0.0/16")

func unfit(address string) string {
	a, err := netip.ParseAddr(address)
	switch {
	case err != nil:
		return "which is no address"
	case istioPool.Contains(a):
		return "which istiod gives away by itself"
	case a.IsLoopback(), a.IsMulticast(), a.IsUnspecified(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return "which cannot be called"
	}
	return ""
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
