// Upstreams: an Envoy cluster and one endpoint enter; how the proxy dials it leaves: in plain text or
// with TLS, with which SNI, ALPN and identity, and whether outlier detection would ever eject it.

package follow

import (
	"fmt"
	"slices"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	upstreamhttp "github.com/envoyproxy/go-control-plane/envoy/extensions/upstreams/http/v3"
	"google.golang.org/protobuf/types/known/structpb"

	alpn "istio.io/api/envoy/config/filter/http/alpn/v2alpha1"
)

// session is a TLS session as those on its way see it.
type session struct {
	sni    string
	alpn   []string
	mutual bool
	peers  []string // the identities that the client accepts; none: any of the mesh
	spiffe string   // the identity of the client's certificate
}

// accepts says whether the client goes on after it has seen a certificate.
func (s *session) accepts(identity string) bool {
	return len(s.peers) == 0 || slices.Contains(s.peers, identity)
}

// dial reads the transport socket that Envoy uses for an endpoint: the first of the cluster's
// matches that the endpoint's metadata satisfies, else the cluster's own.
func dial(c *clusterv3.Cluster, e *endpointv3.LbEndpoint) (*session, error) {
	socket := c.GetTransportSocket()
	meta := e.GetMetadata().GetFilterMetadata()["envoy.transport_socket_match"]
	for _, m := range c.GetTransportSocketMatches() {
		if subset(m.GetMatch(), meta) {
			socket = m.GetTransportSocket()
			break
		}
	}
	if socket == nil || socket.GetName() == "envoy.transport_sockets.raw_buffer" {
		return nil, nil
	}
	ctx := &tlsv3.UpstreamTlsContext{}
	if err := socket.GetTypedConfig().UnmarshalTo(ctx); err != nil {
		return nil, fmt.Errorf("transport socket %s cannot be read: %w", socket.GetName(), err)
	}
	secrets := ctx.GetCommonTlsContext().GetTlsCertificateSdsSecretConfigs()
	var peers []string
	validation := ctx.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext()
	for _, san := range validation.GetMatchTypedSubjectAltNames() {
		peers = append(peers, san.GetMatcher().GetExact())
	}
	// istiod still fills the older field (pilot/pkg/networking/core/cluster_tls.go).
	for _, san := range validation.GetMatchSubjectAltNames() {
		peers = append(peers, san.GetExact())
	}
	return &session{
		peers: peers,
		sni:   ctx.GetSni(), alpn: ctx.GetCommonTlsContext().GetAlpnProtocols(),
		mutual: len(secrets) == 1 && secrets[0].GetName() == "default",
	}, nil
}

func subset(want, have *structpb.Struct) bool {
	for k, v := range want.GetFields() {
		if have.GetFields()[k].GetStringValue() != v.GetStringValue() {
			return false
		}
	}
	return true
}

// speaksHTTP2 says which HTTP version leaves for a cluster, for a request that came in as given.
func speaksHTTP2(c *clusterv3.Cluster, arrivedAsHTTP2 bool) bool {
	o := &upstreamhttp.HttpProtocolOptions{}
	any := c.GetTypedExtensionProtocolOptions()["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
	if any == nil || any.UnmarshalTo(o) != nil {
		return false
	}
	if o.GetExplicitHttpConfig().GetHttp2ProtocolOptions() != nil {
		return true
	}
	return arrivedAsHTTP2 && (o.GetUseDownstreamProtocolConfig() != nil || o.GetAutoConfig() != nil)
}

// overriddenALPN is what Istio's ALPN filter puts in place of the cluster's own list.
func overriddenALPN(h *hcmv3.HttpConnectionManager, c *clusterv3.Cluster, http2 bool) []string {
	if c.GetMetadata().GetFilterMetadata()["istio"].GetFields()["alpn_override"].GetStringValue() == "false" {
		return nil
	}
	for _, f := range h.GetHttpFilters() {
		if f.GetName() != "istio.alpn" {
			continue
		}
		config := &alpn.FilterConfig{}
		if f.GetTypedConfig().UnmarshalTo(config) != nil {
			return nil
		}
		want := alpn.FilterConfig_HTTP11
		if http2 {
			want = alpn.FilterConfig_HTTP2
		}
		for _, o := range config.GetAlpnOverride() {
			if o.GetUpstreamProtocol() == want {
				return o.GetAlpnOverride()
			}
		}
	}
	return nil
}

// ejects is the highest share of hosts, in per cent, that outlier detection may eject. Envoy's own
// default of 10 is a true limit (envoyproxy/envoy#27909), and Istio leaves it in force where a
// DestinationRule says nothing (pilot/pkg/networking/core/cluster_traffic_policy.go).
func ejects(c *clusterv3.Cluster) float64 {
	o := c.GetOutlierDetection()
	if o == nil {
		return 0
	}
	five := o.GetConsecutive_5Xx() == nil || o.GetConsecutive_5Xx().GetValue() > 0
	if e := o.GetEnforcingConsecutive_5Xx(); e != nil && e.GetValue() == 0 {
		five = false
	}
	gateway := o.GetConsecutiveGatewayFailure().GetValue() > 0 && o.GetEnforcingConsecutiveGatewayFailure().GetValue() > 0
	local := o.GetSplitExternalLocalOriginErrors() &&
		(o.GetConsecutiveLocalOriginFailure() == nil || o.GetConsecutiveLocalOriginFailure().GetValue() > 0)
	if !five && !gateway && !local {
		return 0
	}
	if m := o.GetMaxEjectionPercent(); m != nil {
		return float64(m.GetValue())
	}
	return 10
}

func localityName(l *corev3.Locality) string {
	return l.GetRegion() + "/" + l.GetZone() + "/" + l.GetSubZone()
}
