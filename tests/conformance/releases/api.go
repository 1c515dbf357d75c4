// Package releases reads the API of a release of Istio. Enters: a version of the module that publishes it. Leaves: which fields a kind has
// there, and which fields of an object it does not know.
package releases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"
)

// API are the schemas of one release, by kind and version.
type API map[string]schema

type schema struct {
	Properties           map[string]schema `json:"properties"`
	Items                *schema           `json:"items"`
	AdditionalProperties *schema           `json:"additionalProperties"`
}

type definition struct {
	Spec struct {
		Names    struct{ Kind string }
		Versions []struct {
			Name   string
			Served bool
			Schema struct {
				OpenAPIV3Schema schema `json:"openAPIV3Schema"`
			}
		}
	}
}

// Of reads the API that a version of the module publishes.
func Of(version string) (API, error) {
	// In a folder of its own, as the suite's own module has one version and no other.
	outside, err := os.MkdirTemp("", "releases")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(outside)
	download := exec.Command("go", "mod", "download", "-json", "istio.io/api@"+version)
	download.Dir = outside
	download.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	answer, err := download.Output()
	if err != nil {
		return nil, fmt.Errorf("istio.io/api@%s: %w: %s", version, err, answer)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(answer, &module); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(module.Dir, "kubernetes/customresourcedefinitions.gen.yaml"))
	if err != nil {
		return nil, err
	}
	api := API{}
	for _, part := range bytes.Split(text, []byte("\n---\n")) {
		var d definition
		if err := yaml.Unmarshal(part, &d); err != nil {
			return nil, err
		}
		for _, v := range d.Spec.Versions {
			if v.Served {
				api[d.Spec.Names.Kind+" "+v.Name] = v.Schema.OpenAPIV3Schema.Properties["spec"]
			}
		}
	}
	return api, nil
}

// Has says whether a kind has a field in its version v1; the field is written with dots.
func (a API) Has(kind, field string) bool {
	at, known := a[kind+" v1"]
	for _, key := range strings.Split(field, ".") {
		for at.Items != nil {
			at = *at.Items
		}
		if at, known = at.Properties[key]; !known {
			return false
		}
	}
	return known
}

// Unknown are the fields of an object that the release does not know.
func (a API) Unknown(kind, version string, spec any) []string {
	known, found := a[kind+" "+version]
	if !found {
		return []string{kind + " " + version}
	}
	return unknown(known, kind, spec)
}

func unknown(known schema, at string, value any) []string {
	var out []string
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			property, found := known.Properties[key]
			if !found && known.AdditionalProperties != nil {
				property, found = *known.AdditionalProperties, true
			}
			if !found {
				out = append(out, at+"."+key)
				continue
			}
			out = append(out, unknown(property, at+"."+key, inner)...)
		}
	case []any:
		for _, inner := range value {
			if known.Items != nil {
				out = append(out, unknown(*known.Items, at+"[]", inner)...)
			}
		}
	}
	return out
}
