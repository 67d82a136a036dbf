"""Strings of patterns, lengths and formats at once: each is accepted, and what cannot be is said."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from random import Random

import pytest

from hookcli.errors import Unsatisfiable
from hookcli.generation.scalars import DeadEnd, prove
from hookcli.generation.shapes import Strings
from hookcli.generation.text.plain import compile_string
from hookcli.models import Json
from hookcli.schema.dialect import Dialect
from hookcli.schema.drafts import draft_of

_NOW = 1_700_000_000.0


def _judge(document: Json) -> Callable[[Json], bool]:
    uri = "https://x.example/"
    return Dialect(document, uri, {uri: document}, draft_of(document, "x"), "x").is_valid


def _make(schema: dict[str, Json], *more: str) -> list[str]:
    """20 strings, made and judged as a schema of one string."""
    judge = _judge({"type": "string", **schema, "allOf": [True, *({"pattern": pattern} for pattern in more)]})
    patterns = (*([schema["pattern"]] if "pattern" in schema else []), *more)
    formats = (schema["format"],) if "format" in schema else ()
    shape = Strings(schema.get("minLength", 0), schema.get("maxLength"), patterns, formats, excluding="not" in schema)
    make = compile_string(shape, Random(1), _NOW, judge)
    made = [make() for _ in range(20)]
    assert [text for text in made if not judge(text)] == []
    return made


LOOKING = [
    "^(?=.*[A-Z])(?=.*\\d).{8,}$", "^(?=.*[a-z])(?=.*[A-Z])(?=.*\\d)(?=.*[@$!%*?&])[A-Za-z\\d@$!%*?&]{8,64}$",
    "^(?!.*(?:foo|bar))[a-z-]+$", "^(?!-)[a-z-]{1,63}(?<!-)$", "^(?!0{3})\\d{3}$", "^(?=.{1,253}$)([a-z]{1,63}\\.)+[a-z]{2,}$",
    "^(?:(?!--)[a-z-])+$", "\\bcat\\b", "^x\\Bx", "(?<=a)b(?=c)", "(?<!\\w)\\d+(?!\\w)", "^(?!.*\\.\\.)(?!.*\\.$)[^\\W][\\w.]{0,29}$",
    "^((25[0-5]|(2[0-4]|1\\d|[1-9]|)\\d)\\.?\\b){4}$", "^(?!(?:con|prn|aux)$)[a-z]{3}$", "^(?=(?:.*\\d){5})[a-z0-9]{5,}$",
    "^(?=[01]*$)(?=\\d{7}$).*1{5}", "^(?=a)(?=.b)(?=..c)...$", "^(?!.*(.).*\\1)[a-z]{5}$", "^(?=.*\\p{Lu})(?=.*\\p{Ll}).{8,12}$",
    "a++b", "^(?:(?<=a|^)a)+$", "(?m:^a$)",
]  # fmt: skip


@pytest.mark.parametrize("pattern", LOOKING)
def test_look_arounds_are_met(pattern: str) -> None:
    assert len(set(_make({"pattern": pattern}))) >= 1
    assert max(map(len, _make({"pattern": pattern, "maxLength": 12}))) <= 12


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "^[a-z]+(-[a-z]+)*$", "minLength": 40, "maxLength": 42},
        {"pattern": "^\\d{3}$|^\\d{17}$", "minLength": 10},
        {"pattern": "^(ab)+$", "minLength": 7, "maxLength": 8},
        {"pattern": "foo", "minLength": 100, "maxLength": 100},
        {"pattern": "^foo", "minLength": 10, "maxLength": 10},
        {"pattern": "foo$", "minLength": 10, "maxLength": 10},
        {"pattern": "^.{0,10000}$", "minLength": 5000},
        {"pattern": "^(?=(?:.*\\d){5})[a-z0-9]{5,500}$", "minLength": 400},
        {"pattern": "^(?=[a-z])(?!.*--)[a-z0-9-]{3,63}(?<!-)$", "minLength": 60},
        {"pattern": "^(a|b{3}|c{5})*$", "minLength": 7, "maxLength": 7},
        {"pattern": "^\\S+( \\S+)+$", "minLength": 30, "maxLength": 30},
        {"pattern": "^[a-z]*$", "maxLength": 0},
        {"pattern": "^x*$", "not": {"enum": ["", "x"]}},
    ],
)
def test_lengths_are_met(schema: dict[str, Json]) -> None:
    assert _make(schema)


@pytest.mark.parametrize(
    "patterns",
    [
        ("foo", "bar"),
        ("^a", "z$", "m"),
        ("^[a-z0-9]+$", "\\d{3}", "^[^0-4]*$"),
        ("^[a-z]+\\.[a-z]+$", "^.{20,25}$"),
        ("^\\S+@\\S+$", "\\.com$", "^[a-c@.mo]*$"),
        ("^(?!x)", "^\\w{3}$", "[xyz]$"),
        ("^[0-9a-f]{8}$", "^(..)*dead(..)*$"),
    ],
)
def test_several_patterns_are_met_at_once(patterns: tuple[str, ...]) -> None:
    assert len(set(_make({}, *patterns))) > 1


@pytest.mark.parametrize(
    "schema",
    [
        {"format": "date-time", "pattern": "^2026-"},
        {"format": "email", "pattern": "@acme\\.example$"},
        {"format": "email", "maxLength": 8},
        {"format": "uri", "pattern": "^https://", "maxLength": 20},
        {"format": "uri", "pattern": "\\.png$", "minLength": 60, "maxLength": 62},
        {"format": "ipv4", "pattern": "^10\\."},
        {"format": "ipv6", "pattern": "^fe80:"},
        {"format": "uuid", "pattern": "^a{5}"},
        {"format": "date", "pattern": "-12-\\d\\d$"},
        {"format": "hostname", "pattern": "^api[.]", "minLength": 30},
        {"format": "duration", "pattern": "W$"},
        {"format": "json-pointer", "pattern": "^/a/\\d+$"},
    ],
)
def test_a_format_and_more_is_met(schema: dict[str, Json]) -> None:
    assert len(set(_make(schema))) > 1


@pytest.mark.parametrize(
    ("schema", "more", "why"),
    [
        ({"pattern": "$ref"}, (), "no string matches"),
        ({"pattern": "^a{3}$", "maxLength": 2}, (), "3 characters, where 2"),
        ({"pattern": "^(ab)+$", "minLength": 7, "maxLength": 7}, (), "with 7 to 7 characters"),
        ({"pattern": "^[a-z]{3}$", "minLength": 4}, (), "with 4 or more characters"),
        ({}, ("^[a-z]{3}$", "^\\d"), "no string matches all"),
        ({}, ("^[^a]*$", "a"), "no string matches all"),
        ({"pattern": "^(?:a{9}){90}$", "maxLength": 800}, (), "810 characters, where 800"),
    ],
)
def test_what_contradicts_itself_is_said(schema: dict[str, Json], more: tuple[str, ...], why: str) -> None:
    patterns = (*([schema["pattern"]] if "pattern" in schema else []), *more)
    judge = _judge({"allOf": [True, *({"pattern": pattern} for pattern in more)], **schema})
    with pytest.raises(Unsatisfiable, match=why):
        compile_string(Strings(schema.get("minLength", 0), schema.get("maxLength"), patterns), Random(1), _NOW, judge)


def test_a_pattern_of_too_many_characters_is_said() -> None:
    shape = Strings(patterns=("((a{1000}){1000}){1000}",))
    with pytest.raises(Unsatisfiable, match="1,000,000,000 characters"):
        compile_string(shape, Random(1), _NOW, lambda _: True)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a{1,1000}){1,1000}", "(a*)*", "(x+x+)+y", "abcdefghi-" * 10_000, "|".join(f"w{at}" for at in range(10_000)),
        "^(?=.*x)(" + "|".join(f"w{at}x" for at in range(10_000)) + ")$", "^(?!.*a)(?:a?){2000}b$", "^(?=.*b)(?:[a-c]{1,900}){1,900}$",
        "[" + "".join(f"\\u{{{code:x}}}" for code in range(0x4E00, 0x6000, 2)) + "]{3}",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("uncovered")
def test_no_pattern_explodes(pattern: str) -> None:
    start = time.process_time()
    make = compile_string(Strings(patterns=(pattern,)), Random(1), _NOW, lambda _: True)
    assert len(make()) <= 1_000_000
    assert time.process_time() - start < 5


def test_a_way_that_makes_one_string_alone_is_the_last_resort() -> None:
    assert len(set(_make({"format": "uri", "pattern": "^https://", "maxLength": 20}))) > 10
    assert set(_make({"pattern": "^(?=f)foo$"})) == {"foo"}


def test_what_never_has_luck_is_tried_less_and_less() -> None:
    made = 0

    def sample() -> str:
        nonlocal made
        made += 1
        return "x"

    hopeless = prove(sample, lambda _: False)
    for _ in range(100):
        with pytest.raises(DeadEnd):
            hopeless()
    assert made < 1_000


def test_what_has_luck_again_is_tried_as_often_as_before() -> None:
    tries = iter(range(10_000))
    lucky = [10_000]
    seldom = prove(lambda: next(tries), lambda value: value >= lucky[0])
    for _ in range(20):
        with pytest.raises(DeadEnd):
            seldom()
    for ahead in (2, 150):
        lucky[0] = next(tries) + ahead
        assert seldom() == lucky[0]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^[a-z][a-z0-9-]*$", r"[a-z]{4,}-\d{1,2}"),
        ("\\S", r"[a-z]{4,}-\d{1,2}"),
        ("^\\w+$", r"[a-z]{4,}_\d{1,2}"),
        ("^[a-z]+$", r"[a-z]{4,}"),
        ("^[A-Z][A-Za-z]*$", r"([A-Z][a-z]{3,})+"),
        ("^[A-Z_]{2,}$", r"[A-Z]{4,}(_[A-Z]{4,})*"),
        ("^/", r"(/[a-z]{4,})+/\d{1,2}"),
        ("^https?://", r"https://[a-z]+\.example/[a-z]+/\d{1,2}"),
    ],
)
def test_where_a_pattern_takes_words_as_people_write_them_it_gets_some(pattern: str, expected: str) -> None:
    assert all(re.fullmatch(expected, text) for text in _make({"pattern": pattern}))


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ("^ORD-", r"ORD-\d{4,6}"),
        ("^x-", r"x-[a-z]+"),
        (r"\.(jpg|png)$", r"[a-z]+\.(jpg|png)"),
        (r"^v\d+\.\d+", r"v\d+\.\d+"),
        ("^(a|b)$|^c", "[abc]"),
        (r"^\S+@\S+\.\S+$", r"[a-z]+\d+@[a-z]+\.example"),
        ("^[^/]+/[^/]+$", r"[a-z]+/[a-z]+-\d+"),
    ],
)
def test_what_a_pattern_leaves_open_goes_on_as_people_write(pattern: str, wanted: str) -> None:
    made = _make({"pattern": pattern})
    assert all(re.fullmatch(wanted, text) for text in made)
    assert len(set(made)) > 2
