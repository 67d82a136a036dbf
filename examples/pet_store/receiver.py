"""The store owner's webhook endpoint: ships a dog when its payment is confirmed. The standard library alone.

PAY_SECRET=... python receiver.py [PORT]    (8000 if none is given; 0 picks a free one)
"""

import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

SECRET = os.environ.get("PAY_SECRET", "").encode()
LONGEST = 100_000  # bytes; no event is that long

shipped = set()  # ids of events; a real store keeps them in its database, where they outlive a restart
turn = Lock()  # the same event may come twice at the same moment


def is_genuine(body: bytes, signature: str) -> bool:
    """Whether whoever sent these bytes knows the secret; compared in constant time."""
    expected = "sha256=" + hmac.new(SECRET, body, "sha256").hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode())


def act(event: dict) -> None:
    """Ship for the confirmation alone, once. Every other event, known or not, needs no action."""
    if event.get("event_name") == "payment_confirmed":
        with turn:
            if event["id"] not in shipped:
                order, buyer = event["order"], event["buyer"]
                print(f"ship {order['dog']} ({order['breed']}) to {buyer['name']}, {buyer['city']}", flush=True)
                shipped.add(event["id"])


class Endpoint(BaseHTTPRequestHandler):
    timeout = 5  # seconds that a sender may be silent

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST:
            self.answer(413)
            return
        body = self.rfile.read(int(length))  # the raw bytes: parsed and written anew they would be signed otherwise
        if not is_genuine(body, self.headers.get("X-Pay-Signature", "")):
            self.answer(401)
            return
        try:
            act(json.loads(body))
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ):  # genuine, but cannot be shipped
            self.answer(400)
        else:
            self.answer(200)

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Print nothing but what is shipped."""


if __name__ == "__main__":
    if not SECRET:
        sys.exit("set PAY_SECRET to the secret that you share with the payment gateway")
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    with ThreadingHTTPServer(("127.0.0.1", port), Endpoint) as server:
        print(f"ready http://127.0.0.1:{server.server_port}/", flush=True)
        server.serve_forever()
