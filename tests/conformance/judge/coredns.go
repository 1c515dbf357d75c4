// CoreDNS: where a cluster's names are answered by a CoreDNS, a real one reads what was compiled and is
// asked. It answers the very names that the sidecars' DNS answers, with the same addresses; what else
// the mesh's domain might hold does not exist; and whoever asks for other names is not kept from them.

package judge

import (
	"fmt"
	"slices"
	"strings"

	"cwc/conformance/nameserver"
)

// CoreDNS judges the clusters that do not leave the names to the sidecars.
func CoreDNS(t *Trial, n *Figures) []Finding {
	var out []Finding
	for _, cluster := range t.World.Names() {
		if t.Document.Clusters[cluster] == nil {
			continue
		}
		fail := func(why string, args ...any) {
			out = append(out, Finding{Judge: "coredns", Where: cluster, Reason: fmt.Sprintf(why, args...)})
		}
		server, stub, err := t.resolver(cluster)
		if err != nil {
			fail("%v", err)
			continue
		}
		if server == nil {
			continue
		}
		questions := t.questions(cluster)
		for _, q := range questions {
			server.Questions = append(server.Questions, q.Question)
		}
		answers, err := nameserver.Ask(*server)
		if err != nil {
			fail("%v", err)
			continue
		}
		for i, q := range questions {
			n.Names++
			answer := answers[i]
			if stub != nil && !stub(q.Name) {
				// kube-dns asks its own resolvers, and not this server.
				answer = nameserver.Answer{Code: "NOERROR", Above: true}
			}
			if why := q.wrong(answer); why != "" {
				fail("%s %s: %s", q.Type, q.Name, why)
			}
		}
	}
	return out
}

// question is one question with the answer that is due.
type question struct {
	nameserver.Question
	due     string // address, nothing, no-such-name or above
	address string
}

func (q question) wrong(a nameserver.Answer) string {
	got := fmt.Sprintf("%s %v", a.Code, a.Addresses)
	switch {
	case a.Above != (q.due == "above"):
		if a.Above {
			return "is asked of the node's resolvers"
		}
		return "is answered here, with " + got + ", and belongs to others"
	case q.due == "address" && (a.Code != "NOERROR" || !slices.Equal(a.Addresses, []string{q.address})):
		return "is answered with " + got + ", and the sidecars know it as " + q.address
	case q.due == "nothing" && (a.Code != "NOERROR" || len(a.Addresses) > 0):
		return "is answered with " + got + ", and the name has no such address"
	case q.due == "no-such-name" && (a.Code != "NXDOMAIN" || !a.Soa):
		return "is answered with " + got + ", and is no name of the mesh that this cluster may call"
	}
	return ""
}

// questions are all names of the mesh, those beside and below them, and some of other zones.
func (t *Trial) questions(cluster string) []question {
	declared := map[string]string{}
	for _, e := range t.Expect.DNS {
		for _, in := range e.In {
			of, namespace, _ := strings.Cut(in, "/")
			if of != cluster {
				continue
			}
			if namespace == "" {
				namespace = "default"
			}
			table := t.Planes[cluster].Caller(namespace, "default").Names()
			for _, name := range e.Answers {
				if len(table[name]) == 1 {
					declared[name] = table[name][0]
				}
			}
		}
	}
	domain := "." + t.Document.Domain
	var out []question
	asked := map[string]bool{}
	ask := func(name, kind, due, address string) {
		if !asked[kind+name] {
			asked[kind+name] = true
			out = append(out, question{nameserver.Question{Name: name, Type: kind}, due, address})
		}
	}
	for _, name := range sorted(declared) {
		ask(name, "A", "address", declared[name])
		ask(name, "AAAA", "nothing", "")
	}
	// Nobody's name: in the domain it does not exist, elsewhere it is for others to say.
	foreign := func(name string) {
		switch {
		case declared[name] != "":
		case strings.HasSuffix(name, domain):
			ask(name, "A", "no-such-name", "")
			ask(name, "AAAA", "no-such-name", "")
		default:
			ask(name, "A", "above", "")
		}
	}
	for _, key := range t.Document.ServiceKeys() {
		s := t.Document.Services[key]
		for _, name := range s.Names(t.Document.Domain) {
			foreign(name)
			foreign("below." + name)
			_, parent, _ := strings.Cut(name, ".")
			foreign("beside." + parent)
			if !strings.HasSuffix("."+parent, domain) {
				foreign(parent)
			}
		}
		foreign(s.Name + "." + s.Namespace + ".export" + domain)
	}
	foreign("nobody.nowhere" + domain)
	foreign("www.example.org")
	return out
}
