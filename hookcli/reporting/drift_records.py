"""Differences between payloads and schema as JSON, and what they are counted by."""

from __future__ import annotations

from hookcli.differences import Difference, DriftKind, EventSeen
from hookcli.models import Json
from hookcli.reporting.capture_records import iso

DRIFT_OUTCOMES = ("breaking", "additive", "unknown", "known", "unseen", "unreadable")
"""What differences are counted by; of what is unreadable, the payloads."""

_BY_KIND = {DriftKind.UNREADABLE: "unreadable", DriftKind.NEVER_SEEN: "unseen"}


def outcome_of_drift(result: Difference | EventSeen) -> str:
    """What a difference is counted by; an event is none."""
    if isinstance(result, EventSeen):
        return "seen"
    if result.kind in _BY_KIND:
        return _BY_KIND[result.kind]
    if result.is_known is not None:
        return "known" if result.is_known else "unknown"
    return result.promise.value if result.promise else ""


def added_by_drift(result: Difference | EventSeen) -> dict[str, int]:
    """What a result adds to the counts: of events that have no schema there is no other count of payloads."""
    if isinstance(result, EventSeen):
        return {"payloads": result.count}
    if result.kind is DriftKind.UNREADABLE:
        return {"payloads": result.count, "unreadable": result.count}
    payloads = result.count if result.kind is DriftKind.NEW_EVENT else 0
    return {"payloads": payloads, outcome_of_drift(result): 1}


def record_of_drift(result: Difference | EventSeen) -> dict[str, Json]:
    """A difference, or an event; what there is nothing of is null."""
    times: dict[str, Json] = {"first_seen": _time(result.first_seen), "last_seen": _time(result.last_seen)}
    if isinstance(result, EventSeen):
        return {"event": result.event, "payloads": result.count, **times}
    return {
        "id": result.id,
        "kind": result.kind.value,
        "event": result.event,
        "pointer": result.pointer,
        "detail": result.detail or None,
        "message": result.message,
        "promise": result.promise and result.promise.value,
        "count": result.count,
        "share": None if result.share is None else round(result.share, 6),
        **times,
        "example": result.example or None,
        "source": result.source or None,
        "line": int(result.line) if result.source else None,
        "known": result.is_known,
        **({} if result.number is None else {"capture": int(result.number)}),
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else iso(seconds)
