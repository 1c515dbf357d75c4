#!/usr/bin/env bash
# The third judge: a real Kubernetes API server with Istio's CRDs. In: compiled trees, each a folder that holds
# CLUSTER/kustomization.yaml. Out: a line a tree, from `kubectl apply --dry-run=server -k` of each of its clusters, which must give
# neither error nor warning; a line a document of refused/, which the same server must refuse; figures; "N passed, N failed".
# Exit status 0: all passed; 1: some failed; 2: it could not run to the end; 3: not run, as it says why.
set -euo pipefail

usage() {
	echo "usage: run.sh [-build] TREE...   (-build: build the servers first where they are missing, about four minutes)"
	exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=false
while [ $# -gt 0 ]; do
	case $1 in
	-build) build=true ;;
	-*) usage ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || usage

not_run() {
	echo "apiserver: not run, because $1"
	exit 3
}
for tool in go openssl; do
	command -v "$tool" >/dev/null || not_run "$tool is not installed"
done
programs=$("$here/build.sh" --where)
if [ ! -e "$programs/complete" ]; then
	$build || not_run "the API server is not built; build.sh beside this script builds it, once for each change of its pins"
	"$here/build.sh" >/dev/null
fi
# The module beside pins Istio for all judges, so this one judges by the same CRDs.
istio=$(cd "$here/.." && go mod download -json istio.io/istio | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p')
crds=$istio/manifests/charts/base/files/crd-all.gen.yaml

work=$(mktemp -d)
servers=()
finish() {
	# Nothing that they hold is kept, so they need not stop in order.
	for pid in "${servers[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	rm -rf "$work"
}
trap finish EXIT

free_port() {
	local port
	while port=$((20000 + RANDOM % 10000)); do
		if [[ " ${taken:-} " != *" $port "* ]] && ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
			taken="${taken:-} $port"
			return
		fi
	done
}

start_servers() {
	local client peer secure token
	free_port && client=${taken##* }
	free_port && peer=${taken##* }
	free_port && secure=${taken##* }
	token=$(openssl rand -hex 16)
	echo "$token,admin,uid,\"system:masters\"" >"$work/tokens.csv"
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/sa.key" 2>/dev/null
	"$programs/etcd" --name one --data-dir "$work/etcd" --unsafe-no-fsync \
		--listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
		--listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
		--initial-cluster "one=http://127.0.0.1:$peer" >"$work/etcd.log" 2>&1 &
	servers+=($!)
	# No controller runs, so nothing makes the accounts that the ServiceAccount plugin asks for.
	"$programs/kube-apiserver" "--etcd-servers=http://127.0.0.1:$client" --bind-address=127.0.0.1 \
		--advertise-address=127.0.0.1 "--secure-port=$secure" "--cert-dir=$work/certs" \
		--service-cluster-ip-range=10.101.0.0/16 "--service-account-issuer=https://127.0.0.1:$secure" \
		"--service-account-key-file=$work/sa.key" "--service-account-signing-key-file=$work/sa.key" \
		"--token-auth-file=$work/tokens.csv" --authorization-mode=RBAC --endpoint-reconciler-type=none \
		--disable-admission-plugins=ServiceAccount >"$work/apiserver.log" 2>&1 &
	servers+=($!)
	cat >"$work/kubeconfig" <<-KUBECONFIG
		apiVersion: v1
		kind: Config
		clusters: [{name: one, cluster: {server: "https://127.0.0.1:$secure", certificate-authority: "$work/certs/apiserver.crt"}}]
		users: [{name: admin, user: {token: $token}}]
		contexts: [{name: one, context: {cluster: one, user: admin}}]
		current-context: one
	KUBECONFIG
	local deadline=$((SECONDS + 60))
	until [ "$(kubectl get --raw /readyz 2>/dev/null)" = ok ]; do
		for pid in "${servers[@]}"; do
			if ! kill -0 "$pid" 2>/dev/null || [ $SECONDS -gt $deadline ]; then
				tail -n 5 "$work/etcd.log" "$work/apiserver.log"
				echo "apiserver: the servers did not become ready"
				exit 2
			fi
		done
		sleep 0.1
	done
}

kubectl() { "$programs/kubectl" --kubeconfig "$work/kubeconfig" --cache-dir "$work/cache" "$@"; }

milliseconds() { echo $(($(date +%s%N) / 1000000)); }

passed=0 failed=0 documents=0 clusters=0
pass() {
	passed=$((passed + 1))
	echo "pass  $1"
}
fail() {
	failed=$((failed + 1))
	echo "FAIL  $1"
	[ -z "${2:-}" ] || printf '%s\n' "$2" | sed '/^$/d; s/^/      /; 10q'
}

# dry_run FOLDER: what the server said is left in $work/out and $work/err, how many documents it was sent in $sent.
dry_run() {
	local status=0
	if ! kubectl kustomize "$1" >"$work/built" 2>"$work/err"; then
		: >"$work/out"
		return 1
	fi
	sent=$(grep -c '^kind:' "$work/built" || true)
	kubectl apply --dry-run=server -k "$1" >"$work/out" 2>"$work/err" || status=$?
	return $status
}

# component FOLDER: a cluster's gateway-ports is a component, which changes the Services of whoever includes it. It is laid over such
# Services, each with a port of its own that must survive, and becomes the folder $work/component.
component() {
	rm -rf "$work/component"
	mkdir "$work/component"
	cp -r "$1" "$work/component/ports"
	# A patch's target is its four lines "version, kind, name, namespace".
	awk '
		/^    kind: Service$/ { target = 1 }
		target && /^    name: / { name = $2 }
		target && /^    namespace: / {
			printf "---\napiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s}\n", name, $2
			printf "spec: {selector: {app: gateway}, ports: [{name: kept, port: 15021}]}\n"
			target = 0
		}' "$1/kustomization.yaml" >"$work/component/services.yaml"
	printf 'resources: [services.yaml]\ncomponents: [ports]\n' >"$work/component/kustomization.yaml"
}

# judge_component CLUSTER: faults on standard output, one a line; $work/built is what was sent.
judge_component() {
	local port services
	component "$1/gateway-ports"
	if ! dry_run "$work/component" || [ -s "$work/err" ]; then
		sed "s/^/$(basename "$1"), gateway-ports: /" "$work/err"
		return
	fi
	services=$(grep -c '^kind: Service$' "$work/component/services.yaml" || true)
	if [ "$services" -eq 0 ] || [ "$(grep -c 'name: kept$' "$work/built")" -ne "$services" ]; then
		echo "$(basename "$1"), gateway-ports: of $services Services not each kept its own port"
	fi
	while read -r port; do
		grep -q "^    port: $port\$" "$work/built" || echo "$(basename "$1"), gateway-ports: no Service has port $port afterwards"
	done < <(sed -n 's/^ *port: //p' "$1/gateway-ports/kustomization.yaml")
}

# judge_sharing FOLDER: faults on standard output, one a line. A ConfigMap of the platform's, applied as docs/dns.md says, leaves the keys of
# others who have handed theirs over as it says, too.
judge_sharing() {
	local name shown
	kubectl kustomize "$1" >"$work/built"
	for name in $(grep -xE '  name: (coredns-custom|kube-dns)' "$work/built" | sed 's/.* //'); do
		printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s, namespace: kube-system}\ndata: {theirs: kept}\n' "$name" >"$work/theirs.yaml"
		kubectl apply -f "$work/theirs.yaml" >/dev/null
		kubectl apply --server-side --field-manager=dns-team -f "$work/theirs.yaml" >/dev/null
		kubectl apply --server-side --field-manager=cwc -k "$1" >/dev/null 2>"$work/err" || sed "s/^/$name: /" "$work/err"
		shown=$(kubectl -n kube-system get configmap "$name" -o jsonpath='{.data}')
		[[ $shown == *'"theirs":"kept"'* ]] || echo "$name: the key of others is gone"
		[[ $shown == *'"cwc.server":'* || $shown == *'"stubDomains":'* ]] || echo "$name: cwc's own keys are missing"
		kubectl delete --ignore-not-found -k "$1" >/dev/null
	done
}

judge_tree() {
	local tree=$1 cluster begun objects=0 number=0 faults="" sent=0 namespace
	begun=$(milliseconds)
	for cluster in "$tree"/*/; do
		[ -e "$cluster/kustomization.yaml" ] || continue
		number=$((number + 1))
		# A dry run needs its namespaces; in a cluster they are there before any service is.
		for namespace in $(cat "$cluster"/*.yaml "$cluster"/*/*.yaml 2>/dev/null | sed -n 's/^ *namespace: //p' | tr -d "\"'" | sort -u); do
			if [[ " $namespaces " != *" $namespace "* ]]; then
				kubectl create namespace "$namespace" >/dev/null
				namespaces="$namespaces $namespace"
			fi
		done
		dry_run "$cluster" || faults+="$(basename "$cluster"): refused"$'\n'
		if [ -s "$work/err" ]; then
			faults+="$(sed "s/^/$(basename "$cluster"): /" "$work/err")"$'\n'
		elif [ "$(wc -l <"$work/out")" -ne "$sent" ]; then
			faults+="$(basename "$cluster"): $sent documents sent, $(wc -l <"$work/out") answered"$'\n'
		fi
		if grep -qsx '  name: coredns-custom' "$cluster/dns.yaml"; then
			faults+=$(judge_sharing "$cluster")$'\n'
		fi
		objects=$((objects + sent))
		if [ -e "$cluster/kube-dns/kustomization.yaml" ]; then
			if ! dry_run "$cluster/kube-dns" || [ -s "$work/err" ]; then
				faults+="$(sed "s/^/$(basename "$cluster"), kube-dns: /" "$work/err")"$'\n'
			fi
			faults+=$(judge_sharing "$cluster/kube-dns")$'\n'
			objects=$((objects + sent))
		fi
		if [ -e "$cluster/gateway-ports/kustomization.yaml" ]; then
			faults+=$(judge_component "$cluster")$'\n'
			objects=$((objects + 1))
		fi
	done
	[ $number -gt 0 ] || faults+="no CLUSTER/kustomization.yaml in it"$'\n'
	[ $objects -gt 0 ] || faults+="no document in it"$'\n'
	clusters=$((clusters + number)) documents=$((documents + objects))
	local what="$tree: $number clusters, $objects documents, $(($(milliseconds) - begun)) ms"
	if [ -z "${faults//$'\n'/}" ]; then pass "$what"; else fail "$what" "$faults"; fi
}

judge_refusal() {
	local document=$1 verdict reason refused=false
	verdict=$(sed -n '1s/^# \([a-z]*\): .*/\1/p' "$document")
	reason=$(sed -n '1s/^# [a-z]*: //p' "$document")
	mkdir -p "$work/control"
	cp "$document" "$work/control/document.yaml"
	echo 'resources: [document.yaml]' >"$work/control/kustomization.yaml"
	dry_run "$work/control" || refused=true
	local what
	what="control: $(basename "$document" .yaml) is $verdict: $reason"
	if ! grep -qF -- "$reason" "$work/err"; then
		fail "$what" "it said: $(cat "$work/out" "$work/err")"
	elif [ "$verdict" = refused ] && ! $refused; then
		fail "$what" "it was only a warning"
	else
		pass "$what"
	fi
}

begun=$(milliseconds)
start_servers
ready=$(($(milliseconds) - begun))
kubectl create -f "$crds" >/dev/null
# A definition that has no status yet is an error to `wait`, and not something to wait for.
until kubectl wait --for=condition=Established --timeout=60s crd --all >/dev/null 2>"$work/err"; do
	if ! grep -q 'accessor error' "$work/err" || [ $(($(milliseconds) - begun)) -gt 60000 ]; then
		cat "$work/err"
		exit 2
	fi
	sleep 0.1
done
namespaces="default kube-system" # The server makes both by itself.
known=$(($(milliseconds) - begun))
for tree in "$@"; do
	judge_tree "${tree%/}"
done
controls=0
for document in "$here"/refused/*.yaml; do
	judge_refusal "$document"
	controls=$((controls + 1))
done
echo "apiserver: $# trees, $clusters clusters, $documents documents, $controls controls;" \
	"ready after $ready ms, with the CRDs after $known ms, all done after $(($(milliseconds) - begun)) ms"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
