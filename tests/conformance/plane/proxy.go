// Proxies: a workload enters, the listeners, routes, clusters, endpoints and DNS names that istiod
// generates for its proxy leave. Each kind is generated once, when it is first asked for.

package plane

import (
	"strings"
	"sync"

	clusterv3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpointv3 "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	routev3 "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/pkg/xds/endpoints"
	"istio.io/istio/pkg/cluster"
	"istio.io/istio/pkg/network"

	"cwc/conformance/world"
)

// Proxy is one sidecar or gateway and its generated configuration.
type Proxy struct {
	*Plane
	Node      *model.Proxy
	Name      string // as traces show it
	Account   string // namespace/service-account: whose certificate it holds
	IsGateway bool

	mu        sync.Mutex
	listeners []*listenerv3.Listener
	routes    map[string]*routev3.RouteConfiguration
	clusters  map[string]*clusterv3.Cluster
	endpoints map[string]*endpointv3.ClusterLoadAssignment
	names     map[string][]string
}

// Caller is the sidecar of some pod of a namespace and service account that serves nothing itself.
func (p *Plane) Caller(namespace, account string) *Proxy {
	return p.proxy("sidecar of "+namespace+"/"+account, &world.Workload{
		Namespace: namespace, Name: account, Account: account,
		Labels: map[string]string{"app": account}, Pods: []string{"10.255.255.1"},
	}, model.SidecarProxy)
}

// Sidecar is the proxy of a workload's first pod.
func (p *Plane) Sidecar(w *world.Workload) *Proxy {
	return p.proxy("pod of "+w.Namespace+"/"+w.Name, w, model.SidecarProxy)
}

// Gateway is the proxy of a gateway's pod.
func (p *Plane) Gateway(g *world.Gateway) *Proxy {
	return p.proxy("gateway "+g.Namespace+"/"+g.Name, g.Workload, model.Router)
}

func (p *Plane) proxy(name string, w *world.Workload, kind model.NodeType) *Proxy {
	p.mu.Lock()
	defer p.mu.Unlock()
	if have := p.proxies[name]; have != nil {
		return have
	}
	node := p.server.SetupProxy(&model.Proxy{
		Type:            kind,
		ID:              w.Name + "-0." + w.Namespace,
		ConfigNamespace: w.Namespace,
		IPAddresses:     w.Pods[:1],
		Labels:          w.Labels,
		Locality:        &corev3.Locality{Region: p.Cluster.Region, Zone: p.Cluster.Zone},
		Metadata: &model.NodeMetadata{
			Namespace: w.Namespace, Labels: w.Labels, ServiceAccount: w.Account,
			ClusterID: cluster.ID(p.Cluster.Name), IstioVersion: "1.31.0", DNSCapture: true,
			Network: network.ID(p.Values.Network()), RequestedNetworkView: View(p.Cluster, p.Values, kind == model.Router),
		},
	})
	made := &Proxy{
		Plane: p, Node: node, Name: p.Cluster.Name + ": " + name, IsGateway: kind == model.Router,
		Account:   w.Namespace + "/" + w.Account,
		endpoints: map[string]*endpointv3.ClusterLoadAssignment{},
	}
	p.proxies[name] = made
	return made
}

// Identity is what its certificate says.
func (x *Proxy) Identity() string { return x.Cluster.Identity(x.Account) }

// Listeners are the proxy's listeners.
func (x *Proxy) Listeners() []*listenerv3.Listener {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.listeners == nil {
		x.listeners = x.server.Listeners(x.Node)
	}
	return x.listeners
}

// Routes are the route configurations that the listeners ask for, by name.
func (x *Proxy) Routes() map[string]*routev3.RouteConfiguration {
	listeners := x.Listeners()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.routes == nil {
		x.routes = map[string]*routev3.RouteConfiguration{}
		for _, r := range x.server.RoutesFromListeners(x.Node, listeners) {
			x.routes[r.Name] = r
		}
	}
	return x.routes
}

// Clusters are the proxy's Envoy clusters, by name.
func (x *Proxy) Clusters() map[string]*clusterv3.Cluster {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.clusters == nil {
		x.clusters = map[string]*clusterv3.Cluster{}
		for _, c := range x.server.Clusters(x.Node) {
			x.clusters[c.Name] = c
		}
	}
	return x.clusters
}

// Endpoints are the endpoints of one Envoy cluster, wherever Envoy would take them from.
func (x *Proxy) Endpoints(c *clusterv3.Cluster) *endpointv3.ClusterLoadAssignment {
	if c.GetType() != clusterv3.Cluster_EDS {
		return c.GetLoadAssignment()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	have, ok := x.endpoints[c.Name]
	if !ok {
		b := endpoints.NewEndpointBuilder(c.Name, x.Node, x.server.PushContext())
		have = b.BuildClusterLoadAssignment(x.server.Discovery.Env.EndpointIndex)
		x.endpoints[c.Name] = have
	}
	return have
}

// Names is the table from which the sidecar's DNS answers.
func (x *Proxy) Names() map[string][]string {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.names == nil {
		x.names = map[string][]string{}
		table := x.server.ConfigGen.BuildNameTable(x.Node, x.server.PushContext())
		for host, info := range table.GetTable() {
			// The agent looks names up in lower case, and lowers its table (pkg/dns/client/dns.go).
			x.names[strings.ToLower(host)] = info.GetIps()
		}
	}
	return x.names
}
