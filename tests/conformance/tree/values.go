// Values: what the compiled tree says to Istio's own installation, beside the objects. Enters: a tree's folder. Leaves: for each cluster that has them, the
// values for the chart `istiod`, of which the judges look at the networks.

package tree

import "sigs.k8s.io/yaml"

// Values are a cluster's values for Istio's chart.
type Values struct {
	Global struct {
		MeshID       string `json:"meshID"`
		MultiCluster struct {
			ClusterName string `json:"clusterName"`
		} `json:"multiCluster"`
		Network      string         `json:"network"`
		MeshNetworks map[string]any `json:"meshNetworks"`
	} `json:"global"`
}

// LoadValues reads the values of every cluster that has some.
func LoadValues(root string) (map[string]*Values, error) {
	beside, err := LoadBeside(root)
	if err != nil {
		return nil, err
	}
	return ValuesIn(beside)
}

// ValuesIn are those among what lies beside the resources.
func ValuesIn(beside Tree) (map[string]*Values, error) {
	out := map[string]*Values{}
	for cluster := range beside {
		said := beside.Values(cluster, "istiod")
		if said == nil {
			continue
		}
		text, err := yaml.Marshal(said)
		if err != nil {
			return nil, err
		}
		v := &Values{}
		if err := yaml.Unmarshal(text, v); err != nil {
			return nil, err
		}
		out[cluster] = v
	}
	return out, nil
}

// Network is what the injector tells a proxy of its network.
func (v *Values) Network() string {
	if v == nil {
		return ""
	}
	return v.Global.Network
}

// Networks is the text of the ConfigMap that the chart makes of the values for istiod; empty where they name no network.
func (v *Values) Networks() (string, error) {
	if v == nil || len(v.Global.MeshNetworks) == 0 {
		return "", nil
	}
	text, err := yaml.Marshal(map[string]any{"networks": v.Global.MeshNetworks})
	return string(text), err
}
