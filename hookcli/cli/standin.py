"""The local stand-in for the part of the sender's API that enables a webhook again."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from http import HTTPStatus

from hookcli.capture.server import Answer, Request
from hookcli.cli.token_options import Access
from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import dump, parse
from hookcli.models import Headers, Json

LONGEST_BODY = 65_536
"""Bytes; what enables a webhook has about 70."""

PLATFORM = 13
"""`device_platform` of a webhook."""


class _Refused(Exception):
    """The request enables nothing."""

    def __init__(self, status: HTTPStatus, why: str, headers: Headers = ()) -> None:
        super().__init__(why)
        self.status = status
        self.headers = headers


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """Answers `POST <path>` with the token, the client id and the body of the contract; clearly, whatever is wrong."""

    access: Access
    path: str
    enable: Callable[[], bool]
    """Enables the webhook; whether it was disabled."""
    say: Callable[[str], None]
    """Is told of every request and its answer."""

    def respond(self, request: Request) -> Answer:
        """The answer, in JSON; a 200 has enabled the webhook."""
        path = request.path.partition("?")[0]
        try:
            asked = self._check(request, path)
        except _Refused as refused:
            self.say(f"{request.method} {path}  [{refused.status.value}] {refused}")
            return _answer(refused.status, {"error": str(refused)}, refused.headers)
        outcome = "enabled" if self.enable() else "it was enabled already"
        self.say(f"{request.method} {path}  [200] {outcome}")
        return _answer(HTTPStatus.OK, {key: asked[key] for key in ("enabled", "business_id", "device_platform")})

    def _check(self, request: Request, path: str) -> dict[str, Json]:
        """What was asked for, in order."""
        if path != self.path:
            raise _Refused(HTTPStatus.NOT_FOUND, f"there is nothing here; a webhook is enabled by POST {self.path}")
        if request.method != "POST":
            allowed = (("Allow", "POST"),)
            raise _Refused(HTTPStatus.METHOD_NOT_ALLOWED, "a webhook is enabled by POST", allowed)
        self._check_token(_only(request.headers, "authorization"))
        if not _same(_only(request.headers, "client-id"), self.access.client_id):
            raise _unauthorized("the header client-id is missing, given twice, or not the one that was set up")
        return _body(request.body)

    def _check_token(self, value: str) -> None:
        scheme, _, token = value.partition(" ")
        if not value:
            raise _unauthorized("the header Authorization is missing, or given twice")
        if scheme.lower() != "bearer":
            raise _unauthorized("the header Authorization must be 'Bearer <token>'")
        if not _same(token.strip(), self.access.token):
            raise _unauthorized("the token is not the right one")


def _body(body: bytes) -> dict[str, Json]:
    """The contract's body: `enabled`, `business_id` and `device_platform`; more keys are no harm."""
    try:
        asked = parse(body)
    except PayloadUnreadable as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, f"the body is not JSON: {error.reason}") from error
    if not isinstance(asked, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "the body must be a JSON object")
    business, platform = asked.get("business_id"), asked.get("device_platform")
    if asked.get("enabled") is not True:
        raise _Refused(HTTPStatus.BAD_REQUEST, "enabled must be true")
    if not isinstance(business, int) or isinstance(business, bool):
        raise _Refused(HTTPStatus.BAD_REQUEST, "business_id must be an integer")
    if isinstance(platform, bool) or platform != PLATFORM:
        raise _Refused(HTTPStatus.BAD_REQUEST, f"device_platform must be {PLATFORM}, which stands for a webhook")
    return asked


def _unauthorized(why: str) -> _Refused:
    return _Refused(HTTPStatus.UNAUTHORIZED, why, (("WWW-Authenticate", "Bearer"),))


def _only(headers: Headers, name: str) -> str:
    """The value of a header; empty where it isn't given exactly once."""
    values = [value for key, value in headers if key.lower() == name]
    return values[0] if len(values) == 1 else ""


def _same(given: str, right: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), right.encode("utf-8", "surrogateescape"))


def _answer(status: HTTPStatus, body: Json, headers: Headers = ()) -> Answer:
    return Answer(status.value, dump(body) + b"\n", (("Content-Type", "application/json"), *headers))
