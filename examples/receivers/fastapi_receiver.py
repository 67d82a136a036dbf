"""Receives Haptik's webhooks, on FastAPI."""

import hashlib
import hmac
import json
import os
import sqlite3

from fastapi import FastAPI, HTTPException, Request

SECRET = os.environ["HAPTIK_SECRET"].encode()

app = FastAPI()
db = sqlite3.connect(os.environ.get("HAPTIK_DB", "inbox.db"), isolation_level=None, check_same_thread=False)
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE IF NOT EXISTS inbox (digest TEXT PRIMARY KEY, body BLOB NOT NULL)")


@app.post("/")
async def receive(request: Request) -> None:
    body = await request.body()  # the bytes that are signed; JSON that was read and written again may be others
    expected = "sha1=" + hmac.new(SECRET, body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        raise HTTPException(401)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        raise HTTPException(400)
    # Every event is kept and answered; a worker does the rest. One that comes again has a key that is taken.
    db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", (hashlib.sha256(body).hexdigest(), body))


@app.get("/count")
async def count() -> int:
    return db.execute("SELECT count(*) FROM inbox").fetchone()[0]
