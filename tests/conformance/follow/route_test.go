// Tests of the route search: virtual hosts by specificity, then the first route of which all matches
// hold, with shares by weight.

package follow

import (
	"testing"

	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

func to(cluster string, m *routev3.RouteMatch) *routev3.Route {
	return &routev3.Route{Match: m, Action: &routev3.Route_Route{Route: &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_Cluster{Cluster: cluster}}}}
}

func prefix(p string) *routev3.RouteMatch {
	return &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_Prefix{Prefix: p}}
}

func TestMatchRoute(t *testing.T) {
	jason := prefix("/")
	jason.Headers = []*routev3.HeaderMatcher{{Name: "end-user", HeaderMatchSpecifier: &routev3.HeaderMatcher_StringMatch{
		StringMatch: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: "jason"}}}}}
	split := &routev3.Route{Match: prefix("/split"), Action: &routev3.Route_Route{Route: &routev3.RouteAction{
		ClusterSpecifier: &routev3.RouteAction_WeightedClusters{WeightedClusters: &routev3.WeightedCluster{
			Clusters: []*routev3.WeightedCluster_ClusterWeight{
				{Name: "most", Weight: wrapperspb.UInt32(75)}, {Name: "rest", Weight: wrapperspb.UInt32(25)},
				{Name: "none", Weight: wrapperspb.UInt32(0)},
			}}}}}}
	api := &routev3.RouteMatch{PathSpecifier: &routev3.RouteMatch_PathSeparatedPrefix{PathSeparatedPrefix: "/api"}}
	rc := &routev3.RouteConfiguration{Name: "9080", IgnorePortInHostMatching: true, VirtualHosts: []*routev3.VirtualHost{
		{Name: "any", Domains: []string{"*"}, Routes: []*routev3.Route{to("any", prefix("/"))}},
		{Name: "all", Domains: []string{"*.global"}, Routes: []*routev3.Route{to("all", prefix("/"))}},
		{Name: "one", Domains: []string{"One.global"}, Routes: []*routev3.Route{
			to("jason", jason), to("api", api), split, to("rest", prefix("/r")),
		}},
	}}
	for _, c := range []struct {
		host, path string
		headers    map[string]string
		want       []target
	}{
		{"one.global:9080", "/api", nil, []target{{"api", 1}}},
		{"one.global:9080", "/api/1?x=y", nil, []target{{"api", 1}}},
		{"one.global:9080", "/apis", nil, nil},
		{"one.global:9080", "/api", map[string]string{"end-user": "jason"}, []target{{"jason", 1}}},
		{"one.global:9080", "/split", nil, []target{{"most", 0.75}, {"rest", 0.25}}},
		{"two.global", "/", nil, []target{{"all", 1}}},
		{"elsewhere", "/", nil, []target{{"any", 1}}},
	} {
		decided, err := matchRoute(rc, request{authority: c.host, method: "GET", path: c.path, headers: c.headers})
		got := decided.targets
		if (err != nil) != (c.want == nil) || len(got) != len(c.want) {
			t.Errorf("%s%s: %v, %v", c.host, c.path, got, err)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s%s: %v, want %v", c.host, c.path, got, c.want)
			}
		}
	}
}
