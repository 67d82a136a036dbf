"""ECMA-262 patterns: what is built matches, and what cannot be built is said."""

from __future__ import annotations

from random import Random

import pytest

from hookcli.errors import Unsatisfiable
from hookcli.generation.text.patterns import (
    LONGEST,
    compile_aimed,
    compile_node,
    edges_of,
    ends,
    is_certain,
    longest,
    parse,
    shortest,
)
from hookcli.schema.dialect import matches

BUILDABLE = [
    "^abc$", "^a|b$", "^[abc]$", "^[a-z0-9_-]+$", "^[^a-z]{3}$", "^[^\\x00-\\x7f]$", "^\\d{3}-\\w+\\s\\S$", "^\\D\\W$", "^.{5}$",
    "^(ab)+$", "^(?:ab){2,3}$", "^(?<year>\\d{4})$", "^a?b*c+$", "^a{2}$", "^a{2,}$", "^a{0,2}b$", "^a+?b$", "^\\u0041\\x42$",
    "^\\u{1F600}$", "^\\t\\n\\r\\f\\v$", "^\\cA$", "^[\\-\\]]$", "^[\\d\\-x]$", "^[\\w.-]{2}$", "^\\.\\*\\/$", "^\\p{L}{3}$",
    "^\\p{Lu}\\p{Ll}$", "^\\P{L}$", "^\\p{Script=Greek}$", "^\\p{Letter}$", "^\\p{ASCII}$", "^\\p{So}$", "^[\\p{L}\\d]{4}$", "^\\p{Any}$",
    "foo", "^$", "", "^(a|bb|ccc)$", "^[\\u4e00-\\u9fff]{2}$", "^(?:(?:a|b)-?){4}$", "^100%$", "^%[a-z]%%[0-9]-%s$",
    "^[A-Z]{5}[0-9]{4}[A-Z]$", "^[6-9]\\d{9}$", "^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$",
    "^(?i)abc$", "^(?i:abc)[x-z]$", "^(?i:[^k])$", "^(?-i:a)$", "^(?s:.)$", "^(?:[^\\s\\S]|a)$", "^[^\\s\\S]?a$", "^(?![^\\s\\S])a$",
    "^\\p{Cc}$", "^\\p{Co}$", "^\\p{Cn}$", "^\\p{LC}$", "^\\p{gc=Lu}$", "^\\p{Uppercase_Letter}$", "^\\p{digit}$", "^\\p{M}$",
    "^\\p{Emoji}$", "^\\P{Emoji}$", "^\\p{Emoji_Presentation}$", "^\\p{Extended_Pictographic}$", "^\\p{Alphabetic}{9}$", "^\\P{Alphabetic}{9}$",
    "^\\p{ASCII_Hex_Digit}$", "^\\p{White_Space}$", "^\\p{ID_Start}\\p{ID_Continue}{9}$", "^\\p{Lowercase}{9}$", "^\\p{Uppercase}{9}$",
    "^\\p{sc=Grek}{9}$", "^\\p{scx=Cyrl}{9}$", "^\\p{Script=Han}$", "^\\p{sc=Hira}$", "^\\p{sc=Thai}$", "^\\P{sc=Latin}$", "^[^\\p{L}\\d]{9}$",
    "^\\p{Math}$", "^\\p{Dash}$", "^\\p{Ideographic}$", "^\\p{Sc}$", "^\\p{Pd}$", "^\\p{Assigned}$", "^[\\p{Lu}\\p{Nd}]{9}$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", BUILDABLE)
@pytest.mark.parametrize("spread", [0, 3])
def test_what_is_built_matches(pattern: str, spread: int) -> None:
    tree = parse(pattern)
    make = compile_node(tree, Random(1), spread)
    made = [make() for _ in range(30)]
    assert [text for text in made if not matches(pattern, text)] == []
    assert all(shortest(tree) <= len(text) <= longest(tree, spread) for text in made)


@pytest.mark.parametrize("pattern", ["^.$", "^[^a]$", "^\\s$", "^\\S$", "^[\\s\\S]$", "^\\W$", "^(?s:.)$", "^[\\n ]$"])
def test_no_line_ends_where_there_is_anything_else(pattern: str) -> None:
    make = compile_node(parse(pattern), Random(1), 3)
    assert not {make() for _ in range(500)} & set("\n\r\u2028\u2029")


@pytest.mark.parametrize("pattern", ["^(a|b)\\1$", "^(['\"])[a-z]*\\1$", "^(\\d)(\\d)\\2\\1$", "^((a|b)c)\\1\\2$"])
def test_a_back_reference_is_the_same_text_again(pattern: str) -> None:
    make = compile_node(parse(pattern), Random(1), 3)
    made = [make() for _ in range(30)]
    assert [text for text in made if not matches(pattern, text)] == []
    assert len(set(made)) > 1


def test_a_named_back_reference_is_the_same_text_again() -> None:
    first, _, second = compile_node(parse("^(?<word>[a-z]{9})-\\k<word>$"), Random(1), 3)().partition("-")
    assert first == second


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("\\p{Nonsense}", "does not know the Unicode property 'Nonsense'"), ("\\p{sc=Nonsense}", "does not know the script"),
        ("\\pX", "property 'X'"), ("(a", "without its"), ("a)", "without its"), ("[a", "ends too early"), ("a\\", "ends too early"),
        ("x{2}{3}", "quantifier right after"), ("a**", "quantifier right after"), ("*a", "nothing to repeat"), ("a{3,2}", "from 3 to 2"),
        ("[z-a]", "back to 'a'"), ("\\2(a)", "back-reference"), ("\\k<n>a", "back-reference"), ("\\u12", "4 hexadecimal digits"),
        ("(?>a)", "starts with"), ("[^\\s\\S]", "no string matches"), ("a[]b", "no string matches"), ("\\p{Cs}", "no string matches"),
        ("(" * 200 + "a" + ")" * 200, "100 deep"), ("a{1,x}", "quantifier of 'x'"),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_said(pattern: str, why: str) -> None:
    with pytest.raises(Unsatisfiable, match=why):
        parse(pattern)


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "a{5000000}"])
def test_what_is_too_long_is_said(pattern: str) -> None:
    with pytest.raises(Unsatisfiable, match="more than the 1,000,000"):
        compile_node(parse(pattern), Random(1), 4)


@pytest.mark.parametrize("pattern", ["((a+)+)+", "(a{1,1000}){1,1000}", "(((a*)*)*)*"])
def test_nested_repeats_stay_within_bounds(pattern: str) -> None:
    assert len(compile_node(parse(pattern), Random(1), 1_000)()) <= LONGEST


@pytest.mark.parametrize(
    ("pattern", "certain"),
    [
        ("^a$", True),
        ("^(?:a|b)$", True),
        ("^a|^b", True),
        ("(?=a)a", False),
        ("\\ba", False),
        ("a^b", False),
        ("(?:^a)+", False),
        ("(a)\\1", False),
        ("a++a", False),
    ],
)
def test_only_plain_patterns_need_no_proof(pattern: str, certain: bool) -> None:
    assert is_certain(parse(pattern)) is certain


@pytest.mark.parametrize(
    ("pattern", "anchored"),
    [("^a$", (True, True)), ("a$", (False, True)), ("^a", (True, False)), ("a", (False, False)), ("^a$|^b$", (True, True)),
     ("^", (True, False)), ("(^a)", (True, False)), ("", (False, False))],
)  # fmt: skip
def test_anchors_are_seen(pattern: str, anchored: tuple[bool, bool]) -> None:
    assert ends(parse(pattern)) == anchored


@pytest.mark.parametrize("wanted", [8, 9, 40, 41])
@pytest.mark.parametrize(
    "pattern", ["^[a-z]+(-[a-z]+)*$", "^\\d{3}$|^[a-f]{8,80}$", "^(?:\\w{2,4}\\.?)+$", "^x(a|b)*y*z?$"]
)
def test_a_length_is_shared_out_among_the_repeats(pattern: str, wanted: int) -> None:
    make = compile_aimed(parse(pattern), Random(1))
    made = [make(wanted) for _ in range(30)]
    assert [len(text) for text in made].count(wanted) > 15
    assert [text for text in made if not matches(pattern, text)] == []


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("^a$", ["a"]),
        ("^(?:a|bb|ccc)$", ["a", "bb", "ccc"]),
        ("^a{2,4}b?$", ["aa", "aaaa", "aa", "aab"]),
        ("^x+$", ["x", "xx"]),
    ],
)
def test_edges_are_each_branch_and_each_end_of_a_repeat(pattern: str, texts: list[str]) -> None:
    assert [compile_node(edge, Random(1), 0)() for edge in edges_of(parse(pattern))] == texts
