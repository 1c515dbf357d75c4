// Crossings: a service and a cluster enter; how calls of other clusters enter that cluster for it leaves, by the reference's order of who may say it.

package mesh

import "slices"

// The words of `crossing`.
const (
	Passthrough = "passthrough"
	Terminate   = "terminate"
	Plaintext   = "plaintext"
)

// Crossings are all words.
var Crossings = []string{Passthrough, Terminate, Plaintext}

// Enters is how calls to a service enter a cluster: as the service says, else the cluster, else the defaults, else the mesh. A gateway that could
// read none of its ports passes all of them through.
func (d *Document) Enters(s *Service, cluster string) string {
	said := Passthrough
	for _, word := range []string{d.Crossing, d.Clusters[cluster].Crossing, s.Crossing} {
		if word != "" {
			said = word
		}
	}
	if said == Terminate && !slices.ContainsFunc(s.Ports, Port.IsHTTP) {
		return Passthrough
	}
	return said
}

// Reads says whether a gateway reads the requests to a port that enter so, and does not just pass bytes on.
func Reads(crossing string, p Port) bool { return crossing != Passthrough && p.IsHTTP() }

// Entered are the clusters whose gateways take calls to a service by its own name.
func (d *Document) Entered(s *Service) []string {
	return slices.DeleteFunc(s.Hosting(), func(host string) bool {
		weight := s.Backends[host].Weight
		return d.Clusters[host].Gateway == nil || d.Clusters[host].Drained || s.Prefer == "any" && weight != nil && *weight == 0
	})
}

// Enterable says whether a service's calls can enter other clusters as the document says: everywhere alike, straight to the gateway that reads
// them, and in plain text only if all of them are HTTP.
func (d *Document) Enterable(s *Service) bool {
	word := ""
	for _, host := range d.Entered(s) {
		enters := d.Enters(s, host)
		if word != "" && word != enters {
			return false
		}
		if word = enters; word == Passthrough {
			continue
		}
		for _, caller := range d.ClusterNames() {
			way, err := d.Way(caller, host)
			if err == nil && (len(way) > 1 || len(way) == 1 && d.Clusters[caller].Egress != nil) {
				return false
			}
		}
		for _, p := range s.Ports {
			if word == Plaintext && !p.IsHTTP() {
				return false
			}
		}
	}
	return true
}
