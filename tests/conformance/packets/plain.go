// Calls that are to cross between clusters in plain text. In: such calls and their ways, and what the wire carried. Out: on which paths plain
// text is right, and how much of a cluster's calls could be read.
package main

// Plainly notes between which clusters calls are to cross in plain text.
func (m *Mesh) Plainly(plain bool, all ways, caller string) {
	pairs, _ := all.dials(caller)
	for pair := range pairs {
		if m.plain == nil {
			m.plain = map[[2]string]bool{}
		}
		m.plain[pair] = m.plain[pair] || plain
	}
}

// isPlain says whether what crosses on a path, or comes back on it, is to be plain text.
func (m *Mesh) isPlain(path Path) bool {
	for from, outward := range m.Network.Outward {
		for _, pod := range m.Stage.Pods {
			there := Path{outward, pod.Public.Addr()}
			back := Path{there.To, there.From}
			if pod.IsPublic() && (path == there || path == back) && m.plain[[2]string{from, pod.Cluster.Name}] {
				return true
			}
		}
	}
	return false
}

// readable counts what could be read of a cluster's calls to gateways since a reading of the wire.
func (m *Mesh) readable(before map[Path]Traffic, from string) int {
	sum := 0
	for path, traffic := range m.Wire.Seen() {
		if path.From == m.Network.Outward[from] {
			sum += traffic.Readable - before[path].Readable
		}
	}
	return sum
}
