"""`--set` and `--unset`: edits a payload without touching what it shares with others."""

from __future__ import annotations

from collections.abc import Iterable

from hookcli.dataclass import dataclass
from hookcli.errors import AssignmentInvalid
from hookcli.models import Json
from hookcli.schema.references import unescape


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a payload."""

    path: str
    """Dotted (`data.items.0.title`) or a JSON Pointer (`/data/items/0/title`)."""
    value: Json = None
    removes: bool = False

    @property
    def tokens(self) -> list[str]:
        """The keys and indices on the way."""
        return unescape(self.path) if self.path.startswith("/") else self.path.split(".")


def apply_edits(payload: Json, edits: Iterable[Edit]) -> Json:
    """The payload with all edits made, in their order. Objects on the way are made where they are missing.

    Raises:
        AssignmentInvalid: a path leads through a value that has no such place.
    """
    for edit in edits:
        payload = _apply(payload, edit.tokens, edit)
    return payload


def _apply(node: Json, tokens: list[str], edit: Edit) -> Json:
    if not tokens:
        return edit.value
    head, rest = tokens[0], tokens[1:]
    if isinstance(node, list):
        return _apply_to_list(node, head, rest, edit)
    if node is None and not edit.removes:
        node = {}
    if not isinstance(node, dict):
        raise _misplaced(edit, head, f"a {_name(node)} has no keys")
    if edit.removes and (not rest or head not in node):
        return {key: value for key, value in node.items() if key != head}
    return {**node, head: _apply(node.get(head), rest, edit)}


def _apply_to_list(node: list[Json], head: str, rest: list[str], edit: Edit) -> list[Json]:
    at = len(node) if head == "-" else int(head) if head.isdecimal() else -1
    if not 0 <= at <= len(node) or (edit.removes and at == len(node)):
        raise _misplaced(edit, head, f"the list there has {len(node)} items; use 0 to {len(node)}, or - for a new one")
    if edit.removes and not rest:
        return node[:at] + node[at + 1 :]
    return [*node[:at], _apply(node[at] if at < len(node) else None, rest, edit), *node[at + 1 :]]


def _misplaced(edit: Edit, token: str, why: str) -> AssignmentInvalid:
    option = "--unset" if edit.removes else "--set"
    return AssignmentInvalid(f"{option} {edit.path}: cannot go to {token!r}: {why}.")


def _name(value: Json) -> str:
    return {str: "string", bool: "boolean", int: "number", float: "number"}.get(type(value), "null")
