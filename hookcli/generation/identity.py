"""When JSON Schema calls two values equal."""

from __future__ import annotations

import json

import orjson

from hookcli.models import Json


def identity(value: Json) -> bytes:
    """The same bytes for values that JSON Schema calls equal: 1 and 1.0, objects in any order."""
    plain = _plain(value)
    try:
        return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a lone surrogate, or more than 254 levels
        return json.dumps(plain, sort_keys=True).encode()


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 2**63 else hex(int(value))
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value if not isinstance(value, int) or -(2**63) <= value < 2**63 else hex(value)
