// Admission: every object is put through what the API server and istiod's webhook would ask: the
// CRD's OpenAPI schema with its defaults and unknown fields, list types and CEL rules, the webhook's
// validation without a single warning, and the rules for names and labels that no schema repeats.

package judge

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientscheme "k8s.io/client-go/kubernetes/scheme"

	istiocrd "istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pkg/config/crd"
	"istio.io/istio/pkg/config/schema/collections"
	"istio.io/istio/pkg/config/schema/resource"
	"istio.io/istio/pkg/test/env"

	"cwc/conformance/tree"
)

var crds = sync.OnceValues(func() (*crd.Validator, error) {
	// The definitions come with the module's source, so the binary must not be built with -trimpath.
	return crd.NewValidatorFromFilesWithOptions(
		[]string{filepath.Join(env.IstioSrc, "manifests/charts/base/files/crd-all.gen.yaml")}, crd.WithoutCRDValidation())
})

// Admission judges each object on its own.
func Admission(t *Trial, n *Figures) []Finding {
	var out []Finding
	validator, err := crds()
	if err != nil {
		return []Finding{{Judge: "admission", Where: "the suite", Reason: "cannot read the CRDs: " + err.Error()}}
	}
	for _, cluster := range t.World.Names() {
		seen := map[string]bool{}
		if _, ok := t.Tree[cluster]; !ok {
			out = append(out, Finding{Judge: "admission", Where: cluster, Reason: "the tree has no directory for this cluster"})
		}
		for _, o := range tree.Applied(t.Tree[cluster]) {
			n.Objects++
			fail := func(why string, args ...any) {
				out = append(out, Finding{Judge: "admission", Where: cluster + ": " + o.ID() + " in " + o.File, Reason: fmt.Sprintf(why, args...)})
			}
			key := o.GroupVersionKind().GroupKind().String() + " " + o.GetNamespace() + "/" + o.GetName()
			if seen[key] {
				fail("is in the tree twice")
			}
			seen[key] = true
			if !t.World.Clusters[cluster].Namespaces[o.GetNamespace()] {
				fail("its namespace %q does not exist in the cluster", o.GetNamespace())
			}
			for _, why := range metadata(o) {
				fail("%s", why)
			}
			if !strings.HasSuffix(o.GroupVersionKind().Group, ".istio.io") {
				if err := known(o); err != nil {
					fail("%v", err)
				}
				continue
			}
			if err := validator.ValidateCustomResource(o.DeepCopy()); err != nil {
				fail("the CRD refuses it: %v", err)
			}
			warnings, err := webhook(o)
			if err != nil {
				fail("the webhook refuses it: %v", err)
			}
			if warnings != nil {
				fail("the webhook warns: %v", warnings)
			}
		}
	}
	return out
}

func webhook(o *tree.Object) (warnings, err error) {
	gvk := o.GroupVersionKind()
	schema, ok := collections.Pilot.FindByGroupKind(resource.FromKubernetesGVK(&gvk))
	if !ok {
		return nil, fmt.Errorf("istiod knows no %s", gvk)
	}
	text, err := o.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var kind istiocrd.IstioKind
	if err := json.Unmarshal(text, &kind); err != nil {
		return nil, err
	}
	config, err := istiocrd.ConvertObject(schema, &kind, "cluster.local")
	if err != nil {
		return nil, err
	}
	w, err := schema.ValidateConfig(*config)
	if w != nil {
		warnings = w
	}
	return warnings, err
}

// metadata checks what the API server checks of every object and no CRD repeats.
func metadata(o *tree.Object) []string {
	var out []string
	for _, m := range validation.IsDNS1123Subdomain(o.GetName()) {
		out = append(out, fmt.Sprintf("its name %q is refused: %s", o.GetName(), m))
	}
	path := field.NewPath("metadata")
	for _, e := range metav1validation.ValidateLabels(o.GetLabels(), path.Child("labels")) {
		out = append(out, e.Error())
	}
	return out
}

var decoder = serializer.NewCodecFactory(clientscheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

// known decodes an object of Kubernetes itself, strictly.
func known(o *tree.Object) error {
	text, err := o.MarshalJSON()
	if err != nil {
		return err
	}
	_, _, err = decoder.Decode(text, nil, nil)
	return err
}
