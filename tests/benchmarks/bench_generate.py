"""Typical payloads a second, next to other generators on the same schema, in turns; medians and ratios.

    npm install json-schema-faker@0.6        # in the folder NODE
    pip install jsf polyfactory mimesis hypothesis-jsonschema 'hypothesis<6.130' orjson
    python tests/benchmarks/bench_generate.py [--node NODE] [--python PYTHON] [-n 100000]

PYTHON is the interpreter that has the Python peers. Each side generates and writes JSON text to /dev/null; the rates leave
out the start of the process. Ours proves every payload before it leaves, none of the others does. They get the bundled
event as one plain schema: every `$ref` put in place, what belongs together merged. mimesis and polyfactory know no JSON
Schema: their sides are written by hand, with the same keys and kinds of values. A peer that fails is left out, and said.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urljoin

from hookcli.schema import catalog

EVENT = "webhook_agent_chat_close"
PEERS = Path(__file__).parent / "peers"
COUNTS = {"hookcli": 1.0, "json-schema-faker": 0.1, "mimesis": 0.2, "jsf": 0.02, "polyfactory": 0.02,
          "hypothesis_jsonschema": 0.002}  # fmt: skip
"""Which share of the payloads each makes: as many as take about as long."""

KEPT = ("type", "properties", "required", "format", "pattern", "const", "enum", "minimum", "minLength", "anyOf")


def standalone(name: str) -> dict[str, object]:
    """The event's schema without references; conditions, which not all peers know, are left out."""
    schema = catalog.load_event(name)
    return {"$schema": schema.document["$schema"], **plain(schema.document, schema.uri, schema.resources.documents)}


def plain(node: dict[str, object], base: str, documents: dict[str, object]) -> dict[str, object]:
    """A schema with its references put in place, and their keywords merged with its own."""
    base = urljoin(base, str(node.get("$id", "")))
    own = {key: value for key, value in node.items() if key in KEPT}
    if "properties" in own:
        own["properties"] = {key: plain(value, base, documents) for key, value in own["properties"].items()}
    if "$ref" not in node:
        return own
    uri = urljoin(base, node["$ref"])
    other = plain(documents[uri], uri, documents)
    properties = {key: {**value} for key, value in other.get("properties", {}).items()}
    for key, value in own.get("properties", {}).items():
        properties[key] = {**properties.get(key, {}), **value}
    merged = {**other, **own}
    if properties:
        merged["properties"] = properties
        merged["required"] = [*dict.fromkeys([*other.get("required", ()), *own.get("required", ())])]
    return merged


def commands(node: Path | None, python: str | None, schema: str, count: int) -> dict[str, list[str]]:
    """What to run for each side: all print their rate."""
    counts = {name: str(max(10, int(count * share))) for name, share in COUNTS.items()}
    found = {"hookcli": [sys.executable, str(PEERS / "ours.py"), EVENT, counts["hookcli"]]}
    if node:
        script = node / "bench.mjs"  # imports are looked up from where the file lies
        script.write_text((PEERS / "json_schema_faker.mjs").read_text())
        found["json-schema-faker"] = ["node", str(script), schema, counts["json-schema-faker"]]
    for name in ("mimesis", "jsf", "polyfactory", "hypothesis_jsonschema") if python else ():
        found[name] = [str(python), str(PEERS / f"by_{name}.py"), schema, counts[name]]
    return found


def rates_of(sides: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """The rates of each side, run in turns; a side that fails is dropped."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name in [*rates]:
            run = subprocess.run(sides[name], capture_output=True, text=True)
            if run.returncode:
                print(f"{name} failed: {run.stderr.strip().splitlines()[-1:]}")
                del rates[name]
            else:
                rates[name].append(float(run.stdout.split()[-1]))
    return rates


def main() -> None:
    """Run all in turns and print the ratios of the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node", type=Path, help="the folder where json-schema-faker is installed")
    parser.add_argument("--python", help="the interpreter that has the Python peers")
    parser.add_argument("-n", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(standalone(EVENT), file)
        file.flush()
        rates = rates_of(commands(args.node, args.python, file.name, args.n), args.rounds)
    ours = statistics.median(rates["hookcli"])
    for name, found in rates.items():
        middle = statistics.median(found)
        print(
            f"{name:22} {middle:9,.0f} a second ({min(found):,.0f} to {max(found):,.0f}); ours is {ours / middle:.1f}"
        )


if __name__ == "__main__":
    main()
