"""JSON text (RFC 8259) -> values, and back.

orjson reads nearly everything. What it refuses and what it would round is read by `jsonreader`, which is loaded when
it is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import orjson

from hookcli.models import Json


def parse(data: bytes, *, line: int = 1, column: int = 1) -> Json:
    """The value that a JSON text stands for.

    Args:
        data: the text, UTF-8.
        line: 1-based line of its first character in the source, for messages.
        column: 1-based column of its first character in the source, in characters.

    Returns:
        the value. Integers are exact up to 4,300 digits; what is larger, such as 1e999999999, is `jsonreader.HUGE`
        or its negative. Lone surrogates are kept (see `safe`); of duplicate keys the last wins.

    Raises:
        PayloadUnreadable: it is not JSON, or nested too deep (`jsongrammar.DEEPEST`); with the place and how to fix it.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _read(data, line, column)
    return _read(data, line, column) if holds_wide_integer(data) else value


def parse_quickly(data: bytes) -> Json:
    """The same, where orjson reads it as it is.

    Raises:
        ValueError: it is not JSON, or may have to be read by `parse`.
    """
    if holds_wide_integer(data):
        raise ValueError("an integer may be beyond 64 bits")
    return orjson.loads(data)


def _read(data: bytes, line: int, column: int) -> Json:
    """The same with our own reader."""
    from hookcli import jsonreader  # late: few runs need it

    return jsonreader.parse(data, line=line, column=column)


_DIGITS = bytes(ord("0") if byte in b"0123456789" else 0 for byte in range(256))
_WIDE = 19
_WIDE_INTEGER = re.compile(rb"(?<![^ \t\n\r:,\[-])[0-9]{%d}" % _WIDE)


def holds_wide_integer(data: bytes) -> bool:
    """Whether there may be an integer beyond 64 bits in a text, or in one of several, which orjson rounds.

    Every sixth byte is looked at first, which takes 0.6 µs a kilobyte; all bytes take 1.3, the pattern 13, and orjson
    itself 4.
    """
    return (
        b"000" in data[::6].translate(_DIGITS)
        and b"0" * _WIDE in data.translate(_DIGITS)
        and _WIDE_INTEGER.search(data) is not None
    )


def dump(payload: Json, *, pretty: bool = False) -> bytes:
    """The JSON text of a value, UTF-8: compact, or indented by two; the order of keys is kept.

    Args:
        payload: a JSON value; lone surrogates are escaped, integers may have any size.
        pretty: whether to indent.
    """
    try:
        return orjson.dumps(payload, None, orjson.OPT_INDENT_2 if pretty else 0)
    except orjson.JSONEncodeError:  # an integer beyond 64 bits, a lone surrogate, or more than 254 levels
        indent, separators = (2, (",", ": ")) if pretty else (None, (",", ":"))
        try:
            text = json.dumps(payload, ensure_ascii=False, indent=indent, separators=separators)
        except RecursionError:
            text = "".join(_written(payload, pretty=pretty))
        return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text).encode()


def line(payload: Json) -> bytes:
    """The compact JSON text of a value and a line end: `dump` for a stream, at less cost."""
    try:
        return orjson.dumps(payload, None, _ENDED)
    except orjson.JSONEncodeError:
        return dump(payload) + b"\n"


_ENDED = orjson.OPT_APPEND_NEWLINE


def _written(payload: Json, *, pretty: bool) -> Iterator[str]:
    """The pieces of a JSON text; the same as `json.dumps` writes, without recursion, and twenty times slower."""
    colon = ": " if pretty else ":"
    waiting: list[tuple[str, Json, int]] = [("", payload, 0)]
    while waiting:
        before, value, level = waiting.pop()
        yield before
        if value is _NOTHING:
            continue
        if not value or not isinstance(value, (dict, list)):
            yield json.dumps(value, ensure_ascii=False)
            continue
        outer, inner = (f"\n{'  ' * deep}" if pretty else "" for deep in (level, level + 1))
        if isinstance(value, dict):
            names = [f",{inner}{json.dumps(key, ensure_ascii=False)}{colon}" for key in value]
            items, (opening, closing) = list(value.values()), "{}"
        else:
            names, items, (opening, closing) = [f",{inner}"] * len(value), value, "[]"
        waiting.append((outer + closing, _NOTHING, level))
        waiting += [(name, item, level + 1) for name, item in zip(reversed(names), reversed(items), strict=True)]
        waiting[-1] = (opening + names[0][1:], items[0], level + 1)


_NOTHING = object()
"""No value: only the text before it is written."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def safe(payload: Json) -> Json:
    """The same value with U+FFFD for each lone surrogate (UTF-8 has none); itself where there is none."""
    if not any(map(_LONE_SURROGATE.search, _texts(payload))):
        return payload
    top: list[Json] = [payload]
    waiting: list[Json] = [top]
    while waiting:
        holder = waiting.pop()
        for key, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            holder[key] = _without_surrogates(value)
            if isinstance(value, (dict, list)):
                waiting.append(holder[key])
    return top[0]


def _texts(payload: Json) -> Iterator[str]:
    waiting = [payload]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _without_surrogates(value: Json) -> Json:
    """A copy of one level of a value."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_LONE_SURROGATE.sub("\ufffd", key): each for key, each in value.items()}
    return list(value) if isinstance(value, list) else value
