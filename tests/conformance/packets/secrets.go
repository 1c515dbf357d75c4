// The secret discovery service that pilot-agent is to an Envoy. In: a leaf for each node id, and the root. Out: the secrets
// "default" and "ROOTCA" over a Unix socket, to whoever's node id is known.
package main

import (
	"context"
	"fmt"
	"net"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/anypb"
)

// Secrets serves SDS.
type Secrets struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	// Leaves is complete before the server starts.
	Leaves map[string]Leaf
	Root   []byte
}

// Serve answers on a socket until stop is called.
func (s *Secrets) Serve(listener net.Listener) (stop func()) {
	server := grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(server, s)
	go func() { _ = server.Serve(listener) }()
	return server.Stop
}

// StreamSecrets answers each subscription once; certificates do not change within a run.
func (s *Secrets) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	node := ""
	for {
		request, err := stream.Recv()
		if err != nil {
			return err
		}
		if request.Node != nil {
			node = request.Node.Id
		}
		// An acknowledgement repeats the names with the version that was accepted.
		if request.VersionInfo != "" || request.ErrorDetail != nil {
			continue
		}
		response, err := s.FetchSecrets(context.Background(), &discovery.DiscoveryRequest{
			Node: &core.Node{Id: node}, ResourceNames: request.ResourceNames, TypeUrl: request.TypeUrl,
		})
		if err != nil {
			return err
		}
		if err := stream.Send(response); err != nil {
			return err
		}
	}
}

// FetchSecrets builds one answer.
func (s *Secrets) FetchSecrets(_ context.Context, request *discovery.DiscoveryRequest) (*discovery.DiscoveryResponse, error) {
	leaf, known := s.Leaves[request.Node.Id]
	if !known {
		return nil, fmt.Errorf("no certificate for node %q", request.Node.Id)
	}
	response := &discovery.DiscoveryResponse{TypeUrl: request.TypeUrl, VersionInfo: "1", Nonce: "1"}
	for _, name := range request.ResourceNames {
		out := &tlsv3.Secret{Name: name}
		if name == "ROOTCA" {
			out.Type = &tlsv3.Secret_ValidationContext{ValidationContext: &tlsv3.CertificateValidationContext{TrustedCa: inline(s.Root)}}
		} else {
			out.Type = &tlsv3.Secret_TlsCertificate{TlsCertificate: &tlsv3.TlsCertificate{
				CertificateChain: inline(leaf.Certificate), PrivateKey: inline(leaf.Key),
			}}
		}
		packed, err := anypb.New(out)
		if err != nil {
			return nil, err
		}
		response.Resources = append(response.Resources, packed)
	}
	return response, nil
}

func inline(text []byte) *core.DataSource {
	return &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: text}}
}
