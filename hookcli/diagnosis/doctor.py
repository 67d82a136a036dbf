"""Tries what people get wrong, and says what it was."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from hookcli.dataclass import dataclass
from hookcli.diagnosis.bodies import Variant, variants
from hookcli.diagnosis.faults import Cause, Diagnosis, Fault
from hookcli.diagnosis.keys import Way, ways
from hookcli.diagnosis.readings import (
    SHORTEST,
    SIZES,
    Reading,
    exposed,
    is_itself,
    malformed,
    misfit,
    misplaced,
    missing,
    read,
)
from hookcli.signing import ALGORITHMS, SignatureScheme, is_genuine

MOST_DIGESTS = 600
"""Digests that are made for one signature, whatever there is to try."""

MOST_COMBINED = 16
"""Other bodies, the likeliest, that are tried together with other keys."""

MOST_BYTES = 32_000_000
"""Bytes that go through a hash for one signature, unless the caller has more time."""

LONGEST_COMBINED = 100_000
"""Bytes of a body of which two things at once are tried."""


def diagnose(
    body: bytes, value: str | None, secret: bytes | None, scheme: SignatureScheme, *, most_bytes: int = MOST_BYTES
) -> Diagnosis | None:
    """Why a signature is not genuine; None when it is.

    Tried are: every other body with the right secret; every other key and way with the right body; of small bodies the
    likely ones of both at once. Each of these together with what is wrong with the value, and with another algorithm
    whose digest is as long as the one that came. At most 600 digests (`MOST_DIGESTS`) are made. A forged message
    takes 1 to 2 ms a kilobyte, one of 1 MB up to a quarter of a second: not in the loop that serves others.

    Args:
        body: the exact bytes that came.
        value: of the signature's header; None where there is none.
        secret: the shared secret; without one only the value's form is judged, and digests that need no secret.
        scheme: how the sender signs.
        most_bytes: how many bytes go through a hash at most, beyond the first digest; a hash takes 1 to 2 ms for 1 MB.

    Returns:
        what is wrong, without the secret and without the right digest.
    """
    value = value or ""
    if secret is not None and is_genuine(body, value, secret, scheme):
        return None
    if not value.strip():
        return Diagnosis((missing(scheme),), is_explained=False)
    if secret is not None and is_itself(value, secret, scheme):
        return Diagnosis((exposed(scheme),), is_explained=False)
    readings = read(value, scheme)
    search = _Search(body, readings, scheme, most_bytes)
    faults = search.find(ways(secret)) if readings else None
    if faults:
        return Diagnosis(faults, is_explained=True)
    return Diagnosis(_unexplained(search, has_secret=secret is not None), is_explained=False)


_Trial = tuple[bytes, "Fault | None", Way, str]
"""A body and what is wrong with it, a way, and an algorithm."""


@dataclass(slots=True)
class _Search:
    """The trials for one signature."""

    body: bytes
    readings: list[Reading]
    scheme: SignatureScheme
    most_bytes: int
    is_cut_short: bool = False
    """Whether something was not tried, as it would have taken too long."""

    def find(self, every: list[Way]) -> tuple[Fault, ...] | None:
        """The faults of the first trial that makes the digest that came."""
        spent = 0
        for count, (body, body_fault, way, algorithm) in enumerate(self._trials(every)):
            spent += len(body) if count else 0
            if spent > self.most_bytes or count >= MOST_DIGESTS:
                self.is_cut_short = True
                return None
            digest = way.make(body, algorithm)
            for reading in self.readings:
                if _fits(reading.digest, digest):
                    return self._faults(reading, algorithm, way, body_fault)
        return None

    def _trials(self, every: list[Way]) -> Iterator[_Trial]:
        """All trials, the simplest and the likeliest first."""
        fitting, others = self._fitting()
        likely = [way for way in every[1:] if way.is_likely]
        rare = [way for way in every[1:] if not way.is_likely]
        yield from ((self.body, None, way, algorithm) for way in [every[0], *likely] for algorithm in fitting)
        bodies: list[Variant] = []
        for made, fault in _distinct(self.body):
            yield from ((made, fault, every[0], algorithm) for algorithm in fitting)
            if len(bodies) < MOST_COMBINED and len(self.body) <= LONGEST_COMBINED:
                bodies.append((made, fault))
        yield from ((self.body, None, every[0], algorithm) for algorithm in others)
        yield from ((self.body, None, way, algorithm) for way in rare for algorithm in fitting)
        yield from ((made, fault, way, fitting[0]) for way in likely for made, fault in bodies)

    def algorithms(self) -> list[str]:
        """All that are tried, the scheme's first."""
        return sorted(SIZES, key=self.scheme.algorithm.__ne__)

    def _fitting(self) -> tuple[list[str], list[str]]:
        """Those whose digests are as long as what came, the scheme's first; and the others."""
        names = self.algorithms()
        sizes = {reading.digits for reading in self.readings}
        fitting = [name for name in names if 2 * SIZES[name] in sizes] or names[:1]
        return fitting, [name for name in names if name not in fitting]

    def _faults(self, reading: Reading, algorithm: str, way: Way, body: Fault | None) -> tuple[Fault, ...]:
        other = _other(reading, algorithm, self.scheme)
        form = (misplaced(reading, algorithm, self.scheme), misfit(reading, algorithm))
        found = (*reading.faults, *form, other, way.fault, body)
        return tuple(fault for fault in found if fault)


def _distinct(body: bytes) -> Iterator[Variant]:
    """The variants of a body, each once."""
    seen = {hash(body)}
    for made, fault in variants(body):
        if hash(made) not in seen:
            seen.add(hash(made))
            yield made, fault


def _fits(came: bytes, made: bytes) -> bool:
    """Whether two digests are the same, as far as both go; in constant time."""
    length = min(len(came), len(made))
    return length >= SHORTEST and hmac.compare_digest(came[:length], made[:length])


def _other(reading: Reading, name: str, scheme: SignatureScheme) -> Fault | None:
    """That the algorithm is not the scheme's; None where it is."""
    if name == scheme.algorithm:
        return None
    remedy = f"Sign with {scheme.algorithm.upper()}"
    if name in ALGORITHMS:
        remedy += f"; or expect the other algorithm with --signature-algorithm {name}"
        if reading.start == scheme.prefix != scheme.prefix.replace(scheme.algorithm, name):
            remedy += f" --signature-prefix {reading.start!r}"
    return Fault(Cause.ALGORITHM, f"the algorithm is {name.upper()}, not {scheme.algorithm.upper()}", f"{remedy}.")


def _unexplained(search: _Search, *, has_secret: bool) -> tuple[Fault, ...]:
    """What is to be said when nothing that was tried is what was signed."""
    scheme, last = search.scheme, _unknown(search) if has_secret else _NO_SECRET
    for algorithm in search.algorithms():
        for reading in search.readings:
            if misfit(reading, algorithm) is None:
                other = _other(reading, algorithm, scheme)
                found = (*reading.faults, misplaced(reading, algorithm, scheme), other, last)
                return tuple(fault for fault in found if fault)
    return (malformed(scheme),)


_NO_SECRET = Fault(
    Cause.NO_SECRET,
    "without the secret it cannot be told whether the signature is genuine",
    "Give the shared secret: set HOOKCLI_SECRET, or use --secret-file.",
)


def _unknown(search: _Search) -> Fault:
    tried = " that was tried (not all, as the body is long)" if search.is_cut_short else ""
    digest = hashlib.sha256(search.body).hexdigest()
    return Fault(
        Cause.UNKNOWN,
        f"the secret is another one, or the body was changed after it was signed; no usual mistake{tried} explains it",
        f"Compare with the sender: the body here has {len(search.body):,} bytes and the SHA-256 {digest}. "
        "If that is what was signed, the secret is another one.",
    )
