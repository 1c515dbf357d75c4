// Treatment: an HTTP route and a request enter; what the route does to the call beside sending it on leaves, in a document's words.

package follow

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	faultv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/fault/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

// Treatment is what is done to a call: timeout, attempts, per-try, on, delay, abort, path, host, request, response; what is not done is not there.
type Treatment map[string]string

// usual is the policy of retries that Istio gives to a route that says nothing (pilot/pkg/networking/core/route/retry).
const (
	usualAttempts = 2
	usualRetryOn  = "connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes"
)

// DoneTo is what the caller's own proxy does to a call; nil where no proxy reads it.
func DoneTo(n Node) Treatment {
	if s, ok := n.(*Split); ok {
		if s.Done != nil {
			return s.Done
		}
		for _, to := range s.To {
			if done := DoneTo(to.Node); done != nil {
				return done
			}
		}
	}
	return nil
}

// Copied are the workloads that get copies of a call, with the share of the calls that each gets, while all is well.
func Copied(n Node) []Reached {
	var out []Reached
	if s, ok := n.(*Split); ok {
		e := evaluation{gone: map[string]bool{}, stuck: map[string]bool{}}
		for _, c := range s.Copies {
			out = append(out, scaled(e.node(c.Node), c.Part)...)
		}
		for _, to := range s.To {
			out = append(out, scaled(Copied(to.Node), to.Part)...)
		}
	}
	return merge(out).Reached
}

// treatment reads a route; full is an abort that no call escapes.
func treatment(route *routev3.Route, r request) (done Treatment, full error) {
	done = Treatment{}
	a := route.GetRoute()
	if t := a.GetTimeout().AsDuration(); t > 0 {
		done["timeout"] = t.String()
	}
	if p := a.GetRetryPolicy(); p == nil {
		done["attempts"] = "0"
	} else {
		if n := p.GetNumRetries().GetValue(); n != usualAttempts {
			done["attempts"] = fmt.Sprint(n)
		}
		if t := p.GetPerTryTimeout().AsDuration(); t > 0 {
			done["per-try"] = t.String()
		}
		if p.GetRetryOn() != usualRetryOn {
			done["on"] = p.GetRetryOn()
		}
	}
	if path := rewritten(route.GetMatch(), a, r.path); path != r.path {
		done["path"] = path
	}
	if host := a.GetHostRewriteLiteral(); host != "" {
		done["host"] = host
	}
	for name, edits := range map[string]string{
		"request":  edited(route.GetRequestHeadersToAdd(), route.GetRequestHeadersToRemove()),
		"response": edited(route.GetResponseHeadersToAdd(), route.GetResponseHeadersToRemove()),
	} {
		if edits != "" {
			done[name] = edits
		}
	}
	fault := &faultv3.HTTPFault{}
	if config := route.GetTypedPerFilterConfig()["envoy.filters.http.fault"]; config != nil && config.UnmarshalTo(fault) == nil {
		if d := fault.GetDelay(); d != nil {
			done["delay"] = fmt.Sprintf("%s of %s%%", d.GetFixedDelay().AsDuration(), percentText(percent(d.GetPercentage())))
		}
		if b := fault.GetAbort(); b != nil {
			share := percent(b.GetPercentage())
			done["abort"] = fmt.Sprintf("%d of %s%%", b.GetHttpStatus(), percentText(share))
			if share == 100 {
				full = fmt.Errorf("answered by the proxy itself with %d, a fault made on purpose", b.GetHttpStatus())
			}
		}
	}
	return done, full
}

// on is the request as it is sent on.
func (t Treatment) on(r request) request {
	r.path = cmp.Or(t["path"], r.path)
	r.authority = cmp.Or(t["host"], r.authority)
	return r
}

// shadowed is the copy of a request: Envoy's router tells it apart by its Host (source/common/router/shadow_writer_impl.cc).
func shadowed(r request) request {
	host, port, numbered := strings.Cut(r.authority, ":")
	if r.authority = host + "-shadow"; numbered {
		r.authority += ":" + port
	}
	return r
}

// copies are the clusters that get a copy of a call, with the share of the calls that are copied.
func copies(route *routev3.Route) []target {
	var out []target
	for _, m := range route.GetRoute().GetRequestMirrorPolicies() {
		share := 100.0
		if f := m.GetRuntimeFraction(); f != nil {
			share = percent(f.GetDefaultValue())
		}
		out = append(out, target{m.GetCluster(), share / 100})
	}
	return out
}

// rewritten is the path that the backend sees; Envoy's router replaces what the match looked at, and the whole of it where that was a whole path.
func rewritten(m *routev3.RouteMatch, a *routev3.RouteAction, path string) string {
	bare, query, asked := strings.Cut(path, "?")
	if asked {
		query = "?" + query
	}
	if re := a.GetRegexRewrite(); re != nil {
		pattern, err := regexp.Compile(re.GetPattern().GetRegex())
		if err != nil {
			return "unreadable: " + err.Error()
		}
		with := regexp.MustCompile(`\\([0-9])`).ReplaceAllString(re.GetSubstitution(), "$${$1}")
		return pattern.ReplaceAllString(bare, with) + query
	}
	if a.GetPrefixRewrite() == "" {
		return path
	}
	looked := bare
	switch p := m.GetPathSpecifier().(type) {
	case *routev3.RouteMatch_Prefix:
		looked = p.Prefix
	case *routev3.RouteMatch_PathSeparatedPrefix:
		looked = p.PathSeparatedPrefix
	}
	return a.GetPrefixRewrite() + bare[min(len(looked), len(bare)):] + query
}

// edited are the edits of headers, sorted.
func edited(add []*corev3.HeaderValueOption, remove []string) string {
	var out []string
	for _, h := range add {
		word := "add"
		if h.GetAppendAction() == corev3.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD {
			word = "set"
		}
		out = append(out, fmt.Sprintf("%s %s: %s", word, strings.ToLower(h.GetHeader().GetKey()), h.GetHeader().GetValue()))
	}
	for _, name := range remove {
		out = append(out, "remove "+strings.ToLower(name))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func percent(p *typev3.FractionalPercent) float64 {
	of := map[typev3.FractionalPercent_DenominatorType]float64{
		typev3.FractionalPercent_HUNDRED: 100, typev3.FractionalPercent_TEN_THOUSAND: 1e4, typev3.FractionalPercent_MILLION: 1e6,
	}[p.GetDenominator()]
	return 100 * float64(p.GetNumerator()) / of
}

func percentText(p float64) string {
	return strconv.FormatFloat(math.Round(p*1e4)/1e4, 'f', -1, 64)
}
