//! The Bookinfo example: the committed tree is what a build writes, and kustomize takes it as it is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize as _;
use serde_yaml::Value;

use crate::root;
use crate::tools::{find, installed};

const CLUSTERS: [&str; 2] = ["east", "west"];

/// Where a document may be applied to and as what.
type Identity = (String, String, String);

fn identity(document: &Value) -> Identity {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metadata = &document["metadata"];
    (text(&document["kind"]), text(&metadata["namespace"]), text(&metadata["name"]))
}

fn documents(text: &str) -> Vec<Value> {
    serde_yaml::Deserializer::from_str(text).map(|it| Value::deserialize(it).unwrap()).collect()
}

/// What a program prints on standard output.
fn output(program: &Path, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {}: {said}", program.display(), folder.display());
    String::from_utf8(output.stdout).unwrap()
}

fn kustomize() -> Option<PathBuf> {
    find("kustomize", &[installed("docs-go/kustomize"), "kustomize".into()], "version")
}

/// What cwc says and on which stream, in the example's folder.
fn cwc(arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cwc"));
    let output = command.args(arguments).current_dir(root("examples/bookinfo")).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_committed_tree_is_what_a_build_writes() {
    let (status, said, _) = cwc(&["build", "--check"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
}

#[test]
fn a_diff_says_nothing() {
    let (status, said, chatter) = cwc(&["diff"]);
    assert_eq!((status, said.as_str()), (Some(0), ""));
    assert_eq!(chatter, "ok: no difference: 2 clusters, 12 files\n");
}

/// Each hosts what the example says, so that reviews is called from east, and ratings from west.
#[test]
fn the_services_are_split_over_two_clusters() {
    for (cluster, hosted) in [
        ("east", ["details", "productpage", "ratings"].as_slice()),
        ("west", &["details", "reviews"]),
    ] {
        let file = root(&format!("examples/bookinfo/generated/{cluster}/gateway.yaml"));
        let gateway = &documents(&std::fs::read_to_string(file).unwrap())[0];
        let hosts = gateway["spec"]["servers"][0]["hosts"].as_sequence().unwrap();
        let exported = hosted.iter().map(|name| format!("{name}.bookinfo.export.global"));
        assert!(hosts.iter().map(|host| host.as_str().unwrap()).eq(exported), "{cluster}");
    }
}

/// What `kustomize` prints holds every document of the cluster's folder, and no other.
fn holds_every_document(kustomize: impl Fn(&Path) -> String) {
    for cluster in CLUSTERS {
        let folder = root(&format!("examples/bookinfo/generated/{cluster}"));
        let mut written = BTreeSet::new();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() && path.file_name().unwrap() != "kustomization.yaml" {
                let text = std::fs::read_to_string(path).unwrap();
                written.extend(documents(&text).iter().map(identity));
            }
        }
        let built: Vec<Identity> = documents(&kustomize(&folder)).iter().map(identity).collect();
        assert!(built.len() > 8, "{cluster}: {} documents", built.len());
        assert_eq!(built.len(), written.len(), "{cluster}: a document twice");
        assert_eq!(built.into_iter().collect::<BTreeSet<_>>(), written, "{cluster}");
    }
}

#[test]
fn kubectl_takes_each_cluster() {
    let Some(kubectl) = find("kubectl", &["kubectl".into()], "version --client") else { return };
    holds_every_document(|folder| output(&kubectl, &["kustomize"], folder));
}

#[test]
fn kustomize_takes_each_cluster() {
    let Some(kustomize) = kustomize() else { return };
    holds_every_document(|folder| output(&kustomize, &["build"], folder));
}

/// The component opens the port on the gateway's Service and leaves the rest of it as it is.
#[test]
fn the_component_opens_the_gateways_port() {
    let Some(kustomize) = kustomize() else { return };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let component = folder.path().join("gateway-ports");
    std::fs::create_dir(&component).unwrap();
    let generated = root("examples/bookinfo/generated/east/gateway-ports/kustomization.yaml");
    std::fs::copy(generated, component.join("kustomization.yaml")).unwrap();
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: istio-eastwestgateway\n  namespace: istio-system\n\
                   spec:\n  type: LoadBalancer\n  selector:\n    istio: eastwestgateway\n  ports:\n  - name: status-port\n    \
                   port: 15021\n    protocol: TCP\n    targetPort: 15021\n";
    std::fs::write(folder.path().join("service.yaml"), service).unwrap();
    let kustomization = "resources:\n- service.yaml\ncomponents:\n- gateway-ports\n";
    std::fs::write(folder.path().join("kustomization.yaml"), kustomization).unwrap();
    let before = documents(service).remove(0);
    let after = documents(&output(&kustomize, &["build"], folder.path())).remove(0);
    let ports = |service: &Value| -> BTreeSet<u64> {
        let ports = service["spec"]["ports"].as_sequence().unwrap();
        ports.iter().map(|port| port["port"].as_u64().unwrap()).collect()
    };
    assert_eq!(ports(&before), [15021].into());
    assert_eq!(ports(&after), [15021, 15443].into());
    assert_eq!(after["spec"]["type"], before["spec"]["type"]);
    assert_eq!(after["spec"]["selector"], before["spec"]["selector"]);
}
