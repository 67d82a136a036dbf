"""What replaces what."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest
from anonymised import KEY, anonymised, anonymiser

from hookcli.anonymising import Anonymised
from hookcli.errors import KeyUnusable
from hookcli.jsontext import dump, parse
from hookcli.models import Json


def one(key: str, value: Json) -> Json:
    return anonymised({key: value})[key]


@pytest.mark.parametrize(
    ("key", "value", "form"),
    [
        ("auth_id", "7f3k9q2m", r"\d[a-z]\d[a-z]\d[a-z]\d[a-z]"),
        ("user_id", 48213377, r"[1-9]\d{7}"),
        ("user_id", -5, r"-[1-9]"),
        ("order_id", "OD-2214870", r"OD-[1-9]\d{6}"),
        ("user_id", "u-12", r"u-[1-9]\d"),
        ("user_id", "priya-1984", r"(?!priya)[a-z]{5}-\d{4}"),
        ("user_id", "0042", r"0\d{3}"),
        ("digest", "3C8E5B7F0D1A4296", r"[0-9A-F]{16}"),
        ("email", "Priya.Sharma@mail.co.in", r"[a-z]+\.[a-z]+@example\.(com|org|net)"),
        ("contact", "priya@x.in", r"[a-z]+@example\.(com|org|net)"),
        ("username", "kavita_joshi84", r"[a-z]+_[a-z]+\d\d"),
        ("phone", "+91 98765-43210", r"\+91 10\d{3}-\d{5}"),
        ("phone", "+1 (212) 867-5309", r"\+1 \([2-9]\d\d\) 555-01\d\d"),
        ("phone", "+44 20 7946 1234", r"\+44 10 \d{4} \d{4}"),
        ("phone", "+7 912 345 67 89", r"\+7 10\d \d{3} \d\d \d\d"),
        ("phone", "+380 44 123 4567", r"\+380 10 \d{3} \d{4}"),
        ("mobile", 9876543210, r"10\d{8}"),
        ("mobile", "022 2345 6789", r"10\d \d{4} \d{4}"),
        ("anything", 9876543210, r"10\d{8}"),
        ("seen_from", "10.4.3.2", r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("seen_from", "2a00:1450:4009::200e", r"2001:db8:.*"),
        ("seen_from", "127.0.0.1", r"127\.0\.0\.1"),
        ("site", "https://localhost:8080/users/7/", r"https://localhost:8080/users/[1-9]/"),
        ("site", "https://anna:secret9@www.acme.co.in:81/chat/v2/x81/photo.png?email=a%40b.in&q=1#frag8",
         (r"https://(?!anna:)[a-z]{4}:(?!secret)[a-z]{6}\d@www\.[a-z]+-[a-z]+\.example:81/chat/v2/[a-z]\d\d/photo\.png"
          r"\?email=[a-z]+@example\.(com|org|net)&q=[1-9]#(?!frag)[a-z]{4}\d")),
        ("site", "http://192.168.0.7/?just", r"http://\d+\.\d+\.\d+\.\d+/\?[a-z]{4}"),
        ("site", "http://[2a00::1]/", r"http://\[2001:db8:.*\]/"),
        ("site", "www.acme.in/anna", r"www\.[a-z]+-[a-z]+\.example/[a-z]{4}"),
        ("site", "mailto:anna@acme.in", r"mailto:[a-z]+@example\.\w+"),
        ("image", "data:image/png;base64,iVBORWK0K", r"data:image/png;base64,(?!iVBO)[a-z][A-Z]{6}\d[A-Z]"),
        ("host", "db7.acme.in", r"[a-z]{2}\d\.[a-z]+-[a-z]+\.example"),
        ("birth_date", "1984-02-29", r"198\d-\d\d-\d\d"),
        ("whenever", "2024-02-29T10:00:00Z", r"202\d-\d\d-\d\dT10:00:00Z"),
        ("created_at", "2024-02-29T10:00:00Z", r"2024-02-29T10:00:00Z"),
        ("created_at", 1793852100, r"1793852100"),
        ("created_at", "9999-12-31", r"999\d-\d\d-\d\d"),
        ("price", 18.5, r"[1-9]\d\.[1-9]"),
        ("rating", 5, r"5"),
        ("status", "pending", r"pending"),
        ("status", "anna's secret", r"[a-z]{4}'[a-z] [a-z]{6}"),
        ("currency", "INR", r"INR"),
        ("opted_in", "true", r"true"),
        ("divider", "--- 🙂 ---", r"--- 🙂 ---"),
        ("business_name", "PetPals Store", r"[A-Z].* .*"),
        ("user_name", "प्रिया शर्मा", r"[\u0900-\u097f]+ [\u0900-\u097f]+"),
        ("user_name", "田中 美咲", r"[\u3040-\u30ff\u4e00-\u9fff]+ [\u3040-\u30ff\u4e00-\u9fff]+"),
        ("user_name", "சுரேஷ் குமார்", r"[\u0b80-\u0bff]+ [\u0b80-\u0bff]+"),
        ("user_name", "Rakesh 😊", r"(?!Rakesh)[A-Z]\w+ 😊"),
        ("user_name", "PRIYA SHARMA", r"[^a-z]+ [^a-z]+"),
        ("city", "Ludhiana", r"[A-ZÀ-Ž].*"),
        ("comment", "Ok", r"(?!Ok)[A-Z][a-z]"),
        ("comment", "Ⓟⓡⓘⓨⓐ ist da", r"(?!Ⓟⓡⓘⓨⓐ).{5} [a-z]{3} [a-z]{2}"),
        ("user_name", "\U0001e922\U0001e923\U0001e924", "(?!\U0001e922\U0001e923\U0001e924).{3}"),
    ],
)  # fmt: skip
def test_a_value_is_replaced_by_one_of_its_form(key: str, value: Json, form: str) -> None:
    made = one(key, value)
    assert type(made) is type(value)
    assert re.fullmatch(form, str(made)), made


def test_an_uuid_keeps_its_version() -> None:
    made = uuid.UUID(one("id", "550e8400-e29b-41d4-a716-446655440000"))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)


def test_a_float_stays_one() -> None:
    assert repr(one("anything", 4.0)).endswith(".0")
    assert repr(one("anything", 1.7976931348623157e308)).endswith("e+308")
    assert 0 < one("anything", 0.05) < 0.1


def test_an_id_is_the_same_wherever_it_turns_up() -> None:
    made = anonymised(
        {
            "user": {"auth_id": "7f3k9q2m", "user_id": 48213377},
            "link": "https://x.in/users/7f3k9q2m?user=48213377",
            "text": "User 7f3k9q2m (48213377) asked twice, says 48,213,377.",
            "user_id": "48213377",
        }
    )
    auth_id, user_id = made["user"]["auth_id"], made["user"]["user_id"]
    assert made["user_id"] == str(user_id)
    assert made["link"].endswith(f"/users/{auth_id}?user={user_id}")
    assert f" {auth_id} ({user_id}) " in made["text"]
    assert f"{user_id:,}." in made["text"]


def test_a_phone_number_is_the_same_with_and_without_its_country_code() -> None:
    made = anonymised({"a": "+91 98765 43210", "b": 9876543210, "c": "919876543210", "text": "call +91 98765 43210!"})
    assert made["a"].replace(" ", "") == f"+91{made['b']}" == f"+{made['c']}"
    assert made["text"].endswith(f"{made['a']}!")


def test_a_name_in_a_text_is_the_same_as_elsewhere_even_across_payloads() -> None:
    made = anonymiser()
    text = dump({"comment": "Asked by Budi Santoso's wife, see budi@x.in."})
    made.learn(dump({"user_name": "Budi Santoso", "email": "budi@x.in"}))
    made.learn(b"no JSON")
    first = made.anonymise(text)
    second = made.anonymise(dump({"user_name": "Budi Santoso", "email": "budi@x.in"}))
    assert isinstance(first, Anonymised)
    assert isinstance(second, Anonymised)
    person = parse(second.body)
    assert f" {person['user_name']}'s " in parse(first.body)["comment"]
    assert parse(first.body)["comment"].endswith(f"{person['email']}.")


def test_the_same_word_in_two_texts_does_not_come_to_the_same() -> None:
    made = [
        anonymised({"comment": f"the {word} refund {word}"})["comment"].split()[0]
        for word in ("old", "new", "big", "bad", "red")
    ]
    assert len({*made}) > 1


def test_keys_that_are_somebodys_are_replaced() -> None:
    made = anonymised(
        {"scores": {"priya@x.in": 1, "9876543210": 2, "Priya Sharma": 3, "plain_key": 4}, "user_name": "Priya Sharma"}
    )
    keys = [*made["scores"]]
    assert keys[0].partition("@")[2].startswith("example.")
    assert keys[1].startswith("10")
    assert keys[2] == made["user_name"]
    assert keys[3] == "plain_key"


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(KeyUnusable, match="at least 16"):
        anonymiser(key=KEY[:15])


def test_a_plain_key_that_is_a_name_met_elsewhere_is_replaced() -> None:
    made = anonymised({"user_name": "Priya", "rooms": {"Priya": 1, "city": 2, "Salon": 3}, "agent_name": "city"})
    assert [*made["rooms"]] == [made["user_name"], "city", "Salon"]


def test_what_the_contract_lists_stays_where_the_contract_has_it() -> None:
    captured = Path(__file__).resolve().parents[3] / "examples" / "haptik" / "captured"
    payload = parse((captured / "webhook_conversation_complete.json").read_bytes())
    payload["data"]["user_details"] = {"type": "PRIYA", "name": "gogo", "weight": 82}
    made = anonymised(payload)["data"]["user_details"]
    assert not {*map(str, made.values())} & {"PRIYA", "gogo", "82"}
