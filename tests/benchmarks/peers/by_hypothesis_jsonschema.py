"""hypothesis-jsonschema, one example after the other of one run: SCHEMA COUNT."""

import json
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis_jsonschema import from_schema

count = int(sys.argv[2])
strategy = from_schema(json.loads(Path(sys.argv[1]).read_text()))
made = 0
out = open("/dev/null", "wb")  # noqa: PTH123, SIM115 (as the others)


@settings(
    max_examples=count, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(strategy)
def write(value: object) -> None:
    """Take an example."""
    global made
    made += 1
    out.write(json.dumps(value).encode() + b"\n")  # orjson refuses its integers


began = time.perf_counter()
write()
print(made / (time.perf_counter() - began))
