"""A large list is taken apart without being read whole, wherever its chunks end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookcli.capture.streams import items_in
from hookcli.capture.texts import capture_at
from hookcli.capture.wholes import in_text
from hookcli.errors import FileUnreadable

PATH = (frozenset({"log"}), frozenset({"entries", "items"}))
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text('ab\\"[]{},: \n\té🙂'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('a"]\\', max_size=3), inner, max_size=3),
    max_leaves=8,
)


def chunked(text: bytes, size: int) -> list[bytes]:
    return [text[at : at + size] for at in range(0, len(text), size)]


@given(st.lists(VALUES, max_size=5), st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_items_are_those_of_the_whole_with_their_places(items, size, indent, is_ascii):
    text = b" \n" + json.dumps(items, indent=indent, ensure_ascii=is_ascii).encode() + b"\n"
    found = [
        capture_at("a", index, line, column, item)
        for index, (line, column, item) in enumerate(items_in(chunked(text, size)))
    ]
    assert found == (list(in_text("a", text)) if items else [])


@given(VALUES, st.lists(VALUES, max_size=3), VALUES, st.integers(1, 40))
def test_a_list_within_objects(before, items, after, size):
    text = json.dumps({"a": before, "log": {"b": before, "entries": items, "c": after}, "d": after}).encode()
    found = [json.loads(item) for _, _, item in items_in(chunked(text, size), PATH)]
    assert found == items


@pytest.mark.parametrize(
    ("text", "read", "why"),
    [
        (b"[1, 2", 2, "cut short at line 1, column 6"),
        (b'[1,\n "a', 1, "cut short at line 2, column 2"),
        (b"[1, {", 1, "cut short at line 1, column 5"),
        (b"[1 2]", 1, "not JSON at line 1, column 4"),
        (b"[1,]", 1, "not JSON at line 1, column 4"),
        (b"[1] 2", 1, "not JSON at line 1, column 5"),
        (b"[", 0, "cut short"),
        (b"{}", 0, "it is no list"),
        (b"", 0, "it is no list"),
    ],
)
@pytest.mark.parametrize("size", [1, 100])
def test_what_is_broken_is_said_behind_what_is_not(text: bytes, read: int, why: str, size: int) -> None:
    found = []

    def take() -> None:
        for item in items_in(chunked(text, size)):
            found.append(item)  # noqa: PERF402 (what came before the fault is to be kept)

    with pytest.raises(FileUnreadable, match=why):
        take()
    assert len(found) == read


@pytest.mark.parametrize("text", [b"[]", b'{"log": []}', b'{"log": {"entries": 1}}', b'{"log": {"entries": [1]', b"{"])
def test_where_there_is_no_such_list(text: bytes) -> None:
    with pytest.raises(FileUnreadable):
        list(items_in([text], PATH))


def test_one_item_is_kept_at_a_time() -> None:
    chunks = (b"[" if number == 0 else b'{"a": "' + b"x" * 1000 + b'"},' for number in range(1_000_000))
    items = items_in(chunks)
    assert [next(items)[2][:4] for _ in range(3)] == [b'{"a"'] * 3
