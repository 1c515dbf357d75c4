// MeshConfig: what the tree has to say to istiod itself. Enters: helm/istiod.yaml of a cluster's directory. Leaves: an object of a kind of
// its own among the cluster's objects, so that a broken tree can edit it like any other; it is not applied to the cluster.

package tree

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pkg/config/mesh"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// ValuesKind is the kind that stands for a values file.
const ValuesKind = "IstiodValues"

const valuesFile = "helm/istiod.yaml"

func readValues(dir string) (*Object, error) {
	text, err := os.ReadFile(filepath.Join(dir, valuesFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	if err := yaml.UnmarshalStrict(text, &values); err != nil {
		return nil, err
	}
	return &Object{File: valuesFile, Unstructured: &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": ValuesKind, "metadata": map[string]any{"name": "istiod"}, "values": values,
	}}}, nil
}

// Applied are the objects that are applied to the cluster.
func Applied(objects []*Object) []*Object {
	var out []*Object
	for _, o := range objects {
		if o.GetKind() != ValuesKind {
			out = append(out, o)
		}
	}
	return out
}

// MeshConfig is how istiod is configured: Istio's defaults, and what the values say as `meshConfig`.
func MeshConfig(objects []*Object) (*meshconfig.MeshConfig, error) {
	config := mesh.DefaultMeshConfig()
	for _, o := range objects {
		values, _ := o.Object["values"].(map[string]any)
		told, said := values["meshConfig"]
		if o.GetKind() != ValuesKind || !said {
			continue
		}
		text, err := yaml.Marshal(told)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.File, err)
		}
		if config, err = mesh.ApplyMeshConfig(string(text), config); err != nil {
			return nil, fmt.Errorf("istiod refuses the meshConfig of %s: %w", o.File, err)
		}
	}
	return config, nil
}
