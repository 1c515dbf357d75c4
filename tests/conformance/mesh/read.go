// Reading: TOML text enters, a Document with every short form spelled out and every default of the
// reference applied leaves. Keys that no judge needs are passed over: whether a document is valid is
// the compiler's to say, not the suite's.

package mesh

import (
	"fmt"
	"maps"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

// Read parses a document.
func Read(text string) (*Document, error) {
	var raw struct {
		Mesh     map[string]any            `toml:"mesh"`
		Defaults map[string]any            `toml:"defaults"`
		Existing map[string]any            `toml:"existing"`
		Clusters map[string]map[string]any `toml:"clusters"`
		Services map[string]map[string]any `toml:"services"`
	}
	if _, err := toml.Decode(text, &raw); err != nil {
		return nil, err
	}
	d := &Document{
		Domain:    str(raw.Mesh, "domain", "global"),
		Namespace: str(raw.Mesh, "namespace", "istio-system"),
		Reserved:  stringsOf(raw.Existing["reserved-cidrs"]),
		Clusters:  map[string]*Cluster{},
		Crossing:  str(raw.Defaults, "crossing", str(raw.Mesh, "crossing", "")),
		Services:  map[string]*Service{},
	}
	// What the defaults say of it yields to what a cluster says, unlike every other key of theirs.
	delete(raw.Defaults, "crossing")
	for name, t := range raw.Clusters {
		d.Clusters[name] = &Cluster{
			Name:    name,
			Gateway: readGateway(t["gateway"], d.Namespace),
			Egress:  readEgress(t["egress"], d.Namespace),
			Region:  str(t, "region", ""),
			Zone:    str(t, "zone", ""),
			Network: str(t, "network", ""),
			Mesh:    str(t, "mesh", ""),
			Drained: t["drained"] == true,
			Istio:   str(t, "istio", str(raw.Mesh, "istio", "1.24")),
			DNS:     str(t, "dns", "istio"),
			Via:     str(t, "via", ""),
			Behind:  str(t, "behind", ""),

			Existing:    readExisting(t["existing"]),
			Crossing:    str(t, "crossing", ""),
			TrustDomain: str(t, "trust-domain", str(raw.Mesh, "trust-domain", "cluster.local")),
		}
	}
	for key, t := range raw.Services {
		for k, v := range raw.Defaults {
			if k == "pool" || k == "keepalive" || k == "outlier" {
				t[k] = merged(t[k], v)
				continue
			}
			if _, said := t[k]; !said {
				t[k] = v
			}
		}
		s, err := readService(key, t)
		if err != nil {
			return nil, fmt.Errorf("services.%s: %w", key, err)
		}
		d.Services[key] = s
	}
	return d, nil
}

// merged is a table that is taken key by key: what the service says is taken first.
func merged(own, defaults any) any {
	out := map[string]any{}
	for _, table := range []any{defaults, own} {
		t, _ := table.(map[string]any)
		maps.Copy(out, t)
	}
	return out
}

func readPolicy(t map[string]any) Policy {
	out := Policy{}
	for _, name := range []string{"pool", "keepalive"} {
		table, _ := t[name].(map[string]any)
		for key, value := range table {
			out[name+"."+key] = fmt.Sprint(value)
		}
	}
	return out
}

func readGateway(v any, namespace string) *Gateway {
	g := &Gateway{Port: 15443, Namespace: namespace, Service: "istio-eastwestgateway",
		Selector: map[string]string{"istio": "eastwestgateway"}}
	switch v := v.(type) {
	case string:
		g.Addresses = []string{v}
	case []any:
		g.Addresses = stringsOf(v)
	case map[string]any:
		g.Addresses = stringsOf(v["address"])
		g.Port = num(v, "port", g.Port)
		g.NodePort = num(v, "node-port", 0)
		g.Namespace = str(v, "namespace", g.Namespace)
		g.Service = str(v, "service", g.Service)
		if sel, ok := v["selector"].(map[string]any); ok {
			g.Selector = labelsOf(sel)
		}
	default:
		return nil
	}
	return g
}

// EgressPort is where sidecars reach their cluster's egress gateway.
const EgressPort = 15443

func readEgress(v any, namespace string) *Gateway {
	t, said := v.(map[string]any)
	if !said && v != true {
		return nil
	}
	g := &Gateway{Port: EgressPort, Namespace: str(t, "namespace", namespace), Service: str(t, "service", "istio-egressgateway"),
		Selector: map[string]string{"istio": "egressgateway"}}
	if sel, ok := t["selector"].(map[string]any); ok {
		g.Selector = labelsOf(sel)
	}
	return g
}

func readService(key string, t map[string]any) (*Service, error) {
	s := &Service{
		Key:       key,
		Name:      str(t, "name", key),
		Namespace: str(t, "namespace", ""),
		Hosts:     stringsOf(t["hosts"]),
		Prefer:    str(t, "prefer", "local"),
		Vip:       str(t, "vip", ""),
		Crossing:  str(t, "crossing", ""),
		Callers:   stringsOf(t["callers"]),
		Backends:  map[string]*Backend{},
	}
	if order, ok := t["prefer"].([]any); ok {
		s.Prefer, s.Order = "order", stringsOf(order)
	}
	versions, _ := t["versions"].(map[string]any)
	for name, v := range versions {
		if s.Versions == nil {
			s.Versions = map[string]map[string]string{}
		}
		labels, _ := v.(map[string]any)
		s.Versions[name] = labelsOf(labels)
	}
	s.Routes = readRoutes(t["routes"])
	s.Policy = readPolicy(t)
	ports, _ := t["ports"].(map[string]any)
	for name, v := range ports {
		p := Port{Name: name, Protocol: protocolOf(name)}
		switch v := v.(type) {
		case int64:
			p.Number = int(v)
		case map[string]any:
			p.Number = num(v, "port", 0)
			p.Protocol = str(v, "protocol", p.Protocol)
		}
		s.Ports = append(s.Ports, p)
	}
	sort.Slice(s.Ports, func(i, j int) bool { return s.Ports[i].Number < s.Ports[j].Number })

	backends, _ := t["backends"].(map[string]any)
	hosting := stringsOf(t["clusters"])
	for c := range backends {
		hosting = append(hosting, c)
	}
	for _, c := range hosting {
		b, _ := backends[c].(map[string]any)
		s.Backends[c] = readBackend(s, c, b)
		if strings.Count(s.Backends[c].Host, ".") < 2 {
			return nil, fmt.Errorf("backend %s: host %q is no Service's full name", c, s.Backends[c].Host)
		}
	}
	if o, ok := t["outlier"].(map[string]any); ok {
		s.Outlier = &Outlier{Errors: num(o, "errors", 0), Interval: str(o, "interval", ""),
			Eject: str(o, "eject", ""), MaxPercent: num(o, "max-percent", 0)}
	}
	return s, nil
}

func readBackend(s *Service, cluster string, t map[string]any) *Backend {
	b := &Backend{
		Cluster:  cluster,
		Host:     str(t, "host", s.Name+"."+s.Namespace+".svc.cluster.local"),
		Address:  str(t, "address", ""),
		Ports:    map[string]int{},
		PodPorts: map[string]int{},
		Policy:   readPolicy(t),
	}
	for _, p := range s.Ports {
		b.Ports[p.Name] = p.Number
	}
	for _, of := range []struct {
		key  string
		into map[string]int
	}{{"ports", b.Ports}, {"pod-ports", b.PodPorts}} {
		if ports, ok := t[of.key].(map[string]any); ok {
			for name := range ports {
				of.into[name] = num(ports, name, 0)
			}
		}
	}
	b.Selector = map[string]string{"app": s.Name}
	if sel, ok := t["selector"].(map[string]any); ok {
		b.Selector = labelsOf(sel)
	}
	if _, said := t["versions"]; said {
		b.Versions = append([]string{}, stringsOf(t["versions"])...)
		sort.Strings(b.Versions)
	}
	if _, said := t["weight"]; said {
		weight := num(t, "weight", 0)
		b.Weight = &weight
	}
	return b
}

// protocolOf reads a port's name as Istio does: the protocol is what stands before the first dash,
// but grpc-web keeps its own.
func protocolOf(name string) string {
	if name == "grpc-web" || strings.HasPrefix(name, "grpc-web-") {
		return "grpc-web"
	}
	return strings.SplitN(name, "-", 2)[0]
}

func str(t map[string]any, key, otherwise string) string {
	if v, ok := t[key].(string); ok {
		return v
	}
	return otherwise
}

func num(t map[string]any, key string, otherwise int) int {
	if v, ok := t[key].(int64); ok {
		return int(v)
	}
	return otherwise
}

func stringsOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func labelsOf(t map[string]any) map[string]string {
	out := map[string]string{}
	for k, v := range t {
		out[k] = fmt.Sprint(v)
	}
	return out
}
