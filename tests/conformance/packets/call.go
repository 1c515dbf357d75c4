// Calls as a pod's application makes them. In: a pod, a name as its sidecar's DNS resolves it, a port and a protocol.
// Out: who answered and whom that pod saw as its caller, or the error. Everything goes through the pod's captured network.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// callLimit is how patient a caller is.
const callLimit = 5 * time.Second

// Answer is the outcome of one call. Peer is empty for TCP and TLS, which have no header to carry it.
type Answer struct {
	Pod, Peer string
	Err       error
	Start     time.Time
	Took      time.Duration
}

// Client makes the calls of one pod to one destination; HTTP connections to the sidecar are kept, as applications do.
type Client struct {
	caller  *Pod
	target  *url.URL
	network *Namespace
	address string
	method  string
	headers map[string]string
	http    *http.Client
	grpc    *grpc.ClientConn

	unresolved error
}

// NewClient prepares calls to a destination such as http2://reviews.bookinfo.global:9080/path; the scheme is the protocol. Where
// the sidecar does not resolve the name, every call fails and says so.
func NewClient(mesh *Mesh, caller *Pod, destination, method string, headers map[string]string) (*Client, error) {
	target, err := url.Parse(destination)
	if err != nil {
		return nil, err
	}
	c := &Client{caller: caller, target: target, network: mesh.Network.Pods[caller], method: method, headers: headers}
	if c.method == "" {
		c.method = http.MethodGet
	}
	ip, err := mesh.Planes[caller.Cluster.Name].Resolve(caller, target.Hostname())
	if err != nil {
		c.unresolved = err
		return c, nil
	}
	c.address = net.JoinHostPort(ip, target.Port())
	switch target.Scheme {
	case "http", "http2":
		transport := &http.Transport{Protocols: new(http.Protocols), DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return c.network.Dial(ctx, c.address)
		}}
		transport.Protocols.SetHTTP1(target.Scheme == "http")
		transport.Protocols.SetUnencryptedHTTP2(target.Scheme == "http2")
		c.http = &http.Client{Transport: transport, Timeout: callLimit}
	case "grpc":
		c.grpc, err = grpc.NewClient("passthrough:///"+target.Host, grpc.WithTransportCredentials(insecure.NewCredentials()),
			grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return c.network.Dial(ctx, c.address) }))
	case "tcp", "tls":
	default:
		err = fmt.Errorf("protocol %q of %s is none of http, http2, grpc, tcp, tls", target.Scheme, destination)
	}
	return c, err
}

// Headed says whether answers carry the peer that the pod saw.
func (c *Client) Headed() bool { return c.target.Scheme != "tcp" && c.target.Scheme != "tls" }

// Close ends the connections to the sidecar.
func (c *Client) Close() {
	if c.http != nil {
		c.http.CloseIdleConnections()
	}
	if c.grpc != nil {
		_ = c.grpc.Close()
	}
}

// Call makes one call.
func (c *Client) Call() Answer {
	answer := Answer{Start: time.Now()}
	switch {
	case c.unresolved != nil:
		answer.Err = c.unresolved
	case c.http != nil:
		answer.Pod, answer.Peer, answer.Err = c.overHTTP()
	case c.grpc != nil:
		answer.Pod, answer.Peer, answer.Err = c.overGRPC()
	default:
		answer.Pod, answer.Err = c.overTCP()
	}
	answer.Took = time.Since(answer.Start)
	return answer
}

func (c *Client) overHTTP() (pod, peer string, err error) {
	to := url.URL{Scheme: "http", Host: c.target.Host, Path: c.target.Path, RawQuery: c.target.RawQuery}
	request, err := http.NewRequest(c.method, to.String(), strings.NewReader(marker))
	if err != nil {
		return "", "", err
	}
	for name, value := range c.headers {
		request.Header.Set(name, value)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", "", err
	}
	if response.StatusCode != http.StatusOK || string(body) != marker {
		return "", "", fmt.Errorf("%s: %.200s", response.Status, body)
	}
	if c.target.Scheme == "http2" && response.ProtoMajor != 2 {
		return "", "", fmt.Errorf("answered in %s", response.Proto)
	}
	return response.Header.Get(podHeader), response.Header.Get(peerHeader), nil
}

func (c *Client) overGRPC() (pod, peer string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	for name, value := range c.headers {
		ctx = metadata.AppendToOutgoingContext(ctx, name, value)
	}
	var header metadata.MD
	_, err = health.NewHealthClient(c.grpc).Check(ctx, &health.HealthCheckRequest{Service: marker}, grpc.Header(&header))
	return strings.Join(header.Get(podHeader), ","), strings.Join(header.Get(peerHeader), ","), err
}

func (c *Client) overTCP() (pod string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), callLimit)
	defer cancel()
	conn, err := c.network.Dial(ctx, c.address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(callLimit))
	if c.target.Scheme == "tls" {
		// The application's own TLS, of no interest here but for its SNI.
		conn = tls.Client(conn, &tls.Config{ServerName: c.target.Hostname(), InsecureSkipVerify: true})
	}
	if _, err := fmt.Fprintln(conn, marker); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no answer: %w", err)
	}
	pod, echoed, _ := strings.Cut(strings.TrimSpace(line), " ")
	if echoed != marker {
		return "", fmt.Errorf("answered %q", line)
	}
	return pod, nil
}
