// One case from its folder to its verdicts. In: the options and a case's folder. Out: jobs, each of which runs a mesh of its own:
// one for all calls and probes, one for each outage and for each control, so that none is disturbed by what another left behind.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"istio.io/istio/pkg/test"

	"cwc/conformance/tree"
)

// job does one thing and notes its verdicts.
type job struct {
	name string
	do   func(*Figures) error
}

// jobs reads and compiles a case.
func jobs(o options, folder, run string) ([]job, error) {
	c, err := LoadCase(folder, o.failovers)
	if err != nil {
		return nil, err
	}
	if err := os.Mkdir(run, 0o755); err != nil {
		return nil, err
	}
	compiled, err := compile(o, c, run)
	if err != nil {
		return nil, err
	}
	var all []job
	add := func(name string, do func(f *Figures, folder string) error) {
		own := filepath.Join(run, fmt.Sprintf("mesh%d", len(all)))
		all = append(all, job{c.Name + ": " + name, func(f *Figures) error { return do(f, own) }})
	}
	add("calls", func(f *Figures, folder string) error {
		return f.inMesh(o, c, compiled, folder, func(m *Mesh) error { return f.judge(m, c) })
	})
	for _, outage := range c.Outages {
		add(outage.Why, func(f *Figures, folder string) error {
			return f.inMesh(o, c, compiled, folder, func(m *Mesh) error { return f.judgeOutage(m, outage) })
		})
	}
	for _, control := range c.Controls {
		add(control.Why, func(f *Figures, folder string) error { return f.judgeControl(o, c, control, compiled, folder) })
	}
	return all, nil
}

// inMesh starts a case's mesh from a tree, lets judge work and stops it.
func (f *Figures) inMesh(o options, c *Case, compiled tree.Tree, folder string, judge func(*Mesh) error) error {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	var inner error
	err := test.Wrap(func(t test.Failer) {
		started := time.Now()
		m, err := StartMesh(t, c.Stage, compiled, o.envoy, folder)
		defer m.Stop()
		if inner = err; err != nil {
			return
		}
		f.Envoys, f.Ready = len(m.Envoys), time.Since(started)
		inner = judge(m)
	})
	if inner != nil {
		return inner
	}
	return err
}

// judge runs what a case tries while everything is up.
func (f *Figures) judge(m *Mesh, c *Case) error {
	fmt.Fprintf(&f.text, "%s: %d clusters, %d Envoys ready in %s; %d derived failovers left out\n",
		c.Name, len(m.Planes), len(m.Envoys), round(f.Ready), c.left)
	f.Verdict(configured, fmt.Sprintf("%d Envoys", len(m.Envoys)), m.misconfigured(), nil)
	for _, call := range c.Calls {
		m.Plainly(call.plain, call.ways, strings.SplitN(call.From, "/", 2)[0])
	}
	for _, call := range c.Calls {
		if err := m.JudgeCalls(f, call); err != nil {
			return err
		}
	}
	before := m.Wire.Seen()
	for _, probe := range c.Probes {
		if err := m.JudgeProbe(f, probe); err != nil {
			return err
		}
	}
	figures, faults, err := m.JudgeWire(f, before)
	if err != nil {
		return err
	}
	f.Verdict("only TLS crosses between clusters", figures, faults, nil)
	return nil
}

// judgeOutage runs one outage; what holds for every mesh is only mentioned where it does not hold.
func (f *Figures) judgeOutage(m *Mesh, outage OutageCase) error {
	caller, _, _ := strings.Cut(outage.From, "/")
	m.Plainly(outage.plain, outage.ways, caller)
	if err := m.JudgeOutage(f, outage); err != nil {
		return err
	}
	figures, faults, err := m.JudgeWire(f, m.Wire.Seen())
	if err != nil {
		return err
	}
	if faults = append(faults, m.misconfigured()...); len(faults) > 0 {
		f.Verdict(outage.Why+", the wire and all Envoys", figures, faults, nil)
	}
	return nil
}

// configured is the check that comes first.
const configured = "every Envoy took all listeners and clusters"

// misconfigured asks every running Envoy.
func (m *Mesh) misconfigured() []string {
	var faults []string
	for _, envoy := range m.Envoys {
		if envoy.process == nil {
			continue
		}
		if err := envoy.CheckConfigured(); err != nil {
			faults = append(faults, err.Error())
		}
	}
	return faults
}

// work does jobs side by side and adds their figures in their order.
func (f *Figures) work(all []job, workers int) (errs []error) {
	type done struct {
		figures *Figures
		err     error
	}
	results := make([]chan done, len(all))
	next, lock := 0, sync.Mutex{}
	for i := range results {
		results[i] = make(chan done, 1)
	}
	for range workers {
		go func() {
			for {
				lock.Lock()
				i := next
				next++
				lock.Unlock()
				if i >= len(all) {
					return
				}
				figures := &Figures{}
				err := all[i].do(figures)
				results[i] <- done{figures, err}
			}
		}()
	}
	for i := range all {
		result := <-results[i]
		f.Add(result.figures)
		if result.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", all[i].name, result.err))
		}
	}
	return errs
}
