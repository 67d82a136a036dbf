"""A body as a person reads it: what was written, what is wrong with it where it is, and nothing without end."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hookcli.jsontext import dump
from hookcli.models import Violation
from hookcli.reporting.bodies import MOST_LINES, body_lines


def shown(body: bytes, *violations: Violation) -> list[str]:
    return ["".join(text for text, _ in line) for line in body_lines(body, violations)]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('aé"\\/ '),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@given(VALUES)
def test_json_is_shown_as_any_indenting_program_shows_it(value: object) -> None:
    assert "\n".join(shown(dump(value))) == json.dumps(value, indent=2, ensure_ascii=False)


def test_tokens_stay_as_they_were_written() -> None:
    body = b'{"n": 1e400, "n": 12345678901234567890123, "s": "\\u00e9", "a": [], "o": {}}'
    assert shown(body) == [
        "{", '  "n": 1e400,', '  "n": 12345678901234567890123,', '  "s": "\\u00e9",', '  "a": [],', '  "o": {}', "}",
    ]  # fmt: skip


def test_a_violation_stands_below_the_line_of_its_value() -> None:
    body = b'{"user":\n {"id": 5, "x": {}},\n "b": [1]}'
    lines = shown(
        body,
        Violation("/b/0", "type", "is 1", 3, 8),
        Violation("/user/id", "type", "is 5", 2, 9),
        Violation("/user", "required", "has no key 'y'", 2, 2),
        Violation("", "required", "has no key 'z'", 1, 1),
        Violation("/elsewhere", "type", "has no place", None, None),
        Violation("/beyond", "type", "is nowhere", 10**18, -(10**18)),
    )
    assert lines == [
        "{", "^ (root) has no key 'z' (required)",
        '  "user": {', "  ^ /user has no key 'y' (required)",
        '    "id": 5,', "    ^ /user/id is 5 (type)", '    "x": {}', "  },",
        '  "b": [', "    1", "    ^ /b/0 is 1 (type)", "  ]", "}",
        "^ /beyond is nowhere (type)", "^ /elsewhere has no place (type)",
    ]  # fmt: skip


def test_columns_are_characters() -> None:
    lines = shown('{"é": "ü", "b": 5}'.encode(), Violation("/b", "type", "is 5", 1, 17))
    assert lines[2:4] == ['  "b": 5', "  ^ /b is 5 (type)"]


def test_broken_json_is_shown_as_text_with_the_fault_below_its_place() -> None:
    assert shown(b'{"a":\n  oh}\n', Violation(None, None, "expected a value", 2, 3)) == [
        '{"a":', "  oh}", "  ^ expected a value", "",
    ]  # fmt: skip


def test_a_fault_far_to_the_right_stands_at_the_left() -> None:
    lines = shown(b"x" * 5_000, Violation(None, None, "oh", 1, 4_000))
    assert lines == ["x" * 1_000 + "… (5,000 bytes)", "^ oh"]


def test_what_is_no_text_is_shown_in_bytes() -> None:
    assert shown(b"\0\xff\x1b[31m")[0].endswith("...[31m")
    lines = shown(bytes(range(256)) * 4)
    assert len(lines) == 33
    assert lines[-1] == "… 512 more bytes; --raw gives all"


def test_no_body_is_said() -> None:
    assert shown(b"") == ["there is no body"]


def test_what_commands_a_terminal_is_escaped() -> None:
    text = "".join(shown('{"\u202e": "\x9b", "\x7f": 1}'.encode(), Violation("/\x1b", "type", "\x1b[2J", 1, 1)))
    assert text.isprintable()
    assert "".join(shown(b"\x1b[2J ::error::\n::error::")).isprintable()
    assert shown(b"a\n::error::")[1] == ":\\:error::"


def test_a_huge_payload_is_shown_in_part_and_its_violations_all() -> None:
    body = b"[" + b"1," * 5_000_000 + b"2]"
    lines = shown(body, Violation("/9", "type", "near", 1, 20), Violation("/4999999", "type", "far", 1, 9_999_990))
    assert len(lines) == MOST_LINES + 3
    assert lines[-2:] == ["… 9,998,005 more bytes; --raw gives all", "^ /4999999 far (type)"]


def test_a_huge_string_and_a_huge_text_are_shown_in_part() -> None:
    assert shown(b'"' + b"x" * 5_000_000 + b'"') == ['"' + "x" * 999 + "… (5,000,002 bytes)"]
    lines = shown(b"x\n" * 5_000)
    assert (len(lines), lines[-1]) == (MOST_LINES + 1, "… 8,000 more bytes; --raw gives all")


def test_deep_nesting_is_no_bug() -> None:
    assert len(shown(b"[" * 1_000 + b"]" * 1_000)) == MOST_LINES + 1
