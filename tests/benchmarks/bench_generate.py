"""Typical payloads a second, next to json-schema-faker (npm) on the same schema, in turns.

    npm install json-schema-faker@0.6        # in the folder NODE
    python tests/benchmarks/bench_generate.py NODE [-n 100000]

Each side generates and writes JSON text to /dev/null; the rates leave out the start of the process. Ours proves every
payload before it leaves, theirs does not. json-schema-faker gets the bundled event with every `$ref` put in place, and
without formats that it doesn't know.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema_rs

from hookcli.schema import catalog

OURS = """
import sys, time
from hookcli.generation.generator import Source
from hookcli.jsontext import dump
from hookcli.schema import catalog
count = int(sys.argv[1])
source = Source(catalog.load_event("webhook_agent_chat_close"), "typical", 1)
out = open("/dev/null", "wb")
began = time.perf_counter()
for _ in range(count):
    out.write(dump(source.next()) + b"\\n")
print(count / (time.perf_counter() - began))
"""

THEIRS = """
import { createGenerator } from "json-schema-faker";
import fs from "node:fs";
const [file, count] = process.argv.slice(2);
const schema = JSON.parse(fs.readFileSync(file, "utf8"));
const generator = createGenerator({ seed: 1 });
const make = generator.generateSync ? () => generator.generateSync(schema) : null;
const out = fs.openSync("/dev/null", "w");
const began = process.hrtime.bigint();
for (let i = 0; i < Number(count); i++) {
  const value = make ? make() : await generator.generate(schema);
  fs.writeSync(out, JSON.stringify(value) + "\\n");
}
console.log(Number(count) / (Number(process.hrtime.bigint() - began) / 1e9));
"""


def standalone(name: str) -> object:
    """The event's schema with every reference put in place."""
    schema = catalog.load_event(name)
    registry = jsonschema_rs.Registry(list(schema.resources.documents.items()))
    return jsonschema_rs.dereference(schema.document, registry=registry, base_uri=schema.uri, offline=True)


def main() -> None:
    """Run both in turns and print the ratio of the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("node", type=Path, help="the folder where json-schema-faker is installed")
    parser.add_argument("-n", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(standalone("webhook_agent_chat_close"), file)
        file.flush()
        script = args.node / "bench.mjs"
        script.write_text(THEIRS)
        commands = {
            "hookcli": [sys.executable, "-c", OURS, str(args.n)],
            "json-schema-faker": ["node", str(script), file.name, str(args.n // 10)],
        }
        rates: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(args.rounds):
            for name, command in commands.items():
                run = subprocess.run(command, check=True, capture_output=True, text=True)
                rates[name].append(float(run.stdout))
    for name, found in rates.items():
        print(
            f"{name:20} {statistics.median(found):10,.0f} payloads a second  ({min(found):,.0f} to {max(found):,.0f})"
        )
    ours, theirs = (statistics.median(found) for found in rates.values())
    print(f"ratio {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
