"""The application: a factory, with a router behind a prefix and a database that lives as long as it does."""

import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, HTTPException, Request

CLOSED = {"webhook_agent_chat_close", "webhook_agent_chat_complete"}

router = APIRouter(prefix="/integrations/haptik")


def create_app(database: str = "desk.db") -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.db = db = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        db.execute("CREATE TABLE IF NOT EXISTS ticket (digest TEXT PRIMARY KEY, conversation, customer, reason)")
        yield
        db.close()

    app = FastAPI(lifespan=lifespan)
    app.include_router(router)
    return app


@router.post("/webhook")
async def receive(request: Request) -> None:
    body = await request.body()  # the bytes that are signed
    key = os.environ["HOOKCLI_SECRET"].encode()  # in production, wherever your secrets are
    expected = "sha1=" + hmac.new(key, body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        raise HTTPException(401)
    event = read(body)
    if event.get("event_name") in CLOSED:
        row = (hashlib.sha256(body).hexdigest(), *ticket(event))
        request.app.state.db.execute("INSERT OR IGNORE INTO ticket VALUES (?, ?, ?, ?)", row)


def read(body: bytes) -> dict:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise HTTPException(400)
    return event


def ticket(event: dict) -> tuple[str, str, str]:
    """Conversation, customer and reason; whatever of them is absent, null or of another type is left empty."""
    data, user = (value if isinstance(value := event.get(key), dict) else {} for key in ("data", "user"))
    closing = data.get("closing_categories")
    reason = closing.get("reason") if isinstance(closing, dict) else None
    texts = (data.get("conversation_no"), user.get("user_name"), reason)
    return tuple("" if text is None else str(text) for text in texts)
