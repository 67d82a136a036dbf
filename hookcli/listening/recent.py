"""What came lately: the same body again, and messages of one user in another order than they were made."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime

from hookcli.models import Json

REMEMBERED = 50_000
"""Messages, and users, that are remembered: about 12 MB each at the most. A sender's last retry comes within an hour."""


class Bodies:
    """The first arrival of each body, of those that came lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._first: OrderedDict[bytes, int] = OrderedDict()  # of a dict the first is found ever more slowly
        self._most = most

    def first(self, digest: bytes, number: int) -> int | None:
        """The number under which this body came first, if it did; else it is `number` from now on."""
        first = self._first.setdefault(digest, number)
        if first != number:
            return first
        if len(self._first) > self._most:
            self._first.popitem(last=False)
        return None

    def put(self, digest: bytes, number: int) -> None:
        """The number under which a body came first, from now on."""
        self._first[digest] = number

    def forget(self, digest: bytes, number: int) -> None:
        """That arrival was not kept after all."""
        if self._first.get(digest) == number:
            del self._first[digest]


class Order:
    """For each user the message that its sender made last, of those that came lately."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._newest: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._most = most

    def overtaken_by(self, payload: Json, number: int) -> int | None:
        """The number of an earlier arrival about the same user that was made later than this one."""
        user, made = _user_and_time(payload)
        if user is None or made is None:
            return None
        before, by = self._newest.get(user, (made, number))
        if before > made:
            return by
        self._newest.pop(user, None)
        self._newest[user] = (made, number)
        if len(self._newest) > self._most:
            self._newest.popitem(last=False)
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
