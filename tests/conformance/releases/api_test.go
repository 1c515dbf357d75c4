package releases

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// versions of the API that can be had, each with the release it is of. None of 1.30 is published where modules come from.
var versions = []struct{ release, version string }{
	{"1.24", "v1.24.0"}, {"1.25", "v1.25.0"}, {"1.26", "v1.26.0"}, {"1.27", "v1.27.0"}, {"1.28", "v1.28.0"}, {"1.29", "v1.29.0"}, {"1.31", "v1.31.1"},
}

func read(t *testing.T, version string) API {
	t.Helper()
	api, err := Of(version)
	if err != nil {
		t.Fatal(err)
	}
	if len(api) < 10 {
		t.Fatalf("%s: %d kinds", version, len(api))
	}
	return api
}

// TestThePageIsTrue: a field is in the API of the release that the page names, and in none before it.
func TestThePageIsTrue(t *testing.T) {
	page, err := os.ReadFile("../../../docs/istio-versions.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "<!-- generated: releases -->")
	table, _, _ = strings.Cut(table, "<!-- end -->")
	rows := 0
	for _, line := range strings.Split(table, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		rows++
		needs := strings.TrimSpace(cells[2])
		kind, field, _ := strings.Cut(strings.Trim(cells[3], " `"), " ")
		for _, v := range versions {
			if has := read(t, v.version).Has(kind, field); has != (v.release >= needs) {
				t.Errorf("%s: %s has %s: %v, and the page says since %s", v.release, kind, field, has, needs)
			}
		}
	}
	if rows == 0 {
		t.Error("the page names nothing")
	}
}

// TestTheOldestReleaseKnowsAll: the committed examples say no release, so that they are compiled for the oldest.
func TestTheOldestReleaseKnowsAll(t *testing.T) {
	api := read(t, versions[0].version)
	files, err := filepath.Glob("../../../examples/*/generated/*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(text), "\n---\n") {
			var object struct {
				APIVersion string
				Kind       string
				Spec       any
			}
			if err := yaml.Unmarshal([]byte(part), &object); err != nil {
				t.Fatal(file, err)
			}
			group, version, _ := strings.Cut(object.APIVersion, "/")
			if !strings.HasSuffix(group, ".istio.io") {
				continue
			}
			objects++
			if version != "v1" {
				t.Errorf("%s: %s of %s", file, object.Kind, object.APIVersion)
			}
			for _, field := range api.Unknown(object.Kind, version, object.Spec) {
				t.Errorf("%s: Istio 1.24 does not know %s", file, field)
			}
		}
	}
	if objects < 20 {
		t.Errorf("%d objects", objects)
	}
}

// TestAFieldOfALaterReleaseIsFound: the comparison finds what an older release does not know.
func TestAFieldOfALaterReleaseIsFound(t *testing.T) {
	ping := map[string]any{"trafficPolicy": map[string]any{"portLevelSettings": []any{map[string]any{"connectionPool": map[string]any{
		"http": map[string]any{"http2KeepAlive": map[string]any{"interval": "10s"}}}}}}}
	for _, v := range versions {
		found := len(read(t, v.version).Unknown("DestinationRule", "v1", ping))
		if (found == 1) != (v.release < "1.31") {
			t.Errorf("%s: %d fields unknown", v.release, found)
		}
	}
}
