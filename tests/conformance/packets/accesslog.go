// Access logs: what each proxy says of the calls that passed it. In: the log file of an Envoy, in the format that the control
// planes' mesh configuration sets here. Out: hops, and a trail that names where a call was lost.
package main

import (
	"fmt"
	"os"
	"strings"
)

// accessLogFormat is given to every listener by istiod; one line a request or, for TCP, a connection.
const accessLogFormat = "HOP\t%PROTOCOL%\t%RESPONSE_CODE%\t%RESPONSE_FLAGS%\t%UPSTREAM_CLUSTER_RAW%\t%UPSTREAM_HOST%\t" +
	"%REQUESTED_SERVER_NAME%\t%DOWNSTREAM_PEER_URI_SAN%\t%DOWNSTREAM_LOCAL_ADDRESS%\t%UPSTREAM_TRANSPORT_FAILURE_REASON%\n"

// Hop is one line.
type Hop struct {
	Protocol, Code, Flags, Cluster, Upstream, SNI, Peer, Local, Failure string
}

// AccessLog is the log file of one Envoy.
type AccessLog struct{ path string }

// Mark is the place in the log from which Since reads.
func (l *AccessLog) Mark() int64 {
	info, err := os.Stat(l.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// Since gives the hops logged after a mark, and the lines that are Envoy's own messages.
func (l *AccessLog) Since(mark int64) (hops []Hop, messages []string) {
	text, err := os.ReadFile(l.path)
	if err != nil || int64(len(text)) < mark {
		return nil, []string{fmt.Sprintf("log cannot be read: %v", err)}
	}
	for _, line := range strings.Split(strings.TrimSpace(string(text[mark:])), "\n") {
		f := strings.Split(line, "\t")
		switch {
		case len(f) == 10 && f[0] == "HOP":
			hops = append(hops, Hop{f[1], f[2], f[3], f[4], f[5], f[6], f[7], f[8], f[9]})
		case line != "":
			messages = append(messages, line)
		}
	}
	return hops, messages
}

// Tail is the end of what Envoy itself said.
func (l *AccessLog) Tail() string {
	_, messages := l.Since(0)
	if len(messages) > 5 {
		messages = messages[len(messages)-5:]
	}
	return strings.Join(messages, "; ")
}

func (h Hop) String() string {
	text := fmt.Sprintf("%s to %s at %s", h.Protocol, h.Cluster, h.Upstream)
	for _, field := range [][2]string{{"code", h.Code}, {"flags", h.Flags}, {"SNI", h.SNI}, {"peer", h.Peer}, {"because", h.Failure}} {
		if field[1] != "-" && field[1] != "" && field[1] != "0" {
			text += ", " + field[0] + " " + field[1]
		}
	}
	return text
}

// Marks remembers where every log stands.
type Marks map[*Envoy]int64

// Mark takes the marks of all proxies.
func (m *Mesh) Mark() Marks {
	marks := Marks{}
	for _, e := range m.Envoys {
		marks[e] = e.Log.Mark()
	}
	return marks
}

// Trail tells what each proxy saw since the marks, in the order in which a call passes them: the caller's sidecar, gateways,
// pods. A gateway or pod without a line was not reached, or still holds the connection open.
func (m *Mesh) Trail(caller *Pod, marks Marks) string {
	var lines []string
	tell := func(e *Envoy, always bool) {
		hops, messages := e.Log.Since(marks[e])
		if len(hops) == 0 && !always {
			return
		}
		counts := map[string]int{}
		for _, h := range hops {
			counts[h.String()]++
		}
		lines = append(lines, fmt.Sprintf("  %s: %d lines", e.Pod.ID(), len(hops)))
		for _, text := range sortedKeys(counts) {
			lines = append(lines, fmt.Sprintf("    %d times %s", counts[text], text))
		}
		for _, text := range messages {
			lines = append(lines, "    "+text)
		}
	}
	for _, kind := range []func(*Pod) bool{
		func(p *Pod) bool { return p == caller },
		func(p *Pod) bool { return p != caller && p.IsGateway() },
		func(p *Pod) bool { return p != caller && !p.IsGateway() },
	} {
		for _, e := range m.Envoys {
			if kind(e.Pod) {
				tell(e, e.Pod == caller)
				if n, err := e.Sum(`no_filter_chain_match$`); err == nil && n > 0 && e.Pod.IsGateway() {
					lines = append(lines, fmt.Sprintf("    %s found no filter chain for %d connections so far", e.Pod.ID(), n))
				}
			}
		}
	}
	return strings.Join(lines, "\n")
}
