"""What a property is about, by its name, its surroundings and its description: `billingZip` is a place's postal code.

A wrong guess is worse than none, so a name counts only where it means one thing: alone, after words that are known to
come before it, or within or beside something that says whose it is. The names are data: `data/roles.json`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from hookcli.dataclass import dataclass
from hookcli.generation.realism.roletable import Entry, RoleTable, role_table
from hookcli.generation.realism.words import prose_of, singular, words_of
from hookcli.schema.dialect import FORMATS


@dataclass(frozen=True, slots=True)
class Property:
    """What a schema says of one property."""

    key: str
    json_type: str
    """`string`, `integer` or `number`."""
    format: str = ""
    title: str = ""
    description: str = ""
    is_item: bool = False
    """Whether the values are the items of an array under this key."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a property is about."""

    name: str
    """Such as `person.email`; what is before the dot agrees within an object."""
    json_type: str = "string"
    owner: str = ""
    """Whose it is, where the name says so: `billing`."""
    form: str = ""
    """Of a time, `date-time`, `date`, `time`, `seconds` or `milliseconds`; of money, `cents` or nothing; of an
    identifier, the letters before its number."""

    @property
    def group(self) -> str:
        """What agrees with one another."""
        return self.name.partition(".")[0]

    @property
    def field(self) -> str:
        """Which of the values of the group it is."""
        return self.name.partition(".")[2]


def roles_of(places: Iterable[Property], parents: Sequence[str] = ()) -> dict[str, Role]:
    """The roles of the properties of one object, by key; those of which nothing is sure are left out.

    Args:
        places: its properties.
        parents: the keys under which such an object stands; what they all say counts.
    """
    known = list(places)
    context = _context(parents, [place.key for place in known])
    found = {place.key: _role(place, context) for place in known}
    return {key: role for key, role in found.items() if role}


def role_of(place: Property, parents: Sequence[str] = (), siblings: Collection[str] = ()) -> Role | None:
    """The role of one property, or None where nothing is sure.

    Args:
        place: the property.
        parents: the keys under which its object, or its array, stands.
        siblings: the other keys of its object.
    """
    return _role(place, _context(parents, siblings))


@dataclass(frozen=True, slots=True)
class _Context:
    parents: tuple[str, ...]
    """The last words of the keys of the object, each of one thing."""
    keys: frozenset[str]
    """The keys of the object, each in plain words, joined."""


def _context(parents: Sequence[str], keys: Iterable[str]) -> _Context:
    return _Context(tuple(map(_last_word, parents)), frozenset("".join(words_of(key)) for key in keys))


def _last_word(key: str) -> str:
    return next((singular(word) for word in reversed(words_of(key)) if not word.isdigit()), "")


def _role(place: Property, context: _Context) -> Role | None:
    table = role_table()
    if place.format in table.format_roles or place.format in FORMATS:
        return _of_format(table, place, context)
    if place.json_type == "string" and _is_not_plain(table, place.description):
        return None
    return _of_name(table, place, context) or _of_title(table, place, context) or _of_description(table, place)


def _of_format(table: RoleTable, place: Property, context: _Context) -> Role | None:
    """The role that the name says, if its values have the format; else the format's own."""
    named = _of_name(table, place, context)
    if named and place.format in table.roles[named.name].formats:
        return named
    name = table.format_roles.get(place.format, "")
    if name.startswith("time."):
        name = table.bounds.get(words_of(place.key)[-1] if words_of(place.key) else "", name)
    return _make(table, name, place, "") if name and place.json_type in table.roles[name].types else None


def _of_name(table: RoleTable, place: Property, context: _Context) -> Role | None:
    words = words_of(place.key)
    if place.is_item and words:
        words = (*words[:-1], singular(words[-1]))
    for trimmed, groups in _trimmed(table, words):
        found = _of_words(table, trimmed, place, context, groups)
        if found:
            return _make(table, found[0], place, _owner(table, found[0], found[1]))
        if found is not None:
            return None
    return None


def _of_title(table: RoleTable, place: Property, context: _Context) -> Role | None:
    """The role that a short title says, as a name would."""
    if not 0 < len(place.title) <= 40:
        return None
    found = _of_words(table, words_of(place.title), place, context, None)
    return _make(table, found[0], place, _owner(table, found[0], found[1])) if found else None


def _of_description(table: RoleTable, place: Property) -> Role | None:
    """The role of the phrase that a description begins with: `The e-mail address of the customer`."""
    if not place.description or not table.is_silent(place.key):
        return None
    prose = prose_of(place.description)
    start = next((at for at, word in enumerate(prose) if word not in table.subjects), 0)
    for at in {0: None, start: None}:
        for size in range(min(8, len(prose) - at), 0, -1):
            name = table.phrases.get(" ".join(prose[at : at + size]))
            if name and prose[at + size : at + size + 1] in table.endings_of_phrases:
                return _make(table, name, place, "") if place.json_type in table.roles[name].types else None
    return None


def _trimmed(table: RoleTable, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Collection[str] | None]]:
    """A name; the same without a number at its end, and without a unit, where it then speaks of what has units."""
    yield words, None
    if len(words) > 1 and words[-1].isdigit():
        yield words[:-1], None
    for group, endings in table.endings.items():
        short = words
        while len(short) > 1 and (short[-1] in endings or short[-1] == "in"):
            short = short[:-1]
        if short != words:
            yield short, (group,)


def _of_words(
    table: RoleTable, words: tuple[str, ...], place: Property, context: _Context, groups: Collection[str] | None
) -> tuple[str, tuple[str, ...]] | tuple[()] | None:
    """The role and the words before it; () where a name is known but not sure; None where none is known."""
    for at in range(len(words)):
        for name in _spellings(words[at:]):
            entries = table.names.get(name, ())
            if groups is not None:
                entries = [entry for entry in entries if entry.name.partition(".")[0] in groups]
            if entries:
                return _sure(table, entries, words[:at], place, context)
    return _of_run(table, words[0], place, context) if len(words) == 1 else None


def _spellings(words: tuple[str, ...]) -> Iterator[str]:
    yield "".join(words)
    if words[:2] == ("number", "of") or (words[0] == "num" and len(words) > 1):
        yield "numberof*"
    if len(words) == 3 and words[0] == "last" and words[2] in ("at", "on", "date", "time"):
        yield "last*at"
    if len(words) == 2 and words[0].endswith("ed") and len(words[0]) > 3:
        yield "*ed" + words[1]


def _of_run(table: RoleTable, run: str, place: Property, context: _Context) -> tuple[str, tuple[str, ...]] | None:
    """Words that are written as one: `customername`."""
    for at in range(3, len(run) - 2):
        if run[:at] in table.owners and (entries := table.names.get(run[at:])):
            found = _sure(table, entries, (run[:at],), place, context)
            if found:
                return found
    return None


def _sure(
    table: RoleTable, entries: Sequence[Entry], before: tuple[str, ...], place: Property, context: _Context
) -> tuple[str, tuple[str, ...]] | tuple[()]:
    sure = [
        entry for entry in entries if place.json_type in entry.types and _holds(table, entry, before, place, context)
    ]
    sure = [entry for entry in sure if entry.narrow] or sure
    if len({entry.name for entry in sure}) > 1:
        signs = [len(entry.beside & context.keys) if _is_beside(entry, context) else 0 for entry in sure]
        sure = [entry for entry, count in zip(sure, signs, strict=True) if count == max(signs)]
    names = {entry.name: None for entry in sure}
    return (next(iter(names)), before) if len(names) == 1 else ()


def _holds(table: RoleTable, entry: Entry, before: tuple[str, ...], place: Property, context: _Context) -> bool:
    """Whether a name means its role after these words and in this place."""
    if any(word in table.blocking for word in before):
        return False
    said = [singular(word) for word in before if word not in table.neutral and not word.isdigit()]
    if not entry.narrow:
        return not said or entry.after is None or said[-1] in entry.after
    if said:
        return said[-1] in entry.of
    if context.parents and entry.of.issuperset(context.parents):
        return True
    return (place.is_item and "*item" in entry.of) or _is_beside(entry, context)


def _is_beside(entry: Entry, context: _Context) -> bool:
    """Whether other keys of the object tell that the name means the role here, more than tell that it does not."""
    return len(entry.beside & context.keys) > len(entry.not_beside & context.keys)


def _owner(table: RoleTable, name: str, before: tuple[str, ...]) -> str:
    """The words before a name that say whose it is; `home` in `homePhone` does not."""
    group = name.partition(".")[0]
    said = [word for word in before if word not in table.neutral]
    if group == "person":
        return said[-1] if said and singular(said[-1]) in table.people else ""
    generic = table.generic.get(group)
    return "" if generic is None else " ".join(word for word in said if word not in generic)


def _make(table: RoleTable, name: str, place: Property, owner: str) -> Role | None:
    name = _coded(name, place.description)
    group = name.partition(".")[0]
    form = ""
    if group == "time" and place.is_item and words_of(place.key)[-1] not in table.moments:
        return None
    if group == "time" or name == "person.birth_date":
        form = _form_of_time(place, name)
        if not form:
            return None
    elif name in ("id.plain", "id.marked"):
        form = _mark(table, words_of(place.key))
    elif group == "money":
        said = f"{place.description.lower()} {' '.join(words_of(place.key))}"
        form = "cents" if re.search(_CENTS, said) else ""
    elif group == "number" and name == "number.seconds" and re.search(_MILLIS, _said(place)):
        name = "number.milliseconds"
    return Role(name, place.json_type, owner, form)


def _coded(name: str, description: str) -> str:
    """Of a country or state, that its code is asked for."""
    code = re.search(_CODE, description[:200].lower()) if name in ("place.country", "place.state") else None
    if code is None:
        return name
    return f"{name}_code3" if name == "place.country" and {code[1], code[2]} & {"3", "three"} else f"{name}_code"


def _mark(table: RoleTable, words: tuple[str, ...]) -> str:
    """The letters before a number, by the word before `id` or `number`: `ORD` for an order's."""
    return table.id_marks.get(singular(words[-2]), "") if len(words) > 1 else ""


_SENTENCES = r"[.!?][\s<]|\n"
_CODE = r"alpha-([23])|\b(two|three|2|3)[- ](?:letter|digit|char)"
_CENTS = r"\b(cents?|paise|pence|minor units?|smallest (currency )?unit|minor)\b"
_MILLIS = r"\b(ms|millis|milliseconds?|millisecs?)\b"
_EPOCH = r"\b(epoch|unix|since)\b"
_SPAN = r"\b(how long|how many|duration|lifetime|ttl|number of \w+|in (seconds|minutes|hours|days)|period of)\b"
_DAY = r"yyyy-mm-dd(?![t ']*hh)"
_MOMENT = r"yyyy-mm-dd(t| |'t')hh:mm"
_SPELLED = r"\b(dd([-/.])mm\2yyyy|mm([-/.])dd\3yyyy|yyyy([/.])mm\4dd|yyyymmdd|hh:mm(?::ss)?)(?![\w/:])"
_OTHER_TIME = r"\b(dd|mm)[-/. ]?(mm|dd|mon)|yyyy/mm|yyyymmdd|hh:?mm|\b(cron|relative|human.readable|iso week)\b"
_TWELVE_HOURS = r"\b(am|pm|a\.m\.|12.hour)\b"
_DAYS = frozenset({"date", "day", "dob", "birthday", "birthdate", "expiry", "deadline", "on", "lastmod"})


def _said(place: Property) -> str:
    return f"{place.description} {' '.join(words_of(place.key))}".lower()


def _form_of_time(place: Property, name: str) -> str:
    """How the moment is written; nothing where the schema asks for a way that we do not know."""
    said = _said(place)
    if re.search(_SPAN, said) and not re.search(_EPOCH, said):
        return ""
    if place.json_type != "string":
        return "milliseconds" if re.search(_MILLIS, said) else "seconds"
    if place.format in ("date-time", "date", "time"):
        return place.format
    if re.search(_MOMENT, said):
        return "date-time"
    if re.search(_DAY, said):
        return "date"
    spelled = [found[1] for found in re.finditer(_SPELLED, said)]
    if len(spelled) == 1 and not re.search(_TWELVE_HOURS, said):
        return spelled[0]
    if re.search(_OTHER_TIME, said):
        return ""
    if re.search(_EPOCH, said):
        return "milliseconds" if re.search(_MILLIS, said) else "seconds"
    words = words_of(place.key)
    is_day = name in ("time.day", "person.birth_date") or (words and words[-1] in _DAYS) or "date" in words[:1]
    return "date" if is_day and "time" not in words and place.format != "datetime" else "date-time"


def _is_not_plain(table: RoleTable, description: str) -> bool:
    """Whether the first two sentences of a description tell of more than one value of one kind."""
    low = " ".join(re.split(_SENTENCES, description[:400].lower(), maxsplit=2)[:2])
    return table.not_plain.search(low) is not None


def position_of(key: str) -> str:
    """What a list of numbers under a key says of a place: `position`, `bbox` or nothing."""
    return role_table().positions.get("".join(words_of(key)), "")


def agrees(role: Role) -> bool:
    """Whether one of several values that a place takes may be told by the values beside it: a gender, a currency."""
    return role.group in ("person", "place", "language") or role.field.startswith("currency")


def alternates(role: Role) -> tuple[str, ...]:
    """Roles whose values may stand for this one where its own are refused: a country's code for its name."""
    return role_table().roles[role.name].instead
