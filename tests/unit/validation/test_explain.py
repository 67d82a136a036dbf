from __future__ import annotations

import time
from typing import Any

import pytest

from hookcli.jsonreader import HUGE
from hookcli.models import Violation
from hookcli.schema.document import make_schema
from hookcli.validation.explain import explain
from hookcli.validation.sentences import Broken, describe_surplus, shown


def refuse(uri: str) -> Any:
    raise AssertionError(uri)


def said(document: Any, payload: Any) -> list[tuple[str | None, str | None, str]]:
    schema = make_schema(document, "test", "https://hookcli.example/test.json", refuse)
    assert not schema.is_valid(payload)
    found = [each.violation() for each in explain(schema, payload)]
    return [(each.pointer, each.keyword, each.message) for each in found]


DRAFT_4 = {"$schema": "http://json-schema.org/draft-04/schema#"}
NEVER = "must not be here: the schema allows no value"


@pytest.mark.parametrize(
    ("document", "payload", "sentence"),
    [
        ({"type": "integer"}, "abc", "is 'abc', but must be an integer"),
        ({"type": ["string", "null"]}, 12, "is 12, but must be a string or null"),
        ({"type": ["string", "null", "array"]}, True, "is true, but must be a string, null or an array"),
        ({"enum": ["TEXT", "BUTTON"]}, "TEXTS", "is 'TEXTS', but must be 'TEXT' or 'BUTTON'; did you mean 'TEXT'?"),
        ({"enum": [*range(12)]}, "x", "is 'x', but must be 0, 1, 2, 3, 4, 5, 6, 7 or 4 more"),
        ({"const": None}, {}, "is an empty object, but must be null"),
        ({"format": "email"}, "a at b", "is 'a at b', which is not an e-mail address (format email)"),
        ({"format": "iri"}, "a b", "is 'a b', which is not in the right form (format iri)"),
        ({"pattern": "^a+$"}, "b\n", r"is 'b\n', which does not match the pattern '^a+$'"),
        ({"minimum": 5}, 3, "is 3, but must be at least 5"),
        ({"maximum": 5}, 10**400, f"is {'1' + '0' * 19}… (401 digits), but must be at most 5"),
        ({"exclusiveMinimum": 5}, 5, "is 5, but must be more than 5"),
        ({"exclusiveMaximum": 5}, 5.5, "is 5.5, but must be less than 5"),
        ({**DRAFT_4, "minimum": 5, "exclusiveMinimum": True}, 5, "is 5, but must be more than 5"),
        ({**DRAFT_4, "maximum": 5, "exclusiveMaximum": True}, 5, "is 5, but must be less than 5"),
        ({"multipleOf": 5}, 7, "is 7, but must be a multiple of 5"),
        ({"minLength": 3}, "ab", "is 'ab': 2 characters, but must have at least 3 characters"),
        ({"maxLength": 1}, "ab", "is 'ab': 2 characters, but must have at most 1 character"),
        ({"minItems": 2}, [1], "has 1 item, but must have at least 2 items"),
        ({"maxItems": 0}, [1], "has 1 item, but must have at most 0 items"),
        ({"uniqueItems": True}, [1, 1], "holds equal items, but each must differ from all others"),
        ({"minProperties": 2}, {}, "has 0 keys, but must have at least 2 keys"),
        ({"maxProperties": 0}, {"a": 1}, "has 1 key, but must have at most 0 keys"),
        ({"required": ["chat_link"]}, {}, "has no key 'chat_link'"),
        ({"contains": {"type": "string"}}, [1], "holds no item of the kind that it must hold"),
        ({"not": {"type": "string"}}, "a", "is 'a', which the schema rules out"),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "has the key 'a' and so must have the key 'b'"),
        ({"contains": True, "minContains": 2}, [1],
         "Too few items match the given schema (expected at least 2 but only 1 matched)"),
    ],
)  # fmt: skip
def test_each_keyword_has_its_sentence(document: Any, payload: Any, sentence: str) -> None:
    ((pointer, keyword, message),) = said(document, payload)
    assert (pointer, message) == ("", sentence)
    assert keyword in document


def test_keys_that_are_not_allowed_are_named_one_by_one() -> None:
    document = {"properties": {"text": {}}, "patternProperties": {"^x-": {}}, "additionalProperties": False}
    assert said({"properties": {"a": document}}, {"a": {"txet": 1, "x-a": 2, "b/c": 3, "text": 4}}) == [
        ("/a/txet", "additionalProperties", "is a key that the schema does not allow; did you mean 'text'?"),
        ("/a/b~1c", "additionalProperties", "is a key that the schema does not allow; remove it"),
    ]


def test_every_missing_key_is_named_once() -> None:
    found = said({"required": ["a", "b"]}, {})
    assert [message for _, _, message in found] == ["has no key 'a'", "has no key 'b'"]


def test_a_misspelt_required_key_is_named() -> None:
    document = {"required": ["chat_link"], "properties": {"chat_line": {}, "chat_link": {}}}
    ((_, _, message),) = said(document, {"chat_line": 1, "chatlink": 2})
    assert message == "has no key 'chat_link'; is 'chatlink' meant to be it?"


def test_a_key_with_a_bad_name_has_the_place_of_the_key() -> None:
    document = {"properties": {"a": {"propertyNames": {"pattern": "^[a-z]+$"}}}}
    assert said(document, {"a": {"ok": 1, "b/1": 2}}) == [
        ("/a/b~11", "propertyNames", "the key is 'b/1', which does not match the pattern '^[a-z]+$'")
    ]


@pytest.mark.parametrize(
    ("document", "payload", "pointer", "keyword"),
    [
        (False, 1, "", "not"),
        ({"properties": {"a": False}}, {"a": 1}, "/a", "properties"),
        ({"patternProperties": {"a": False}}, {"a": 1}, "/a", "patternProperties"),
        ({"prefixItems": [False]}, [1], "/0", "prefixItems"),
        ({"if": True, "then": False}, 1, "", "then"),
        ({"if": False, "else": False}, 1, "", "else"),
        ({"allOf": [False]}, 1, "", "not"),
        ({"anyOf": [False, {"type": "object", "properties": {"a": False}}]}, {"a": 1}, "/a", "properties"),
        ({"oneOf": [{"properties": {"a": False}}, {"required": ["zz", "yy"]}]}, {"a": "cat"}, "/a", "properties"),
        ({"anyOf": [{"patternProperties": {"^a": False}}, {"required": ["z", "y"]}]}, {"a": "cat"}, "/a",
         "patternProperties"),
        ({"properties": {"b": {"properties": {"a": False}}}}, {"b": {"c": "cat", "a": "cat"}}, "/b/a", "properties"),
        ({"properties": {"a": {"$ref": "#/$defs/no"}}, "$defs": {"no": False}}, {"a": "cat"}, "/a", "properties"),
        ({"prefixItems": [True, False]}, [1, 1], "/1", "prefixItems"),
        ({"propertyNames": False}, {"a": "cat"}, "/a", "propertyNames"),
        ({"anyOf": [{"propertyNames": False}, {"required": ["z", "y"]}]}, {"a": "cat"}, "/a", "propertyNames"),
        ({"anyOf": [False, False]}, 1, "", "anyOf"),
    ],
)  # fmt: skip
def test_a_schema_that_is_just_false_is_named_by_what_holds_it(
    document: Any, payload: Any, pointer: str, keyword: str
) -> None:
    ((where, word, message),) = said(document, payload)
    assert (where, word) == (pointer, keyword)
    assert message.endswith(NEVER)


@pytest.mark.parametrize("dependencies", [{"a": ["b"], "c": {}}, {"a": ["b"], "z": ["y"]}])
def test_dependencies_of_old_drafts_are_said_the_same_way(dependencies: Any) -> None:
    document = {"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": dependencies}
    assert said(document, {"a": 1, "c": 1}) == [("", "dependencies", "has the key 'a' and so must have the key 'b'")]


CARD = {"properties": {"kind": {"const": "card"}, "title": {"type": "string"}, "size": {"enum": ["s", "l"]}}}
LINK = {"properties": {"kind": {"const": "link"}, "url": {"type": "string"}}, "required": ["url"]}


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_the_branch_whose_constants_hold_was_meant(keyword: str) -> None:
    document = {keyword: [CARD, LINK]}
    assert said(document, {"kind": "card", "title": 1, "size": "x", "url": "u"}) == [
        ("/title", "type", "is 1, but must be a string"),
        ("/size", "enum", "is 'x', but must be 's' or 'l'"),
    ]
    assert said(document, {"kind": "link"}) == [("", "required", "has no key 'url'")]


def test_a_branch_by_reference_is_understood() -> None:
    document = {"$defs": {"card": CARD, "link": LINK}, "oneOf": [{"$ref": "#/$defs/card"}, {"$ref": "#/$defs/link"}]}
    found = said(document, {"kind": "card", "size": "x"})
    assert found == [("/size", "enum", "is 'x', but must be 's' or 'l'")]


def test_a_branch_of_another_type_was_not_meant() -> None:
    document = {"anyOf": [{"type": "null"}, {"type": "string", "format": "email"}]}
    assert said(document, "x") == [("", "format", "is 'x', which is not an e-mail address (format email)")]


def test_without_constants_the_branch_with_the_fewest_errors_was_meant() -> None:
    document = {"anyOf": [{"required": ["a", "b"]}, {"required": ["c"]}]}
    assert said(document, {"x": 1}) == [("", "required", "has no key 'c'")]


def test_of_branches_with_equally_many_errors_the_deepest_was_meant() -> None:
    document = {"anyOf": [{"required": ["b"]}, {"properties": {"a": {"type": "string"}}}]}
    assert said(document, {"a": 1}) == [("/a", "type", "is 1, but must be a string")]


def test_a_choice_in_a_choice_is_followed() -> None:
    inner = {"anyOf": [{"type": "null"}, {"type": "object", "required": ["a"]}]}
    document = {"anyOf": [{"type": "string"}, {"type": "object", "properties": {"in": inner}}]}
    assert said(document, {"in": {}}) == [("/in", "required", "has no key 'a'")]


def test_where_no_branch_is_nearer_all_are_said() -> None:
    assert said({"anyOf": [{"type": "string"}, {"type": ["null", "string"]}]}, []) == [
        ("", "anyOf", "is an empty array, but must be a string or null")
    ]
    stranger = "is a key that the schema does not allow; remove it"
    closed = [{"properties": {key: {}}, "additionalProperties": False} for key in "vw"]
    assert said({"oneOf": closed}, {"v": 1, "w": 1}) == [
        ("", "oneOf", f"fits none of 2 alternatives: 'w' {stranger}; or 'v' {stranger}")
    ]
    firsts = [f"is 'x', but must be {one}" for one in range(3)]
    assert said({"oneOf": [{"const": one} for one in range(5)]}, "x") == [
        ("", "oneOf", f"fits none of 5 alternatives: {'; or '.join(firsts)}; and 2 more")
    ]


def test_what_all_branches_say_is_said_once() -> None:
    branches = [{"required": ["pay", key], "properties": {key: {"type": "string"}}} for key in "ab"]
    assert said({"oneOf": branches}, {}) == [("", "required", "has no key 'pay'")]


def test_choices_that_all_fail_in_a_choice_are_said_in_short() -> None:
    one, two = ({"oneOf": [{"const": a}, {"const": a + 1}]} for a in (1, 3))
    assert said({"anyOf": [one, two]}, 5) == [
        ("", "anyOf", "fits none of 2 alternatives: none of its own fits; or none of its own fits")
    ]


PAYMENTS = [
    {"properties": {"pay": {"properties": {"kind": {"const": kind}, kind: {"type": "object"}}, "required": ["kind"]}}}
    for kind in ("card", "upi", "cash", "cod")
]


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_discriminator_that_no_branch_has_is_the_one_violation(keyword: str) -> None:
    assert said({keyword: PAYMENTS}, {"pay": {"kind": "crd", "x": 1}}) == [
        ("/pay/kind", "const", "is 'crd', but must be 'card', 'upi', 'cash' or 'cod'; did you mean 'card'?")
    ]
    listed = [{"properties": {"v": {"enum": versions}}} for versions in ([1, 2], [2, True])]
    assert said({keyword: listed}, {"v": 3}) == [("/v", "enum", "is 3, but must be 1, 2 or true")]


def test_a_discriminator_that_is_missing_is_named() -> None:
    assert said({"oneOf": PAYMENTS}, {"pay": {"x": 1}}) == [
        ("/pay", "required", "has no key 'kind', which must be 'card', 'upi', 'cash' or 'cod'")
    ]


def test_a_branch_whose_constant_is_broken_is_never_nearest() -> None:
    card = {"properties": {"kind": {"const": "card"}}, "required": ["number", "name", "expiry"]}
    link = {"properties": {"kind": {"const": "link"}, "kinds": {"properties": {"a": {"properties": {"b": False}}}}}}
    found = said({"anyOf": [card, link]}, {"kind": "card", "kinds": {"a": {"b": 1}}})
    assert [message for _, _, message in found] == ["has no key 'number'", "has no key 'name'", "has no key 'expiry'"]


def test_a_branch_with_a_discriminator_that_holds_beats_one_without() -> None:
    card = {"properties": {"kind": {"const": "card"}}, "required": ["number", "name"]}
    link = {"properties": {"kind": {"const": "link"}}}
    found = said({"anyOf": [card, link, {"required": ["other"]}]}, {"kind": "card"})
    assert [message for _, _, message in found] == ["has no key 'number'", "has no key 'name'"]


def test_discriminators_that_contradict_each_other_leave_the_choice_open() -> None:
    branches = [{"properties": {"a": {"const": one}, "b": {"const": one}}} for one in (1, 2)]
    ((pointer, keyword, _),) = said({"oneOf": branches}, {"a": 1, "b": 2})
    assert (pointer, keyword) == ("", "oneOf")


@pytest.mark.parametrize(
    ("branches", "which"),
    [
        ([True, {"type": "integer"}, False], "1 and 2 of 3"),
        ([{"title": "Any"}, {"type": "string"}, {"$ref": "#/$defs/n"}, True], "1 ('Any'), 3 ('Number') and 4 of 4"),
        ([{}, {}, {"type": "string"}], "1 and 2 of 3"),
        ([True] * 12, "1, 2, 3, 4, 5, 6, 7, 8 and 4 more of 12"),
    ],
)
def test_more_than_one_fit_is_said(branches: Any, which: str) -> None:
    document = {"$defs": {"n": {"title": "Number", "type": "number"}}, "oneOf": branches}
    assert said(document, 1) == [("", "oneOf", f"fits the alternatives {which}, but must fit exactly one")]


def test_where_it_is_not_told_which_fit_the_number_is_said() -> None:
    broken = Broken("oneOf", [True, {}], 1, {}, "in other words", ())
    assert describe_surplus(broken, [None, None]) == "fits more than one of 2 alternatives, but must fit exactly one"


def test_thousands_of_missing_and_unknown_keys_are_told_in_linear_time() -> None:
    wanted = [f"wanted_key_{number}" for number in range(3000)]
    document = {"required": wanted, "properties": {key: {} for key in wanted}, "additionalProperties": False}
    schema = make_schema(document, "test", "https://hookcli.example/test.json", refuse)
    start = time.process_time()
    found = explain(schema, {f"wanted_kex_{number}": 1 for number in range(3000)})
    kept = [each.violation().message for each in found[:2] + found[-2:]]
    assert time.process_time() - start < 2
    assert len(found) == 6000
    assert kept == [
        "has no key 'wanted_key_0'",
        "has no key 'wanted_key_1'",
        "is a key that the schema does not allow; remove it",
        "is a key that the schema does not allow; remove it",
    ]


def test_shallow_violations_come_first() -> None:
    document = {"properties": {"a": {"properties": {"b": {"type": "string"}}}, "c": {"type": "string"}}}
    assert [pointer for pointer, _, _ in said(document, {"a": {"b": 1}, "c": 2})] == ["/c", "/a/b"]


def test_where_jsonschema_cannot_follow_the_judges_own_words_are_taken() -> None:
    document = {"$defs": {"a": {"items": {"$ref": "#/$defs/a"}, "type": "array"}}, "$ref": "#/$defs/a"}
    payload: Any = 1
    for _ in range(900):
        payload = [payload]
    schema = make_schema(document, "test", "https://hookcli.example/test.json", refuse)
    assert [each.violation() for each in explain(schema, payload)] == [
        Violation("/0" * 900, "type", '1 is not of type "array"')
    ]


def test_nor_can_it_follow_where_patterns_that_python_lacks_tell_what_is_evaluated() -> None:
    document = {"patternProperties": {"^\\p{L}+$": {}}, "unevaluatedProperties": False}
    assert said(document, {"a": 1, "2": 1}) == [
        ("", "unevaluatedProperties", "Unevaluated properties are not allowed ('2' was unexpected)")
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (False, "false"),
        (0, "0"),
        (1.0, "1.0"),
        ("D'Souza", '"D\'Souza"'),
        ("\x1b[31m\ud800", r"'\x1b[31m\ud800'"),
        ("x" * 60, "'" + "x" * 60 + "'"),
        ("x" * 1_000_000, "'" + "x" * 59 + "…'"),
        ({"a": {}, "b": 1}, "an object with 2 keys"),
        ([1] * 1234, "an array of 1,234 items"),
        (-HUGE, "a number of more digits than can be shown"),
    ],
)
def test_values_are_shown_short_and_safe(value: Any, text: str) -> None:
    assert shown(value) == text


def test_long_messages_of_jsonschemas_own_are_cut() -> None:
    ((_, keyword, message),) = said({"unevaluatedProperties": False}, {"k" * 300: 1})
    assert keyword == "unevaluatedProperties"
    assert len(message) == 161
