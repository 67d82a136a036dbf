"""A server of files on loopback: over http with ranges, and as an object store that speaks a little of S3's API."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class Objects(http.server.ThreadingHTTPServer):
    """Files by their paths; what lies below /forbidden/ may not be read.

    Args:
        files: path -> content; with a bucket first where it is to be an object store.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes], *, has_ranges: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.has_ranges = has_ranges
        self.requests: list[tuple[str, str, str]] = []
        """Method, target and range of each."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Objects

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def log_message(self, *_: Any) -> None:
        """Nothing."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path).strip("/"), parse_qs(parts.query)
        self.server.requests.append((self.command, self.path, self.headers.get("Range", "")))
        if path.startswith("forbidden"):
            self._send(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
        elif "list-type" in query:
            self._send(200, self._listing(path, query.get("prefix", [""])[0], query.get("delimiter", [""])[0]))
        elif path not in self.server.files:
            self._send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._file(self.server.files[path])

    def _file(self, data: bytes) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")) if self.server.has_ranges else None
        if wanted is None:
            self._send(200, data)
            return
        start, end = int(wanted[1]), min(int(wanted[2] or len(data)), len(data) - 1)
        self._send(206, data[start : end + 1], {"Content-Range": f"bytes {start}-{end}/{len(data)}"})

    def _listing(self, bucket: str, prefix: str, delimiter: str) -> bytes:
        keys = sorted(each.removeprefix(f"{bucket}/") for each in self.server.files if each.startswith(f"{bucket}/"))
        below = [key for key in keys if key.startswith(prefix)]
        folders = sorted(
            {prefix + key[len(prefix) :].split("/")[0] + "/" for key in below if "/" in key[len(prefix) :]}
        )
        shown = [key for key in below if not delimiter or "/" not in key[len(prefix) :]]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.files[f'{bucket}/{key}'])}</Size>"
            f"<LastModified>2026-11-27T10:00:00.000Z</LastModified><ETag>1</ETag></Contents>"
            for key in shown
        )
        prefixes = "".join(f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in folders)
        return (
            f"<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated><KeyCount>{len(shown)}</KeyCount>"
            f"{contents}{prefixes if delimiter else ''}</ListBucketResult>"
        ).encode()

    def _send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if self.server.has_ranges:
            self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


@contextmanager
def serving(files: dict[str, bytes], *, has_ranges: bool = True) -> Iterator[Objects]:
    """Serves them while the block runs."""
    with Objects(files, has_ranges=has_ranges) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
