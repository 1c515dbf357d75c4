// One Envoy beside one pod. In: the pod, its namespace, the sockets of its control plane and of the secrets.
// Out: a running process, configured over ADS alone; of the compiled tree its bootstrap has the network only, as Istio's injector hands it on.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"cwc/conformance/plane"
	"cwc/conformance/tree"
)

// adminPort is Istio's, on loopback of the pod's namespace.
const adminPort = 15000

// Envoy is one proxy process.
type Envoy struct {
	Pod       *Pod
	namespace *Namespace
	folder    string
	binary    string
	process   *os.Process
	ended     chan error
	// Log is where access log lines and Envoy's own messages go.
	Log *AccessLog
}

// Sockets are the Unix sockets that an Envoy dials; they are reached from any network namespace.
type Sockets struct{ Discovery, Secrets string }

// NodeID is what istiod and the secret service know the proxy by.
func NodeID(p *Pod) string {
	kind := "sidecar"
	if p.IsGateway() {
		kind = "router"
	}
	namespace := p.Workload.Namespace
	return fmt.Sprintf("%s~%s~%s.%s~%s.svc.cluster.local", kind, p.Address, p.Name, namespace, namespace)
}

func bootstrap(p *Pod, sockets Sockets, values *tree.Values) ([]byte, error) {
	type m = map[string]any
	toSocket := func(name, path string) m {
		return m{
			"name": name, "type": "STATIC", "connect_timeout": "1s",
			"typed_extension_protocol_options": m{"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": m{
				"@type":                "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
				"explicit_http_config": m{"http2_protocol_options": m{}},
			}},
			"load_assignment": m{"cluster_name": name, "endpoints": []m{{"lb_endpoints": []m{
				{"endpoint": m{"address": m{"pipe": m{"path": path}}}},
			}}}},
		}
	}
	overADS := m{"ads": m{}, "initial_fetch_timeout": "0s", "resource_api_version": "V3"}
	return json.MarshalIndent(m{
		"node": m{
			"id": NodeID(p), "cluster": p.Workload.Name + "." + p.Workload.Namespace,
			"locality": m{"region": p.Cluster.Region, "zone": p.Cluster.Zone},
			"metadata": m{
				"NAMESPACE": p.Workload.Namespace, "LABELS": p.Workload.Labels, "SERVICE_ACCOUNT": p.Workload.Account,
				"ISTIO_VERSION": "1.31.0", "CLUSTER_ID": p.Cluster.Name, "NODE_NAME": "node", "NAME": p.Name,
				"INSTANCE_IPS": p.Address.String(), "INTERCEPTION_MODE": "REDIRECT", "NETWORK": values.Network(),
				"REQUESTED_NETWORK_VIEW": strings.Join(plane.View(p.Cluster, values, p.IsGateway()), ","),
			},
		},
		"admin": m{"address": m{"socket_address": m{"address": "127.0.0.1", "port_value": adminPort}}},
		"dynamic_resources": m{
			"ads_config": m{
				"api_type": "DELTA_GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
				"grpc_services": []m{{"envoy_grpc": m{"cluster_name": "xds-grpc"}}},
			},
			"lds_config": overADS, "cds_config": overADS,
		},
		"static_resources": m{"clusters": []m{
			toSocket("xds-grpc", sockets.Discovery), toSocket("sds-grpc", sockets.Secrets),
		}},
	}, "", " ")
}

// NewEnvoy prepares the files of one proxy in the run's folder; Start runs it.
func NewEnvoy(p *Pod, namespace *Namespace, binary, run string, sockets Sockets, values *tree.Values) (*Envoy, error) {
	e := &Envoy{Pod: p, namespace: namespace, binary: binary, folder: filepath.Join(run, strings.ReplaceAll(p.ID(), "/", "."))}
	if err := os.MkdirAll(e.folder, 0o755); err != nil {
		return nil, err
	}
	config, err := bootstrap(p, sockets, values)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string][]byte{
		"bootstrap.json": config, "resolv.conf": []byte("nameserver " + clusterDNS + "\n"), "envoy": nil, "log": nil,
	} {
		if err := os.WriteFile(filepath.Join(e.folder, name), text, 0o644); err != nil {
			return nil, err
		}
	}
	// Envoy opens its standard output a second time, by name, so the file must belong to the proxy's user.
	log := filepath.Join(e.folder, "log")
	e.Log = &AccessLog{path: log}
	return e, os.Chown(log, ProxyUser, ProxyUser)
}

// Start runs the process in the pod's network namespace, as the user whose traffic is not captured, and in a mount namespace
// where the cluster's resolver is the system's: Istio's clusters name their own resolver, so a bootstrap cannot set it.
func (e *Envoy) Start() error {
	started := make(chan error, 1)
	e.ended = make(chan error, 1)
	go func() {
		// Never unlocked: the parent-death signal follows this thread, and its mount namespace is not the others'.
		runtime.LockOSThread()
		command, err := e.command()
		if err == nil {
			err = command.Start()
		}
		if err != nil {
			started <- fmt.Errorf("Envoy of %s: %w", e.Pod.ID(), err)
			return
		}
		e.process = command.Process
		started <- nil
		e.ended <- command.Wait()
	}()
	return <-started
}

func (e *Envoy) command() (*exec.Cmd, error) {
	if err := unix.Setns(e.namespace.fd, unix.CLONE_NEWNET); err != nil {
		return nil, err
	}
	if err := unix.Unshare(unix.CLONE_NEWNS); err != nil {
		return nil, err
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, err
	}
	resolver, err := filepath.EvalSymlinks("/etc/resolv.conf")
	if err != nil {
		return nil, err
	}
	// The program too is bound to where its user may read it: it may lie in somebody's private home.
	for from, to := range map[string]string{
		filepath.Join(e.folder, "resolv.conf"): resolver, e.binary: filepath.Join(e.folder, "envoy"),
	} {
		if err := unix.Mount(from, to, "", unix.MS_BIND, ""); err != nil {
			return nil, fmt.Errorf("bind %s: %w", to, err)
		}
	}
	log, err := os.OpenFile(e.Log.path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return nil, err
	}
	command := exec.Command(filepath.Join(e.folder, "envoy"), "-c", filepath.Join(e.folder, "bootstrap.json"),
		"--concurrency", "1", "--disable-hot-restart", "-l", "error", "--component-log-level", "config:warning", "--file-flush-interval-msec", "20")
	command.Stdout, command.Stderr, command.Dir = log, log, "/"
	command.SysProcAttr = &syscall.SysProcAttr{
		Credential: &syscall.Credential{Uid: ProxyUser, Gid: ProxyUser}, Pdeathsig: syscall.SIGKILL,
	}
	return command, nil
}

// Kill ends the process at once, as a crash does.
func (e *Envoy) Kill() {
	if e.process != nil {
		_ = e.process.Kill()
		<-e.ended
		e.process = nil
	}
}
