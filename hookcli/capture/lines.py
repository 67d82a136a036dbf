"""JSON Lines: one value a line, in constant memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO

from hookcli.capture.compression import fault_of
from hookcli.capture.files import LIMITS, Limits
from hookcli.capture.texts import capture_at
from hookcli.errors import FileUnreadable
from hookcli.models import Capture, Violation

BLANK = b" \t\r\n"
"""White space between JSON texts (RFC 8259, section 2)."""


def lines_of(file: BinaryIO, longest: int) -> Iterator[bytes]:
    """Lines with their ends; of one that is too long only the start, one byte more than allowed."""
    count = 0
    while line := file.readline(longest + 1):
        if not line.endswith(b"\n") and fault_of(file):
            break
        yield line
        count += 1
        while len(line) > longest and not line.endswith(b"\n"):
            line = file.readline(longest + 1)
    if fault := fault_of(file):
        raise FileUnreadable(f"{fault}, after {count:,} whole lines")


def each_line(path: str, lines: Iterable[bytes], limits: Limits = LIMITS) -> Iterator[Capture]:
    """The captures on lines, the first being line 1 and the first capture number 0; blank lines hold none."""
    index = 0
    for number, line in enumerate(lines, 1):
        capture = capture_on(path, index, number, line, limits)
        if capture is not None:
            yield capture
            index += 1


def capture_on(path: str, index: int, number: int, line: bytes, limits: Limits = LIMITS) -> Capture | None:
    """The capture on a line; None for a blank one.

    Args:
        path: the source's.
        index: the capture's number in it, from 0.
        number: the line's, from 1.
        line: with or without its end; what is too long may be cut one byte behind the limit.
        limits: what is too long.
    """
    text = line.strip(BLANK)
    if len(text) > limits.line:
        return capture_too_long(path, index, number, limits)
    return capture_at(path, index, number, 1 + len(line) - len(line.lstrip(BLANK)), text) if text else None


def capture_too_long(path: str, index: int, number: int, limits: Limits) -> Capture:
    """What stands for a line that is longer than is read."""
    why = f"the line is longer than {limits.line:,} bytes; one payload a line is wanted"
    return Capture(path, index, number, unreadable=Violation(None, None, why, number, 1))
