"""Hostile payloads: no crash, no hang, nothing passed through."""

from __future__ import annotations

import json

import pytest
from anonymised import anonymised, anonymiser

from hookcli.anonymising import Anonymised, Withheld
from hookcli.jsontext import dump, parse
from hookcli.schema import catalog

VALID = catalog.folder() / "haptik" / "message.json"


@pytest.mark.parametrize(
    "body", [b"", b"{", b'{"a": NaN}', b"\xff\xfe", b'{"a": "\xc3"}', b"\xef\xbb\xbf{}", b"[" * 5000]
)
def test_what_is_no_json_is_withheld(body: bytes) -> None:
    result = anonymiser().anonymise(body)
    assert isinstance(result, Withheld)
    assert "not JSON" in result.reason
    assert result.line >= 1


def test_duplicate_keys_do_not_leak() -> None:
    result = anonymiser().anonymise(b'{"user_name": "Priya Sharma", "user_name": "Budi Santoso"}')
    assert isinstance(result, Anonymised)
    assert not any(name in result.body for name in (b"Priya", b"Sharma", b"Budi", b"Santoso"))


def test_huge_numbers_are_replaced() -> None:
    body = (
        b'{"a": 1e400, "b": 1e999999999, "c": 123456789012345678901234567890, "d": -1e-400, "e": 1' + b"0" * 4000 + b"}"
    )
    made = parse(anonymiser().anonymise(body).body)  # type: ignore[union-attr]
    before = parse(body)
    assert all(made[key] != before[key] for key in "abce")
    assert [len(str(made[key])) for key in "abce"] == [len(str(before[key])) for key in "abce"]


def test_lone_surrogates_are_replaced() -> None:
    payload = {"text": "Priya \ud83d went \udc00 home", "id": "a\ud83d1", "\ud83dkey": "x\udfff"}
    result = anonymiser().anonymise(dump(payload))
    assert isinstance(result, Anonymised)
    made = parse(result.body)
    assert "Priya" not in made["text"]
    assert made["id"] != payload["id"]
    assert list(made)[:2] == ["text", "id"]


def test_lone_surrogates_in_an_event_are_judged() -> None:
    payload = parse(VALID.read_bytes())["examples"][0]
    payload["user"]["user_name"] = "Priya \ud83d"
    result = anonymiser().anonymise(dump(payload))
    assert isinstance(result, Anonymised)
    assert b"Priya" not in result.body


@pytest.mark.parametrize("depth", [200, 300, 1_000])
def test_deep_nesting_is_followed(depth: int) -> None:
    body = b'{"event_name": "message", "a": ' + b'{"priya@x.in": ' * depth + b'"Priya"' + b"}" * depth + b"}"
    result = anonymiser().anonymise(body)
    assert isinstance(result, Withheld) or b"riya" not in result.body


@pytest.mark.usefixtures("uncovered")
def test_long_texts_are_replaced_in_time() -> None:
    for text in ("a" * 60_000, "a@" * 30_000, "1" * 60_000, "+1 2" * 8_000, "x-" * 30_000, "http://" * 8_000,
                 "a b " * 8_000, "अ" * 30_000, "1,000" * 8_000):  # fmt: skip
        for key in ("comment", "url", "phone"):
            made = anonymised({key: text})[key]
            assert made != text
            assert made[:50] != text[:50]


def test_hostile_keys_are_looked_at_in_time() -> None:
    keys = ["a" * 63 + "!", "a" * 30_000, "a_" * 30 + "!", "", " ", "\0", "__proto__", "A" * 64 + "-"]
    made = anonymised(dict.fromkeys(keys, "Priya"))
    assert len(made) == len(keys)
    assert "a" * 63 + "!" not in made


def test_keys_that_come_to_the_same_stay_apart() -> None:
    payload = {f"{at}@x.in": at for at in range(300)} | {f"{at}@X.in": at for at in range(300)}
    assert len(anonymised(payload)) == 600


def test_broken_addresses_are_replaced_all_the_same() -> None:
    for text in ("http://[::1/x7", "http://a:b:c:99/p7", "//x7/y", "https://%zz%41/%ff?%=%&=7&&", "mailto:", "a@b@c.in",
                 "999.1.1.1", "2026-02-30", "http://x.in/%F0%9F%98%80p7", "data:,", "1::2::3", "+1", "+99999999999999999999999"):  # fmt: skip
        for key in ("it", "email", "url", "host", "ip_address", "phone", "birth_date"):
            made = anonymised({key: text})[key]
            assert isinstance(made, str)
            assert made != text or not any(map(str.isalnum, text)) or text in ("mailto:", "data:,")


def test_values_of_all_kinds_at_the_top() -> None:
    for value in (None, True, 7, 7.5, "Priya", [], {}, ["Priya", ["Priya"]]):
        made = anonymised(value)
        assert type(made) is type(value)
    assert json.dumps(anonymised(["Priya", "Priya"])).count("Priya") == 0


@pytest.mark.parametrize("depth", [300, 1_000])
def test_what_neither_validator_follows_is_withheld_or_stays_valid(depth: int) -> None:
    document = {"properties": {"it": {"uniqueItems": True}}}
    first, second = (b'{"a1":' * depth + leaf + b"}" * depth for leaf in (b'"Priya"', b'"Anna"'))
    result = anonymiser(document).anonymise(b'{"it": [' + first + b"," + second + b"]}")
    assert isinstance(result, Anonymised) or "nested too deep" in result.reason
    assert isinstance(result, Withheld) or b"Priya" not in result.body


def test_very_long_pointers_are_cut() -> None:
    payload: object = "Priya"
    for _ in range(40):
        payload = {"k" * 60: payload}
    result = anonymiser().anonymise(dump(payload))
    assert isinstance(result, Anonymised)
    assert result.changed[0].startswith("...")
    assert len(result.changed[0]) < 2_100
