"""A JSON text -> the same payload as other programs write it.

The text is read once, and written compact in the order of its keys and with its keys sorted. All else is made of these
two on the level of text: layouts, escapes, the numbers of JavaScript.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator

from hookcli import jsontext
from hookcli.dataclass import dataclass
from hookcli.diagnosis.outside import as_in_javascript, without_blanks, without_empty_objects
from hookcli.errors import PayloadUnreadable
from hookcli.models import Json

Writing = tuple[bytes, str]
"""A text, and what it is."""

_AGAIN = "the payload, read and written again"


def rewritten(body: bytes) -> Iterator[Writing]:
    """The texts that may have been signed instead of a body, the likelier first; none where it is no JSON."""
    try:
        payload = jsontext.parse(body.removeprefix(b"\xef\xbb\xbf"))
    except PayloadUnreadable:
        return
    texts = _written(payload, "")
    yield from _common(texts)
    yield from _rare(texts)
    yield from _sorted(payload, texts.compact)
    yield from _no_json(body, payload)


def _sorted(payload: Json, compact: str) -> Iterator[Writing]:
    """All of it once more with sorted keys, where they are not sorted."""
    try:
        ordered = jsontext.parse(json.dumps(payload, sort_keys=True).encode())
    except RecursionError:  # a nesting that is no webhook's
        return
    texts = _written(ordered, ", keys sorted")
    if texts.compact != compact:
        yield from _common(texts)
        yield from _rare(texts)


@dataclass(frozen=True, slots=True)
class _Texts:
    """A payload in every layout, with text beyond ASCII as it is."""

    compact: str
    layouts: tuple[tuple[str, Callable[[], str]], ...]
    """What it is called, and what makes it: of a large payload few are wanted."""
    also: str
    """What else is to be said of it."""


def _written(payload: Json, also: str) -> _Texts:
    compact = jsontext.dump(payload).decode()

    @functools.cache
    def indented() -> str:
        return jsontext.dump(payload, pretty=True).decode()

    @functools.cache
    def tabs() -> str:
        return _indented(indented(), "  ", "\t")

    layouts = (
        ("compact", lambda: compact),
        ("with a space after each comma and colon", functools.cache(lambda: _spaced(payload))),
        ("indented by 2", indented),
        ("indented by 4", functools.cache(lambda: _indented(tabs(), "\t", " " * 4))),
        ("indented by tabs", tabs),
    )
    return _Texts(compact, layouts, also)


_DEEPEST_INDENT = 50


def _indented(text: str, old: str, new: str) -> str:
    """A text with another indentation, as far as it is not too deep."""
    deep = 0
    while deep < _DEEPEST_INDENT and "\n" + old * (deep + 1) in text:
        deep += 1
    for level in range(deep, 0, -1):  # the deepest first: what is done does not start with `old` any more
        text = text.replace("\n" + old * level, "\n" + new * level)
    return text


_SURROGATE = re.compile("[\ud800-\udfff]")


def _spaced(payload: Json) -> str:
    """As Python writes it by default."""
    try:
        text = json.dumps(payload, ensure_ascii=False)
    except RecursionError:
        return ""
    return text if text.isascii() else _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _common(texts: _Texts) -> Iterator[Writing]:
    """Every layout with the escapes of the most used languages, then with a line end."""
    made = []
    for escapes, write in _ESCAPES[:2]:
        for layout, lay in texts.layouts:
            if not (escapes and texts.compact.isascii()):
                made.append((write(lay()).encode(), f"{_AGAIN}: {layout}{texts.also}{escapes}"))
                yield made[-1]
    yield from _slashed(made)
    yield from ((text + b"\n", f"{how}, with a line end after it") for text, how in made)


def _slashed(made: list[Writing]) -> Iterator[Writing]:
    return ((text.replace(b"/", b"\\/"), f"{how}, slashes escaped as in PHP") for text, how in made if b"/" in text)


def _rare(texts: _Texts) -> Iterator[Writing]:
    """JavaScript's numbers, and the escapes and habits of other languages."""
    differs = as_in_javascript(texts.compact) != texts.compact
    numbers = ", numbers as JavaScript writes them"
    for layout, lay in texts.layouts if differs else ():
        text = as_in_javascript(lay())
        for escapes, write in _ESCAPES[:2]:
            yield write(text).encode(), f"{_AGAIN}: {layout}{texts.also}{escapes}{numbers}"
    for escapes, write in _ESCAPES[2:]:
        text = write(texts.compact)
        yield text.encode(), f"{_AGAIN}: compact{texts.also}{escapes}"
        if differs:
            yield as_in_javascript(text).encode(), f"{_AGAIN}: compact{texts.also}{escapes}{numbers}"
    if "{}" in texts.compact:
        yield from _emptied(texts)


def _emptied(texts: _Texts) -> Iterator[Writing]:
    """PHP reads an empty object as an empty list, unless it is asked not to."""
    also = f"{texts.also}, empty objects as lists"
    made = [
        (write(without_empty_objects(lay())).encode(), f"{_AGAIN}: {layout}{also}{escapes}")
        for layout, lay in (texts.layouts[0], texts.layouts[3])
        for escapes, write in _ESCAPES[:2]
    ]
    yield from made
    yield from _slashed(made)


def _no_json(body: bytes, payload: Json) -> Iterator[Writing]:
    """What is not JSON any more, or not JSON written again."""
    yield without_blanks(body.decode()).encode(), "the body without the white space between its values"
    yield _quoted(body), "the body as a JSON string: it was written as JSON twice"
    yield b"[object Object]", "the text '[object Object]': a JavaScript object was made a string"
    try:
        yield str(payload).encode("utf-8", "replace"), "the payload as Python shows it: str() of a dict"
    except RecursionError:
        return


def _quoted(body: bytes) -> bytes:
    return json.dumps(body.decode("utf-8", "replace"), ensure_ascii=False).encode()


@functools.lru_cache(4_096)
def _unit(character: str, form: str) -> str:
    code = ord(character)
    if code < 0x10000:
        return "\\u" + format(code, form)
    return "".join("\\u" + format(unit, form) for unit in (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF)))


def _escaping(characters: str, form: str = "04x", *, is_ascii: bool = False) -> Callable[[str], str]:
    """What writes some characters, which stand in strings only, as \\uXXXX; with `is_ascii` all beyond ASCII, too."""
    table = [(character, _unit(character, form)) for character in characters]

    def write(text: str) -> str:
        for character, unit in table:
            text = text.replace(character, unit)
        if is_ascii and not text.isascii():
            text = _BEYOND.sub(lambda found: _unit(found[0], form), text)
        return text

    return write


_BEYOND = re.compile("[\x80-\U0010ffff]")
_ascii = _escaping("", is_ascii=True)
_net = _escaping("\x7f<>&'+`", "04X", is_ascii=True)
_PAIR = re.compile(r"\\(.)")


def _quotes(text: str) -> str:
    if '\\"' not in text:
        return text
    return _PAIR.sub(lambda found: "\\u0022" if found[1] == '"' else found[0], text)


_ESCAPES: list[tuple[str, Callable[[str], str]]] = [
    ("", str),
    (", text beyond ASCII escaped", _ascii),
    (", <, > and & escaped as in Go", _escaping("<>&\u2028\u2029")),
    (", <, >, &, = and ' escaped as in Gson", _escaping("<>&='\u2028\u2029")),
    (", escaped as in .NET", lambda text: _net(_quotes(text))),
    (", text beyond ASCII escaped in capitals", _escaping("", "04X", is_ascii=True)),
]
