// Values: what the compiled tree says to Istio's own installation, beside the objects. Enters: a tree's folder. Leaves: for each cluster that has them, the
// values for the chart `istiod`, of which the judges look at the networks.

package tree

import (
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

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
	files, err := filepath.Glob(filepath.Join(root, "*", "helm", "istiod.yaml"))
	if err != nil {
		return nil, err
	}
	out := map[string]*Values{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		v := &Values{}
		if err := yaml.Unmarshal(text, v); err != nil {
			return nil, err
		}
		out[filepath.Base(filepath.Dir(filepath.Dir(file)))] = v
	}
	return out, nil
}

// Networks is the text of the ConfigMap that the chart makes of the values for istiod; empty where they name no network.
func (v *Values) Networks() (string, error) {
	if v == nil || len(v.Global.MeshNetworks) == 0 {
		return "", nil
	}
	text, err := yaml.Marshal(map[string]any{"networks": v.Global.MeshNetworks})
	return string(text), err
}
