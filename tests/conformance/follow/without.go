// One cluster is gone: a graph and a cluster's name enter; what is reached while its gateways and pods
// do not answer leaves. What nothing ejects is called all the same, and those calls are lost.

package follow

// Without is what is reached while a cluster's gateways and pods do not answer; none is gone where it is "".
func Without(n Node, cluster string) Round {
	e := evaluation{gone: map[string]bool{}, stuck: map[string]bool{}, away: cluster}
	return merge(e.node(n))
}

// Several says whether some endpoint stands for more than one address.
func Several(n Node) bool {
	found := false
	walk(n, nil, func(n Node, _ []string) {
		if p, ok := n.(*Pool); ok && p.Proxy != nil {
			for _, h := range p.Hosts {
				found = found || h.Count != 1 && h.Enters != ""
			}
		}
	})
	return found
}

// Aborts says whether a route answers some calls itself, on purpose.
func Aborts(n Node) bool {
	found := false
	walk(n, nil, func(n Node, _ []string) {
		if s, ok := n.(*Split); ok {
			found = found || s.Done["abort"] != ""
		}
	})
	return found
}
