// Random meshes: a seed enters; the document of that seed is compiled, what it promises is derived by
// the model, and the judges compare. One that fails is shrunk before it is shown.

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"cwc/conformance/judge"
	"cwc/conformance/mesh"
	"cwc/conformance/model"
	"cwc/conformance/random"
	"cwc/conformance/trace"
	"cwc/conformance/world"
)

// codes are those of the compiler's diagnostics: a smaller document is to be refused for the same reason.
var codes = regexp.MustCompile(`error\[CW[0-9]+\]`)

func randomMesh(seed uint64, cwc string) (judge.Figures, error) {
	d := random.Generate(seed)
	n, what, err := tryMesh(d, seed, cwc)
	if err == nil {
		return n, nil
	}
	small := random.Shrink(d, 80, func(d *mesh.Document) bool {
		_, again, err := tryMesh(d, seed, cwc)
		return err != nil && again == what
	})
	// What fails once and not again, told as it failed.
	if _, _, again := tryMesh(small, seed, cwc); again != nil {
		err = again
	}
	return n, fmt.Errorf("%w\n\nseed %d, shrunk:\n%s\n\nin this world.yaml:\n%s", err, seed,
		strings.TrimSpace(mesh.Write(small)), strings.TrimSpace(random.World(small, seed)))
}

// tryMesh returns, beside the figures, what kind of failure it was.
func tryMesh(d *mesh.Document, seed uint64, cwc string) (judge.Figures, string, error) {
	for _, s := range d.Services {
		if !d.Exact(s) {
			return judge.Figures{}, "", nil // only shrinking makes such; the model has no answer to it
		}
	}
	made, err := build(cwc, mesh.Write(d), "")
	if errors.Is(err, errRefused) {
		return judge.Figures{}, "refused " + codes.FindString(err.Error()), err
	}
	if err != nil {
		return judge.Figures{}, "crashed", err
	}
	random.Age(made.tree, seed)
	w, err := world.Read(d, random.World(d, seed))
	if err != nil {
		return judge.Figures{}, "world", err
	}
	dir, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return judge.Figures{}, "world", err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "mesh.toml")
	if err := os.WriteFile(file, []byte(mesh.Write(d)), 0o644); err != nil {
		return judge.Figures{}, "world", err
	}
	t := &judge.Trial{
		Document: d, World: w, Tree: made.tree, Values: made.values, Beside: made.beside, Lock: made.lock, Expect: model.Expect(d),
		Tracer: &trace.Tracer{Cwc: cwc, File: file, Most: 3},
	}
	n, findings := judge.Run(t)
	if len(findings) == 0 {
		return n, "", nil
	}
	return n, findings[0].Judge, verdict(findings)
}
