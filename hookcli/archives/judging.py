"""The verdicts on a piece of an archive: what is plainly valid is only counted, the rest is judged one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from hookcli.archives.doubts import Verdicts, doubtful, is_plain
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
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable
from hookcli.models import Judgement, Verdict, Violation


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a piece of a source."""

    extent: Extent = Extent()
    valid: int = 0
    """Payloads that nothing more is said of."""
    judgements: tuple[Judgement, ...] = ()
    """What is said of the others, in their order; what is `Within` is counted from the start of the piece."""


def judge_batch(batch: Iterable[Piece], reading: Reading, verdicts: Verdicts) -> Iterator[Judged]:
    """Judge what is in some pieces, one after the other; small files that are plainly valid are counted together."""
    valid = size = 0
    for piece in batch:
        if is_plain(piece, reading, verdicts):
            valid, size = valid + 1, size + piece.size
            continue
        if valid:
            yield Judged(Extent(size=size, payloads=valid), valid)
            valid = size = 0
        yield from judge_piece(piece, reading, verdicts)
    if valid:
        yield Judged(Extent(size=size, payloads=valid), valid)


def judge_piece(piece: Piece, reading: Reading, verdicts: Verdicts) -> Iterator[Judged]:
    """Judge what is in a piece: one of lines at once, anything else payload by payload."""
    if not piece.is_of_lines:
        yield from _judge_whole(Captures(piece, reading), verdicts)
        return
    is_continued, size = piece.is_continued, piece.size
    for found in judge_lines(blocks_in(piece, reading.limits.line), piece.source.path, reading, verdicts):
        yield replace(found, extent=replace(found.extent, size=size, is_continued=is_continued))
        is_continued, size = True, 0


def _judge_whole(captures: Captures, verdicts: Verdicts) -> Iterator[Judged]:
    valid = 0
    for capture in captures:
        judgement = verdicts.judge(capture)
        if verdicts.is_valid is None or judgement.verdict is not Verdict.VALID:
            yield Judged(Extent(is_continued=True), valid, (judgement,))
            valid = 0
        elif valid < _MOST_COUNTED:
            valid += 1
        else:
            yield Judged(Extent(is_continued=True), valid + 1)
            valid = 0
    yield Judged(captures.extent, valid)


_MOST_COUNTED = 1_000
"""Payloads that are counted before that is told."""


def judge_lines(blocks: Iterable[bytes], path: str, reading: Reading, verdicts: Verdicts) -> Iterator[Judged]:
    """Judge lines of JSON Lines.

    Args:
        blocks: whole lines, some at a time.
        path: the source's.
        reading: what may be on them.
        verdicts: what judges.

    Returns:
        what was found in all of them; in parts, each counted from its own start, where much is to be said.
    """
    part = _Part()
    fault = None
    try:
        for block in blocks:
            part.judge(lines_in(block), path, reading, verdicts)
            if len(part.judgements) >= _MOST_COUNTED:
                yield part.judged()
                part = _Part()
    except (FileUnreadable, OSError) as error:
        fault = verdicts.judge(fault_of(path, error))
    yield part.judged(fault)


class _Part:
    """What was found in some lines."""

    def __init__(self) -> None:
        self.judgements: list[Judgement] = []
        self._lines = self._payloads = self._valid = self._early = 0
        self._misses = Misses()

    def judge(self, lines: list[bytes], path: str, reading: Reading, verdicts: Verdicts) -> None:
        """Judge the next of them."""
        last = -1
        for at in doubtful(lines, reading, verdicts):
            self._payloads += at - last - 1
            self._valid += at - last - 1
            last = at
            number = self._lines + at + 1
            for capture in captures_on(path, self._payloads, number, lines[at], reading, self._misses):
                self._payloads += 1
                if is_early(capture, reading.since):
                    self._early += 1
                else:
                    self.judgements.append(verdicts.judge(capture))
        self._payloads += len(lines) - last - 1
        self._valid += len(lines) - last - 1
        self._lines += len(lines)

    def judged(self, fault: Judgement | None = None) -> Judged:
        """All of it, and what stands for the rest of the source."""
        extent = Extent(
            self._lines, self._payloads, early=self._early, missed=self._misses.count, is_cut=fault is not None
        )
        return Judged(extent, self._valid, (*self.judgements, *([fault] if fault else [])))


def until_first(found: Judged, is_finding: Callable[[Judgement], bool]) -> tuple[Judged, bool]:
    """What was found up to the first finding, with what is valid before it; and whether there is one."""
    for at, judgement in enumerate(found.judgements):
        if is_finding(judgement):
            index = judgement.capture.index
            before = index - at - found.extent.early if isinstance(index, Within) else found.valid
            counted = min(found.valid, max(0, before))
            return replace(found, valid=counted, judgements=found.judgements[: at + 1]), True
    return found, False


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
