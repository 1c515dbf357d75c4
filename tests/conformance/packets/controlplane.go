// One istiod a cluster. In: the cluster's part of the compiled tree and its Kubernetes objects. Out: configuration streamed to
// its proxies over a Unix socket by Istio's own generator, and the names that a sidecar's DNS answers.
package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	meshconfig "istio.io/api/mesh/v1alpha1"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/cluster"
	dnsserver "istio.io/istio/pkg/dns/server"
	"istio.io/istio/pkg/test"

	"cwc/conformance/plane"
	"cwc/conformance/tree"
	"cwc/conformance/world"
)

// ControlPlane is one cluster's.
type ControlPlane struct {
	server *xds.FakeDiscoveryServer
	// Socket is where its proxies dial.
	Socket string
}

// StartControlPlane serves a cluster until the failer's cleanup.
func StartControlPlane(t test.Failer, stage *Stage, c *world.Cluster, objects []*tree.Object, run string) (*ControlPlane, error) {
	istio, _ := tree.Istio(objects)
	config, err := tree.Text(istio)
	if err != nil {
		return nil, err
	}
	if c.Config != "" {
		config += "---\n" + c.Config
	}
	meshConfig, err := meshConfig(objects)
	if err != nil {
		return nil, err
	}
	made := &ControlPlane{Socket: filepath.Join(run, "discovery."+c.Name)}
	options := xds.FakeOptions{
		ConfigString: config, MeshConfig: meshConfig,
		ListenerBuilder: func() (net.Listener, error) { return listenUnix(made.Socket) },
	}
	plane.Watch(t, stage.World, c, &options)
	if err := plane.Tell(stage.Values[c.Name], &options); err != nil {
		return nil, fmt.Errorf("helm/istiod.yaml: %w", err)
	}
	made.server = xds.NewFakeDiscoveryServer(t, options)
	return made, nil
}

// listenUnix opens a socket that the proxies' user may dial.
func listenUnix(path string) (net.Listener, error) {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	return listener, os.Chmod(path, 0o666)
}

// meshConfig is Istio's own, with what the tree's values for istiod say, and two things that the judge needs.
func meshConfig(objects []*tree.Object) (*meshconfig.MeshConfig, error) {
	m, err := tree.MeshConfig(objects)
	if err != nil {
		return nil, err
	}
	// Unknown destinations are refused: else a name that nobody defined would leave in plain text and look like a success.
	m.OutboundTrafficPolicy = &meshconfig.MeshConfig_OutboundTrafficPolicy{
		Mode: meshconfig.MeshConfig_OutboundTrafficPolicy_REGISTRY_ONLY,
	}
	m.AccessLogFile, m.AccessLogFormat = "/dev/stdout", accessLogFormat
	return m, nil
}

// Resolve gives the address that the DNS of a pod's sidecar answers for a name.
func (c *ControlPlane) Resolve(p *Pod, name string) (string, error) {
	proxy := c.server.SetupProxy(&model.Proxy{
		ID: p.Name + "." + p.Workload.Namespace, ConfigNamespace: p.Workload.Namespace, IPAddresses: []string{p.Address.String()},
		Labels:   p.Workload.Labels,
		Metadata: &model.NodeMetadata{Namespace: p.Workload.Namespace, Labels: p.Workload.Labels, ClusterID: cluster.ID(p.Cluster.Name)},
	})
	table := dnsserver.BuildNameTable(dnsserver.Config{Node: proxy, Push: c.server.PushContext()}).Table
	info := table[name]
	if info == nil || len(info.Ips) == 0 {
		return "", fmt.Errorf("the sidecar of %s does not resolve %s", p.ID(), name)
	}
	return info.Ips[0], nil
}
