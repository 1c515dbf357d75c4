// Folders: a case's folder enters, a trial leaves. mesh.toml must be there; world.yaml says what
// stands in the clusters beside what the document tells; expect.yaml what must happen, and where it
// is missing the model derives it. A folder with a committed tree (`tree` or `generated`) is judged as
// it stands; any other is compiled.

package main

import (
	"fmt"
	"os"
	"path/filepath"

	"cwc/conformance/expect"
	"cwc/conformance/judge"
	"cwc/conformance/mesh"
	"cwc/conformance/model"
	"cwc/conformance/trace"
	"cwc/conformance/tree"
	"cwc/conformance/world"
)

func load(dir, cwc string) (*judge.Trial, error) {
	document, err := os.ReadFile(filepath.Join(dir, "mesh.toml"))
	if err != nil {
		return nil, err
	}
	t, err := trial(string(document), optional(dir, "world.yaml"), optional(dir, "expect.yaml"))
	if err != nil {
		return nil, err
	}
	if t.Tracer, err = tracer(cwc, filepath.Join(dir, "mesh.toml")); err != nil {
		return nil, err
	}
	for _, committed := range []string{"tree", "generated"} {
		if _, err := os.Stat(filepath.Join(dir, committed)); err == nil {
			if lock := optional(dir, "mesh.lock"); lock != "" {
				if t.Lock, err = mesh.ReadLock(lock); err != nil {
					return nil, fmt.Errorf("mesh.lock: %w", err)
				}
			}
			if t.Tree, err = tree.Load(filepath.Join(dir, committed)); err != nil {
				return nil, err
			}
			if t.Values, err = tree.LoadValues(filepath.Join(dir, committed)); err != nil {
				return nil, err
			}
			t.Beside, err = tree.LoadBeside(filepath.Join(dir, committed))
			return t, err
		}
	}
	made, err := build(cwc, string(document), optional(dir, "mesh.lock"))
	t.Tree, t.Values, t.Beside, t.Lock = made.tree, made.values, made.beside, made.lock
	return t, err
}

// tracer asks about the calls of a document; nil where there is no compiler.
func tracer(cwc, file string) (*trace.Tracer, error) {
	if cwc == "" {
		return nil, nil
	}
	file, err := filepath.Abs(file)
	return &trace.Tracer{Cwc: cwc, File: file, Most: 24}, err
}

// trial puts together all but the tree.
func trial(document, worldText, expectText string) (*judge.Trial, error) {
	d, err := mesh.Read(document)
	if err != nil {
		return nil, fmt.Errorf("mesh.toml: %w", err)
	}
	w, err := world.Read(d, worldText)
	if err != nil {
		return nil, fmt.Errorf("world.yaml: %w", err)
	}
	t := &judge.Trial{Document: d, World: w}
	if expectText == "" {
		t.Expect = model.Expect(d)
		return t, nil
	}
	if t.Expect, err = expect.Read(expectText); err != nil {
		return nil, fmt.Errorf("expect.yaml: %w", err)
	}
	return t, nil
}

func optional(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return string(b)
}

// folders are the folders below dir that hold a file of that name, sorted.
func folders(dir, file string) ([]string, error) {
	found, err := filepath.Glob(filepath.Join(dir, "*", file))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, f := range found {
		out = append(out, filepath.Dir(f))
	}
	return out, nil
}
