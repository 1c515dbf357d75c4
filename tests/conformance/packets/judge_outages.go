// The judge of outages. In: a running mesh and an OutageCase. Out: a verdict on calls made without a pause while pods die and come
// back: how long calls failed, who answered meanwhile, how soon the first choice had its calls back, and whether any gateway
// dialled another one, which is how loops begin.
package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	// settled is how long nothing may have changed before a kill: Envoy merges changes of a cluster's health within a second, so
	// one that follows another waits, which would measure the test's own haste.
	settled = 1500 * time.Millisecond
	// outage is how long the pods stay away, at the least; longer where more time is allowed.
	outage = 2 * time.Second
	// pause lies between two calls.
	pause = 2 * time.Millisecond
	// steady is how long answers must be right before the outage is over.
	steady = time.Second
)

// load calls again and again.
type load struct {
	mu      sync.Mutex
	answers []Answer
	stop    chan struct{}
	ended   sync.WaitGroup
}

func startLoad(client *Client) *load {
	l := &load{stop: make(chan struct{})}
	l.ended.Go(func() {
		for {
			select {
			case <-l.stop:
				return
			case <-time.After(pause):
			}
			answer := client.Call()
			l.mu.Lock()
			l.answers = append(l.answers, answer)
			l.mu.Unlock()
		}
	})
	return l
}

// since gives the calls that began after a moment.
func (l *load) since(start time.Time) []Answer {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.answers, start, func(a Answer, t time.Time) int { return a.Start.Compare(t) })
	return slices.Clone(l.answers[i:])
}

func (l *load) end() int {
	close(l.stop)
	l.ended.Wait()
	return len(l.answers)
}

// phase sums up the answers of a phase: the last that was wrong is measured from its start.
type phase struct {
	name      string
	calls     int
	failed    int
	elsewhere int
	counts    map[string]int
	lastWrong time.Duration
	slowest   time.Duration
	example   string
}

func (m *Mesh) sumUp(name string, start time.Time, answers []Answer, expected []string) phase {
	p := phase{name: name, calls: len(answers), counts: map[string]int{}}
	for _, a := range answers {
		p.slowest = max(p.slowest, a.Took)
		_, workload := m.podNamed(a.Pod)
		if a.Err != nil {
			p.failed++
		} else {
			p.counts[workload]++
		}
		if a.Err != nil || !slices.Contains(expected, workload) {
			p.lastWrong = a.Start.Add(a.Took).Sub(start)
			p.example = fmt.Sprint("reached ", workload)
			if a.Err != nil {
				p.example = a.Err.Error()
			} else {
				p.elsewhere++
			}
		}
	}
	return p
}

func (p phase) String() string {
	return fmt.Sprintf("%s %d calls, %d failed, by %s", p.name, p.calls, p.failed, tally(p.counts))
}

// missing tells which of the expected workloads never answered.
func (p phase) missing(expected places) []string {
	var faults []string
	for _, fault := range expected.missing(p.counts) {
		faults = append(faults, p.name+": "+fault)
	}
	return faults
}

// JudgeOutage runs the three phases.
func (m *Mesh) JudgeOutage(figures *Figures, o OutageCase) error {
	callers, err := m.Stage.Find(o.From)
	if err != nil {
		return err
	}
	victims, err := m.Stage.FindAll(o.Kill)
	if err != nil {
		return err
	}
	client, err := NewClient(m, callers[0], o.To, o.Method, o.Headers)
	if err != nil {
		return err
	}
	defer client.Close()
	marks, wire := m.Mark(), m.Wire.Seen()

	begun, calls := time.Now(), startLoad(client)
	time.Sleep(settled)
	before := m.sumUp("before", begun, calls.since(begun), o.Before)

	killed := time.Now()
	restore, err := m.endPods(o, victims)
	if err != nil {
		calls.end()
		return err
	}
	if len(o.During) == 0 {
		// A call that began while the pods were dying may still have been answered.
		killed = time.Now()
	}
	figures.Kills += len(victims)
	time.Sleep(max(outage, time.Duration(o.Within)+steady))
	during := m.sumUp("during", killed, calls.since(killed), o.During)

	trail := func() string { return m.Trail(callers[0], marks) }
	after := phase{name: "after"}
	if !o.final {
		if err := restore(); err != nil {
			calls.end()
			return err
		}
		after = m.awaitReturn(o, calls, placesOf(o.After, o.ways, client.Headed()))
	}
	if len(o.During) > 0 {
		figures.Failover = max(figures.Failover, during.lastWrong)
		figures.Lost += during.failed
	}
	made := calls.end()
	figures.Calls += made

	faults := judgePhases(o, before, during, after)
	faults = append(faults, before.missing(placesOf(o.Before, o.ways, client.Headed()))...)
	faults = append(faults, during.missing(placesOf(o.During, o.ways, client.Headed()))...)
	faults = append(faults, after.missing(placesOf(o.After, o.ways, client.Headed()))...)
	loops, connections := m.judgeLoops(callers[0], o.ways, made, wire)
	faults = append(faults, loops...)
	summary := fmt.Sprintf("%s; %s, last wrong after %s, slowest %s", before, during, round(during.lastWrong), round(during.slowest))
	if !o.final {
		summary += fmt.Sprintf("; %s, right after %s", after, round(after.lastWrong))
	}
	summary += "; " + connections
	figures.Verdict(o.Why, summary, faults, trail)
	return nil
}

func (m *Mesh) endPods(o OutageCase, victims []*Pod) (restore func() error, err error) {
	if o.Silently {
		return m.Vanish(victims)
	}
	m.Kill(victims)
	return func() error { return m.Restore(victims) }, nil
}

// awaitReturn watches the load until the first choice has its calls back for good, or too late.
func (m *Mesh) awaitReturn(o OutageCase, calls *load, expected places) phase {
	for back := time.Now(); ; {
		time.Sleep(50 * time.Millisecond)
		after := m.sumUp("after", back, calls.since(back), o.After)
		right := time.Since(back) - after.lastWrong
		if (right > steady && len(after.missing(expected)) == 0) || time.Since(back) > time.Duration(o.Returns)+steady {
			return after
		}
	}
}

func round(d time.Duration) time.Duration { return d.Round(time.Millisecond) }

func judgePhases(o OutageCase, before, during, after phase) []string {
	var faults []string
	if before.failed+before.elsewhere > 0 {
		faults = append(faults, fmt.Sprintf("before the kill %d calls failed and %d went elsewhere: %s", before.failed, before.elsewhere, before.example))
	}
	if len(o.During) == 0 {
		if during.failed != during.calls {
			faults = append(faults, fmt.Sprintf("%d of %d calls did not fail though nobody can answer", during.calls-during.failed, during.calls))
		}
		if during.slowest > time.Duration(o.Within) {
			faults = append(faults, fmt.Sprintf("a call took %s to fail, allowed are %s", during.slowest, time.Duration(o.Within)))
		}
	} else if during.lastWrong > time.Duration(o.Within) {
		faults = append(faults, fmt.Sprintf("%s after the kill a call still failed or went elsewhere (%s), allowed are %s",
			round(during.lastWrong), during.example, time.Duration(o.Within)))
	}
	if after.lastWrong > time.Duration(o.Returns) {
		faults = append(faults, fmt.Sprintf("%s after the return a call still failed or went elsewhere (%s), allowed are %s",
			round(after.lastWrong), after.example, time.Duration(o.Returns)))
	}
	return faults
}

// attempts is how often a sidecar tries a call: once, and Istio's two retries.
const attempts = 3

// judgeLoops looks for connections to gateways that came from anywhere but the caller's cluster and the clusters on its ways, and for
// more of them than the caller's attempts explain. New connections are what counts: a passthrough gateway opens one for each that it takes.
func (m *Mesh) judgeLoops(caller *Pod, w ways, calls int, wire map[Path]Traffic) (faults []string, figures string) {
	opened := 0
	dials, longest := w.dials(caller.Cluster.Name)
	for between, traffic := range m.Crossed(wire, m.Wire.Seen()) {
		if between[0] == caller.Cluster.Name || dials[between] {
			opened += traffic.Opened
		} else if traffic.Opened > 0 {
			faults = append(faults, fmt.Sprintf("cluster %s opened %d connections to the gateways of %s, though %s called",
				between[0], traffic.Opened, between[1], caller.ID()))
		}
	}
	if opened > attempts*calls*longest {
		faults = append(faults, fmt.Sprintf("%d connections to gateways for %d calls", opened, calls))
	}
	return faults, fmt.Sprintf("%d connections to gateways", opened)
}
