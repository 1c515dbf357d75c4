// Package tree reads a compiled tree. Enters: a directory generated/<cluster>/*.yaml. Leaves: the
// objects of each cluster, in file order, as the API server would read them (YAML 1.1, strictly).
// kustomization.yaml and what else lies in subfolders (a component, values for Helm) is not applied to the
// cluster by this judge; values.go and meshconfig.go say what becomes of the values for Istio's chart, helm/istiod.yaml.
package tree

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"bufio"
)

// Object is one document of a cluster's directory.
type Object struct {
	File string
	*unstructured.Unstructured
}

// Tree is the objects of every cluster.
type Tree map[string][]*Object

// ID names an object as messages do.
func (o *Object) ID() string {
	return o.GetKind() + " " + o.GetNamespace() + "/" + o.GetName()
}

// Load reads every cluster's directory below root.
func Load(root string) (Tree, error) {
	dirs, err := os.ReadDir(root)
	if err != nil {
		return nil, err
	}
	t := Tree{}
	for _, d := range dirs {
		if !d.IsDir() {
			continue
		}
		var files []string
		// What kube-dns has to be told is applied by whoever owns its ConfigMap, and then it counts.
		for _, of := range []string{"*.yaml", "kube-dns/*.yaml"} {
			found, err := filepath.Glob(filepath.Join(root, d.Name(), of))
			if err != nil {
				return nil, err
			}
			files = append(files, found...)
		}
		sort.Strings(files)
		t[d.Name()] = []*Object{}
		for _, f := range files {
			if filepath.Base(f) == "kustomization.yaml" {
				continue
			}
			objects, err := read(f)
			if err != nil {
				return nil, fmt.Errorf("%s/%s: %w", d.Name(), filepath.Base(f), err)
			}
			t[d.Name()] = append(t[d.Name()], objects...)
		}
		values, err := readValues(filepath.Join(root, d.Name()))
		if err != nil {
			return nil, fmt.Errorf("%s/%s: %w", d.Name(), valuesFile, err)
		}
		if values != nil {
			t[d.Name()] = append(t[d.Name()], values)
		}
	}
	return t, nil
}

func read(path string) ([]*Object, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []*Object
	docs := kubeyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		doc, err := docs.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		fields := map[string]any{}
		if err := yaml.UnmarshalStrict(doc, &fields); err != nil {
			return nil, err
		}
		if len(fields) == 0 {
			continue
		}
		asJSON, err := yaml.YAMLToJSON(doc)
		if err != nil {
			return nil, err
		}
		// Decoding again gives the number types that the schema validators expect.
		u := &unstructured.Unstructured{}
		if err := u.UnmarshalJSON(asJSON); err != nil {
			return nil, err
		}
		out = append(out, &Object{File: filepath.Base(path), Unstructured: u})
	}
}

// Text is a cluster's objects as one YAML stream.
func Text(objects []*Object) (string, error) {
	var docs []string
	for _, o := range objects {
		b, err := yaml.Marshal(o.Object)
		if err != nil {
			return "", err
		}
		docs = append(docs, string(b))
	}
	return strings.Join(docs, "---\n"), nil
}

// Istio are the objects of Istio's API groups; Other are the rest.
func Istio(objects []*Object) (istio, other []*Object) {
	for _, o := range objects {
		if strings.HasSuffix(o.GroupVersionKind().Group, ".istio.io") {
			istio = append(istio, o)
		} else {
			other = append(other, o)
		}
	}
	return istio, other
}
