// Packets is the second judge: it sends real calls through real Envoys that Istio's own generator configures from a compiled tree.
// In: cases (folders with mesh.toml, world.yaml and packets.yaml) and the compiler. Out: a verdict a line, figures, and the last line
// "N passed, N failed". Exit status 0: all passed; 1: some failed; 2: it could not run to the end; 3: not run, as it says why.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"istio.io/istio/pkg/log"

	_ "cwc/conformance/environment"
)

// switches turn off the two of Istio's filters that only Istio's own build of Envoy knows. Istio reads them as the program starts.
var switches = []string{"PILOT_ENABLE_ALPN_FILTER=false", "PILOT_ENABLE_METADATA_EXCHANGE=false"}

// options are the command line.
type options struct {
	cwc, envoy, tree string
	require, keep    bool
	failovers        int
	parallel         int
	cases            []string
}

// notRun says why this judge cannot work here.
type notRun struct{ reason string }

func (n notRun) Error() string { return n.reason }

func main() {
	var o options
	flag.StringVar(&o.cwc, "cwc", "target/debug/cwc", "the compiler `program`")
	flag.StringVar(&o.tree, "tree", "", "a compiled tree's `folder`, instead of compiling the one case that is named")
	flag.StringVar(&o.envoy, "envoy", "", "the Envoy `program`; without it, the one that install-envoy.sh installs")
	flag.BoolVar(&o.require, "require", false, "fail where packets cannot be sent, instead of saying so with status 3")
	flag.BoolVar(&o.keep, "keep", false, "keep the run's folder: bootstraps and access logs")
	flag.IntVar(&o.failovers, "failovers", 1, "how many of a case's derived failovers are tried")
	flag.IntVar(&o.parallel, "parallel", 3, "how many meshes run side by side")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: packets [flags] [CASE...]\n\nCASE is a folder; without one, all of tests/conformance/packets/cases and of tests/conformance/cases.")
		flag.PrintDefaults()
	}
	flag.Parse()
	o.cases = flag.Args()
	for _, setting := range switches {
		if name, value, _ := strings.Cut(setting, "="); os.Getenv(name) != value {
			again(switches)
		}
	}
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(run(o))
}

// again starts this program anew with more in its environment.
func again(settings []string) {
	program, err := os.Executable()
	if err == nil {
		err = syscall.Exec(program, os.Args, append(os.Environ(), settings...))
	}
	fmt.Fprintln(os.Stderr, "packets: cannot start again:", err)
	os.Exit(2)
}

func run(o options) int {
	started, figures := time.Now(), &Figures{}
	errs := figures.runCases(&o)
	var skip notRun
	if len(errs) > 0 && errors.As(errs[0], &skip) {
		fmt.Printf("packets: not run, because %s\n", skip.reason)
		if o.require {
			return 1
		}
		return 3
	}
	for _, err := range errs {
		fmt.Printf("packets: %v\n", err)
	}
	fmt.Printf("packets: %d cases, %d broken trees, %d Envoys, %d calls, %d probes, %d pods killed, %d connections and %d bytes between clusters\n",
		len(o.cases), figures.Controls, figures.Envoys, figures.Calls, figures.Probes, figures.Kills, figures.Wide.Opened, figures.Wide.Payload)
	fmt.Printf("packets: the slowest mesh was ready in %s, the slowest failover took %s, all failovers lost %d calls; %.1f s in all\n",
		round(figures.Ready), round(figures.Failover), figures.Lost, time.Since(started).Seconds())
	fmt.Printf("%d passed, %d failed\n", figures.Passed, figures.Failed)
	switch {
	case len(errs) > 0:
		return 2
	case figures.Failed > 0:
		return 1
	}
	return 0
}

// runCases prepares all cases first: one that cannot be read or compiled is told, and the others run.
func (f *Figures) runCases(o *options) []error {
	if err := prepare(o); err != nil {
		return []error{err}
	}
	run, err := os.MkdirTemp("", "packets-")
	if err != nil {
		return []error{err}
	}
	if o.keep {
		fmt.Printf("packets: bootstraps and logs are in %s\n", run)
	} else {
		defer os.RemoveAll(run)
	}
	// The proxies' user looks up its files here.
	if err := os.Chmod(run, 0o755); err != nil {
		return []error{err}
	}
	var all []job
	var errs []error
	for i, folder := range o.cases {
		more, err := jobs(*o, folder, filepath.Join(run, fmt.Sprint(i)))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", filepath.Base(folder), err))
		}
		all = append(all, more...)
	}
	return append(errs, f.work(all, o.parallel)...)
}
