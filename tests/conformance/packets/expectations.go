// Cases that other judges share. In: a case without packets.yaml: its expect.yaml or, without that too, what the model derives from
// the document. Out: the same expectations as calls and outages, so that packets are judged by the words that the simulation is.
package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"cwc/conformance/expect"
	"cwc/conformance/mesh"
	"cwc/conformance/model"
	"cwc/conformance/world"
)

const (
	// derivedCalls are made for each expected call; more where shares are expected.
	derivedCalls, sharedCalls = 20, 200
	// failoverLimit is what each endpoint that dies adds to a failover: Envoy takes the first out at once, and merges what follows
	// within a second of another change into one that comes at that second's end.
	failoverLimit = Span(1_200_000_000)
)

// expectations fills a case's calls and outages, and adds their callers to the world.
func (c *Case) expectations(d *mesh.Document, w *world.World, text string, failovers int) error {
	file := model.Expect(d)
	if text != "" {
		var err error
		if file, err = expect.Read(text); err != nil {
			return fmt.Errorf("expect.yaml: %w", err)
		}
	}
	for _, call := range file.Calls {
		for _, from := range call.From {
			caller, err := callerIn(w, from)
			if err != nil {
				return err
			}
			for _, to := range call.To {
				c.addExpected(w, call, caller, to)
			}
		}
	}
	c.thinOut(failovers)
	return nil
}

func (c *Case) addExpected(w *world.World, call expect.Call, caller *world.Workload, to string) {
	scheme := call.Protocol
	if scheme == "" {
		scheme = "http"
	}
	path, query, _ := strings.Cut(call.Path, "?")
	target := url.URL{Scheme: scheme, Host: to, Path: path, RawQuery: query}
	one := CallCase{
		Why: fmt.Sprintf("%s to %s", caller.ID(), target.String()), From: caller.ID(), To: target.String(), Times: derivedCalls,
		Method: call.Method, Headers: call.Headers, Refused: call.Refused != "", Reaches: sortedKeys(call.Reached),
		ways: waysOf(call, caller.Cluster), copies: sortedKeys(call.Copies),
		sees: call.Sees, plain: call.MTLS != nil && !*call.MTLS && call.Sees != "",
	}
	for workload, share := range call.Reached {
		if share > 0 && len(call.Reached) > 1 {
			if one.Shares == nil {
				one.Shares, one.Times = map[string]float64{}, sharedCalls
			}
			one.Shares[workload] = share
		}
	}
	one.Times = max(one.Times, EnoughToSee(len(one.Reaches)))
	c.Calls = append(c.Calls, one)
	var killed []string
	before := one.Reaches
	for i, tier := range call.Failover {
		killed = append(killed, before...)
		before = sortedKeys(tier)
		c.Outages = append(c.Outages, OutageCase{
			Why: fmt.Sprintf("%s, failover %d", one.Why, i+1), From: one.From, To: one.To, Headers: one.Headers, Method: one.Method,
			Kill: slices.Clone(killed), Before: one.Reaches, During: before, Within: failoverLimit * Span(endpoints(w, caller.Cluster, killed)), ways: one.ways, plain: one.plain, final: true,
		})
	}
}

// endpoints counts what stands for workloads in a caller's sidecar: a Service's one address, each pod of a headless one, and each
// address of another cluster's gateways.
func endpoints(w *world.World, caller string, workloads []string) int {
	n := 0
	for _, id := range workloads {
		name, _, _ := strings.Cut(id, "/")
		cluster := w.Clusters[name]
		if name != caller {
			for _, gateway := range cluster.Gateways {
				n += len(gateway.Addresses)
			}
			continue
		}
		own := 1
		for _, service := range cluster.Services {
			for _, workload := range cluster.Backing(service) {
				if workload.ID() == id && service.IP == "None" {
					own = len(workload.Pods)
				}
			}
		}
		n += own
	}
	return n
}

// callerIn finds a workload of that namespace and account, or adds one: a case's callers need no place in its world.
func callerIn(w *world.World, from string) (*world.Workload, error) {
	cluster, namespace, account, err := expect.Caller(from)
	if err != nil {
		return nil, err
	}
	c := w.Clusters[cluster]
	if c == nil {
		return nil, fmt.Errorf("caller %s: there is no such cluster", from)
	}
	key := namespace + "/caller-" + account
	if c.Workloads[key] == nil {
		callers := 0
		for _, workload := range c.Workloads {
			if netip.MustParseAddr(workload.Pods[0]).As4()[2] == callerRange {
				callers++
			}
		}
		c.Namespaces[namespace] = true
		c.Workloads[key] = &world.Workload{
			Cluster: cluster, Namespace: namespace, Name: "caller-" + account, Account: account, Sidecar: true,
			Labels: map[string]string{"app": "caller-" + account},
			Pods:   []string{"10." + strconv.Itoa(16+c.Index) + "." + strconv.Itoa(callerRange) + "." + strconv.Itoa(callers+1)},
		}
	}
	return c.Workloads[key], nil
}

// callerRange is the third part of such callers' addresses; the world gives its own pods lower ones.
const callerRange = 251

// thinOut keeps some of the outages, from all over the case.
func (c *Case) thinOut(keep int) {
	all := c.Outages
	if c.left = max(0, len(all)-keep); c.left == 0 {
		return
	}
	c.Outages = nil
	for i := range keep {
		c.Outages = append(c.Outages, all[i*len(all)/keep])
	}
}
