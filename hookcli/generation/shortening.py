"""A schema -> one that is quicker to plan: of an `enum` of very many values, as many as will do."""

from __future__ import annotations

from collections.abc import Iterator

from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema

MOST_VALUES = 5_000
"""Values of one `enum` that are chosen among."""

_MOST_EXCLUDED = 1_000
"""Values of one `enum` under `not` that are planned around: the canonical form takes their number squared."""

_VALUES = frozenset({"enum", "const", "examples", "default"})


def shortened(schema: Schema) -> Schema:
    """The same schema, or one with fewer values in each long `enum`, for generation only.

    What it makes is proven against the first: what an `enum` under `not` excludes has to be found out that way.
    """
    documents = schema.resources.documents
    if not any(map(_is_long, _nodes([*documents.values()]))):
        return schema
    short = {uri: _shortened(document) for uri, document in documents.items()}
    root = next(uri for uri, document in documents.items() if document is schema.document)
    return make_schema(short[root], schema.name, root, short.__getitem__)


def _nodes(waiting: list[Json]) -> Iterator[dict[str, Json]]:
    """Every object that may be a schema."""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += (value for key, value in node.items() if key not in _VALUES)
        elif isinstance(node, list):
            waiting += node


def _is_long(node: dict[str, Json]) -> bool:
    return _size(node) > MOST_VALUES or _size(node.get("not")) > _MOST_EXCLUDED


def _size(node: Json) -> int:
    values = node.get("enum") if isinstance(node, dict) else None
    return len(values) if isinstance(values, list) else 0


def _shortened(node: Json, most: int = MOST_VALUES) -> Json:
    if isinstance(node, list):
        return [_shortened(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value[:most] if key == "enum" and isinstance(value, list)
        else value if key in _VALUES
        else _shortened(value, _MOST_EXCLUDED if key == "not" else MOST_VALUES)
        for key, value in node.items()
    }  # fmt: skip
