// The ways of a call. In: an expected call, with the gateways that it says. Out: for each workload the gateways passed on the way, and
// from that which clusters dial which, and which workloads a caller's requests cannot be spread over.
package main

import (
	"slices"
	"strings"

	"cwc/conformance/expect"
)

// ways are the gateways passed on the way to each workload, as expectations write them: cluster or cluster/namespace/service.
type ways map[string][]string

// either are the clusters of which one is meant: `a|b` is a or b, as where a network has several gateways.
func either(cluster string) []string { return strings.Split(cluster, "|") }

// are says whether the clusters whose gateways were entered are those that were expected: each of them, and no other.
func are(entered, expected []string) bool {
	meant := func(cluster, one string) bool { return slices.Contains(either(one), cluster) }
	for _, cluster := range entered {
		if !slices.ContainsFunc(expected, func(one string) bool { return meant(cluster, one) }) {
			return false
		}
	}
	for _, one := range expected {
		if !slices.ContainsFunc(entered, func(cluster string) bool { return meant(cluster, one) }) {
			return false
		}
	}
	return true
}

// waysOf reads a call's, those of its copies too: those that are said, else the gateway of the workload's cluster.
func waysOf(call expect.Call, caller string) ways {
	all := ways{}
	for _, tier := range append([]expect.Tier{call.Reached, call.Copies}, call.Failover...) {
		for workload := range tier {
			way, said := call.Through[workload]
			if cluster, _, _ := strings.Cut(workload, "/"); !said && cluster != caller {
				way = []string{cluster}
			}
			all[workload] = way
		}
	}
	return all
}

// clusters are those whose gateways a way enters from outside: a gateway of the caller's own cluster is passed inside of it, which is
// not seen between clusters.
func (w ways) clusters(workload, caller string) []string {
	var all []string
	for _, gateway := range w[workload] {
		if cluster, _, _ := strings.Cut(gateway, "/"); cluster != caller {
			all = append(all, cluster)
		}
	}
	return all
}

// entered are the clusters whose gateways calls to these workloads enter.
func (w ways) entered(workloads []string, caller string) []string {
	all := map[string]bool{}
	for _, workload := range workloads {
		for _, cluster := range w.clusters(workload, caller) {
			all[cluster] = true
		}
	}
	return sortedKeys(all)
}

// dials are the pairs of clusters of which the first dials the second on some way, and the length of the longest way.
func (w ways) dials(caller string) (pairs map[[2]string]bool, longest int) {
	pairs, longest = map[[2]string]bool{}, 1
	for workload := range w {
		from := caller
		for i, cluster := range w.clusters(workload, caller) {
			for _, one := range either(cluster) {
				pairs[[2]string{from, one}] = true
			}
			from, longest = cluster, max(longest, i+1)
		}
	}
	return pairs, longest
}

// first is where a caller's sidecar sends calls for a workload: the first gateway, or the workload's own cluster.
func (w ways) first(workload string) string {
	if way := w[workload]; len(way) > 0 {
		return way[0]
	}
	cluster, _, _ := strings.Cut(workload, "/")
	return cluster
}
