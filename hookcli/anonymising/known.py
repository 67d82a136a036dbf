"""The names that were met, so that a text which mentions them says their pseudonyms."""

from __future__ import annotations

MOST = 20_000
"""Names that are remembered from one payload to the next; those of a payload itself always count in it."""

_SHORTEST = 3
_LONGEST = 80


class Known:
    """Names and their pseudonyms.

    Args:
        most: names that are remembered.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._ever: dict[str, str] = {}
        self._here: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._ever or self._here)

    def begin(self) -> None:
        """Forget what was in the last payload alone."""
        self._here = {}

    def learn(self, name: str, pseudonym: str) -> None:
        """Note a name."""
        if _SHORTEST <= len(name) <= _LONGEST:
            (self._ever if len(self._ever) < self._most else self._here)[name] = pseudonym

    def get(self, name: str) -> str | None:
        """The pseudonym of a name, None where it was not met."""
        return self._here.get(name) or self._ever.get(name)
