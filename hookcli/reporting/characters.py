"""Characters that come from outside and must not reach a terminal or a reader of some format as they are."""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""C0 and C1 (terminal commands), line separators, text direction (Unicode TR 36, section 2.5), surrogates."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 has no way to write (section 2.2), and what it discourages."""

_XML = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)

_MARKDOWN = re.compile(r"[&<>|`*_\[\]\\~#@$]")
"""What may be structure in GitHub's Markdown (HTML, tables, code, links, mentions, mathematics)."""


_COMMAND = re.compile(r"##\[|^\s*::")
"""Where the runner of GitHub Actions sees a command in what a step prints: the older form wherever it stands."""


def visible(text: str) -> str:
    r"""The text in one line that cannot command a terminal: control characters as `\x1b`, `\n` or `\u202e`.

    Nor can it command the runner of GitHub Actions: `##[` becomes `##\[`, and `::` at its start `:\:`.
    """
    shown = _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
    return _COMMAND.sub(lambda found: f"{found[0][:-1]}\\{found[0][-1]}", shown)


def encodable(text: str) -> str:
    """The text with U+FFFD for what UTF-8 cannot hold, such as half of a file name's broken letter."""
    return _SURROGATE.sub("\ufffd", text)


def xml(text: str) -> str:
    """The text for an attribute or element of XML 1.0, with U+FFFD for what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text).translate(_XML)


def markdown(text: str) -> str:
    """The text in one line of Markdown, in which nothing is structure (CommonMark, section 2.5: entities never are)."""
    return _MARKDOWN.sub(lambda found: f"&#{ord(found[0])};", visible(text))
