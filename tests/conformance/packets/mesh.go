// The whole mesh of one case, running. In: a Stage, its compiled tree and an Envoy binary. Out: control planes, a network,
// a proxy beside every pod and an application in it; pods can be killed and brought back.
package main

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"sort"
	"sync"
	"time"

	"istio.io/istio/pkg/test"

	"cwc/conformance/tree"
)

// Mesh is a running case.
type Mesh struct {
	Stage     *Stage
	Network   *Network
	Planes    map[string]*ControlPlane
	Envoys    []*Envoy
	Wire      *Wire
	Authority *Authority

	envoyOf      map[*Pod]*Envoy
	applications map[*Pod]*Application
	stops        []func()
	// plain are the pairs of clusters of which the first calls the second in plain text.
	plain map[[2]string]bool
}

// readyLimit is for one Envoy among twenty that start at once on a busy machine of two cores; alone it takes a tenth of a second.
const readyLimit = 60 * time.Second

// StartMesh starts everything and returns once every Envoy is ready. Stop must be called in any case.
func StartMesh(t test.Failer, stage *Stage, compiled tree.Tree, binary, run string) (*Mesh, error) {
	m := &Mesh{
		Stage: stage, Planes: map[string]*ControlPlane{}, envoyOf: map[*Pod]*Envoy{}, applications: map[*Pod]*Application{},
	}
	var err error
	if m.Network, err = BuildNetwork(stage); err != nil {
		return m, err
	}
	if m.Wire, err = TapWire(m.Network.WideArea); err != nil {
		return m, err
	}
	m.stops = append(m.stops, m.Wire.Close)
	secretsSocket, err := m.startSecrets(run)
	if err != nil {
		return m, err
	}
	for _, name := range stage.World.Names() {
		c := stage.World.Clusters[name]
		closeDNS, err := ServeDNS(stage.World, c, m.Network.Routers[name])
		if err != nil {
			return m, err
		}
		m.stops = append(m.stops, closeDNS)
		if m.Planes[name], err = StartControlPlane(t, stage, c, compiled[name], run); err != nil {
			return m, fmt.Errorf("control plane of %s: %w", name, err)
		}
	}
	leaf, err := m.Authority.Issue("spiffe://cluster.local/applications")
	if err != nil {
		return m, err
	}
	certificate, err := leaf.TLS()
	if err != nil {
		return m, err
	}
	for _, pod := range stage.Pods {
		if !pod.IsGateway() {
			m.applications[pod] = &Application{pod: pod, namespace: m.Network.Pods[pod], certificate: certificate}
		}
		if !pod.IsGateway() && !pod.Workload.Sidecar {
			continue
		}
		sockets := Sockets{Discovery: m.Planes[pod.Cluster.Name].Socket, Secrets: secretsSocket}
		envoy, err := NewEnvoy(pod, m.Network.Pods[pod], binary, run, sockets, stage.Values[pod.Cluster.Name])
		if err != nil {
			return m, err
		}
		m.Envoys, m.envoyOf[pod] = append(m.Envoys, envoy), envoy
	}
	return m, m.Restore(stage.Pods)
}

func (m *Mesh) startSecrets(run string) (socket string, err error) {
	if m.Authority, err = NewAuthority("root of this run"); err != nil {
		return "", err
	}
	secrets := &Secrets{Leaves: map[string]Leaf{}, Root: m.Authority.Root}
	for _, pod := range m.Stage.Pods {
		// Two clusters never give two pods one node id: their pods' addresses differ.
		if secrets.Leaves[NodeID(pod)], err = m.Authority.Issue(pod.Identity()); err != nil {
			return "", err
		}
	}
	socket = filepath.Join(run, "secrets")
	listener, err := listenUnix(socket)
	if err != nil {
		return "", err
	}
	m.stops = append(m.stops, secrets.Serve(listener))
	return socket, nil
}

// Restore starts the given pods, which must not be running, and waits until they can be called.
func (m *Mesh) Restore(pods []*Pod) error {
	for _, pod := range pods {
		if application := m.applications[pod]; application != nil {
			if err := application.Start(); err != nil {
				return err
			}
		}
		if envoy := m.envoyOf[pod]; envoy != nil {
			if err := envoy.Start(); err != nil {
				return err
			}
		}
	}
	for _, pod := range pods {
		if envoy := m.envoyOf[pod]; envoy != nil {
			if err := envoy.WaitReady(readyLimit); err != nil {
				return err
			}
		}
	}
	return nil
}

// Kill ends pods as a crash does: connections to them are reset, and nobody is told.
func (m *Mesh) Kill(pods []*Pod) {
	var all sync.WaitGroup
	for _, pod := range pods {
		all.Go(func() {
			if application := m.applications[pod]; application != nil {
				application.Stop()
			}
			if envoy := m.envoyOf[pod]; envoy != nil {
				envoy.Kill()
			}
		})
	}
	all.Wait()
}

// Vanish lets pods fall silent: nothing is reset, packets get lost. The function that it returns brings them back.
func (m *Mesh) Vanish(pods []*Pod) (back func() error, err error) {
	gone := map[string][]netip.Addr{}
	for _, pod := range pods {
		gone[pod.Cluster.Name] = append(gone[pod.Cluster.Name], pod.Address)
	}
	var ends []func() error
	for cluster, addresses := range gone {
		end, err := Silence(m.Network.Routers[cluster], addresses)
		if err != nil {
			return nil, err
		}
		ends = append(ends, end)
	}
	return func() error {
		var all error
		for _, end := range ends {
			all = errors.Join(all, end())
		}
		return all
	}, nil
}

// Stop ends every process and takes the network down.
func (m *Mesh) Stop() {
	m.Kill(m.Stage.Pods)
	for _, stop := range m.stops {
		stop()
	}
	if m.Network != nil {
		m.Network.Close()
	}
}

// Gateways are the pods of a cluster that others dial.
func (m *Mesh) Gateways(cluster string) []*Pod {
	var all []*Pod
	for _, pod := range m.Stage.Pods {
		if pod.Cluster.Name == cluster && pod.IsPublic() {
			all = append(all, pod)
		}
	}
	return all
}

// Crossed tells which gateways were sent payload, and from where, between two readings of the wire: "cluster to cluster/gateway".
func (m *Mesh) Crossed(before, after map[Path]Traffic) map[[2]string]Traffic {
	crossed := map[[2]string]Traffic{}
	for from, outward := range m.Network.Outward {
		for _, pod := range m.Stage.Pods {
			if !pod.IsPublic() {
				continue
			}
			path := Path{outward, pod.Public.Addr()}
			now, then := after[path], before[path]
			if now.Payload > then.Payload || now.Opened > then.Opened {
				key := [2]string{from, pod.Cluster.Name}
				sum := crossed[key]
				sum.Opened += now.Opened - then.Opened
				sum.Payload += now.Payload - then.Payload
				crossed[key] = sum
			}
		}
	}
	return crossed
}

func sortedKeys[V any](all map[string]V) []string {
	var keys []string
	for key := range all {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
