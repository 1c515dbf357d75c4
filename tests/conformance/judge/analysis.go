// Analysis: every analyzer of `istioctl analyze` runs on each cluster, with the cluster's Services,
// Pods and Namespaces beside the compiled objects, so that none is skipped. No message at warning or
// above is let pass, but for the false alarms of alarms.go.

package judge

import (
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"

	"cwc/conformance/tree"
)

// Analysis judges each cluster as a whole.
func Analysis(t *Trial, n *Figures) []Finding {
	var out []Finding
	for _, cluster := range t.World.Names() {
		fail := func(why string, args ...any) {
			out = append(out, Finding{Judge: "analysis", Where: cluster, Reason: fmt.Sprintf(why, args...)})
		}
		text, err := t.everything(cluster)
		if err != nil {
			fail("%v", err)
			continue
		}
		result, err := analyze(text)
		if err != nil {
			fail("the analyzers did not run: %v", err)
			continue
		}
		n.Analyzers = max(n.Analyzers, len(result.ExecutedAnalyzers))
		if len(result.SkippedAnalyzers) > 0 {
			fail("analyzers were skipped: %v", result.SkippedAnalyzers)
		}
		for _, m := range result.Messages {
			if !m.Type.Level().IsWorseThanOrEqualTo(diag.Warning) || falseAlarm(t, cluster, m) {
				continue
			}
			fail("%s", m.String())
		}
	}
	return out
}

// analyzing keeps to one analysis at a time: the analyzers share global tables.
var analyzing sync.Mutex

func analyze(text string) (local.AnalysisResult, error) {
	analyzing.Lock()
	defer analyzing.Unlock()
	a := local.NewSourceAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	source := []local.ReaderSource{{Name: "cluster", Reader: strings.NewReader(text)}}
	if err := a.AddTestReaderKubeSource(source); err != nil {
		return local.AnalysisResult{}, err
	}
	stop := make(chan struct{})
	defer close(stop)
	return a.Analyze(stop)
}

func (t *Trial) everything(cluster string) (string, error) {
	c := t.World.Clusters[cluster]
	text, err := tree.Text(tree.Applied(t.Tree[cluster]))
	if err != nil {
		return "", err
	}
	docs := []string{text}
	if c.Config != "" {
		docs = append(docs, c.Config)
	}
	for _, o := range t.World.Known(c) {
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
		if err != nil {
			return "", err
		}
		b, err := yaml.Marshal(fields)
		if err != nil {
			return "", err
		}
		docs = append(docs, string(b))
	}
	return strings.Join(docs, "---\n"), nil
}
