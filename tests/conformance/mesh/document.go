// Package mesh holds a mesh.toml as the judges need it: the clusters, the services and where they
// run, with the document's own defaults applied. Enters: the text of a document (read.go). Leaves:
// the typed form, and the text again for documents that a program wrote (write.go).
//
// It knows nothing of Istio and shares no code with the compiler: what a case expects and what a
// random mesh must do are derived from here, so a mistake would have to be made twice to stay hidden.
package mesh

import (
	"sort"
	"strings"
)

// Document is one mesh.toml.
type Document struct {
	Domain    string
	Namespace string
	Crossing  string   // of [defaults], or else of [mesh]
	Reserved  []string // ranges in which no name may get its address
	Clusters  map[string]*Cluster
	Services  map[string]*Service
}

// Cluster is one [clusters.NAME] table.
type Cluster struct {
	Name    string
	Gateway *Gateway // nil: it calls, nobody calls into it
	Egress  *Gateway // nil: calls leave straight from the sidecars; it has no addresses
	Region  string
	Zone    string
	Mesh    string // clusters of one mesh share discovery
	Network string // clusters of one network reach each other's backends at the backends' addresses
	Drained bool
	Istio   string // its release
	DNS     string // what answers for the names: istio, coredns, kube-dns or none
	Via     string // the cluster whose gateway all its calls go through
	Behind  string // the cluster through whose gateway others reach it
	// Crossing is how calls enter it; empty where it says nothing itself.
	Crossing string
	// Existing is what others applied to it.
	Existing Existing
	// TrustDomain is the cluster's own or the mesh's.
	TrustDomain string
}

// Gateway is where other clusters enter a cluster.
type Gateway struct {
	Addresses []string
	Port      int
	NodePort  int // 0: none is said
	Namespace string
	Service   string
	Selector  map[string]string
}

// Service is one [services.KEY] table.
type Service struct {
	Key       string
	Name      string
	Namespace string
	Hosts     []string // further names, beside the derived one
	Ports     []Port   // sorted by number
	Backends  map[string]*Backend
	Prefer    string   // local, any or order
	Order     []string // with prefer = order: the clusters as listed
	Outlier   *Outlier
	Policy    Policy
	Vip       string
	Crossing  string                       // how its calls enter a cluster; empty where it says nothing itself
	Callers   []string                     // cluster[/namespace[/service-account]]; none: every cluster
	Versions  map[string]map[string]string // name -> the labels of its pods, beside the backend's selector
	Routes    []*Route
}

// Port is one port under which a service is called.
type Port struct {
	Name     string
	Number   int
	Protocol string
}

// Backend is what a hosting cluster calls the service.
type Backend struct {
	Cluster  string
	Host     string         // a Kubernetes Service's full name
	Ports    map[string]int // port name -> the port of that Kubernetes Service
	PodPorts map[string]int // port name -> the pods' port, where the document gives it
	Selector map[string]string
	Address  string   // where clusters of the same network reach it; empty: nowhere
	Versions []string // sorted; nil: all
	Policy   Policy
	Weight   *int // its share where all are called at once; nil: 1
}

// Outlier is a service's `outlier` table, as far as it is written.
type Outlier struct {
	Errors     int
	Interval   string
	Eject      string
	MaxPercent int
}

// Policy is what is written of `pool` and `keepalive`: `pool.max-requests`, `keepalive.time`, each with its value.
type Policy map[string]string

// Names are all names of a service, the derived one first.
func (s *Service) Names(domain string) []string {
	return append([]string{s.Name + "." + s.Namespace + "." + domain}, s.Hosts...)
}

// Hosting are the clusters that run the service, sorted.
func (s *Service) Hosting() []string { return keys(s.Backends) }

// ServiceKeys are the keys of all services, sorted.
func (d *Document) ServiceKeys() []string { return keys(d.Services) }

// ClusterNames are the names of all clusters, sorted.
func (d *Document) ClusterNames() []string { return keys(d.Clusters) }

// Workload is the name that the default world gives to the pods of a backend.
func (b *Backend) Workload() string { return strings.SplitN(b.Host, ".", 2)[0] }

// Namespace is where a backend lives: the second label of its Kubernetes name.
func (b *Backend) Namespace() string { return strings.SplitN(b.Host, ".", 3)[1] }

// IsHTTP2 says whether a caller's sidecar speaks HTTP/2 to it, as Istio reads the protocol.
func (p Port) IsHTTP2() bool {
	return p.Protocol == "http2" || p.Protocol == "grpc" || p.Protocol == "grpc-web"
}

// IsHTTP says whether requests of this protocol are routed by their headers.
func (p Port) IsHTTP() bool {
	switch p.Protocol {
	case "http", "http2", "grpc", "grpc-web":
		return true
	}
	return false
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
