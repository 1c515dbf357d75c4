"""Judges YAML with PyYAML: `judge.py read FILE`.

FILE holds a JSON array of YAML texts; a JSON array of readings leaves on stdout, in the form of
go/main.go.
"""

import json
import math
import sys

import yaml


def shown(value):
    """The value in JSON, where a type that JSON lacks stays visible and passes for no string."""
    if isinstance(value, dict):
        return {shown_key(key): shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [shown(item) for item in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return {"not JSON": shown_other(value)}


def shown_key(key):
    return key if isinstance(key, str) else shown_other(key)


def shown_other(value):
    return f"({type(value).__name__}) {value!r}"


class StrictLoader(yaml.SafeLoader):
    """SafeLoader, except that a duplicate key is an error as it is for Kubernetes."""

    def construct_mapping(self, node, deep=False):
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise yaml.constructor.ConstructorError(None, None, "duplicate key", node.start_mark)
        return mapping


def read(text):
    try:
        return {"value": shown(yaml.load(text, Loader=StrictLoader))}
    except (yaml.YAMLError, ValueError) as error:
        return {"error": str(error)}


def main():
    verb, path = sys.argv[1:]
    if verb != "read":
        sys.exit(f"unknown verb {verb!r}")
    with open(path, encoding="utf-8") as request:
        texts = json.load(request)
    json.dump([read(text) for text in texts], sys.stdout)


main()
