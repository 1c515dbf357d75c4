// Edits: a small declarative change of a compiled tree, for the negative control. It finds objects by
// kind, host and role rather than by name, so that it stays valid while the compiler's names change;
// an edit that finds nothing is an error.

package tree

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Edit is one change.
type Edit struct {
	In   string `json:"in"`   // cluster; all if empty
	Kind string `json:"kind"` // of the objects to change; `Values`: the values for Istio's chart
	Name string `json:"name"` // of the object, where it is about no host
	Host string `json:"host"` // a pattern that one of the object's hosts matches
	// Role: `exported`, a host of the object is listed on a Gateway of the cluster; `called`, none is.
	Role string `json:"role"`
	At   string `json:"at"` // path within the object, see path.go

	Set       any            `json:"set"`
	Append    any            `json:"append"`
	Duplicate map[string]any `json:"duplicate"` // copy a list's element, with these fields changed
	Replace   *Replacement   `json:"replace"`   // a part of the text that stands there
	Delete    bool           `json:"delete"`    // the value at the path, or the object if there is no path
	Object    map[string]any `json:"object"`    // a whole object to add to the cluster
}

// Replacement puts one part of a text in the place of another.
type Replacement struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// Apply changes the tree in place.
func (t Tree) Apply(e Edit) error {
	hits := 0
	for _, cluster := range clusters(t) {
		if e.In != "" && e.In != cluster {
			continue
		}
		if e.Object != nil {
			t[cluster] = append(t[cluster], &Object{File: "added", Unstructured: &unstructured.Unstructured{Object: plain(e.Object).(map[string]any)}})
			hits++
			continue
		}
		exported := exportedHosts(t[cluster])
		kept := []*Object{}
		for _, o := range t[cluster] {
			if !e.finds(o, exported) {
				kept = append(kept, o)
				continue
			}
			if e.At == "" && e.Delete {
				hits++
				continue
			}
			n, err := e.change(o)
			if err != nil {
				return err
			}
			hits += n
			kept = append(kept, o)
		}
		t[cluster] = kept
	}
	if hits == 0 {
		return fmt.Errorf("the edit of %s %s%s at %q finds nothing to change", e.Kind, e.Role, e.Host, e.At)
	}
	return nil
}

func (e Edit) finds(o *Object, exported []string) bool {
	if o.GetKind() != e.Kind {
		return false
	}
	if e.Name != "" && e.Name != o.GetName() {
		return false
	}
	hosts := Hosts(o)
	if e.Host != "" && !slices.ContainsFunc(hosts, func(h string) bool { ok, _ := path.Match(e.Host, h); return ok }) {
		return false
	}
	listed := slices.ContainsFunc(hosts, func(h string) bool { return slices.Contains(exported, h) })
	return e.Role == "" || (e.Role == "exported") == listed
}

func (e Edit) change(o *Object) (int, error) {
	steps, err := parsePath(e.At)
	if err != nil {
		return 0, err
	}
	missing := false
	n, err := change{remove: e.Delete, duplicate: e.Duplicate, replace: func(value any) any {
		if e.Replace != nil {
			text, _ := value.(string)
			missing = missing || !strings.Contains(text, e.Replace.Old)
			return strings.ReplaceAll(text, e.Replace.Old, e.Replace.New)
		}
		if e.Append != nil {
			list, _ := value.([]any)
			return append(slices.Clone(list), e.Append)
		}
		return e.Set
	}}.apply(o.Object, steps)
	if err == nil && missing {
		err = fmt.Errorf("%s has no %q at %q", o.ID(), e.Replace.Old, e.At)
	}
	return n, err
}

// Hosts are the host names that an object is about.
func Hosts(o *Object) []string {
	spec, _ := o.Object["spec"].(map[string]any)
	var out []string
	add := func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, h := range v {
				out = append(out, fmt.Sprint(h))
			}
		}
	}
	add(spec["host"])
	add(spec["hosts"])
	servers, _ := spec["servers"].([]any)
	for _, s := range servers {
		if m, ok := s.(map[string]any); ok {
			add(m["hosts"])
		}
	}
	rules, _ := spec["rules"].([]any)
	for _, r := range rules {
		for _, sni := range values(r) {
			if _, host, ok := strings.Cut(sni, "_._."); ok {
				out = append(out, host)
			}
		}
	}
	return out
}

// values are those of the conditions of an AuthorizationPolicy's rule, which are SNIs where they name a host.
func values(rule any) []string {
	var out []string
	fields, _ := rule.(map[string]any)
	conditions, _ := fields["when"].([]any)
	for _, c := range conditions {
		condition, _ := c.(map[string]any)
		all, _ := condition["values"].([]any)
		for _, v := range all {
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

func exportedHosts(objects []*Object) []string {
	var out []string
	for _, o := range objects {
		if o.GetKind() == "Gateway" {
			out = append(out, Hosts(o)...)
		}
	}
	return out
}

func clusters(t Tree) []string {
	var out []string
	for c := range t {
		out = append(out, c)
	}
	slices.Sort(out)
	return out
}
