// What an Envoy says of itself on its admin port. In: a running Envoy. Out: whether it is ready, and its counters.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

func (e *Envoy) admin(path string) ([]byte, int, error) {
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return e.namespace.Dial(ctx, address)
		},
	}}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d%s", adminPort, path))
	if err != nil {
		return nil, 0, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return body, response.StatusCode, err
}

// WaitReady waits until Envoy answers LIVE, and fails with its own last words if it ends before.
func (e *Envoy) WaitReady(limit time.Duration) error {
	deadline := time.Now().Add(limit)
	for {
		_, status, err := e.admin("/ready")
		if err == nil && status == http.StatusOK {
			return nil
		}
		select {
		case end := <-e.ended:
			e.process = nil
			return fmt.Errorf("Envoy of %s ended (%v): %s", e.Pod.ID(), end, e.Log.Tail())
		case <-time.After(10 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("Envoy of %s is not ready after %s: %s", e.Pod.ID(), limit, e.Log.Tail())
		}
	}
}

// Counters reads the counters and gauges whose names match a regular expression.
func (e *Envoy) Counters(pattern string) (map[string]int64, error) {
	body, _, err := e.admin("/stats?format=json&filter=" + url.QueryEscape(pattern))
	if err != nil {
		return nil, fmt.Errorf("counters of %s: %w", e.Pod.ID(), err)
	}
	var answer struct {
		Stats []struct {
			Name  string          `json:"name"`
			Value json.RawMessage `json:"value"`
		} `json:"stats"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, fmt.Errorf("counters of %s: %w", e.Pod.ID(), err)
	}
	counters := map[string]int64{}
	for _, stat := range answer.Stats {
		var value int64
		if json.Unmarshal(stat.Value, &value) == nil && stat.Name != "" {
			counters[stat.Name] = value
		}
	}
	return counters, nil
}

// Sum adds up the counters that match.
func (e *Envoy) Sum(pattern string) (int64, error) {
	counters, err := e.Counters(pattern)
	var sum int64
	for _, value := range counters {
		sum += value
	}
	return sum, err
}

// CheckConfigured fails unless Envoy took every listener and cluster that it was sent. A refused listener is seen here
// only: /ready says LIVE all the same.
func (e *Envoy) CheckConfigured() error {
	counters, err := e.Counters(`^(listener_manager\.lds|cluster_manager\.cds)\.update_(rejected|success)$`)
	if err != nil {
		return err
	}
	for _, kind := range []string{"listener_manager.lds", "cluster_manager.cds"} {
		rejected, told := counters[kind+".update_rejected"]
		if !told {
			return fmt.Errorf("Envoy of %s does not tell %s.update_rejected", e.Pod.ID(), kind)
		}
		if rejected != 0 {
			return fmt.Errorf("Envoy of %s refused its configuration %d times (%s): %s", e.Pod.ID(), rejected, kind, e.Log.Tail())
		}
		if counters[kind+".update_success"] == 0 {
			return fmt.Errorf("Envoy of %s was never configured (%s)", e.Pod.ID(), kind)
		}
	}
	return nil
}

// Hosts tells each upstream host of the clusters whose names contain a text, with its health flags.
func (e *Envoy) Hosts(contains string) []string {
	body, _, err := e.admin("/clusters")
	if err != nil {
		return []string{err.Error()}
	}
	var hosts []string
	for _, line := range strings.Split(string(body), "\n") {
		if parts := strings.Split(line, "::"); len(parts) == 4 && parts[2] == "health_flags" && strings.Contains(parts[0], contains) {
			hosts = append(hosts, parts[1]+" "+parts[3])
		}
	}
	return hosts
}
