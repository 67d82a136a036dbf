"""Which checks are asked, of those in the table."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from fnmatch import fnmatchcase

from hookcli.conformance import checks  # noqa: F401 (fills the table)
from hookcli.conformance.registry import CHECKS, Check, Turn
from hookcli.errors import CheckUnknown


def chosen(only: Iterable[str], left_out: Iterable[str]) -> tuple[str, ...]:
    """The ids that are asked, in the order of the table.

    Args:
        only: ids, or patterns such as `signature.*`; nothing means all.
        left_out: ids or patterns that are not asked.

    Raises:
        CheckUnknown: a pattern means none, or none is left.
    """
    patterns = [*only]
    wanted = {each for pattern in patterns for each in matching(pattern)} if patterns else {*CHECKS}
    wanted -= {each for pattern in left_out for each in matching(pattern)}
    if not wanted:
        raise CheckUnknown("no check is left: all that are named are left out.")
    return tuple(each for each in CHECKS if each in wanted)


def matching(pattern: str, *, only_one: bool = False) -> list[str]:
    """The ids that a pattern means.

    Raises:
        CheckUnknown: there are none.
    """
    found = [each for each in CHECKS if each == pattern or (not only_one and fnmatchcase(each, pattern))]
    if not found:
        near = difflib.get_close_matches(pattern, CHECKS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else " `hookcli check --list` shows them all."
        raise CheckUnknown(f"there is no check {pattern!r}.{hint}")
    return found


def in_turn(ids: Iterable[str]) -> list[str]:
    """The same ids in the order in which a run asks them: first what counts effects, last what may bring it down."""
    turns = [*Turn]

    def turn_of(check: Check) -> tuple[bool, int]:
        return not check.counts_effects, turns.index(check.turn)

    return sorted(ids, key=lambda each: turn_of(CHECKS[each]))
