"""Languages as terms with `and`, `or` and `not`, and their derivatives.

A term's derivative by a character is what may follow that character (Brzozowski, "Derivatives of regular expressions",
1964; with sets of characters as in Owens, Reppy and Turon, 2009). A look-behind is a term of its own that moves along
from the start of the string (Moseley et al., "Derivative based nonbacktracking real-world regex matching", 2023).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hookcli.dataclass import dataclass
from hookcli.generation.text.trees import MANY

_MOST_TERMS = 40_000
_MOST_LOOKS = 1_000_000
"""Terms that may be looked at in all: about a second."""

_DEEPEST = 150
"""Terms that derivatives may have to walk down: a bound that keeps Python's stack out of it."""


class TooLarge(Exception):
    """The patterns are too much for an automaton."""


@dataclass(frozen=True, slots=True)
class Term:
    """A language: a kind and its parts, each made once, so that equal terms are the same number."""

    kind: str
    parts: tuple[int, ...]
    nullable: bool
    moving: bool
    """Whether a look-behind is in it, which every character moves."""
    depth: int


class Terms:
    """All terms over one alphabet; sets of its characters are bit masks.

    Args:
        size: how many characters the alphabet has.
    """

    def __init__(self, size: int) -> None:
        self._everything = (1 << size) - 1
        self._terms: list[Term] = []
        self._numbers: dict[tuple[str, tuple[int, ...]], int] = {}
        self._moves: dict[tuple[int, int], int] = {}
        self._bodies: list[Callable[[int], int]] = []
        self._looks = 0
        self.never = self.chars(0)
        self.empty = self._term("empty", (), nullable=True)
        self.all = self.repeat(self.chars(self._everything), 0, MANY)

    def is_end(self, term: int) -> bool:
        """Whether the string may end here."""
        return self._terms[term].nullable

    def steps(self, term: int) -> list[tuple[int, int]]:
        """What may come next: sets of characters, and the terms after them."""
        found: dict[int, int] = {}
        for mask in self._told_apart(term):
            after = self._derive(term, mask & -mask)
            if after != self.never:
                found[after] = found.get(after, 0) | mask
        return [(mask, after) for after, mask in found.items()]

    def chars(self, mask: int) -> int:
        """One character of a set."""
        return self._term("chars", (mask,))

    def add_body(self, body: Callable[[int], int]) -> int:
        """Something to loop over: a function from what follows it to both."""
        self._bodies.append(body)
        return len(self._bodies) - 1

    def loop(self, body: int, least: int, most: int, rest: int) -> int:
        """A repeat of what looks ahead, unrolled as the derivatives go along; its body takes a character at least."""
        most = min(most, MANY)
        nullable = least == 0 and self._terms[rest].nullable
        return self._term("loop", (rest, body, least, most), nullable=nullable, children=(rest,))

    def _unrolled(self, parts: tuple[int, ...]) -> int:
        rest, body, least, most = parts
        if most == 0:
            return rest
        found = self._bodies[body](self.loop(body, max(0, least - 1), most if most == MANY else most - 1, rest))
        return found if least else self.either([rest, found])

    def _term(
        self, kind: str, parts: tuple[int, ...], *, nullable: bool = False, children: tuple[int, ...] = ()
    ) -> int:
        key = kind, parts
        if key not in self._numbers:
            below = [self._terms[child] for child in children]
            depth = 1 + max((one.depth for one in below), default=0)
            if len(self._terms) >= _MOST_TERMS or depth > _DEEPEST:
                raise TooLarge
            moving = kind in ("behind", "not behind") or any(one.moving for one in below)
            self._numbers[key] = len(self._terms)
            self._terms.append(Term(kind, parts, nullable, moving, depth))
        return self._numbers[key]

    def then(self, first: int, second: int) -> int:
        """One after the other."""
        if self.never in (first, second):
            return self.never
        if first == self.empty or second == self.empty:
            return second if first == self.empty else first
        if first == second == self.all:
            return first
        chain = []
        while self._terms[first].kind == "then":
            head, first = self._terms[first].parts
            chain.append(head)
        if chain:
            for part in (first, *reversed(chain)):
                second = self.then(part, second)
            return second
        one, two = self._terms[first], self._terms[second]
        near = (first, second) if one.nullable or two.moving or one.moving else (first,)
        return self._term("then", (first, second), nullable=one.nullable and two.nullable, children=near)

    def either(self, terms: Iterable[int]) -> int:
        """Any of several."""
        flat = self._flat("or", terms) - {self.never}
        if self.all in flat:
            return self.all
        if len(flat) < 2:
            return next(iter(flat), self.never)
        parts = tuple(sorted(flat))
        return self._term("or", parts, nullable=any(self._terms[one].nullable for one in parts), children=parts)

    def both(self, terms: Iterable[int]) -> int:
        """All of several at once."""
        flat = self._flat("and", terms) - {self.all}
        steady = all(not self._terms[one].moving for one in flat)
        if self.never in flat or (self.empty in flat and not all(self._may_end(one) for one in flat)):
            return self.never
        if self.empty in flat and steady:
            return self.empty
        if len(flat) < 2:
            return next(iter(flat), self.all)
        parts = tuple(sorted(flat))
        if any(self.negation(one) in flat for one in parts if self._terms[one].kind == "not"):
            return self.never
        return self._term("and", parts, nullable=all(self._terms[one].nullable for one in parts), children=parts)

    def _may_end(self, term: int) -> bool:
        """Whether a term may be empty, or may become so when a look-behind in it moves."""
        return self._terms[term].nullable or self._terms[term].moving

    def _flat(self, kind: str, terms: Iterable[int]) -> set[int]:
        flat: set[int] = set()
        for one in terms:
            flat.update(self._terms[one].parts if self._terms[one].kind == kind else (one,))
        return flat

    def negation(self, term: int) -> int:
        """Every other string."""
        if term == self.never:
            return self.all
        if term == self.all:
            return self.never
        one = self._terms[term]
        return one.parts[0] if one.kind == "not" else self._term(
            "not", (term,), nullable=not one.nullable, children=(term,))  # fmt: skip

    def repeat(self, term: int, least: int, most: int) -> int:
        """The same again."""
        one = self._terms[term]
        if most == 0 or term == self.empty:
            return self.empty
        if term == self.never:
            return self.never if least else self.empty
        if least == most == 1:
            return term
        if one.nullable and not one.moving:
            least = 0
        if one.kind == "repeat" and one.parts[1:] == (0, MANY) and most >= 1:
            return term
        most = min(MANY, most)
        return self._term("repeat", (term, least, most), nullable=least == 0 or one.nullable, children=(term,))

    def behind(self, term: int, *, negative: bool) -> int:
        """What must (or must not) stand before this place."""
        if term == self.never:
            return self.empty if negative else self.never
        if term == self.all:
            return self.never if negative else self.empty
        nullable = self._terms[term].nullable != negative
        return self._term("not behind" if negative else "behind", (term,), nullable=nullable, children=(term,))

    def _told_apart(self, term: int) -> list[int]:
        """Sets of blocks between which a term may tell a difference, and none within."""
        parts = [self._everything]
        for mask in self._masks_of(term):
            parts = [piece for part in parts for piece in (part & mask, part & ~mask) if piece]
        return parts

    def _masks_of(self, term: int) -> list[int]:
        found: dict[int, None] = {}
        waiting, seen = [term], {term}
        while waiting:
            one = self._terms[waiting.pop()]
            self._looks += 1
            if one.kind == "chars":
                found[one.parts[0]] = None
                continue
            if one.kind == "loop":
                waiting.append(self._unrolled(one.parts))
                continue
            parts = one.parts[:1] if one.kind == "repeat" else one.parts
            if one.kind == "then" and not self._terms[parts[0]].nullable and not self._terms[parts[1]].moving:
                parts = parts[:1]
            fresh = [part for part in parts if part not in seen]
            seen.update(fresh)
            waiting += fresh
        if self._looks > _MOST_LOOKS:
            raise TooLarge
        return list(found)

    def _derive(self, term: int, char: int) -> int:
        key = term, char
        if key not in self._moves:
            self._moves[key] = self._derived(self._terms[term], char)
        return self._moves[key]

    def _derived(self, term: Term, char: int) -> int:
        parts = term.parts
        if term.kind == "chars":
            return self.empty if parts[0] & char else self.never
        if term.kind == "then":
            after = self.then(self._derive(parts[0], char), self._moved(parts[1], char))
            return self.either([after, self._derive(parts[1], char)]) if self._terms[parts[0]].nullable else after
        if term.kind == "or":
            return self.either([self._derive(part, char) for part in parts])
        if term.kind == "and":
            return self.both([self._derive(part, char) for part in parts])
        if term.kind == "not":
            return self.negation(self._derive(parts[0], char))
        if term.kind == "loop":
            return self._derive(self._unrolled(parts), char)
        if term.kind == "repeat":
            again, least, most = parts
            left = self.repeat(self._moved(again, char), max(0, least - 1), most if most == MANY else most - 1)
            return self.then(self._derive(again, char), left)
        return self.never

    def _moved(self, term: int, char: int) -> int:
        """The term where a character was read before it: its look-behinds have seen one more."""
        one = self._terms[term]
        if not one.moving:
            return term
        key = ~term, char
        if key not in self._moves:
            self._moves[key] = self._move(one, char)
        return self._moves[key]

    def _move(self, term: Term, char: int) -> int:
        parts = term.parts
        if term.kind in ("behind", "not behind"):
            return self.behind(self._derive(parts[0], char), negative=term.kind == "not behind")
        if term.kind == "repeat":
            return self.repeat(self._moved(parts[0], char), parts[1], parts[2])
        if term.kind == "loop":
            return self.loop(parts[1], parts[2], parts[3], self._moved(parts[0], char))
        moved = [self._moved(part, char) for part in parts]
        if term.kind == "then":
            return self.then(*moved)
        if term.kind == "not":
            return self.negation(moved[0])
        return self.either(moved) if term.kind == "or" else self.both(moved)
