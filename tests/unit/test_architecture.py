"""Every import points down, and heavy libraries have one door each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "hookcli"

LAYERS = {
    "models": 0, "differences": 0, "errors": 0, "dataclass": 0, "redaction": 0,
    "jsongrammar": 1, "jsonreader": 1, "jsontext": 1, "schema": 1, "signing": 1, "profile": 1, "diagnosis": 1,
    "urls": 1,
    "generation": 2, "validation": 2, "delivery": 2, "capture": 2, "reporting": 2,
    "conformance": 3, "anonymising": 3, "archives": 3, "drift": 3, "listening": 3, "page": 3, "testing": 3,
    "cli": 4,
}  # fmt: skip

DOORS = {
    "aiohttp": {"capture/remotes.py"},
    "click": {"cli"},
    "dask": {"archives/cluster.py"},
    "distributed": {"archives/cluster.py", "archives/dispatcher.py"},
    "fsspec": {"capture/remotes.py"},
    "httpx": {"delivery/in_process.py"},
    "httpcore": {"delivery/wire.py"},
    "jsonschema": {"schema/explainer.py"},
    "jsonschema_rs": {"schema/dialect.py"},
    "referencing": {"schema/explainer.py"},
    "rich": {"reporting/text.py", "cli/console.py"},
    "sqlite3": {"capture/store.py"},
    "uvicorn": {"listening/listener.py"},
}

FILES = sorted(PACKAGE.rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative imports hide the arrow"
            yield f"{node.module}.{node.names[0].name}" if node.module == "hookcli" else str(node.module)


def room(file: Path) -> str:
    return file.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_import_points_down_or_stays_in_its_room(file: Path) -> None:
    here = room(file)
    targets = {name.split(".")[1] for name in imports(file) if name.startswith("hookcli.")} - {"__version__", here}
    above = {target for target in targets if LAYERS[target] > LAYERS.get(here, 9)}
    beside = {target for target in targets if LAYERS[target] == LAYERS.get(here, 9) == 2}
    assert above | beside == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_heavy_libraries_have_one_door(file: Path) -> None:
    path = str(file.relative_to(PACKAGE))
    used = {name.split(".")[0] for name in imports(file)} & DOORS.keys()
    assert {name for name in used if not {path, room(file)} & DOORS[name]} == set()


def test_classes_are_made_by_our_own_dataclass() -> None:
    line = "from dataclasses import dataclass"
    assert [file for file in FILES if file.name != "dataclass.py" and line in file.read_text("utf-8")] == []


def test_every_room_has_a_layer() -> None:
    assert {room(file) for file in FILES} - {"__init__", "__main__"} == LAYERS.keys()


@pytest.mark.parametrize("name", ["utils", "helpers", "common"])
def test_no_room_is_named_after_nothing(name: str) -> None:
    assert not [file for file in FILES if file.stem == name]
