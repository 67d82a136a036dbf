"""Sound receivers on servers of other make: what is found must not hang on how a server is built."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from receivers.asking import results_at
from receivers.sound import SECRET
from receivers.table import Case

from hookcli.conformance.effects import Effects

pytestmark = pytest.mark.usefixtures("endpoint_proxy")


class Shop:
    """What a receiver does with a body and a signature, in few lines, as people write them."""

    def __init__(self) -> None:
        self.orders: set[bytes] = set()
        self.lock = Lock()

    def receive(self, body: bytes, signature: str | None) -> int:
        digest = "sha1=" + hmac.new(SECRET, body, hashlib.sha1).hexdigest()
        if signature is None or not signature.isascii() or not hmac.compare_digest(digest, signature):
            return 401
        try:
            event = json.loads(body)["event_name"]
        except (ValueError, TypeError, KeyError):
            return 400
        if event in ("webhook_agent_chat_close", "message"):
            with self.lock:
                self.orders.add(hashlib.sha256(body).digest())
        return 200


@contextmanager
def in_a_thread(server: HTTPServer) -> Iterator[str]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


def by_http_server(shop: Shop, protocol: str, kind: type[HTTPServer]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = protocol

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status = shop.receive(body, self.headers.get("X-Hub-Signature"))
            self.send_response(status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            """Be silent."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                """The sender hung up."""

        def finish(self) -> None:
            try:
                super().finish()
            except ConnectionError:
                """The sender hung up."""

    kind.daemon_threads = True  # type: ignore[attr-defined]
    return in_a_thread(kind(("127.0.0.1", 0), Handler))


class ManyWaiting(HTTPServer):
    request_queue_size = 128


class ManyWaitingThreaded(ThreadingHTTPServer):
    request_queue_size = 128
    block_on_close = False


def threaded(shop: Shop) -> Iterator[str]:
    return by_http_server(shop, "HTTP/1.1", ManyWaitingThreaded)


def threaded_and_old(shop: Shop) -> Iterator[str]:
    return by_http_server(shop, "HTTP/1.0", ManyWaitingThreaded)


def one_thread(shop: Shop) -> Iterator[str]:
    return by_http_server(shop, "HTTP/1.0", ManyWaiting)


def wsgi(shop: Shop) -> Iterator[str]:
    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status = shop.receive(body, environ.get("HTTP_X_HUB_SIGNATURE"))
        start_response(f"{status} As it is", [("Content-Type", "text/plain")])
        return [b"OK"]

    class Handler(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Be silent."""

    class Server(WSGIServer):
        request_queue_size = 128

        def handle_error(self, *_: object) -> None:
            """The sender hung up."""

    return in_a_thread(make_server("127.0.0.1", 0, app, Server, Handler))


@contextmanager
def an_event_loop(shop: Shop) -> Iterator[str]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[1:-2]
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status = shop.receive(body, headers.get("x-hub-signature"))
                writer.write(b"HTTP/1.1 %d As it is\r\nContent-Length: 2\r\n\r\nOK" % status)
                await writer.drain()
                if headers.get("connection") == "close":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            """The sender hung up."""
        finally:
            writer.close()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0, limit=4_000_000)

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(listen())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


SERVERS = {
    "http.server, HTTP/1.1": threaded,
    "http.server, HTTP/1.0": threaded_and_old,
    "http.server, one thread": one_thread,
    "wsgiref": wsgi,
    "asyncio": an_event_loop,
}


@pytest.mark.parametrize("has_probe", [True, False], ids=["probe", "no probe"])
@pytest.mark.parametrize("server", SERVERS)
def test_a_sound_receiver_fails_nothing(server, has_probe):
    shop = Shop()
    with SERVERS[server](shop) as url:
        results = results_at(url, Case(Shop), Effects(lambda: len(shop.orders)) if has_probe else None)
    findings = [
        f"{each.id}: {each.message} {each.evidence}" for each in results if each.verdict.value not in ("pass", "skip")
    ]
    assert not findings, "\n".join(findings)
