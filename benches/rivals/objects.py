"""PyYAML: fleet.json (benches/rivals/input.rs) enters; a file of ServiceEntries for each cluster leaves, in the folder that is named.

The objects are Python's own, written by libyaml.
"""

import json
import sys
from pathlib import Path

import yaml

MUTUAL = {"security.istio.io/tlsMode": "istio"}


class Dumper(yaml.CSafeDumper):
    """Without anchors for what occurs twice: Kubernetes' readers take them, reviewers do not."""

    def ignore_aliases(self, data):
        return True


def entry(name, namespace, labels, spec):
    return {
        "apiVersion": "networking.istio.io/v1",
        "kind": "ServiceEntry",
        "metadata": {"name": name, "namespace": namespace, "labels": {"app.kubernetes.io/managed-by": "cwc"} | labels},
        "spec": {"hosts": [name], "location": "MESH_INTERNAL"} | spec,
    }


def endpoint(service, way):
    made = {
        "address": way["address"],
        "ports": {port["name"]: port["number"] if way["own"] else 15443 for port in service["ports"]},
        "labels": MUTUAL,
    }
    return made | {key: way[key] for key in ("locality", "weight") if key in way}


def called(service, way):
    return entry(
        service["name"] + ".global",
        service["namespace"] if way["here"] else "istio-system",
        {},
        {
            "addresses": [service["vip"]],
            "ports": service["ports"],
            "resolution": way["resolution"],
            "endpoints": [endpoint(service, one) for one in way["endpoints"]],
            "exportTo": ["*"],
        },
    )


def exported(service):
    return entry(
        service["name"] + ".export.global",
        service["namespace"],
        {"networking.istio.io/enable-autoallocate-ip": "false"},
        {
            "ports": [port | {"protocol": "TLS"} for port in service["ports"]],
            "resolution": "DNS",
            "endpoints": [endpoint(service, {"address": service["host"], "own": True})],
            "exportTo": ["istio-system"],
        },
    )


def entries(services, cluster):
    for service in services:
        way = service["ways"][service["use"][cluster]]
        yield called(service, way)
        if way["here"]:
            yield exported(service)


def main():
    fleet = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    into = Path(sys.argv[2])
    into.mkdir(parents=True, exist_ok=True)
    for index, cluster in enumerate(fleet["clusters"]):
        with (into / f"{cluster}.yaml").open("w", encoding="utf-8") as file:
            yaml.dump_all(entries(fleet["services"], index), file, Dumper=Dumper, explicit_start=True, sort_keys=False)


if __name__ == "__main__":
    main()
