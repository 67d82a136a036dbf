"""Options about the store of captures: where it is, and which of its captures are meant."""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.capture.filters import Filter
from hookcli.cli.options import complete_event, together
from hookcli.cli.params import Converter
from hookcli.cli.times import When
from hookcli.dataclass import dataclass
from hookcli.errors import CaptureUnknown
from hookcli.models import Arrival, Signature, Verdict

if TYPE_CHECKING:
    from hookcli.capture.store import Store

STORE_VARIABLE = "HOOKCLI_STORE"
"""Names the store of all commands; a command's own `HOOKCLI_<COMMAND>_STORE`, and a configuration file, beat it."""

_HIGHEST = 2**63 - 1
"""The highest number that SQLite takes."""

_BUNCH = 500
"""Numbers that are asked for at once."""


def default_store() -> Path:
    """Where the store is unless it is said: `HOOKCLI_STORE`, else the user's folder for what programs keep.

    That is `$XDG_STATE_HOME/hookcli` (XDG Base Directory Specification: an absolute path, else `~/.local/state`); on
    Windows `%LOCALAPPDATA%\\hookcli`.
    """
    named = os.environ.get(STORE_VARIABLE)
    if named:
        return Path(named).expanduser()
    return _own_store()


def _own_store() -> Path:
    if sys.platform == "win32":
        folder = Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local")
    else:
        told = Path(os.environ.get("XDG_STATE_HOME", ""))
        folder = told if told.is_absolute() else Path("~/.local/state")
    return folder.expanduser() / "hookcli" / "captures.db"


def make_folder(store: Path) -> None:
    """Make the folder of the user's own store, for its owner's eyes alone; of a store that was named it must be there.

    What cannot be made is left to whoever opens the store to say.
    """
    if store == _own_store():
        with suppress(OSError):
            store.parent.parent.mkdir(parents=True, exist_ok=True)
            store.parent.mkdir(mode=0o700, exist_ok=True)


class Numbers(Converter):
    """The number of a capture, or a range of them, both ends included."""

    name = "id"

    def convert(self, value: str | range, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """`3` -> range(3, 4); `3-7` -> range(3, 8)."""
        if isinstance(value, range):
            return value
        found = re.fullmatch(r"#?([0-9]{1,1000})(?:(?:-|\.\.)([0-9]{1,1000}))?", value.strip())
        if found is None:
            self.fail(f"{value!r} is not the number of a capture, such as 3, nor a range, such as 3-7.", param, ctx)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            self.fail(f"{value!r} is a range that ends before it starts; write {last}-{first}.", param, ctx)
        return range(first, last + 1)


class Number(Numbers):
    """The number of one capture."""

    def convert(self, value: str | range, param: click.Parameter | None, ctx: click.Context | None) -> range:
        """`3` -> range(3, 4)."""
        numbers = super().convert(value, param, ctx)
        if not is_one(numbers):
            self.fail(f"{value!r} is a range; name one capture.", param, ctx)
        return numbers


store_option = click.option(
    "--store", type=click.Path(path_type=Path), default=default_store, metavar="FILE",
    help=f"The store of captures. Default: {STORE_VARIABLE}, else ~/.local/state/hookcli/captures.db.",
)  # fmt: skip
ids_argument = click.argument("ids", nargs=-1, type=Numbers(), metavar="[ID]...")
filter_options = together(
    click.option("--event", "events", multiple=True, metavar="NAME", shell_complete=complete_event,
                 help="Only of this event; may be repeated."),
    click.option("--verdict", "verdicts", multiple=True, type=click.Choice([each.value for each in Verdict]),
                 help="Only with this verdict on the payload; may be repeated."),
    click.option("--signature", "signatures", multiple=True, type=click.Choice([each.value for each in Signature]),
                 help="Only with a signature like this; may be repeated."),
    click.option("--since", type=When(), metavar="TIME",
                 help="Only what came then or later: 2026-11-27, 2026-11-27T10:00, or an age: 15m, 2h, 3d."),
    click.option("--until", type=When(), metavar="TIME", help="Only what came before it."),
    click.option("--text", default="", metavar="TEXT", help="Only with this in path, headers or body, in either case."),
)  # fmt: skip

FILTERS = ("events", "verdicts", "signatures", "since", "until", "text")
"""The parameters of `filter_options`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterOptions:
    """What must hold of a capture; to be taken out of what a command was given."""

    events: tuple[str, ...]
    verdicts: tuple[str, ...]
    signatures: tuple[str, ...]
    since: float | None
    until: float | None
    text: str

    @property
    def is_any(self) -> bool:
        """Whether anything must hold."""
        return self.filter != Filter()

    @property
    def filter(self) -> Filter:
        """The same for a store."""
        return Filter(
            events=self.events, verdicts=self.verdicts, signatures=self.signatures, since=self.since,
            until=self.until, text=self.text,
        )  # fmt: skip

    def filters(self, ids: Sequence[range], *, newest_first: bool = False) -> list[Filter]:
        """Filters that let through, one after the other, the captures with these numbers; all for none.

        However many numbers there are, each filter stays small, and none lets through what another does.
        """
        if not ids:
            return [self.filter]
        made = list(_parts(self.filter, _merged(ids)))
        return made[::-1] if newest_first else made


def is_one(numbers: range) -> bool:
    """Whether it is a single number; `len` counts no further than a machine's word."""
    return numbers.stop - numbers.start == 1


def _merged(ids: Sequence[range]) -> list[range]:
    """The same numbers in ascending ranges that do not touch; without those that no store has."""
    merged: list[range] = []
    for each in sorted(ids, key=lambda one: one.start):
        stop = min(each.stop, _HIGHEST)
        if merged and each.start <= merged[-1].stop:
            merged[-1] = range(merged[-1].start, max(merged[-1].stop, stop))
        elif each.start < stop:
            merged.append(range(each.start, stop))
    return merged


def _parts(wanted: Filter, merged: list[range]) -> Iterator[Filter]:
    """A filter for each part of the numbers: single ones in bunches, each range by its ends."""
    for is_single, ranges in itertools.groupby(merged, key=is_one):
        numbers = list(ranges)
        if is_single:
            for start in range(0, len(numbers), _BUNCH):
                yield replace(wanted, ids=tuple(one.start for one in numbers[start : start + _BUNCH]))
        else:
            yield from (replace(wanted, after=one.start - 1, before=one.stop) for one in numbers)


def check_numbers(store: Store, ids: Sequence[range]) -> None:
    """See to it that each capture is there that was named by its own number.

    Raises:
        CaptureUnknown: one is not.
    """
    singles = sorted({each.start for each in ids if is_one(each)})
    for start in range(0, len(singles), _BUNCH):
        bunch = singles[start : start + _BUNCH]
        named = tuple(number for number in bunch if number <= _HIGHEST)
        there = {each.id for each in store.find(Filter(ids=named))} if named else set()
        missing = next((number for number in bunch if number not in there), None)
        if missing is not None:
            raise CaptureUnknown(f"{store.path}: has no capture {missing}; `hookcli captures list` shows those it has.")


def chosen(
    store: Store, ids: Sequence[range], wanted: FilterOptions, *, newest_first: bool = False, whole: bool = True
) -> Iterator[Arrival]:
    """The captures that are meant, one by one, in the order of their arrival.

    Args:
        store: one that is open.
        ids: their numbers; all for none.
        wanted: what else must hold of them.
        newest_first: the other way round.
        whole: with bodies.

    Raises:
        CaptureUnknown: one that was named by its number is not there.
    """
    check_numbers(store, ids)
    for each in wanted.filters(ids, newest_first=newest_first):
        yield from store.find(each, newest_first=newest_first, whole=whole)
