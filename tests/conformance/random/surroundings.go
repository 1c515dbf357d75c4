// Surroundings: what else stands in the clusters of a random mesh, and when its objects were made.
// None of it may change what the document promises.

package random

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"cwc/conformance/mesh"
	"cwc/conformance/tree"
)

const strict = `
    config: |
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: { name: default, namespace: istio-system }
      spec: { mtls: { mode: STRICT } }`

// World is a world.yaml: some clusters forbid plain text, some run Services of others on the
// same ports.
func World(d *mesh.Document, seed uint64) string {
	var b strings.Builder
	b.WriteString("clusters:\n")
	for _, name := range d.ClusterNames() {
		// Drawn for each cluster on its own, so that shrinking takes nothing from the others.
		r := rand.New(rand.NewPCG(seed, hash(name)))
		fmt.Fprintf(&b, "  %s:\n    namespaces: [bystanders]", name)
		if r.IntN(3) == 0 {
			b.WriteString(strict)
		}
		if r.IntN(2) == 0 {
			protocol := protocols[r.IntN(len(protocols))]
			fmt.Fprintf(&b, "\n    services: { bystanders/other: { ports: { %s: { port: %d } } } }\n    workloads: { bystanders/other: {} }",
				protocol, portNumbers[r.IntN(len(portNumbers))])
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Age gives every object a time of creation of its own. Istio lets the older of two configurations
// win, so a tree that is only right in one order is wrong.
func Age(t tree.Tree, seed uint64) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for cluster, objects := range t {
		r := rand.New(rand.NewPCG(seed, hash(cluster)))
		for _, o := range objects {
			o.SetCreationTimestamp(metav1.NewTime(start.Add(time.Duration(r.IntN(1e6)) * time.Second)))
		}
	}
}

func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range []byte(s) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}
