"""Passes requests on to an endpoint behind, and its answers back."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from hookcli.delivery.client import Client
from hookcli.delivery.headers import end_to_end, is_sendable
from hookcli.listening.application import Answer, Forwarded
from hookcli.listening.examiner import Request
from hookcli.models import Headers, Message

AT_ONCE = 64
"""Requests that are passed on at the same time; others wait for their turn."""


class Forwarder:
    """Passes the untouched bytes and header lines on.

    Args:
        client: makes the attempts, within its deadline.
        url: the endpoint.
    """

    def __init__(self, client: Client, url: str) -> None:
        self._client = client
        self._url = url
        self._threads = ThreadPoolExecutor(AT_ONCE, "forwarder")

    async def forward(self, request: Request) -> Forwarded:
        """The endpoint's own answer; where there is none, 502, or 504 for one that came too late."""
        lines = tuple((_decode(name), _decode(value)) for name, value in request.lines)
        message = Message("", request.body, end_to_end(lines))
        loop = asyncio.get_running_loop()
        attempt, headers = await loop.run_in_executor(self._threads, self._client.pass_on, message, self._url)
        if attempt.failure is None and attempt.status is not None and 200 <= attempt.status < 600:
            return Forwarded(Answer(attempt.status, attempt.answer, _sayable(headers)), attempt.elapsed)
        note = attempt.failure.reason if attempt.failure else f"it answered with {attempt.status}"
        is_late = attempt.failure is not None and attempt.failure.kind == "Late"
        answer = Answer(504 if is_late else 502, b"the endpoint behind gave no answer\n")
        return Forwarded(answer, attempt.elapsed, note)

    def close(self) -> None:
        """Pass nothing on any more; what is under way is not waited for."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _sayable(headers: Headers) -> Headers:
    """What a server may pass on of an answer's header lines."""
    return tuple(line for line in end_to_end(headers) if is_sendable(*line))


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")
