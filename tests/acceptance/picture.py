"""Draws the README's picture, examples/haptik/send.svg, of a real run: `python tests/acceptance/picture.py`."""

from __future__ import annotations

import io
import os
import pty
import re
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURE = Path(__file__).resolve().parents[2] / "examples" / "haptik" / "send.svg"
COMMAND = "hookcli send --seed 1"
PORT, TIME = "40123", "2.1 ms"

FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
"""Without the fonts that rich's own would load from the network."""

_SVG = "{http://www.w3.org/2000/svg}"
_CELL = 12.2
"""Pixels that rich gives a character."""


def record() -> str:
    """What the command prints on a terminal, with its colours; ports and times are made constant."""
    printed = bytearray()

    def read(terminal: int) -> bytes:
        piece = os.read(terminal, 1024)
        printed.extend(piece)
        return b"\r" * bool(piece)

    os.environ.update(TERM="xterm-256color", PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    for name in ("NO_COLOR", "HOOKCLI_SECRET"):
        os.environ.pop(name, None)
    assert pty.spawn(COMMAND.split(), read) == 0
    text = printed.decode("utf-8").replace("\r\n", "\n")
    text = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{PORT}", text)
    return re.sub(r"[\d,]+\.\d ms", TIME, text)


def draw(printed: str) -> str:
    """An SVG of a terminal, as wide as its longest line."""
    text = Text.from_ansi(f"\x1b[1;32m$\x1b[0m \x1b[1m{COMMAND}\x1b[0m\n{printed.rstrip()}")
    console = Console(record=True, file=io.StringIO(), width=max(map(len, text.plain.split("\n"))))
    console.print(text)
    return console.export_svg(title="hookcli send", theme=MONOKAI, code_format=FORMAT, unique_id="send")


def lines(svg: str) -> list[str]:
    """The text in a picture that `draw` made, line by line."""
    rows: dict[float, str] = {}
    for piece in ET.fromstring(svg).iter(f"{_SVG}text"):
        if piece.get("clip-path"):
            y, column = float(piece.get("y", 0)), round(float(piece.get("x", 0)) / _CELL)
            rows[y] = rows.get(y, "").ljust(column) + (piece.text or "").replace("\xa0", " ")
    return [rows[y].rstrip() for y in sorted(rows)]


if __name__ == "__main__":
    PICTURE.write_text(draw(record()), "utf-8")
