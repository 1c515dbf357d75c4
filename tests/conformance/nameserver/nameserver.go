// Package nameserver asks a real CoreDNS. Enters: a Corefile with its files, and questions. Leaves: the
// answers. CoreDNS does not resolve together with Istio's modules, so it is a program of its own
// (../coredns), built when it is first needed and then kept running.
package nameserver

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Server is one name server and what it is asked.
type Server struct {
	Corefile  string            `json:"corefile"`
	Folder    string            `json:"folder"` // where the Corefile expects the files
	Files     map[string]string `json:"files"`
	Questions []Question        `json:"questions"`
}

// Question is a name and a record's type.
type Question struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Answer is what came back.
type Answer struct {
	Code      string   `json:"code"`
	Addresses []string `json:"addresses"`
	Soa       bool     `json:"soa"`   // the absence of what was asked for may be remembered
	Above     bool     `json:"above"` // the node's own resolvers answered
}

// program is the one that runs; one request at a time.
var program struct {
	sync.Mutex
	started bool
	err     error
	in      io.Writer
	out     *bufio.Reader
}

// Ask starts the name server, asks it everything and stops it.
func Ask(s Server) ([]Answer, error) {
	program.Lock()
	defer program.Unlock()
	if !program.started {
		program.started = true
		program.in, program.out, program.err = start()
	}
	if program.err != nil {
		return nil, program.err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	if _, err := program.in.Write(append(text, '\n')); err != nil {
		return nil, err
	}
	line, err := program.out.ReadBytes('\n')
	if err != nil {
		return nil, fmt.Errorf("the program with CoreDNS has ended: %w", err)
	}
	var response struct {
		Answers []Answer `json:"answers"`
		Error   string   `json:"error"`
	}
	if err := json.Unmarshal(line, &response); err != nil {
		return nil, err
	}
	if response.Error != "" {
		return nil, errors.New(response.Error)
	}
	return response.Answers, nil
}

// Folder is where the program's source is.
var Folder = "coredns"

// start builds the program beside this one and runs it; it ends with this one, as its input does.
func start() (io.Writer, *bufio.Reader, error) {
	own, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(filepath.Dir(own), "coredns")
	build := exec.Command("go", "build", "-o", path, ".")
	build.Dir = Folder
	if said, err := build.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("CoreDNS cannot be built: %w\n%s", err, said)
	}
	run := exec.Command(path)
	run.Stderr = os.Stderr
	in, err := run.StdinPipe()
	if err != nil {
		return nil, nil, err
	}
	out, err := run.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	return in, bufio.NewReader(out), run.Start()
}
