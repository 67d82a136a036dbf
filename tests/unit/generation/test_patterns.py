"""ECMA-262 patterns: what is built matches, and what cannot be built is said."""

from __future__ import annotations

from random import Random

import pytest

from hookcli.errors import Unsatisfiable
from hookcli.generation.patterns import compile_node, ends, is_certain, parse, shortest
from hookcli.schema.dialect import matches

BUILDABLE = [
    "^abc$", "^a|b$", "^[abc]$", "^[a-z0-9_-]+$", "^[^a-z]{3}$", "^[^\\x00-\\x7f]$", "^\\d{3}-\\w+\\s\\S$", "^\\D\\W$", "^.{5}$",
    "^(ab)+$", "^(?:ab){2,3}$", "^(?<year>\\d{4})$", "^a?b*c+$", "^a{2}$", "^a{2,}$", "^a{0,2}b$", "^a+?b$", "^\\u0041\\x42$",
    "^\\u{1F600}$", "^\\t\\n\\r\\f\\v$", "^\\cA$", "^[\\-\\]]$", "^[\\d\\-x]$", "^[\\w.-]{2}$", "^\\.\\*\\/$", "^\\p{L}{3}$",
    "^\\p{Lu}\\p{Ll}$", "^\\P{L}$", "^\\p{Script=Greek}$", "^\\p{Letter}$", "^\\p{ASCII}$", "^\\p{So}$", "^[\\p{L}\\d]{4}$", "^\\p{Any}$",
    "foo", "^$", "", "^(a|bb|ccc)$", "^[\\u4e00-\\u9fff]{2}$", "^(?:(?:a|b)-?){4}$",
    "^[A-Z]{5}[0-9]{4}[A-Z]$", "^[6-9]\\d{9}$", "^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$",
]  # fmt: skip


@pytest.mark.parametrize("pattern", BUILDABLE)
@pytest.mark.parametrize("spread", [0, 3])
def test_what_is_built_matches(pattern: str, spread: int) -> None:
    tree = parse(pattern)
    make = compile_node(tree, Random(1), spread)
    made = [make() for _ in range(30)]
    assert [text for text in made if not matches(pattern, text)] == []
    assert all(len(text) >= shortest(tree) for text in made)


@pytest.mark.parametrize("pattern", ["(a)\\1", "(?<n>a)\\k<n>", "\\p{Nonsense}", "\\pL", "(a", "a)", "[a", "a\\"])
def test_what_cannot_be_built_is_said(pattern: str) -> None:
    with pytest.raises(Unsatisfiable, match="cannot build a string"):
        parse(pattern)


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
