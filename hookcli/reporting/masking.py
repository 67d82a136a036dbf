"""Hides secrets in a result before any format sees it: what is masked once cannot be forgotten by one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Mask = Callable[[str], str]
"""A text -> the same with the secrets in it masked."""

_AS_THEY_ARE = frozenset({"payload", "text", "body", "headers"})
"""Fields that no report shows: of a payload there is a digest at most."""

_OUR_WORDS = frozenset({"group", "id", "keyword", "kind", "signature"})
"""Fields with one word of a list that is public, as verdicts are: programs go by it, and a mask would tell the secret.

They are the ids and groups of checks and rules, keywords of JSON Schema, causes of failures, verdicts on signatures.
"""


def masked(value: T, mask: Mask) -> T:
    """The same value with the secrets in its texts masked: in fields and tuples, however deep.

    Numbers, counts, verdicts and other words of a list of our own stay. Bytes that are shown (an answer) are masked
    as the text that they are.
    """
    way = _WAYS.get(type(value), _of_value)
    made: Any = way(value, mask)
    return made  # type: ignore[no-any-return]


def _of_text(value: str, mask: Mask) -> str:
    return mask(value)


def _of_bytes(value: bytes, mask: Mask) -> bytes:
    return mask(value.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape") if value else value


def _of_tuple(value: tuple[Any, ...], mask: Mask) -> tuple[Any, ...]:
    return tuple([masked(each, mask) for each in value])


def _of_value(value: Any, mask: Mask) -> Any:
    """A dataclass; anything else, as a verdict, is no text that came from outside."""
    kind = type(value)
    if kind not in _FIELDS:
        known = fields(kind) if is_dataclass(kind) else ()
        _FIELDS[kind] = tuple((field.name, field.name in _AS_THEY_ARE | _OUR_WORDS) for field in known)
    if not _FIELDS[kind]:
        return value
    return kind(
        *[getattr(value, name) if is_kept else masked(getattr(value, name), mask) for name, is_kept in _FIELDS[kind]]
    )


_FIELDS: dict[type, tuple[tuple[str, bool], ...]] = {}
"""Of each dataclass its fields in the order of its arguments, each with whether it stays as it is."""


def _as_it_is(value: Any, _mask: Mask) -> Any:
    return value


_WAYS: dict[type, Callable[[Any, Mask], Any]] = {
    str: _of_text,
    bytes: _of_bytes,
    tuple: _of_tuple,
    **dict.fromkeys((int, float, bool, type(None)), _as_it_is),
}
"""What is done to a value, by its very type: an Enum of texts is a verdict, and none."""
