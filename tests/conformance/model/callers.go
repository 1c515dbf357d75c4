// Callers: who may call a service enters; the places that a call may come from, the names that a namespace knows and the identities that the
// pods refuse leave.

package model

import (
	"slices"

	"cwc/conformance/expect"
	"cwc/conformance/mesh"
)

// places are namespaces and accounts of a cluster from which calls to a service are tried, those that may call and those that do not even
// know the name. One that knows the name and may not call is told apart by the pods, so it is left to policies.
func places(s *mesh.Service, cluster string) (may, unknown expect.Strings) {
	usual := []string{"default", s.Namespace}
	for _, c := range s.Callers {
		if e := mesh.CallerOf(c); e.Cluster == cluster && e.Namespace != "" {
			account := e.Account
			if account == "" {
				account = "default"
			}
			may = add(may, cluster+"/"+e.Namespace+"/"+account)
		}
	}
	for _, ns := range usual {
		switch {
		case s.Admits(cluster, ns, "default"):
			may = add(may, cluster+"/"+ns)
		case !knows(s, cluster, ns):
			unknown = add(unknown, cluster+"/"+ns)
		}
	}
	return may, unknown
}

// knows says whether a namespace has anybody who may call.
func knows(s *mesh.Service, cluster, namespace string) bool {
	return len(s.Callers) == 0 || slices.ContainsFunc(s.Callers, func(c string) bool {
		e := mesh.CallerOf(c)
		return e.Cluster == cluster && (e.Namespace == "" || e.Namespace == namespace)
	})
}

// namespaces are those of a cluster that `callers` names anywhere.
func namespaces(d *mesh.Document, cluster string) []string {
	var out []string
	for _, key := range d.ServiceKeys() {
		for _, c := range d.Services[key].Callers {
			if e := mesh.CallerOf(c); e.Cluster == cluster && e.Namespace != "" && !slices.Contains(out, e.Namespace) {
				out = append(out, e.Namespace)
			}
		}
	}
	return out
}

// policies are what the pods of a service that not everyone may call are asked, wherever calls cross to them. Two clusters with one trust
// domain cannot be told apart, so only those are refused whose identity is nobody's that may call.
func policies(d *mesh.Document, s *mesh.Service) []expect.Policy {
	if len(s.Callers) == 0 {
		return nil
	}
	var out []expect.Policy
	for _, host := range s.Hosting() {
		p := expect.Policy{Why: why, At: expect.Strings{host + "/" + s.Backends[host].Namespace() + "/" + s.Backends[host].Workload()}}
		var read expect.Strings
		for _, port := range s.Ports {
			if mesh.Reads(d.Enters(s, host), port) {
				read = append(read, at(s.Names(d.Domain), port.Number)...)
			} else {
				p.To = append(p.To, at(s.Names(d.Domain), port.Number)...)
			}
		}
		for _, caller := range d.ClusterNames() {
			crosses := slices.ContainsFunc(d.Reached(caller, s), func(r mesh.Reached) bool { return r.Cluster == host })
			if caller == host {
				continue
			}
			if may, _ := places(s, caller); crosses {
				p.Admitted = append(p.Admitted, may...)
			}
			for _, ns := range add(namespaces(d, caller), "default", s.Namespace) {
				for _, account := range []string{"default", "somebody"} {
					if !looksAdmitted(d, s, caller, ns, account) {
						p.Refused = append(p.Refused, caller+"/"+ns+"/"+account)
					}
				}
			}
		}
		if len(p.Admitted) > 0 && len(p.To) > 0 {
			out = append(out, p)
		}
		// Calls that the gateway reads are its to refuse.
		if g := d.Clusters[host].Gateway; len(read) > 0 && g != nil {
			p.At, p.To, p.Admitted = expect.Strings{host + "/" + g.Namespace + "/" + g.Service}, read, nil
			for _, caller := range d.ClusterNames() {
				enters := func(r mesh.Reached) bool { return r.Cluster == host && len(r.Way) > 0 }
				if may, _ := places(s, caller); slices.ContainsFunc(d.Reached(caller, s), enters) {
					p.Admitted = append(p.Admitted, may...)
				}
			}
			if len(p.Admitted) > 0 {
				out = append(out, p)
			}
		}
	}
	return out
}

func looksAdmitted(d *mesh.Document, s *mesh.Service, cluster, namespace, account string) bool {
	return slices.ContainsFunc(s.Callers, func(c string) bool {
		e := mesh.CallerOf(c)
		same := d.Clusters[e.Cluster].TrustDomain == d.Clusters[cluster].TrustDomain
		return same && e.Covers(namespace, account)
	})
}

func add[S ~[]string](to S, more ...string) S {
	for _, m := range more {
		if !slices.Contains(to, m) {
			to = append(to, m)
		}
	}
	return to
}
