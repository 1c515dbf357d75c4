// Treatment: a route and a request enter; what is done to the call leaves, in the words of expectations.

package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwc/conformance/mesh"
)

// treatment is what a route's policy does to a request.
func treatment(r *mesh.Route, q mesh.Request) map[string]string {
	p, out := r.Treatment, map[string]string{}
	say := func(key, text string) {
		if text != "" {
			out[key] = text
		}
	}
	say("timeout", duration(p.Timeout))
	if t := p.Retries; t != nil {
		if t.Attempts != 2 { // Istio's own number
			say("attempts", strconv.Itoa(t.Attempts))
		}
		say("per-try", duration(t.PerTry))
		say("on", t.On)
	}
	if f := p.Delay; f != nil {
		say("delay", fmt.Sprintf("%s of %s%%", duration(f.What), strconv.FormatFloat(f.Percent, 'f', -1, 64)))
	}
	if f := p.Abort; f != nil {
		say("abort", fmt.Sprintf("%s of %s%%", f.What, strconv.FormatFloat(f.Percent, 'f', -1, 64)))
	}
	if path := rewritten(r, q.Path); path != q.Path {
		say("path", path)
	}
	say("host", p.Authority)
	say("request", edits(p.Request))
	say("response", edits(p.Answer))
	return out
}

// rewritten is the path as the backend sees it: another beginning where the match is for one, else another path; the query stays.
func rewritten(r *mesh.Route, path string) string {
	if r.Treatment.URI == "" {
		return path
	}
	bare, query, asked := strings.Cut(path, "?")
	if asked {
		query = "?" + query
	}
	rest := ""
	if m := r.Match; m != nil && m.Path != nil && m.Path.How == "prefix" {
		rest = strings.TrimPrefix(bare, m.Path.Text)
	}
	if r.Treatment.URI == "/" {
		rest = strings.TrimPrefix(rest, "/")
	}
	return r.Treatment.URI + rest + query
}

func edits(e *mesh.Edits) string {
	if e == nil {
		return ""
	}
	var out []string
	for name, value := range e.Set {
		out = append(out, fmt.Sprintf("set %s: %s", name, value))
	}
	for name, value := range e.Add {
		out = append(out, fmt.Sprintf("add %s: %s", name, value))
	}
	for _, name := range e.Remove {
		out = append(out, "remove "+name)
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func duration(text string) string {
	d, err := time.ParseDuration(text)
	if err != nil {
		return ""
	}
	return d.String()
}
