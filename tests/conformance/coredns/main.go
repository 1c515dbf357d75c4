// Program coredns answers questions as a cluster's CoreDNS would. Enters, on standard input, a line of
// JSON for each cluster: a Corefile with its files, and questions. Leaves, on standard output, a line of
// JSON: each question's answer, from a real CoreDNS that read them and was asked over the network.
// What the Corefile takes from the machine is replaced: folders by one of its own, the node's resolvers
// by a server here that answers everything with one address, the probes' ports by free ones.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
)

// Request is one name server and what it is asked.
type Request struct {
	Corefile  string            `json:"corefile"`
	Folder    string            `json:"folder"` // where the Corefile expects the files
	Files     map[string]string `json:"files"`
	Questions []Question        `json:"questions"`
}

// Question is a name and a record's type.
type Question struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Answer is what came back.
type Answer struct {
	Code      string   `json:"code"`
	Addresses []string `json:"addresses"`
	// Soa says that the absence of what was asked for may be remembered, and how long.
	Soa bool `json:"soa"`
	// Above says that the node's resolvers answered.
	Above bool `json:"above"`
}

// Response is the answers in the order of the questions, or why there are none.
type Response struct {
	Answers []Answer `json:"answers"`
	Error   string   `json:"error"`
}

func main() {
	// CoreDNS says much about itself.
	log.SetOutput(io.Discard)
	above, err := resolvers()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lines := bufio.NewReader(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var request Request
		var response Response
		if err := json.Unmarshal(line, &request); err != nil {
			response.Error = err.Error()
		} else if response.Answers, err = serve(request, above); err != nil {
			response.Error = err.Error()
		}
		if err := out.Encode(response); err != nil {
			return
		}
	}
}
