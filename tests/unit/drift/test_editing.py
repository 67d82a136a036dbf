"""A JSON text is changed where its value is, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli.drift.editing import edited
from hookcli.jsontext import parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES, VALUES, st.sampled_from([None, 2, "\t"]))
def test_the_text_is_that_of_the_new_value(old: Any, new: Any, indent: Any) -> None:
    text = json.dumps(old, indent=indent)
    assert json.dumps(parse(edited(text.encode(), old, new))) == json.dumps(new)
    assert edited(text.encode(), old, old) == text.encode()


WRAPPED = """{
  "a" : [ "x", "y",
          "z" ],
  "b": {"c": 1e2}, "d": {}
}
"""


@pytest.mark.parametrize(
    ("new", "text"),
    [
        ({"a": ["x", "z"], "b": {"c": 100.0}, "d": {}}, WRAPPED.replace('"y",\n          ', "").replace('"x", ', '"x",\n          ')),
        ({"a": ["x", "y", "z", "w"], "b": {"c": 100.0}, "d": {}}, WRAPPED.replace('"z"', '"z",\n          "w"')),
        ({"a": ["x", "y", "z"], "b": {"c": 100.0, "e": [1, 2]}, "d": {}}, WRAPPED.replace("1e2", '1e2, "e": [1, 2]')),
        ({"a": ["x", "y", "z"], "b": {"c": 100.0}, "d": {"e": None}}, WRAPPED.replace("{}", '{"e" : null}').replace('"e" :', '"e":')),
        ({"b": {"c": 100.0}, "d": {}}, '{\n  "b": {"c": 1e2}, "d": {}\n}\n'),
    ],
)  # fmt: skip
def test_what_stays_is_written_as_it_was(new: Any, text: str) -> None:
    assert edited(WRAPPED.encode(), json.loads(WRAPPED), new).decode() == text


def test_an_object_with_a_key_that_comes_twice_is_written_anew() -> None:
    assert edited(b'{"a": 1, "a":  2}', {"a": 2}, {"a": 2, "b": 3}) == b'{"a": 2, "b": 3}'
