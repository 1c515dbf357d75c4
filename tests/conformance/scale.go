// Scale: how much of a fleet reaches one sidecar and one gateway, as Istio's own code counts it. Enters: the compiler, and the page that shows
// the figures. Leaves: the page's table, compared with what is counted now, or written anew.

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"
	"istio.io/istio/pkg/test"

	"cwc/conformance/mesh"
	"cwc/conformance/plane"
	"cwc/conformance/tree"
	"cwc/conformance/world"
)

const (
	scaleClusters, scaleServices, scaleTeams = 12, 300, 5
	// The sidecar that is looked at is one of this team's in this cluster.
	scaleCluster, scaleTeam = "c01", "team-01"
	scaleStart, scaleEnd    = "<!-- counted -->\n", "<!-- end -->\n"
)

// ladder are the fleets that are compared: the same one, but for who may call.
var ladder = []struct {
	title   string
	callers func(i int) []string
}{
	{"no `callers`: everyone knows everything", nil},
	{"`callers` names three clusters", func(i int) []string {
		return []string{cluster(i), cluster(i + 5), cluster(i + 2)}
	}},
	{"`callers` names a namespace in each", func(i int) []string {
		return []string{cluster(i) + "/" + team(i), cluster(i+5) + "/" + team(i), cluster(i+2) + "/" + team(i+1)}
	}},
}

func cluster(i int) string { return fmt.Sprintf("c%02d", i%scaleClusters+1) }

func team(i int) string { return fmt.Sprintf("team-%02d", i%scaleTeams+1) }

// fleet is a document of 12 clusters and 300 services, each of a team's and in two clusters.
func fleet(callers func(i int) []string) string {
	var b strings.Builder
	for i := range scaleClusters {
		fmt.Fprintf(&b, "[clusters.%s]\ngateway = \"203.0.113.%d\"\nregion = \"region-%d\"\ntrust-domain = \"%s.example.com\"\n\n", cluster(i), i+1, i%3, cluster(i))
	}
	for i := range scaleServices {
		ports := "http = 8080"
		if i%4 == 0 {
			ports += ", tcp = 9000"
		}
		fmt.Fprintf(&b, "[services.s%03d]\nnamespace = %q\nports = { %s }\nclusters = [%q, %q]\n", i, team(i), ports, cluster(i), cluster(i+5))
		if callers != nil {
			fmt.Fprintf(&b, "callers = [\"%s\"]\n", strings.Join(callers(i), "\", \""))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// counts are what one row of the table says.
type counts struct {
	objects, clusters, listeners, hosts, endpoints, bytes, names int
}

// scale counts the fleets and compares the page with it, or writes it.
func scale(args []string) int {
	flags := flag.NewFlagSet("scale", flag.ExitOnError)
	cwc := flags.String("cwc", os.Getenv("CWC"), "the compiler (default: environment variable CWC)")
	page := flags.String("page", "../../docs/scale.md", "the page that shows the figures")
	update := flags.Bool("update", false, "write the figures into the page")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	stop := func(err error) int {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		return 2
	}
	before, err := os.ReadFile(*page)
	if err != nil {
		return stop(err)
	}
	head, rest, ok := strings.Cut(string(before), scaleStart)
	_, tail, ends := strings.Cut(rest, scaleEnd)
	if !ok || !ends {
		return stop(fmt.Errorf("%s has no place for the figures", *page))
	}
	compiler, err := filepath.Abs(*cwc)
	if err != nil {
		return stop(err)
	}
	table, err := scaleTable(compiler)
	if err != nil {
		return stop(err)
	}
	after := head + scaleStart + table + scaleEnd + tail
	switch {
	case after == string(before):
		fmt.Printf("%s is true\n%s", *page, table)
	case *update:
		if err := os.WriteFile(*page, []byte(after), 0o644); err != nil {
			return stop(err)
		}
		fmt.Printf("%s is written anew: read it\n%s", *page, table)
	default:
		fmt.Printf("%s is stale; Istio counts:\n%s", *page, table)
		return 1
	}
	return 0
}

func scaleTable(cwc string) (string, error) {
	var b strings.Builder
	b.WriteString("| | objects in the cluster's folder | clusters | listeners | virtual hosts | endpoints | in all | SNIs that the gateway lets in |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	row := func(title string, c counts) {
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %d KiB | %d |\n",
			title, c.objects, c.clusters, c.listeners, c.hosts, c.endpoints, (c.bytes+512)/1024, c.names)
	}
	for i, rung := range ladder {
		text := fleet(rung.callers)
		made, err := build(cwc, text, "")
		if err != nil {
			return "", err
		}
		if i == 0 {
			c, err := count(text, nil, nil)
			if err != nil {
				return "", err
			}
			row("nothing of cwc's: the cluster's own Services", c)
		}
		c, err := count(text, made.tree[scaleCluster], made.values[scaleCluster])
		if err != nil {
			return "", err
		}
		row(rung.title, c)
	}
	return b.String(), nil
}

// count starts the control plane of one cluster and looks at what it sends.
func count(text string, objects []*tree.Object, values *tree.Values) (counts, error) {
	d, err := mesh.Read(text)
	if err != nil {
		return counts{}, err
	}
	w, err := world.Read(d, "")
	if err != nil {
		return counts{}, err
	}
	istio, _ := tree.Istio(objects)
	out := counts{objects: len(istio)}
	var inner error
	err = test.Wrap(func(f test.Failer) {
		p, err := plane.Start(f, w, scaleCluster, objects, values)
		if err != nil {
			inner = err
			return
		}
		out.look(p)
	})
	return out, errors.Join(err, inner)
}

func (c *counts) look(p *plane.Plane) {
	x := p.Caller(scaleTeam, "default")
	add := func(m proto.Message) { c.bytes += proto.Size(m) }
	for _, l := range x.Listeners() {
		c.listeners++
		add(l)
	}
	for _, r := range x.Routes() {
		c.hosts += len(r.GetVirtualHosts())
		add(r)
	}
	for _, cluster := range x.Clusters() {
		c.clusters++
		add(cluster)
		assignment := x.Endpoints(cluster)
		for _, locality := range assignment.GetEndpoints() {
			c.endpoints += len(locality.GetLbEndpoints())
		}
		if assignment != cluster.GetLoadAssignment() {
			add(assignment)
		}
	}
	for _, g := range p.Cluster.Gateways {
		for _, l := range p.Gateway(g).Listeners() {
			c.names += len(l.GetFilterChains())
		}
	}
}
