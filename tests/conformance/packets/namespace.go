// Network namespaces without a name. In: nothing but the right to make them. Out: a Namespace, in which sockets can be
// opened from this process. Nothing is left behind: a namespace ends with the last descriptor, process or link in it.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Namespace is one host of the test network: a pod, a cluster's router, or the wide area between clusters.
type Namespace struct {
	fd    int
	links *netlink.Handle
}

// NewNamespace makes one with its loopback device up.
func NewNamespace() (*Namespace, error) {
	made := make(chan error, 1)
	n := &Namespace{}
	go func() {
		// Never unlocked: the thread cannot be given back, so it ends with this goroutine.
		runtime.LockOSThread()
		if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
			made <- fmt.Errorf("a new network namespace: %w", err)
			return
		}
		fd, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		n.fd = fd
		made <- err
	}()
	if err := <-made; err != nil {
		return nil, err
	}
	links, err := netlink.NewHandleAt(netns.NsHandle(n.fd))
	if err != nil {
		return nil, fmt.Errorf("netlink: %w", err)
	}
	n.links = links
	lo, err := links.LinkByName("lo")
	if err != nil {
		return nil, err
	}
	return n, links.LinkSetUp(lo)
}

// Close lets go of the namespace.
func (n *Namespace) Close() {
	n.links.Close()
	_ = unix.Close(n.fd)
}

// Do runs f on a thread inside the namespace. Sockets opened by f stay there.
func (n *Namespace) Do(f func() error) error {
	done := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		outside, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			done <- err
			return
		}
		defer unix.Close(outside)
		if err := unix.Setns(n.fd, unix.CLONE_NEWNET); err != nil {
			done <- fmt.Errorf("enter network namespace: %w", err)
			return
		}
		err = f()
		// A thread that cannot go back stays locked and ends with the goroutine.
		if unix.Setns(outside, unix.CLONE_NEWNET) == nil {
			runtime.UnlockOSThread()
		}
		done <- err
	}()
	return <-done
}

// Dial opens a TCP connection to a literal IPv4 address; a name would be looked up on another thread, outside.
func (n *Namespace) Dial(ctx context.Context, address string) (conn net.Conn, err error) {
	err = n.Do(func() error {
		dialer := net.Dialer{Timeout: 10 * time.Second}
		dialer.SetMultipathTCP(false)
		conn, err = dialer.DialContext(ctx, "tcp4", address)
		return err
	})
	return conn, err
}

// Listen opens a TCP listener on an address of the namespace.
func (n *Namespace) Listen(address string) (listener net.Listener, err error) {
	err = n.Do(func() error {
		config := net.ListenConfig{}
		config.SetMultipathTCP(false)
		listener, err = config.Listen(context.Background(), "tcp4", address)
		return err
	})
	return listener, err
}

// ListenPacket opens a UDP socket on an address of the namespace.
func (n *Namespace) ListenPacket(address string) (conn net.PacketConn, err error) {
	err = n.Do(func() error {
		conn, err = net.ListenPacket("udp4", address)
		return err
	})
	return conn, err
}

// Sysctl writes one setting below /proc/sys/net; which namespace that folder shows depends on the thread that opens it.
func (n *Namespace) Sysctl(name, value string) error {
	return n.Do(func() error { return os.WriteFile("/proc/sys/net/"+name, []byte(value), 0o644) })
}

// Address gives an interface an address; Route sends a destination out of an interface, by way of a neighbour or, with an
// empty one, directly.
func (n *Namespace) Address(device, cidr string) error {
	link, err := n.links.LinkByName(device)
	if err != nil {
		return err
	}
	address, err := netlink.ParseAddr(cidr)
	if err != nil {
		return err
	}
	return n.links.AddrAdd(link, address)
}

// Route is described with Address.
func (n *Namespace) Route(device, destination, via string) error {
	link, err := n.links.LinkByName(device)
	if err != nil {
		return err
	}
	_, to, err := net.ParseCIDR(destination)
	if err != nil {
		return err
	}
	route := &netlink.Route{LinkIndex: link.Attrs().Index, Dst: to, Scope: netlink.SCOPE_LINK}
	if via != "" {
		route.Gw, route.Scope, route.Flags = net.ParseIP(via), netlink.SCOPE_UNIVERSE, int(netlink.FLAG_ONLINK)
	}
	return n.links.RouteAdd(route)
}

// Connect lays a cable between device here and peerDevice in peer, and brings both ends up.
func (n *Namespace) Connect(device string, peer *Namespace, peerDevice string) error {
	cable := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: device}, PeerName: peerDevice, PeerNamespace: netlink.NsFd(peer.fd),
	}
	if err := n.links.LinkAdd(cable); err != nil {
		return fmt.Errorf("link %s: %w", device, err)
	}
	for handle, name := range map[*netlink.Handle]string{n.links: device, peer.links: peerDevice} {
		link, err := handle.LinkByName(name)
		if err != nil {
			return err
		}
		if err := handle.LinkSetUp(link); err != nil {
			return err
		}
	}
	return nil
}
