"""An endpoint to try the pipelines with: it takes Haptik's webhooks, and prints which chats were completed."""

import hashlib
import hmac
import json
import os

from flask import Flask, abort, request

SECRET = os.environ["HAPTIK_SECRET"].encode()

app = Flask(__name__)


@app.post("/hook")
def hook() -> str:
    body = request.get_data()
    expected = "sha1=" + hmac.new(SECRET, body, hashlib.sha1).hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        abort(401)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        abort(400)
    if not isinstance(event, dict):
        abort(400)
    if event.get("event_name") == "webhook_agent_chat_close":
        print("completed:", event.get("data"), flush=True)
    return ""
