"""What came lately: the same body again, and messages of one user in another order than they were made."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from hookcli.models import Json

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 25_000
"""Messages, and users, that are remembered for certain, and up to as many more: a last retry comes within an hour."""


class Recent(Generic[K, V]):
    """What was put in lately: the last `most`, and up to as many more.

    In two generations, the older of which is let go as a whole: from one table, or an OrderedDict, forgetting one by
    one leaves holes that cost ever more time to pass by, or memory.
    """

    def __init__(self, most: int = REMEMBERED) -> None:
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}
        self._most = most

    def get(self, key: K) -> V | None:
        """The value, where it is still known."""
        found = self._young.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: K, value: V) -> None:
        """Know it from now on."""
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[key] = value

    def forget(self, key: K) -> None:
        """Know it no more."""
        self._young.pop(key, None)
        self._old.pop(key, None)


class Bodies:
    """The first arrival of each body, of those that came lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._first: Recent[bytes, int] = Recent(most)

    def first(self, digest: bytes, number: int) -> int | None:
        """The number under which this body came first, if it did; else it is `number` from now on."""
        first = self._first.get(digest)
        if first is None:
            self._first.put(digest, number)
        return first

    def put(self, digest: bytes, number: int) -> None:
        """The number under which a body came first, from now on."""
        self._first.put(digest, number)

    def forget(self, digest: bytes, number: int) -> None:
        """That arrival was not kept after all."""
        if self._first.get(digest) == number:
            self._first.forget(digest)


class Order:
    """For each user the message that its sender made last, of those that came lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._newest: Recent[str, tuple[float, int]] = Recent(most)

    def overtaken_by(self, payload: Json, number: int) -> int | None:
        """The number of an earlier arrival about the same user that was made later than this one."""
        user, made = _user_and_time(payload)
        if user is None or made is None:
            return None
        newest = self._newest.get(user)
        if newest is not None and newest[0] > made:
            return newest[1]
        self._newest.put(user, (made, number))
        return None


def _user_and_time(payload: Json) -> tuple[str | None, float | None]:
    """`user.auth_id` and `timestamp` (haptik-contract.md, "The envelope")."""
    if not isinstance(payload, dict):
        return None, None
    user, made = payload.get("user"), payload.get("timestamp")
    name = user.get("auth_id") if isinstance(user, dict) else None
    if not isinstance(name, str) or not isinstance(made, str) or len(made) > 40:
        return None, None
    try:
        moment = datetime.fromisoformat(made.replace("Z", "+00:00"))
        return name[:200], moment.timestamp() if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None, None
