"""Copies of documents with a little changed, for validators to take."""

from __future__ import annotations

import operator
import re
from urllib.parse import quote

from hookcli.models import Json


def with_draft(document: Json, uri: str) -> Json:
    """A document that says which draft it is in: that `$schema` where it names none.

    A draft given to jsonschema-rs's registry itself would overrule what a document names.
    """
    return {"$schema": uri, **document} if isinstance(document, dict) else document


def escaped(node: Json) -> Json:
    """A copy in which references are URIs: `#/definitions/List<Item>` is none, but found in the wild."""
    if isinstance(node, list):
        return [escaped(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _ILLEGAL.sub(lambda found: quote(found[0], safe=""), value)
        if key in ("$ref", "$dynamicRef", "$recursiveRef") and isinstance(value, str)
        else escaped(value)
        for key, value in node.items()
    }


_ILLEGAL = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")
"""What no URI has in it (RFC 3986, section 2)."""


def without(node: Json, subschema: dict[str, Json], keyword: str) -> Json:
    """A copy of what leads to a subschema, in which that has one keyword less; the rest is shared."""
    if node is subschema:
        return {key: value for key, value in subschema.items() if key != keyword}
    if isinstance(node, list):
        items = [without(item, subschema, keyword) for item in node]
        return items if any(map(operator.is_not, items, node)) else node
    if isinstance(node, dict):
        values = [without(item, subschema, keyword) for item in node.values()]
        changed = any(map(operator.is_not, values, node.values()))
        return dict(zip(node, values, strict=True)) if changed else node
    return node
