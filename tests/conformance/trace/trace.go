// Package trace asks the compiler how a call goes. Enters: a document's file, a call and the clusters
// that are to be down. Leaves: what `cwc trace --format json` answers. The judge compares that with
// what Istio makes of the same call.
package trace

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"

	"cwc/conformance/follow"
)

// Tracer asks about the calls of one document.
type Tracer struct {
	Cwc, File string
	Most      int // how many calls are asked about
}

// Answer is what the judge needs of the output.
type Answer struct {
	Arrives bool
	Reached []Reached
	Lost    *struct {
		Share float64
		Why   string
	}
}

// Reached is where some of the calls arrive: at a Kubernetes Service, or at the pods with some labels.
type Reached struct {
	Share     float64
	Cluster   string
	Service   string
	Namespace string
	Labels    map[string]string
	Through   []string
}

// Ask traces a call while some clusters are down.
func (t *Tracer) Ask(c follow.Call, down []string) (*Answer, error) {
	from := strings.TrimRight(c.Cluster+"/"+c.Namespace+"/"+c.Account, "/")
	args := []string{"trace", "-f", t.File, "--format", "json", from, fmt.Sprintf("%s:%d", c.Name, c.Port)}
	if c.Path != "" {
		args = append(args, "--path", c.Path)
	}
	if c.Method != "" {
		args = append(args, "--method", c.Method)
	} else if c.Protocol == "grpc" {
		args = append(args, "--method", "POST")
	}
	for name, value := range c.Headers {
		args = append(args, "--header", name+"="+value)
	}
	for _, cluster := range down {
		args = append(args, "--down", cluster)
	}
	var said, wrong bytes.Buffer
	run := exec.Command(t.Cwc, args...)
	run.Dir, run.Stdout, run.Stderr = filepath.Dir(t.File), &said, &wrong
	err := run.Run()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return nil, fmt.Errorf("cwc %s: %v\n%s", strings.Join(args, " "), err, wrong.String())
	}
	var answer Answer
	if err := json.Unmarshal(said.Bytes(), &answer); err != nil {
		return nil, fmt.Errorf("cwc %s: %v", strings.Join(args, " "), err)
	}
	return &answer, nil
}
