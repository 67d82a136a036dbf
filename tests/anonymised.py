"""What the tests of anonymising look at payloads with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from hookcli.anonymising import Anonymised, Anonymiser
from hookcli.jsontext import dump, parse
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.document import Schema, make_schema
from hookcli.schema.references import escape

KEY = b"a key of the tests"


def anonymiser(document: Json = None, key: bytes = KEY) -> Anonymiser:
    return Anonymiser(key, catalog.find_event, schema=None if document is None else schema_of(document))


def schema_of(document: Json) -> Schema:
    return make_schema(document, "own.json", "https://own.example/schema.json", catalog.fetch)


def anonymised(payload: Json, document: Json = None, key: bytes = KEY) -> Json:
    result = anonymiser(document, key).anonymise(dump(payload))
    assert isinstance(result, Anonymised), result
    assert result.strayed == ()
    return parse(result.body)


def leaves(payload: Json) -> Iterator[tuple[str, Json]]:
    waiting: list[tuple[str, Json]] = [("", payload)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{pointer}/{escape(key)}", each) for key, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{at}", each) for at, each in enumerate(value)]
        else:
            yield pointer, value


def leaked(payload: Json, result: Anonymised) -> list[str]:
    """What was replaced and is still there: not as a part of what stays, nor within a longer run of digits."""
    before = dict(leaves(payload))
    staying = json.dumps([value for pointer, value in before.items() if pointer not in result.changed] + [*before])
    text = json.dumps(parse(result.body))
    replaced = {json.dumps(before[pointer]).strip('"') for pointer in result.changed if pointer in before}
    return [each for each in replaced if len(each) >= 4 and _stands_in(each, text) and each not in staying]


def _stands_in(piece: str, text: str) -> bool:
    if piece not in text:
        return False
    return not piece.isdigit() or re.search(rf"(?<![0-9]){piece}(?![0-9])", text) is not None
