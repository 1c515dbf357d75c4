// Package plane runs Istio's own control plane for one cluster, without a network: istiod's discovery
// server, fed with the cluster's world and with the objects that were compiled for it. Enters: a
// world.Cluster and a tree's objects. Leaves: what istiod would send to any proxy (proxy.go).
package plane

import (
	"fmt"
	"sync"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/kube/krt"
	"istio.io/istio/pkg/test"

	"cwc/conformance/tree"
	"cwc/conformance/world"
)

// Plane is the control plane of one cluster.
type Plane struct {
	Cluster *world.Cluster
	World   *world.World
	Values  *tree.Values // for its installation; nil: none
	server  *xds.FakeDiscoveryServer

	mu      sync.Mutex
	proxies map[string]*Proxy
}

func init() {
	// Every control plane would register its collections with Istio's one debug handler, which keeps
	// them for ever; thousands of planes run in one process here. Nothing is registered with nil.
	krt.GlobalDebugHandler = nil
}

// Start runs a control plane; the caller ends it through the failer that it gives.
func Start(t test.Failer, w *world.World, cluster string, objects []*tree.Object, values *tree.Values) (*Plane, error) {
	c := w.Clusters[cluster]
	istio, _ := tree.Istio(objects)
	text, err := tree.Text(istio)
	if err != nil {
		return nil, err
	}
	if c.Config != "" {
		text += "---\n" + c.Config
	}
	config, err := meshConfig(objects)
	if err != nil {
		return nil, err
	}
	o := xds.FakeOptions{ConfigString: text, MeshConfig: config}
	Watch(t, w, c, &o)
	if err := Tell(values, &o); err != nil {
		return nil, fmt.Errorf("helm/istiod.yaml: %w", err)
	}
	server := xds.NewFakeDiscoveryServer(t, o)
	return &Plane{Cluster: c, World: w, Values: values, server: server, proxies: map[string]*Proxy{}}, nil
}

// meshConfig is Istio's own, and what the tree's values for the chart of istiod say.
func meshConfig(objects []*tree.Object) (*meshconfig.MeshConfig, error) {
	m, err := tree.MeshConfig(objects)
	if err != nil {
		return nil, err
	}
	// A sidecar that lets unknown destinations out would hide a name that nobody defined.
	m.OutboundTrafficPolicy = &meshconfig.MeshConfig_OutboundTrafficPolicy{
		Mode: meshconfig.MeshConfig_OutboundTrafficPolicy_REGISTRY_ONLY,
	}
	return m, nil
}

// Run starts the control planes of every cluster, calls judge, and ends them.
func Run(w *world.World, t tree.Tree, values map[string]*tree.Values, judge func(map[string]*Plane) error) error {
	var inner error
	err := test.Wrap(func(f test.Failer) {
		// Some configurations make istiod itself panic (istio/istio#61857): that is a verdict on the
		// tree, not the end of the suite.
		defer func() {
			if r := recover(); r != nil {
				inner = fmt.Errorf("istiod panics: %v", r)
			}
		}()
		planes := map[string]*Plane{}
		for _, name := range w.Names() {
			p, err := Start(f, w, name, t[name], values[name])
			if err != nil {
				inner = fmt.Errorf("%s: %w", name, err)
				return
			}
			planes[name] = p
		}
		inner = judge(planes)
	})
	if inner != nil {
		return inner
	}
	return err
}
