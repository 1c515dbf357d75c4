// Jobs: what was asked for enters, one function for each case, committed tree, broken tree and random
// mesh leaves.

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"cwc/conformance/judge"
)

func (o options) jobs() ([]func() result, error) {
	var jobs []func() result
	add := func(kind, dir string, do func() (judge.Figures, error)) {
		name := filepath.Base(dir)
		if len(o.only) > 0 && !slices.Contains(o.only, name) {
			return
		}
		jobs = append(jobs, func() result {
			n, err := do()
			return result{kind: kind, name: name, figures: n, err: err}
		})
	}
	judged := func(dir string) func() (judge.Figures, error) {
		return func() (judge.Figures, error) {
			t, err := load(dir, o.cwc)
			if err != nil {
				return judge.Figures{}, err
			}
			n, findings := judge.Run(t)
			return n, verdict(findings)
		}
	}
	for _, of := range []struct {
		kind, dir, file string
		do              func(string) func() (judge.Figures, error)
	}{
		{"case", o.cases, "mesh.toml", judged},
		{"broken", o.broken, "break.yaml", func(dir string) func() (judge.Figures, error) {
			return func() (judge.Figures, error) { return control(dir, o.cases, o.cwc) }
		}},
	} {
		if of.dir == "" {
			continue
		}
		if _, err := os.Stat(of.dir); err != nil {
			return nil, err
		}
		dirs, err := folders(of.dir, of.file)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			add(of.kind, dir, of.do(dir))
		}
	}
	if o.trees != "" {
		dirs, err := filepath.Glob(o.trees)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			add("tree", dir, judged(dir))
		}
	}
	for i := range o.random {
		seed := o.seed + uint64(i)
		add("random", fmt.Sprint(seed), func() (judge.Figures, error) { return randomMesh(seed, o.cwc) })
	}
	return jobs, nil
}
