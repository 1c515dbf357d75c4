// Broken trees: the negative control. A folder holds a break.yaml that damages the tree of a sound
// case, one of `cases` (like) or its own files; it counts only if the sound tree passes and the
// damaged one is rejected by the judge and for the reason that break.yaml names.

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"cwc/conformance/judge"
	"cwc/conformance/tree"
)

type breakage struct {
	Like   string      `json:"like"` // the case whose tree is broken; its own files if not given
	Edits  []tree.Edit `json:"edits"`
	Reject string      `json:"reject"` // the judge that must reject it
	Says   string      `json:"says"`   // a part of the reason
}

func control(dir, cases, cwc string) (judge.Figures, error) {
	var none judge.Figures
	if strings.TrimSpace(optional(dir, "why.txt")) == "" {
		return none, fmt.Errorf("why.txt is missing: say what goes wrong for a user of such a tree")
	}
	text, err := os.ReadFile(filepath.Join(dir, "break.yaml"))
	if err != nil {
		return none, err
	}
	var b breakage
	if err := yaml.UnmarshalStrict(text, &b); err != nil {
		return none, fmt.Errorf("break.yaml: %w", err)
	}
	if len(b.Edits) == 0 || b.Reject == "" || b.Says == "" {
		return none, fmt.Errorf("break.yaml: edits, reject and says are needed")
	}
	sound := dir
	if b.Like != "" {
		sound = filepath.Join(cases, b.Like)
	}
	t, err := load(sound, cwc)
	if err != nil {
		return none, err
	}
	t.Tracer = nil // it answers for the document, not for what a tree is broken to
	n, findings := judge.Run(t)
	if len(findings) > 0 {
		return n, fmt.Errorf("the tree is rejected before it is broken:\n%s", describe(findings))
	}
	for _, e := range b.Edits {
		broken := t.Tree
		if e.Kind == "Values" || e.Kind == "Component" {
			broken = t.Beside
		}
		if err := broken.Apply(e); err != nil {
			return n, err
		}
	}
	if t.Values, err = tree.ValuesIn(t.Beside); err != nil {
		return n, err
	}
	m, findings := judge.Run(t)
	n.Add(m)
	for _, f := range findings {
		if f.Judge == b.Reject && strings.Contains(f.String(), b.Says) {
			return n, nil
		}
	}
	if len(findings) == 0 {
		return n, fmt.Errorf("nothing is found wrong with the broken tree; wanted %s: ... %s", b.Reject, b.Says)
	}
	return n, fmt.Errorf("rejected, but not for the stated reason (%s: ... %s):\n%s", b.Reject, b.Says, describe(findings))
}
