"""A JSON text in which something has changed, everything else being as it was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import field

from hookcli.dataclass import dataclass
from hookcli.jsongrammar import CLOSING, KEY, OPENING, Text, steps
from hookcli.models import Json

_Member = tuple[int | None, bytes]
"""Its place among the old ones, if it is one of them, and its text."""


@dataclass(slots=True)
class _Node:
    """A value in a text, by its offsets."""

    start: int
    end: int = 0
    keys: list[tuple[int, int]] = field(default_factory=list)
    """Of an object: where each key starts and ends."""
    children: list[_Node] = field(default_factory=list)


def edited(data: bytes, old: Json, new: Json) -> bytes:
    """The text of a value that has changed: what is the same is written as it was, to the byte.

    Args:
        data: the text of `old`.
        old: the value as it was; an object in which a key comes twice is written anew.
        new: the value as it is to be; what is kept of an object or a list is in its old order.
    """
    root = _read(data)
    return data[: root.start] + _render(data, root, old, new) + data[root.end :]


def _read(data: bytes) -> _Node:
    top = _Node(0)
    open_nodes = [top]
    for kind, start, end in steps(Text(data)):
        if kind == KEY:
            open_nodes[-1].keys.append((start, end))
        elif kind in CLOSING:
            open_nodes.pop().end = end
        else:
            node = _Node(start, end)
            open_nodes[-1].children.append(node)
            if kind in OPENING:
                open_nodes.append(node)
    return top.children[0]


def _render(data: bytes, node: _Node, old: Json, new: Json) -> bytes:
    if isinstance(old, dict) and isinstance(new, dict) and len(old) == len(node.keys):
        members = _members(data, node, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        members = _items(data, node, old, new)
    elif type(old) is type(new) and old == new:
        return data[node.start : node.end]
    else:
        return _written(new)
    starts = [start for start, _ in node.keys] or [child.start for child in node.children]
    return _joined(data, node, starts, list(members))


def _members(
    data: bytes, node: _Node, old: dict[str, Json], new: dict[str, Json]
) -> Iterator[tuple[int | None, bytes]]:
    """The members of an object."""
    places = {key: at for at, key in enumerate(old)}
    colon = data[node.keys[0][1] : node.children[0].start] if node.keys else b": "
    for key, value in new.items():
        at = places.get(key)
        if at is None:
            yield None, _written(key) + colon + _written(value)
        else:
            head = data[node.keys[at][0] : node.children[at].start]
            yield at, head + _render(data, node.children[at], old[key], value)


def _items(data: bytes, node: _Node, old: list[Json], new: list[Json]) -> Iterator[_Member]:
    """The items of a list; of a longer one what is new comes last."""
    kept = list(range(len(old))) if len(new) >= len(old) else [at for at, each in enumerate(old) if each in new]
    for place, value in enumerate(new):
        at = kept[place] if place < len(kept) else None
        yield at, _written(value) if at is None else _render(data, node.children[at], old[at], value)


def _joined(data: bytes, node: _Node, starts: list[int], members: list[_Member]) -> bytes:
    """Members between their brackets, with what stood between them before; what is new as the last of the old."""
    opening, closing = data[node.start : node.start + 1], data[node.end - 1 : node.end]
    if not starts or not members:
        return opening + b", ".join(text for _, text in members) + closing
    first, last = data[node.start + 1 : starts[0]], data[node.children[-1].end : node.end - 1]
    gaps = [data[child.end : start] for child, start in zip(node.children, starts[1:], strict=False)]
    usual = gaps[-1] if gaps else b"," + (first if b"\n" in first else b" ")
    text = opening + first
    for place, (at, member) in enumerate(members):
        text += (b"" if not place else gaps[at - 1] if at else usual) + member
    return text + last + closing


def _written(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
