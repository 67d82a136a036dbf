"""The events of one conversation: the same user, agent and ids, one moment after the other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import islice
from typing import Any, Final

from hookcli.generation.generator import generate
from hookcli.generation.seeds import clock_of
from hookcli.models import Json
from hookcli.schema import catalog
from hookcli.schema.document import Schema

EVENTS: Final = ("chat_pinned", "message", "message", "webhook_agent_chat_close")
"""From pinned to closed: the chat goes to an agent, who writes, and completes it."""

_LEAD: Final = "webhook_agent_chat_close"
"""The event whose payload has all that the others share."""

_MOST_DRAWN: Final = 60
"""Payloads of an event that are looked at until one fits."""

_TRIES: Final = 5

_PAUSE: Final = (2.0, 90.0)
"""Seconds between two of them."""


def conversation(events: Sequence[str], seed: int) -> list[Json]:
    """A payload of each event, linked; each is valid.

    Args:
        events: bundled events, in the order in which they happen.
        seed: the same seed gives the same payloads.

    Raises:
        EventUnknown: no bundled event has one of the names.
    """
    rng = random.Random(f"{seed} conversation")  # noqa: S311 (test data, not a secret)
    schemas = [catalog.load_event(event) for event in events]
    lead = _drawn(catalog.load_event(_LEAD), rng)
    pauses = [rng.uniform(*_PAUSE) for _ in events]
    moment = datetime.fromtimestamp(clock_of(seed), timezone.utc) - timedelta(seconds=sum(pauses))
    number, payloads = rng.randrange(10**8, 10**9), []
    for schema, pause in zip(schemas, pauses, strict=True):
        moment, number = moment + timedelta(seconds=pause), number + rng.randrange(1, 500)
        made = (_linked(_drawn(schema, rng), lead, moment, number) for _ in range(_TRIES))
        payload = next(filter(schema.is_valid, made), None)
        assert payload is not None, f"no {schema.name} that belongs to the others is valid"
        payloads.append(payload)
    return payloads


def _drawn(schema: Schema, rng: random.Random) -> dict[str, Any]:
    """A payload of an agent's conversation, rather than one that a bot had, or the sender alone."""
    seed = rng.getrandbits(32)
    payload: dict[str, Any] = {}
    for sample in islice(generate(schema, seed=seed), _MOST_DRAWN):
        payload = sample.payload
        if _is_of_agent(payload):
            break
    return payload


def _is_of_agent(payload: Json) -> bool:
    is_pinned = payload.get("event_name") in ("chat_pinned", "chat_complete")
    form = payload.get("message", {}).get("body", {}).get("type", "TEXT")
    by = payload.get("data", {}).get("completion_type", "agent")
    is_person = not payload["agent"].get("is_automated") and isinstance(payload["user"].get("user_name", ""), str)
    return is_person and (is_pinned or form == "TEXT") and by == "agent"


def _linked(payload: dict[str, Any], lead: dict[str, Any], moment: datetime, number: int) -> Json:
    """A payload with what the lead says of everything that both know of."""
    linked = {**payload, "timestamp": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
    for key in ("business_id", "business_name"):
        linked.update({key: lead[key]} if key in payload and key in lead else {})
    for part in ("user", "agent", "data"):
        if part in payload:
            linked[part] = {key: lead[part].get(key, value) for key, value in payload[part].items()}
    if "completion_by" in linked.get("data", {}):
        linked["data"]["completion_by"] = lead["agent"]["name"]
    if "message" in payload:
        linked["message"] = {**payload["message"], "id": number, "body": _said(payload, lead["agent"])}
    return linked


def _said(payload: dict[str, Any], agent: dict[str, Any]) -> Json:
    """The body of a message, by this agent."""
    body: dict[str, Any] = payload["message"]["body"]
    told = body["data"].get("payload") if isinstance(body.get("data"), dict) else None
    if not isinstance(told, dict):
        return body
    named = {key: agent[known] for key, known in _OF_AGENT if key in told and agent.get(known) is not None}
    text = body["text"].replace(told.get("agent_name") or "\0", agent["name"])
    return {**body, "text": text, "data": {**body["data"], "payload": {**told, **named}}}


_OF_AGENT: Final = (("agent_name", "name"), ("profile_image", "profile_image"))
