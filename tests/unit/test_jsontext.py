from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli import jsonreader
from hookcli.errors import PayloadUnreadable
from hookcli.jsongrammar import DEEPEST
from hookcli.jsonreader import HUGE, duplicate_keys, locate, locate_keys
from hookcli.jsontext import _written, dump, parse, safe

KEYS = st.text(max_size=4) | st.sampled_from(["a", "a/b", "~", "0", "é", "\n", "😀"])
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
LAYOUTS = st.sampled_from([{}, {"indent": 1}, {"indent": "\t", "ensure_ascii": False}, {"separators": (",", ":")}])


def written(value: Any, layout: dict[str, Any]) -> bytes:
    return json.dumps(value, **layout).encode("utf-8", "surrogatepass")


def refusal(data: bytes) -> PayloadUnreadable:
    with pytest.raises(PayloadUnreadable) as caught:
        parse(data)
    return caught.value


def places_of(value: Any, pointer: str = "") -> list[tuple[str, Any]]:
    found = [(pointer, value)]
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    for key, inner in pairs:
        found += places_of(inner, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found


@given(VALUES, LAYOUTS)
def test_our_own_parser_agrees_with_the_standard_librarys(value: Any, layout: dict[str, Any]) -> None:
    data = written(safe(value), layout)
    assert repr(jsonreader.parse(data)) == repr(json.loads(data))


@given(st.text(alphabet='[]{}",:0123456789.eE+-truefalsn \\\n"u', max_size=12))
def test_our_own_parser_takes_what_the_standard_librarys_takes_and_nothing_else(text: str) -> None:
    def read(reader: Any) -> str:
        try:
            return repr(reader())
        except (ValueError, PayloadUnreadable):
            return "refused"

    def refuse(name: str) -> None:
        raise ValueError(name)

    standard = read(lambda: json.loads(text, parse_constant=refuse))
    assert read(lambda: jsonreader.parse(text.encode())).replace(str(10**400), "inf") == standard


@given(VALUES, LAYOUTS)
def test_places_point_at_the_values(value: Any, layout: dict[str, Any]) -> None:
    value = safe(value)
    data = written(value, layout)
    lines = data.decode().split("\n")
    wanted = dict(places_of(value))
    found = locate(data, wanted)
    assert found.keys() == wanted.keys()
    for pointer, (line, column) in found.items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert repr(json.JSONDecoder().raw_decode(rest)[0]) == repr(wanted[pointer])


@given(VALUES)
def test_dumped_values_are_read_back(value: Any) -> None:
    assert repr(parse(dump(value))) == repr(value)


def test_dump_indents_by_two() -> None:
    assert dump({"a": [1]}, pretty=True) == b'{\n  "a": [\n    1\n  ]\n}'
    assert dump({"a": [10**30]}, pretty=True) == b'{\n  "a": [\n    1000000000000000000000000000000\n  ]\n}'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551617", 2**64 + 1),
        ("-9223372036854775809", -(2**63) - 1),
        ("[1,-9223372036854775809]", [1, -(2**63) - 1]),
        ("1e400", 10**400),
        ("-1.5E+400", -15 * 10**399),
        ("1e0000000400", 10**400),
        ("0.0001e404", 10**400),
        ("1" + "0" * 4299, 10**4299),
        ("1" + "0" * 4300, HUGE),
        ("-" + "9" * 1_000_000, -HUGE),
        ("1e999999999", HUGE),
        ("-1e99999999999999999999999", -HUGE),
        ("9" * 400 + ".5", HUGE),
        ("1e-999999999", 0.0),
    ],
)
def test_numbers_of_any_size_are_read(text: str, value: object) -> None:
    assert parse(text.encode()) == value


def test_the_stand_in_for_huge_numbers_can_be_printed() -> None:
    assert len(str(HUGE)) == 4300


def test_digits_in_strings_and_fractions_are_left_to_orjson() -> None:
    assert parse(b'{"a":"12345678901234567890","b":0.12345678901234567890}') == {
        "a": "12345678901234567890",
        "b": 0.12345678901234568,
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud800"', "\ud800"),
        (r'"\udc00\ud83d\ude00\n\/"', "\udc00😀\n/"),
        (r'"\ud800\ud83d\ude00"', "\ud800😀"),
        (r'{"\ud800":"\b\f\r\t\"\\"}', {"\ud800": '\b\f\r\t"\\'}),
    ],
)
def test_lone_surrogates_are_read(text: str, value: object) -> None:
    assert parse(text.encode()) == value


def test_safe_replaces_lone_surrogates_everywhere() -> None:
    value = {"\ud800": ["a", "\udfff", {"b": "😀", "c": [1]}]}
    assert safe(value) == {"\ufffd": ["a", "\ufffd", {"b": "😀", "c": [1]}]}
    assert value == {"\ud800": ["a", "\udfff", {"b": "😀", "c": [1]}]}
    assert safe("\ud800") == "\ufffd"


def test_safe_gives_back_what_has_no_lone_surrogates() -> None:
    value = {"a": ["b", 1, None]}
    assert safe(value) is value


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        (b"", 1, 1, "the text is empty"),
        (b" \n ", 1, 1, "the text is blank"),
        (b"NaN", 1, 1, "NaN is not JSON (RFC 8259"),
        (b"[1,\n -Infinity]", 2, 2, "-Infinity is not JSON"),
        (b"\xef\xbb\xbf{}", 1, 1, "starts with a byte-order mark"),
        ('{"a":1}'.encode("utf-16"), 1, 1, "is UTF-16"),
        ('{"a":1}'.encode("utf-16-le"), 1, 1, "is UTF-16"),
        ('{"a":1}'.encode("utf-16-be"), 1, 1, "is UTF-16"),
        ('{"a":1}'.encode("utf-32"), 1, 1, "is UTF-32"),
        ('{"a":1}'.encode("utf-32-be"), 1, 1, "is UTF-32"),
        ('{"é":"'.encode() + b"\xff", 1, 7, "the byte 0xFF is not UTF-8"),
        (b'{"a":1,}', 1, 7, "a comma stands after the last one"),
        (b"[1,\n]", 1, 3, "a comma stands after the last one"),
        (b"{'a':1}", 1, 2, "a single quote"),
        (b"[1] // x", 1, 5, "a comment starts here"),
        (b"{a:1}", 1, 2, "the key a needs double quotes"),
        (b'{"a":"x\ny"}', 1, 8, "a control character (U+000A) stands in a string; write \\n"),
        (b'"ab\x1b"', 1, 4, "(U+001B) stands in a string; write \\u001b"),
        (b'"ab\\x"', 1, 4, "\\x is not an escape of JSON"),
        (b'"ab\\u12G4"', 1, 4, "\\u is not followed by four hexadecimal digits"),
        (b'{\n"a":"abc', 2, 9, "inside a string that starts at line 2, column 5"),
        (b'["ab\\u0', 1, 8, "inside a string that starts at line 1, column 2"),
        (b'{\n"a":[1', 2, 7, "inside an array that starts at line 2, column 5"),
        (b'{"a":1', 1, 7, "inside an object that starts at line 1, column 1"),
        (b"{}\n{}", 2, 1, "a second value starts at line 2; one payload a line is a `.jsonl` file"),
        (b"{},", 1, 3, ", stands after the end of the value"),
        (b"{}\x00", 1, 3, "expected the end, but found '\\x00'"),
        (b"[1.]", 1, 2, "1. is not a number of JSON"),
        (b"-012", 1, 1, "-012 is not a number of JSON"),
        (b"[.5]", 1, 2, ".5 is not a number of JSON"),
        (b"[True]", 1, 2, "True is not JSON; write true, false or null"),
        (b"[tru]", 1, 2, "tru is not JSON; a string needs double quotes"),
        (b'{"a" 1}', 1, 6, "expected a colon, but found '1'"),
        (b"[1 2]", 1, 4, "a comma is missing before 2"),
        (b"[1}", 1, 3, "expected a comma or ], but found '}'"),
        (b"[" * 100_000, 1, DEEPEST + 1, "nested deeper than 1,024 levels"),
    ],
)
def test_what_is_not_json_is_refused_with_place_and_reason(text: bytes, line: int, column: int, reason: str) -> None:
    error = refusal(text)
    assert (error.line, error.column) == (line, column)
    assert reason in error.reason


@pytest.mark.parametrize("pretty", [False, True])
def test_what_is_nested_too_deep_for_recursion_is_written(pretty: bool) -> None:
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    objects = b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST
    assert [b"".join(dump(parse(text), pretty=pretty).split()) for text in (deepest, objects)] == [deepest, objects]


@pytest.mark.parametrize("pretty", [False, True])
@pytest.mark.parametrize(
    "value", [{"a": [1, {"b": None, "c": []}], "d": {}}, [[], {}, "x\n\u2028", True], [], {}, "", 0, None]
)
def test_both_ways_of_writing_agree(value: Any, pretty: bool) -> None:
    assert "".join(_written(value, pretty=pretty)).encode() == dump(value, pretty=pretty)


def test_both_ways_of_reading_agree_on_the_deepest_text() -> None:
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert dump(parse(deepest[:500] + deepest[-500:])) == deepest[:500] + deepest[-500:]
    assert len(parse(deepest)) == len(jsonreader.parse(deepest)) == 1
    assert "nested deeper" in refusal(b"[" + deepest + b"]").reason


def test_a_long_string_of_escapes_is_read() -> None:
    assert parse(b'"' + b"\\n" * 5_000 + b'\\ud800"') == "\n" * 5_000 + "\ud800"


def test_places_start_where_the_text_starts_in_its_source() -> None:
    assert locate(b'{"a":\n1}', ["", "/a"], line=7, column=5) == {"": (7, 5), "/a": (8, 1)}
    with pytest.raises(PayloadUnreadable) as caught:
        parse(b'{"a":"x', line=7, column=5)
    assert (caught.value.line, caught.value.column) == (7, 12)
    assert "line 7, column 10" in caught.value.reason


def test_columns_count_characters() -> None:
    assert locate('{"é😀": 1}'.encode(), ["/é😀"]) == {"/é😀": (1, 8)}


def test_the_last_of_duplicate_keys_has_the_place() -> None:
    text = b'{"a": {"b": 1, "c": 1}, "a": {"b": 2}}'
    assert locate(text, ["/a/b", "/a/c", "/x/y"]) == {"/a/b": (1, 36)}
    assert locate_keys(text, ["/a", "/a/b", "/a/c"]) == {"/a": (1, 25), "/a/b": (1, 31)}


def test_items_of_lists_have_no_key() -> None:
    assert locate_keys(b'[{"0": 1}]', ["", "/0", "/0/0", "/1/0"]) == {"/0/0": (1, 3)}


def test_duplicate_keys_are_found_at_the_second() -> None:
    text = b'{"a": 1, "b": [0, {"c/d": 2, "c\\/d": 3}],\n "a": {"b": 1}, "e": [[], {}]}'
    assert duplicate_keys(text) == [("/b/1/c~1d", 1, 30), ("/a", 2, 2)]
    assert duplicate_keys(b"1") == []
