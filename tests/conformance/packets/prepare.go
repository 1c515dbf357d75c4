// What a run needs before the first case. In: the command line. Out: paths of the cases, the compiler and an Envoy that runs; or the
// reason why packets cannot be sent on this machine.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"cwc/conformance/tree"
)

// prepare completes the options.
func prepare(o *options) error {
	if os.Geteuid() != 0 {
		return notRun{"network namespaces and the proxies' user need root"}
	}
	if err := tryNamespace(); err != nil {
		return notRun{err.Error()}
	}
	root, err := projectRoot()
	if err != nil {
		return err
	}
	if o.envoy == "" {
		install := exec.Command(filepath.Join(root, "tests", "conformance", "install-envoy.sh"))
		var said bytes.Buffer
		install.Stderr = &said
		out, err := install.Output()
		if err != nil {
			return notRun{"Envoy could not be installed: " + strings.TrimSpace(said.String())}
		}
		o.envoy = strings.TrimSpace(string(out))
	}
	if out, err := exec.Command(o.envoy, "--version").CombinedOutput(); err != nil {
		return notRun{fmt.Sprintf("Envoy does not run here: %v: %s", err, out)}
	}
	if o.failovers < 0 || o.parallel < 1 {
		return errors.New("-failovers is 0 or more, -parallel 1 or more")
	}
	if !filepath.IsAbs(o.cwc) && strings.Contains(o.cwc, "/") {
		if _, err := os.Stat(o.cwc); err != nil {
			o.cwc = filepath.Join(root, o.cwc)
		}
	}
	if len(o.cases) == 0 {
		for _, folder := range []string{"tests/conformance/packets/cases", "tests/conformance/cases"} {
			found, err := filepath.Glob(filepath.Join(root, folder, "*", "mesh.toml"))
			if err != nil {
				return err
			}
			for _, document := range found {
				o.cases = append(o.cases, filepath.Dir(document))
			}
		}
	}
	if len(o.cases) == 0 {
		return errors.New("there are no cases")
	}
	if o.tree != "" && len(o.cases) != 1 {
		return errors.New("-tree goes with one case")
	}
	return nil
}

// tryNamespace finds out whether this kernel and these rights allow what every pod needs.
func tryNamespace() error {
	namespace, err := NewNamespace()
	if err != nil {
		return err
	}
	defer namespace.Close()
	if err := namespace.Sysctl("ipv4/ip_forward", "1"); err != nil {
		return fmt.Errorf("a namespace cannot be made a router: %w", err)
	}
	if err := CapturePod(namespace); err != nil {
		return fmt.Errorf("nf_tables rules are refused: %w", err)
	}
	return nil
}

// projectRoot is the nearest folder above the working directory that holds this judge.
func projectRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "tests/conformance/install-envoy.sh")); err == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("run this inside the project")
		}
		folder = filepath.Dir(folder)
	}
}

// compile builds a case's tree in a folder of its own: the compiler writes its lock beside the document.
func compile(o options, c *Case, run string) (tree.Tree, error) {
	if o.tree != "" {
		return c.load(o.tree)
	}
	for _, name := range []string{"mesh.toml", "mesh.lock"} {
		text, err := os.ReadFile(filepath.Join(c.Folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(run, name), text, 0o644)
		}
		if err != nil {
			return nil, err
		}
	}
	out := filepath.Join(run, "generated")
	said, err := exec.Command(o.cwc, "build", "-f", filepath.Join(run, "mesh.toml"), "--out", out).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s build: %w: %s", o.cwc, err, said)
	}
	return c.load(out)
}

// load reads a tree, with the values that stand in it.
func (c *Case) load(folder string) (objects tree.Tree, err error) {
	if c.Stage.Values, err = tree.LoadValues(folder); err != nil {
		return nil, err
	}
	return tree.Load(folder)
}
