// Policies: how each proxy on the way of a call calls on: limits, times, questions to silent connections and ejection, read from the
// Envoy clusters that the call passes and compared with what was said, all of it.

package judge

import (
	"fmt"
	"maps"
	"math"
	"strings"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	upstreamhttp "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
)

// policies compares every Envoy cluster that a call may pass.
func (t *Trial) policies(e expect.Call, graph follow.Node) []string {
	if len(e.Policy) == 0 {
		return nil
	}
	want := map[string]map[string]string{}
	for place, settings := range e.Policy {
		if place == "caller" {
			want[place] = settings
			continue
		}
		for _, gateway := range t.gateways(place) {
			want[gateway] = settings
		}
	}
	var out []string
	met := map[string]bool{}
	for _, pool := range follow.Pools(graph) {
		place := "caller"
		if pool.Proxy.IsGateway {
			_, id, _ := strings.Cut(pool.Proxy.Name, "gateway ")
			place = pool.Proxy.Cluster.Name + "/" + id
		}
		settings, said := want[place]
		if !said {
			continue
		}
		met[place] = true
		if got := settingsOf(pool.Cluster); !maps.Equal(got, settings) {
			out = append(out, fmt.Sprintf("%s calls on with %v, not with %v", place, got, settings))
		}
	}
	for place := range want {
		if !met[place] {
			out = append(out, fmt.Sprintf("%s is to have a policy, and no call passes it", place))
		}
	}
	return out
}

// istiosConnectTimeout is what holds where nothing is said (pkg/config/mesh/mesh.go).
const istiosConnectTimeout = "10s"

// settingsOf is what a cluster says, by the keys of mesh.toml; what it leaves to Istio or Envoy is left out.
func settingsOf(c *clusterv3.Cluster) map[string]string {
	out := map[string]string{}
	if timeout := c.GetConnectTimeout().AsDuration().String(); timeout != istiosConnectTimeout {
		out["connect-timeout"] = timeout
	}
	limit := func(key string, v *wrapperspb.UInt32Value) {
		if n := v.GetValue(); n != 0 && n != math.MaxUint32 {
			out[key] = fmt.Sprint(n)
		}
	}
	for _, thresholds := range c.GetCircuitBreakers().GetThresholds() {
		limit("max-connections", thresholds.GetMaxConnections())
		limit("max-requests", thresholds.GetMaxRequests())
		limit("max-pending", thresholds.GetMaxPendingRequests())
	}
	options := &upstreamhttp.HttpProtocolOptions{}
	if any := c.GetTypedExtensionProtocolOptions()["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]; any != nil && any.UnmarshalTo(options) == nil {
		limit("max-requests-per-connection", options.GetCommonHttpProtocolOptions().GetMaxRequestsPerConnection())
	}
	if k := options.GetExplicitHttpConfig().GetHttp2ProtocolOptions().GetConnectionKeepalive(); k != nil {
		out["ping"] = k.GetInterval().AsDuration().String() + "/" + k.GetTimeout().AsDuration().String()
	}
	if k := c.GetUpstreamConnectionOptions().GetTcpKeepalive(); k != nil {
		out["keepalive"] = keepalive(k)
	}
	if o := c.GetOutlierDetection(); o != nil {
		out["outlier"] = fmt.Sprintf("%d/%s/%s/%d%%", o.GetConsecutiveGatewayFailure().GetValue(), o.GetInterval().AsDuration(),
			o.GetBaseEjectionTime().AsDuration(), o.GetMaxEjectionPercent().GetValue())
	}
	return out
}

func keepalive(k *corev3.TcpKeepalive) string {
	part := func(v *wrapperspb.UInt32Value, unit string) string {
		if v == nil {
			return "-"
		}
		return fmt.Sprint(v.GetValue()) + unit
	}
	return part(k.GetKeepaliveTime(), "s") + "/" + part(k.GetKeepaliveInterval(), "s") + "/" + part(k.GetKeepaliveProbes(), "")
}
