// The node's resolvers: a server that answers every question for an IPv4 address with the same one,
// which nothing else gives.

package main

import (
	"net"

	"github.com/miekg/dns"
)

// elsewhere is of a range for documentation.
const elsewhere = "192.0.2.99"

// resolvers listens on loopback and says where.
func resolvers() (string, error) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	answer := func(w dns.ResponseWriter, question *dns.Msg) {
		reply := new(dns.Msg).SetReply(question)
		asked := question.Question[0]
		if asked.Qtype == dns.TypeA {
			head := dns.RR_Header{Name: asked.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}
			reply.Answer = []dns.RR{&dns.A{Hdr: head, A: net.ParseIP(elsewhere)}}
		}
		_ = w.WriteMsg(reply)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(answer)}
	go func() { _ = server.ActivateAndServe() }()
	return conn.LocalAddr().String(), nil
}
