"""Files and standard input -> captures.

JSON holds one payload or a list of them, JSON Lines one a line; what was received and kept is in `records`.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import BinaryIO

from hookcli.capture.compression import decompressed, fault_of
from hookcli.capture.records import archived, exported, read_store, unpacked
from hookcli.capture.sources import COMPRESSED, STDIN, Source, format_by_name, reason
from hookcli.capture.texts import capture_at
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable, PayloadUnreadable, StoreUnusable
from hookcli.jsontext import parse
from hookcli.models import Capture, Json, Violation

_BLANK = b" \t\r\n"

_STORE = b"SQLite format 3\x00"
"""How a store starts; `capture.store` says the same, and takes 10 ms to load."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is held in memory at once, in bytes."""

    text: int = 1_000_000_000
    """The largest JSON text, which is read whole."""
    line: int = 100_000_000
    """The longest line of JSON Lines."""


LIMITS = Limits()


def read(
    source: Source, input_format: str = "auto", *, stdin: BinaryIO | None = None, limits: Limits = LIMITS
) -> Iterator[Capture]:
    """The captures in a source, in order; JSON Lines in constant memory.

    Args:
        source: one of those that `expand` yields.
        input_format: one of `FORMATS`.
        stdin: what `-` reads; the process's standard input by default.
        limits: what is too large.

    Returns:
        captures. What cannot be opened or read is an unreadable one, with the reason; nothing is raised.
    """
    if source.fault:
        yield unreadable(source.path, source.fault)
        return
    try:
        with opened(source.path, stdin) as file:
            yield from FORMATS[input_format](source.path, file, limits)
    except (FileUnreadable, StoreUnusable) as error:
        yield unreadable(source.path, str(error).removeprefix(f"{source.path}: "))
    except OSError as error:
        yield unreadable(source.path, reason(error))


def capture_of(text: bytes, source: str) -> Capture:
    """The capture of one payload that came in by itself.

    Args:
        text: the exact bytes.
        source: the name of what received it.
    """
    return capture_at(source, 0, 1, 1, text)


def unreadable(path: str, why: str) -> Capture:
    """What stands for a source that cannot be read, or not on."""
    return Capture(path, 0, 1, unreadable=Violation(None, None, why, 1, 1))


def opened(path: str, stdin: BinaryIO | None = None) -> AbstractContextManager[BinaryIO]:
    """A file, or standard input, to read from.

    Args:
        path: a path, or `-`.
        stdin: what `-` stands for; the process's standard input by default.

    Raises:
        FileUnreadable: it cannot be opened, or is neither a file nor a pipe.
    """
    if path == STDIN:
        if stdin is None and sys.stdin is None:
            raise FileUnreadable("standard input is closed")
        return nullcontext(stdin or sys.stdin.buffer)
    try:
        file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 (Path.open takes no opener; closed by read)
    except (OSError, ValueError) as error:
        raise FileUnreadable(reason(error)) from error
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        file.close()
        raise FileUnreadable(reason(OSError(errno.ENXIO, path)))
    if not path.lower().endswith(COMPRESSED):
        return file
    try:
        return decompressed(file, os.path.splitext(path)[1].lower())  # noqa: PTH122 (cheap, for a million)
    except FileUnreadable:
        file.close()
        raise


def _open_at_once(path: str, flags: int) -> int:
    """Open without waiting for somebody to write into a named pipe."""
    descriptor = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    os.set_blocking(descriptor, True)
    return descriptor


def _read_auto(path: str, file: BinaryIO, limits: Limits) -> Iterator[Capture]:
    """Decide by the name's ending, else by content; an exported capture or an archive is read as what it is."""
    by_name = format_by_name(path)
    if by_name == "har":
        yield from _read_har(path, file, limits)
    elif by_name is None and _is_store(file):
        yield from _read_store(path)
    else:
        captures = (FORMATS[by_name] if by_name else _read_by_content)(path, file, limits)
        for index, capture in enumerate(itertools.chain.from_iterable(map(unpacked, captures))):
            yield capture if capture.index == index else replace(capture, index=index)


def _is_store(file: BinaryIO) -> bool:
    peek = getattr(file, "peek", None)  # what is buffered can be looked at without taking it
    return peek is not None and peek(len(_STORE)).startswith(_STORE)


def _read_store(path: str) -> Iterator[Capture]:
    if path.lower().endswith(COMPRESSED):
        raise FileUnreadable("it is a store of captures that is compressed; unpack it first")
    if path == STDIN:
        raise FileUnreadable("a store of captures cannot be read from standard input; name its file")
    yield from read_store(path)


def _read_captures(path: str, file: BinaryIO, limits: Limits) -> Iterator[Capture]:
    """What was received and kept: a store, or captures that were exported, one a line."""
    if _is_store(file):
        yield from _read_store(path)
    else:
        yield from map(exported, _read_jsonl(path, file, limits))


def _read_har(path: str, file: BinaryIO, limits: Limits) -> Iterator[Capture]:
    for capture in _read_json(path, file, limits):
        yield from archived(capture)


def _read_by_content(path: str, file: BinaryIO, limits: Limits) -> Iterator[Capture]:
    """JSON Lines where the first line is a JSON value and more follows, else JSON."""
    lines = _lines(file, limits.line)
    head = _through_first(lines)
    if not _is_value(b"".join(head)):
        yield from _read_json(path, file, limits, b"".join(head))
        return
    more = _through_first(lines)
    if b"".join(more).strip(_BLANK):
        yield from each_line(path, itertools.chain(head, more, lines), limits)
    else:
        yield from _whole(path, b"".join(head))


def _through_first(lines: Iterator[bytes]) -> list[bytes]:
    """The next lines up to and with the first that isn't blank."""
    taken = []
    for line in lines:
        taken.append(line)
        if line.strip(_BLANK):
            break
    return taken


def _is_value(data: bytes) -> bool:
    try:
        parse(data)
    except PayloadUnreadable:
        return False
    return True


def _read_jsonl(path: str, file: BinaryIO, limits: Limits) -> Iterator[Capture]:
    yield from each_line(path, _lines(file, limits.line), limits)


def _lines(file: BinaryIO, longest: int) -> Iterator[bytes]:
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
    text = line.strip(_BLANK)
    if len(text) > limits.line:
        why = f"the line is longer than {limits.line:,} bytes; one payload a line is wanted"
        return Capture(path, index, number, unreadable=Violation(None, None, why, number, 1))
    return capture_at(path, index, number, 1 + len(line) - len(line.lstrip(_BLANK)), text) if text else None


def _read_json(path: str, file: BinaryIO, limits: Limits, head: bytes = b"") -> Iterator[Capture]:
    size = _size(file)
    data = head if size > limits.text else head + file.read(-1 if size else limits.text + 1)
    if fault := fault_of(file):
        raise FileUnreadable(fault)
    if max(size, len(data)) > limits.text:
        yield unreadable(path, f"it is larger than {limits.text:,} bytes; put one payload a line into a `.jsonl` file")
    else:
        yield from _whole(path, data)


def _size(file: BinaryIO) -> int:
    """Bytes in a regular file, 0 for anything else."""
    try:
        return os.fstat(file.fileno()).st_size
    except OSError:
        return 0


def _whole(path: str, data: bytes) -> Iterator[Capture]:
    """The one payload of a JSON text, or those of its list."""
    start = len(data) - len(data.lstrip(_BLANK))
    line, column = _place(data, start) if start else (1, 1)
    whole = capture_at(path, 0, line, column, data.strip(_BLANK))
    if isinstance(whole.payload, list):
        yield from _items(whole, whole.payload)
    else:
        yield whole


def _place(data: bytes, offset: int, line: int = 1, column: int = 1) -> tuple[int, int]:
    """Line and column of an offset in a text that starts at a line and column."""
    from hookcli.jsongrammar import Text  # late: most files start at once and hold one payload

    return Text(data, line, column).places({"": offset})[""]


def _items(whole: Capture, payloads: list[Json]) -> Iterator[Capture]:
    data, seen, line, column = whole.text, 0, whole.line, whole.column
    payloads.reverse()  # so that each can be let go
    for index, (start, end) in enumerate(_spans(data)):
        line, column = _place(data[seen:start], start - seen, line, column)
        seen = start
        yield Capture(whole.source, index, line, data[start:end], payloads.pop(), column=column)


_GAP = re.compile(rb"[ \t\n\r,]*")
_SCALAR = re.compile(rb'"[^"]*"|[^\[\]{}" \t\n\r,]+')
_HOP = re.compile(rb'(?:[^"\[\]{}]*"[^"]*"){0,1000}[^"\[\]{}]*([\[\]{}]?)')
"""To the next bracket: 1.7 s a 100 MB; token by token it would be twice that. Bounded, as `re` remembers each round."""


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the items of a JSON text lie that is a list."""
    plain = data.replace(b"\\\\", b"__").replace(b'\\"', b"__")
    at = 1
    while plain[start := _skip(plain, at)] != ord("]"):
        at = _end_of_item(plain, start)
        yield start, at


def _skip(plain: bytes, at: int) -> int:
    gap = _GAP.match(plain, at)
    return gap.end() if gap else at


def _end_of_item(plain: bytes, start: int) -> int:
    scalar = _SCALAR.match(plain, start)
    if scalar:
        return scalar.end()
    hops = _HOP.finditer(plain, start)
    hop, depth = next(hops), 1
    while depth:
        hop = next(hops)
        depth += (hop[1] in (b"{", b"[")) - (hop[1] in (b"}", b"]"))
    return hop.end()


FORMATS: dict[str, Callable[[str, BinaryIO, Limits], Iterator[Capture]]] = {
    "auto": _read_auto,
    "json": _read_json,
    "jsonl": _read_jsonl,
    "har": _read_har,
    "capture": _read_captures,
}
"""`--input-format` -> its reader."""
