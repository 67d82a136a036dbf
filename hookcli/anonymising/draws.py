"""A key -> numbers and permutations that nobody without it can tell.

All pseudonyms hang on HMAC-SHA256 of what they stand for: without the key no guess can be tried, with it the same value
always comes to the same. Whoever has the key can try guesses, and can undo a permutation: it is a secret, or is
thrown away.
"""

from __future__ import annotations

import functools
import hmac
from random import Random

from hookcli.errors import KeyUnusable

SHORTEST_KEY = 16
"""Bytes; a shorter key could be found by trying."""

_ROUNDS = 8
_SMALL = 1_024
"""Numbers below this are put in an order that is written down: so few leave a Feistel network too little to mix."""

_KEPT = 256
"""Orders of small sets that are kept."""


class Draws:
    """Numbers that a key and some texts determine.

    Args:
        key: at least `SHORTEST_KEY` bytes.

    Raises:
        KeyUnusable: the key is shorter.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < SHORTEST_KEY:
            raise KeyUnusable(
                f"a key for pseudonyms of {len(key)} bytes can be guessed: give at least {SHORTEST_KEY}, "
                "for example 32 random ones."
            )
        self._key = key
        self._order = functools.lru_cache(_KEPT)(self._make_order)

    def digest(self, *parts: str) -> bytes:
        """32 bytes that the parts determine."""
        return hmac.digest(self._key, _joined(parts), "sha256")

    def number(self, below: int, *parts: str) -> int:
        """A whole number from 0, below a bound of any size."""
        size = (below.bit_length() + 7) // 8 + 16  # 128 bits more than needed, so that none is likelier than another
        head = _joined(parts)
        blocks = [hmac.digest(self._key, head + at.to_bytes(4, "big"), "sha256") for at in range(-(-size // 32))]
        return int.from_bytes(b"".join(blocks)[:size], "big") % below

    def source(self, *parts: str) -> Random:
        """An endless source of random numbers that the parts determine."""
        return Random(int.from_bytes(self.digest(*parts), "big"))  # noqa: S311 (seeded with what nobody can guess)

    def permuted(self, number: int, high: int, low: int, *parts: str) -> int:
        """The number below `high * low` that a number below it comes to; each to another, and none to itself.

        Args:
            number: from 0.
            high: a factor of the bound, best of about the size of the other.
            low: the other factor.
            parts: the permutation's name; other parts, another permutation.
        """
        size = high * low
        if size < 2:
            return number
        if size <= _SMALL:
            order, places = self._order(size, parts)
            return order[(places[number] + 1) % size]
        return self._mixed((self._mixed(number, high, low, parts, 1) + 1) % size, high, low, parts, -1)

    def _make_order(self, size: int, parts: tuple[str, ...]) -> tuple[list[int], dict[int, int]]:
        order = sorted(range(size), key=lambda number: self.digest("order", *parts, str(number)))
        return order, {number: at for at, number in enumerate(order)}

    def _mixed(self, number: int, high: int, low: int, parts: tuple[str, ...], sign: int) -> int:
        """A Feistel network over two unlike halves, there (1) and back (-1)."""
        left, right = divmod(number, low)
        for at in range(_ROUNDS)[::sign]:
            if at % 2:
                right = (right + sign * self.number(low, "right", *parts, str(at), f"{left:x}")) % low
            else:
                left = (left + sign * self.number(high, "left", *parts, str(at), f"{right:x}")) % high
        return left * low + right


def _joined(parts: tuple[str, ...]) -> bytes:
    """The parts as bytes, so that no other parts give the same."""
    texts = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(len(text).to_bytes(8, "big") + text for text in texts)
