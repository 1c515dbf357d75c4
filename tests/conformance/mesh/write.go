// Writing: a Document that a program made enters, TOML text leaves, each table in a fixed order and
// whatever equals its default left out, as a person would write it.

package mesh

import (
	"fmt"
	"strconv"
	"strings"
)

// Write is the text of a document.
func Write(d *Document) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	if d.Domain != "global" || d.Namespace != "istio-system" {
		line("[mesh]\ndomain = %q\nnamespace = %q\n", d.Domain, d.Namespace)
	}
	if d.Crossing != "" {
		line("[defaults]\ncrossing = %q\n", d.Crossing)
	}
	if len(d.Reserved) > 0 {
		line("[existing]\nreserved-cidrs = [\"%s\"]\n", strings.Join(d.Reserved, `", "`))
	}
	for _, name := range d.ClusterNames() {
		c := d.Clusters[name]
		line("[clusters.%s]", name)
		if c.Region != "" {
			line("region = %q", c.Region)
		}
		if c.Zone != "" {
			line("zone = %q", c.Zone)
		}
		if c.Mesh != "" {
			line("mesh = %q", c.Mesh)
		}
		if c.Network != "" {
			line("network = %q", c.Network)
		}
		if c.TrustDomain != "cluster.local" {
			line("trust-domain = %q", c.TrustDomain)
		}
		if c.Gateway != nil {
			line("%s", gatewayText(c.Gateway, d.Namespace))
		}
		if c.Egress != nil {
			line("%s", egressText(c.Egress, d.Namespace))
		}
		if c.Drained {
			line("drained = true")
		}
		if c.Istio != "1.24" {
			line("istio = %q", c.Istio)
		}
		if c.DNS != "istio" {
			line("dns = %q", c.DNS)
		}
		if c.Via != "" {
			line("via = %q", c.Via)
		}
		if c.Behind != "" {
			line("behind = %q", c.Behind)
		}
		if c.Crossing != "" {
			line("crossing = %q", c.Crossing)
		}
		line("")
	}
	for _, key := range d.ServiceKeys() {
		writeService(line, d.Services[key])
	}
	return b.String()
}

func gatewayText(g *Gateway, namespace string) string {
	address := list(g.Addresses)
	if len(g.Addresses) == 1 {
		address = strconv.Quote(g.Addresses[0])
	}
	usual := &Gateway{Port: 15443, Namespace: namespace, Service: "istio-eastwestgateway", Selector: map[string]string{"istio": "eastwestgateway"}}
	if len(g.Addresses) == 1 && g.Port == usual.Port && g.NodePort == 0 && g.Namespace == usual.Namespace && g.Service == usual.Service &&
		labels(g.Selector) == labels(usual.Selector) {
		return "gateway = " + address
	}
	nodePort := ""
	if g.NodePort != 0 {
		nodePort = fmt.Sprintf("node-port = %d, ", g.NodePort)
	}
	return fmt.Sprintf("gateway = { address = %s, port = %d, %snamespace = %q, service = %q, selector = %s }",
		address, g.Port, nodePort, g.Namespace, g.Service, labels(g.Selector))
}

func egressText(g *Gateway, namespace string) string {
	usual := readEgress(true, namespace)
	if g.Namespace == usual.Namespace && g.Service == usual.Service && labels(g.Selector) == labels(usual.Selector) {
		return "egress = true"
	}
	return fmt.Sprintf("egress = { namespace = %q, service = %q, selector = %s }", g.Namespace, g.Service, labels(g.Selector))
}

func writeService(line func(string, ...any), s *Service) {
	line("[services.%s]", s.Key)
	if s.Name != s.Key {
		line("name = %q", s.Name)
	}
	line("namespace = %q", s.Namespace)
	if len(s.Hosts) > 0 {
		line("hosts = %s", list(s.Hosts))
	}
	var ports []string
	for _, p := range s.Ports {
		text := strconv.Itoa(p.Number)
		if protocolOf(p.Name) != p.Protocol {
			text = fmt.Sprintf("{ port = %d, protocol = %q }", p.Number, p.Protocol)
		}
		ports = append(ports, p.Name+" = "+text)
	}
	line("ports = { %s }", strings.Join(ports, ", "))
	var plain []string
	for _, c := range s.Hosting() {
		if len(Differences(s, s.Backends[c])) == 0 {
			plain = append(plain, c)
		}
	}
	if len(plain) > 0 {
		line("clusters = %s", list(plain))
	}
	if s.Vip != "" {
		line("vip = %q", s.Vip)
	}
	if s.Crossing != "" {
		line("crossing = %q", s.Crossing)
	}
	if len(s.Callers) > 0 {
		line("callers = %s", list(s.Callers))
	}
	switch s.Prefer {
	case "local":
	case "order":
		line("prefer = %s", list(s.Order))
	default:
		line("prefer = %q", s.Prefer)
	}
	writeVersions(line, s)
	if o := s.Outlier; o != nil {
		line("outlier = %s", outlierText(o))
	}
	for _, text := range s.Policy.lines() {
		line("%s", text)
	}
	line("")
	for _, c := range s.Hosting() {
		if diff := Differences(s, s.Backends[c]); len(diff) > 0 {
			line("[services.%s.backends.%s]\n%s\n", s.Key, c, strings.Join(diff, "\n"))
		}
	}
	writeRoutes(line, s)
}

// Differences are the lines that tell a backend from the one that `clusters` alone would mean.
func Differences(s *Service, b *Backend) []string {
	var out []string
	if b.Host != s.Name+"."+s.Namespace+".svc.cluster.local" {
		out = append(out, fmt.Sprintf("host = %q", b.Host))
	}
	var ports, pods []string
	for _, p := range s.Ports {
		if b.Ports[p.Name] != p.Number {
			ports = append(ports, fmt.Sprintf("%s = %d", p.Name, b.Ports[p.Name]))
		}
		if n := b.PodPorts[p.Name]; n != 0 {
			pods = append(pods, fmt.Sprintf("%s = %d", p.Name, n))
		}
	}
	if len(ports) > 0 {
		out = append(out, "ports = { "+strings.Join(ports, ", ")+" }")
	}
	if len(pods) > 0 {
		out = append(out, "pod-ports = { "+strings.Join(pods, ", ")+" }")
	}
	if labels(b.Selector) != labels(map[string]string{"app": s.Name}) {
		out = append(out, "selector = "+labels(b.Selector))
	}
	if b.Versions != nil {
		out = append(out, "versions = "+list(b.Versions))
	}
	if b.Address != "" {
		out = append(out, fmt.Sprintf("address = %q", b.Address))
	}
	if b.Weight != nil {
		out = append(out, fmt.Sprintf("weight = %d", *b.Weight))
	}
	return append(out, b.Policy.lines()...)
}

func (p Policy) lines() []string {
	var out []string
	for _, name := range []string{"pool", "keepalive"} {
		var values []string
		for _, key := range keys(p) {
			if word, ok := strings.CutPrefix(key, name+"."); ok {
				value := p[key]
				if _, err := strconv.Atoi(value); err != nil {
					value = strconv.Quote(value)
				}
				values = append(values, word+" = "+value)
			}
		}
		if len(values) > 0 {
			out = append(out, fmt.Sprintf("%s = { %s }", name, strings.Join(values, ", ")))
		}
	}
	return out
}

func outlierText(o *Outlier) string {
	var out []string
	if o.Errors > 0 {
		out = append(out, fmt.Sprintf("errors = %d", o.Errors))
	}
	if o.Interval != "" {
		out = append(out, fmt.Sprintf("interval = %q", o.Interval))
	}
	if o.Eject != "" {
		out = append(out, fmt.Sprintf("eject = %q", o.Eject))
	}
	if o.MaxPercent > 0 {
		out = append(out, fmt.Sprintf("max-percent = %d", o.MaxPercent))
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

func list(items []string) string {
	var out []string
	for _, i := range items {
		out = append(out, strconv.Quote(i))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func labels(m map[string]string) string {
	var out []string
	for _, k := range keys(m) {
		out = append(out, fmt.Sprintf("%s = %q", k, m[k]))
	}
	return "{ " + strings.Join(out, ", ") + " }"
}
