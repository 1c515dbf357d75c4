// The pods' applications. In: a pod's namespace and ports. Out: servers that tell who answered and whom they saw: HTTP/1.1,
// HTTP/2 and gRPC on ports of those protocols, a line's echo on all others, in TLS of the application's own where the port says so. They run in this process, on sockets of the pod's namespace.
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
	"sync"

	"google.golang.org/grpc"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
)

// marker is in every call and, echoed, in every answer. Seen between clusters it means that something was readable there.
const marker = "plain-text-that-must-not-cross"

const (
	podHeader  = "x-answered-by"
	peerHeader = "x-saw-peer"
	xfcc       = "x-forwarded-client-cert"
)

// Application is what one pod runs.
type Application struct {
	pod       *Pod
	namespace *Namespace
	// certificate is for ports where the application itself speaks TLS.
	certificate tls.Certificate

	mu      sync.Mutex
	closers []io.Closer
}

// Protocol is a port's protocol: its name's prefix, as Istio reads it.
func Protocol(portName string) string { return strings.SplitN(portName, "-", 2)[0] }

// Start opens all ports.
func (a *Application) Start() error {
	for number, protocol := range a.pod.Ports {
		listener, err := a.namespace.Listen(fmt.Sprintf("0.0.0.0:%d", number))
		if err != nil {
			return fmt.Errorf("port %d of %s: %w", number, a.pod.ID(), err)
		}
		switch protocol {
		case "http", "http2", "grpc", "grpc-web":
			a.serveHTTP(listener)
		case "https", "tls":
			a.keep(listener)
			go a.serveLines(tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{a.certificate}}))
		default:
			a.keep(listener)
			go a.serveLines(listener)
		}
	}
	return nil
}

// Stop closes every port and connection at once.
func (a *Application) Stop() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, closer := range a.closers {
		_ = closer.Close()
	}
	a.closers = nil
}

func (a *Application) keep(closer io.Closer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closers = append(a.closers, closer)
}

func (a *Application) serveHTTP(listener net.Listener) {
	remote := grpc.NewServer()
	health.RegisterHealthServer(remote, &healthServer{pod: a.pod})
	server := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Header.Get("content-type"), "application/grpc") {
			remote.ServeHTTP(w, r)
			return
		}
		w.Header().Set(podHeader, a.pod.ID())
		w.Header().Set(peerHeader, peerOf(r.Header.Get(xfcc)))
		_, _ = io.Copy(w, r.Body)
	})}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	a.keep(server)
	go func() { _ = server.Serve(listener) }()
}

// peerOf is the caller's identity in x-forwarded-client-cert; the last element is the one that the pod's own sidecar wrote.
func peerOf(header string) string {
	elements := strings.Split(header, ",")
	for _, pair := range strings.Split(elements[len(elements)-1], ";") {
		if value, ok := strings.CutPrefix(pair, "URI="); ok {
			return value
		}
	}
	return ""
}

func (a *Application) serveLines(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		a.keep(conn)
		go func() {
			defer conn.Close()
			lines := bufio.NewScanner(conn)
			for lines.Scan() {
				if _, err := fmt.Fprintf(conn, "%s %s\n", a.pod.ID(), lines.Text()); err != nil {
					return
				}
			}
		}()
	}
}

type healthServer struct {
	health.UnimplementedHealthServer
	pod *Pod
}

// Check answers the one gRPC method that is called; the marker travels as the service's name.
func (s *healthServer) Check(ctx context.Context, _ *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	incoming, _ := metadata.FromIncomingContext(ctx)
	peer := peerOf(strings.Join(incoming.Get(xfcc), ","))
	if err := grpc.SetHeader(ctx, metadata.Pairs(podHeader, s.pod.ID(), peerHeader, peer)); err != nil {
		return nil, err
	}
	return &health.HealthCheckResponse{Status: health.HealthCheckResponse_SERVING}, nil
}
