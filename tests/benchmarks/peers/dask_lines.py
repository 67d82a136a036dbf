"""The least that judges a file of JSON Lines on a Dask cluster: orjson and jsonschema-rs, by dask.bag or range by range.

python tests/benchmarks/peers/dask_lines.py bag|ranges ADDRESS SCHEMA.json FILE.jsonl
"""

import functools
import json
import sys
from pathlib import Path

import jsonschema_rs
import orjson
from dask import bag
from distributed import Client

SIZE = 16_000_000
"""Bytes of a partition, or of a range."""


@functools.cache
def validator(schema: str) -> jsonschema_rs.Validator:
    """In each process once."""
    return jsonschema_rs.validator_for(json.loads(Path(schema).read_text("utf-8")), validate_formats=True)


def invalid(lines: list[bytes] | list[str], schema: str) -> int:
    """How many lines are."""
    is_valid, loads = validator(schema).is_valid, orjson.loads
    return sum(not is_valid(loads(line)) for line in lines)


def invalid_in(path: str, start: int, schema: str) -> int:
    """How many lines that start in a range are."""
    with Path(path).open("rb") as file:
        if start:
            file.seek(start - 1)
            file.readline()
        rest = start + SIZE - file.tell()
        return invalid((file.read(rest) + file.readline()).splitlines(), schema) if rest > 0 else 0


def main() -> None:
    """Print how many lines of the file are invalid."""
    how, address, schema, path = sys.argv[1:]
    with Client(address) as client:
        client.upload_file(__file__)
        if how == "bag":
            texts = bag.read_text(path, blocksize=SIZE)
            print(sum(texts.map_partitions(lambda lines: [invalid(list(lines), schema)]).compute()))
        else:
            starts = range(0, Path(path).stat().st_size, SIZE)
            print(sum(client.gather(client.map(invalid_in, [path] * len(starts), starts, schema=schema, pure=False))))


if __name__ == "__main__":
    import dask_lines  # so that the workers, which get the file, find its functions in a module of this name

    dask_lines.main()
