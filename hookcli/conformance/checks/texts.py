"""Text beyond ASCII."""

from __future__ import annotations

from collections.abc import Iterator

from hookcli.conformance.asking import Asker
from hookcli.conformance.registry import TRANSPORT, Finding, check
from hookcli.jsontext import dump
from hookcli.models import Json, Message

TEXTS = {
    "emoji": "Hookcli Test 👩🏽‍🚀🎉",
    "right-to-left": "اختبار Hookcli בדיקה",
    "combining marks": "Hookcli Té̂st Z̷a̴l̵g̶o",
    "line separators": "Hookcli\u2028Test\u2029",
    "Indic scripts": "Hookcli परीक्षण தமிழ்",
    "a byte order mark and a zero-width joiner": "\ufeffHookcli\u200d Test",
}


@check("unicode", TRANSPORT)
def unicode(asker: Asker) -> Finding:
    """Names and texts in any script are accepted, raw and escaped.

    Emoji need four bytes in UTF-8 (MySQL: utf8mb4), U+2028 ends a line in old JavaScript, and a log or a terminal may
    expect ASCII.
    """
    return asker.all_accepted(
        _messages(asker),
        what="payloads with text beyond ASCII were",
        remedy="Read the body as UTF-8, and store and log it as such.",
    )


def _messages(asker: Asker) -> Iterator[tuple[str, Message]]:
    event = asker.known.carrier
    for name, text in TEXTS.items():
        for form in ("raw", "escaped"):
            payload = asker.mint.payload(event)
            _say(payload, text)
            body = dump(payload) if form == "raw" else _escaped(payload)
            yield f"{name}, {form}", asker.mint.wrap(event, body)


def _escaped(payload: Json) -> bytes:
    import json

    return json.dumps(payload, separators=(",", ":")).encode()


def _say(payload: Json, text: str) -> None:
    """Write a text wherever a person's name or words stand."""
    payload["user"]["user_name"] = text
    for path in (("data", "closing_categories", "comment"), ("message", "body", "text"), ("agent", "name")):
        place = payload
        for key in path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict):
            place[path[-1]] = text
