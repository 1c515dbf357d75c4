// Reporting: results enter from many workers, one line a case and the closing figures leave on
// standard output, in the order of the cases whatever the order in which they ended.

package main

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"cwc/conformance/judge"
)

// result is how one case ended.
type result struct {
	kind    string // case, tree, broken, random
	name    string
	figures judge.Figures
	err     error // why it failed
	took    time.Duration
}

// run works through jobs on all processors and reports each as soon as those before it are done. The
// control planes mostly wait for each other, so there are more workers than processors.
func run(jobs []func() result, each func(result)) {
	results := make([]chan result, len(jobs))
	for i := range results {
		results[i] = make(chan result, 1)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range 3 * runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				start := time.Now()
				r := jobs[i]()
				r.took = time.Since(start)
				results[i] <- r
			}
		}()
	}
	go func() {
		for i := range jobs {
			next <- i
		}
		close(next)
	}()
	for i := range results {
		each(<-results[i])
	}
	wg.Wait()
}

func describe(findings []judge.Finding) string {
	var b strings.Builder
	for i, f := range findings {
		if i == 8 {
			fmt.Fprintf(&b, "... and %d findings more\n", len(findings)-i)
			break
		}
		fmt.Fprintln(&b, f)
		// One trace is read, eight are not.
		if i == 0 {
			for _, line := range f.Trace {
				fmt.Fprintln(&b, "    "+line)
			}
		}
	}
	return strings.TrimRight(b.String(), "\n")
}

func verdict(findings []judge.Finding) error {
	if len(findings) == 0 {
		return nil
	}
	return fmt.Errorf("%s", describe(findings))
}

func indent(text string) string { return "    " + strings.ReplaceAll(text, "\n", "\n    ") }
