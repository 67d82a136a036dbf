"""Files and standard input -> captures.

JSON holds one payload or a list of them, JSON Lines one a line; what was received and kept is in `records`.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from hookcli.capture.compression import fault_of
from hookcli.capture.exports import LISTS, is_log_line
from hookcli.capture.files import LIMITS, Limits, opened, unreadable
from hookcli.capture.lines import BLANK, each_line, lines_of
from hookcli.capture.paths import At, Misses
from hookcli.capture.records import archived, exported, holds_payloads, logged_on, of_entry, read_store, unpacked
from hookcli.capture.remotes import is_remote
from hookcli.capture.sources import COMPRESSED, STDIN, Source, format_by_name, reason
from hookcli.capture.stamps import check_state, stamp_of
from hookcli.capture.streams import Keys, items_in
from hookcli.capture.texts import capture_at
from hookcli.capture.wholes import in_text
from hookcli.dataclass import dataclass
from hookcli.errors import FileUnreadable, PayloadUnreadable, StoreUnusable
from hookcli.jsontext import parse
from hookcli.models import Capture, Json

_STORE = b"SQLite format 3\x00"
"""How a store starts; `capture.store` says the same, and takes 10 ms to load."""


@dataclass(frozen=True, slots=True)
class _Content:
    """What is read."""

    path: str
    file: BinaryIO
    limits: Limits
    at: At | None
    """Where payloads lie in a JSON value."""
    misses: Misses
    """Counts where there is none."""


def read(
    source: Source,
    input_format: str = "auto",
    at: At | None = None,
    misses: Misses | None = None,
    *,
    stdin: BinaryIO | None = None,
    limits: Limits = LIMITS,
) -> Iterator[Capture]:
    """The captures in a source, in order; JSON Lines in constant memory.

    Args:
        source: one of those that `expand` yields.
        input_format: one of `FORMATS`.
        at: where payloads lie in a JSON value, rather than being one.
        misses: counts the values that have none there.
        stdin: what `-` reads; the process's standard input by default.
        limits: what is too large.

    Returns:
        captures. What cannot be opened or read is an unreadable one, with the reason; nothing is raised.
    """
    if source.fault:
        yield unreadable(source.path, source.fault)
        return
    stamp = stamp_of(source)
    try:
        with opened(source, stdin) as file:
            is_kept = _is_store(file)  # that may be written to meanwhile
            content = _Content(source.path, file, limits, at, misses or Misses())
            for index, capture in enumerate(FORMATS[input_format](content)):
                yield capture if capture.index == index else replace(capture, index=index)
        if not is_kept:
            check_state(source, stamp)
    except (FileUnreadable, StoreUnusable) as error:
        yield unreadable(source.path, str(error).removeprefix(f"{source.path}: "))
    except OSError as error:
        yield unreadable(source.path, reason(error))


def _read_auto(content: _Content) -> Iterator[Capture]:
    """Decide by the name's ending, else by content; what holds payloads is read as what it is."""
    by_name = format_by_name(content.path)
    if by_name is not None:
        yield from _AUTO[by_name](content)
    elif _is_store(content.file):
        yield from _read_store(content.path)
    else:
        yield from _read_by_content(content)


def _is_store(file: BinaryIO) -> bool:
    peek = getattr(file, "peek", None)  # what is buffered can be looked at without taking it
    return peek is not None and peek(len(_STORE)).startswith(_STORE)


def _read_store(path: str) -> Iterator[Capture]:
    if path.lower().endswith(COMPRESSED):
        raise FileUnreadable("it is a store of captures that is compressed; unpack it first")
    if path == STDIN:
        raise FileUnreadable("a store of captures cannot be read from standard input; name its file")
    if is_remote(path):
        raise FileUnreadable("a store of captures cannot be read over the network; fetch it first")
    yield from read_store(path)


def _read_captures(content: _Content) -> Iterator[Capture]:
    """What was received and kept: a store, or captures that were exported, one a line."""
    if _is_store(content.file):
        yield from _read_store(content.path)
    else:
        yield from map(exported, _on_lines(content))


def _read_har(content: _Content) -> Iterator[Capture]:
    head = content.file.read(content.limits.whole + 1)
    if len(head) <= content.limits.whole:
        for capture in _in_whole(content, head):
            yield from archived(capture)
    else:
        for position, entry in enumerate(_streamed(content, head, _ENTRIES), 1):
            yield from of_entry(entry, position)


_ENTRIES = (frozenset({"log"}), frozenset({"entries"}))


def _in_json(content: _Content, head: bytes = b"") -> Iterator[Capture]:
    """The payloads in a JSON text, which may lie in records; those of a large list are read one by one."""
    head += content.file.read(max(0, content.limits.whole + 1 - len(head)))
    if len(head) > content.limits.whole and head.lstrip(BLANK).startswith(b"{"):
        halves = content.at.halves() if content.at is not None else None
        if halves is not None:
            keys = tuple(frozenset({step}) for step in halves[0])
            if _first_item(head, keys) is not None:
                return _unpacked(_streamed(content, head, keys), replace(content, at=halves[1]))
        if content.at is None and holds_payloads(_first_item(head, (LISTS,))):
            return _exports_in(_streamed(content, head, (LISTS,)))
    return _unpacked(_in_whole(content, head), content)


def _exports_in(items: Iterable[Capture]) -> Iterator[Capture]:
    for number, item in enumerate(items, 1):
        for capture in unpacked(item):
            yield capture if item.unreadable is not None else replace(capture, number=number)


def _first_item(head: bytes, path: Keys) -> Json:
    """The first item of a list, if there is one in the start of a text."""
    try:
        return parse(next(items_in([head], path))[2])
    except (FileUnreadable, PayloadUnreadable, StopIteration):
        return None


def _streamed(content: _Content, head: bytes, path: Keys = ()) -> Iterator[Capture]:
    """The items of a large list, of which the start has been read."""
    chunks = itertools.chain([head], iter(partial(content.file.read, _CHUNK), b""))
    try:
        for index, (line, column, text) in enumerate(items_in(chunks, path)):
            yield capture_at(content.path, index, line, column, text)
    except FileUnreadable as error:
        raise FileUnreadable(fault_of(content.file) or str(error)) from error


_CHUNK = 1 << 20


def _read_by_content(content: _Content) -> Iterator[Capture]:
    """A log where it starts with a time, JSON Lines where the first line is a value and more follows, else JSON."""
    lines = lines_of(content.file, content.limits.line)
    head = _through_first(lines)
    text = b"".join(head)
    if is_log_line(text.strip(BLANK)[:_TIME].decode("utf-8", "replace")):
        yield from _in_log(content, itertools.chain(head, lines))
    elif not _is_value(text):
        yield from _in_json(content, text)
    else:
        more = _through_first(lines)
        if b"".join(more).strip(BLANK):
            captures = each_line(content.path, itertools.chain(head, more, lines), content.limits)
            yield from _unpacked(captures, content, by_line=True)
        else:
            yield from _unpacked(in_text(content.path, text), content)


_TIME = 40
"""Bytes in which a log line's time stands."""


def _through_first(lines: Iterator[bytes]) -> Iterable[bytes]:
    """The next lines up to and with the first that isn't blank, however many blank ones there are before it."""
    blank = 0
    for line in lines:
        if line.strip(BLANK):
            return _Taken(blank, line)
        blank += 1
    return _Taken(blank)


@dataclass(frozen=True, slots=True)
class _Taken:
    """Blank lines, and one that is not."""

    blank: int
    line: bytes = b""

    def __iter__(self) -> Iterator[bytes]:
        yield from itertools.repeat(b"\n", self.blank)
        if self.line:
            yield self.line


def _is_value(data: bytes) -> bool:
    try:
        parse(data)
    except PayloadUnreadable:
        return False
    return True


def _unpacked(captures: Iterable[Capture], content: _Content, *, by_line: bool = False) -> Iterator[Capture]:
    for capture in captures:
        yield from unpacked(capture, content.at, content.misses, by_line=by_line)


def _read_json(content: _Content) -> Iterator[Capture]:
    return _in_whole(content) if content.at is None else _in_json(content)


def _read_jsonl(content: _Content) -> Iterator[Capture]:
    captures = _on_lines(content)
    return captures if content.at is None else _unpacked(captures, content, by_line=True)


def _read_log(content: _Content) -> Iterator[Capture]:
    return _in_log(content, lines_of(content.file, content.limits.line))


def _in_log(content: _Content, lines: Iterable[bytes]) -> Iterator[Capture]:
    """The payloads that a log's lines tell of; most lines tell of none."""
    for number, line in enumerate(lines, 1):
        yield from logged_on(content.path, number, line, content.limits)


def _on_lines(content: _Content) -> Iterator[Capture]:
    return each_line(content.path, lines_of(content.file, content.limits.line), content.limits)


def _in_whole(content: _Content, head: bytes = b"") -> Iterator[Capture]:
    limits, size = content.limits, _size(content.file)
    head += content.file.read(max(0, limits.whole + 1 - len(head)))
    if len(head) > limits.whole and head.lstrip(BLANK).startswith(b"["):
        yield from _streamed(content, head)
        return
    data = head if size > limits.text else head + content.file.read(-1 if size else max(0, limits.text + 1 - len(head)))
    if fault := fault_of(content.file):
        raise FileUnreadable(fault)
    if max(size, len(data)) > limits.text:
        why = f"it is larger than {limits.text:,} bytes; put one payload a line into a `.jsonl` file"
        yield unreadable(content.path, why)
    else:
        yield from in_text(content.path, data)


def _size(file: BinaryIO) -> int:
    """Bytes in a regular file, 0 for anything else."""
    try:
        return os.fstat(file.fileno()).st_size
    except OSError:
        return 0


_AUTO: dict[str, Callable[[_Content], Iterator[Capture]]] = {
    "json": _in_json,
    "jsonl": lambda content: _unpacked(_on_lines(content), content, by_line=True),
    "har": _read_har,
}
"""What a file's name says -> what reads it, and looks into what holds payloads."""

FORMATS: dict[str, Callable[[_Content], Iterator[Capture]]] = {
    "auto": _read_auto,
    "json": _read_json,
    "jsonl": _read_jsonl,
    "har": _read_har,
    "capture": _read_captures,
    "log": _read_log,
}
"""`--input-format` -> its reader."""
