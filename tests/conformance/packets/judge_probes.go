// The judge of strangers. In: a running mesh and a ProbeCase: one connection to a gateway by a host outside all clusters.
// Out: a verdict: whether it was answered, refused by the gateway or refused by the pod behind it, as the proxies counted it.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// strangerIdentity is what a stranger with a certificate of the mesh calls itself.
const strangerIdentity = "spiffe://cluster.local/ns/elsewhere/sa/stranger"

const (
	noChain    = `^listener\..*\.no_filter_chain_match$`
	refusedTLS = `^listener\..*\.ssl\.(fail_verify_no_cert|fail_verify_error|fail_verify_san)$`
)

// JudgeProbe makes the connection.
func (m *Mesh) JudgeProbe(figures *Figures, p ProbeCase) error {
	gateways := m.Gateways(p.Gateway)
	if len(gateways) == 0 {
		return fmt.Errorf("%s: cluster %q has no gateway", p.Why, p.Gateway)
	}
	before, err := m.refusals(gateways[0])
	if err != nil {
		return err
	}
	marks := m.Mark()
	answer, err := m.probe(gateways[0], p)
	if err != nil {
		return err
	}
	after, err := m.refusals(gateways[0])
	if err != nil {
		return err
	}
	outcome := "answered"
	if !strings.HasPrefix(answer, "HTTP/1.1 200") {
		outcome = "lost"
		if after[0] > before[0] && after[1] == before[1] {
			outcome = "refused-by-gateway"
		}
		if after[0] == before[0] && after[1] > before[1] {
			outcome = "refused-by-pod"
		}
	}
	var faults []string
	if outcome != p.Expect {
		faults = append(faults, fmt.Sprintf("%s, expected %s", outcome, p.Expect))
	}
	figures.Probes++
	figures.Verdict(p.Why, fmt.Sprintf("%s (%s)", outcome, answer), faults, func() string { return m.Trail(gateways[0], marks) })
	return nil
}

// refusals counts connections for which the gateway had no filter chain, and those whose certificate a pod of its cluster refused.
func (m *Mesh) refusals(gateway *Pod) (counts [2]int64, err error) {
	// Envoy's workers hand their counters over when asked, but the connection must have ended first.
	time.Sleep(50 * time.Millisecond)
	if counts[0], err = m.envoyOf[gateway].Sum(noChain); err != nil {
		return counts, err
	}
	for _, pod := range m.Stage.Pods {
		if envoy := m.envoyOf[pod]; pod.Cluster == gateway.Cluster && envoy != nil {
			n, err := envoy.Sum(refusedTLS)
			if err != nil {
				return counts, err
			}
			counts[1] += n
		}
	}
	return counts, nil
}

// probe tells in words how the connection went.
func (m *Mesh) probe(gateway *Pod, p ProbeCase) (string, error) {
	config := &tls.Config{ServerName: p.SNI, InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}
	if p.ALPN != "" {
		config.NextProtos = []string{p.ALPN}
	}
	switch p.Certificate {
	case "mesh", "foreign":
		authority := m.Authority
		if p.Certificate == "foreign" {
			var err error
			if authority, err = NewAuthority("somebody else's root"); err != nil {
				return "", err
			}
		}
		leaf, err := authority.Issue(strangerIdentity)
		if err != nil {
			return "", err
		}
		certificate, err := leaf.TLS()
		if err != nil {
			return "", err
		}
		// Sent even where the server names other authorities: Go would send none then, which is another case.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, nil }
	case "none", "plaintext":
	default:
		return "", fmt.Errorf("%s: certificate %q is none of mesh, foreign, none, plaintext", p.Why, p.Certificate)
	}
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	raw, err := m.Network.Stranger.Dial(ctx, gateway.Public.String())
	if err != nil {
		return "", fmt.Errorf("%s: the gateway cannot be dialled: %w", p.Why, err)
	}
	defer raw.Close()
	_ = raw.SetDeadline(time.Now().Add(callLimit))
	var conn net.Conn = raw
	if p.Certificate != "plaintext" {
		secured := tls.Client(raw, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			return "handshake: " + err.Error(), nil
		}
		conn = secured
	}
	request, err := http.NewRequest(http.MethodPost, "http://stranger/", strings.NewReader(marker))
	if err != nil {
		return "", err
	}
	if err := request.Write(conn); err != nil {
		return "request: " + err.Error(), nil
	}
	response, err := http.ReadResponse(bufio.NewReader(conn), request)
	if err != nil {
		return "answer: " + err.Error(), nil
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, response.Body)
	return fmt.Sprintf("%s %s by %s", response.Proto, response.Status, response.Header.Get(podHeader)), nil
}
