// Routes: the `[[routes]]` of a service as the judges need them, and which of them takes a request. Matching is the reference's:
// everything that a route says must hold, and the first that matches wins.

package mesh

import (
	"regexp"
	"strings"
)

// Route is one [[services.KEY.routes]] table.
type Route struct {
	From      []string // cluster or cluster/namespace; none: everyone
	Match     *Match   // nil: every call
	To        []Destination
	Mirror    *Destination // where a copy goes, with the per cent of the calls as its weight
	Treatment Treatment
}

// Destination is one of `to`. Without a cluster: wherever the name leads, or where the version runs.
type Destination struct {
	Cluster, Version string
	Service          string // of a mirror: another service's key
	Weight           float64
}

// Match is a route's `match`.
type Match struct {
	Path    *Pattern
	Method  string
	Headers map[string]Pattern
	Query   map[string]Pattern
	Port    string // the name of a port
}

// Pattern is how a text is compared.
type Pattern struct {
	How  string // exact, prefix or regex
	Text string
}

// Request is what a route may look at.
type Request struct {
	Path, Method string
	Headers      map[string]string
}

// Takes says whether a route holds for calls of a namespace of a cluster to a port.
func (r *Route) Takes(cluster, namespace string, p Port, q Request) bool {
	from := len(r.From) == 0
	for _, f := range r.From {
		from = from || f == cluster || f == cluster+"/"+namespace
	}
	if p.Protocol == "tls" || p.Protocol == "https" || !from {
		return false
	}
	m := r.Match
	if m == nil {
		return true
	}
	if m.Port != "" && m.Port != p.Name {
		return false
	}
	if !p.IsHTTP() {
		return !m.IsHTTP()
	}
	path, query, _ := strings.Cut(q.Path, "?")
	ok := (m.Path == nil || m.Path.holds(path)) && (m.Method == "" || m.Method == q.Method)
	for name, p := range m.Headers {
		value, present := q.Headers[name]
		ok = ok && present && p.holds(value)
	}
	for name, p := range m.Query {
		value, present := parameter(query, name)
		ok = ok && present && p.holds(value)
	}
	return ok
}

// IsHTTP says whether a match asks for what only HTTP has.
func (m *Match) IsHTTP() bool {
	return m.Path != nil || m.Method != "" || len(m.Headers) > 0 || len(m.Query) > 0
}

func (p Pattern) holds(text string) bool {
	switch p.How {
	case "prefix":
		return strings.HasPrefix(text, p.Text)
	case "regex":
		re, err := regexp.Compile("^(?:" + p.Text + ")$")
		return err == nil && re.MatchString(text)
	}
	return text == p.Text
}

func parameter(query, name string) (string, bool) {
	for _, pair := range strings.Split(query, "&") {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value, true
		}
	}
	return "", false
}

func readRoutes(v any) []*Route {
	var out []*Route
	for _, t := range tables(v) {
		r := &Route{From: stringsOf(t["from"]), Treatment: readTreatment(t)}
		if m, ok := t["match"].(map[string]any); ok {
			r.Match = readMatch(m)
		}
		to := tables(t["to"])
		for _, d := range to {
			r.To = append(r.To, readDestination(d, len(to) == 1))
		}
		if m, ok := t["mirror"].(map[string]any); ok {
			d := readDestination(m, false)
			d.Service, d.Weight = str(m, "service", ""), readPercent(m)
			r.Mirror = &d
		}
		out = append(out, r)
	}
	return out
}

func readDestination(t map[string]any, alone bool) Destination {
	d := Destination{Cluster: str(t, "cluster", ""), Version: str(t, "version", ""), Weight: float64(num(t, "weight", 0))}
	if _, said := t["weight"]; !said && alone {
		d.Weight = 100
	}
	return d
}

func readMatch(t map[string]any) *Match {
	m := &Match{Method: str(t, "method", ""), Port: str(t, "port", ""), Headers: readPatterns(t["headers"]), Query: readPatterns(t["query-params"])}
	for key, how := range map[string]string{"path": "exact", "path-prefix": "prefix", "path-regex": "regex"} {
		if text, ok := t[key].(string); ok {
			m.Path = &Pattern{how, text}
		}
	}
	return m
}

func readPatterns(v any) map[string]Pattern {
	out := map[string]Pattern{}
	t, _ := v.(map[string]any)
	for name, v := range t {
		switch v := v.(type) {
		case string:
			out[strings.ToLower(name)] = Pattern{"exact", v}
		case map[string]any:
			for how, text := range v {
				out[strings.ToLower(name)] = Pattern{how, text.(string)}
			}
		}
	}
	return out
}

func tables(v any) []map[string]any {
	var out []map[string]any
	switch v := v.(type) {
	case []map[string]any:
		out = v
	case []any:
		for _, e := range v {
			if t, ok := e.(map[string]any); ok {
				out = append(out, t)
			}
		}
	}
	return out
}
