"""Messages that are not genuine, and genuine ones whose bytes are unlike the usual."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from hookcli.conformance.asking import Answer, Asker, Try, failed, were
from hookcli.conformance.messages import places_of_text
from hookcli.conformance.registry import SIGNATURE, Finding, Turn, check, passed, skipped
from hookcli.conformance.watch import is_unanswered
from hookcli.models import Attempt, CheckVerdict, Json, Message
from hookcli.signing import sign

_REMEDY = (
    "Compute the HMAC over the raw body, compare the whole of it in constant time, and answer 401 before anything else"
    " is done."
)

_WRONG_SECRET = b"hookcli test: not the secret"


@check("signature.valid", SIGNATURE, turn=Turn.FIRST, needs_secret=True)
def valid(asker: Asker) -> Finding:
    """A genuine message is accepted, and takes effect.

    Without a probe only its status is looked at. If it is refused, the two sides have different secrets, or the HMAC is
    not computed over the raw body: `signature.raw-body` tells.
    """
    event = asker.known.carrier or next(iter(asker.known.attempts))
    attempt = asker.known.attempts[event]
    answer = Answer(event, asker.plain(event), attempt)
    if not asker.is_accepted(attempt) and not asker.known.carrier:
        return failed("a genuine message was not accepted", [answer], _NOT_TAKEN)
    if asker.effects is None:
        return passed("a genuine message was accepted")
    if not asker.effects.unit:
        return failed("genuine messages were accepted, but the probe did not rise", [answer], _NO_EFFECT)
    return passed(f"a genuine message was accepted, and raised the probe by {asker.effects.unit}")


_NOT_TAKEN = (
    "Is the secret the same on both sides, to the last character (a line end in a file?), and is the HMAC computed over"
    " the raw body?"
)
_NO_EFFECT = (
    "Does the probe count what a message brings about? An endpoint that remembers the messages of an earlier run with"
    " this --seed takes ours for duplicates: leave --seed out."
)


@check("signature.missing", SIGNATURE, counts_effects=True, needs_secret=True)
def missing(asker: Asker) -> Finding:
    """A message without a signature is not processed.

    Anybody can send one. With `--bad-signature reject` it is to be answered with a 4xx, with `ignore` with a 2xx and no
    effect, which only a probe can tell. The genuine message comes behind it, and must not be taken for a duplicate: who
    remembers a message before its signature is looked at lets anybody suppress others.
    """
    message = asker.plain()
    finding = _forged(asker, [Try("no signature", asker.mint.unsigned(message.event, message.body))])
    return _suppressed(asker, message) or finding if finding.verdict is CheckVerdict.PASS else finding


def _suppressed(asker: Asker, message: Message) -> Finding | None:
    """A failure where a genuine message is lost behind a forged one with the same body."""
    before = asker.settled()
    answer = Answer("the genuine message behind the forged one", message, asker.send_apart(message))
    if is_unanswered(answer.attempt):
        return None
    if not asker.is_accepted(answer.attempt):
        return failed("a genuine message behind a forged one with its body was not accepted", [answer], _FIRST)
    if before is None or asker.effects is None:
        return None
    if asker.effects.has_risen(before, asker.effects.unit, within=asker.effects.patience):
        return None
    return failed("a genuine message behind a forged one with its body took no effect", [answer], _FIRST)


_FIRST = "Look at the signature first: remember a message as processed only when it is genuine."


@check("signature.malformed", SIGNATURE, counts_effects=True, needs_secret=True)
def malformed(asker: Asker) -> Finding:
    """A message whose signature is damaged is not processed, and crashes nothing.

    Empty, cut short, too long, not hexadecimal, or genuine but for a digit: a comparison must look at all of it. Node's
    timingSafeEqual raises on buffers of two lengths, and Python's hmac.compare_digest on text beyond ASCII (which is
    told, and fails nothing: it is refused all the same). Compare bytes, and lengths first.
    """
    prefix = asker.profile.signature.prefix
    tries = [Try("an empty header", _damaged(asker, lambda _: ""))]
    tries += [Try(label, _damaged(asker, damage)) for label, damage in _damages(prefix).items()]
    return _forged(asker, tries, told=Try("text beyond ASCII", _damaged(asker, lambda _: f"{prefix}é{'0' * 39}")))


def _damages(prefix: str) -> dict[str, Callable[[str], str]]:
    """How to damage a genuine value, by what it then is."""
    return {
        "the prefix alone": lambda _: prefix or "=",
        "no hexadecimal digits": lambda _: f"{prefix}this-is-no-digest",
        "half of the digest": lambda value: value[: len(prefix) + (len(value) - len(prefix)) // 2],
        "more than the digest": lambda value: value + "0123456789abcdef",
        "one digit changed": lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
    }


def _damaged(asker: Asker, damage: Callable[[str], str]) -> Message:
    """A new message with a damaged signature."""
    assert asker.mint.key is not None
    message = asker.plain()
    genuine = sign(message.body, asker.mint.key, asker.profile.signature)
    return asker.mint.wrap(message.event, message.body, signature=damage(genuine))


@check("signature.wrong-secret", SIGNATURE, counts_effects=True, needs_secret=True)
def wrong_secret(asker: Asker) -> Finding:
    """A message that was signed with another secret is not processed.

    An endpoint that looks at the form of the header alone takes it. One whose secret is empty, as a variable is not set
    in production, takes what is signed with the empty secret, which is tried, too.
    """
    tries = []
    for label, secret in (("another secret", _WRONG_SECRET), ("an empty secret", b"")):
        message = asker.plain()
        signature = sign(message.body, secret, asker.profile.signature)
        tries.append(Try(label, asker.mint.wrap(message.event, message.body, signature=signature)))
    return _forged(asker, tries)


@check("signature.other-body", SIGNATURE, counts_effects=True, needs_secret=True)
def other_body(asker: Asker) -> Finding:
    """A genuine signature of another message proves nothing.

    Somebody who has seen one message must not be able to send others with its signature: an endpoint that signs a part
    of the body, or remembers signatures that were good once, takes them.
    """
    assert asker.mint.key is not None
    other, message = asker.plain(), asker.plain()
    signature = sign(other.body, asker.mint.key, asker.profile.signature)
    forged = asker.mint.wrap(message.event, message.body, signature=signature)
    return _forged(asker, [Try("another message's signature", forged)], before=other)


def _forged(asker: Asker, tries: list[Try], *, told: Try | None = None, before: Message | None = None) -> Finding:
    """The verdict on messages that are not genuine: refused, or ignored, as was asked.

    Args:
        asker: asks.
        tries: the messages.
        told: one whose answer is told, and fails nothing.
        before: a genuine one that is sent first.
    """

    def send() -> tuple[bool, list[Answer], list[Answer]]:
        is_taken = before is not None and asker.is_accepted(asker.send(before))
        return is_taken, asker.send_each(tries), asker.send_each([told] if told else [])

    (is_taken, answers, beside), raised = asker.effects_of(send, expected=lambda result: int(result[0]))
    raised = None if raised is None else max(0, raised - is_taken)
    wish = asker.wishes.bad_signature
    wrong = [answer for answer in answers if not _is_fine(asker, answer.attempt, wish)]
    if wrong:
        return failed(f"{len(wrong)} of {len(answers)} forged messages {were(wrong)} not {_DONE[wish]}", wrong, _REMEDY)
    if raised:
        return failed(f"{raised} of {len(answers)} forged messages took effect", answers, _REMEDY)
    if raised is None and any(asker.is_accepted(answer.attempt) for answer in answers):
        return skipped(f"forged messages were answered with a 2xx; effects are not counted: {asker.why_uncounted}")
    seen = ", ".join(sorted({str(answer.attempt.status) for answer in answers}))
    notes = [
        f"; but {answer.label}: {answer.attempt.failure.reason if answer.attempt.failure else answer.attempt.status}"
        for answer in beside
        if not _is_fine(asker, answer.attempt, "either")
    ]
    effect = ", and took no effect" if raised == 0 else ""
    return passed(f"{len(answers)} of {len(answers)} forged messages were answered with {seen}{effect}{''.join(notes)}")


_DONE = {
    "reject": "refused with a 4xx (--bad-signature reject)",
    "ignore": "answered with a 2xx (--bad-signature ignore)",
    "either": "refused with a 4xx or ignored with a 2xx (--bad-signature either)",
}


def _is_fine(asker: Asker, attempt: Attempt, wish: str) -> bool:
    is_refused = attempt.failure is None and attempt.status is not None and 400 <= attempt.status < 500
    return (is_refused and wish != "ignore") or (asker.is_accepted(attempt) and wish != "reject")


@check("signature.raw-body", SIGNATURE, needs_acceptance=False, needs_secret=True)
def raw_body(asker: Asker) -> Finding:
    """The signature is computed over the bytes that were sent, not over JSON that was read and written again.

    The same payload with other white space, key order, escapes and text beyond ASCII is genuine every time. Take the
    raw body before a framework parses it (Express: `express.json({verify})` or `express.raw`, Flask:
    `request.get_data()`, Django: `request.body`, Starlette: `await request.body()`).
    """
    event = asker.known.carrier or next(iter(asker.known.attempts))
    answers = asker.send_each(Try(label, asker.mint.wrap(event, body)) for label, body in _forms(asker, event))
    bad = [answer for answer in answers if not asker.is_accepted(answer.attempt)]
    if len(bad) == len(answers):
        return skipped("no genuine message was accepted in any form: see signature.valid")
    if [answer.label for answer in bad] == [_RAW_TEXT] and not _is_taken_for_forged(asker, bad[0]):
        return passed(f"all forms of a genuine message were taken for genuine; but {_RAW_TEXT}: see unicode")
    if bad:
        return failed(f"{len(bad)} of {len(answers)} forms of a genuine message {were(bad)} not accepted", bad, _RAW)
    return passed(f"{len(answers)} of {len(answers)} forms of a genuine message were accepted")


_RAW = "Compute the HMAC over the raw body, before it is parsed; never over JSON that was written again."


def _is_taken_for_forged(asker: Asker, answer: Answer) -> bool:
    """Whether it is answered as one that is not genuine."""
    message = asker.plain(answer.message.event)
    forged = asker.send_apart(asker.mint.wrap(message.event, message.body, signature=f"{'0' * 40}"))
    return forged.status == answer.attempt.status


def _forms(asker: Asker, event: str) -> Iterator[tuple[str, bytes]]:
    """Payloads of which each is written in another way; each of a conversation of its own."""
    for label, write in WRITERS.items():
        payload = asker.mint.payload(event)
        for place, key in places_of_text(payload):
            place[key] = "Hookcli Test / café ☕" if label in _BEYOND_ASCII else "Hookcli / Test"
        yield label, write(payload).encode()


def _reversed_keys(payload: Json) -> Json:
    if isinstance(payload, dict):
        return {key: _reversed_keys(value) for key, value in reversed(payload.items())}
    return [_reversed_keys(each) for each in payload] if isinstance(payload, list) else payload


def _compact(payload: Json, *, ascii_only: bool = False) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=ascii_only)


_RAW_TEXT = "text beyond ASCII as it is"

WRITERS: dict[str, Callable[[Json], str]] = {
    "compact": _compact,
    "with spaces": json.dumps,
    "indented, with a line end": lambda payload: json.dumps(payload, indent=2) + "\n",
    "keys in another order": lambda payload: _compact(_reversed_keys(payload)),
    "keys sorted": lambda payload: json.dumps(payload, separators=(",", ":"), sort_keys=True),
    "keys sorted, with spaces": lambda payload: json.dumps(payload, sort_keys=True),
    "slashes escaped": lambda payload: _compact(payload).replace("/", "\\/"),
    _RAW_TEXT: _compact,
    "text beyond ASCII escaped": lambda payload: _compact(payload, ascii_only=True),
    "escapes in capitals": lambda payload: _compact(payload, ascii_only=True).replace("\\u00e9", "\\u00E9"),
}
_BEYOND_ASCII = {label for label in WRITERS if "ASCII" in label or "escapes" in label}
