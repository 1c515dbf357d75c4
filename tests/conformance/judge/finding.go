// Package judge holds the judges: each takes a compiled tree in its world and says what is wrong
// with it. Enters: a Trial. Leaves: findings, none where all is well.
package judge

import (
	"fmt"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
	"cwc/conformance/mesh"
	"cwc/conformance/plane"
	"cwc/conformance/trace"
	"cwc/conformance/tree"
	"cwc/conformance/world"
)

// Trial is one compiled mesh before the judges.
type Trial struct {
	Document *mesh.Document
	World    *world.World
	Tree     tree.Tree
	Values   map[string]*tree.Values // for Istio's installation in each cluster
	Beside   tree.Tree               // values for Helm, as they are written, and the component
	Lock     map[string]string       // the address of each name in mesh.lock; nil: not looked at
	Expect   *expect.File
	Tracer   *trace.Tracer // nil: cwc trace is not asked

	Planes   map[string]*plane.Plane
	Follower *follow.Follower
}

// Finding is one thing that is wrong.
type Finding struct {
	Judge  string // admission, analysis, envoy, route, failover, exposure, policy, dns, coredns, trace, installation
	Where  string
	Reason string
	Trace  []string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s: %s: %s", f.Judge, f.Where, f.Reason)
}

// Figures count what was looked at.
type Figures struct {
	Objects, Analyzers, Calls, Forged, Identities, Names, Traced int
}

// Add sums two counts.
func (a *Figures) Add(b Figures) {
	a.Objects += b.Objects
	a.Analyzers = max(a.Analyzers, b.Analyzers)
	a.Calls += b.Calls
	a.Forged += b.Forged
	a.Identities += b.Identities
	a.Names += b.Names
	a.Traced += b.Traced
}

// Judge is one judge. Those that follow traffic need control planes; the others only the tree.
type Judge func(*Trial, *Figures) []Finding

// Static judges look at the objects; moving ones at what istiod makes of them.
var (
	Static = []Judge{Admission, Analysis, Installation}
	Moving = []Judge{Envoy, Routes, Exposure, Policies, DNS, CoreDNS, Trace}
)

// Run puts a trial before all judges.
func Run(t *Trial) (Figures, []Finding) {
	var n Figures
	var found []Finding
	for _, j := range Static {
		found = append(found, j(t, &n)...)
	}
	for _, name := range sorted(t.Tree) {
		if t.World.Clusters[name] == nil {
			found = append(found, Finding{Judge: "admission", Where: name, Reason: "the tree has a directory for a cluster that does not exist"})
		}
	}
	err := plane.Run(t.World, t.Tree, t.Values, func(planes map[string]*plane.Plane) error {
		t.Planes, t.Follower = planes, follow.New(planes)
		for _, j := range Moving {
			found = append(found, j(t, &n)...)
		}
		return nil
	})
	if err != nil {
		found = append(found, Finding{Judge: "envoy", Where: "control plane", Reason: firstLine(err)})
	}
	return n, found
}

// firstLine leaves out the objects that istiod repeats in full.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
