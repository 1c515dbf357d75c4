// The features that a random mesh draws from, one function each.

package random

import (
	"fmt"
	"slices"

	"cwc/conformance/mesh"
)

// gateways: host names, several addresses, another Service, namespace and selector.
func (g *generator) gateways() {
	for i, name := range g.d.ClusterNames() {
		gw := g.d.Clusters[name].Gateway
		if g.one(10) {
			gw.Port = 8443
		}
		if g.one(10) {
			gw.NodePort = 31000 + i
			if g.one(2) {
				gw.Port = gw.NodePort
			}
		}
		switch g.IntN(8) {
		case 3:
			gw.Addresses = []string{fmt.Sprintf("2001:db8::%x", i+1)}
		case 0:
			gw.Addresses = []string{fmt.Sprintf("lb.%s.example.com", name)}
		case 1:
			gw.Addresses = append(gw.Addresses, fmt.Sprintf("198.51.100.%d", i+1))
		case 2:
			gw.Addresses = append(gw.Addresses, fmt.Sprintf("198.51.100.%d", i+1), fmt.Sprintf("lb.%s.example.com", name))
		}
		if g.one(6) {
			gw.Namespace, gw.Service, gw.Selector = "gateways", "crossing", map[string]string{"gateway": "crossing", "tier": "on"}
		}
	}
}

// regions: some meshes have none, in others most clusters have one and some a zone.
func (g *generator) regions() {
	if g.one(3) {
		return
	}
	for _, name := range g.d.ClusterNames() {
		c := g.d.Clusters[name]
		if g.one(6) {
			continue
		}
		c.Region = []string{"us-east-1", "eu-west-1", "ap-south-1"}[g.IntN(3)]
		if g.one(2) {
			c.Zone = c.Region + []string{"a", "b"}[g.IntN(2)]
		}
	}
}

// callersOnly: clusters without a gateway. What they run serves themselves; a service that runs
// nowhere else is left to another cluster, as the others could not call it.
func (g *generator) callersOnly() {
	names := g.d.ClusterNames()
	if len(names) < 3 || !g.one(3) {
		return
	}
	lonely := names[g.IntN(len(names))]
	g.d.Clusters[lonely].Gateway = nil
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if s.Backends[lonely] == nil || len(s.Backends) > 1 && g.one(2) {
			continue
		}
		delete(s.Backends, lonely)
		if len(s.Backends) == 0 {
			other := names[0]
			if other == lonely {
				other = names[1]
			}
			s.Backends[other] = plainBackend(s, other)
		}
	}
}

// backends: other names, namespaces, ports, pod ports and labels in one cluster.
func (g *generator) backends() {
	for i, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		for _, c := range s.Hosting() {
			if !g.one(5) {
				continue
			}
			b := s.Backends[c]
			if g.one(2) {
				b.Host = fmt.Sprintf("legacy-%d.%s.svc.cluster.local", i, []string{s.Namespace, "legacy"}[g.IntN(2)])
				b.Selector = map[string]string{"app": fmt.Sprintf("legacy-%d", i)}
			}
			for j, p := range s.Ports {
				if g.one(2) {
					b.Ports[p.Name] = 7000 + j
				}
			}
			if g.one(3) {
				b.Selector = map[string]string{"app": b.Workload(), "version": []string{"v1", "yes", "1_000"}[g.IntN(3)]}
			}
		}
	}
}

// aliases: one or two further names.
func (g *generator) aliases() {
	for i, key := range g.d.ServiceKeys() {
		if g.one(6) {
			g.d.Services[key].Hosts = []string{fmt.Sprintf("s%d.%s", i, g.d.Domain)}
		}
		if g.one(12) {
			g.d.Services[key].Hosts = append(g.d.Services[key].Hosts, fmt.Sprintf("s%d.old.acme", i))
		}
	}
}

// outliers: part of the table, or all of it.
func (g *generator) outliers() {
	for _, key := range g.d.ServiceKeys() {
		if !g.one(6) {
			continue
		}
		o := &mesh.Outlier{}
		if g.one(2) {
			o.Errors = 1 + g.IntN(9)
		}
		if g.one(2) {
			o.Interval = "5s"
		}
		if g.one(2) {
			o.Eject = "1m"
		}
		if g.one(2) {
			o.MaxPercent = 100
		}
		if *o != (mesh.Outlier{}) {
			g.d.Services[key].Outlier = o
		}
	}
}

// policies: some keys of `pool` and `keepalive`, at services and at backends; what counts requests only where there are any, and pings where every
// release can. Releases differ.
func (g *generator) policies() {
	names := g.d.ClusterNames()
	for _, name := range names {
		switch g.IntN(6) {
		case 0:
			g.d.Clusters[name].Istio = "1.30"
		case 1:
			g.d.Clusters[name].Istio = "1.31"
		}
	}
	newer := g.one(3)
	for _, name := range names {
		if newer {
			g.d.Clusters[name].Istio = "1.31"
		}
	}
	some := func(http bool) mesh.Policy {
		p := mesh.Policy{}
		draw := func(key string, values ...string) {
			if g.one(3) {
				p[key] = values[g.IntN(len(values))]
			}
		}
		draw("pool.connect-timeout", "1s", "500ms", "5s")
		draw("pool.max-connections", "1", "100")
		draw("keepalive.time", "2s", "10s", "1000s")
		draw("keepalive.interval", "1s", "75s")
		draw("keepalive.probes", "1", "9")
		if http {
			draw("pool.max-requests", "10", "1000")
			draw("pool.max-pending", "1", "100")
			draw("pool.max-requests-per-connection", "1", "1000")
		}
		return p
	}
	for _, key := range g.d.ServiceKeys() {
		s := g.d.Services[key]
		if g.one(5) {
			s.Policy = some(slices.ContainsFunc(s.Ports, mesh.Port.IsHTTP))
			if newer && slices.ContainsFunc(s.Ports, mesh.Port.IsHTTP2) && g.one(2) {
				s.Policy["keepalive.ping"] = "3s"
			}
		}
		for _, c := range s.Hosting() {
			if g.one(12) {
				s.Backends[c].Policy = some(false)
			}
		}
	}
}

// vips: an address that the document itself gives.
func (g *generator) vips() {
	for i, key := range g.d.ServiceKeys() {
		if g.one(10) {
			g.d.Services[key].Vip = fmt.Sprintf("240.7.0.%d", i+1)
		}
	}
}

// reserved: half of the pool is somebody else's, none of it what vips gives.
func (g *generator) reserved() {
	if g.one(6) {
		g.d.Reserved = []string{"240.8.0.0/13"}
	}
}
