// Treatment: what the caller's sidecar does to a call beside sending it on, and who gets copies of it, compared with what was said.

package judge

import (
	"fmt"
	"maps"
	"math"

	"cwc/conformance/expect"
	"cwc/conformance/follow"
)

// treated says what is wrong with what is done to a call.
func treated(e expect.Call, graph follow.Node) []string {
	var out []string
	if done := follow.DoneTo(graph); e.Done != nil && !maps.Equal(done, follow.Treatment(e.Done)) {
		out = append(out, fmt.Sprintf("has %v done to it, where %v was expected", map[string]string(done), e.Done))
	}
	copies, all := map[string]float64{}, 0.0
	for _, share := range e.Copies {
		all += share
	}
	for _, r := range follow.Copied(graph) {
		copies[r.Workload] += 100 * r.Share
		if _, said := e.Copies[r.Workload]; !said {
			out = append(out, fmt.Sprintf("is copied to %s, which was not expected", r))
		}
	}
	for _, w := range sorted(e.Copies) {
		have, ok := copies[w]
		if !ok {
			out = append(out, fmt.Sprintf("should be copied to %s, and is not", w))
		} else if math.Abs(have-e.Copies[w]) > max(0.001, e.Within*all/100) {
			out = append(out, fmt.Sprintf("is copied to %s for %g%% of the calls, not %g%%", w, have, e.Copies[w]))
		}
	}
	return out
}
