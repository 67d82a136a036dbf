"""`data/roles.json`, indexed: names, phrases and formats -> roles."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import field
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.generation.realism.datafiles import read
from hookcli.generation.realism.words import words_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in which a name means a role."""

    name: str
    types: frozenset[str]
    narrow: bool
    """Whether it means it only within or beside something."""
    after: frozenset[str] | None = frozenset()
    """Words that may come before; None for any."""
    of: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    not_beside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of a role beside its names."""

    types: frozenset[str]
    formats: frozenset[str]
    instead: tuple[str, ...]


@dataclass(slots=True)
class RoleTable:
    """`roles.json`, indexed."""

    roles: dict[str, Kind] = field(default_factory=dict)
    names: dict[str, list[Entry]] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    format_roles: dict[str, str] = field(default_factory=dict)
    neutral: frozenset[str] = frozenset()
    blocking: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    moments: frozenset[str] = frozenset()
    bounds: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    not_plain: re.Pattern[str] = re.compile("(?!)")
    endings: dict[str, frozenset[str]] = field(default_factory=dict)
    generic: dict[str, frozenset[str]] = field(default_factory=dict)
    id_marks: dict[str, str] = field(default_factory=dict)
    endings_of_phrases: list[list[str]] = field(default_factory=list)

    def add_name(self, name: str, entry: Entry) -> None:
        """Note one way in which a name means a role."""
        self.names.setdefault(_joined(name), []).append(entry)

    def is_silent(self, key: str) -> bool:
        """Whether a name leaves it to the description: no words at its end mean one thing wherever they stand."""
        words = words_of(key)
        ends = ("".join(words[at:]) for at in range(len(words)))
        return all(entry.narrow for end in ends for entry in self.names.get(end, ()))


@functools.cache
def role_table() -> RoleTable:
    """The table, read once."""
    data = read("roles")
    kinds = {name: frozenset(words.split()) for name, words in data["kinds"].items()}
    table = RoleTable(
        format_roles=data["format_roles"],
        neutral=frozenset(data["neutral"].split()),
        blocking=frozenset(data["blocking"].split()),
        subjects=frozenset(data["subjects"].split()),
        people=kinds["people"] | kinds["company"],
        owners=frozenset().union(*kinds.values()),
        id_marks=data["id_marks"],
        moments=frozenset(data["moments"].split()),
        bounds=data["bounds"],
        positions=data["positions"],
        not_plain=re.compile(rf"\b(?:{'|'.join(data['not_plain'])})"),
        endings={group: frozenset(words.split()) for group, words in data["endings"].items()},
        generic={group: frozenset(words.split()) for group, words in data["generic"].items()},
        endings_of_phrases=[[], *([word] for word in data["follows"].split()), *([mark] for mark in ".,:;")],
    )
    for name, facts in data["roles"].items():
        _add(table, kinds, name, facts)
    return table


def _add(table: RoleTable, kinds: dict[str, frozenset[str]], name: str, facts: dict[str, Any]) -> None:
    def words(given: Iterable[str]) -> frozenset[str]:
        return frozenset().union(*(kinds.get(kind, frozenset({kind})) for kind in given))

    types = frozenset(facts.get("types", ("string",)))
    table.roles[name] = Kind(types, frozenset(facts.get("formats", ())), tuple(facts.get("instead", ())))
    before, within, beside = facts.get("after", ()), facts.get("within", {}), facts.get("beside", {})
    wide = Entry(name, types, narrow=False, after=None if "*" in before else words(before))
    for key in facts.get("names", ()):
        table.add_name(key, wide)
    unlike = frozenset(map(_joined, facts.get("not_beside", ())))
    for key in dict.fromkeys([*within, *beside]):
        of, signs = words(within.get(key, ())), map(_joined, beside.get(key, ()))
        table.add_name(key, Entry(name, types, narrow=True, of=of, beside=frozenset(signs), not_beside=unlike))
    for key, signs in facts.get("always_beside", {}).items():
        table.add_name(key, Entry(name, types, narrow=True, beside=frozenset(map(_joined, signs))))
    for phrase in facts.get("phrases", ()):
        table.phrases.setdefault(phrase, name)


def _joined(name: str) -> str:
    return name.replace(" ", "")
