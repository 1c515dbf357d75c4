// Charts: one of Istio's Helm charts and values for it enter; the objects that Helm's own engine makes of them leave. The chart is the one
// of the Istio in go.mod, and its schema, where it has one, refuses values that it does not know.

package judge

import (
	"fmt"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"istio.io/istio/operator/pkg/helm"
	"istio.io/istio/operator/pkg/manifest"
	"istio.io/istio/operator/pkg/values"
)

// renderings keeps what a chart makes of a file: most clusters say the same.
var renderings sync.Map

// render reads objects, each given as `Kind` or `Kind name` and where it goes.
func render(release, namespace, chart string, said map[string]any, wanted ...any) error {
	rendered, err := manifests(release, namespace, chart, said)
	if err != nil {
		return err
	}
	for i := 0; i < len(wanted); i += 2 {
		kind, name, _ := strings.Cut(wanted[i].(string), " ")
		found := false
		for _, m := range rendered {
			if m.GetKind() != kind || name != "" && m.GetName() != name {
				continue
			}
			if err := yaml.UnmarshalStrict([]byte(m.Content), wanted[i+1]); err != nil {
				return fmt.Errorf("%s: %w", wanted[i], err)
			}
			found = true
		}
		if !found {
			return fmt.Errorf("the chart %s makes no %s", chart, wanted[i])
		}
	}
	return nil
}

func manifests(release, namespace, chart string, said map[string]any) ([]manifest.Manifest, error) {
	text, err := yaml.Marshal(said)
	if err != nil {
		return nil, err
	}
	key := strings.Join([]string{release, namespace, chart, string(text)}, "\n")
	if known, ok := renderings.Load(key); ok {
		return known.([]manifest.Manifest), nil
	}
	// A copy, as Helm changes what it is given.
	mine := map[string]any{}
	if err := yaml.Unmarshal(text, &mine); err != nil {
		return nil, err
	}
	rendered, warnings, err := helm.Render(release, namespace, chart, values.Map{"spec": map[string]any{"values": mine}}, nil)
	if err != nil {
		// What the schema refuses comes on further lines.
		return nil, fmt.Errorf("%s", strings.Join(strings.Fields(err.Error()), " "))
	}
	if len(warnings) > 0 {
		return nil, fmt.Errorf("the chart warns: %v", warnings)
	}
	renderings.Store(key, rendered)
	return rendered, nil
}
