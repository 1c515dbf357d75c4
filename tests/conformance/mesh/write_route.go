// Writing routes: versions and routes of a service enter, the lines of their tables leave.

package mesh

import (
	"fmt"
	"strings"
)

func writeVersions(line func(string, ...any), s *Service) {
	var out []string
	for _, name := range keys(s.Versions) {
		out = append(out, name+" = "+labels(s.Versions[name]))
	}
	if len(out) > 0 {
		line("versions = { %s }", strings.Join(out, ", "))
	}
}

func writeRoutes(line func(string, ...any), s *Service) {
	for _, r := range s.Routes {
		line("[[services.%s.routes]]", s.Key)
		if len(r.From) > 0 {
			line("from = %s", list(r.From))
		}
		if r.Match != nil {
			line("match = { %s }", strings.Join(r.Match.parts(), ", "))
		}
		var to []string
		for _, d := range r.To {
			to = append(to, d.text(len(r.To) > 1))
		}
		line("to = [%s]", strings.Join(to, ", "))
		if m := r.Mirror; m != nil {
			text := strings.TrimSuffix(strings.TrimPrefix(m.text(false), "{ "), " }")
			line("mirror = { %s, percent = %s }", text, number(m.Weight))
		}
		for _, text := range r.Treatment.lines() {
			line("%s", text)
		}
		line("")
	}
}

func (d Destination) text(weighed bool) string {
	var out []string
	for _, said := range [][2]string{{"service", d.Service}, {"cluster", d.Cluster}, {"version", d.Version}} {
		if said[1] != "" {
			out = append(out, quoted(said[0], said[1]))
		}
	}
	if weighed {
		out = append(out, "weight = "+number(d.Weight))
	}
	if len(out) == 0 {
		return "{}"
	}
	return "{ " + strings.Join(out, ", ") + " }"
}

func (m *Match) parts() []string {
	var out []string
	if m.Path != nil {
		key := map[string]string{"exact": "path", "prefix": "path-prefix", "regex": "path-regex"}[m.Path.How]
		out = append(out, quoted(key, m.Path.Text))
	}
	for _, said := range [][2]string{{"method", m.Method}, {"port", m.Port}} {
		if said[1] != "" {
			out = append(out, quoted(said[0], said[1]))
		}
	}
	for _, of := range []struct {
		key      string
		patterns map[string]Pattern
	}{{"headers", m.Headers}, {"query-params", m.Query}} {
		var patterns []string
		for _, name := range keys(of.patterns) {
			p := of.patterns[name]
			patterns = append(patterns, fmt.Sprintf("%s = { %s = %q }", name, p.How, p.Text))
		}
		if len(patterns) > 0 {
			out = append(out, fmt.Sprintf("%s = { %s }", of.key, strings.Join(patterns, ", ")))
		}
	}
	return out
}
