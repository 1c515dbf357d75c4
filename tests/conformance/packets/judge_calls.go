// The judge of calls while everything is up. In: a running mesh and a CallCase. Out: a verdict: who answered, in which shares, whom
// the pods saw as the caller, and which gateways the calls entered.
package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// enoughFailures ends a series: calls that hang would take minutes to say the same.
const enoughFailures = 3

// JudgeCalls makes the calls.
func (m *Mesh) JudgeCalls(figures *Figures, c CallCase) error {
	callers, err := m.Stage.Find(c.From)
	if err != nil {
		return err
	}
	caller, faults := callers[0], []string{}
	expected, err := m.Stage.FindAll(c.Reaches)
	if err != nil {
		return err
	}
	if needed := EnoughToSee(len(c.Reaches)); c.Times < needed {
		return fmt.Errorf("%s: %d calls are too few to see %d workloads, %d would do", c.Why, c.Times, len(c.Reaches), needed)
	}
	client, err := NewClient(m, caller, c.To, c.Method, c.Headers)
	if err != nil {
		return err
	}
	defer client.Close()

	marks, wire := m.Mark(), m.Wire.Seen()
	counts, started := map[string]int{}, time.Now()
	failed, made := 0, 0
	var refused error
	for i := range c.Times {
		made++
		answer := client.Call()
		if answer.Err != nil && c.Refused {
			refused = answer.Err
			continue
		}
		if answer.Err != nil {
			faults = append(faults, fmt.Sprintf("call %d failed after %s: %v", i+1, answer.Took.Round(time.Millisecond), answer.Err))
			if failed++; failed == enoughFailures {
				break
			}
			continue
		}
		pod, workload := m.podNamed(answer.Pod)
		counts[workload]++
		if !slices.Contains(expected, pod) {
			faults = append(faults, fmt.Sprintf("call %d reached %s", i+1, answer.Pod))
		}
		if client.Headed() && !m.sees(c, caller, pod, answer.Peer) {
			faults = append(faults, fmt.Sprintf("call %d: %s saw the peer %q", i+1, answer.Pod, answer.Peer))
		}
	}
	took := time.Since(started)
	if !client.Headed() && !c.Refused {
		faults = append(faults, m.peersOfConnections(marks, expected, caller, c.Times)...)
	}
	places := placesOf(c.Reaches, c.ways, client.Headed() && !c.Apart)
	// Of shares, chance says how few calls may come: of a small one none at all.
	if len(c.Shares) == 0 {
		faults = append(faults, places.missing(counts)...)
	}
	faults = append(faults, judgeShares(c, places, counts)...)
	through, crossing := m.entered(wire)
	expectedThrough := slices.Sorted(slices.Values(c.Through))
	if c.ways != nil {
		// Requests may keep to one of several workloads behind a gateway, so what was reached decides.
		expectedThrough = c.ways.entered(sortedKeys(counts), caller.Cluster.Name)
		copied := c.ways.entered(c.copies, caller.Cluster.Name)
		through = slices.DeleteFunc(through, func(cluster string) bool {
			return slices.Contains(copied, cluster) && !slices.Contains(expectedThrough, cluster)
		})
	}
	// A call that is to be refused may be so at any hop.
	if !c.Refused && !are(through, expectedThrough) {
		faults = append(faults, fmt.Sprintf("calls entered the gateways of %v, expected %v", through, expectedThrough))
	}
	if readable := m.readable(wire, caller.Cluster.Name); c.plain && len(through) > 0 && readable == 0 {
		faults = append(faults, "none of the calls could be read between the clusters, and they are to cross in plain text")
	}
	figures.Calls += made
	summary := fmt.Sprintf("%d calls in %s, answered by %s, %s", made, took.Round(time.Millisecond), tally(counts), crossing)
	if refused != nil {
		summary = fmt.Sprintf("%d calls refused in %s: %v", made, took.Round(time.Millisecond), refused)
	}
	figures.Verdict(c.Why, summary, faults, func() string { return m.Trail(caller, marks) })
	return nil
}

// sees says whether a pod that answered may have seen this peer: the caller's or, where a gateway reads the calls of other clusters, the gateway's.
// A pod without a sidecar has nobody who would tell it.
func (m *Mesh) sees(c CallCase, caller, pod *Pod, peer string) bool {
	crossed := pod != nil && pod.Cluster != caller.Cluster
	switch {
	case c.sees == "nobody" && crossed:
		return true
	case c.sees == "gateway" && crossed:
		return slices.ContainsFunc(m.Stage.Pods, func(g *Pod) bool {
			return g.IsPublic() && g.Cluster == pod.Cluster && g.Identity() == peer
		})
	}
	return peer == caller.Identity()
}

func (m *Mesh) podNamed(id string) (*Pod, string) {
	for _, pod := range m.Stage.Pods {
		if pod.ID() == id {
			return pod, pod.Workload.ID()
		}
	}
	return nil, id
}

// peersOfConnections reads the caller's identity from the pods' access logs, where a line is written as a connection ends.
func (m *Mesh) peersOfConnections(marks Marks, pods []*Pod, caller *Pod, times int) []string {
	var faults []string
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		seen := 0
		faults = nil
		for _, pod := range pods {
			hops, _ := m.envoyOf[pod].Log.Since(marks[m.envoyOf[pod]])
			for _, hop := range hops {
				// A request made before may be logged only now.
				if !strings.HasPrefix(hop.Cluster, "inbound|") || strings.HasPrefix(hop.Protocol, "HTTP/") {
					continue
				}
				seen++
				if hop.Peer != caller.Identity() {
					faults = append(faults, fmt.Sprintf("%s saw the peer %q", pod.ID(), hop.Peer))
				}
			}
		}
		if seen == times {
			return faults
		}
		if time.Now().After(deadline) {
			return append(faults, fmt.Sprintf("the pods logged %d connections, %d were made", seen, times))
		}
	}
}

// places are workloads, each with the place that calls can be counted for. A request goes over whatever connection its sidecar
// has to a cluster, and connections, not requests, are what kube-proxy spreads over pods, and a gateway that passes bytes on over what is
// behind it: so where a call is a request, workloads of one cluster are one place, and so are those behind one first gateway.
type places map[string]string

func placesOf(workloads []string, w ways, requests bool) places {
	clusters := map[string]int{}
	for _, workload := range workloads {
		clusters[w.first(workload)]++
	}
	all := places{}
	for _, workload := range workloads {
		all[workload] = workload
		if cluster := w.first(workload); requests && clusters[cluster] > 1 {
			all[workload] = cluster
		}
	}
	return all
}

// count sums up by place.
func (p places) count(byWorkload map[string]int) map[string]int {
	byPlace := map[string]int{}
	for workload, place := range p {
		byPlace[place] += byWorkload[workload]
	}
	return byPlace
}

func (p places) missing(byWorkload map[string]int) []string {
	var faults []string
	byPlace := p.count(byWorkload)
	for _, place := range sortedKeys(byPlace) {
		if byPlace[place] == 0 {
			faults = append(faults, place+" never answered")
		}
	}
	return faults
}

func judgeShares(c CallCase, p places, byWorkload map[string]int) []string {
	var faults []string
	shares, byPlace := map[string]float64{}, p.count(byWorkload)
	for workload, share := range c.Shares {
		shares[p[workload]] += share
	}
	for _, place := range sortedKeys(shares) {
		least, most := Bounds(c.Times, min(shares[place]/100, 1))
		if n := byPlace[place]; n < least || n > most {
			faults = append(faults, fmt.Sprintf("%s answered %d of %d calls, chance allows %d to %d", place, n, c.Times, least, most))
		}
	}
	return faults
}

// entered tells which clusters' gateways took payload since a reading of the wire.
func (m *Mesh) entered(before map[Path]Traffic) (through []string, figures string) {
	bytes := 0
	for between, traffic := range m.Crossed(before, m.Wire.Seen()) {
		if !slices.Contains(through, between[1]) {
			through = append(through, between[1])
		}
		bytes += traffic.Payload
	}
	slices.Sort(through)
	if len(through) == 0 {
		return through, "nothing crossed"
	}
	return through, fmt.Sprintf("%d bytes crossed to %s", bytes, strings.Join(through, ", "))
}

func tally(counts map[string]int) string {
	var parts []string
	for _, name := range sortedKeys(counts) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, ", ")
}
