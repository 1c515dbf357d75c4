// Package world describes what stands in the clusters: Kubernetes Services, workloads, gateways and
// addresses. Enters: a document (derive.go) and what a case says beside it (read.go). Leaves: the
// same as Kubernetes objects (objects.go), and answers to "who is behind this address" (address.go).
package world

import (
	"fmt"
	"sort"
	"strings"
)

// World is every cluster, and the names that public DNS knows.
type World struct {
	Clusters map[string]*Cluster
	Records  map[string][]string // host name -> addresses, where it has more than one
}

// Cluster is what stands in one cluster.
type Cluster struct {
	Name    string
	Index   int // position among all clusters: its address ranges
	Region  string
	Zone    string
	Group   []string // the clusters that it shares discovery with
	Spans   bool     // whether these, with itself, are in several networks
	Network string   // clusters of one network reach each other's Services that have an address there
	// TrustDomain is what the identities of its workloads begin with; its authority has the same root as all others.
	TrustDomain string
	Namespaces  map[string]bool
	Services    map[string]*Service  // by namespace/name
	Workloads   map[string]*Workload // by namespace/name
	Gateways    map[string]*Gateway  // by namespace/name of the gateway's Service
	Config      string               // Istio resources that somebody else applied here
}

// Service is a Kubernetes Service.
type Service struct {
	Namespace, Name string
	IP              string // "None": headless
	Ports           []Port
	Selector        map[string]string
	Addresses       []string // where the cluster's network reaches it, as by an internal load balancer
}

// Port is one port of a Service.
type Port struct {
	Name   string
	Number int
	Target int
}

// Workload is a set of equal pods.
type Workload struct {
	Cluster         string
	Namespace, Name string
	Labels          map[string]string
	Account         string
	Pods            []string // their addresses
	Sidecar         bool
}

// Gateway is a workload that runs a gateway, with the addresses that lead to its Service from outside.
type Gateway struct {
	*Workload
	Service   *Service
	Addresses []string
	Egress    bool // for calls that leave the cluster; it has no addresses then
}

// Identity is what the certificate of an account of the cluster says; the account as namespace/name.
func (c *Cluster) Identity(account string) string {
	namespace, name, _ := strings.Cut(account, "/")
	return "spiffe://" + c.TrustDomain + "/ns/" + namespace + "/sa/" + name
}

// ID names a workload as expectations write it.
func (w *Workload) ID() string { return w.Cluster + "/" + w.Namespace + "/" + w.Name }

// Backing are the workloads that a Service selects, sorted by name.
func (c *Cluster) Backing(s *Service) []*Workload {
	var out []*Workload
	for _, key := range sortedKeys(c.Workloads) {
		if w := c.Workloads[key]; w.Namespace == s.Namespace && selects(s.Selector, w.Labels) {
			out = append(out, w)
		}
	}
	for _, key := range sortedKeys(c.Gateways) {
		if g := c.Gateways[key]; g.Namespace == s.Namespace && selects(s.Selector, g.Labels) {
			out = append(out, g.Workload)
		}
	}
	return out
}

// Names are the clusters' names, sorted.
func (w *World) Names() []string { return sortedKeys(w.Clusters) }

// GatewayKeys are the gateways' keys, sorted.
func (c *Cluster) GatewayKeys() []string { return sortedKeys(c.Gateways) }

// Host is the full name of a Service.
func (s *Service) Host() string { return s.Name + "." + s.Namespace + ".svc.cluster.local" }

// podAddress and serviceAddress give each cluster ranges of its own; nothing in the judges needs
// that, but it lets a reader of a trace see where an address belongs.
func (c *Cluster) podAddress(n int) string {
	return fmt.Sprintf("10.%d.%d.%d", 16+c.Index, n/250, n%250+1)
}

func (c *Cluster) serviceAddress(n int) string {
	return fmt.Sprintf("172.%d.%d.%d", 16+c.Index, n/250, n%250+1)
}

func selects(selector, labels map[string]string) bool {
	if len(selector) == 0 {
		return false
	}
	for k, v := range selector {
		if labels[k] != v {
			return false
		}
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
