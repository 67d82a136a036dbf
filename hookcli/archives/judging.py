"""The verdicts on a piece of an archive: what is plainly valid is only counted, the rest is judged one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import orjson

from hookcli.capture.formats import LIMITS, Limits, capture_on
from hookcli.capture.records import unpacked
from hookcli.capture.texts import capture_at
from hookcli.dataclass import dataclass
from hookcli.jsontext import holds_wide_integer
from hookcli.models import Capture, Json, Judgement, Violation

JudgeOne = Callable[[Capture], Judgement]

IsValid = Callable[[Json], bool]
"""Whether a payload is valid beyond doubt; it may raise KeyError, TypeError or ValueError where there is doubt."""


class Within(int):
    """A line, or a payload's number, that is counted from the start of a piece rather than of its source."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found in a piece of a source."""

    lines: int = 0
    """How many lines it has, where it is JSON Lines."""
    payloads: int = 0
    """How many lines hold one."""
    valid: int = 0
    """Payloads that nothing more is said of."""
    size: int = 0
    """Bytes of it."""
    is_continued: bool = False
    """Whether there is more of its source before it."""
    judgements: tuple[Judgement, ...] = ()
    """What is said of the others, in their order; what is `Within` is counted from the start of the piece."""


def judge_lines(
    blocks: Iterable[bytes],
    path: str,
    judge: JudgeOne,
    is_valid: IsValid | None,
    *,
    is_exact: bool = True,
    is_packed: bool = True,
    limits: Limits = LIMITS,
) -> Judged:
    """Judge a piece of JSON Lines.

    Args:
        blocks: whole lines, some at a time.
        path: the source's.
        judge: gives the verdict on a capture.
        is_valid: what is valid beyond doubt is only counted; None where each payload is to be judged.
        is_exact: whether an integer beyond 64 bits is to be judged rather than the float beside it, by which `is_valid`
            may be misled.
        is_packed: whether a line may hold a capture that was exported, or an archive, rather than a payload.
        limits: what is too large.
    """
    before = payloads = valid = 0
    judgements: list[Judgement] = []
    for block in blocks:
        lines = block.split(b"\n")
        if not lines[-1]:
            del lines[-1]
        doubtful = (
            range(len(lines))
            if is_valid is None
            else _doubtful(lines, is_valid, is_exact=is_exact, is_packed=is_packed)
        )
        last = -1
        for at in doubtful:
            payloads += at - last - 1
            valid += at - last - 1
            last = at
            capture = capture_on(path, Within(payloads), Within(before + at + 1), lines[at], limits)
            if capture is not None:
                payloads += 1
                judgements += map(judge, unpacked(capture) if is_packed else (capture,))
        payloads += len(lines) - last - 1
        valid += len(lines) - last - 1
        before += len(lines)
    return Judged(before, payloads, valid, judgements=tuple(judgements))


def _doubtful(lines: list[bytes], is_valid: IsValid, *, is_exact: bool, is_packed: bool) -> Iterator[int]:
    """The lines of which it is not beyond doubt that they hold a valid payload, by their places in the list."""
    loads = orjson.loads
    for at, line in enumerate(lines):
        try:
            payload = loads(line)
            if is_valid(payload) and not (
                (is_packed and ("body_base64" in payload or "log" in payload))
                or (is_exact and holds_wide_integer(line))
            ):
                continue
        except (KeyError, TypeError, ValueError):
            pass
        yield at


def shifted(judgement: Judgement, lines: int, payloads: int) -> Judgement:
    """The same judgement, where so many lines and payloads of its source came before the piece that it is from.

    What is unreadable must still have its text.
    """
    capture = judgement.capture
    moved = replace(
        capture,
        index=_moved(capture.index, payloads),
        line=_moved(capture.line, lines),
        number=None if capture.number is None else _moved(capture.number, lines),
    )
    if capture.number is not None or not isinstance(capture.line, Within):  # its places are counted from elsewhere
        return replace(judgement, capture=moved)
    if capture.unreadable is not None and capture.text:  # then the reason may name lines
        moved = capture_at(moved.source, moved.index, moved.line, moved.column, capture.text)
        return replace(judgement, capture=moved, violations=(moved.unreadable or capture.unreadable,))
    return replace(judgement, capture=moved, violations=tuple(_shifted(judgement.violations, lines)))


def _moved(number: int, before: int) -> int:
    return number + before if isinstance(number, Within) else number


def _shifted(violations: tuple[Violation, ...], lines: int) -> Iterator[Violation]:
    for each in violations:
        yield each if each.line is None else replace(each, line=each.line + lines)
