// Paths: `spec.endpoints[*].labels["security.istio.io/tlsMode"]` enters, the places in an object that
// it means leave. [N] is an element, [*] every element, [key=value] those with that field.

package tree

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

type step struct {
	key         string
	index       int
	all         bool
	field, want string
}

func parsePath(p string) ([]step, error) {
	var out []step
	for p != "" {
		switch {
		case p[0] == '.':
			p = p[1:]
		case strings.HasPrefix(p, "[\""):
			end := strings.Index(p, "\"]")
			if end < 0 {
				return nil, fmt.Errorf("path %q: quote is not closed", p)
			}
			out = append(out, step{key: p[2:end]})
			p = p[end+2:]
		case p[0] == '[':
			end := strings.IndexByte(p, ']')
			if end < 0 {
				return nil, fmt.Errorf("path %q: bracket is not closed", p)
			}
			in := p[1:end]
			p = p[end+1:]
			if in == "*" {
				out = append(out, step{all: true})
				continue
			}
			if field, want, ok := strings.Cut(in, "="); ok {
				out = append(out, step{field: field, want: want})
				continue
			}
			n, err := strconv.Atoi(in)
			if err != nil {
				return nil, fmt.Errorf("path: [%s] is no index", in)
			}
			out = append(out, step{index: n})
		default:
			end := strings.IndexAny(p, ".[")
			if end < 0 {
				end = len(p)
			}
			out = append(out, step{key: p[:end]})
			p = p[end:]
		}
	}
	if len(out) == 0 || out[len(out)-1].key == "" && out[0].key == "" {
		return nil, fmt.Errorf("path is empty")
	}
	return out, nil
}

// change is what happens to a value: it goes, a changed copy follows it, or another takes its place.
type change struct {
	remove    bool
	duplicate map[string]any
	replace   func(value any) any
}

// apply changes every place below `at` that the steps mean, and says how many there were.
func (c change) apply(at any, steps []step) (int, error) {
	m, ok := at.(map[string]any)
	key := steps[0].key
	if key == "" {
		return 0, fmt.Errorf("a path cannot start with an index")
	}
	if !ok {
		return 0, nil
	}
	value, there := m[key]
	switch {
	case len(steps) > 1 && steps[1].key == "":
		list, ok := value.([]any)
		if !ok {
			return 0, nil
		}
		out, hits, err := c.elements(list, steps[1:])
		m[key] = out
		return hits, err
	case len(steps) > 1:
		return c.apply(value, steps[1:])
	case c.remove && !there:
		return 0, nil
	case c.remove:
		delete(m, key)
	default:
		m[key] = plain(c.replace(value))
	}
	return 1, nil
}

// elements does the same in a list, which it gives back.
func (c change) elements(list []any, steps []step) (out []any, hits int, err error) {
	s := steps[0]
	for i, e := range list {
		fields, _ := e.(map[string]any)
		meant := s.all || s.field != "" && fmt.Sprint(fields[s.field]) == s.want || s.field == "" && !s.all && s.index == i
		switch {
		case !meant:
			out = append(out, e)
		case len(steps) > 1:
			n, err := c.apply(e, steps[1:])
			if err != nil {
				return nil, 0, err
			}
			hits += n
			out = append(out, e)
		default:
			hits++
			switch {
			case c.remove:
			case c.duplicate != nil:
				out = append(out, e, merged(e, c.duplicate))
			default:
				out = append(out, plain(c.replace(e)))
			}
		}
	}
	return out, hits, nil
}

func merged(e any, over map[string]any) any {
	m, ok := plain(e).(map[string]any)
	if !ok {
		return e
	}
	for k, v := range over {
		if inner, ok := v.(map[string]any); ok && m[k] != nil {
			m[k] = merged(m[k], inner)
		} else {
			m[k] = plain(v)
		}
	}
	return m
}

// plain copies a value into the types that unstructured objects are made of.
func plain(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if d.Decode(&out) != nil {
		return v
	}
	return numbers(out)
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, _ := v.Float64()
		return f
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	}
	return v
}
