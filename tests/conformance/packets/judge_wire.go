// The judge of what crosses between clusters. In: everything that the wire carried, and what it carried before strangers came.
// Out: whatever was not TLS between clusters, and proof that the tap would have seen it.
package main

import (
	"context"
	"fmt"
	"net/netip"
)

// JudgeWire reads the tap. A stranger then says the marker aloud to a gateway: a tap that misses that proves nothing.
func (m *Mesh) JudgeWire(figures *Figures, between map[Path]Traffic) (summary string, faults []string, err error) {
	clusters := map[netip.Addr]bool{}
	for _, outward := range m.Network.Outward {
		clusters[outward] = true
	}
	bare := map[netip.Addr]bool{}
	for _, gateway := range m.Stage.Pods {
		for _, workload := range gateway.Cluster.Workloads {
			bare[gateway.Public.Addr()] = bare[gateway.Public.Addr()] || !workload.Sidecar
		}
	}
	var sum Traffic
	plain := 0
	for path, traffic := range between {
		if clusters[path.From] || clusters[path.To] {
			sum.Opened += traffic.Opened
			sum.Segments += traffic.Segments
			sum.Payload += traffic.Payload
			if m.isPlain(path) {
				plain += traffic.Readable
				continue
			}
			sum.Readable += traffic.Readable
			// An application without a sidecar answers a TLS handshake in its own words, an error: that is no call that crossed.
			if !(clusters[path.To] && bare[path.From]) {
				sum.NotTLS += traffic.NotTLS
			}
		}
	}
	if sum.Readable > 0 {
		faults = append(faults, fmt.Sprintf("%d segments could be read", sum.Readable))
	}
	if sum.NotTLS > 0 {
		faults = append(faults, fmt.Sprintf("%d directions of connections did not begin with TLS", sum.NotTLS))
	}
	seen, err := m.sayAloud()
	if err != nil {
		return "", nil, err
	}
	if !seen {
		faults = append(faults, "the control failed: the tap did not see a readable connection")
	}
	lost, err := m.Wire.Lost()
	if err != nil {
		return "", nil, err
	}
	if lost > 0 {
		faults = append(faults, fmt.Sprintf("the tap missed %d packets", lost))
	}
	figures.Wide.Opened += sum.Opened
	figures.Wide.Payload += sum.Payload
	summary = fmt.Sprintf("%d connections, %d segments, %d bytes, %d readable", sum.Opened, sum.Segments, sum.Payload, sum.Readable)
	if len(m.plain) > 0 && plain > 0 {
		summary += fmt.Sprintf(", and %d where calls are to cross in plain text", plain)
	}
	return summary, faults, nil
}

// sayAloud sends the marker to a gateway, in plain text, from outside all clusters. Where no gateway listens, because nothing is
// exposed, the tap must have seen the attempt.
func (m *Mesh) sayAloud() (seen bool, err error) {
	seen = true
	for _, pod := range m.Stage.Pods {
		if !pod.IsPublic() || m.envoyOf[pod].process == nil {
			continue
		}
		path := Path{netip.MustParseAddr(outwardAddress(strangerNumber)), pod.Public.Addr()}
		before := m.Wire.Seen()[path]
		conn, err := m.Network.Stranger.Dial(context.Background(), pod.Public.String())
		if err != nil {
			seen = m.Wire.Seen()[path].Opened == before.Opened+1
			continue
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(marker)); err != nil {
			return false, err
		}
		for range 50 {
			after := m.Wire.Seen()[path]
			if seen = after.Readable == before.Readable+1 && after.NotTLS == before.NotTLS+1; seen {
				break
			}
		}
		return seen, nil
	}
	return seen, nil
}
