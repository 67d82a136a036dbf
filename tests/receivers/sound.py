"""Receivers that keep their side of the contract, each built in another way."""

from __future__ import annotations

import gzip
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import Any

from hookcli.schema import catalog
from receivers.server import Connection, HungUp, Reply, Request

SECRET = b"a secret of the tests"

Payload = dict[str, Any]

EVENTS = catalog.event_names()


class Sound:
    """Verifies, parses, looks whether it knows the message, acts, and answers; each step can be another one's."""

    protocol = "HTTP/1.1"
    is_threaded = True
    refusal = Reply(401, b"forged")

    def __init__(self) -> None:
        self.count = 0
        self.seen: set[object] = set()
        self.lock = Lock()
        self.over = Event()
        """Whether the test is over; what waits, waits for that."""

    def serve(self, connection: Connection) -> None:
        request = Request(connection.headers, connection.read(), connection)
        connection.write(self.guarded(request))

    def guarded(self, request: Request) -> Reply:
        """As a framework does: what is not caught is a 500."""
        try:
            return self.reply(request)
        except HungUp:
            raise
        except Exception as error:  # noqa: BLE001 (what a framework does)
            return Reply(500, repr(error).encode("ascii", "replace"))

    def reply(self, request: Request) -> Reply:
        return self.read(request) if self.is_genuine(request) else self.refusal

    def is_genuine(self, request: Request) -> bool:
        given = request.headers.get("X-Hub-Signature", "")
        return hmac.compare_digest(given.encode("latin-1"), self.signature_of(request.body).encode())

    def signature_of(self, body: bytes) -> str:
        return "sha1=" + hmac.new(SECRET, body, hashlib.sha1).hexdigest()

    def read(self, request: Request) -> Reply:
        """The answer to a genuine message."""
        try:
            payload = self.parse(request.body)
        except ValueError:
            return Reply(400, b"not JSON")
        if not isinstance(payload, dict):
            return Reply(400, b"not an object")
        return self.take(payload, request)

    def parse(self, body: bytes) -> Any:
        return json.loads(body)

    def take(self, payload: Payload, request: Request) -> Reply:
        """The answer to a payload."""
        if not isinstance(payload.get("event_name"), str):
            return Reply(422, b"no event")
        if payload["event_name"] in EVENTS:
            self.act(payload, request)
        return Reply(200)

    def act(self, payload: Payload, request: Request) -> None:
        """Have an effect, once."""
        with self.lock:
            key = self.key_of(payload, request)
            if key not in self.seen:
                self.seen.add(key)
                self.effect(payload)

    def key_of(self, payload: Payload, request: Request) -> object:
        """What two copies of a message have in common."""
        return hashlib.sha256(request.body).digest()

    def effect(self, payload: Payload) -> None:
        self.count += 1


class Forbids(Sound):
    refusal = Reply(403, b"")


class IgnoresForged(Sound):
    refusal = Reply(200)


class AnswersNothing(Sound):
    def serve(self, connection: Connection) -> None:
        reply = self.guarded(Request(connection.headers, connection.read(), connection))
        connection.write(Reply(reply.status, b""))


class AnswersRaw(Sound):
    """Writes its answers itself."""

    def serve(self, connection: Connection) -> None:
        reply = self.guarded(Request(connection.headers, connection.read(), connection))
        for piece in self.written(reply, connection):
            connection.wfile.write(piece)

    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        """The bytes of an answer, in pieces."""
        raise NotImplementedError


class AnswersInChunks(AnswersRaw):
    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        yield b"HTTP/1.1 %d As it is\r\ntransfer-encoding: chunked\r\ntrailer: x-end\r\n\r\n" % reply.status
        yield from (b"1\r\n%c\r\n" % byte for byte in reply.body)
        yield b"0\r\nx-end: 1\r\n\r\n"


class AnswersCompressed(AnswersRaw):
    """Though nobody asked for that."""

    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        body = gzip.compress(reply.body)
        head = b"HTTP/1.1 %d As it is\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
        yield head % (reply.status, len(body)) + body


class AnswersUntilItCloses(AnswersRaw):
    """Gives no length."""

    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        connection.is_closing = True
        yield b"HTTP/1.1 %d As it is\r\n\r\n" % reply.status + reply.body


class AnswersInTwoPieces(AnswersRaw):
    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        yield b"HTTP/1.1 %d As it is\r\nContent-Length: %d\r\n\r\n" % (reply.status, len(reply.body))
        self.over.wait(0.005)
        yield reply.body


class GivesHints(AnswersRaw):
    """An interim answer comes before the answer (RFC 8297)."""

    def written(self, reply: Reply, connection: Connection) -> Iterable[bytes]:
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n"
        yield b"HTTP/1.1 %d As it is\r\nContent-Length: %d\r\n\r\n" % (reply.status, len(reply.body)) + reply.body


class KeepsConnectionsShortly(Sound):
    """Closes a connection on which nothing comes for a while."""

    def serve(self, connection: Connection) -> None:
        super().serve(connection)
        connection.connection.settimeout(0.03)


class OldHttp(Sound):
    protocol = "HTTP/1.0"


class OneAtATime(OldHttp):
    """A single thread, and quick enough for a burst."""

    is_threaded = False


class ClosesEachConnection(Sound):
    def serve(self, connection: Connection) -> None:
        reply = self.guarded(Request(connection.headers, connection.read(), connection))
        connection.write(Reply(reply.status, reply.body, {"Connection": "close"}))


class ClosesWithoutAWord(Sound):
    def serve(self, connection: Connection) -> None:
        super().serve(connection)
        connection.is_closing = True


class ClosesWhenItRefuses(Sound):
    """Does not read what it will not take, and closes the connection."""

    def serve(self, connection: Connection) -> None:
        if "X-Hub-Signature" in connection.headers:
            super().serve(connection)
        else:
            connection.write(Reply(401, b"", {"Connection": "close"}))


class WorksLater(Sound):
    """Answers, and a worker acts; on duplicates it decides, too."""

    def __init__(self, pause: float = 0.0) -> None:
        super().__init__()
        self._jobs: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._pause = pause
        Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while not self.over.wait(self._pause):
            self._jobs.get()()

    def act(self, payload: Payload, request: Request) -> None:
        self._jobs.put(lambda: Sound.act(self, payload, request))


class WorksAfter(Sound):
    """Each message has a thread of its own, and takes effect a while later."""

    def __init__(self, after: float) -> None:
        super().__init__()
        self._after = after

    def effect(self, payload: Payload) -> None:
        Thread(target=self._later, args=(payload,), daemon=True).start()

    def _later(self, payload: Payload) -> None:
        self.over.wait(self._after)
        with self.lock:
            super().effect(payload)


class LooksForWork(Sound):
    """A worker looks now and then whether there is something to do."""

    def __init__(self, every: float) -> None:
        super().__init__()
        self._todo = 0
        self._every = every
        Thread(target=self._work, daemon=True).start()

    def _work(self) -> None:
        while not self.over.wait(self._every):
            with self.lock:
                self.count, self._todo = self.count + self._todo, 0

    def effect(self, payload: Payload) -> None:
        self._todo += 1


class CountsOfAWhileAgo(Sound):
    """As a replica of a database that is behind."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._counts: list[tuple[float, int]] = []
        super().__init__()

    @property
    def count(self) -> int:
        moment = time.monotonic() - self._seconds
        return max((count for at, count in [*self._counts] if at <= moment), default=0)

    @count.setter
    def count(self, value: int) -> None:
        self._counts.append((time.monotonic(), value))

    def effect(self, payload: Payload) -> None:
        self.count = 1 + max(count for _, count in self._counts)


class KnowsByConversation(Sound):
    def key_of(self, payload: Payload, request: Request) -> object:
        data = payload.get("data") if isinstance(payload.get("data"), dict) else {}
        return str(data.get("conversation_identifier") or payload.get("message")), payload["event_name"]


class KnowsByNumber(Sound):
    """Keeps integers, and nothing else."""

    def key_of(self, payload: Payload, request: Request) -> object:
        part = next((payload[key] for key in ("data", "message") if isinstance(payload.get(key), dict)), {})
        number = part.get("conversation_no", part.get("id"))
        return (int(number) if isinstance(number, (int, str)) else -1), payload["event_name"]


class KnowsByTime(Sound):
    def key_of(self, payload: Payload, request: Request) -> object:
        user = payload.get("user") if isinstance(payload.get("user"), dict) else {}
        return str(payload.get("timestamp")), str(user.get("auth_id"))


class KnowsBySignature(Sound):
    def key_of(self, payload: Payload, request: Request) -> object:
        return request.headers["X-Hub-Signature"]


class ActsOn(Sound):
    """Acts on one event, and ignores the others."""

    def __init__(self, event: str) -> None:
        super().__init__()
        self._event = event

    def act(self, payload: Payload, request: Request) -> None:
        if payload["event_name"] == self._event:
            super().act(payload, request)


class ActsLaterOn(WorksAfter):
    """The same, a while later."""

    def __init__(self, event: str, after: float) -> None:
        super().__init__(after)
        self._event = event

    def act(self, payload: Payload, request: Request) -> None:
        if payload["event_name"] == self._event:
            super().act(payload, request)


class WritesTwoRows(Sound):
    """One for the user and one for the message."""

    def effect(self, payload: Payload) -> None:
        self.count += 2


class Validates(Sound):
    """Refuses what breaks the event's schema; another event it takes."""

    def take(self, payload: Payload, request: Request) -> Reply:
        event = payload.get("event_name")
        if event in EVENTS and not catalog.load_event(event).is_valid(payload):
            return Reply(422, b"breaks the schema")
        return super().take(payload, request)


class WantsNew(Sound):
    """Refuses what is older than two hours, or from the future; and ids that are not alphanumeric."""

    def take(self, payload: Payload, request: Request) -> Reply:
        if payload.get("event_name") in EVENTS:
            try:
                moment = datetime.fromisoformat(payload["timestamp"].replace("Z", "+00:00"))
                is_good = payload["user"]["auth_id"].isalnum()
            except (TypeError, AttributeError, KeyError, ValueError):
                return Reply(422, b"no time or id")
            if not is_good or not 0 <= (datetime.now(timezone.utc) - moment).total_seconds() < 7200:
                return Reply(422, b"too old, not yet, or not alphanumeric")
        return super().take(payload, request)


class WantsJson(Sound):
    """Refuses another Content-Type, before it looks at anything else."""

    def reply(self, request: Request) -> Reply:
        if request.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            return Reply(415, b"JSON, please")
        return super().reply(request)
