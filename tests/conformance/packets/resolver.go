// A cluster's DNS server. In: the Services of the cluster and the public names of the world. Out: answers on UDP port 53 in the
// cluster's router. A name that it does not know is NXDOMAIN: in particular no global name, which only sidecars resolve.
package main

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"github.com/miekg/dns"

	"cwc/conformance/world"
)

// ServeDNS starts the server; it ends with closeServer.
func ServeDNS(w *world.World, c *world.Cluster, router *Namespace) (closeServer func(), err error) {
	records := map[string][]string{}
	for name, addresses := range w.Records {
		records[dns.Fqdn(name)] = addresses
	}
	for _, service := range c.Services {
		records[dns.Fqdn(service.Host())] = serviceRecords(c, service)
	}
	conn, err := router.ListenPacket(clusterDNS + ":53")
	if err != nil {
		return nil, fmt.Errorf("DNS of %s: %w", c.Name, err)
	}
	server := &dns.Server{PacketConn: conn, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, question *dns.Msg) {
		answer := new(dns.Msg)
		answer.SetReply(question)
		for _, q := range question.Question {
			addresses, known := records[strings.ToLower(q.Name)]
			if !known {
				answer.Rcode = dns.RcodeNameError
			}
			for _, address := range addresses {
				if q.Qtype == dns.TypeA {
					header := dns.RR_Header{Name: q.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 5}
					answer.Answer = append(answer.Answer, &dns.A{Hdr: header, A: net.ParseIP(address)})
				}
			}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = server.ActivateAndServe() }()
	return func() { _ = server.Shutdown() }, nil
}

// serviceRecords is the Service's address, or its pods' where it is headless.
func serviceRecords(c *world.Cluster, s *world.Service) []string {
	if _, err := netip.ParseAddr(s.IP); err == nil {
		return []string{s.IP}
	}
	var pods []string
	for _, workload := range c.Backing(s) {
		pods = append(pods, workload.Pods...)
	}
	return pods
}
