"""The verdicts on a piece of an archive: what is plainly valid is only counted, the rest is judged one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timezone

import orjson

from hookcli.archives.pieces import Piece
from hookcli.archives.reading import (
    Captures,
    Extent,
    Place,
    Reading,
    Within,
    blocks_in,
    captures_on,
    fault_of,
    is_early,
    lines_in,
    moved,
)
from hookcli.capture.paths import Misses
from hookcli.capture.paths import Place as At
from hookcli.capture.records import only_payload
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable
from hookcli.jsontext import holds_wide_integer
from hookcli.models import Capture, Json, Judgement, Verdict, Violation

JudgeOne = Callable[[Capture], Judgement]

IsValid = Callable[[Json], bool]
"""Whether a payload is valid beyond doubt; it may raise KeyError, TypeError or ValueError where there is doubt."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What gives the verdict on a payload."""

    judge: JudgeOne
    is_valid: IsValid | None = None
    """What is valid beyond doubt is only counted; None where each payload is to be judged."""
    is_exact: bool = True
    """Whether an integer beyond 64 bits is to be judged rather than the float beside it, by which `is_valid` may be
    misled."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a piece of a source."""

    extent: Extent = Extent()
    valid: int = 0
    """Payloads that nothing more is said of."""
    judgements: tuple[Judgement, ...] = ()
    """What is said of the others, in their order; what is `Within` is counted from the start of the piece."""


def judge_piece(piece: Piece, reading: Reading, verdicts: Verdicts) -> Iterator[Judged]:
    """Judge what is in a piece: one of lines at once, anything else payload by payload."""
    if not piece.is_of_lines:
        yield from _judge_whole(Captures(piece, reading), verdicts)
        return
    found = judge_lines(blocks_in(piece, reading.limits.line), piece.source.path, reading, verdicts)
    yield replace(found, extent=replace(found.extent, size=piece.size, is_continued=piece.is_continued))


def _judge_whole(captures: Captures, verdicts: Verdicts) -> Iterator[Judged]:
    valid = 0
    for capture in captures:
        judgement = verdicts.judge(capture)
        if verdicts.is_valid is None or judgement.verdict is not Verdict.VALID:
            yield Judged(Extent(is_continued=True), judgements=(judgement,))
        elif valid < _MOST_COUNTED:
            valid += 1
        else:
            yield Judged(Extent(is_continued=True), valid + 1)
            valid = 0
    yield Judged(captures.extent, valid)


_MOST_COUNTED = 1_000
"""Payloads that are counted before that is told."""


def judge_lines(blocks: Iterable[bytes], path: str, reading: Reading, verdicts: Verdicts) -> Judged:
    """Judge lines of JSON Lines.

    Args:
        blocks: whole lines, some at a time.
        path: the source's.
        reading: what may be on them.
        verdicts: what judges.
    """
    before = payloads = valid = early = 0
    misses = Misses()
    judgements: list[Judgement] = []
    fault = None
    try:
        for block in blocks:
            lines = lines_in(block)
            last = -1
            for at in _doubtful(lines, reading, verdicts):
                payloads += at - last - 1
                valid += at - last - 1
                last = at
                for capture in captures_on(path, payloads, before + at + 1, lines[at], reading, misses):
                    payloads += 1
                    if is_early(capture, reading.since):
                        early += 1
                    else:
                        judgements.append(verdicts.judge(capture))
            payloads += len(lines) - last - 1
            valid += len(lines) - last - 1
            before += len(lines)
    except (FileUnreadable, OSError) as error:
        fault = verdicts.judge(fault_of(path, error))
    extent = Extent(before, payloads, early=early, missed=misses.count, is_cut=fault is not None)
    return Judged(extent, valid, (*judgements, fault) if fault else tuple(judgements))


def _doubtful(lines: list[bytes], reading: Reading, verdicts: Verdicts) -> Iterable[int]:
    """The lines of which it is not beyond doubt that they hold a valid payload, by their places in the list."""
    is_valid = verdicts.is_valid
    if is_valid is None or reading.input_format == "log":
        return range(len(lines))
    if reading.since is not None:
        is_valid = _if_since(reading.since, is_valid)
    if reading.at is None:
        return _looked_through(lines, is_valid, reading, is_exact=verdicts.is_exact)
    return _looked_into(lines, reading.at, is_valid, is_exact=verdicts.is_exact)


def _if_since(since: float, is_valid: IsValid) -> IsValid:
    """The same of a payload that came later beyond doubt, by its own `timestamp` alone."""
    earliest = datetime.fromtimestamp(min(since, _LATEST) + 1, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.999Z")

    def is_valid_and_later(payload: Json) -> bool:
        told = payload["timestamp"]
        return len(told) == len(earliest) and told[-1] == "Z" and told > earliest and is_valid(payload)

    return is_valid_and_later


_LATEST = 253_402_300_000.0
"""Hardly before the year 10000, which dates don't reach."""


def _looked_through(lines: list[bytes], is_valid: IsValid, reading: Reading, *, is_exact: bool) -> Iterator[int]:
    loads, is_packed, is_dated = orjson.loads, reading.is_packed, reading.since is not None
    for at, line in enumerate(lines):
        try:
            payload = loads(line)
            if is_packed and "event_name" not in payload:
                if is_dated:  # the record may tell when it came
                    raise LookupError
                payload = only_payload(payload)
            if is_valid(payload) and not (is_exact and holds_wide_integer(line)):
                continue
        except (LookupError, TypeError, ValueError):
            pass
        yield at


def _looked_into(lines: list[bytes], place: At, is_valid: IsValid, *, is_exact: bool) -> Iterator[int]:
    """The same, where each line is a record that one payload lies in."""
    for at, line in enumerate(lines):
        try:
            if is_valid(place.only(orjson.loads(line))) and not (is_exact and holds_wide_integer(line)):
                continue
        except (LookupError, TypeError, ValueError):
            pass
        yield at


def told_of(found: Judged, place: Place) -> Iterator[Judgement]:
    """What is said of a piece, with the places in its source; what stands for the rest of a source is said once."""
    judgements = found.judgements[:-1] if found.extent.is_cut and place.is_told else found.judgements
    for judgement in judgements:
        yield shifted(judgement, place)


def shifted(judgement: Judgement, place: Place) -> Judgement:
    """The same judgement, where lines and payloads of its source came before the piece that it is from.

    What is unreadable must still have its text.
    """
    before = judgement.capture
    capture = moved(before, place)
    if before.number is not None or not isinstance(before.line, Within):  # its places are counted from elsewhere
        return replace(judgement, capture=capture)
    if capture.unreadable is not None:
        return replace(judgement, capture=capture, violations=(capture.unreadable,))
    return replace(judgement, capture=capture, violations=tuple(_shifted(judgement.violations, place.lines)))


def _shifted(violations: tuple[Violation, ...], lines: int) -> Iterator[Violation]:
    for each in violations:
        yield each if each.line is None else replace(each, line=each.line + lines)
