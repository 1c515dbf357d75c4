// Deriving: a document enters, the world that it speaks of leaves: for every cluster with a gateway
// that gateway with its Service and addresses, for one with `egress` that gateway too, for every backend its Kubernetes Service and one
// workload of two pods, or one for each version that runs there. A case only writes down what differs (read.go).

package world

import (
	"fmt"
	"slices"
	"strings"

	"cwc/conformance/mesh"
)

// Derive builds the default world of a document.
func Derive(d *mesh.Document) *World {
	w := &World{Clusters: map[string]*Cluster{}, Records: map[string][]string{}}
	for i, name := range d.ClusterNames() {
		c := &Cluster{
			Name: name, Index: i,
			Region: d.Clusters[name].Region, Zone: d.Clusters[name].Zone, Network: d.Clusters[name].Network,
			Group: d.Group(name), Spans: d.SpansNetworks(name), TrustDomain: d.Clusters[name].TrustDomain,
			Namespaces: map[string]bool{"istio-system": true, "kube-system": true, d.Namespace: true, "default": true},
			Services:   map[string]*Service{},
			Workloads:  map[string]*Workload{},
			Gateways:   map[string]*Gateway{},
		}
		w.Clusters[name] = c
		if g := d.Clusters[name].Gateway; g != nil {
			c.addGateway(g)
			if c.Spans {
				c.Config = crossNetwork(g)
			}
		}
		if g := d.Clusters[name].Egress; g != nil {
			c.addGateway(g)
			c.Gateways[g.Namespace+"/"+g.Service].Egress = true
		}
	}
	for _, key := range d.ServiceKeys() {
		s := d.Services[key]
		for _, cluster := range s.Hosting() {
			if c := w.Clusters[cluster]; c != nil {
				c.addBackend(s, s.Backends[cluster])
				if g := d.Clusters[cluster].Gateway; g != nil && d.Enters(s, cluster) == mesh.Plaintext {
					c.openPorts(g, s)
				}
			}
		}
	}
	return w
}

func (c *Cluster) addGateway(g *mesh.Gateway) {
	key := g.Namespace + "/" + g.Service
	svc := &Service{
		Namespace: g.Namespace, Name: g.Service, Selector: g.Selector,
		Ports: []Port{{"status-port", 15021, 15021}, {"tls", g.Port, g.Port}},
	}
	c.Namespaces[g.Namespace] = true
	c.Services[key] = svc
	c.Gateways[key] = &Gateway{
		Workload: &Workload{
			Cluster: c.Name, Namespace: g.Namespace, Name: g.Service,
			Labels: g.Selector, Account: g.Service + "-service-account", Sidecar: true,
			Pods: make([]string, 1),
		},
		Service: svc, Addresses: g.Addresses,
	}
}

// crossNetwork is what a mesh of several networks has at each cluster's gateway: every Service of the cluster, by its own name, for the
// mesh's other clusters. It stands beside what is compiled, as whoever installed the mesh applied it.
func crossNetwork(g *mesh.Gateway) string {
	selector := ""
	for _, key := range sortedKeys(g.Selector) {
		selector += fmt.Sprintf(" %s: %q,", key, g.Selector[key])
	}
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: cross-network-gateway, namespace: %s }
spec:
  selector: {%s }
  servers:
  - port: { number: %d, name: tls, protocol: TLS }
    tls: { mode: AUTO_PASSTHROUGH }
    hosts: ["*.local"]
`, g.Namespace, strings.TrimSuffix(selector, ","), g.Port)
}

// openPorts opens the ports at which a gateway takes plain text, as the patch beside the tree does.
func (c *Cluster) openPorts(g *mesh.Gateway, s *mesh.Service) {
	for _, p := range s.Ports {
		c.Services[g.Namespace+"/"+g.Service].addPort(Port{fmt.Sprintf("http-%d", p.Number), p.Number, p.Number})
	}
}

func (c *Cluster) addBackend(s *mesh.Service, b *mesh.Backend) {
	ns, name := b.Namespace(), b.Workload()
	key := ns + "/" + name
	svc := c.Services[key]
	if svc == nil {
		svc = &Service{Namespace: ns, Name: name, Selector: b.Selector}
		c.Services[key] = svc
	}
	for _, p := range s.Ports {
		port := Port{Name: p.Name, Number: b.Ports[p.Name], Target: b.PodPorts[p.Name]}
		if port.Target == 0 {
			port.Target = port.Number
		}
		// The backend's own port says its protocol too; where its name cannot, Istio reads it from the
		// start of the name, so the default world names the port so that both sides agree.
		if p.Protocol != "" && prefixOf(p.Name) != p.Protocol {
			port.Name = p.Protocol + "-" + p.Name
		}
		svc.addPort(port)
	}
	if b.Address != "" && !slices.Contains(svc.Addresses, b.Address) {
		svc.Addresses = append(svc.Addresses, b.Address)
	}
	c.Namespaces[ns] = true
	for workload, labels := range s.Workloads(b) {
		if key := ns + "/" + workload; c.Workloads[key] == nil {
			c.Workloads[key] = &Workload{
				Cluster: c.Name, Namespace: ns, Name: workload, Labels: labels,
				Account: name, Sidecar: true, Pods: make([]string, 2),
			}
		}
	}
}

func (s *Service) addPort(p Port) {
	for _, have := range s.Ports {
		if have.Number == p.Number {
			return
		}
	}
	s.Ports = append(s.Ports, p)
}

// number gives every pod and Service an address, in the order of their names. It runs last, so that
// what a case adds has one too.
func (c *Cluster) number() {
	n := 0
	for i, key := range sortedKeys(c.Services) {
		if s := c.Services[key]; s.IP == "" {
			s.IP = c.serviceAddress(i)
		}
	}
	for _, key := range sortedKeys(c.Gateways) {
		for i := range c.Gateways[key].Pods {
			c.Gateways[key].Pods[i] = c.podAddress(n)
			n++
		}
	}
	for _, key := range sortedKeys(c.Workloads) {
		for i := range c.Workloads[key].Pods {
			c.Workloads[key].Pods[i] = c.podAddress(n)
			n++
		}
	}
}

func prefixOf(name string) string {
	for i := range name {
		if name[i] == '-' {
			return name[:i]
		}
	}
	return name
}
