// Resolvers: how a cluster's CoreDNS comes to what was compiled. Enters: a cluster's objects. Leaves: the
// files of the name server that its pods end up at, and which names they ask it for.

package judge

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"cwc/conformance/nameserver"
)

// imported is where AKS, k3s and others put the ConfigMap coredns-custom.
const imported = "/etc/coredns/custom"

// platform is a Corefile as such a platform has it, for what this needs of it.
const platform = ". {\n    errors\n    forward . /etc/resolv.conf\n    cache 30\n}\nimport " + imported + "/*.server\n"

// resolver is the name server of a cluster, if a CoreDNS answers there. With kube-dns in front of it,
// the function says whether a name gets that far.
func (t *Trial) resolver(cluster string) (*nameserver.Server, func(string) bool, error) {
	own := t.object(cluster, "ConfigMap", t.Document.Namespace, "cwc-dns")
	custom := t.object(cluster, "ConfigMap", "kube-system", "coredns-custom")
	stub := t.object(cluster, "ConfigMap", "kube-system", "kube-dns")
	how := t.Document.Clusters[cluster].DNS
	for name, wanted := range map[string]bool{"coredns-custom": how == "coredns", "cwc-dns": how == "kube-dns", "kube-dns": how == "kube-dns"} {
		there := map[string]bool{"coredns-custom": custom != nil, "cwc-dns": own != nil, "kube-dns": stub != nil}[name]
		if there != wanted {
			return nil, nil, fmt.Errorf("dns = %q, and the ConfigMap %s is there: %v", how, name, there)
		}
	}
	switch how {
	case "coredns":
		files, err := data(custom)
		return &nameserver.Server{Corefile: platform, Folder: imported, Files: files}, nil, err
	case "kube-dns":
		files, err := data(own)
		if err != nil {
			return nil, nil, err
		}
		stubs, err := t.stubs(cluster, stub)
		return &nameserver.Server{Corefile: files["Corefile"], Folder: "/etc/coredns", Files: files}, stubs, err
	}
	return nil, nil, nil
}

// stubs reads kube-dns' ConfigMap as kube-dns would, and follows each server that it names to the pods.
func (t *Trial) stubs(cluster string, of map[string]any) (func(string) bool, error) {
	files, err := data(of)
	if err != nil {
		return nil, err
	}
	zones := map[string][]string{}
	if err := json.Unmarshal([]byte(files["stubDomains"]), &zones); err != nil {
		return nil, fmt.Errorf("stubDomains: %w", err)
	}
	for _, zone := range sorted(zones) {
		if len(zones[zone]) != 1 {
			return nil, fmt.Errorf("the stub domain %s has the servers %v", zone, zones[zone])
		}
		if err := t.serves(cluster, zones[zone][0]); err != nil {
			return nil, fmt.Errorf("the stub domain %s: %w", zone, err)
		}
	}
	return func(name string) bool {
		return slices.ContainsFunc(sorted(zones), func(zone string) bool { return name == zone || strings.HasSuffix(name, "."+zone) })
	}, nil
}

// serves says whether a Service's name leads to a CoreDNS of ours on port 53.
func (t *Trial) serves(cluster, host string) error {
	labels := strings.SplitN(host, ".", 3)
	if len(labels) != 3 || labels[2] != "svc.cluster.local" {
		return fmt.Errorf("%s is no name that kube-dns looks up by itself", host)
	}
	var service corev1.Service
	var deployment appsv1.Deployment
	for kind, into := range map[string]any{"Service": &service, "Deployment": &deployment} {
		object := t.object(cluster, kind, labels[1], labels[0])
		if object == nil {
			return fmt.Errorf("there is no %s %s", kind, host)
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object, into); err != nil {
			return err
		}
	}
	template := deployment.Spec.Template
	for key, value := range service.Spec.Selector {
		if template.Labels[key] != value {
			return fmt.Errorf("the Service %s selects other pods than the Deployment's", host)
		}
	}
	if len(template.Spec.Volumes) != 1 || template.Spec.Volumes[0].ConfigMap == nil || template.Spec.Volumes[0].ConfigMap.Name != "cwc-dns" {
		return fmt.Errorf("the pods of %s do not read the ConfigMap cwc-dns", host)
	}
	container := template.Spec.Containers[0]
	if release, err := release(); err != nil || !strings.HasSuffix(container.Image, ":"+release) {
		return fmt.Errorf("%s runs, and another release is judged: %s %v", container.Image, release, err)
	}
	for _, protocol := range []corev1.Protocol{"UDP", "TCP"} {
		if !slices.ContainsFunc(service.Spec.Ports, func(p corev1.ServicePort) bool {
			return p.Port == 53 && p.Protocol == protocol && slices.Contains(container.Args, "-dns.port="+p.TargetPort.String())
		}) {
			return fmt.Errorf("port 53 of %s does not lead to where CoreDNS listens, by %s", host, protocol)
		}
	}
	return nil
}

// release is that of the CoreDNS that answers here.
func release() (string, error) {
	text, err := os.ReadFile(filepath.Join(nameserver.Folder, "go.mod"))
	if err != nil {
		return "", err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if version, ok := strings.CutPrefix(strings.TrimSpace(strings.TrimPrefix(line, "require")), "github.com/coredns/coredns v"); ok {
			return version, nil
		}
	}
	return "", fmt.Errorf("go.mod requires no CoreDNS")
}

func (t *Trial) object(cluster, kind, namespace, name string) map[string]any {
	for _, o := range t.Tree[cluster] {
		if o.GetKind() == kind && o.GetNamespace() == namespace && o.GetName() == name {
			return o.Object
		}
	}
	return nil
}

func data(of map[string]any) (map[string]string, error) {
	var m corev1.ConfigMap
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(of, &m)
	return m.Data, err
}
