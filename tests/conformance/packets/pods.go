// The pods of a world, one by one, as hosts of the test network. In: the world that all judges share (package world).
// Out: a Stage, where every pod, Service and gateway address is a literal address that packets can be sent to.
package main

import (
	"fmt"
	"net/netip"

	"cwc/conformance/mesh"
	"cwc/conformance/tree"
	"cwc/conformance/world"
)

// Pod is one pod of a workload or of a gateway.
type Pod struct {
	Cluster  *world.Cluster
	Workload *world.Workload
	Name     string
	Address  netip.Addr
	// Gateway is set where the pod runs a gateway.
	Gateway *world.Gateway
	// Public is where other clusters dial this gateway pod; not valid for other pods, nor for an egress gateway's.
	Public netip.AddrPort
	// Ports are where the pod's application listens, with each port's protocol.
	Ports map[int]string
}

// ID is how cases and messages name a pod: cluster/namespace/pod.
func (p *Pod) ID() string { return p.Cluster.Name + "/" + p.Workload.Namespace + "/" + p.Name }

// Identity is the SPIFFE ID in the pod's certificate.
func (p *Pod) Identity() string {
	return p.Cluster.Identity(p.Workload.Namespace + "/" + p.Workload.Account)
}

// IsGateway says whether the pod runs a gateway and no application.
func (p *Pod) IsGateway() bool { return p.Gateway != nil }

// IsPublic says whether other clusters dial the pod.
func (p *Pod) IsPublic() bool { return p.Public.IsValid() }

// Stage is a document with its world, spread out.
type Stage struct {
	Document *mesh.Document
	World    *world.World
	Values   map[string]*tree.Values // for Istio's installation in each cluster
	Pods     []*Pod
}

// NewStage spreads a world. A gateway gets a pod for each of its addresses, so that one can die and the other live on; an
// egress gateway, which has none, one pod.
func NewStage(document *mesh.Document, w *world.World) (*Stage, error) {
	stage := &Stage{Document: document, World: w}
	for i, name := range w.Names() {
		c := w.Clusters[name]
		for j, key := range c.GatewayKeys() {
			g := c.Gateways[key]
			public, err := stage.publicAddresses(g, i, j)
			if err != nil {
				return nil, fmt.Errorf("gateway of %s: %w", name, err)
			}
			if g.Egress {
				stage.add(c, g.Workload, 0, g, netip.AddrPort{})
				continue
			}
			g.Pods = nil
			for k, address := range public {
				g.Pods = append(g.Pods, fmt.Sprintf("10.%d.250.%d", 16+c.Index, 10*j+k+1))
				stage.add(c, g.Workload, k, g, netip.AddrPortFrom(address, tlsPort(g)))
			}
		}
		for _, key := range sortedKeys(c.Workloads) {
			for k := range c.Workloads[key].Pods {
				stage.add(c, c.Workloads[key], k, nil, netip.AddrPort{})
			}
		}
	}
	return stage, nil
}

func (s *Stage) add(c *world.Cluster, w *world.Workload, index int, gateway *world.Gateway, public netip.AddrPort) {
	pod := &Pod{
		Cluster: c, Workload: w, Name: w.PodName(index), Address: netip.MustParseAddr(w.Pods[index]),
		Gateway: gateway, Public: public,
		Ports: map[int]string{},
	}
	if !pod.IsGateway() {
		for _, service := range c.Services {
			for _, backing := range c.Backing(service) {
				for _, port := range service.Ports {
					if backing == w {
						pod.Ports[port.Target] = Protocol(port.Name)
					}
				}
			}
		}
	}
	s.Pods = append(s.Pods, pod)
}

// tlsPort is the port of a gateway's Service that clusters call each other on.
func tlsPort(g *world.Gateway) uint16 {
	for _, port := range g.Service.Ports {
		if port.Name == "tls" {
			return uint16(port.Number)
		}
	}
	return 0
}

// publicAddresses resolves a gateway's addresses as the public DNS does. A name that no world gives an address gets one.
func (s *Stage) publicAddresses(g *world.Gateway, cluster, gateway int) ([]netip.Addr, error) {
	var all []netip.Addr
	for i, text := range g.Addresses {
		if address, err := netip.ParseAddr(text); err == nil {
			all = append(all, address)
			continue
		}
		if len(s.World.Records[text]) == 0 {
			s.World.Records[text] = []string{fmt.Sprintf("198.18.%d.%d", cluster, 10*gateway+i+1)}
		}
		for _, record := range s.World.Records[text] {
			address, err := netip.ParseAddr(record)
			if err != nil {
				return nil, err
			}
			all = append(all, address)
		}
	}
	return all, nil
}

// Find gives the pods that a case names, by pod (cluster/namespace/pod) or by workload (cluster/namespace/workload).
func (s *Stage) Find(id string) ([]*Pod, error) {
	var found []*Pod
	for _, pod := range s.Pods {
		if pod.ID() == id || pod.Workload.ID() == id {
			found = append(found, pod)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("there is no pod or workload %s", id)
	}
	return found, nil
}

// FindAll is Find for a list.
func (s *Stage) FindAll(ids []string) ([]*Pod, error) {
	var all []*Pod
	for _, id := range ids {
		found, err := s.Find(id)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}
