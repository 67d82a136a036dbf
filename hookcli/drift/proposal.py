"""The change of schema files that makes what was counted fit, as a diff to look over."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from hookcli.dataclass import dataclass
from hookcli.differences import DriftKind
from hookcli.drift.census import Census, EventCensus, Several
from hookcli.drift.editing import edited
from hookcli.drift.sightings import Tally
from hookcli.drift.values import CUT, in_order
from hookcli.errors import PayloadUnreadable, ReferenceNotFound
from hookcli.jsontext import parse
from hookcli.models import Json
from hookcli.schema.document import Schema
from hookcli.schema.references import escape, unescape


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """A schema document as it lies in a file."""

    path: str
    """How the diff calls it."""
    text: bytes


FindFile = Callable[[str], SchemaFile | None]
"""The URI of a document -> its file; None where there is none that could be changed."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to change."""

    diff: str
    """Unified, for `git apply` or `patch -p1`; empty where nothing is to be changed."""
    left: tuple[str, ...]
    """What it does not make fit, in a sentence each."""


def propose(census: Census, schemas: Mapping[str, Schema], find_file: FindFile) -> Proposal:
    """The change that makes the payloads fit: keys are added, types widened, lists lengthened, requirements dropped.

    Args:
        census: of the payloads.
        schemas: by event, of those in the census.
        find_file: gets the URI of a document.
    """
    draft = _Draft(find_file)
    for name, _ in census.strange.named():
        draft.left.append(f"{name}: an event that has no schema")
    shared = _shared(census)
    for name, event in census.events.items():
        if name in schemas:
            draft.take(schemas[name], name, event, shared)
    return Proposal("".join(draft.diffs()), tuple(dict.fromkeys(draft.left)))


def _shared(census: Census) -> dict[str, frozenset[str]]:
    """Where each key could be added that several events have: the schemas that they have in common."""
    found: dict[str, frozenset[str]] = {}
    for event in census.events.values():
        for pointer, objects in event.objects.items():
            for key, tally in objects.unknown.named():
                place = f"{pointer}/{escape(key)}"
                common = found.get(place, tally.locations) & tally.locations
                found[place] = common or tally.locations
    return found


class _Place(NamedTuple):
    """A keyword of a document."""

    uri: str
    holder: Json
    """The schema that has it, to be changed."""
    keyword: str


class _Draft:
    """Documents that are being changed."""

    def __init__(self, find_file: FindFile) -> None:
        self._find_file = find_file
        self._old: dict[str, Json] = {}
        self._new: dict[str, Json] = {}
        self._files: dict[str, SchemaFile] = {}
        self.left: list[str] = []

    def take(self, schema: Schema, name: str, event: EventCensus, shared: Mapping[str, frozenset[str]]) -> None:
        """Make fit what was counted of an event."""
        for word, several in event.refused.items():
            kind, _, pointer = word.partition(" ")
            for detail, tally in several.named():
                is_made = several.others is None and self._widen(schema, DriftKind(kind), pointer, detail, tally)
                if not is_made:
                    self.left.append(f"{name} {pointer}: {kind} {detail}".strip())
        for pointer, objects in event.objects.items():
            for key, tally in objects.unknown.named():
                places = shared[f"{pointer}/{escape(key)}"]
                if not self._add_key(schema, objects.unknown, key, tally, places):
                    self.left.append(f"{name} {pointer}/{escape(key)}: {DriftKind.NEW_KEY.value}".strip())

    def _widen(self, schema: Schema, kind: DriftKind, pointer: str, detail: str, tally: Tally) -> bool:
        places = [self._place(schema, location) for location in sorted(tally.locations)]
        widen = _WIDENINGS.get(kind)
        if widen is None or not places:
            return False
        value = unescape(pointer)[-1] if kind is DriftKind.MISSING_REQUIRED else detail
        return all([place is not None and widen(place, value) for place in places])

    def _add_key(self, schema: Schema, unknown: Several, key: str, tally: Tally, places: frozenset[str]) -> bool:
        """Add a key to the event's own document if it lists the keys there, else to that which does."""
        root = next(iter(schema.resources.documents))
        found = [place for each in sorted(places) if (place := self._place(schema, each)) is not None]
        found.sort(key=lambda place: place.uri != root)
        closing = [place for place in found if place.keyword in _CLOSING]
        for place in closing or found[:1]:
            holder = place.holder
            if unknown.others is not None:
                holder["additionalProperties"] = True
            elif isinstance(holder.setdefault("properties", {}), dict) and not key.endswith(CUT):
                holder["properties"].setdefault(key, {"type": _listed(in_order(tally.types))})
        return bool(found) and not key.endswith(CUT)

    def _place(self, schema: Schema, location: str) -> _Place | None:
        """The keyword at a location, in the documents that are being changed."""
        whole, _, keyword = location.rpartition("/")
        try:
            node = schema.resources.resolve("", whole).schema
        except ReferenceNotFound:
            return None
        place = schema.resources.place_of(node)
        if place is None or not self._open(place[0], schema.resources.documents[place[0]]):
            return None
        holder = self._new[place[0]]
        for token in unescape(place[1]):
            holder = holder[int(token)] if isinstance(holder, list) else holder[token]
        return _Place(place[0], holder, keyword)

    def _open(self, uri: str, document: Json) -> bool:
        if uri not in self._files:
            file = self._find_file(uri)
            if file is None or parse(file.text) != document:
                return False
            self._files[uri], self._old[uri], self._new[uri] = file, document, copy.deepcopy(document)
        return True

    def diffs(self) -> Iterator[str]:
        """The change of each document that has one."""
        for uri, file in sorted(self._files.items(), key=lambda each: each[1].path):
            yield from _diff(file, edited(file.text, self._old[uri], self._new[uri]))


_CLOSING = ("additionalProperties", "unevaluatedProperties")


def _widen_type(place: _Place, kind: str) -> bool:
    if place.keyword in ("anyOf", "oneOf"):
        branches = place.holder[place.keyword]
        if {"type": kind} not in branches:
            branches.append({"type": kind})
        return True
    if place.keyword != "type":
        return False
    known = place.holder["type"]
    kinds = known if isinstance(known, list) else [known]
    if kind not in kinds:
        wider = [each for each in kinds if not (each == "integer" and kind == "number")]
        place.holder["type"] = _listed([*wider, kind])
    return True


def _widen_null(place: _Place, _detail: str) -> bool:
    return _widen_type(place, "null")


def _lengthen(place: _Place, text: str) -> bool:
    try:
        value = parse(text.encode("utf-8", "surrogatepass"))
    except PayloadUnreadable:  # it is too long, and was cut
        return False
    holder = place.holder
    if "const" in holder and place.keyword == "const":
        members = [("enum", [each, value]) if key == "const" else (key, each) for key, each in holder.items()]
        holder.clear()
        holder.update(members)
    elif value not in holder["enum"]:
        holder["enum"].append(value)
    return True


def _drop_requirement(place: _Place, key: str) -> bool:
    if place.keyword != "required" or not isinstance(place.holder, dict):
        return False
    names = place.holder.get("required", [])
    if key in names:
        names.remove(key)
    if not names:
        place.holder.pop("required", None)
    return True


_WIDENINGS: dict[DriftKind, Callable[[_Place, str], bool]] = {
    DriftKind.NEW_TYPE: _widen_type,
    DriftKind.NEW_NULL: _widen_null,
    DriftKind.NEW_VALUE: _lengthen,
    DriftKind.MISSING_REQUIRED: _drop_requirement,
}


def _listed(kinds: list[str]) -> str | list[str]:
    return kinds[0] if len(kinds) == 1 else kinds


def _diff(file: SchemaFile, after: bytes) -> Iterator[str]:
    before_lines, after_lines = (_lines(text.decode("utf-8", "surrogateescape")) for text in (file.text, after))
    end = "\t" if " " in file.path else ""
    for line in difflib.unified_diff(before_lines, after_lines, f"a/{file.path}{end}", f"b/{file.path}{end}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Lines with their ends, as `patch` counts them."""
    return [f"{line}\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])
