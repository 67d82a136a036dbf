"""What is said of a capture in words, wherever one is shown."""

from __future__ import annotations

from hookcli.models import Arrival, Verdict
from hookcli.reporting.capture_records import violations_of


def answer_of(arrival: Arrival) -> tuple[str, str]:
    """`[200]` or `[no answer]`, and its style."""
    if arrival.status is None:
        return "[no answer]", "yellow"
    return f"[{arrival.status}]", "green" if 200 <= arrival.status < 300 else "red"


def verdict_of(arrival: Arrival) -> str:
    """`valid`, or `invalid (3)` with the number of violations."""
    verdict, number = arrival.verdict.value.replace("_", " "), violations_of(arrival)
    return f"{verdict} ({number:,})" if arrival.verdict is Verdict.INVALID and number else verdict


def relations_of(arrival: Arrival) -> list[str]:
    """How it stands to others: `duplicate of #3`, `overtaken by #4`."""
    pairs = (("duplicate of", arrival.duplicate_of), ("overtaken by", arrival.overtaken_by))
    return [f"{words} #{number}" for words, number in pairs if number is not None]


def size_of(size: int) -> str:
    """`512 B`, `1.2 kB`, `10.0 MB`."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1_000:.1f} kB" if size < 999_950 else f"{size / 1_000_000:,.1f} MB"
