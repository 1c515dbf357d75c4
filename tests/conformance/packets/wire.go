// What crosses between clusters, read off the wire. In: the wide-area namespace. Out: for every pair of a sender and a receiver
// how much was sent, how many connections were opened, and whether anything but TLS was seen.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Path is one direction between two hosts of the wide area.
type Path struct{ From, To netip.Addr }

// Traffic is what was seen on a path.
type Traffic struct {
	// Opened counts first segments of connections, Payload bytes that the connections carried.
	Opened, Segments, Payload int
	// Readable counts segments with the marker in them, NotTLS connections that began with something else than a TLS handshake.
	Readable, NotTLS int
}

// Wire listens on every link of the wide area.
type Wire struct {
	socket int
	done   chan struct{}

	mu      sync.Mutex
	paths   map[Path]Traffic
	started map[[2]netip.AddrPort]bool
}

// TapWire starts to listen.
func TapWire(area *Namespace) (*Wire, error) {
	w := &Wire{done: make(chan struct{}), paths: map[Path]Traffic{}, started: map[[2]netip.AddrPort]bool{}}
	err := area.Do(func() (err error) {
		w.socket, err = unix.Socket(unix.AF_PACKET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, int(hostToNetwork(unix.ETH_P_IP)))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("packet socket: %w", err)
	}
	if err := unix.SetsockoptInt(w.socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 64<<20); err != nil {
		return nil, err
	}
	if err := unix.SetsockoptTimeval(w.socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Usec: 100_000}); err != nil {
		return nil, err
	}
	go w.listen()
	return w, nil
}

func hostToNetwork(value uint16) uint16 {
	return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, value))
}

func (w *Wire) listen() {
	buffer := make([]byte, 1<<17)
	for {
		n, from, err := unix.Recvfrom(w.socket, buffer, 0)
		select {
		case <-w.done:
			_ = unix.Close(w.socket)
			return
		default:
		}
		if err != nil {
			continue
		}
		// Every packet passes twice, into the wide area and out of it.
		if link, ok := from.(*unix.SockaddrLinklayer); ok && link.Pkttype != unix.PACKET_OUTGOING {
			w.packet(buffer[:n])
		}
	}
}

func (w *Wire) packet(ip []byte) {
	if len(ip) < 20 || ip[0]>>4 != 4 || ip[9] != unix.IPPROTO_TCP {
		return
	}
	if total := int(binary.BigEndian.Uint16(ip[2:])); total != 0 && total < len(ip) {
		ip = ip[:total]
	}
	tcp := ip[int(ip[0]&15)*4:]
	if len(tcp) < 20 {
		return
	}
	from, _ := netip.AddrFromSlice(ip[12:16])
	to, _ := netip.AddrFromSlice(ip[16:20])
	flow := [2]netip.AddrPort{
		netip.AddrPortFrom(from, binary.BigEndian.Uint16(tcp)), netip.AddrPortFrom(to, binary.BigEndian.Uint16(tcp[2:])),
	}
	payload := tcp[min(int(tcp[12]>>4)*4, len(tcp)):]
	const syn, ack = 2, 16
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.paths[Path{from, to}]
	if tcp[13]&(syn|ack) == syn {
		seen.Opened++
	}
	if tcp[13]&syn != 0 {
		delete(w.started, flow)
	}
	if len(payload) > 0 {
		seen.Segments++
		seen.Payload += len(payload)
		if !w.started[flow] {
			w.started[flow] = true
			// A TLS handshake record: type 22, version 3.x.
			if len(payload) < 3 || payload[0] != 22 || payload[1] != 3 {
				seen.NotTLS++
			}
		}
		if bytes.Contains(payload, []byte(marker)) {
			seen.Readable++
		}
	}
	w.paths[Path{from, to}] = seen
}

// Seen is a copy of everything so far. It waits a moment: the listener may be a few packets behind.
func (w *Wire) Seen() map[Path]Traffic {
	time.Sleep(20 * time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	copied := map[Path]Traffic{}
	for path, traffic := range w.paths {
		copied[path] = traffic
	}
	return copied
}

// Lost is how many packets the socket had no room for; a verdict on the wire needs this to be 0.
func (w *Wire) Lost() (int, error) {
	statistics, err := unix.GetsockoptTpacketStats(w.socket, unix.SOL_PACKET, unix.PACKET_STATISTICS)
	if err != nil {
		return 0, err
	}
	return int(statistics.Drops), nil
}

// Close stops listening.
func (w *Wire) Close() { close(w.done) }
