// Following: a call enters at the caller's sidecar; each hop is read from the configuration of the
// proxy that takes it, until a pod or a dead end.

package follow

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	tcpv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/tcp_proxy/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"

	"cwc/conformance/plane"
)

// Call is what a pod does.
type Call struct {
	Cluster, Namespace, Account string
	Name                        string
	Port                        int
	Protocol                    string // http, http2, grpc, tcp, tls
	Path, Method                string
	Headers                     map[string]string
}

func (c Call) String() string {
	return fmt.Sprintf("%s/%s/%s -> %s:%d (%s)", c.Cluster, c.Namespace, c.Account, c.Name, c.Port, c.Protocol)
}

// Follower follows calls through the control planes of a world.
type Follower struct {
	Planes map[string]*plane.Plane

	mu    sync.Mutex
	known map[string]passage // what a gateway does with a session, asked many times
	calls map[string]Node    // what became of a call, asked again by other judges
}

type passage struct {
	node     Node
	gateways []string
}

// New makes a follower.
func New(planes map[string]*plane.Plane) *Follower {
	return &Follower{Planes: planes, known: map[string]passage{}, calls: map[string]Node{}}
}

// stream is a connection under way: perhaps in a TLS session, and what is spoken within.
type stream struct {
	tls      *session
	protocol string
	request  request
}

func (s stream) isHTTP() bool {
	return s.protocol == "http" || s.protocol == "http2" || s.protocol == "grpc"
}

// Follow builds the graph of a call.
func (f *Follower) Follow(c Call) Node {
	key := fmt.Sprint(c, c.Method, c.Path, c.Headers)
	f.mu.Lock()
	have := f.calls[key]
	f.mu.Unlock()
	if have != nil {
		return have
	}
	made := f.follow(c)
	f.mu.Lock()
	f.calls[key] = made
	f.mu.Unlock()
	return made
}

func (f *Follower) follow(c Call) Node {
	p := f.Planes[c.Cluster]
	if p == nil {
		return &Dead{At: c.Cluster, Why: "is no cluster of this world"}
	}
	caller := p.Caller(c.Namespace, c.Account)
	ips, how := caller.Names()[c.Name], "by the sidecar's DNS"
	if len(ips) == 0 {
		for _, s := range p.Cluster.Services {
			if s.Host() == c.Name && s.IP != "None" {
				ips, how = []string{s.IP}, "by the cluster's DNS"
			}
		}
	}
	if len(ips) == 0 {
		return &Dead{At: caller.Name, Why: c.Name + " does not resolve"}
	}
	if c.Path == "" {
		c.Path = "/"
	}
	if c.Method == "" {
		c.Method = map[bool]string{true: "POST", false: "GET"}[c.Protocol == "grpc"]
	}
	headers := map[string]string{}
	for k, v := range c.Headers {
		headers[strings.ToLower(k)] = v
	}
	authority := fmt.Sprintf("%s:%d", c.Name, c.Port)
	if c.Port == 80 {
		authority = c.Name
	}
	s := stream{protocol: c.Protocol, request: request{authority, c.Method, c.Path, headers}}
	top := &Split{Line: fmt.Sprintf("%s: %s is %s %s", caller.Name, c.Name, strings.Join(ips, " "), how)}
	for _, ip := range ips {
		top.To = append(top.To, Share{1 / float64(len(ips)), f.outbound(caller, ip, c.Port, s)})
	}
	return top
}

// outbound is a call that a pod makes, caught by its own sidecar.
func (f *Follower) outbound(p *plane.Proxy, ip string, port int, s stream) Node {
	l := outboundListener(p.Listeners(), ip, port)
	if l == nil {
		return &Dead{At: p.Name, Why: fmt.Sprintf("no listener takes %s:%d", ip, port)}
	}
	c := conn{ip: ip, port: port}
	switch s.protocol {
	case "tls":
		c.tls, c.sni = true, strings.Split(s.request.authority, ":")[0]
	case "http":
		c.httpWire = "http/1.1"
	case "http2", "grpc":
		c.httpWire = "h2c"
	}
	chain, err := matchChain(l, c)
	if err != nil {
		return &Dead{At: p.Name, Why: err.Error()}
	}
	return f.chain(p, l, chain, s, nil)
}

func outboundListener(all []*listenerv3.Listener, ip string, port int) *listenerv3.Listener {
	for _, want := range []string{ip, "0.0.0.0"} {
		for _, l := range all {
			a := l.GetAddress().GetSocketAddress()
			if l.Name != "virtualInbound" && a.GetAddress() == want && int(a.GetPortValue()) == port {
				return l
			}
		}
	}
	i := slices.IndexFunc(all, func(l *listenerv3.Listener) bool { return l.Name == "virtualOutbound" })
	if i < 0 {
		return nil
	}
	return all[i]
}

// chain runs a filter chain's terminal filter. What it terminates of TLS is already gone from s.
func (f *Follower) chain(p *plane.Proxy, l *listenerv3.Listener, fc *listenerv3.FilterChain, s stream, way []string) Node {
	for _, filter := range fc.Filters {
		h := &hcmv3.HttpConnectionManager{}
		if filter.GetTypedConfig().UnmarshalTo(h) == nil {
			return f.requests(p, l, h, s, way)
		}
		t := &tcpv3.TcpProxy{}
		if filter.GetTypedConfig().UnmarshalTo(t) == nil {
			return f.bytes(p, l, t, s, way)
		}
	}
	return &Dead{At: p.Name, Why: "filter chain " + fc.Name + " of " + l.Name + " ends nowhere"}
}

func (f *Follower) requests(p *plane.Proxy, l *listenerv3.Listener, h *hcmv3.HttpConnectionManager, s stream, way []string) Node {
	if !s.isHTTP() {
		return &Dead{At: p.Name, Why: fmt.Sprintf("listener %s expects HTTP and gets %s", l.Name, s.protocol)}
	}
	if s.tls != nil {
		return &Dead{At: p.Name, Why: fmt.Sprintf("listener %s expects HTTP and gets TLS", l.Name)}
	}
	rc := h.GetRouteConfig()
	if rc == nil {
		rc = p.Routes()[h.GetRds().GetRouteConfigName()]
	}
	decided, err := matchRoute(rc, s.request)
	if err != nil {
		return &Dead{At: p.Name, Why: err.Error()}
	}
	decided.how = joined("listener "+l.Name, decided.how)
	return f.split(p, decided, h, s, way)
}

func (f *Follower) bytes(p *plane.Proxy, l *listenerv3.Listener, t *tcpv3.TcpProxy, s stream, way []string) Node {
	targets := []target{{t.GetCluster(), 1}}
	if w := t.GetWeightedClusters().GetClusters(); len(w) > 0 {
		targets = nil
		var total float64
		for _, c := range w {
			total += float64(c.GetWeight())
		}
		for _, c := range w {
			targets = append(targets, target{c.GetName(), float64(c.GetWeight()) / total})
		}
	}
	return f.split(p, decision{targets: targets, how: "listener " + l.Name}, nil, s, way)
}

func (f *Follower) split(p *plane.Proxy, d decision, h *hcmv3.HttpConnectionManager, s stream, way []string) Node {
	shares := func(targets []target, s stream) []Share {
		var out []Share
		for _, t := range targets {
			out = append(out, Share{t.share, f.cluster(p, t.cluster, h, s, way)})
		}
		return out
	}
	sent, copied := s, s
	if d.done != nil {
		sent.request = d.done.on(s.request)
		copied.request = shadowed(sent.request)
	}
	return &Split{Line: p.Name + ": " + d.how, Done: d.done, To: shares(d.targets, sent), Copies: shares(d.copies, copied)}
}

func clientCertificateAsked(fc *listenerv3.FilterChain) (terminates, mutual bool) {
	if fc.GetTransportSocket() == nil {
		return false, false
	}
	ctx := &tlsv3.DownstreamTlsContext{}
	if fc.GetTransportSocket().GetTypedConfig().UnmarshalTo(ctx) != nil {
		return false, false
	}
	return true, ctx.GetRequireClientCertificate().GetValue()
}
