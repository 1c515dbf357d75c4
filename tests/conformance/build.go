// Building: a mesh.toml enters, `cwc build` runs on a copy of it, the tree and lock that it wrote leave. The
// copy keeps the suite from writing beside the cases, and gives each build the lock that lies there.

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cwc/conformance/mesh"
	"cwc/conformance/tree"
)

// errRefused means that the compiler found fault with the document: its exit code was 1.
var errRefused = errors.New("the compiler refuses the document")

// built is what a build wrote.
type built struct {
	tree   tree.Tree
	values map[string]*tree.Values
	beside tree.Tree
	lock   map[string]string
}

func build(cwc, document, lock string) (built, error) {
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return built{}, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "mesh.toml")
	if err := os.WriteFile(file, []byte(document), 0o644); err != nil {
		return built{}, err
	}
	if lock != "" {
		if err := os.WriteFile(filepath.Join(dir, "mesh.lock"), []byte(lock), 0o644); err != nil {
			return built{}, err
		}
	}
	var said bytes.Buffer
	run := exec.Command(cwc, "build", "-f", file, "--out", filepath.Join(dir, "generated"), "--color", "never")
	run.Dir, run.Stdout, run.Stderr = dir, &said, &said
	if err := run.Run(); err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 1 {
			return built{}, fmt.Errorf("%w:\n%s", errRefused, strings.TrimSpace(said.String()))
		}
		return built{}, fmt.Errorf("cwc build: %v\n%s", err, strings.TrimSpace(said.String()))
	}
	var made built
	if made.lock, err = mesh.ReadLock(optional(dir, "mesh.lock")); err != nil {
		return built{}, fmt.Errorf("mesh.lock: %w", err)
	}
	if made.tree, err = tree.Load(filepath.Join(dir, "generated")); err != nil {
		return built{}, err
	}
	if made.values, err = tree.LoadValues(filepath.Join(dir, "generated")); err != nil {
		return built{}, err
	}
	made.beside, err = tree.LoadBeside(filepath.Join(dir, "generated"))
	return made, err
}
