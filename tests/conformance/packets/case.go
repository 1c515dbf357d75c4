// A packet case as a person writes it. In: a folder with mesh.toml, world.yaml (which may be missing: the world is then what the
// document says) and packets.yaml. Out: the typed case. The keys are explained in docs/conformance-packets.md.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"sigs.k8s.io/yaml"

	"cwc/conformance/mesh"
	"cwc/conformance/world"
)

// Case is one mesh with everything that is tried in it.
type Case struct {
	Name    string       `json:"-"`
	Folder  string       `json:"-"`
	Calls   []CallCase   `json:"calls"`
	Probes  []ProbeCase  `json:"probes"`
	Outages []OutageCase `json:"outages"`
	// Controls break the tree; each must make one of the above fail.
	Controls []ControlCase `json:"controls"`
	Stage    *Stage        `json:"-"`

	// left are the derived outages that are not tried.
	left int
}

// CallCase makes calls while everything is up.
type CallCase struct {
	Why   string `json:"why"`
	From  string `json:"from"`
	To    string `json:"to"`
	Times int    `json:"times"`
	// Method and Headers are the request's, where the protocol has such.
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	// Refused means that no call may be answered.
	Refused bool `json:"refused"`
	// Reaches are the workloads that answer: these, each of them, and no other.
	Reaches []string `json:"reaches"`
	// Shares are percentages of the calls, by workload.
	Shares map[string]float64 `json:"shares"`
	// Apart means that routes choose between the workloads, so that shares hold for each, also of requests to one cluster.
	Apart bool `json:"apart"`
	// Through are the clusters whose gateways the calls enter.
	Through []string `json:"through"`

	// ways are the derived ways; they take Through's place.
	ways ways
	// copies are workloads that get copies of the calls: gateways on the way there may be entered too.
	copies []string
	// sees is whose identity the pods of other clusters see, as expectations write it; empty: the caller's.
	sees string
	// plain means that the calls cross between clusters in plain text.
	plain bool
}

// ProbeCase is one TLS connection by a stranger to a gateway.
type ProbeCase struct {
	Why     string `json:"why"`
	Gateway string `json:"gateway"`
	SNI     string `json:"sni"`
	ALPN    string `json:"alpn"`
	// Certificate is mesh, foreign or none; plaintext sends no TLS at all.
	Certificate string `json:"certificate"`
	// Expect is answered, refused-by-gateway or refused-by-pod.
	Expect string `json:"expect"`
}

// OutageCase kills pods under load and brings them back.
type OutageCase struct {
	Why     string            `json:"why"`
	From    string            `json:"from"`
	To      string            `json:"to"`
	Kill    []string          `json:"kill"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	// Silently means that the pods fall silent instead of dying: nothing is reset.
	Silently bool `json:"silently"`
	// Before, During and After are the workloads that answer in each phase; an empty During means that calls fail.
	Before []string `json:"before"`
	During []string `json:"during"`
	After  []string `json:"after"`
	// Within bounds the time from the kill to the last call that failed or went elsewhere; where During is empty, the time of one call.
	Within Span `json:"within"`
	// Returns bounds the time from the return of the pods until answers are as in After, for good.
	Returns Span `json:"returns"`

	// ways are the derived ways; without them only the caller's cluster dials gateways.
	ways ways
	// plain means that the calls cross between clusters in plain text.
	plain bool
	// final means that the pods stay dead: there is no After.
	final bool
}

// ControlCase breaks every cluster's objects and names the check that must fail for it.
type ControlCase struct {
	Why string `json:"why"`
	// Edits are made in order, wherever their key is found in an object of their kind.
	Edits []Edit `json:"edits"`
	// Fails is the why of the check, Saying a part of what it must say.
	Fails  string `json:"fails"`
	Saying string `json:"saying"`
}

// Edit gives a key another value; without one the key is removed.
type Edit struct {
	Kind  string `json:"kind"`
	Key   string `json:"key"`
	Value any    `json:"value"`
}

// Span is a duration, written as in Go: 1500ms, 30s.
type Span time.Duration

// UnmarshalJSON reads it.
func (s *Span) UnmarshalJSON(text []byte) error {
	var written string
	if err := yaml.Unmarshal(text, &written); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(written)
	*s = Span(parsed)
	return err
}

// LoadCase reads a folder. Of the outages that are not written but derived it keeps some.
func LoadCase(folder string, failovers int) (*Case, error) {
	c := &Case{Name: filepath.Base(folder), Folder: folder}
	text := map[string]string{}
	for _, name := range []string{"mesh.toml", "world.yaml", "packets.yaml", "expect.yaml"} {
		written, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil && (name == "mesh.toml" || !errors.Is(err, fs.ErrNotExist)) {
			return nil, err
		}
		text[name] = string(written)
	}
	document, err := mesh.Read(text["mesh.toml"])
	if err != nil {
		return nil, fmt.Errorf("mesh.toml: %w", err)
	}
	w, err := world.Read(document, text["world.yaml"])
	if err != nil {
		return nil, fmt.Errorf("world.yaml: %w", err)
	}
	if text["packets.yaml"] == "" {
		err = c.expectations(document, w, text["expect.yaml"], failovers)
	} else if err = yaml.UnmarshalStrict([]byte(text["packets.yaml"]), c); err != nil {
		err = fmt.Errorf("packets.yaml: %w", err)
	}
	if err != nil {
		return nil, err
	}
	c.Stage, err = NewStage(document, w)
	return c, err
}
