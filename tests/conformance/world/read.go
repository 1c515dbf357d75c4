// Reading world.yaml: what stands in the clusters beside, or unlike, what the document tells.

package world

import (
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"cwc/conformance/mesh"
)

type file struct {
	Clusters map[string]*clusterFile `json:"clusters"`
	DNS      map[string][]string     `json:"dns"`
}

type clusterFile struct {
	Region     *string                 `json:"region"`
	Zone       *string                 `json:"zone"`
	Namespaces []string                `json:"namespaces"`
	Services   map[string]serviceFile  `json:"services"`
	Workloads  map[string]workloadFile `json:"workloads"`
	Without    []string                `json:"without"`
	Config     string                  `json:"config"`
}

type serviceFile struct {
	Ports    map[string]portFile `json:"ports"`
	Selector map[string]string   `json:"selector"`
	Headless bool                `json:"headless"`
}

type portFile struct {
	Port   int `json:"port"`
	Target int `json:"target"`
}

type workloadFile struct {
	Labels  map[string]string `json:"labels"`
	Account string            `json:"service-account"`
	Pods    *int              `json:"pods"`
	Sidecar *bool             `json:"sidecar"`
}

// Read derives the world of a document and lays a world.yaml over it; an empty text changes nothing.
func Read(d *mesh.Document, text string) (*World, error) {
	var f file
	if err := yaml.UnmarshalStrict([]byte(text), &f); err != nil {
		return nil, err
	}
	w := Derive(d)
	for host, addresses := range f.DNS {
		w.Records[host] = addresses
	}
	for name, cf := range f.Clusters {
		c := w.Clusters[name]
		if c == nil {
			return nil, fmt.Errorf("cluster %s is not in the document", name)
		}
		if cf == nil {
			continue
		}
		if err := c.overlay(cf); err != nil {
			return nil, fmt.Errorf("cluster %s: %w", name, err)
		}
	}
	for _, c := range w.Clusters {
		c.number()
	}
	return w, nil
}

func (c *Cluster) overlay(f *clusterFile) error {
	if f.Region != nil {
		c.Region = *f.Region
	}
	if f.Zone != nil {
		c.Zone = *f.Zone
	}
	for _, ns := range f.Namespaces {
		c.Namespaces[ns] = true
	}
	for _, key := range f.Without {
		if c.Services[key] == nil && c.Workloads[key] == nil {
			return fmt.Errorf("without %s: nothing of that name is there", key)
		}
		delete(c.Services, key)
		delete(c.Workloads, key)
	}
	if c.Config != "" && f.Config != "" {
		c.Config += "---\n"
	}
	c.Config += f.Config
	for key, sf := range f.Services {
		ns, name, err := split(key)
		if err != nil {
			return err
		}
		s := &Service{Namespace: ns, Name: name, Selector: sf.Selector}
		if len(s.Selector) == 0 {
			s.Selector = map[string]string{"app": name}
		}
		if sf.Headless {
			s.IP = "None"
		}
		for _, pn := range sortedKeys(sf.Ports) {
			p := sf.Ports[pn]
			if p.Target == 0 {
				p.Target = p.Port
			}
			s.Ports = append(s.Ports, Port{pn, p.Port, p.Target})
		}
		c.Services[key] = s
		c.Namespaces[ns] = true
	}
	for key, wf := range f.Workloads {
		ns, name, err := split(key)
		if err != nil {
			return err
		}
		w := c.Workloads[key]
		if w == nil {
			w = &Workload{Cluster: c.Name, Namespace: ns, Name: name, Account: name, Sidecar: true,
				Labels: map[string]string{"app": name}, Pods: make([]string, 2)}
			c.Workloads[key] = w
		}
		if wf.Labels != nil {
			w.Labels = wf.Labels
		}
		if wf.Account != "" {
			w.Account = wf.Account
		}
		if wf.Pods != nil {
			w.Pods = make([]string, *wf.Pods)
		}
		if wf.Sidecar != nil {
			w.Sidecar = *wf.Sidecar
		}
		c.Namespaces[ns] = true
	}
	return nil
}

func split(key string) (string, string, error) {
	ns, name, ok := strings.Cut(key, "/")
	if !ok || ns == "" || name == "" {
		return "", "", fmt.Errorf("%q is not of the form namespace/name", key)
	}
	return ns, name, nil
}
