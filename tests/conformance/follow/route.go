// HTTP routes: a route configuration and a request enter, the destinations with their shares leave and what is done to the call,
// or the reason why the request is not sent on. Virtual hosts and matches are searched as Envoy does
// (route_components.proto): exact domain, longest suffix, longest prefix, then `*`.

package follow

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// target is one Envoy cluster that a call is sent to, with its share of the calls.
type target struct {
	cluster string
	share   float64
}

// decision is what a proxy does with a request.
type decision struct {
	targets, copies []target
	done            Treatment
	how             string
}

type request struct {
	authority string
	method    string
	path      string
	headers   map[string]string
}

func matchRoute(rc *routev3.RouteConfiguration, r request) (decision, error) {
	vh := virtualHost(rc, r.authority)
	if vh == nil {
		return decision{}, fmt.Errorf("no virtual host of route %s answers to %s", rc.GetName(), r.authority)
	}
	for _, route := range vh.Routes {
		ok, err := routeMatches(route.GetMatch(), r)
		if err != nil {
			return decision{}, err
		}
		if !ok {
			continue
		}
		targets, err := action(route)
		if err != nil {
			return decision{}, err
		}
		done, err := treatment(route, r)
		return decision{targets, copies(route), done, fmt.Sprintf("route %s, virtual host %s", rc.GetName(), vh.Name)}, err
	}
	return decision{}, fmt.Errorf("no route of virtual host %s matches %s", vh.Name, r.path)
}

func action(route *routev3.Route) ([]target, error) {
	if d := route.GetDirectResponse(); d != nil {
		return nil, fmt.Errorf("answered by the proxy itself with %d", d.GetStatus())
	}
	if route.GetRedirect() != nil {
		return nil, fmt.Errorf("redirected")
	}
	if c := route.GetRoute().GetCluster(); c != "" {
		return []target{{c, 1}}, nil
	}
	var total float64
	var out []target
	for _, w := range route.GetRoute().GetWeightedClusters().GetClusters() {
		total += float64(w.GetWeight().GetValue())
	}
	for _, w := range route.GetRoute().GetWeightedClusters().GetClusters() {
		if n := float64(w.GetWeight().GetValue()); n > 0 {
			out = append(out, target{w.Name, n / total})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the route leads nowhere")
	}
	return out, nil
}

func virtualHost(rc *routev3.RouteConfiguration, authority string) *routev3.VirtualHost {
	host := strings.ToLower(authority)
	if rc.GetIgnorePortInHostMatching() {
		host, _, _ = strings.Cut(host, ":")
	}
	var suffix, prefix, any *routev3.VirtualHost
	longS, longP := 0, 0
	for _, vh := range rc.GetVirtualHosts() {
		for _, d := range vh.Domains {
			switch {
			case strings.ToLower(d) == host:
				return vh
			case d == "*":
				any = vh
			case strings.HasPrefix(d, "*") && strings.HasSuffix(host, d[1:]) && len(d) > longS:
				suffix, longS = vh, len(d)
			case strings.HasSuffix(d, "*") && strings.HasPrefix(host, d[:len(d)-1]) && len(d) > longP:
				prefix, longP = vh, len(d)
			}
		}
	}
	for _, vh := range []*routev3.VirtualHost{suffix, prefix, any} {
		if vh != nil {
			return vh
		}
	}
	return nil
}

func routeMatches(m *routev3.RouteMatch, r request) (bool, error) {
	path, query, _ := strings.Cut(r.path, "?")
	fold := m.GetCaseSensitive() != nil && !m.GetCaseSensitive().GetValue()
	if fold {
		path = strings.ToLower(path)
	}
	lower := func(s string) string {
		if fold {
			return strings.ToLower(s)
		}
		return s
	}
	switch p := m.GetPathSpecifier().(type) {
	case *routev3.RouteMatch_Prefix:
		if !strings.HasPrefix(path, lower(p.Prefix)) {
			return false, nil
		}
	case *routev3.RouteMatch_PathSeparatedPrefix:
		if path != lower(p.PathSeparatedPrefix) && !strings.HasPrefix(path, lower(p.PathSeparatedPrefix)+"/") {
			return false, nil
		}
	case *routev3.RouteMatch_Path:
		if path != lower(p.Path) {
			return false, nil
		}
	case *routev3.RouteMatch_SafeRegex:
		if !whole(p.SafeRegex.GetRegex(), path) {
			return false, nil
		}
	default:
		return false, fmt.Errorf("a route matches paths by %T, which the judge cannot read", p)
	}
	for _, h := range m.GetHeaders() {
		if !headerMatches(h, r) {
			return false, nil
		}
	}
	for _, q := range m.GetQueryParameters() {
		value, present := queryValue(query, q.Name)
		if q.GetStringMatch() != nil && !(present && stringMatches(q.GetStringMatch(), value)) ||
			q.GetStringMatch() == nil && present != q.GetPresentMatch() {
			return false, nil
		}
	}
	return true, nil
}

func headerMatches(h *routev3.HeaderMatcher, r request) bool {
	value, present := r.headers[strings.ToLower(h.GetName())]
	switch h.GetName() {
	case ":method":
		value, present = r.method, true
	case ":authority":
		value, present = r.authority, true
	case ":path":
		value, present = r.path, true
	case ":scheme":
		value, present = "http", true
	}
	var ok bool
	switch m := h.GetHeaderMatchSpecifier().(type) {
	case *routev3.HeaderMatcher_StringMatch:
		ok = present && stringMatches(m.StringMatch, value)
	case *routev3.HeaderMatcher_PresentMatch:
		ok = present == m.PresentMatch
	case nil:
		ok = present
	}
	return ok != h.GetInvertMatch()
}

func stringMatches(m *matcherv3.StringMatcher, value string) bool {
	fold := func(s string) string {
		if m.GetIgnoreCase() {
			return strings.ToLower(s)
		}
		return s
	}
	value = fold(value)
	switch p := m.GetMatchPattern().(type) {
	case *matcherv3.StringMatcher_Exact:
		return value == fold(p.Exact)
	case *matcherv3.StringMatcher_Prefix:
		return strings.HasPrefix(value, fold(p.Prefix))
	case *matcherv3.StringMatcher_Suffix:
		return strings.HasSuffix(value, fold(p.Suffix))
	case *matcherv3.StringMatcher_Contains:
		return strings.Contains(value, fold(p.Contains))
	case *matcherv3.StringMatcher_SafeRegex:
		return whole(p.SafeRegex.GetRegex(), value)
	}
	return false
}

// whole matches as Envoy's RE2 does: the whole text, not a part of it.
func whole(pattern, text string) bool {
	re, err := regexp.Compile("^(?:" + pattern + ")$")
	return err == nil && re.MatchString(text)
}

func queryValue(query, name string) (string, bool) {
	pairs := strings.Split(query, "&")
	i := slices.IndexFunc(pairs, func(p string) bool { k, _, _ := strings.Cut(p, "="); return k == name })
	if i < 0 {
		return "", false
	}
	_, v, _ := strings.Cut(pairs[i], "=")
	return v, true
}
