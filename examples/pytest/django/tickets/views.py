"""Receives Haptik's webhooks."""

import hashlib
import hmac
import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tickets.models import Ticket

CLOSED = {"webhook_agent_chat_close", "webhook_agent_chat_complete"}


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    body = request.body  # the bytes that are signed
    expected = "sha1=" + hmac.new(settings.HAPTIK_SECRET.encode(), body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        return HttpResponse(status=401)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return HttpResponse(status=400)
    if event.get("event_name") in CLOSED:
        data, user = (value if isinstance(value := event.get(key), dict) else {} for key in ("data", "user"))
        told = {"conversation": text(data.get("conversation_no")), "customer": text(user.get("user_name"))}
        Ticket.objects.get_or_create(digest=hashlib.sha256(body).hexdigest(), defaults=told)
    return HttpResponse()


def text(value: object) -> str:
    return "" if value is None else str(value)[:200]
