// Command yaml judges YAML with sigs.k8s.io/yaml, the library that kubectl, istiod and Argo CD use.
//
//	yaml read FILE   a JSON array of YAML texts enters; a JSON array of readings leaves on stdout
//	yaml write FILE  a JSON array of values enters; a JSON array of what kubectl prints leaves
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

// reading is what one text meant: a value, or the reason why it could not be read.
type reading struct {
	Value json.RawMessage `json:"value,omitempty"`
	Error string          `json:"error,omitempty"`
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) != 2 {
		return errors.New("usage: yaml read|write FILE")
	}
	request, err := os.ReadFile(args[1])
	if err != nil {
		return err
	}
	switch args[0] {
	case "read":
		return answer(request, out, read)
	case "write":
		return answer(request, out, write)
	}
	return fmt.Errorf("unknown verb %q", args[0])
}

// answer applies judge to each entry of the JSON array in request.
func answer[In, Out any](request []byte, out io.Writer, judge func(In) (Out, error)) error {
	var entries []In
	if err := json.Unmarshal(request, &entries); err != nil {
		return err
	}
	answers := make([]Out, 0, len(entries))
	for _, entry := range entries {
		reply, err := judge(entry)
		if err != nil {
			return err
		}
		answers = append(answers, reply)
	}
	return json.NewEncoder(out).Encode(answers)
}

func read(text string) (reading, error) {
	value, err := yaml.YAMLToJSONStrict([]byte(text))
	if err == nil {
		err = alone(text)
	}
	if err != nil {
		return reading{Error: err.Error()}, nil
	}
	return reading{Value: value}, nil
}

// alone refuses a text of several documents: YAMLToJSONStrict reads the first and passes over the
// rest.
func alone(text string) error {
	stream := goyaml.NewDecoder(bytes.NewReader([]byte(text)))
	var document any
	if err := stream.Decode(&document); err != nil {
		return err
	}
	if err := stream.Decode(&document); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more than one document (%v)", err)
	}
	return nil
}

func write(value json.RawMessage) (string, error) {
	text, err := yaml.JSONToYAML(value)
	return string(text), err
}
