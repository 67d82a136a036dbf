"""Receivers with one fault each."""

from __future__ import annotations

import hmac
import json
import re
import time
from collections import deque
from threading import BoundedSemaphore, Event
from typing import Any

from receivers.server import Connection, HungUp, Reply, Request
from receivers.sound import EVENTS, SECRET, Payload, Sound, WorksAfter, WorksLater

# How it answers


class Late(Sound):
    """Answers, but after the deadline."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def reply(self, request: Request) -> Reply:
        self.over.wait(self._seconds)
        return super().reply(request)


class LateOn(Late):
    """Late with one event."""

    def __init__(self, event: str, seconds: float) -> None:
        super().__init__(0)
        self._event, self._wait = event, seconds

    def take(self, payload: Payload, request: Request) -> Reply:
        if payload.get("event_name") == self._event:
            self.over.wait(self._wait)
        return super().take(payload, request)


class LateAfter(Late):
    """Is late from some message on."""

    def __init__(self, messages: int, seconds: float) -> None:
        super().__init__(0)
        self._left, self._wait = messages, seconds

    def reply(self, request: Request) -> Reply:
        self._left -= 1
        if self._left < 0:
            self.over.wait(self._wait)
        return super().reply(request)


class Drips(Sound):
    """Answers a byte at a time."""

    def serve(self, connection: Connection) -> None:
        connection.read()
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK":
            connection.wfile.write(bytes([byte]))
            self.over.wait(0.05)


class Answers(Sound):
    """Answers every message with the same status."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def take(self, payload: Payload, request: Request) -> Reply:
        super().take(payload, request)
        return Reply(self._status, b"", {"Location": "/elsewhere"} if 300 <= self._status < 400 else {})


class HangsUp(Sound):
    def reply(self, request: Request) -> Reply:
        raise HungUp


class Resets(Sound):
    def reply(self, request: Request) -> Reply:
        request.connection.reset()
        raise HungUp


class SpeaksNoHttp(Sound):
    def serve(self, connection: Connection) -> None:
        connection.read()
        connection.wfile.write(b"220 mail.example ESMTP\r\n")
        connection.is_closing = True


class BreaksNowAndThen(Sound):
    """Every so many messages one is a 500."""

    def __init__(self, every: int) -> None:
        super().__init__()
        self._every, self._number = every, 0

    def take(self, payload: Payload, request: Request) -> Reply:
        with self.lock:
            self._number += 1
            number = self._number
        return Reply(500) if number % self._every == 0 else super().take(payload, request)


# What it makes of other payloads


class UnknownEvent(Sound):
    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def take(self, payload: Payload, request: Request) -> Reply:
        is_known = payload.get("event_name") in EVENTS or not isinstance(payload.get("event_name"), str)
        return super().take(payload, request) if is_known else Reply(self._status)


class FindsEventBySubstring(Sound):
    """Takes every event with "message" in its name for a message."""

    def __init__(self, part: str, key: str) -> None:
        super().__init__()
        self._part, self._key = part, key

    def take(self, payload: Payload, request: Request) -> Reply:
        if self._part in str(payload.get("event_name")):
            payload[self._key]
        return super().take(payload, request)


class Strict(Sound):
    """Refuses keys that it does not know, at some level."""

    def __init__(self, *path: str) -> None:
        super().__init__()
        self._path = path

    def take(self, payload: Payload, request: Request) -> Reply:
        place: Any = payload
        for key in self._path:
            place = place.get(key) if isinstance(place, dict) else None
        unknown = [key for key in place if "new_key" in key] if isinstance(place, dict) else []
        return Reply(422, b"unknown key") if unknown else super().take(payload, request)


class ReadsWithoutDefault(Sound):
    """Reads a key that may be missing as if it were always there."""

    def __init__(self, *path: str) -> None:
        super().__init__()
        self._path = path

    def take(self, payload: Payload, request: Request) -> Reply:
        place: Any = payload
        for key in self._path[:-1]:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict) and payload.get("event_name") in EVENTS:
            place[self._path[-1]]
        return super().take(payload, request)


class BreaksOnNull(Sound):
    def __init__(self, *path: str) -> None:
        super().__init__()
        self._path = path

    def take(self, payload: Payload, request: Request) -> Reply:
        *way, last = self._path
        place: Any = payload
        for key in way:
            place = place.get(key) if isinstance(place, dict) else None
        if isinstance(place, dict) and place.get(last, "") is None:
            return Reply(500)
        return super().take(payload, request)


class DiesOnNull(Sound):
    """The process ends."""

    def take(self, payload: Payload, request: Request) -> Reply:
        if b"null" in request.body:
            request.connection.server.die()
            raise HungUp
        return super().take(payload, request)


# Signatures


class SignsAgain(Sound):
    """Computes the signature over JSON that it has written again."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self._options = options

    def signature_of(self, body: bytes) -> str:
        try:
            return super().signature_of(json.dumps(json.loads(body), **self._options).encode())
        except ValueError:
            return super().signature_of(body)


class SignsText(Sound):
    """Decodes the body wrongly before it signs."""

    def signature_of(self, body: bytes) -> str:
        return super().signature_of(body.decode("latin-1").encode())


class ChecksNothing(Sound):
    def is_genuine(self, request: Request) -> bool:
        return True


class AcceptsUnsigned(Sound):
    def is_genuine(self, request: Request) -> bool:
        return "X-Hub-Signature" not in request.headers or super().is_genuine(request)


class AcceptsMalformed(Sound):
    """Looks only at what has the right form."""

    def is_genuine(self, request: Request) -> bool:
        given = request.headers.get("X-Hub-Signature")
        is_formed = given is not None and re.fullmatch("sha1=[0-9a-f]{40}", given)
        return super().is_genuine(request) if is_formed or given is None else True


class LooksAtTheForm(Sound):
    def is_genuine(self, request: Request) -> bool:
        return bool(re.fullmatch("sha1=[0-9a-f]{40}", request.headers.get("X-Hub-Signature", "")))


class ComparesTheStart(Sound):
    """Compares as many characters as the header has, or some."""

    def __init__(self, length: int | None) -> None:
        super().__init__()
        self._length = length

    def is_genuine(self, request: Request) -> bool:
        given, genuine = request.headers.get("X-Hub-Signature"), self.signature_of(request.body)
        if given is None:
            return False
        return genuine.startswith(given) if self._length is None else given[: self._length] == genuine[: self._length]


class RemembersTheForged(Sound):
    """Takes down that it knows a message before it looks at the signature."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status
        self._bodies: set[bytes] = set()

    def reply(self, request: Request) -> Reply:
        with self.lock:
            is_known = request.body in self._bodies
            self._bodies.add(request.body)
        return Reply(self._status) if is_known else super().reply(request)


class RemembersSignatures(Sound):
    """Takes a signature that was good once."""

    def __init__(self) -> None:
        super().__init__()
        self._good: set[str] = set()

    def is_genuine(self, request: Request) -> bool:
        if super().is_genuine(request):
            self._good.add(request.headers["X-Hub-Signature"])
        return request.headers.get("X-Hub-Signature") in self._good


class HasAnEmptySecretToo(Sound):
    def is_genuine(self, request: Request) -> bool:
        given = request.headers.get("X-Hub-Signature", "")
        empty = "sha1=" + hmac.digest(b"", request.body, "sha1").hex()
        return super().is_genuine(request) or hmac.compare_digest(given.encode("latin-1"), empty.encode())


class ActsThoughForged(Sound):
    """Answers as it should, and acts all the same."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def reply(self, request: Request) -> Reply:
        is_genuine = self.is_genuine(request)
        reply = self.read(request)
        return reply if is_genuine else Reply(self._status)


class ActsThoughForgedLater(ActsThoughForged, WorksAfter):
    def __init__(self, status: int, after: float) -> None:
        WorksAfter.__init__(self, after)
        self._status = status


class BreaksOnMalformed(Sound):
    """As Node's timingSafeEqual does on two lengths."""

    def is_genuine(self, request: Request) -> bool:
        given = request.headers.get("X-Hub-Signature")
        if given is not None and len(given) != len(self.signature_of(b"")):
            raise ValueError("Input buffers must have the same byte length")
        return super().is_genuine(request)


class HasAnotherSecret(Sound):
    def signature_of(self, body: bytes) -> str:
        return super().signature_of(SECRET + body)


# Duplicates and order


class KnowsNothing(Sound):
    def key_of(self, payload: Payload, request: Request) -> object:
        return object()


class KnowsNothingLater(WorksAfter):
    def key_of(self, payload: Payload, request: Request) -> object:
        return object()


class KnowsTheLast(Sound):
    """Remembers the last message alone."""

    def act(self, payload: Payload, request: Request) -> None:
        with self.lock:
            key = self.key_of(payload, request)
            if key not in self.seen:
                self.seen = {key}
                self.effect(payload)


class Races(Sound):
    """Looks whether it knows a message, and writes it down a little later."""

    def act(self, payload: Payload, request: Request) -> None:
        key = self.key_of(payload, request)
        if key not in self.seen:
            self.over.wait(0.05)
            with self.lock:
                self.effect(payload)
            self.seen.add(key)


class RefusesDuplicates(Sound):
    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def take(self, payload: Payload, request: Request) -> Reply:
        with self.lock:
            is_known = self.key_of(payload, request) in self.seen
        return Reply(self._status) if is_known else super().take(payload, request)


class ForgetsTheDeserted(Sound):
    """Remembers a message only where the sender was there to be told."""

    def take(self, payload: Payload, request: Request) -> Reply:
        reply = super().take(payload, request)
        self.over.wait(0.002)
        if request.connection.is_deserted():
            self.seen.discard(self.key_of(payload, request))
        return reply


class WantsOrder(Sound):
    """Knows only chats that it has seen pinned."""

    def __init__(self) -> None:
        super().__init__()
        self._pinned: set[str] = set()

    def take(self, payload: Payload, request: Request) -> Reply:
        user, event = json.dumps(payload.get("user")), payload.get("event_name")
        if event == "chat_pinned":
            self._pinned.add(user)
        if event == "chat_complete" and user not in self._pinned:
            return Reply(404, b"no such chat")
        return super().take(payload, request)


# Load and size


class OneAtATime(Sound):
    """Is busy while it is at work, and says so."""

    def reply(self, request: Request) -> Reply:
        if not self.lock.acquire(blocking=False):
            return Reply(503, b"busy")
        try:
            self.over.wait(0.002)
        finally:
            self.lock.release()
        return super().reply(request)


class OneAfterTheOther(Sound):
    """Works on one message at a time, and each takes a while."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def effect(self, payload: Payload) -> None:
        self.over.wait(self._seconds)
        super().effect(payload)


class OneConnectionAtATime(Sound):
    """Keeps connections, and has a single thread for them."""

    is_threaded = False


class LosesUpdates(Sound):
    """Reads its count, and writes it a little later."""

    def act(self, payload: Payload, request: Request) -> None:
        with self.lock:
            key = self.key_of(payload, request)
            is_known, _ = key in self.seen, self.seen.add(key)
        if not is_known:
            self.effect(payload)

    def effect(self, payload: Payload) -> None:
        count = self.count
        self.over.wait(0.01)
        self.count = count + 1


class DropsWhatIsTooMuch(WorksLater):
    """Has a queue with little room, and says nothing of what it has no room for."""

    def __init__(self, room: int, pause: float) -> None:
        super().__init__(pause)
        self._room = room

    def act(self, payload: Payload, request: Request) -> None:
        if self._jobs.qsize() < self._room:
            super().act(payload, request)


class WakesUp(Sound):
    """Takes long for its first message."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def reply(self, request: Request) -> Reply:
        seconds, self._seconds = self._seconds, 0
        self.over.wait(seconds)
        return super().reply(request)


class LimitsTheRate(Sound):
    def __init__(self, messages: int, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._times: deque[float] = deque([0.0] * messages, maxlen=messages)

    def reply(self, request: Request) -> Reply:
        with self.lock:
            if time.monotonic() - self._times[0] < self._seconds:
                return Reply(429, b"too many")
            self._times.append(time.monotonic())
        return super().reply(request)


class LateInABurst(Sound):
    """Answers no more than some at once, and the others never."""

    def __init__(self, many: int) -> None:
        super().__init__()
        self._room = BoundedSemaphore(many)

    def reply(self, request: Request) -> Reply:
        if not self._room.acquire(blocking=False):
            self.over.wait()
            raise HungUp
        self.over.wait(0.05)
        self._room.release()
        return super().reply(request)


class LimitsTheBody(Sound):
    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def reply(self, request: Request) -> Reply:
        return Reply(413) if len(request.body) > self._size else super().reply(request)


class LimitsTheBodyUnread(LimitsTheBody):
    """Refuses by the length alone, and hangs up."""

    def serve(self, connection: Connection) -> None:
        if int(connection.headers["Content-Length"]) <= self._size:
            super().serve(connection)
        else:
            connection.write(Reply(413, b"", {"Connection": "close"}))


# Text


class ReadsAscii(Sound):
    def read(self, request: Request) -> Reply:
        return super().read(request) if request.body.isascii() else Reply(400, b"not ASCII")


class ReadsLatin(Sound):
    """Decodes wrongly, and its model takes no control characters, of which it then finds some."""

    def parse(self, body: bytes) -> Any:
        return json.loads(body.decode("latin-1"))

    def take(self, payload: Payload, request: Request) -> Reply:
        text = json.dumps(payload, ensure_ascii=False)
        return Reply(422) if re.search("[\x80-\x9f]", text) else super().take(payload, request)


class HasNoFourthByte(Sound):
    """As MySQL's utf8."""

    def take(self, payload: Payload, request: Request) -> Reply:
        text = json.dumps(payload, ensure_ascii=False)
        return Reply(500) if any(ord(character) > 0xFFFF for character in text) else super().take(payload, request)


# What it makes of nonsense


class BreaksOnGarbage(Sound):
    def refuse(self, request: Request) -> Reply:
        return Reply(500)

    def read(self, request: Request) -> Reply:
        try:
            self.parse(request.body)
        except ValueError:
            return self.refuse(request)
        return super().read(request)


class HangsOnGarbage(BreaksOnGarbage):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self.is_hanging = Event()

    def refuse(self, request: Request) -> Reply:
        self.is_hanging.set()
        self.over.wait(self._seconds)
        return Reply(400)


class DropsGarbage(BreaksOnGarbage):
    def refuse(self, request: Request) -> Reply:
        raise HungUp


class DiesOnGarbage(BreaksOnGarbage):
    """The process ends."""

    def refuse(self, request: Request) -> Reply:
        request.connection.server.die()
        raise HungUp


class HangsForEverOnGarbage(HangsOnGarbage):
    """And has a single thread."""

    protocol = "HTTP/1.0"
    is_threaded = False


class BreaksOnWrongTypes(Sound):
    def take(self, payload: Payload, request: Request) -> Reply:
        if "user" in payload:
            payload["user"].get("auth_id")
        return super().take(payload, request)


class BreaksOnEmpty(Sound):
    def read(self, request: Request) -> Reply:
        return super().read(request) if request.body.strip() else Reply(500)


class BreaksOnAnotherType(Sound):
    def read(self, request: Request) -> Reply:
        return super().read(request) if request.headers["Content-Type"] == "application/json" else Reply(500)


# Connections


class LeavesTheBody(Sound):
    """Does not read the body of a message that it refuses, and keeps the connection."""

    def serve(self, connection: Connection) -> None:
        if re.fullmatch("sha1=[0-9a-f]{40}", connection.headers.get("X-Hub-Signature", "")):
            super().serve(connection)
        else:
            connection.write(Reply(401))


class SaysMore(Sound):
    """Than its Content-Length."""

    def serve(self, connection: Connection) -> None:
        reply = self.guarded(Request(connection.headers, connection.read(), connection))
        connection.write(Reply(reply.status, b"OK and more", {"Content-Length": "2"}))


class HangsUpOnTheSecond(Sound):
    """Takes the second message of a connection, and closes it without an answer."""

    def serve(self, connection: Connection) -> None:
        if connection.is_used:
            connection.read()
            connection.is_closing = True
        else:
            connection.is_used = True
            super().serve(connection)


class ClosesUnanswered(Sound):
    """Where it is asked to close."""

    def serve(self, connection: Connection) -> None:
        if connection.headers.get("Connection") == "close":
            connection.read()
            connection.is_closing = True
        else:
            super().serve(connection)
