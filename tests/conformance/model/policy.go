// Policies: a document, a caller and a service enter; what each proxy on the calls' ways is told of limits, times and silence leaves, by the reference:
// the backend's where nothing else can be called, else the service's; and where there is another place to go to, what failover needs.

package model

import (
	"fmt"
	"maps"
	"slices"

	"cwc/conformance/mesh"
)

// policy is of the caller, and of every gateway that passes the calls on unread.
func policy(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port) map[string]map[string]string {
	if d.Discovered(caller, s) {
		return nil // called by Istio's own name, for which the document says no policy
	}
	to := d.Reached(caller, s)
	out := map[string]map[string]string{"caller": settings(d, caller, s, p, to, hops(d, caller, "", to), true)}
	if c := d.Clusters[caller]; c.Egress != nil {
		away := slices.DeleteFunc(slices.Clone(to), func(r mesh.Reached) bool { return len(r.Way) == 0 })
		if len(away) > 0 {
			out[egress(caller, c.Egress)] = settings(d, caller, s, p, away, hops(d, caller, "the egress gateway", away), false)
		}
	}
	for _, gateway := range d.ClusterNames() {
		passing := slices.DeleteFunc(slices.Clone(to), func(r mesh.Reached) bool { return !slices.Contains(r.Way, gateway) })
		if len(passing) == 0 || mesh.Reads(enters(d, caller, s), p) {
			continue
		}
		out[gateway] = settings(d, caller, s, p, passing, hops(d, caller, gateway, passing), false)
	}
	return out
}

// hops counts the endpoints that a proxy chooses among: its own cluster's backend, those at their own address, the addresses of each gateway that comes next, an
// egress gateway.
func hops(d *mesh.Document, caller, place string, to []mesh.Reached) int {
	next := map[string]int{}
	for _, r := range to {
		rest := r.Way
		if place != "" && place != "the egress gateway" {
			rest = rest[slices.Index(rest, place)+1:]
		}
		switch {
		case r.Direct:
			next["direct to "+r.Cluster] = 1
		case len(rest) == 0:
			next[""] = 1
		case place == "" && d.Clusters[caller].Egress != nil:
			next["the egress gateway"] = 1
		default:
			next[rest[0]] = len(d.Clusters[rest[0]].Gateway.Addresses)
		}
	}
	sum := 0
	for _, n := range next {
		sum += n
	}
	return sum
}

func settings(d *mesh.Document, caller string, s *mesh.Service, p mesh.Port, to []mesh.Reached, endpoints int, sidecar bool) map[string]string {
	said := mesh.Policy{}
	maps.Copy(said, s.Policy)
	if len(to) == 1 {
		maps.Copy(said, to[0].Policy)
	}
	failover := endpoints > 1
	out := map[string]string{}
	set := func(key, value, otherwise string) {
		if value == "" && failover {
			value = otherwise
		}
		if value != "" {
			out[key] = value
		}
	}
	set("connect-timeout", said["pool.connect-timeout"], "2s")
	set("max-connections", said["pool.max-connections"], "")
	if sidecar && p.IsHTTP() {
		for _, key := range []string{"max-requests", "max-pending", "max-requests-per-connection"} {
			set(key, said["pool."+key], "")
		}
	}
	silence := [3]string{said["keepalive.time"], said["keepalive.interval"], said["keepalive.probes"]}
	if failover || silence != [3]string{} {
		for i, otherwise := range [3]string{"10s", "5s", "3"} {
			if silence[i] == "" && failover {
				silence[i] = otherwise
			}
			if silence[i] == "" {
				silence[i] = "-"
			}
		}
		out["keepalive"] = silence[0] + "/" + silence[1] + "/" + silence[2]
	}
	if ping := said["keepalive.ping"]; sidecar && p.IsHTTP2() && d.Clusters[caller].Istio == "1.31" && (failover || ping != "") {
		if ping == "" {
			ping = "10s"
		}
		out["ping"] = ping + "/5s"
	}
	if failover {
		o := mesh.Outlier{Errors: 5, Interval: "10s", Eject: "30s", MaxPercent: 100}
		if own := s.Outlier; own != nil {
			if own.Errors != 0 {
				o.Errors = own.Errors
			}
			if own.Interval != "" {
				o.Interval = own.Interval
			}
			if own.Eject != "" {
				o.Eject = map[string]string{"1m": "1m0s"}[own.Eject]
			}
			if own.MaxPercent != 0 {
				o.MaxPercent = own.MaxPercent
			}
		}
		out["outlier"] = fmt.Sprintf("%d/%s/%s/%d%%", o.Errors, o.Interval, o.Eject, o.MaxPercent)
	}
	return out
}
