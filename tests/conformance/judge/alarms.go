// False alarms: messages of the analyzers that are wrong about what a compiler of this kind must
// emit. Each has its reason, and each must be needed: the suite fails at the end of a full run if
// one was never met, so that the list cannot outlive its causes.

package judge

import (
	"sync"

	"istio.io/istio/pkg/config/analysis/diag"
)

// Alarm is one message that is let pass.
type Alarm struct {
	Code   string
	Reason string
	// Wrong says whether this message, in this place, is the false one.
	Wrong func(t *Trial, cluster string, m diag.Message) bool
}

// Alarms are all of them. None is needed for what compiles today; the place stays because the
// encodings of versions (IST0173: the analyzer looks for a subset's labels on Pods only) and of
// terminating gateways (IST0127: it does not see a gateway's pods) are known to raise some.
var Alarms = []Alarm{}

var (
	alarmMu sync.Mutex
	met     = map[string]int{}
)

func falseAlarm(t *Trial, cluster string, m diag.Message) bool {
	for _, a := range Alarms {
		if a.Code == m.Type.Code() && a.Wrong(t, cluster, m) {
			alarmMu.Lock()
			met[a.Code]++
			alarmMu.Unlock()
			return true
		}
	}
	return false
}

// Unmet are the codes of the alarms that no run so far needed.
func Unmet() []string {
	alarmMu.Lock()
	defer alarmMu.Unlock()
	var out []string
	for _, a := range Alarms {
		if met[a.Code] == 0 {
			out = append(out, a.Code)
		}
	}
	return out
}
