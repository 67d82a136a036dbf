"""When JSON Schema calls two values equal."""

from __future__ import annotations

import json

import orjson

from hookcli.models import Json


def identity(value: Json) -> bytes:
    """The same bytes for values that JSON Schema calls equal: 1 and 1.0, objects in any order."""
    plain = _plain(value)
    try:
        text = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:  # a lone surrogate, or more than 254 levels
        return json.dumps(plain, sort_keys=True).encode()
    return memoryview(text).tobytes()  # a copy: what orjson returns keeps the kilobyte that it was written in


def _plain(value: Json) -> Json:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return {key: item if isinstance(item, str) else _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 2**63 else hex(int(value))
    return value if not isinstance(value, int) or -(2**63) <= value < 2**63 else hex(value)
