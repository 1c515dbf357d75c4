// Shrinking: a document that fails enters, a smaller one that fails in the same way leaves. Clusters,
// services, backends, ports and single keys are dropped for as long as the failure stays.

package random

import (
	"slices"

	"cwc/conformance/mesh"
)

// Shrink tries at most `tries` smaller documents.
func Shrink(d *mesh.Document, tries int, fails func(*mesh.Document) bool) *mesh.Document {
	for progress := true; progress; {
		progress = false
		for _, smaller := range steps(d) {
			if tries == 0 {
				return d
			}
			tries--
			if fails(smaller) {
				d, progress = smaller, true
				break
			}
		}
	}
	return d
}

// steps are the documents that are one thing smaller, the big things first.
func steps(d *mesh.Document) []*mesh.Document {
	var out []*mesh.Document
	try := func(change func(*mesh.Document) bool) {
		c := clone(d)
		if change(c) {
			out = append(out, c)
		}
	}
	try(func(c *mesh.Document) bool {
		had := len(c.Reserved) > 0
		c.Reserved = nil
		return had
	})
	keys := d.ServiceKeys()
	if len(keys) > 3 {
		try(func(c *mesh.Document) bool { return drop(c, keys[:len(keys)/2]) })
		try(func(c *mesh.Document) bool { return drop(c, keys[len(keys)/2:]) })
	}
	for _, key := range keys {
		try(func(c *mesh.Document) bool { return drop(c, []string{key}) })
	}
	for _, name := range d.ClusterNames() {
		try(func(c *mesh.Document) bool {
			delete(c.Clusters, name)
			for _, other := range c.Clusters {
				if other.Via == name {
					other.Via = ""
				}
				if other.Behind == name {
					other.Behind = ""
				}
			}
			for k, s := range c.Services {
				leave(s, name)
				s.Callers = slices.DeleteFunc(s.Callers, func(c string) bool { return mesh.CallerOf(c).Cluster == name })
				if len(s.Backends) == 0 {
					delete(c.Services, k)
				}
			}
			return len(c.Clusters) > 1 && len(c.Services) > 0
		})
	}
	for _, key := range keys {
		for _, host := range d.Services[key].Hosting() {
			try(func(c *mesh.Document) bool {
				leave(c.Services[key], host)
				return len(c.Services[key].Backends) > 0
			})
			try(func(c *mesh.Document) bool {
				s := c.Services[key]
				if len(mesh.Differences(s, s.Backends[host])) == 0 {
					return false
				}
				s.Backends[host] = plainBackend(s, host)
				return true
			})
		}
		for i := range d.Services[key].Ports {
			try(func(c *mesh.Document) bool {
				s := c.Services[key]
				s.Ports = append(s.Ports[:i:i], s.Ports[i+1:]...)
				return len(s.Ports) > 0
			})
		}
		try(func(c *mesh.Document) bool {
			s := c.Services[key]
			changed := len(s.Hosts) > 0 || s.Outlier != nil || s.Vip != ""
			s.Hosts, s.Outlier, s.Vip = nil, nil, ""
			return changed
		})
		for i := range d.Services[key].Callers {
			try(func(c *mesh.Document) bool {
				s := c.Services[key]
				s.Callers = append(s.Callers[:i:i], s.Callers[i+1:]...)
				return true
			})
		}
		try(func(c *mesh.Document) bool {
			s := c.Services[key]
			was := s.Callers
			s.Callers = nil
			return was != nil
		})
		try(func(c *mesh.Document) bool {
			s := c.Services[key]
			was := len(s.Policy)
			s.Policy = mesh.Policy{}
			return was > 0
		})
		try(func(c *mesh.Document) bool {
			s := c.Services[key]
			was := s.Prefer
			s.Prefer, s.Order = "local", nil
			return was != "local"
		})
	}
	for _, key := range keys {
		for i := range d.Services[key].Routes {
			try(func(c *mesh.Document) bool {
				s := c.Services[key]
				s.Routes = slices.Delete(s.Routes, i, i+1)
				return true
			})
			try(func(c *mesh.Document) bool {
				r := c.Services[key].Routes[i]
				changed := r.Mirror != nil || r.Treatment != mesh.Treatment{}
				r.Mirror, r.Treatment = nil, mesh.Treatment{}
				return changed
			})
		}
		try(func(c *mesh.Document) bool {
			was := c.Services[key].Crossing
			c.Services[key].Crossing = ""
			return was != ""
		})
	}
	try(func(c *mesh.Document) bool {
		was := c.Crossing
		c.Crossing = ""
		return was != ""
	})
	for _, name := range d.ClusterNames() {
		try(func(c *mesh.Document) bool {
			was := c.Clusters[name].Crossing
			c.Clusters[name].Crossing = ""
			return was != ""
		})
		try(func(c *mesh.Document) bool {
			was := c.Clusters[name].Region + c.Clusters[name].Zone
			c.Clusters[name].Region, c.Clusters[name].Zone = "", ""
			return was != ""
		})
		try(func(c *mesh.Document) bool {
			was := c.Clusters[name].TrustDomain
			c.Clusters[name].TrustDomain = "cluster.local"
			return was != "cluster.local"
		})
		for _, key := range []func(*mesh.Cluster){
			func(c *mesh.Cluster) { c.Via = "" },
			func(c *mesh.Cluster) { c.Behind = "" },
			func(c *mesh.Cluster) { c.Egress = nil },
			func(c *mesh.Cluster) { c.Network = "" },
			func(c *mesh.Cluster) { c.Mesh = "" },
			func(c *mesh.Cluster) { c.Drained = false },
			func(c *mesh.Cluster) { c.DNS = "istio" },
			func(c *mesh.Cluster) { c.Istio = "1.24" },
		} {
			try(func(c *mesh.Document) bool {
				was := *c.Clusters[name]
				key(c.Clusters[name])
				now := c.Clusters[name]
				return was.Via != now.Via || was.Behind != now.Behind || was.Egress != now.Egress || was.Network != now.Network || was.Mesh != now.Mesh || was.Drained != now.Drained || was.DNS != now.DNS
			})
		}
		try(func(c *mesh.Document) bool {
			gw := c.Clusters[name].Gateway
			if gw == nil || len(gw.Addresses) == 1 && gw.NodePort == 0 {
				return false
			}
			gw.Addresses, gw.NodePort = gw.Addresses[:1], 0
			return true
		})
	}
	return out
}

// leave takes a cluster out of a service, and out of its order.
func leave(s *mesh.Service, cluster string) {
	delete(s.Backends, cluster)
	if s.Order = slices.DeleteFunc(s.Order, func(c string) bool { return c == cluster }); s.Prefer == "order" && len(s.Order) == 0 {
		s.Prefer = "local"
	}
}

func drop(d *mesh.Document, keys []string) bool {
	for _, k := range keys {
		delete(d.Services, k)
	}
	return len(d.Services) > 0
}

// clone copies a document by way of its text, which every random document survives.
func clone(d *mesh.Document) *mesh.Document {
	c, err := mesh.Read(mesh.Write(d))
	if err != nil {
		panic("a written document cannot be read: " + err.Error())
	}
	return c
}
