"""Messages that are not genuine, and genuine ones whose bytes are unlike the usual."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from hookcli.conformance.asking import Asker, failed
from hookcli.conformance.registry import SIGNATURE, Finding, check, passed, skipped
from hookcli.models import Attempt, CheckVerdict, Json, Message
from hookcli.signing import sign

_REMEDY = (
    "Compute the HMAC over the raw body, compare it in constant time, and answer 401 before anything else is done."
)

_WRONG_SECRET = b"hookcli test: not the secret"


@check("signature.valid", SIGNATURE, needs_acceptance=False, needs_probe=True, needs_secret=True)
def valid(asker: Asker) -> Finding:
    """A genuine message is accepted, and takes effect.

    Without a probe only its status is looked at. If it is refused, the two sides have different secrets, or the HMAC is
    not computed over the raw body: `signature.raw-body` tells.
    """
    event = asker.known.carrier or next(iter(asker.known.attempts))
    attempt = asker.known.attempts[event]
    if not asker.is_accepted(attempt):
        return failed("a genuine message was not accepted", [(event, attempt)], _NOT_TAKEN)
    if asker.effects is None:
        return passed("a genuine message was accepted")
    if not asker.effects.unit:
        return failed("genuine messages were accepted, but the probe did not rise", [(event, attempt)], _NO_EFFECT)
    return passed(f"a genuine message was accepted, and raised the probe by {asker.effects.unit}")


_NOT_TAKEN = "Is the secret the same on both sides, to the last character, and is the HMAC computed over the raw body?"
_NO_EFFECT = (
    "Does the probe count what a message brings about? An endpoint that remembers the messages of an earlier run with"
    " this --seed takes ours for duplicates: leave --seed out."
)


@check("signature.missing", SIGNATURE, needs_probe=True, needs_secret=True)
def missing(asker: Asker) -> Finding:
    """A message without a signature is not processed.

    Anybody can send one. With `--bad-signature reject` it is to be answered with a 4xx, with `ignore` with a 2xx and no
    effect, which only a probe can tell.
    """
    return _forged(asker, [("no signature", _unlike(asker, ""))])


@check("signature.malformed", SIGNATURE, needs_probe=True, needs_secret=True)
def malformed(asker: Asker) -> Finding:
    """A message whose signature cannot be read is not processed, and crashes nothing.

    Empty, too short, too long, not hexadecimal: Node's timingSafeEqual raises on buffers of two lengths, and Python's
    hmac.compare_digest on text beyond ASCII (which is told, and fails nothing: it is refused all the same). Compare
    bytes, and lengths first.
    """
    prefix = asker.profile.signature.prefix
    values = {
        "the prefix alone": prefix or "=",
        "no hexadecimal digits": f"{prefix}this-is-no-digest",
        "half a digest": f"{prefix}0123456789abcdef0123",
        "a digest that is too long": f"{prefix}{'0123456789abcdef' * 16}",
    }
    finding = _forged(asker, [(label, _unlike(asker, value)) for label, value in values.items()])
    beyond = asker.send(_unlike(asker, f"{prefix}é{'0' * 39}"))
    if finding.verdict is CheckVerdict.PASS and not _is_fine(asker, beyond, "either"):
        seen = beyond.failure.reason if beyond.failure else beyond.status
        return passed(f"{finding.message}; but with text beyond ASCII in it: {seen}")
    return finding


@check("signature.wrong-secret", SIGNATURE, needs_probe=True, needs_secret=True)
def wrong_secret(asker: Asker) -> Finding:
    """A message that was signed with another secret is not processed."""
    body = asker.mint.message(asker.known.carrier).body
    signature = sign(body, _WRONG_SECRET, asker.profile.signature)
    return _forged(asker, [("another secret", asker.mint.wrap(asker.known.carrier, body, signature=signature))])


@check("signature.other-body", SIGNATURE, needs_probe=True, needs_secret=True)
def other_body(asker: Asker) -> Finding:
    """A genuine signature of another message proves nothing.

    An endpoint that looks at the form of the header alone, or at a part of the body, takes it.
    """
    assert asker.mint.key is not None
    signature = sign(asker.mint.message(asker.known.carrier).body, asker.mint.key, asker.profile.signature)
    return _forged(asker, [("another message's signature", _unlike(asker, signature))])


def _unlike(asker: Asker, signature: str) -> Message:
    """A new message with a signature that is not its own."""
    event = asker.known.carrier
    return asker.mint.wrap(event, asker.mint.message(event).body, signature=signature)


def _forged(asker: Asker, tries: Sequence[tuple[str, Message]]) -> Finding:
    """The verdict on messages that are not genuine: refused, or ignored, as was asked."""
    answers, raised = asker.effects_of(lambda: [(label, asker.send(message)) for label, message in tries], expected=0)
    wish = asker.wishes.bad_signature
    wrong = [(label, attempt) for label, attempt in answers if not _is_fine(asker, attempt, wish)]
    if wrong:
        return failed(f"{len(wrong)} of {len(answers)} forged messages were not {_WISHES[wish]}", wrong, _REMEDY)
    if raised:
        return failed(f"{raised} of {len(answers)} forged messages took effect", answers, _REMEDY)
    if raised is None and any(asker.is_accepted(attempt) for _, attempt in answers):
        return skipped(
            "forged messages were answered with a 2xx; only --probe-url or --probe-cmd tells whether they took effect"
        )
    seen = ", ".join(sorted({str(attempt.status) for _, attempt in answers}))
    return passed(f"{len(answers)} of {len(answers)} forged messages were answered with {seen}")


_WISHES = {
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
    answers = [
        (label, asker.send(asker.mint.wrap(event, body)))
        for label, body in _forms(asker, event)
    ]  # fmt: skip
    if not any(asker.is_accepted(attempt) for _, attempt in answers):
        return skipped("no genuine message was accepted in any form: see signature.valid")
    return asker.judge(answers, what="forms of a genuine message were", remedy=_RAW)


_RAW = "Compute the HMAC over the raw body, before it is parsed; never over JSON that was written again."


def _forms(asker: Asker, event: str) -> Iterator[tuple[str, bytes]]:
    """Payloads of which each is written in another way; each of a conversation of its own."""
    for label, write in _WRITERS.items():
        payload = asker.mint.payload(event)
        yield label, write({**payload, "hookcli_test": "café ☕ / <b>"} if label in _BEYOND_ASCII else payload).encode()


def _reversed_keys(payload: Json) -> Json:
    if isinstance(payload, dict):
        return {key: _reversed_keys(value) for key, value in reversed(payload.items())}
    return [_reversed_keys(each) for each in payload] if isinstance(payload, list) else payload


def _compact(payload: Json, *, ascii_only: bool = False) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=ascii_only)


_WRITERS: dict[str, Callable[[Json], str]] = {
    "compact": _compact,
    "with spaces": json.dumps,
    "indented, with a line end": lambda payload: json.dumps(payload, indent=2) + "\n",
    "keys in another order": lambda payload: _compact(_reversed_keys(payload)),
    "slashes escaped": lambda payload: _compact(payload).replace("/", "\\/"),
    "text beyond ASCII as it is": _compact,
    "text beyond ASCII escaped": lambda payload: _compact(payload, ascii_only=True),
    "escapes in capitals": lambda payload: _compact(payload, ascii_only=True).replace("\\u00e9", "\\u00E9"),
}
_BEYOND_ASCII = {label for label in _WRITERS if "ASCII" in label or "escapes" in label}
