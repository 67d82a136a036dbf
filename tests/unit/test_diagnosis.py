"""Signatures that are really made in a wrong way, and what is said of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hookcli.diagnosis import Cause, Diagnosis, diagnose
from hookcli.diagnosis.bodies import LONGEST_REWRITTEN, variants
from hookcli.diagnosis.keys import ways
from hookcli.diagnosis.outside import as_in_javascript
from hookcli.diagnosis.readings import SIZES
from hookcli.signing import SignatureScheme, sign

SECRET = b"s3cr3t-value"
PAYLOAD = {
    "name": "Zoé & <b>", "url": "https://a.example/x", "n": 1.0, "z": [], "quote": 'a"b\\', "a": {"y": 1, "b": {}},
    "smile": "😀",
}  # fmt: skip
BODY = json.dumps(PAYLOAD, ensure_ascii=False, indent=1).encode() + b"\n"
HAPTIK = SignatureScheme()
BARE = SignatureScheme("X-Signature", "", "sha256")


def digest(body: bytes = BODY, secret: bytes = SECRET, algorithm: str = "sha1") -> bytes:
    return hmac.digest(secret, body, algorithm)


def signed(body: bytes = BODY, secret: bytes = SECRET) -> str:
    return sign(body, secret, HAPTIK)


def diagnosis(value: str | None, body: bytes = BODY, secret: bytes | None = SECRET, **more: Any) -> Diagnosis:
    found = diagnose(body, value, secret, more.pop("scheme", HAPTIK), **more)
    assert found is not None
    return found


HEX, B64 = digest().hex(), base64.b64encode(digest()).decode()


@pytest.mark.parametrize(
    ("value", "cause", "words"),
    [
        (None, "missing", "X-Hub-Signature is missing or empty"),
        ("", "missing", "X-Hub-Signature is missing or empty"),
        (" \t", "missing", "X-Hub-Signature is missing or empty"),
        (HEX, "prefix", "the digest stands alone, not after 'sha1='"),
        (f"SHA1={HEX}", "prefix", "after 'SHA1=', not after 'sha1='"),
        (f"sha1:{HEX}", "prefix", "after 'sha1:'"),
        (f"sha256={HEX}", "prefix", "after 'sha256='"),
        (f"sha1 = {HEX}", "prefix", "after 'sha1 = '"),
        (f"sha1=sha1={HEX}", "prefix", "after 'sha1=sha1='"),
        (f"X-Hub-Signature: sha1={HEX}", "prefix", "after 'X-Hub-Signature: sha1='"),
        (f"sha1= {HEX}", "surroundings", "white space stands around"),
        (f" sha1={HEX}", "surroundings", "white space stands around"),
        (f"'sha1={HEX}'", "surroundings", "quotes stand around"),
        (f'sha1="{HEX}"', "surroundings", "quotes stand around"),
        (f"sha1=b'{HEX}'", "surroundings", "quotes stand around"),
        (f"sha1=0,sha1={HEX}", "surroundings", "several values"),
        (f"sha1={B64}", "base64", "is base64, not hexadecimal digits"),
        (f"sha1={B64.rstrip('=')}", "base64", "is base64, not hexadecimal digits"),
        (f"sha1={base64.b64encode(HEX.encode()).decode()}", "base64", "base64 of the hexadecimal digits"),
        (B64, "base64 + prefix", "two things: the digest is base64"),
        (f"sha1={HEX[:39]}", "truncated", "after 39 of its 40 digits"),
        (f"sha1={HEX[:20]}", "truncated", "after 20 of its 40 digits"),
        (f"sha1={HEX}a", "surplus", "there is 1 character too many"),
        (f"sha1={HEX};x", "surplus", "there are 2 characters too many"),
        (f"sha1={HEX}{'0' * 24}", "surplus", "there are 24 characters too many"),
        ("s3cr3t-value", "secret-sent", "holds the secret itself"),
        ("sha1=s3cr3t-value", "secret-sent", "holds the secret itself"),
        ("sha1=", "malformed", "'sha1=' must be followed by 40 hexadecimal digits"),
        ("sha1=this-is-no-digest", "malformed", "must be followed by 40 hexadecimal digits"),
        (f"sha1={HEX[:6]}", "malformed", "must be followed by 40 hexadecimal digits"),
        (f"sha1={'0' * 39}", "malformed", "must be followed by 40 hexadecimal digits"),
        (f"sha1={HEX}{' ' * 1000}x", "malformed", "must be followed by 40 hexadecimal digits"),
        ("sha1=é\ud800😀", "malformed", "must be followed by 40 hexadecimal digits"),
        ("sha1=" + "0" * 40, "unknown", "The secret is another one, or the body was changed"),
        ("sha256=" + "0" * 64, "algorithm + unknown", "is SHA256, not SHA1; the secret is another one"),
        ("0" * 40, "prefix + unknown", "The digest stands alone, not after 'sha1='; the secret"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_value_is_named(value: str | None, cause: str, words: str) -> None:
    found = diagnosis(value)
    assert found.cause == cause
    assert words in found.sentence


@pytest.mark.parametrize("algorithm", ["sha256", "sha512", "md5", "sha224", "sha384"])
@pytest.mark.parametrize("own", [True, False])
def test_another_algorithm_is_named_under_either_prefix(algorithm: str, own: bool) -> None:
    found = diagnosis(f"{algorithm if own else 'sha1'}={digest(algorithm=algorithm).hex()}")
    assert found.cause == "algorithm"
    assert f"the algorithm is {algorithm.upper()}, not SHA1" in found.sentence


def test_the_remedy_of_another_algorithm_can_be_followed() -> None:
    hexadecimal = digest(algorithm="sha256").hex()
    assert diagnosis(f"sha256={hexadecimal}").remedy.endswith("with --signature-algorithm sha256.")
    assert diagnosis(f"sha1={hexadecimal}").remedy.endswith("sha256 --signature-prefix 'sha1='.")
    assert "--signature-algorithm" not in diagnosis(f"md5={digest(algorithm='md5').hex()}").remedy


def test_another_algorithm_that_is_cut_to_the_length_of_the_right_one_is_both() -> None:
    assert diagnosis(f"sha1={digest(algorithm='sha256').hex()[:40]}").cause == "truncated + algorithm"


@pytest.mark.parametrize("padding", ["", "="])
def test_url_safe_base64_is_named(padding: str) -> None:
    number = next(n for n in range(100) if b"-" in base64.urlsafe_b64encode(digest(secret=b"key-%d" % n)))
    secret = b"key-%d" % number
    value = base64.urlsafe_b64encode(digest(secret=secret)).decode().rstrip("=") + padding
    assert "URL-safe base64" in diagnosis(f"sha1={value}", secret=secret).sentence


@pytest.mark.parametrize(
    ("value", "cause"),
    [(f"sha256={digest(algorithm='sha256').hex()}", "prefix"), ("x", "malformed"), (HEX, "algorithm")],
)
def test_a_scheme_without_a_prefix_is_judged_by_its_own_form(value: str, cause: str) -> None:
    found = diagnosis(value, scheme=BARE)
    assert found.cause == cause
    assert "sha1=" not in found.sentence


SECRETS = [
    (b" s3cr3t-value\n", b"s3cr3t-value", "secret-space"),
    (SECRET, SECRET + b"\n", "secret-space"),
    (SECRET, SECRET + b"\r\n", "secret-space"),
    (SECRET, b" " + SECRET, "secret-space"),
    (SECRET, b'"s3cr3t-value"', "secret-quotes"),
    (b"'s3cr3t-value'", SECRET, "secret-quotes"),
    (b"00ff10", b"\x00\xff\x10", "secret-encoding"),
    (b"\x00\xff\x10", b"00ff10", "secret-encoding"),
    (b"c2VjcmV0LXZhbHVlcw==", b"secret-values", "secret-encoding"),
    (b"_-8", b"\xff\xef", "secret-encoding"),
    (b"secret-values", b"c2VjcmV0LXZhbHVlcw==", "secret-encoding"),
    (SECRET, SECRET.decode().encode("utf-16-le"), "secret-encoding"),
    ("é-value".encode(), "é-value".encode("latin-1"), "secret-encoding"),
    (b"\xef\xbb\xbfvalue", b"value", "secret-encoding"),
    (b"ABCdef-1", b"abcdef-1", "secret-case"),
    (SECRET, b"", "secret-empty"),
    (SECRET, b"undefined", "secret-empty"),
]


@pytest.mark.parametrize(("ours", "theirs", "cause"), SECRETS)
def test_what_is_wrong_with_the_secret_is_named(ours: bytes, theirs: bytes, cause: str) -> None:
    found = diagnosis(signed(secret=theirs), secret=ours)
    assert found.cause == cause
    assert found.is_explained


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (hashlib.sha1(BODY), "no-hmac"),
        (hashlib.sha256(BODY), "algorithm + no-hmac"),
        (hashlib.sha1(SECRET + BODY), "no-hmac"),
        (hashlib.sha1(BODY + SECRET), "no-hmac"),
        (hmac.new(BODY, SECRET, "sha1"), "swapped"),
    ],
)
def test_what_is_no_hmac_of_the_body_with_the_secret_is_named(made: Any, cause: str) -> None:
    start = "sha256=" if "algorithm" in cause else "sha1="
    assert diagnosis(start + made.hexdigest()).cause == cause


def dumped(**layout: Any) -> bytes:
    return json.dumps(PAYLOAD, **layout).encode()


COMPACT = {"separators": (",", ":")}


@pytest.mark.parametrize(
    ("body", "cause", "words"),
    [
        (BODY + b"\n", "body-end", "with a line end (LF) after it"),
        (BODY + b"\r\n", "body-end", "with a line end (CR LF) after it"),
        (BODY[:-1], "body-end", "without the line end after it"),
        (BODY.replace(b"\n", b"\r\n"), "body-lines", "CR LF for its line ends"),
        (BODY.replace(b"\n", b""), "body-lines", "no line ends"),
        (b"", "body-empty", "an empty body"),
        (b"\xef\xbb\xbf" + BODY, "body-encoding", "with a byte-order mark before it"),
        (BODY.decode().encode("utf-16-le"), "body-encoding", "in UTF-16 (little-endian)"),
        (b"\xff\xfe" + BODY.decode().encode("utf-16-le"), "body-encoding", "UTF-16 with a byte-order mark"),
        (BODY.decode().encode("latin-1", "replace"), "body-encoding", "in Latin-1"),
        (BODY.decode("latin-1").encode(), "body-encoding", "read as Latin-1 and written as UTF-8"),
        (dumped(), "body-rewritten", "with a space after each comma and colon, text beyond ASCII escaped"),
        (dumped(ensure_ascii=False), "body-rewritten", "with a space after each comma and colon."),
        (dumped(**COMPACT), "body-rewritten", "compact, text beyond ASCII escaped"),
        (dumped(**COMPACT, ensure_ascii=False), "body-rewritten", "written again: compact."),
        (dumped(**COMPACT, ensure_ascii=False) + b"\n", "body-rewritten", "compact, with a line end after it"),
        (dumped(**COMPACT, sort_keys=True), "body-rewritten", "compact, keys sorted, text beyond ASCII escaped"),
        (dumped(sort_keys=True), "body-rewritten", "comma and colon, keys sorted, text beyond ASCII escaped"),
        (dumped(indent=2), "body-rewritten", "indented by 2, text"),
        (dumped(indent=4, ensure_ascii=False), "body-rewritten", "indented by 4."),
        (dumped(indent="\t"), "body-rewritten", "indented by tabs, text"),
        (dumped(**COMPACT).replace(b"/", b"\\/"), "body-rewritten", "text beyond ASCII escaped, slashes escaped as in PHP"),
        (dumped(**COMPACT).replace(b"/", b"\\/").replace(b"{}", b"[]"), "body-rewritten", "empty objects as lists"),
        (dumped(**COMPACT, ensure_ascii=False).replace(b"1.0", b"1"), "body-rewritten", "numbers as JavaScript writes"),
        (
            dumped(**COMPACT, ensure_ascii=False, sort_keys=True).replace(b"1.0", b"1").replace(b"<", b"\\u003c")
            .replace(b">", b"\\u003e").replace(b"&", b"\\u0026"), "body-rewritten", "escaped as in Go",
        ),
        (
            dumped(**COMPACT).replace(b"\\u00e9", b"\\u00E9").replace(b"\\ud83d\\ude00", b"\\uD83D\\uDE00")
            .replace(b"<", b"\\u003C").replace(b">", b"\\u003E").replace(b"&", b"\\u0026")
            .replace(b'a\\"b', b"a\\u0022b"), "body-rewritten", "escaped as in .NET",
        ),
        (json.dumps(BODY.decode(), ensure_ascii=False).encode(), "body-rewritten", "as a JSON string"),
        (str(PAYLOAD).encode(), "body-rewritten", "str() of a dict"),
        (b"[object Object]", "body-rewritten", "JavaScript object was made a string"),
    ],
)  # fmt: skip
def test_what_was_signed_instead_of_the_body_is_named(body: bytes, cause: str, words: str) -> None:
    found = diagnosis(signed(body))
    assert found.cause == cause
    assert words in found.sentence
    assert found.is_explained


@pytest.mark.parametrize(
    ("came", "was", "words"),
    [
        (b"a\r\nb", b"a\nb", "LF for its line ends"),
        (b'\xef\xbb\xbf{"a": 1}', b'{"a": 1}', "without the byte-order mark"),
        (b'\xef\xbb\xbf{"a": 1}', b'{"a":1}', "written again: compact"),
        (b"\xff\xfe" + '{"a": "é"}'.encode("utf-16-le"), '{"a": "é"}'.encode(), "in UTF-8"),
        ('{"a": 1}'.encode("utf-16-be"), b'{"a": 1}', "in UTF-8"),
        ('{"a": 1}'.encode("utf-16-le"), b'{"a": 1}', "in UTF-8"),
        (b'{"a": "\xe9"}', '{"a": "\ufffd"}'.encode(), "with U+FFFD for what is not"),
        (b'{"a": 1E2, "b": "\\/"}', b'{"a":1E2,"b":"\\/"}', "without the white space between its values"),
        ('"e\u0301"'.encode(), '"é"'.encode(), "normalised to NFC"),
    ],
)
def test_what_came_can_be_the_changed_one(came: bytes, was: bytes, words: str) -> None:
    assert words in diagnosis(signed(was), body=came).sentence


def test_everything_at_once_is_named_thing_by_thing() -> None:
    compact = json.dumps(PAYLOAD, separators=(",", ":"), ensure_ascii=False).encode()
    value = base64.b64encode(digest(compact, SECRET + b"\n", "sha256")).decode()
    found = diagnosis(value)
    assert [fault.cause for fault in found.faults] == [
        Cause.BASE64, Cause.PREFIX, Cause.ALGORITHM, Cause.SECRET_SPACE, Cause.BODY_REWRITTEN,
    ]  # fmt: skip
    assert "several things" in found.sentence
    assert found.remedy.count("Write ") == 2


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
PAYLOADS = st.dictionaries(
    TEXTS,
    st.recursive(
        st.none() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
        max_leaves=6,
    ),
    max_size=4,
)
BODIES = st.builds(
    lambda value, indent: json.dumps(value, indent=indent).encode(), PAYLOADS, st.sampled_from([None, 2])
)
SCHEMES = st.builds(
    lambda name, prefix: SignatureScheme("X-S", prefix.format(name), name),
    st.sampled_from(["sha1", "sha256", "sha512"]),
    st.sampled_from(["{}=", "", "v0="]),
)


@given(BODIES | st.binary(max_size=20), st.binary(max_size=12), SCHEMES, st.booleans())
def test_a_genuine_signature_is_never_diagnosed(
    body: bytes, secret: bytes, scheme: SignatureScheme, in_capitals: bool
) -> None:
    value = sign(body, secret, scheme)
    start = len(scheme.prefix)
    value = value[:start] + (value[start:].upper() if in_capitals else value[start:])
    assert diagnose(body, value, secret, scheme) is None


@settings(deadline=None)
@given(BODIES | st.binary(max_size=20), SCHEMES, st.sampled_from(sorted(SIZES)), st.integers(0, 8))
def test_every_other_body_that_is_tried_is_found_with_any_algorithm(
    body: bytes, scheme: SignatureScheme, algorithm: str, first: int
) -> None:
    named: dict[bytes, str] = {}
    for made, fault in variants(body):
        named.setdefault(made, fault.clause)
    named.pop(body, None)
    for made, clause in list(named.items())[first::9]:
        value = scheme.prefix + hmac.digest(SECRET, made, algorithm).hex()
        assert diagnosis(value, body=body, scheme=scheme).faults[-1].clause == clause


@settings(deadline=None)
@given(BODIES, st.binary(min_size=1, max_size=12) | st.text("0123456789abcdef", min_size=1).map(str.encode), SCHEMES)
def test_every_other_key_and_way_that_is_tried_is_found(body: bytes, secret: bytes, scheme: SignatureScheme) -> None:
    named: dict[bytes, Any] = {}
    for way in ways(secret):
        named.setdefault(way.make(body, scheme.algorithm), way.fault)  # a key and NUL after it are the same key
    assert named.pop(hmac.digest(secret, body, scheme.algorithm)) is None
    for made, fault in named.items():
        value = scheme.prefix + made.hex()
        assert diagnosis(value, body=body, secret=secret, scheme=scheme).faults == (fault,)


@given(st.text(max_size=80), st.binary(max_size=30), st.binary(max_size=12) | st.none())
def test_whatever_comes_it_is_a_finding(value: str, body: bytes, secret: bytes | None) -> None:
    found = diagnosis(value, body=body, secret=secret)
    assert found.sentence.endswith(".")
    assert found.remedy.endswith(".")


@settings(deadline=None, max_examples=20)
@given(BODIES, st.sampled_from(sorted(SIZES)))
def test_neither_the_secret_nor_the_right_digest_is_shown(body: bytes, algorithm: str) -> None:
    made = [way.make(text, algorithm) for way in ways(SECRET)[1:] for text in (body, body + b"\n")]
    values = ["", SECRET.decode(), "0" * 40, signed(body)[:25], *(f"sha1={each.hex()}" for each in made)]
    for value in values:
        found = repr(diagnosis(value, body=body))
        assert SECRET.decode() not in found
        assert digest(body).hex() not in found
        assert base64.b64encode(digest(body)).decode() not in found


def test_without_a_secret_the_form_is_judged_and_what_needs_none() -> None:
    assert diagnosis("sha1=" + "0" * 40, secret=None).cause == "no-secret"
    assert diagnosis("sha1=00", secret=None).cause == "malformed"
    assert diagnosis(HEX, secret=None).cause == "prefix + no-secret"
    assert diagnosis(signed(secret=b""), secret=None).cause == "secret-empty"
    assert diagnosis("sha1=" + hashlib.sha1(BODY).hexdigest(), secret=None).cause == "no-hmac"


def test_what_to_compare_is_said_when_nothing_explains_it() -> None:
    remedy = diagnosis("sha1=" + "0" * 40).remedy
    assert f"{len(BODY)} bytes and the SHA-256 {hashlib.sha256(BODY).hexdigest()}" in remedy


def test_of_a_large_body_not_all_is_tried_and_that_is_said() -> None:
    body = b"[" + b"1, " * 1_000_000 + b"1]"
    assert "not all, as the body is long" in diagnosis("sha1=" + "0" * 40, body=body, most_bytes=10_000_000).sentence
    assert diagnosis(signed(body + b"\n"), body=body).cause == "body-end"
    assert len(body) > LONGEST_REWRITTEN
    assert diagnosis(signed(body.replace(b" ", b"")), body=body).cause == "unknown"


def test_few_digests_are_made_however_many_there_are_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    from hookcli.diagnosis import doctor

    monkeypatch.setattr(doctor, "MOST_DIGESTS", 5)
    assert "not all" in diagnosis("sha1=" + "0" * 40).sentence


@pytest.mark.parametrize("depth", [200, 900, 1_020, 100_000])
def test_deep_nesting_is_no_bug(depth: int) -> None:
    body = b"[" * depth + b" " + b"]" * depth
    compact = body.replace(b" ", b"")
    assert diagnosis("sha1=" + "0" * 40, body=body).cause == "unknown"
    assert diagnosis(signed(compact), body=body).cause == ("body-rewritten" if depth < 1_024 else "unknown")


def test_lone_surrogates_and_huge_numbers_are_no_bug() -> None:
    body = b'{"a": "\\ud800", "b": 1e999, "c": ' + b"9" * 5_000 + b', "d": -0}'
    assert diagnosis("sha1=" + "0" * 40, body=body).cause == "unknown"
    assert "compact" in diagnosis(signed(b'{"a":"\\ud800"}'), body=b'{"a": "\\ud800"}').sentence


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("[1.0,-0,-0.0,0e5,1e3]", "[1,0,0,0,1000]"),
        ("[1e21,1e20,123456789012345680000]", "[1e+21,100000000000000000000,123456789012345680000]"),
        ("[9007199254740993,1e400,-1e400]", "[9007199254740992,null,null]"),
        ("[0.000001,1.5e-7,-1e-7,1.10]", "[0.000001,1.5e-7,-1e-7,1.1]"),
        (r'{"1.0\"2.0\\":"-0","a":2.50}', r'{"1.0\"2.0\\":"-0","a":2.5}'),
    ],
)
def test_numbers_are_written_as_javascript_does(text: str, written: str) -> None:
    assert as_in_javascript(text) == written
