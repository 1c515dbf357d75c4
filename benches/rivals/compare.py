"""Whether a rival's output is cwc's: the ServiceEntries of every cluster, as parsed objects, whatever their order and form.

Enters: the folder that cwc built, then files or folders of YAML or JSON documents. Leaves: how many objects; or, with status 1, one that only one has.
"""

import collections
import json
import sys
from pathlib import Path

import yaml


def entries(place):
    """How often each ServiceEntry occurs in the files below a place."""
    paths = sorted(place.rglob("*.yaml")) if place.is_dir() else [place]
    found = collections.Counter()
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for document in yaml.load_all(file, Loader=yaml.CSafeLoader):
                if document and document.get("kind") == "ServiceEntry":
                    found[json.dumps(document, sort_keys=True)] += 1
    return found


def main():
    expected = entries(Path(sys.argv[1]))
    for place in sys.argv[2:]:
        made = entries(Path(place))
        for who, more in (("cwc", expected - made), (place, made - expected)):
            if more:
                sys.exit(f"{place}: only {who} has {sum(more.values())} objects, the first: {min(more)}")
    print(sum(expected.values()))


if __name__ == "__main__":
    main()
