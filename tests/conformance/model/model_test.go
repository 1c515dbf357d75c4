// The model on documents where what a word says of a cluster and what calls do there come apart.

package model

import (
	"slices"
	"testing"

	"cwc/conformance/expect"
	"cwc/conformance/mesh"
)

// The exposure of a gateway, as the model derives it from a document.
func exposureOf(t *testing.T, text, gateway string) expect.Exposure {
	t.Helper()
	d, err := mesh.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range Expect(d).Exposure {
		if e.Gateway[0] == gateway {
			return e
		}
	}
	t.Fatalf("nothing is said about the gateway of %s", gateway)
	return expect.Exposure{}
}

const drainedInTheMiddle = `
clusters.east = { gateway = "203.0.113.1", behind = "west" }
clusters.south = {}
[clusters.west]
gateway = "203.0.113.2"
crossing = "plaintext"
drained = true
[services.x]
namespace = "shop"
ports = { mongo = 27017 }
clusters = ["east", "west"]
`

func TestADrainedClustersWordIsNotForCallsThatPassIt(t *testing.T) {
	e := exposureOf(t, drainedInTheMiddle, "west")
	want := expect.Strings{"x.shop.global:27017"}
	if !slices.Equal(want, e.LetsIn) || len(e.Plain) > 0 {
		t.Errorf("calls to east pass west unread, but it lets in %v, in plain text %v", e.LetsIn, e.Plain)
	}
}

func TestAClustersWordIsForCallsThatEndThere(t *testing.T) {
	text := `
clusters.east = {}
[clusters.west]
gateway = "203.0.113.2"
crossing = "plaintext"
[services.x]
namespace = "shop"
ports = { http = 80 }
clusters = ["west"]
`
	e := exposureOf(t, text, "west")
	want := expect.Strings{"x.shop.global:80"}
	if !slices.Equal(want, e.Plain) || len(e.LetsIn) > 0 {
		t.Errorf("calls enter in plain text, but it lets in %v, in plain text %v", e.LetsIn, e.Plain)
	}
}
