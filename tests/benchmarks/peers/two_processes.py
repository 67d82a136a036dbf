"""The least that judges a file of JSON Lines on two cores: orjson and jsonschema-rs, half of the file each.

python tests/benchmarks/peers/two_processes.py SCHEMA.json FILE.jsonl
"""

import json
import multiprocessing
import os
import sys
from pathlib import Path

import jsonschema_rs
import orjson


def judge(schema: str, path: str, start: int, end: int) -> int:
    """How many lines that start in a range are invalid."""
    is_valid = jsonschema_rs.validator_for(json.loads(Path(schema).read_text("utf-8")), validate_formats=True).is_valid
    loads, invalid = orjson.loads, 0
    with open(path, "rb") as file:  # noqa: PTH123 (as a script would)
        if start:
            file.seek(start - 1)
            file.readline()
        at = file.tell()
        while at < end and (line := file.readline()):
            at += len(line)
            invalid += not is_valid(loads(line))
    return invalid


if __name__ == "__main__":
    named, lines = sys.argv[1:]
    size = os.path.getsize(lines)  # noqa: PTH202
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(sum(pool.starmap(judge, [(named, lines, 0, size // 2), (named, lines, size // 2, size)])))
