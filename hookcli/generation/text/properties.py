"""Unicode properties (`\\p{...}`; ECMA-262, 22.2.2.9) -> sets of characters.

General categories are those of Unicode 3.2 that still hold: Python keeps both tables, and the older never changes.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

from hookcli.generation.text.characters import CharSet, Ranges, charset, points

_SCOPE: tuple[tuple[int, int], ...] = (
    (0x00, 0x33FF), (0x4E00, 0x4E7F), (0xA000, 0xA08C), (0xAC00, 0xAC7F), (0xFB00, 0xFB06), (0xFF01, 0xFFDC),
    (0x10300, 0x1031E),
)  # fmt: skip
"""Where characters of a property are looked for."""

_CATEGORIES = {
    "Letter": "L", "Cased_Letter": "LC", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll", "Titlecase_Letter": "Lt",
    "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Combining_Mark": "M", "Nonspacing_Mark": "Mn",
    "Spacing_Mark": "Mc",
    "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd", "digit": "Nd", "Letter_Number": "Nl",
    "Other_Number": "No",
    "Punctuation": "P", "punct": "P", "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd",
    "Open_Punctuation": "Ps",
    "Close_Punctuation": "Pe", "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf",
    "Other_Punctuation": "Po", "Symbol": "S",
    "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z",
    "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C",
    "Control": "Cc", "cntrl": "Cc",
    "Format": "Cf", "Surrogate": "Cs", "Private_Use": "Co", "Unassigned": "Cn",
}  # fmt: skip
"""Long names of general categories (ECMA-262, table 69)."""

_SHORT = frozenset(_CATEGORIES.values())

_FIXED: dict[str, Ranges] = {
    "Cc": ((0x00, 0x1F), (0x7F, 0x9F)), "Co": ((0xE000, 0xF8FF), (0xF0000, 0xFFFFD), (0x100000, 0x10FFFD)), "Cs": (),
    "Any": ((0, 0x10FFFF),), "ASCII": ((0, 0x7F),), "AHex": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66)),
    "White_Space": ((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
                    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000)),
    "Hex_Digit": ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66), (0xFF10, 0xFF19), (0xFF21, 0xFF26), (0xFF41, 0xFF46)),
}  # fmt: skip
"""Sets that Unicode promises never to change, or nearly."""

_ROUGH: dict[str, tuple[Ranges, Ranges]] = {
    "Cn": (((0xFDD0, 0xFDEF),), ((0x00, 0x377),)),
    "Assigned": (((0x00, 0x377),), ((0xFDD0, 0xFDEF),)),
    "Emoji": (((0x1F300, 0x1F320), (0x1F600, 0x1F64F)), ((0x00, 0x22), (0x24, 0x29), (0x2B, 0x2F), (0x3A, 0xA8))),
    "Emoji_Presentation": (((0x1F300, 0x1F320), (0x1F600, 0x1F64F)), ((0x00, 0x2FF),)),
    "Extended_Pictographic": (((0x1F300, 0x1F320), (0x1F600, 0x1F64F)), ((0x00, 0xA8),)),
    "Emoji_Modifier": (((0x1F3FB, 0x1F3FF),), ((0x00, 0x2FF),)),
    "Emoji_Component": (((0x23, 0x23), (0x2A, 0x2A), (0x30, 0x39)), ((0x40, 0x2FF),)),
    "Regional_Indicator": (((0x1F1E6, 0x1F1FF),), ((0x00, 0x2FF),)),
    "Ideographic": (((0x4E00, 0x9FA5),), ((0x00, 0x2FF),)),
    "Noncharacter_Code_Point": (((0xFDD0, 0xFDEF),), ((0x00, 0x2FF),)),
    "Quotation_Mark": (((0x22, 0x22), (0x27, 0x27), (0xAB, 0xAB), (0xBB, 0xBB)), ((0x28, 0xAA),)),
}
"""Properties of which a part is enough: what is surely in, and surely out."""

_DERIVED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Alphabetic": (("L", "Nl"), ("Nd", "P", "Z", "Cc", "Sm", "Sc", "Sk")),
    "Uppercase": (("Lu",), ("Ll", "Lt", "Lo", "Nd", "P", "Z", "Cc", "Sm", "Sc", "Sk", "M")),
    "Lowercase": (("Ll",), ("Lu", "Lt", "Nd", "P", "Z", "Cc", "Sm", "Sc", "Sk")),
    "Cased": (("Lu", "Ll", "Lt"), ("Nd", "P", "Z", "Cc", "Sm", "Sc")),
    "ID_Start": (("Lu", "Ll", "Lt", "Lo", "Nl"), ("Nd", "P", "Z", "Cc", "Sc", "Mn", "Mc")),
    "ID_Continue": (("Lu", "Ll", "Lt", "Lo", "Nl", "Nd", "Mn", "Mc", "Pc"), ("Pd", "Ps", "Pe", "Z", "Cc", "Sc")),
    "Math": (("Sm",), ("Nd", "Zs", "Cc")),
    "Dash": (("Pd",), ("L", "N", "Z", "Cc")),
    "Diacritic": ((), ("Lu", "Ll", "Nd", "Z", "Cc")),
}
"""Binary properties: the general categories whose characters all have them, and those whose characters never do."""

_ALIASES = {
    "Alpha": "Alphabetic", "Lower": "Lowercase", "Upper": "Uppercase", "space": "White_Space", "IDS": "ID_Start",
    "IDC": "ID_Continue", "XID_Start": "ID_Start", "XIDS": "ID_Start", "XID_Continue": "ID_Continue",
    "XIDC": "ID_Continue",
    "ASCII_Hex_Digit": "AHex", "Hex": "Hex_Digit", "EPres": "Emoji_Presentation", "ExtPict": "Extended_Pictographic",
    "EMod": "Emoji_Modifier", "EComp": "Emoji_Component", "RI": "Regional_Indicator", "Ideo": "Ideographic",
    "Unified_Ideograph": "Ideographic", "UIdeo": "Ideographic", "NChar": "Noncharacter_Code_Point",
    "QMark": "Quotation_Mark",
    "Dia": "Diacritic",
}  # fmt: skip

_SCRIPTS = {
    "Arab": "Arabic", "Armn": "Armenian", "Beng": "Bengali", "Cher": "Cherokee", "Cyrl": "Cyrillic",
    "Deva": "Devanagari",
    "Ethi": "Ethiopic", "Geor": "Georgian", "Grek": "Greek", "Gujr": "Gujarati", "Guru": "Gurmukhi", "Hang": "Hangul",
    "Hani": "Han", "Hebr": "Hebrew", "Hira": "Hiragana", "Kana": "Katakana", "Khmr": "Khmer",
    "Knda": "Kannada", "Laoo": "Lao",
    "Latn": "Latin", "Mlym": "Malayalam", "Mong": "Mongolian", "Mymr": "Myanmar", "Orya": "Oriya", "Runr": "Runic",
    "Sinh": "Sinhala", "Syrc": "Syriac", "Taml": "Tamil", "Telu": "Telugu", "Thaa": "Thaana", "Thai": "Thai",
    "Tibt": "Tibetan",
}  # fmt: skip
"""Scripts by their short names (ISO 15924); the words with which Unicode starts the names of their letters."""

_WORDS = {"Han": "CJK"}


@functools.cache
def of_property(name: str) -> CharSet:
    """The characters of a Unicode property.

    Raises:
        ValueError: hookcli does not know it.
    """
    key, _, value = name.rpartition("=")
    if key in ("Script", "sc", "Script_Extensions", "scx") or (not key and value in _SCRIPTS.values()):
        return _of_script(_SCRIPTS.get(value, value))
    value = _ALIASES.get(value, value) if not key else value
    value = _CATEGORIES.get(value, value)
    if value in _FIXED:
        return charset(*_FIXED[value])
    if value in _ROUGH:
        return CharSet(*_ROUGH[value])
    if value in _DERIVED:
        inside, outside = _DERIVED[value]
        return CharSet(_where(lambda found: found.startswith(inside)), _where(lambda found: found.startswith(outside)))
    if value not in _SHORT:
        raise ValueError(f"hookcli does not know the Unicode property {name!r}")
    starts = ("Lu", "Ll", "Lt") if value == "LC" else (value,)
    return CharSet(_where(lambda found: found.startswith(starts)), _where(lambda found: not found.startswith(starts)))


def _where(is_one: Callable[[str], bool]) -> Ranges:
    """The characters whose general category is one of those that are asked for."""
    return points(code for code, category in _categories() if is_one(category))


@functools.cache
def _categories() -> list[tuple[int, str]]:
    """The general category of every character whose category is the same in Unicode 3.2 and now."""
    old, new = unicodedata.ucd_3_2_0.category, unicodedata.category
    codes = (code for low, high in _SCOPE for code in range(low, high + 1))
    found = ((code, old(chr(code))) for code in codes)
    return [(code, name) for code, name in found if name not in ("Cn", "Cs") and name == new(chr(code))]


@functools.cache
def _of_script(name: str) -> CharSet:
    """The letters whose names start with the script's; surely not in it are other scripts' letters, and digits."""
    word = _WORDS.get(name, name.upper())
    codes = [code for code, category in _categories() if category.startswith("L")]
    letters = [(code, unicodedata.name(chr(code), "").split(" ")[0]) for code in codes]
    inside = points(code for code, first in letters if first == word)
    if not inside:
        raise ValueError(f"hookcli does not know the script {name!r}")
    others = {*(value.upper() for value in _SCRIPTS.values()), "CJK"} - {word}
    signs = [(code, code) for code, first in letters if first in others]
    return CharSet(inside, charset((0x00, 0x40), (0x5B, 0x60), (0x7B, 0xA9), *signs).inside)
