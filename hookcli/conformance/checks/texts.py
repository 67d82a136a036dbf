"""Text beyond ASCII."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from hookcli.conformance.asking import Answer, Asker, Try
from hookcli.conformance.messages import places_of_text
from hookcli.conformance.registry import TRANSPORT, Finding, check, skipped
from hookcli.jsontext import dump
from hookcli.models import Json

TEXTS = {
    "emoji": "Hookcli Test 👩🏽‍🚀🎉",
    "right-to-left": "اختبار Hookcli Test בדיקה",
    "combining marks": "Hookcli Test é̂ Z̷a̴l̵g̶o",
    "line separators": "Hookcli\u2028Test\u2029",
    "Indic scripts": "Hookcli Test परीक्षण தமிழ்",
    "a byte order mark and a zero-width joiner": "\ufeffHookcli\u200d Test",
}


@check("unicode", TRANSPORT)
def unicode(asker: Asker) -> Finding:
    """Names and texts in any script are accepted, raw and escaped.

    Emoji need four bytes in UTF-8 (MySQL: utf8mb4), U+2028 ends a line in old JavaScript, and a log or a terminal may
    expect ASCII. A computed signature that goes wrong here is what `signature.raw-body` asks about.
    """
    answers = asker.send_each(_tries(asker))
    if _is_signature_at_fault(asker, answers):
        return skipped("says nothing: genuine messages are refused for how they are written; see signature.raw-body")
    return asker.judge(
        answers, what="payloads with text beyond ASCII", remedy="Read the body as UTF-8, and store and log it as such."
    )


def _is_signature_at_fault(asker: Asker, answers: list[Answer]) -> bool:
    """Whether all is accepted in one way of writing, not in the other, and neither is plain ASCII with spaces."""
    refused = [answer.label for answer in answers if not asker.is_accepted(answer.attempt)]
    bad = {way for way in WAYS if any(label.endswith(way) for label in refused)}
    if len(bad) != 1 or asker.mint.key is None:
        return False
    event = asker.known.carrier
    spaced = asker.send(asker.mint.wrap(event, json.dumps(asker.mint.payload(event)).encode()))
    return not asker.is_accepted(spaced)


WAYS: dict[str, Callable[[Json], bytes]] = {
    "raw": dump,
    "escaped": lambda payload: json.dumps(payload, separators=(",", ":")).encode(),
}
"""How text beyond ASCII is written."""


def _tries(asker: Asker) -> Iterator[Try]:
    for event in asker.shapes():
        for name, text in TEXTS.items():
            for way, write in WAYS.items():
                payload = asker.mint.payload(event)
                for place, key in places_of_text(payload):
                    place[key] = text
                yield Try(f"{event}: {name}, {way}", asker.mint.wrap(event, write(payload)))
