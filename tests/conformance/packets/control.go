// Negative controls. In: a case's good tree and a ControlCase that says how to break it. Out: a verdict: the named check failed, and
// for the stated reason. A judge that passes what is broken proves nothing by passing what is right.
package main

import (
	"fmt"
	"strings"

	"cwc/conformance/tree"
)

// judgeControl breaks the tree and runs the one check in it.
func (f *Figures) judgeControl(o options, c *Case, control ControlCase, compiled tree.Tree, folder string) error {
	broken, places := control.apply(compiled)
	if places == 0 {
		return fmt.Errorf("the tree has nothing that it could break")
	}
	silent := &Figures{}
	err := silent.inMesh(o, c, broken, folder, func(m *Mesh) error { return silent.judgeNamed(m, c, control.Fails) })
	silent.Failover, silent.Lost = 0, 0
	f.AddWork(silent)
	if err != nil {
		silent.faults = append(silent.faults, err.Error())
	}
	seen := ""
	for _, fault := range silent.faults {
		if strings.Contains(fault, control.Saying) {
			seen = fault
			break
		}
	}
	var faults []string
	switch {
	case len(silent.faults) == 0:
		faults = append(faults, fmt.Sprintf("%q passed", control.Fails))
	case seen == "":
		faults = append(faults, fmt.Sprintf("%q failed, but did not say %q:", control.Fails, control.Saying))
		faults = append(faults, first(silent.faults, 5)...)
	}
	f.Controls++
	f.Verdict("control: "+control.Why, fmt.Sprintf("broken in %d places, rejected: %s", places, seen), faults, nil)
	return nil
}

// judgeNamed runs the check with that why.
func (f *Figures) judgeNamed(m *Mesh, c *Case, why string) error {
	if why == configured {
		f.Verdict(why, "", m.misconfigured(), nil)
		return nil
	}
	for _, call := range c.Calls {
		if call.Why == why {
			return m.JudgeCalls(f, call)
		}
	}
	for _, outage := range c.Outages {
		if outage.Why == why {
			return m.JudgeOutage(f, outage)
		}
	}
	for _, probe := range c.Probes {
		if probe.Why == why {
			return m.JudgeProbe(f, probe)
		}
	}
	return fmt.Errorf("no check is called %q", why)
}

// apply makes the edits on a copy and counts where.
func (c ControlCase) apply(good tree.Tree) (broken tree.Tree, places int) {
	broken = tree.Tree{}
	for cluster, objects := range good {
		for _, object := range objects {
			copied := &tree.Object{File: object.File, Unstructured: object.DeepCopy()}
			for _, edit := range c.Edits {
				if copied.GetKind() == edit.Kind {
					places += edit.apply(copied.Object)
				}
			}
			broken[cluster] = append(broken[cluster], copied)
		}
	}
	return broken, places
}

func (e Edit) apply(node any) (places int) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			switch {
			case key != e.Key:
				places += e.apply(value)
			case e.Value == nil:
				delete(node, key)
				places++
			default:
				node[key] = e.Value
				places++
			}
		}
	case []any:
		for _, value := range node {
			places += e.apply(value)
		}
	}
	return places
}
