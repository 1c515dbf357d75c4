// The test network. In: a Stage. Out: one namespace a pod, one router a cluster, one wide area between them, one stranger in it.
// Routers forward and masquerade; the wide area has routes to gateway addresses, to those at which a backend can be reached by the clusters of
// its network, and to pods of clusters that share discovery with others of their network, so a pod of another cluster can be reached in no other way. Networks are one wide area here: that an address of one
// is never dialled from another, the first judge says.
package main

import (
	"fmt"
	"net/netip"
	"slices"

	"cwc/conformance/world"
)

// nextHop is every pod's way out: an address on its router's loopback device, as some network plugins have it.
const nextHop = "169.254.1.1"

// clusterDNS is where a cluster's resolver listens.
const clusterDNS = "10.96.0.10"

// strangerNumber is the link of the host outside all clusters.
const strangerNumber = 200

// Network is the wired world.
type Network struct {
	Pods     map[*Pod]*Namespace
	Routers  map[string]*Namespace
	WideArea *Namespace
	// Stranger is a host outside all clusters that can reach every gateway.
	Stranger *Namespace
	// Outward gives each cluster's address in the wide area: where its masqueraded calls come from.
	Outward map[string]netip.Addr
	// numbers are the clusters' links in the wide area.
	numbers map[string]int
	world   *world.World
}

// BuildNetwork wires everything.
func BuildNetwork(stage *Stage) (net *Network, err error) {
	net = &Network{
		Pods: map[*Pod]*Namespace{}, Routers: map[string]*Namespace{}, Outward: map[string]netip.Addr{}, numbers: map[string]int{}, world: stage.World,
	}
	if net.WideArea, err = newRouter(); err != nil {
		return net, err
	}
	for i, name := range stage.World.Names() {
		net.numbers[name] = i + 1
		if err := net.addRouter(name, stage.World.Clusters[name]); err != nil {
			return net, fmt.Errorf("router of %s: %w", name, err)
		}
	}
	for i, pod := range stage.Pods {
		if err := net.addPod(fmt.Sprintf("pod%d", i), pod); err != nil {
			return net, fmt.Errorf("pod %s: %w", pod.ID(), err)
		}
	}
	for _, name := range stage.World.Names() {
		if err := TranslateRouter(net.Routers[name], forwards(stage, name), "wide0"); err != nil {
			return net, fmt.Errorf("router of %s: %w", name, err)
		}
	}
	if net.Stranger, err = NewNamespace(); err != nil {
		return net, err
	}
	return net, net.attach(strangerNumber, net.Stranger)
}

// Close takes the network down.
func (n *Network) Close() {
	for _, one := range n.Pods {
		one.Close()
	}
	for _, one := range n.Routers {
		one.Close()
	}
	for _, one := range []*Namespace{n.WideArea, n.Stranger} {
		if one != nil {
			one.Close()
		}
	}
}

// forwards is what kube-proxy and the load balancer do in one cluster.
func forwards(stage *Stage, cluster string) []Forward {
	c := stage.World.Clusters[cluster]
	var all []Forward
	for _, service := range c.Services {
		address, err := netip.ParseAddr(service.IP)
		if err != nil {
			continue
		}
		for _, port := range service.Ports {
			forward := Forward{Address: address, Port: uint16(port.Number)}
			for _, workload := range c.Backing(service) {
				for _, pod := range workload.Pods {
					forward.Targets = append(forward.Targets, netip.AddrPortFrom(netip.MustParseAddr(pod), uint16(port.Target)))
				}
			}
			all = append(all, forward)
			// A load balancer of the network, too, leads to the Service's pods at the Service's own ports.
			for _, balancer := range service.Addresses {
				if forward.Address, err = netip.ParseAddr(balancer); err == nil {
					all = append(all, forward)
				}
			}
		}
	}
	for _, pod := range stage.Pods {
		if pod.Cluster != c || !pod.IsPublic() {
			continue
		}
		for _, gateway := range c.Gateways {
			if gateway.Workload != pod.Workload {
				continue
			}
			for _, port := range gateway.Service.Ports {
				target := netip.AddrPortFrom(pod.Address, uint16(port.Target))
				all = append(all, Forward{Address: pod.Public.Addr(), Port: uint16(port.Number), Targets: []netip.AddrPort{target}})
			}
		}
	}
	return all
}

func newRouter() (*Namespace, error) {
	router, err := NewNamespace()
	if err != nil {
		return nil, err
	}
	for setting, value := range map[string]string{
		"ipv4/ip_forward": "1", "ipv4/conf/all/rp_filter": "0", "ipv4/conf/default/rp_filter": "0",
	} {
		if err := router.Sysctl(setting, value); err != nil {
			return nil, err
		}
	}
	return router, nil
}

func outwardAddress(number int) string { return fmt.Sprintf("100.64.%d.2", number) }

func wideDevice(number int) string { return fmt.Sprintf("to%d", number) }

// attach joins a namespace to the wide area under a number of its own.
func (n *Network) attach(number int, side *Namespace) error {
	inner := fmt.Sprintf("100.64.%d.1", number)
	if err := n.WideArea.Connect(wideDevice(number), side, "wide0"); err != nil {
		return err
	}
	if err := n.WideArea.Address(wideDevice(number), inner+"/30"); err != nil {
		return err
	}
	if err := side.Address("wide0", outwardAddress(number)+"/30"); err != nil {
		return err
	}
	return side.Route("wide0", "0.0.0.0/0", inner)
}

func (n *Network) addRouter(cluster string, c *world.Cluster) error {
	router, err := newRouter()
	if err != nil {
		return err
	}
	n.Routers[cluster] = router
	n.Outward[cluster] = netip.MustParseAddr(outwardAddress(n.numbers[cluster]))
	for _, address := range []string{nextHop, clusterDNS} {
		if err := router.Address("lo", address+"/32"); err != nil {
			return err
		}
	}
	if err := n.attach(n.numbers[cluster], router); err != nil {
		return err
	}
	for _, service := range c.Services {
		for _, balancer := range service.Addresses {
			if _, err := netip.ParseAddr(balancer); err != nil {
				continue
			}
			if err := n.WideArea.Route(wideDevice(n.numbers[cluster]), balancer+"/32", outwardAddress(n.numbers[cluster])); err != nil {
				return err
			}
		}
	}
	return nil
}

// sharesPods says whether some cluster that shares discovery with this one is in its network, and so dials its pods.
func sharesPods(c *world.Cluster, w *world.World) bool {
	return slices.ContainsFunc(c.Group, func(other string) bool { return w.Clusters[other].Network == c.Network })
}

func (n *Network) addPod(device string, pod *Pod) error {
	namespace, err := NewNamespace()
	if err != nil {
		return err
	}
	n.Pods[pod] = namespace
	// Istio's chart for gateways lets a proxy that is not root listen below 1024 (manifests/charts/gateway/templates/deployment.yaml).
	if err := namespace.Sysctl("ipv4/ip_unprivileged_port_start", "0"); err != nil {
		return err
	}
	router, number := n.Routers[pod.Cluster.Name], n.numbers[pod.Cluster.Name]
	if err := router.Connect(device, namespace, "eth0"); err != nil {
		return err
	}
	if err := router.Route(device, pod.Address.String()+"/32", ""); err != nil {
		return err
	}
	if err := namespace.Address("eth0", pod.Address.String()+"/32"); err != nil {
		return err
	}
	if err := namespace.Route("eth0", nextHop+"/32", ""); err != nil {
		return err
	}
	if err := namespace.Route("eth0", "0.0.0.0/0", nextHop); err != nil {
		return err
	}
	if sharesPods(pod.Cluster, n.world) {
		if err := n.WideArea.Route(wideDevice(number), pod.Address.String()+"/32", outwardAddress(number)); err != nil {
			return err
		}
	}
	if pod.IsPublic() {
		return n.WideArea.Route(wideDevice(number), pod.Public.Addr().String()+"/32", outwardAddress(number))
	}
	if pod.IsGateway() || !pod.Workload.Sidecar {
		return nil
	}
	return CapturePod(namespace)
}
