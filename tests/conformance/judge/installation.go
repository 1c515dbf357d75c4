// Installation: what the tree tells the installation of Istio. Helm renders Istio's own charts with the values that were compiled: the
// mesh configuration that comes out must have what the document asks for, and a gateway's Service every port that the compiled
// Gateways listen at, in front of pods that they select. The component must add these ports to a Service that has none of them.

package judge

import (
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"

	meshconfig "istio.io/istio/pkg/config/mesh"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"cwc/conformance/mesh"
)

// Installation judges what lies beside the resources of every cluster.
func Installation(t *Trial, n *Figures) []Finding {
	var out []Finding
	for _, cluster := range t.World.Names() {
		c := t.Document.Clusters[cluster]
		if c == nil {
			continue
		}
		fail := func(what string, why error) {
			if why != nil {
				out = append(out, Finding{Judge: "installation", Where: cluster + ": " + what, Reason: firstLine(why)})
			}
		}
		fail("istiod", t.istiod(cluster, c.DNS == "istio"))
		fail("gateway", t.gatewayIsOpen(cluster, "gateway", c.Gateway))
		fail("egress", t.gatewayIsOpen(cluster, "egress", c.Egress))
	}
	return out
}

// istiod: the chart's mesh configuration, as istiod reads it.
func (t *Trial) istiod(cluster string, capture bool) error {
	var read corev1.ConfigMap
	if err := render("istiod", "istio-system", "istio-control/istio-discovery", t.Beside.Values(cluster, "istiod"), "ConfigMap istio", &read); err != nil {
		return err
	}
	config, err := meshconfig.ApplyMeshConfigDefaults(read.Data["mesh"])
	if err != nil {
		return err
	}
	if said := config.DefaultConfig.ProxyMetadata["ISTIO_META_DNS_CAPTURE"] == "true"; said != capture {
		return fmt.Errorf("sidecars capture DNS: %v, and the document asks for: %v", said, capture)
	}
	return nil
}

// gatewayIsOpen installs a gateway in both ways, with the compiled values and with the compiled patch of a Service that stands there.
func (t *Trial) gatewayIsOpen(cluster, name string, g *mesh.Gateway) error {
	used := t.listened(cluster, g)
	said := t.Beside.Values(cluster, name)
	if (said == nil) != (len(used) == 0) {
		return fmt.Errorf("helm/%s.yaml is there: %v, and the compiled Gateways listen at %v", name, said != nil, used)
	}
	if said == nil {
		return nil
	}
	var service corev1.Service
	var deployment appsv1.Deployment
	if err := render("release", g.Namespace, "gateway", said, "Service", &service, "Deployment", &deployment); err != nil {
		return err
	}
	if service.Name != g.Service {
		return fmt.Errorf("the Service is %q, and the document's %q", service.Name, g.Service)
	}
	pods := deployment.Spec.Template.Labels
	for _, labels := range []map[string]string{g.Selector, service.Spec.Selector} {
		for key, value := range labels {
			if pods[key] != value {
				return fmt.Errorf("the pods have %s=%q, and %q is selected", key, pods[key], value)
			}
		}
	}
	if err := open(&service, append([]int{15021}, used...), g); err != nil {
		return fmt.Errorf("with the values: %w", err)
	}
	var plain corev1.Service
	if err := render("release", g.Namespace, "gateway", map[string]any{"name": g.Service}, "Service", &plain); err != nil {
		return err
	}
	before := plain.Spec.Ports
	for _, patch := range t.Beside.Patches(cluster, g.Namespace, g.Service) {
		if err := apply(&plain, patch); err != nil {
			return err
		}
	}
	// The chart's own ports stay where they are.
	for _, port := range before {
		used = append(used, int(port.Port))
	}
	if err := open(&plain, used, g); err != nil {
		return fmt.Errorf("with the component: %w", err)
	}
	return nil
}

// open looks for ports on a Service. A port may stand there once, by one name.
func open(service *corev1.Service, ports []int, g *mesh.Gateway) error {
	names := map[string]bool{}
	for _, p := range service.Spec.Ports {
		if names[p.Name] {
			return fmt.Errorf("two ports of the Service are called %q", p.Name)
		}
		names[p.Name] = true
	}
	for _, port := range ports {
		at := slices.IndexFunc(service.Spec.Ports, func(p corev1.ServicePort) bool {
			return int(p.Port) == port && p.TargetPort.IntValue() == port && p.Protocol == corev1.ProtocolTCP
		})
		if at < 0 {
			return fmt.Errorf("port %d is not open on the Service", port)
		}
		asked := 0
		if port == g.Port {
			asked = g.NodePort
		}
		if said := int(service.Spec.Ports[at].NodePort); said != asked {
			return fmt.Errorf("port %d has the node port %d, and the document says %d", port, said, asked)
		}
	}
	return nil
}

func apply(service *corev1.Service, patch string) error {
	stands, err := yaml.Marshal(service)
	if err != nil {
		return err
	}
	was, err := yaml.YAMLToJSON(stands)
	if err != nil {
		return err
	}
	change, err := yaml.YAMLToJSONStrict([]byte(patch))
	if err != nil {
		return err
	}
	now, err := strategicpatch.StrategicMergePatch(was, change, corev1.Service{})
	if err != nil {
		return err
	}
	*service = corev1.Service{}
	return yaml.UnmarshalStrict(now, service)
}

// listened are the ports at which the compiled Gateways of a gateway's pods listen.
func (t *Trial) listened(cluster string, g *mesh.Gateway) []int {
	if g == nil {
		return nil
	}
	var ports []int
	for _, o := range t.Tree[cluster] {
		if o.GetKind() != "Gateway" || o.GetNamespace() != g.Namespace {
			continue
		}
		spec, _ := o.Object["spec"].(map[string]any)
		selector, _ := spec["selector"].(map[string]any)
		if len(selector) != len(g.Selector) {
			continue
		}
		if slices.ContainsFunc(sorted(selector), func(key string) bool { return g.Selector[key] != selector[key] }) {
			continue
		}
		servers, _ := spec["servers"].([]any)
		for _, s := range servers {
			server, _ := s.(map[string]any)
			port, _ := server["port"].(map[string]any)
			if number, ok := port["number"].(int64); ok {
				ports = append(ports, int(number))
			}
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}
