// Verdicts and figures. In: what the judges of calls, probes, outages and controls found. Out: a line for each, and sums.
package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// Figures are the verdicts of one job, or the sums of all.
type Figures struct {
	Passed, Failed               int
	Envoys, Calls, Probes, Kills int
	Controls                     int
	Wide                         Traffic
	// Failover is the longest time from a kill until calls were right again; Lost are the calls that failed meanwhile.
	Failover time.Duration
	Lost     int
	// Ready is the longest that a mesh took to start.
	Ready time.Duration

	// faults are all that was found wrong; text is what is to be printed.
	faults []string
	text   bytes.Buffer
}

// Verdict notes one result; faults is what was wrong, trail where the calls were lost.
func (f *Figures) Verdict(what, figures string, faults []string, trail func() string) {
	if len(faults) == 0 {
		f.Passed++
		fmt.Fprintf(&f.text, "pass  %s: %s\n", what, figures)
		return
	}
	f.Failed++
	f.faults = append(f.faults, faults...)
	fmt.Fprintf(&f.text, "FAIL  %s: %s\n", what, figures)
	for _, fault := range first(faults, 5) {
		fmt.Fprintf(&f.text, "      %s\n", fault)
	}
	if trail != nil {
		text := "what the proxies logged:\n" + trail()
		fmt.Fprintln(&f.text, "      "+strings.ReplaceAll(text, "\n", "\n      "))
	}
}

// Add sums up another job's figures and prints its text.
func (f *Figures) Add(other *Figures) {
	fmt.Print(other.text.String())
	f.Passed += other.Passed
	f.Failed += other.Failed
	f.Controls += other.Controls
	f.AddWork(other)
}

// AddWork sums up what another job did, and not how it was judged.
func (f *Figures) AddWork(other *Figures) {
	f.Envoys += other.Envoys
	f.Calls += other.Calls
	f.Probes += other.Probes
	f.Kills += other.Kills
	f.Wide.Opened += other.Wide.Opened
	f.Wide.Payload += other.Wide.Payload
	f.Failover = max(f.Failover, other.Failover)
	f.Lost += other.Lost
	f.Ready = max(f.Ready, other.Ready)
}

// first keeps a list of faults short.
func first(faults []string, n int) []string {
	if len(faults) <= n {
		return faults
	}
	return append(faults[:n:n], fmt.Sprintf("... and %d more", len(faults)-n))
}
