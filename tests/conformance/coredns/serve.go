// One name server: a Corefile enters, the answers to some questions leave. The plugins are those that
// cwc's server blocks and a platform's usual Corefile name.

package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/coredns/caddy"
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/miekg/dns"

	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/file"
	_ "github.com/coredns/coredns/plugin/forward"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/hosts"
	_ "github.com/coredns/coredns/plugin/loadbalance"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/reload"
)

// probes are the plugins that listen on a port of their own.
var probes = regexp.MustCompile(`(?m)^(\s*(?:health|ready))$`)

func serve(request Request, above string) ([]Answer, error) {
	folder, err := os.MkdirTemp("", "coredns")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	here := func(text string) string {
		text = strings.ReplaceAll(text, "/etc/resolv.conf", above)
		text = strings.ReplaceAll(text, request.Folder+"/", folder+"/")
		return probes.ReplaceAllString(text, "$1 127.0.0.1:0")
	}
	for name, text := range request.Files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(here(text)), 0o600); err != nil {
			return nil, err
		}
	}
	instance, port, err := start(caddy.CaddyfileInput{
		Contents: []byte(here(request.Corefile)), Filepath: filepath.Join(folder, "Corefile"), ServerTypeName: "dns",
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		instance.ShutdownCallbacks()
		_ = instance.Stop()
	}()
	var answers []Answer
	patience := 8
	for _, question := range request.Questions {
		answer, err := ask(question, net.JoinHostPort("127.0.0.1", port), &patience)
		if err != nil {
			return nil, fmt.Errorf("%s %s: %w", question.Type, question.Name, err)
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

// start runs CoreDNS at a free port. Another program may take that port first; then at another one.
func start(corefile caddy.CaddyfileInput) (*caddy.Instance, string, error) {
	dnsserver.Quiet, caddy.Quiet = true, true
	for attempt := 1; ; attempt++ {
		port, err := free()
		if err != nil {
			return nil, "", err
		}
		// Blocks that name no port take the one that the program is told.
		dnsserver.Port = port
		instance, err := caddy.Start(corefile)
		switch {
		case err == nil:
			return instance, port, nil
		case !errors.Is(err, syscall.EADDRINUSE) && !strings.Contains(err.Error(), "address already in use") || attempt == 5:
			return nil, "", fmt.Errorf("CoreDNS refuses the Corefile: %w", err)
		}
	}
}

func ask(question Question, server string, patience *int) (Answer, error) {
	message := new(dns.Msg).SetQuestion(dns.Fqdn(question.Name), dns.StringToType[question.Type])
	reply, err := exchange(message, server, patience)
	if err != nil {
		return Answer{}, err
	}
	answer := Answer{Code: dns.RcodeToString[reply.Rcode]}
	for _, record := range reply.Answer {
		if a, ok := record.(*dns.A); ok {
			answer.Addresses = append(answer.Addresses, a.A.String())
			answer.Above = answer.Above || a.A.String() == elsewhere
		}
	}
	for _, record := range reply.Ns {
		_, soa := record.(*dns.SOA)
		answer.Soa = answer.Soa || soa
	}
	return answer, nil
}

// exchange asks again where no answer came, or the server says that it has failed: on a busy machine a datagram is late or dropped,
// and forward then holds its resolver for dead and says so for 5 s (cache keeps failures as long). No such answer is ever due. A server
// that is wrong fails for every question, so what is left of the patience is for all of them together.
func exchange(message *dns.Msg, server string, patience *int) (*dns.Msg, error) {
	client := dns.Client{Timeout: 5 * time.Second}
	for {
		reply, _, err := client.Exchange(message, server)
		if err == nil && reply.Rcode != dns.RcodeServerFailure || *patience == 0 {
			return reply, err
		}
		*patience--
		time.Sleep(time.Second)
	}
}

// free is a port of loopback that nobody uses, for both protocols.
func free() (string, error) {
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		_, port, _ := net.SplitHostPort(tcp.Addr().String())
		udp, err := net.ListenPacket("udp", net.JoinHostPort("127.0.0.1", port))
		_ = tcp.Close()
		if err == nil {
			_ = udp.Close()
			return port, nil
		}
	}
	return "", fmt.Errorf("no free port on loopback")
}
