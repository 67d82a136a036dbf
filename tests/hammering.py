"""Many messages to a receiver that is killed meanwhile, and what the store holds of them."""

from __future__ import annotations

import http.client
import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from listening import Listening, listening, signed


@dataclass
class Hammered:
    """What came of it."""

    acknowledged: set[int] = field(default_factory=set)
    kept: Counter[int] = field(default_factory=Counter)
    kills: int = 0
    is_sound: bool = False
    """Whether SQLite finds the store in order."""

    @property
    def lost(self) -> set[int]:
        return {number for number in self.acknowledged if not self.kept[number]}

    @property
    def twice(self) -> list[int]:
        return [number for number, times in self.kept.items() if times > 1]


def body_of(number: int) -> bytes:
    return b'{"event_name": "message", "number": %d, "filling": "%s"}' % (number, b"x" * 900)


def hammer(folder: Path, *, messages: int, kills: int, senders: int = 8, seed: int = 1) -> Hammered:
    """Send each message once, whatever becomes of it, while the receiver is killed (SIGKILL) at random moments."""
    done, numbers, randomness = Hammered(), SimpleQueue[int](), random.Random(seed)
    for number in range(messages):
        numbers.put(number)
    stops = sorted(randomness.sample(range(messages // 20, messages), kills))
    for stop in [*stops, None]:
        with listening(folder, "-o", "/dev/null") as receiver:
            _send_all(receiver, numbers, senders, done, lambda stop=stop: _is_due(stop, messages, numbers))  # type: ignore[misc]
            done.kills += stop is not None
    database = sqlite3.connect(folder / "captures.db")
    done.is_sound = database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    rows = database.execute("SELECT json_extract(CAST(body AS TEXT), '$.number') FROM captures")
    done.kept = Counter(number for (number,) in rows)
    database.close()
    return done


def _is_due(stop: int | None, messages: int, numbers: SimpleQueue[int]) -> bool:
    return stop is not None and messages - numbers.qsize() >= stop


def _send_all(
    receiver: Listening, numbers: SimpleQueue[int], senders: int, done: Hammered, is_due: Callable[[], bool]
) -> None:
    threads = [threading.Thread(target=_send, args=(receiver, numbers, done)) for _ in range(senders)]
    for thread in threads:
        thread.start()
    while not is_due() and any(thread.is_alive() for thread in threads):
        time.sleep(0.002)
    receiver.process.kill()
    receiver.process.wait()
    for thread in threads:
        thread.join()


def _send(receiver: Listening, numbers: SimpleQueue[int], done: Hammered) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=30)
    try:
        while True:
            number = numbers.get_nowait()
            body = body_of(number)
            connection.request("POST", "/", body, signed(body))
            answer = connection.getresponse()
            answer.read()
            if answer.status == 200:
                done.acknowledged.add(number)
    except (Empty, OSError, http.client.HTTPException):
        connection.close()
