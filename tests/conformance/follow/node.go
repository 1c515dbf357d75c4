// Package follow follows calls through what istiod generates. Enters: the control planes of all
// clusters and a call. Leaves: a graph of everything that may become of the call (this file), which
// outcome.go turns into what is reached, in which shares, and what is reached next when that is gone.
package follow

import (
	"fmt"
	"slices"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"

	"cwc/conformance/plane"
	"cwc/conformance/world"
)

// Node is one of *Split, *Pool, *Pod, *Dead.
type Node interface{ line() string }

// Split is a route's choice by weight: what goes one way never turns to another.
type Split struct {
	Line string
	To   []Share
	// Copies are where copies of the call go, each with the part of the calls that is copied; what answers there is thrown away.
	Copies []Share
	Done   Treatment // to the call, before it is sent on
}

// Share is a part of a Split, between 0 and 1.
type Share struct {
	Part float64
	Node Node
}

// Pool is an Envoy cluster, or the pods behind a Kubernetes Service.
type Pool struct {
	Line  string
	Proxy *plane.Proxy // nil: kube-proxy chooses
	// Cluster is as istiod generates it; nil where Proxy is.
	Cluster *clusterv3.Cluster
	// Ejects is the share of hosts, in per cent, that outlier detection may take out; 0: none.
	Ejects           float64
	LocalityWeighted bool
	Hosts            []*Host
}

// Host is one endpoint.
type Host struct {
	Line           string
	Priority       uint32
	Locality       string
	LocalityWeight float64
	Weight         float64
	Count          int  // how many addresses Envoy makes of it
	Vanishes       bool // Kubernetes takes it away when its pods are gone: nothing has to eject it
	Crosses        bool // the connection leaves the cluster
	Plain          bool // ... and is not mutual TLS
	Identity       string
	SNI            string // of the session that reaches it
	Enters         string // the gateway that answers, as cluster/namespace/name
	Next           Node
}

// Pod is the end of a call.
type Pod struct {
	Line     string
	Workload *world.Workload
	Port     int
	TLS      bool  // mutual TLS ends here
	Door     *Door // how TLS came to it, if it did
}

// Dead is where a call cannot go on.
type Dead struct {
	At, Why string
}

func (n *Split) line() string { return n.Line }
func (n *Pool) line() string  { return n.Line }
func (n *Pod) line() string   { return n.Line }
func (n *Dead) line() string  { return n.At + ": " + n.Why }

// Deads are all dead ends below a node, whatever their priority or weight, each once, with the way
// that leads there.
func Deads(n Node) []DeadEnd {
	var out []DeadEnd
	seen := map[string]bool{}
	walk(n, nil, func(n Node, way []string) {
		if d, ok := n.(*Dead); ok && !seen[d.line()] {
			seen[d.line()] = true
			out = append(out, DeadEnd{Why: d.line(), Way: append([]string{}, way...)})
		}
	})
	return out
}

// DeadEnd is a Dead with the way that leads to it.
type DeadEnd struct {
	Why string
	Way []string
}

// Pools are all Envoy clusters below a node that calls go to; those that only get copies are left out.
func Pools(n Node) []*Pool {
	var out []*Pool
	switch n := n.(type) {
	case *Split:
		for _, s := range n.To {
			out = append(out, Pools(s.Node)...)
		}
	case *Pool:
		if n.Proxy != nil {
			out = append(out, n)
		}
		for _, h := range n.Hosts {
			out = append(out, Pools(h.Next)...)
		}
	}
	return out
}

func walk(n Node, way []string, see func(Node, []string)) {
	way = append(way[:len(way):len(way)], n.line())
	see(n, way)
	switch n := n.(type) {
	case *Split:
		for _, s := range slices.Concat(n.To, n.Copies) {
			walk(s.Node, way, see)
		}
	case *Pool:
		for _, h := range n.Hosts {
			walk(h.Next, append(way[:len(way):len(way)], h.Line), see)
		}
	}
}

// Trace draws a graph, one line a hop, indented by depth.
func Trace(n Node) []string {
	var out []string
	draw(n, "", &out)
	if len(out) > 60 {
		out = append(out[:60], fmt.Sprintf("... and %d lines more", len(out)-60))
	}
	return out
}

func draw(n Node, indent string, out *[]string) {
	*out = append(*out, indent+n.line())
	switch n := n.(type) {
	case *Split:
		for _, s := range n.To {
			if s.Part < 1 {
				*out = append(*out, fmt.Sprintf("%s %.0f%%:", indent, 100*s.Part))
			}
			draw(s.Node, indent+"  ", out)
		}
		for _, s := range n.Copies {
			*out = append(*out, fmt.Sprintf("%s a copy of %.0f%%:", indent, 100*s.Part))
			draw(s.Node, indent+"  ", out)
		}
	case *Pool:
		for _, h := range n.Hosts {
			*out = append(*out, indent+"- "+h.Line)
			draw(h.Next, indent+"    ", out)
		}
	}
}

func joined(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, ", ")
}
