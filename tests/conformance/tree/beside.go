// Beside the resources: a compiled tree's directory enters, what no cluster is given leaves: the values files for Helm, each an
// Object of kind Values with its file's name, and the kustomize component. As objects, so that edits find them.

package tree

import (
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// LoadBeside reads what lies beside every cluster's resources below root.
func LoadBeside(root string) (Tree, error) {
	t := Tree{}
	for _, of := range []string{"helm/*.yaml", "gateway-ports/kustomization.yaml"} {
		files, err := filepath.Glob(filepath.Join(root, "*", of))
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			fields := map[string]any{}
			if err := yaml.UnmarshalStrict(text, &fields); err != nil {
				return nil, err
			}
			if strings.HasPrefix(of, "helm") {
				name := strings.TrimSuffix(filepath.Base(f), ".yaml")
				fields = map[string]any{"kind": "Values", "metadata": map[string]any{"name": name}, "values": fields}
			}
			cluster := filepath.Base(filepath.Dir(filepath.Dir(f)))
			t[cluster] = append(t[cluster], &Object{File: filepath.Base(f), Unstructured: &unstructured.Unstructured{Object: fields}})
		}
	}
	return t, nil
}

// Values is what one of a cluster's values files says; nil: there is none.
func (t Tree) Values(cluster, name string) map[string]any {
	for _, o := range t[cluster] {
		if o.GetKind() == "Values" && o.GetName() == name {
			values, _ := o.Object["values"].(map[string]any)
			return values
		}
	}
	return nil
}

// Patches are the patches of a cluster's component for one Service, as texts.
func (t Tree) Patches(cluster, namespace, service string) []string {
	var out []string
	for _, o := range t[cluster] {
		patches, _ := o.Object["patches"].([]any)
		for _, p := range patches {
			patch, _ := p.(map[string]any)
			target, _ := patch["target"].(map[string]any)
			if target["kind"] == "Service" && target["namespace"] == namespace && target["name"] == service {
				text, _ := patch["patch"].(string)
				out = append(out, text)
			}
		}
	}
	return out
}
