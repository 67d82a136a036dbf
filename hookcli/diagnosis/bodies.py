"""What may have been signed instead of a body: its bytes with small changes, and the payload written again."""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from hookcli.diagnosis.faults import Cause, Fault
from hookcli.diagnosis.rewritings import rewritten

LONGEST_REWRITTEN = 2_000_000
"""Bytes of a body that is read and written again, as payload or as text."""

Variant = tuple[bytes, Fault]

_RAW = (
    "Sign and verify the raw body, as it goes over the wire, before it is parsed; and keep it in files byte for byte "
    "(an editor adds a line end, a checkout on Windows changes them)."
)
_WRITTEN = "Sign and verify the raw body, before it is parsed, and never JSON that was written again."


def variants(body: bytes) -> Iterator[Variant]:
    """Other bodies, the likelier first, and what is wrong when they were signed. Some may be the same twice."""
    for made, how in _ended(body):
        yield made, Fault(Cause.BODY_END, f"what was signed is the body {how}", _RAW)
    for made, how in _in_lines(body):
        yield made, Fault(Cause.BODY_LINES, f"what was signed is the body with {how}", _RAW)
    for made, how in _marked(body):
        yield made, Fault(Cause.BODY_ENCODING, f"what was signed is the body {how}", _RAW)
    yield b"", _EMPTY
    if len(body) <= LONGEST_REWRITTEN:
        for made, how in rewritten(body):
            yield made, Fault(Cause.BODY_REWRITTEN, f"what was signed is {how}", _WRITTEN)
    for made, how in _encoded(body):
        yield made, Fault(Cause.BODY_ENCODING, f"what was signed is the body {how}", _RAW)


_EMPTY = Fault(
    Cause.BODY_EMPTY,
    "an empty body was signed",
    "Look whether the body has been read already when it is signed or verified: a stream can be read only once.",
)


def _ended(body: bytes) -> Iterator[tuple[bytes, str]]:
    yield body + b"\n", "with a line end (LF) after it"
    yield body + b"\r\n", "with a line end (CR LF) after it"
    if body.endswith(b"\n"):
        yield body.removesuffix(b"\n").removesuffix(b"\r"), "without the line end after it"
        yield body.removesuffix(b"\n"), "without the LF after it"
    yield body.strip(), "without the white space around it"


def _in_lines(body: bytes) -> Iterator[tuple[bytes, str]]:
    if b"\n" in body:
        unix = body.replace(b"\r\n", b"\n")
        yield unix, "LF for its line ends"
        yield unix.replace(b"\n", b"\r\n"), "CR LF for its line ends"
        yield unix.replace(b"\n", b""), "no line ends"


def _marked(body: bytes) -> Iterator[tuple[bytes, str]]:
    yield body.removeprefix(codecs.BOM_UTF8), "without the byte-order mark before it"
    yield codecs.BOM_UTF8 + body, "with a byte-order mark before it"


_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def _encoded(body: bytes) -> Iterator[tuple[bytes, str]]:
    if len(body) > LONGEST_REWRITTEN:
        return
    mark, encoding = next((pair for pair in _MARKS if body.startswith(pair[0])), (b"", _guessed(body)))
    text = body[len(mark) :].decode(encoding, "replace")
    for name, encoded in _spellings(text):
        yield encoded, f"in {name}"
    if encoding == "utf-8" and not body.isascii():
        yield from _misread(body, text)


def _guessed(body: bytes) -> str:
    """The encoding of a body without a mark; JSON starts with two ASCII characters."""
    if body[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if body[:1] == b"\0" else "utf-8"


def _spellings(text: str) -> Iterator[tuple[str, bytes]]:
    yield "UTF-8, with U+FFFD for what is not", text.encode("utf-8", "replace")
    yield "UTF-16 (little-endian)", text.encode("utf-16-le", "replace")
    yield "UTF-16 (big-endian)", text.encode("utf-16-be", "replace")
    yield "UTF-16 with a byte-order mark", codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")
    if not text.isascii():
        yield "Latin-1", text.encode("latin-1", "replace")
        yield "Windows-1252", text.encode("cp1252", "replace")
        yield "ASCII, with a question mark for what is not", text.encode("ascii", "replace")


def _misread(body: bytes, text: str) -> Iterator[tuple[bytes, str]]:
    """What becomes of text beyond ASCII that is taken for text in another encoding."""
    yield body.decode("latin-1").encode(), "read as Latin-1 and written as UTF-8"
    yield body.decode("cp1252", "replace").encode(), "read as Windows-1252 and written as UTF-8"
    import unicodedata  # late: few bodies need it

    for form in ("NFC", "NFD"):
        yield unicodedata.normalize(form, text).encode("utf-8", "replace"), f"with its text normalised to {form}"
