"""A schema -> one that is quicker to plan: of an `enum` of very many values, as many as will do."""

from __future__ import annotations

from collections.abc import Iterator

from hookcli.models import Json
from hookcli.schema.document import Schema, make_schema

MOST_VALUES = 5_000
"""Values of one `enum` that are chosen among."""

MOST_WALKED = 50_000
"""Values of one `enum` that are walked, where none of them is an object or an array."""

_MOST_EXCLUDED = 1_000
"""Values of one `enum` under `not` that are planned around: the canonical form takes their number squared."""

_VALUES = frozenset({"enum", "const", "examples", "default"})


def shortened(schema: Schema, most_scalars: int = MOST_VALUES) -> Schema:
    """The same schema, or one with fewer values in each long `enum`, for generation only.

    What it makes is proven against the first: what an `enum` under `not` excludes has to be found out that way.

    Args:
        schema: any JSON Schema.
        most_scalars: values of an `enum` that are kept where none of them is an object or an array.
    """
    documents = schema.resources.documents
    if not any(_is_long(node, most_scalars) for node in _nodes([*documents.values()])):
        return schema
    short = {uri: _shortened(document, most_scalars) for uri, document in documents.items()}
    root = next(uri for uri, document in documents.items() if document is schema.document)
    return make_schema(short[root], schema.name, root, short.__getitem__)


def is_walk_cut(schema: Schema) -> bool:
    """Whether some `enum` has values that are not walked."""
    nodes = _nodes([*schema.resources.documents.values()])
    return any(len(values) > _most(values, MOST_WALKED) for values in map(_enum, nodes))


def _nodes(waiting: list[Json]) -> Iterator[dict[str, Json]]:
    """Every object that may be a schema."""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += (value for key, value in node.items() if key not in _VALUES)
        elif isinstance(node, list):
            waiting += node


def _is_long(node: dict[str, Json], most_scalars: int) -> bool:
    own, excluded = _enum(node), _enum(node.get("not"))
    return len(own) > _most(own, most_scalars) or len(excluded) > _most(excluded, _MOST_EXCLUDED)


def _enum(node: Json) -> list[Json]:
    values = node.get("enum") if isinstance(node, dict) else None
    return values if isinstance(values, list) else []


def _is_scalars(values: list[Json]) -> bool:
    return not any(isinstance(one, (dict, list)) for one in values)


def _most(values: list[Json], most_scalars: int) -> int:
    """As many as are kept."""
    return most_scalars if _is_scalars(values) else min(most_scalars, MOST_VALUES)


def _shortened(node: Json, most: int, inner: int | None = None) -> Json:
    if isinstance(node, list):
        return [_shortened(each, most) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value[: _most(value, most if inner is None else inner)] if key == "enum" and isinstance(value, list)
        else value if key in _VALUES
        else _shortened(value, most, _MOST_EXCLUDED if key == "not" else None)
        for key, value in node.items()
    }  # fmt: skip
