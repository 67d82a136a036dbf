"""How many signed messages of 1 kB a second: our client with 20 threads, and httpx one after the other.

python tests/benchmarks/bench_send.py
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from statistics import median

import httpx

from hookcli.delivery.client import Client, Connection
from hookcli.delivery.deliver import deliver_all
from hookcli.models import Message
from hookcli.signing import SignatureScheme, sign

COUNT = 2000
ROUNDS = 5
CONCURRENCY = 20
BODY = b'{"text": "%s"}' % (b"x" * 988)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"


class Endpoint(asyncio.Protocol):
    """Finds the end of each request and answers; nothing else, so that it isn't the limit."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            length = int(head[head.index(b"content-length:") + 15 :].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(OK)


def serve(pipe: Pipe) -> None:
    async def forever() -> None:
        server = await asyncio.get_running_loop().create_server(Endpoint, "127.0.0.1", 0, backlog=200)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(forever())


def message() -> Message:
    signature = sign(BODY, b"secret", SignatureScheme())
    return Message("message", BODY, (("Content-Type", "application/json"), ("X-Hub-Signature", signature)))


def ours(url: str) -> None:
    with Client(Connection(deadline=5, concurrency=CONCURRENCY)) as client:
        messages = (message() for _ in range(COUNT))
        deliveries = deliver_all(
            messages, url, client=client, is_success=range(200, 300).__contains__, concurrency=CONCURRENCY
        )
        assert sum(delivery.delivered for delivery in deliveries) == COUNT


def plain(url: str) -> None:
    with httpx.Client() as client:
        for one in (message() for _ in range(COUNT)):
            assert client.post(url, content=one.body, headers=dict(one.headers)).is_success


def rate(send: Callable[[str], None], url: str) -> float:
    started = time.perf_counter()
    send(url)
    return COUNT / (time.perf_counter() - started)


def main() -> None:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{here.recv()}/hook"
    rounds = [(rate(ours, url), rate(plain, url)) for _ in range(ROUNDS)]
    server.terminate()
    our_rate, plain_rate = (median(rates) for rates in zip(*rounds, strict=True))
    print(f"hookcli, {CONCURRENCY} threads: {our_rate:,.0f} messages a second")
    print(f"httpx.Client.post in a loop: {plain_rate:,.0f} messages a second")
    print(f"ratio: {our_rate / plain_rate:.2f}")


if __name__ == "__main__":
    main()
