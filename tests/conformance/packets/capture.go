// Address translation by nf_tables, set over netlink: no nft or iptables program is needed.
// In: a namespace and what is to be translated. Out: rules in the kernel. Three uses: a pod's traffic is redirected to its
// sidecar as istio-init does it, Service addresses lead to pods as with kube-proxy, a gateway's public address leads to its pod.
package main

import (
	"net/netip"

	"github.com/google/nftables"
	"github.com/google/nftables/binaryutil"
	"github.com/google/nftables/expr"
	"golang.org/x/sys/unix"
)

// ProxyUser is the user that Istio's sidecar runs as; its own traffic is left alone (istio-init's --proxy-uid).
const ProxyUser = 1337

// Forward sends what is addressed to one address and port to one of the targets, each as likely as the others; without
// targets it is refused, as kube-proxy refuses a Service without pods.
type Forward struct {
	Address netip.Addr
	Port    uint16
	Targets []netip.AddrPort
}

func natTable(n *Namespace) (*nftables.Conn, *nftables.Table, error) {
	conn, err := nftables.New(nftables.WithNetNSFd(n.fd))
	if err != nil {
		return nil, nil, err
	}
	return conn, conn.AddTable(&nftables.Table{Family: nftables.TableFamilyIPv4, Name: "packets"}), nil
}

func natChain(conn *nftables.Conn, table *nftables.Table, name string, hook *nftables.ChainHook) func(...[]expr.Any) {
	return rulesOf(conn, table, conn.AddChain(&nftables.Chain{
		Name: name, Table: table, Type: nftables.ChainTypeNAT, Hooknum: hook, Priority: nftables.ChainPriorityNATDest,
	}))
}

func filterChain(conn *nftables.Conn, table *nftables.Table, name string, hook *nftables.ChainHook) func(...[]expr.Any) {
	return rulesOf(conn, table, conn.AddChain(&nftables.Chain{
		Name: name, Table: table, Type: nftables.ChainTypeFilter, Hooknum: hook, Priority: nftables.ChainPriorityFilter,
	}))
}

func rulesOf(conn *nftables.Conn, table *nftables.Table, chain *nftables.Chain) func(...[]expr.Any) {
	return func(parts ...[]expr.Any) {
		var all []expr.Any
		for _, part := range parts {
			all = append(all, part...)
		}
		conn.AddRule(&nftables.Rule{Table: table, Chain: chain, Exprs: all})
	}
}

// CapturePod redirects a pod's TCP: outwards to 15001, but for the proxy's own and what stays on loopback; inwards to 15006.
func CapturePod(pod *Namespace) error {
	conn, table, err := natTable(pod)
	if err != nil {
		return err
	}
	output := natChain(conn, table, "output", nftables.ChainHookOutput)
	output(metaIs(expr.MetaKeySKUID, binaryutil.NativeEndian.PutUint32(ProxyUser)), accept())
	output(metaIs(expr.MetaKeyOIFNAME, interfaceName("lo")), accept())
	output(tcp(), redirect(15001))
	prerouting := natChain(conn, table, "prerouting", nftables.ChainHookPrerouting)
	prerouting(metaIs(expr.MetaKeyIIFNAME, interfaceName("lo")), accept())
	prerouting(tcp(), redirect(15006))
	return conn.Flush()
}

// TranslateRouter installs a cluster's forwards, and hides pod addresses from what lies behind the device.
func TranslateRouter(router *Namespace, forwards []Forward, outward string) error {
	conn, table, err := natTable(router)
	if err != nil {
		return err
	}
	prerouting := natChain(conn, table, "prerouting", nftables.ChainHookPrerouting)
	refuse := filterChain(conn, table, "forward", nftables.ChainHookForward)
	for _, forward := range forwards {
		if len(forward.Targets) == 0 {
			refuse(tcp(), destinationIs(forward.Address, forward.Port), portUnreachable())
		}
		for i, target := range forward.Targets {
			prerouting(tcp(), destinationIs(forward.Address, forward.Port), oneIn(len(forward.Targets)-i), dnat(target))
		}
	}
	postrouting := natChain(conn, table, "postrouting", nftables.ChainHookPostrouting)
	postrouting(metaIs(expr.MetaKeyOIFNAME, interfaceName(outward)), []expr.Any{&expr.Masq{}})
	return conn.Flush()
}

// Silence makes a router drop everything to and from addresses, as if their machine had lost its power; the function that it
// returns ends that.
func Silence(router *Namespace, addresses []netip.Addr) (end func() error, err error) {
	conn, _, err := natTable(router)
	if err != nil {
		return nil, err
	}
	table := conn.AddTable(&nftables.Table{Family: nftables.TableFamilyIPv4, Name: "silence"})
	drop := filterChain(conn, table, "forward", nftables.ChainHookForward)
	const source, destination = 12, 16
	for _, address := range addresses {
		for _, offset := range []uint32{source, destination} {
			drop([]expr.Any{
				&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: offset, Len: 4},
				equals(address.AsSlice()), &expr.Verdict{Kind: expr.VerdictDrop},
			})
		}
	}
	return func() error {
		conn.DelTable(table)
		return conn.Flush()
	}, conn.Flush()
}

func interfaceName(name string) []byte {
	padded := make([]byte, unix.IFNAMSIZ)
	copy(padded, name)
	return padded
}

func equals(value []byte) expr.Any {
	return &expr.Cmp{Op: expr.CmpOpEq, Register: 1, Data: value}
}

func metaIs(key expr.MetaKey, value []byte) []expr.Any {
	return []expr.Any{&expr.Meta{Key: key, Register: 1}, equals(value)}
}

func tcp() []expr.Any {
	return metaIs(expr.MetaKeyL4PROTO, []byte{unix.IPPROTO_TCP})
}

func destinationIs(address netip.Addr, port uint16) []expr.Any {
	return []expr.Any{
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseNetworkHeader, Offset: 16, Len: 4},
		equals(address.AsSlice()),
		&expr.Payload{DestRegister: 1, Base: expr.PayloadBaseTransportHeader, Offset: 2, Len: 2},
		equals(binaryutil.BigEndian.PutUint16(port)),
	}
}

func oneIn(n int) []expr.Any {
	if n == 1 {
		return nil
	}
	return []expr.Any{
		&expr.Numgen{Register: 1, Modulus: uint32(n), Type: unix.NFT_NG_RANDOM},
		equals(binaryutil.NativeEndian.PutUint32(0)),
	}
}

func accept() []expr.Any {
	return []expr.Any{&expr.Verdict{Kind: expr.VerdictAccept}}
}

func portUnreachable() []expr.Any {
	const code = 3
	return []expr.Any{&expr.Reject{Type: unix.NFT_REJECT_ICMP_UNREACH, Code: code}}
}

func redirect(port uint16) []expr.Any {
	return []expr.Any{
		&expr.Immediate{Register: 1, Data: binaryutil.BigEndian.PutUint16(port)},
		&expr.Redir{RegisterProtoMin: 1},
	}
}

func dnat(target netip.AddrPort) []expr.Any {
	return []expr.Any{
		&expr.Immediate{Register: 1, Data: target.Addr().AsSlice()},
		&expr.Immediate{Register: 2, Data: binaryutil.BigEndian.PutUint16(target.Port())},
		&expr.NAT{Type: expr.NATTypeDestNAT, Family: unix.NFPROTO_IPV4, RegAddrMin: 1, RegProtoMin: 2},
	}
}
