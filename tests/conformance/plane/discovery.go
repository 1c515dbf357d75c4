// Discovery: what a control plane watches beside its own cluster, and what it is told of networks. Enters: the world, and the values for Istio's chart
// that were compiled for the cluster. Leaves: the registries of the clusters that it shares discovery with, and Istio's MeshNetworks.

package plane

import (
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/config/mesh"
	"istio.io/istio/pkg/config/mesh/meshwatcher"
	kubelib "istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/test"

	"cwc/conformance/tree"
	"cwc/conformance/world"
)

// Watch fills in the registries: the cluster's own, and for each cluster of its group another one, as a remote secret makes it.
func Watch(t test.Failer, w *world.World, c *world.Cluster, o *xds.FakeOptions) {
	o.DefaultClusterName = cluster.ID(c.Name)
	o.KubernetesObjectsByCluster = map[cluster.ID][]runtime.Object{cluster.ID(c.Name): c.Objects()}
	for _, name := range c.Group {
		o.KubernetesObjectsByCluster[cluster.ID(name)] = w.Clusters[name].Objects()
	}
	// Objects given to the fake client's own constructor are created through managed fields, which costs it a new table of all resources for each;
	// the tracker takes them as they are.
	o.KubeClientBuilder = func(objects ...runtime.Object) kubelib.Client {
		client := kubelib.NewFakeClient()
		tracker := client.Kube().(*fake.Clientset).Tracker()
		for _, object := range objects {
			if err := tracker.Add(object); err != nil {
				t.Fatal(err)
			}
		}
		return client
	}
}

// Tell hands istiod the networks that the values name, as the chart does by a ConfigMap.
func Tell(values *tree.Values, o *xds.FakeOptions) error {
	text, err := values.Networks()
	if err != nil || text == "" {
		return err
	}
	networks, err := mesh.ParseMeshNetworks(text)
	if err != nil {
		return err
	}
	o.NetworksWatcher = meshwatcher.NewFixedNetworksWatcher(networks)
	return nil
}

// View is what the gateway between the networks of a mesh is installed with (`networkGateway` of its chart): it sees its own network only.
func View(c *world.Cluster, values *tree.Values, isGateway bool) []string {
	if !isGateway || !c.Spans {
		return nil
	}
	return []string{values.Network()}
}
