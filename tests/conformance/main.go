// Command conformance judges compiled meshes by Istio's own code. Enters: folders of cases, of broken
// trees, committed trees and a number of random meshes. Leaves: a line for each on standard output,
// the figures, and the exit code: 0 all as expected, 1 something failed, 2 it could not run.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"time"

	istiolog "istio.io/istio/pkg/log"

	_ "cwc/conformance/environment" // before all of Istio
	"cwc/conformance/judge"
	"cwc/conformance/nameserver"
)

const usage = `usage: conformance run [flags] [NAME...]

  conformance run -cwc target/debug/cwc                      every case and every broken tree
  conformance run -cwc target/debug/cwc two-clusters         the cases and broken trees of that name
  conformance run -cwc target/debug/cwc -random 500 -seed 1  500 random meshes as well
  conformance run -cases= -broken= -trees 'examples/*'       committed trees only, as they stand
  conformance scale -cwc target/debug/cwc                    whether docs/scale.md says what Istio counts; -update writes it

The folders are looked for where it is run: in tests/conformance, or say -cases, -broken and -coredns.

flags:
`

type options struct {
	cwc, cases, broken, trees string
	random                    int
	seed                      uint64
	verbose                   bool
	only                      []string
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "scale" {
		quiet()
		os.Exit(scale(os.Args[2:]))
	}
	if len(os.Args) < 2 || os.Args[1] != "run" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	var o options
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	flags.StringVar(&o.cwc, "cwc", os.Getenv("CWC"), "the compiler (default: environment variable CWC)")
	flags.StringVar(&o.cases, "cases", "cases", "folder of cases; empty for none")
	flags.StringVar(&o.broken, "broken", "broken", "folder of broken trees; empty for none")
	flags.StringVar(&o.trees, "trees", "", "pattern of folders with a mesh.toml and a committed tree")
	flags.IntVar(&o.random, "random", 0, "how many random meshes")
	flags.Uint64Var(&o.seed, "seed", 1, "seed of the first random mesh; the next has the next")
	flags.StringVar(&nameserver.Folder, "coredns", nameserver.Folder, "folder of the program with CoreDNS")
	flags.BoolVar(&o.verbose, "v", false, "say how long each case took")
	flags.Usage = func() {
		fmt.Fprint(os.Stderr, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(os.Args[2:]); err != nil {
		os.Exit(2)
	}
	o.only = flags.Args()
	quiet()
	// Much garbage and little that stays: collect it seldom, as long as memory is plenty.
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(1 << 30)
	os.Exit(o.run())
}

// quiet: istiod speaks of every push; what is wrong with a tree comes from the judges.
func quiet() {
	for _, scope := range istiolog.Scopes() {
		scope.SetOutputLevel(istiolog.NoneLevel)
	}
}

func (o options) run() int {
	start := time.Now()
	if o.cwc != "" {
		if abs, err := filepath.Abs(o.cwc); err == nil {
			o.cwc = abs
		}
	}
	jobs, err := o.jobs()
	if compiles := o.cases != "" || o.broken != "" || o.random > 0; err == nil && compiles {
		if _, err = exec.LookPath(o.cwc); err != nil {
			err = fmt.Errorf("no compiler: say -cwc or set CWC (%w)", err)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		return 2
	}
	if len(jobs) == 0 {
		fmt.Fprintln(os.Stderr, "conformance: nothing to judge")
		return 2
	}
	count := map[string]int{}
	failed := 0
	var n judge.Figures
	run(jobs, func(r result) {
		n.Add(r.figures)
		took := ""
		if o.verbose {
			took = fmt.Sprintf(" (%d ms)", r.took.Milliseconds())
		}
		if r.err != nil {
			failed++
			fmt.Printf("FAILED %s %s%s\n%s\n", r.kind, r.name, took, indent(r.err.Error()))
			return
		}
		count[r.kind]++
		if r.kind != "random" || o.verbose {
			fmt.Printf("ok     %s %s%s\n", r.kind, r.name, took)
		}
	})
	if full := o.cases != "" && len(o.only) == 0; full {
		for _, code := range judge.Unmet() {
			failed++
			fmt.Printf("FAILED the false alarm %s was never met: take it off the list\n", code)
		}
	}
	passed := count["case"] + count["tree"] + count["broken"] + count["random"]
	fmt.Printf("%d cases, %d committed trees, %d random meshes from seed %d, %d broken trees rejected\n",
		count["case"], count["tree"], count["random"], o.seed, count["broken"])
	fmt.Printf("%d calls followed, %d objects admitted, %d analyzers, %d sessions forged, %d identities weighed, %d names asked, %d calls traced, %.1f s\n",
		n.Calls, n.Objects, n.Analyzers, n.Forged, n.Identities, n.Names, n.Traced, time.Since(start).Seconds())
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		return 1
	}
	return 0
}
