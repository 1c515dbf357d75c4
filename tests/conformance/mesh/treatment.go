// Treatment: what a route does to calls beside sending them on, read from its table and written as one.

package mesh

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Treatment is what a route says of timeouts, retries, faults, rewrites and headers; a zero value is not said.
type Treatment struct {
	Timeout         string
	Retries         *Retries
	Delay, Abort    *Fault
	URI, Authority  string // in place of what matched, and of the Host
	Request, Answer *Edits
}

// Retries say how often a failed call is tried again.
type Retries struct {
	Attempts   int
	PerTry, On string
}

// Fault is made on purpose: a delay, or the status of an answer.
type Fault struct {
	What    string
	Percent float64
}

// Edits are those of headers.
type Edits struct {
	Set, Add map[string]string
	Remove   []string
}

func readTreatment(t map[string]any) Treatment {
	table := func(t map[string]any, key string) map[string]any {
		inner, _ := t[key].(map[string]any)
		return inner
	}
	p := Treatment{Timeout: str(t, "timeout", "")}
	if r := table(t, "retries"); r != nil {
		p.Retries = &Retries{num(r, "attempts", 0), str(r, "per-try", ""), str(r, "on", "")}
	}
	fault := table(t, "fault")
	if d := table(fault, "delay"); d != nil {
		p.Delay = &Fault{str(d, "fixed-delay", ""), readPercent(d)}
	}
	if a := table(fault, "abort"); a != nil {
		p.Abort = &Fault{strconv.Itoa(num(a, "http-status", 0)), readPercent(a)}
	}
	rewrite := table(t, "rewrite")
	p.URI, p.Authority = str(rewrite, "uri", ""), str(rewrite, "authority", "")
	headers := table(t, "headers")
	p.Request, p.Answer = readEdits(table(headers, "request")), readEdits(table(headers, "response"))
	return p
}

func readEdits(t map[string]any) *Edits {
	if t == nil {
		return nil
	}
	texts := func(key string) map[string]string {
		values, _ := t[key].(map[string]any)
		return labelsOf(values)
	}
	return &Edits{texts("set"), texts("add"), stringsOf(t["remove"])}
}

// readPercent is `percent`; all where it is not said.
func readPercent(t map[string]any) float64 {
	switch p := t["percent"].(type) {
	case int64:
		return float64(p)
	case float64:
		return p
	}
	return 100
}

// lines are the keys of a route's table that say it.
func (p Treatment) lines() []string {
	var out []string
	table := func(key string, parts ...string) string {
		said := slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		if len(said) == 0 {
			return ""
		}
		return key + " = { " + strings.Join(said, ", ") + " }"
	}
	add := func(line string) {
		if line != "" {
			out = append(out, line)
		}
	}
	add(quoted("timeout", p.Timeout))
	if r := p.Retries; r != nil {
		add(table("retries", fmt.Sprintf("attempts = %d", r.Attempts), quoted("per-try", r.PerTry), quoted("on", r.On)))
	}
	delay, abort := "", ""
	if f := p.Delay; f != nil {
		delay = table("delay", quoted("fixed-delay", f.What), "percent = "+number(f.Percent))
	}
	if f := p.Abort; f != nil {
		abort = table("abort", "http-status = "+f.What, "percent = "+number(f.Percent))
	}
	add(table("fault", delay, abort))
	add(table("rewrite", quoted("uri", p.URI), quoted("authority", p.Authority)))
	edits := func(key string, e *Edits) string {
		if e == nil {
			return ""
		}
		return table(key, "set = "+labels(e.Set), "add = "+labels(e.Add), "remove = "+list(e.Remove))
	}
	add(table("headers", edits("request", p.Request), edits("response", p.Answer)))
	return out
}

func quoted(key, text string) string {
	if text == "" {
		return ""
	}
	return fmt.Sprintf("%s = %q", key, text)
}

func number(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
