// Kubernetes objects: one cluster of the world enters, its Namespaces, Pods, Services and
// EndpointSlices leave, complete enough for istiod's registry and for every analyzer.

package world

import (
	"fmt"
	"maps"
	"net/netip"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Objects are what the API server of this cluster holds.
func (c *Cluster) Objects() []runtime.Object {
	var out []runtime.Object
	for _, ns := range sortedKeys(c.Namespaces) {
		out = append(out, &corev1.Namespace{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			// Without the label the injection analyzer says that nothing here gets a sidecar.
			ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: map[string]string{"istio-injection": "enabled"}},
		})
	}
	for _, key := range sortedKeys(c.Gateways) {
		out = append(out, c.Gateways[key].objects(c)...)
	}
	for _, key := range sortedKeys(c.Workloads) {
		out = append(out, c.Workloads[key].objects(c)...)
	}
	for _, key := range sortedKeys(c.Services) {
		out = append(out, c.serviceObjects(c.Services[key])...)
	}
	return out
}

// Watched are the clusters whose Services a control plane knows: its own, and those that it shares discovery with.
func (w *World) Watched(c *Cluster) []*Cluster {
	out := []*Cluster{c}
	for _, name := range c.Group {
		out = append(out, w.Clusters[name])
	}
	return out
}

// Known are the objects of a cluster, and the Services that it knows from others by shared discovery alone, as an analysis of all of them
// together sees them.
func (w *World) Known(c *Cluster) []runtime.Object {
	out, have := c.Objects(), map[string]bool{}
	for key := range c.Services {
		have[key] = true
	}
	for _, other := range w.Watched(c) {
		for _, key := range sortedKeys(other.Services) {
			if !have[key] {
				have[key] = true
				out = append(out, other.serviceObjects(other.Services[key])...)
			}
		}
	}
	return out
}

func (w *Workload) objects(c *Cluster) []runtime.Object {
	var out []runtime.Object
	for i, ip := range w.Pods {
		pod := &corev1.Pod{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
			ObjectMeta: metav1.ObjectMeta{Name: w.PodName(i), Namespace: w.Namespace, Labels: maps.Clone(w.Labels)},
			Spec: corev1.PodSpec{
				ServiceAccountName: w.Account,
				NodeName:           "node",
				Containers:         []corev1.Container{{Name: "app", Image: "app:1"}},
			},
			Status: corev1.PodStatus{
				Phase: corev1.PodRunning, PodIP: ip, HostIP: "192.168.0.1",
				PodIPs:     []corev1.PodIP{{IP: ip}},
				Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
			},
		}
		if !w.Sidecar {
			// Said, so that the injection analyzer does not take it for a mistake.
			pod.Labels["sidecar.istio.io/inject"] = "false"
		} else {
			pod.Labels["security.istio.io/tlsMode"] = "istio"
			pod.Annotations = map[string]string{"sidecar.istio.io/status": "{}"}
			pod.Spec.Containers = append(pod.Spec.Containers, corev1.Container{Name: "istio-proxy", Image: "proxyv2:1"})
		}
		out = append(out, pod)
	}
	return out
}

// PodName is the name of the i-th pod.
func (w *Workload) PodName(i int) string { return fmt.Sprintf("%s-%d", w.Name, i) }

func (c *Cluster) serviceObjects(s *Service) []runtime.Object {
	svc := &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: s.Name, Namespace: s.Namespace},
		Spec:       corev1.ServiceSpec{ClusterIP: s.IP, Selector: s.Selector},
	}
	slice := &discoveryv1.EndpointSlice{
		TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		ObjectMeta: metav1.ObjectMeta{Name: s.Name, Namespace: s.Namespace,
			Labels: map[string]string{discoveryv1.LabelServiceName: s.Name}},
		AddressType: discoveryv1.AddressTypeIPv4,
	}
	if g := c.Gateways[s.Namespace+"/"+s.Name]; g != nil && !g.Egress {
		svc.Spec.Type = corev1.ServiceTypeLoadBalancer
		for _, a := range g.Addresses {
			at := corev1.LoadBalancerIngress{IP: a}
			if _, err := netip.ParseAddr(a); err != nil {
				at = corev1.LoadBalancerIngress{Hostname: a}
			}
			svc.Status.LoadBalancer.Ingress = append(svc.Status.LoadBalancer.Ingress, at)
		}
	}
	for _, p := range s.Ports {
		tcp, name, target := corev1.ProtocolTCP, p.Name, int32(p.Target)
		svc.Spec.Ports = append(svc.Spec.Ports, corev1.ServicePort{Name: name, Port: int32(p.Number),
			Protocol: tcp, TargetPort: intstr.FromInt32(target)})
		slice.Ports = append(slice.Ports, discoveryv1.EndpointPort{Name: &name, Port: &target, Protocol: &tcp})
	}
	ready := true
	for _, w := range c.Backing(s) {
		for i, ip := range w.Pods {
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses:  []string{ip},
				Conditions: discoveryv1.EndpointConditions{Ready: &ready},
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: w.PodName(i), Namespace: w.Namespace},
			})
		}
	}
	return []runtime.Object{svc, slice}
}
