"""Laws: what holds for all values."""

from __future__ import annotations

import itertools
import random

import pytest
from anonymised import KEY, anonymiser, leaves
from hypothesis import given
from hypothesis import strategies as st

from hookcli.anonymising import Anonymised, Anonymiser, Withheld
from hookcli.anonymising.draws import Draws
from hookcli.anonymising.letters import mates
from hookcli.anonymising.moments import Moments
from hookcli.anonymising.pseudonyms import Pseudonyms
from hookcli.anonymising.registry import Registry
from hookcli.anonymising.tokens import Tokens
from hookcli.jsontext import dump, parse

pytestmark = pytest.mark.usefixtures("uncovered")

TOKENS = Tokens(Draws(KEY))

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def test_no_two_numbers_come_to_the_same_and_none_to_itself() -> None:
    made = [TOKENS.whole(number) for number in range(1, 20_000)]
    assert len({*made}) == len(made)
    assert all(other != number for number, other in enumerate(made, start=1))


def test_no_two_short_ids_come_to_the_same() -> None:
    for signs in ("01ab", "0gf-", "AaZ9"):
        texts = ["".join(each) for each in itertools.product(signs, repeat=6)]
        assert len({*map(TOKENS.text, texts)}) == len(texts)


def test_no_two_dates_come_to_the_same() -> None:
    moments = Moments(Draws(KEY))
    texts = [
        f"19{year}-{month:02d}-{day:02d}" for year in range(80, 90) for month in range(1, 13) for day in range(1, 29)
    ]
    assert len({*map(moments.text, texts)}) == len(texts)


def test_no_two_names_come_to_the_same() -> None:
    made, rng = anonymiser(), random.Random(1)
    names = list(
        {
            f"{rng.choice('ABCDEFGH')}{rng.randrange(16):x}na Lo{chr(97 + rng.randrange(26))}i".replace("1", "x")
            for _ in range(900)
        }
    )
    names = ["".join(letter for letter in name if not letter.isdigit()) for name in names]
    names = list(dict.fromkeys(names))
    payload = [
        {"user_name": name, "email": f"{at}@x.in", "business_name": name, "comment": name[:4]}
        for at, name in enumerate(names)
    ]
    result = made.anonymise(dump(payload))
    assert isinstance(result, Anonymised)
    for key in ("user_name", "email", "business_name", "comment"):
        pairs = {(before[key], after[key]) for before, after in zip(payload, parse(result.body), strict=True)}
        assert len(pairs) == len({before for before, _ in pairs}) == len({after for _, after in pairs})


def test_what_is_not_remembered_any_more_is_told_apart_all_the_same() -> None:
    registry = Registry(Draws(KEY), most=2)
    made = [registry.choose(name, lambda at: "Meera") for name in ("a", "b", "c")]
    assert len({*made}) == 3
    assert made[0] == registry.choose("a", lambda at: "Meera") == "Meera"


def test_names_that_are_remembered_are_bounded() -> None:
    known = Pseudonyms(KEY).known
    known._most = 1
    known.learn("Priya", "Meera")
    known.learn("Budi", "Arjun")
    assert (known.get("Priya"), known.get("Budi")) == ("Meera", "Arjun")
    known.begin()
    assert (known.get("Priya"), known.get("Budi")) == ("Meera", None)


@given(JSON)
def test_any_payload_keeps_its_form(payload: object) -> None:
    result = anonymiser().anonymise(dump(payload))
    assert isinstance(result, Anonymised)
    made = parse(result.body)
    before, after = [*leaves(parse(dump(payload)))], [*leaves(made)]
    assert len(before) == len(after)
    assert [type(value) for _, value in before] == [type(value) for _, value in after]
    assert dump(made) == result.body
    assert {*result.changed} <= {pointer for pointer, _ in after}


@given(st.text(min_size=1))
def test_a_text_with_letters_or_digits_never_stays(text: str) -> None:
    result = anonymiser().anonymise(dump({"unheard_of": text}))
    assert isinstance(result, Anonymised)
    assert (parse(result.body)["unheard_of"] == text) == (result.changed == ())


@given(st.binary())
def test_what_is_no_json_is_withheld(body: bytes) -> None:
    result = Anonymiser(KEY, lambda _: None).anonymise(b"{" + body)
    assert isinstance(result, (Anonymised, Withheld))


def test_a_mate_has_the_same_mates() -> None:
    signs = [chr(code) for code in [*range(0, 0x3000, 3), *range(0xA000, 0x10000, 41), *range(0x10000, 0x20000, 53)]]
    assert all(mates(mate) == mates(sign) for sign in signs for mate in mates(sign)[::9])
    assert all(sign in mates(sign) for sign in signs if mates(sign))


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_number_stays_finite_and_whole_where_it_was(number: float) -> None:
    made = TOKENS.decimal(number)
    assert (made.is_integer(), made < 0) == (number.is_integer(), number < 0)
