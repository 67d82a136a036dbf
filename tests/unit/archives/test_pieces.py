"""However an archive is cut, what is said of it is the same to the letter, and each line is judged once."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from hookcli.archives.doubts import Verdicts
from hookcli.archives.judging import judge_lines, shifted
from hookcli.archives.lines import blocks_between, blocks_of
from hookcli.archives.reading import Place, Reading
from hookcli.capture.files import Limits
from hookcli.capture.lines import each_line
from hookcli.capture.records import unpacked
from hookcli.models import Capture, Judgement
from hookcli.schema import catalog
from hookcli.validation import validate

VALID = b'{"event_name":"nobody_knows_me"}'
PACKED = b'{"headers":[],"body_base64":"%s"}' % base64.b64encode(VALID)
LINES = st.lists(
    st.sampled_from(
        [
            b"",
            b"  ",
            VALID,
            PACKED,
            b'{"event_name":"message"}',
            b"{",
            b"[1, 2]",
            b"\xff",
            b'{"a":' * 40,
            b'{"headers":[],"body_base64":"e30="}',
            b'{"id":7,"headers":[],"body_base64":"!"}',
            b'{"headers":[],"body_base64":"ew=="}',
            b'{"log":{"version":"1.2","entries":[{"request":{"postData":{"text":"{"}}}]}}',
            b"x" * 110,
        ]
    ),
    max_size=12,
)
LIMITS = Limits(line=100)
READING = Reading(limits=LIMITS)
judge = partial(validate, find_schema=catalog.find_event, events=catalog.event_names())


def plainly_valid(payload: object) -> bool:
    return payload["event_name"] == "nobody_knows_me"  # type: ignore[index]


def told(found: list[Judgement]) -> list[tuple[object, ...]]:
    """All that is reported of the payloads that are not valid."""
    return [
        (each.capture.source, each.capture.index, each.capture.line, each.capture.number, each.verdict, each.violations)
        for each in found
        if each.violations
    ]


def in_pieces(pieces: Iterable[Iterable[bytes]]) -> tuple[list[Judgement], int]:
    found: list[Judgement] = []
    valid, place = 0, Place()
    for at, piece in enumerate(pieces):
        for part, judged in enumerate(judge_lines(piece, "a.jsonl", READING, Verdicts(judge, plainly_valid))):
            place.move_to(replace(judged.extent, is_continued=at + part > 0))
            found += [shifted(each, place) for each in judged.judgements]
            valid += judged.valid
    return found, valid


@settings(deadline=None)
@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.booleans(), st.integers(1, 100), st.integers(1, 100))
def test_pieces_say_what_the_whole_says(lines, end, has_last_end, size, block):
    data = end.join(lines) + (end if has_last_end else b"")
    unpacked = [judgement for capture in read_lines(data) for judgement in [judge(capture)]]
    ranges = [
        blocks_between(io.BytesIO(data), at, min(at + size, len(data)), 100, block) for at in range(0, len(data), size)
    ]
    for pieces in (ranges, ([each] for each in blocks_of(io.BytesIO(data), 100, size))):
        found, valid = in_pieces(pieces)
        assert told(found) == told(unpacked)
        assert valid == sum(line.strip() in (VALID, PACKED) for line in lines)


def read_lines(data: bytes) -> list[Capture]:
    lines = each_line("a.jsonl", data.splitlines(keepends=True), LIMITS)
    return [
        replace(inner, index=index)
        for index, inner in enumerate(i for each in lines for i in unpacked(each, by_line=True))
    ]


def test_where_much_is_to_be_said_it_is_said_in_parts() -> None:
    block = b"{\n" * 1_500
    parts = list(judge_lines([block, VALID + b"\n", block, block], "a.jsonl", READING, Verdicts(judge, plainly_valid)))
    assert [(len(each.judgements), each.valid, each.extent.lines) for each in parts] == [
        (1_500, 0, 1_500), (1_500, 1, 1_501), (1_500, 0, 1_500), (0, 0, 0),
    ]  # fmt: skip
