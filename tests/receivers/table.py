"""What each receiver must make fail, and what it must make warn: exactly that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hookcli.conformance.registry import CHECKS
from receivers import faulty, sound
from receivers.server import Receiving

EVENTS = frozenset(f"event.{event}" for event in sound.EVENTS)
REFUSED = EVENTS | {"signature.valid"}
"""What fails where no genuine message is accepted."""

FORGED = frozenset({"signature.missing", "signature.malformed", "signature.wrong-secret", "signature.other-body"})
DUPLICATES = frozenset({"duplicate.same-bytes", "duplicate.concurrent", "duplicate.retried-after-timeout"})
NONE: frozenset[str] = frozenset()
SOME = ("event.*", "deadline", "signature.*", "duplicate.*", "burst", "body-size", "robust.garbage", "connection.*")
FEW = ("event.message", "deadline", "signature.missing", "duplicate.*", "burst", "connection.*")
"""What a receiver is asked that takes its time, and one that takes even more."""


@dataclass(frozen=True)
class Case:
    """A receiver, how it is asked, and what must come of it."""

    receiver: Callable[[], Receiving]
    fails: frozenset[str] | set[str] = NONE
    warns: frozenset[str] | set[str] = NONE
    fails_without: frozenset[str] | set[str] | None = None
    """What fails where there is no probe; the same, if nothing is said."""
    errors: frozenset[str] | set[str] = NONE
    """What cannot be judged any more."""
    deadline: float = 5.0
    wishes: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    """The patterns of the checks that are asked; all, if there are none."""

    @property
    def is_of_effects(self) -> bool:
        """Whether a probe could change what fails."""
        return self.fails_without is not None or any(
            CHECKS[check_id].counts_effects or check_id == "burst" for check_id in self.fails
        )

    def fails_with(self, has_probe: bool) -> frozenset[str] | set[str]:
        """What fails, with or without a probe."""
        return self.fails if has_probe or self.fails_without is None else self.fails_without


LAST = frozenset({"robust.wrong-types", "robust.not-json-type", "robust.empty"})
"""What is asked after garbage."""

FAULTS: dict[str, Case] = {
    # how it answers
    "late": Case(lambda: faulty.Late(9), REFUSED | {"deadline"}, deadline=0.3),
    "late with one event": Case(
        lambda: faulty.LateOn("webhook_agent_chat_close", 3),
        {"event.webhook_agent_chat_close", "deadline"},
        deadline=2,
    ),
    "late with another event": Case(
        lambda: faulty.LateOn("chat_pinned", 3), {"event.chat_pinned", "deadline"}, deadline=2
    ),
    "nearly late": Case(
        lambda: faulty.Late(2.55),
        warns={"deadline"},
        deadline=3,
        wishes={"repeats": 1},
        only=("status.200", "deadline"),
    ),
    "wakes up": Case(lambda: faulty.WakesUp(3), {"deadline"}, deadline=2, only=("event.*", "deadline", "duplicate.*")),
    "drips": Case(faulty.Drips, REFUSED | {"deadline"}, deadline=0.3),
    "redirects": Case(lambda: faulty.Answers(302), REFUSED | {"redirect"}),
    "redirects for good": Case(lambda: faulty.Answers(308), REFUSED | {"redirect"}),
    "hangs up": Case(faulty.HangsUp, REFUSED),
    "resets": Case(faulty.Resets, REFUSED),
    "speaks no HTTP": Case(faulty.SpeaksNoHttp, REFUSED),
    "404": Case(lambda: faulty.Answers(404), REFUSED),
    "500": Case(lambda: faulty.Answers(500), REFUSED),
    "201": Case(lambda: faulty.Answers(201), warns={"status.200"}),
    "202": Case(lambda: faulty.Answers(202), warns={"status.200"}),
    "204": Case(lambda: faulty.Answers(204), warns={"status.200"}),
    "204, strictly": Case(lambda: faulty.Answers(204), {"status.200"}, wishes={"strict_200": True}),
    # other payloads
    "404 on an unknown event": Case(lambda: faulty.UnknownEvent(404), {"unknown-event"}),
    "500 on an unknown event": Case(lambda: faulty.UnknownEvent(500), {"unknown-event"}),
    "503 on an unknown event": Case(lambda: faulty.UnknownEvent(503), {"unknown-event"}),
    "finds messages by substring": Case(lambda: faulty.FindsEventBySubstring("message", "message"), {"unknown-event"}),
    "finds completions by substring": Case(
        lambda: faulty.FindsEventBySubstring("conversation_complete", "data"), {"unknown-event"}
    ),
    "strict at the top": Case(faulty.Strict, {"new-keys"}),
    "strict below": Case(lambda: faulty.Strict("user"), {"new-keys"}),
    "strict further below": Case(lambda: faulty.Strict("data", "closing_categories"), {"new-keys"}),
    "strict in a message": Case(lambda: faulty.Strict("message", "body", "data"), {"new-keys"}),
    "needs an optional key": Case(
        lambda: faulty.ReadsWithoutDefault("data", "closing_categories"),
        {"missing-optional-keys", "event.webhook_conversation_complete_partial"},
    ),
    "needs an optional key below": Case(
        lambda: faulty.ReadsWithoutDefault("user", "user_name"), {"missing-optional-keys"}
    ),
    "needs an optional key at the top": Case(
        lambda: faulty.ReadsWithoutDefault("business_name"), {"missing-optional-keys"}
    ),
    "500 on a null": Case(lambda: faulty.BreaksOnNull("user", "phone_model"), {"null-values"}),
    "500 on another null": Case(lambda: faulty.BreaksOnNull("agent", "email"), {"null-values"}),
    "dies on a null": Case(
        faulty.DiesOnNull,
        {"null-values"},
        errors=LAST | {"robust.garbage", "signature.raw-body"},
        only=("null-values", "signature.raw-body", "robust.*"),
    ),
    # signatures
    "signs JSON as Python writes it": Case(faulty.SignsAgain, REFUSED | {"signature.raw-body"}),
    "signs compact JSON": Case(lambda: faulty.SignsAgain(separators=(",", ":")), {"signature.raw-body"}),
    "signs JSON as JavaScript writes it": Case(
        lambda: faulty.SignsAgain(separators=(",", ":"), ensure_ascii=False), {"signature.raw-body"}
    ),
    "signs sorted JSON": Case(
        lambda: faulty.SignsAgain(separators=(",", ":"), sort_keys=True), REFUSED | {"signature.raw-body"}
    ),
    "signs text": Case(faulty.SignsText, {"signature.raw-body", "unicode"}),
    "has another secret": Case(faulty.HasAnotherSecret, REFUSED),
    "checks nothing": Case(faulty.ChecksNothing, FORGED),
    "accepts unsigned": Case(faulty.AcceptsUnsigned, {"signature.missing"}),
    "accepts malformed": Case(faulty.AcceptsMalformed, {"signature.malformed"}),
    "looks at the form alone": Case(faulty.LooksAtTheForm, FORGED - {"signature.missing"}),
    "compares the start": Case(lambda: faulty.ComparesTheStart(13), {"signature.malformed"}),
    "compares what is there": Case(lambda: faulty.ComparesTheStart(None), {"signature.malformed"}),
    "remembers the forged": Case(lambda: faulty.RemembersTheForged(200), {"signature.missing"}, fails_without=NONE),
    "remembers signatures": Case(faulty.RemembersSignatures, {"signature.other-body"}),
    "has an empty secret": Case(faulty.HasAnEmptySecretToo, {"signature.wrong-secret"}),
    "500 on malformed": Case(faulty.BreaksOnMalformed, {"signature.malformed"}),
    "ignores forged": Case(sound.IgnoresForged, FORGED),
    "refuses forged, where they are to be ignored": Case(sound.Sound, FORGED, wishes={"bad_signature": "ignore"}),
    "401 on forged, and acts": Case(lambda: faulty.ActsThoughForged(401), FORGED, fails_without=NONE),
    "200 on forged, and acts": Case(
        lambda: faulty.ActsThoughForged(200), FORGED, fails_without=NONE, wishes={"bad_signature": "ignore"}
    ),
    "401 on forged, and acts later": Case(
        lambda: faulty.ActsThoughForgedLater(401, 0.1), FORGED, fails_without=NONE, only=("signature.*", "duplicate.*")
    ),
    # duplicates and order
    "knows nothing": Case(faulty.KnowsNothing, DUPLICATES, fails_without=NONE),
    "knows nothing, and works later": Case(
        lambda: faulty.KnowsNothingLater(0.1), DUPLICATES, fails_without=NONE, only=("signature.*", "duplicate.*")
    ),
    "knows the last message": Case(faulty.KnowsTheLast, {"duplicate.same-bytes"}, fails_without=NONE),
    "races": Case(faulty.Races, {"duplicate.concurrent"}, fails_without=NONE, only=FEW),
    "forgets the deserted": Case(faulty.ForgetsTheDeserted, {"duplicate.retried-after-timeout"}, fails_without=NONE),
    "409 on a duplicate": Case(lambda: faulty.RefusesDuplicates(409), DUPLICATES),
    "500 on a duplicate": Case(lambda: faulty.RefusesDuplicates(500), DUPLICATES),
    "wants order": Case(faulty.WantsOrder, {"order.shuffled"}),
    # load and size
    "503 while busy": Case(faulty.OneAtATime, {"burst"}),
    "one after the other": Case(lambda: faulty.OneAfterTheOther(0.06), {"burst"}, deadline=2, only=FEW),
    "one connection at a time": Case(faulty.OneConnectionAtATime, {"burst"}, deadline=2, only=FEW),
    "limits the rate": Case(lambda: faulty.LimitsTheRate(30, 0.9), {"burst"}, only=SOME),
    "late in a burst": Case(lambda: faulty.LateInABurst(10), {"burst"}, deadline=2, only=FEW),
    "loses updates": Case(faulty.LosesUpdates, {"burst"}, fails_without=NONE),
    "drops what is too much": Case(
        lambda: faulty.DropsWhatIsTooMuch(30, 0.02), {"burst"}, fails_without=NONE, only=FEW
    ),
    "8 kB": Case(lambda: faulty.LimitsTheBody(8_000), {"body-size"}),
    "100 kB": Case(lambda: faulty.LimitsTheBody(102_400), {"body-size"}),
    "100 kB, unread": Case(lambda: faulty.LimitsTheBodyUnread(102_400), {"body-size"}),
    "1 MB": Case(lambda: faulty.LimitsTheBody(1_000_000), warns={"body-size"}),
    # text
    "reads ASCII": Case(faulty.ReadsAscii, {"unicode"}),
    "reads Latin-1": Case(faulty.ReadsLatin, {"unicode"}),
    "has no fourth byte": Case(faulty.HasNoFourthByte, {"unicode"}),
    # nonsense
    "500 on garbage": Case(faulty.BreaksOnGarbage, {"robust.garbage", "robust.empty"}),
    "hangs on garbage": Case(lambda: faulty.HangsOnGarbage(60), {"robust.garbage", "robust.empty"}, deadline=2),
    "hangs for ever on garbage": Case(
        lambda: faulty.HangsForEverOnGarbage(60), {"robust.garbage"}, errors=LAST, deadline=2
    ),
    "drops garbage": Case(faulty.DropsGarbage, {"robust.garbage", "robust.empty"}),
    "dies on garbage": Case(faulty.DiesOnGarbage, {"robust.garbage"}, errors=LAST),
    "500 on wrong types": Case(faulty.BreaksOnWrongTypes, {"robust.wrong-types"}),
    "500 on an empty body": Case(faulty.BreaksOnEmpty, {"robust.empty"}),
    "500 on another Content-Type": Case(faulty.BreaksOnAnotherType, {"robust.not-json-type"}),
    # connections
    "leaves the body": Case(faulty.LeavesTheBody, {"connection.reuse"}),
    "says more": Case(faulty.SaysMore, {"connection.reuse"}),
    "hangs up on the second": Case(faulty.HangsUpOnTheSecond, {"connection.reuse"}),
    "closes unanswered": Case(faulty.ClosesUnanswered, {"connection.close"}),
}

SOUND: dict[str, Case] = {
    "sound": Case(sound.Sound),
    "sound, either": Case(sound.Sound, wishes={"bad_signature": "either"}),
    "403": Case(sound.Forbids),
    "ignores forged, as asked": Case(sound.IgnoresForged, wishes={"bad_signature": "ignore"}),
    "ignores forged, either": Case(sound.IgnoresForged, wishes={"bad_signature": "either"}),
    "answers nothing": Case(sound.AnswersNothing),
    "answers in chunks": Case(sound.AnswersInChunks),
    "answers compressed": Case(sound.AnswersCompressed),
    "answers until it closes": Case(sound.AnswersUntilItCloses),
    "answers in two pieces": Case(sound.AnswersInTwoPieces),
    "gives hints first": Case(sound.GivesHints),
    "keeps connections shortly": Case(sound.KeepsConnectionsShortly),
    "counts of a while ago": Case(lambda: sound.CountsOfAWhileAgo(0.3), only=("signature.*", "duplicate.*", "burst")),
    "HTTP/1.0": Case(sound.OldHttp),
    "one thread": Case(sound.OneAtATime),
    "closes each connection": Case(sound.ClosesEachConnection),
    "closes without a word": Case(sound.ClosesWithoutAWord),
    "closes when it refuses": Case(sound.ClosesWhenItRefuses),
    "works later": Case(sound.WorksLater),
    "works later, slowly": Case(
        lambda: sound.WorksLater(0.01), only=("signature.*", "duplicate.*", "deadline", "burst")
    ),
    "works after 0.1 s": Case(lambda: sound.WorksAfter(0.1)),
    "works after 0.8 s": Case(lambda: sound.WorksAfter(0.8), only=("duplicate.same-bytes",)),
    "looks for work": Case(lambda: sound.LooksForWork(0.3), only=("signature.*", "duplicate.*", "deadline")),
    "knows by conversation": Case(sound.KnowsByConversation),
    "knows by number": Case(sound.KnowsByNumber),
    "knows by time": Case(sound.KnowsByTime),
    "knows by signature": Case(sound.KnowsBySignature),
    "acts on the first event": Case(lambda: sound.ActsOn("webhook_agent_chat_close")),
    "acts on messages": Case(lambda: sound.ActsOn("message")),
    "acts on the last event": Case(lambda: sound.ActsOn("chat_complete")),
    "acts later on the second event": Case(
        lambda: sound.ActsLaterOn("webhook_agent_chat_complete", 0.15), only=("signature.*", "duplicate.*")
    ),
    "writes two rows": Case(sound.WritesTwoRows),
    "validates": Case(sound.Validates),
    "wants new ones": Case(sound.WantsNew),
    "wants JSON": Case(sound.WantsJson),
}
