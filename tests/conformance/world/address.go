// Addresses: an address and a port enter, who answers there, seen from one cluster, leaves.

package world

import (
	"net/netip"
	"slices"
	"strconv"
)

// Answer is who stands behind an address: pods of workloads at a port, or a gateway.
type Answer struct {
	Gateway   *Gateway
	Cluster   *Cluster // where the workloads are
	Workloads []*Workload
	Port      int    // at the pods
	Pod       bool   // the address is one pod's own, not a Service's
	Why       string // set where nothing answers
}

// Lookup finds who answers at host:port for a proxy of cluster c.
func (w *World) Lookup(c *Cluster, host string, port int) Answer {
	for _, key := range sortedKeys(c.Services) {
		if s := c.Services[key]; s.names(host) || s.IP == host {
			return c.service(s, port)
		}
	}
	if answer, found := c.pod(host, port); found {
		return answer
	}
	for _, name := range c.Group {
		// Pods of one network reach each other, and their control planes tell of them where discovery is shared.
		other := w.Clusters[name]
		if other.Network != c.Network {
			continue
		}
		if answer, found := other.pod(host, port); found {
			return answer
		}
	}
	for _, name := range w.Names() {
		other := w.Clusters[name]
		for _, key := range sortedKeys(other.Gateways) {
			for _, a := range other.Gateways[key].Addresses {
				if a == host {
					return other.service(other.Gateways[key].Service, port)
				}
			}
		}
	}
	for _, name := range w.Names() {
		other := w.Clusters[name]
		if other.Network == "" || other.Network != c.Network {
			continue // the addresses of a network are nobody's outside of it
		}
		if at := other.atAddress(host, port); at != nil {
			return other.service(at, port)
		}
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return Answer{Why: "nothing answers at " + host}
	}
	return Answer{Why: host + " does not resolve"}
}

func (c *Cluster) pod(ip string, port int) (Answer, bool) {
	for _, key := range sortedKeys(c.Workloads) {
		if slices.Contains(c.Workloads[key].Pods, ip) {
			return Answer{Cluster: c, Workloads: []*Workload{c.Workloads[key]}, Port: port, Pod: true}, true
		}
	}
	return Answer{}, false
}

// atAddress is the Service that a load balancer of the network leads to: several may share an address, each with ports of its own.
func (c *Cluster) atAddress(host string, port int) *Service {
	var found *Service
	for _, key := range sortedKeys(c.Services) {
		s := c.Services[key]
		if !slices.Contains(s.Addresses, host) {
			continue
		}
		if found == nil || slices.ContainsFunc(s.Ports, func(p Port) bool { return p.Number == port }) {
			found = s
		}
	}
	return found
}

func (s *Service) names(host string) bool {
	short := s.Name + "." + s.Namespace
	return host == s.Host() || host == short || host == short+".svc"
}

func (c *Cluster) service(s *Service, port int) Answer {
	for _, p := range s.Ports {
		// A headless Service has no port of its own: its name gives the pods' addresses.
		if s.IP == "None" && p.Target == port || s.IP != "None" && p.Number == port {
			if g := c.Gateways[s.Namespace+"/"+s.Name]; g != nil {
				return Answer{Gateway: g, Port: p.Target}
			}
			backing := c.Backing(s)
			if len(backing) == 0 {
				return Answer{Why: "no pod stands behind " + s.Host()}
			}
			return Answer{Cluster: c, Workloads: backing, Port: p.Target}
		}
	}
	return Answer{Why: s.Host() + " in " + c.Name + " has no port " + strconv.Itoa(port)}
}

// Hosts is how many addresses a name stands for: Envoy makes one host of each record.
func (w *World) Hosts(host string) int {
	if n := len(w.Records[host]); n > 0 {
		return n
	}
	return 1
}
