"""Jinja2: fleet.json (benches/rivals/input.rs) enters; a file of ServiceEntries for each cluster leaves, in the folder that is named."""

import json
import sys
from pathlib import Path

import jinja2

HERE = Path(__file__).parent


def main():
    fleet = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    into = Path(sys.argv[2])
    into.mkdir(parents=True, exist_ok=True)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), trim_blocks=True, keep_trailing_newline=True)
    template = environment.get_template("service-entry.yaml.j2")
    for index, cluster in enumerate(fleet["clusters"]):
        text = template.render(cluster=index, services=fleet["services"])
        (into / f"{cluster}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
