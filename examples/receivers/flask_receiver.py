"""Receives Haptik's webhooks, on Flask."""

import hashlib
import hmac
import json
import os
import sqlite3
from threading import Lock

from flask import Flask, abort, request

SECRET = os.environ["HAPTIK_SECRET"].encode()

app = Flask(__name__)
db = sqlite3.connect(os.environ.get("HAPTIK_DB", "inbox.db"), isolation_level=None, check_same_thread=False)
turn = Lock()  # requests come in threads, and a connection is for one at a time
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE IF NOT EXISTS inbox (digest TEXT PRIMARY KEY, body BLOB NOT NULL)")


@app.post("/")
def receive() -> str:
    body = request.get_data()  # the bytes that are signed; JSON that was read and written again may be others
    expected = "sha1=" + hmac.new(SECRET, body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
        abort(401)
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        abort(400)
    # Every event is kept and answered; a worker does the rest. One that comes again has a key that is taken.
    with turn:
        db.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", (hashlib.sha256(body).hexdigest(), body))
    return ""


@app.get("/count")
def count() -> str:
    with turn:
        return str(db.execute("SELECT count(*) FROM inbox").fetchone()[0])
