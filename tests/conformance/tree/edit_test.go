// Tests of edits: what a path means, and that an edit which finds nothing is an error.

package tree

import (
	"encoding/json"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const sample = `
kind: ServiceEntry
spec:
  hosts: [a.export.global]
  endpoints:
  - { address: one, labels: { "x.io/mode": istio } }
  - { address: two, labels: { "x.io/mode": istio } }
`

func TestApply(t *testing.T) {
	gateway := `{"kind": "Gateway", "spec": {"servers": [{"hosts": ["a.export.global"], "port": {"name": "tls", "number": 1}}]}}`
	for _, c := range []struct{ name, edit, want string }{
		{"delete by quoted key", `{kind: ServiceEntry, at: 'spec.endpoints[*].labels["x.io/mode"]', delete: true}`,
			`[{"address":"one","labels":{}},{"address":"two","labels":{}}]`},
		{"set by field", `{kind: ServiceEntry, at: 'spec.endpoints[address=two].address', set: three}`,
			`[{"address":"one","labels":{"x.io/mode":"istio"}},{"address":"three","labels":{"x.io/mode":"istio"}}]`},
		{"delete an element", `{kind: ServiceEntry, role: exported, at: 'spec.endpoints[0]', delete: true}`,
			`[{"address":"two","labels":{"x.io/mode":"istio"}}]`},
		{"append", `{kind: ServiceEntry, host: "a.*", at: spec.endpoints, append: {address: four}}`,
			`[{"address":"one","labels":{"x.io/mode":"istio"}},{"address":"two","labels":{"x.io/mode":"istio"}},{"address":"four"}]`},
		{"duplicate", `{kind: ServiceEntry, at: 'spec.endpoints[1]', duplicate: {address: copy}}`,
			`[{"address":"one","labels":{"x.io/mode":"istio"}},{"address":"two","labels":{"x.io/mode":"istio"}},{"address":"copy","labels":{"x.io/mode":"istio"}}]`},
		{"nothing there", `{kind: ServiceEntry, at: spec.location, delete: true}`, ""},
		{"another role", `{kind: ServiceEntry, role: called, at: spec.endpoints, set: []}`, ""},
		{"another host", `{kind: ServiceEntry, host: "b.*", at: spec.endpoints, set: []}`, ""},
	} {
		tr := Tree{"east": {object(t, sample), object(t, gateway)}}
		var e Edit
		if err := yaml.Unmarshal([]byte(c.edit), &e); err != nil {
			t.Fatal(err)
		}
		err := tr.Apply(e)
		if (err != nil) != (c.want == "") {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		got, _, _ := unstructured.NestedSlice(tr["east"][0].Object, "spec", "endpoints")
		if text, _ := json.Marshal(got); err == nil && string(text) != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, text, c.want)
		}
	}
}

func object(t *testing.T, text string) *Object {
	fields := map[string]any{}
	if err := yaml.Unmarshal([]byte(text), &fields); err != nil {
		t.Fatal(err)
	}
	return &Object{Unstructured: &unstructured.Unstructured{Object: fields}}
}
