// Tests of ways and orders, by the examples that the reference's words call to mind.

package mesh

import (
	"fmt"
	"testing"
)

const around = `
[clusters.edge]
via = "hub"
[clusters.hub]
gateway = "203.0.113.1"
[clusters.near]
gateway = "203.0.113.2"
[clusters.island]
gateway = "203.0.113.3"
behind = "near"
[clusters.reef]
gateway = "203.0.113.4"
behind = "island"
[clusters.sealed]
[clusters.ring]
gateway = "203.0.113.5"
behind = "pull"
[clusters.pull]
gateway = "203.0.113.6"
via = "ring"
`

func TestWay(t *testing.T) {
	d, err := Read(around)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, way string }{
		{"hub", "hub", "[]"},
		{"hub", "near", "[near]"},
		{"edge", "near", "[hub near]"},
		{"edge", "reef", "[hub near island reef]"},
		{"edge", "hub", "[hub]"},
		{"near", "reef", "[island reef]"},
		{"island", "reef", "[reef]"},
		{"reef", "island", "[near island]"},
		{"island", "near", "[near]"},
		{"near", "sealed", ""},
		{"pull", "near", "[ring near]"},
		{"edge", "ring", "[hub pull ring]"},
	} {
		way, err := d.Way(c.from, c.to)
		if said := fmt.Sprint(way); err == nil && said != c.way || err != nil && c.way != "" {
			t.Errorf("%s to %s: %v %v, not %s", c.from, c.to, way, err, c.way)
		}
	}
	d.Clusters["ring"].Via, d.Clusters["pull"].Via = "hub", ""
	d.Clusters["hub"].Via = "ring"
	if way, err := d.Way("ring", "near"); err == nil {
		t.Errorf("a circle is a way: %v", way)
	}
}

func TestExact(t *testing.T) {
	for text, exact := range map[string]bool{
		`clusters = ["near", "island", "far"]`:                                     true,
		"clusters = [\"near\", \"island\", \"far\"]\nprefer = [\"near\"]":          false, // island and far are to share a rank
		"clusters = [\"near\", \"island\", \"far\"]\nprefer = [\"near\", \"far\"]": false, // far comes between
		"clusters = [\"near\", \"island\", \"far\"]\nprefer = [\"far\", \"near\"]": true,
		"clusters = [\"near\", \"island\", \"far\"]\nprefer = \"any\"":             true,
	} {
		d, err := Read("[clusters.caller]\n[clusters.near]\ngateway = \"a.example.com\"\n[clusters.island]\ngateway = \"b.example.com\"\nbehind = \"near\"\n" +
			"[clusters.far]\ngateway = \"c.example.com\"\n[services.s]\nnamespace = \"n\"\nports = { http = 80 }\n" + text)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Exact(d.Services["s"]); got != exact {
			t.Errorf("%s: exact is %v", text, got)
		}
	}
}

// What is as near as the first of several behind one gateway fails: a part of its calls goes past that gateway, if something is farther.
func TestExactBeside(t *testing.T) {
	places := "[clusters.caller]\nregion = \"r\"\nzone = \"z\"\n" +
		"[clusters.near]\ngateway = \"a.example.com\"\nregion = \"r\"\nzone = \"z\"\n" +
		"[clusters.beside]\ngateway = \"b.example.com\"\nregion = \"r\"\nzone = \"z\"\n" +
		"[clusters.island]\ngateway = \"c.example.com\"\nregion = \"r\"\nzone = \"y\"\nbehind = \"near\"\n" +
		"[clusters.far]\ngateway = \"d.example.com\"\nregion = \"s\"\nzone = \"x\"\n" +
		"[services.s]\nnamespace = \"n\"\nports = { http = 80 }\nclusters = "
	for clusters, exact := range map[string]bool{
		`["near", "beside", "island", "far"]`: false,
		`["near", "beside", "island"]`:        true, // nothing is farther than the group
		`["near", "island", "far"]`:           true, // nothing is as near
		`["near", "beside", "far"]`:           true, // each group has one place
	} {
		d, err := Read(places + clusters)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Exact(d.Services["s"]); got != exact {
			t.Errorf("%s: exact is %v", clusters, got)
		}
	}
}
