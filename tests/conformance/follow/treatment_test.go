// Tests of what routes do to calls: the path that a backend sees, and shares in per cent.

package follow

import (
	"testing"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	typev3 "github.com/envoyproxy/go-control-plane/envoy/type/v3"
)

func TestRewritten(t *testing.T) {
	prefix := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: "/api"}}
	exact := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Path{Path: "/api"}}
	regex := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_SafeRegex{SafeRegex: &matcherv3.RegexMatcher{Regex: "/api/.*"}}}
	to := &routev3.RouteAction{PrefixRewrite: "/v2"}
	groups := &routev3.RouteAction{RegexRewrite: &matcherv3.RegexMatchAndSubstitute{Pattern: &matcherv3.RegexMatcher{Regex: "^/api(/?)(.*)"}, Substitution: `/\2`}}
	for _, c := range []struct {
		match      *routev3.RouteMatch
		action     *routev3.RouteAction
		path, want string
	}{
		{prefix, to, "/api/items?x=1", "/v2/items?x=1"},
		{prefix, to, "/apis", "/v2s"},
		{exact, to, "/api?x=1", "/v2?x=1"},
		{regex, to, "/api/items", "/v2"},
		{prefix, groups, "/api/items?x=/api", "/items?x=/api"},
		{prefix, groups, "/api", "/"},
		{prefix, &routev3.RouteAction{}, "/api", "/api"},
	} {
		if got := rewritten(c.match, c.action, c.path); got != c.want {
			t.Errorf("%s becomes %s, want %s", c.path, got, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	p := &typev3.FractionalPercent{Numerator: 1500, Denominator: typev3.FractionalPercent_MILLION}
	if got := percentText(percent(p)); got != "0.15" {
		t.Errorf("%s per cent, want 0.15", got)
	}
}

func TestWhatIsSentOn(t *testing.T) {
	r := request{authority: "a.global:80", path: "/api"}
	if got := (Treatment{"path": "/v2", "host": "b.example.com"}).on(r); got.path != "/v2" || got.authority != "b.example.com" {
		t.Errorf("sent on as %v", got)
	}
	if got := shadowed(r); got.authority != "a.global-shadow:80" {
		t.Errorf("copied as %v", got)
	}
}
