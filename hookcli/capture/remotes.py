"""Files on the network, as fsspec reads them: s3://, gs://, https:// and http://. The only door to fsspec.

Nothing here is asked for but by a URL that the user gave. Credentials are found by the libraries behind it, where those
usually are; what is said of a URL shows none, nor its query, which may be a signature.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from hookcli.errors import FileUnreadable
from hookcli.redaction import MASK

EXTRAS = {"s3": "s3", "gs": "gs", "gcs": "gs", "https": "https", "http": "https"}
"""Scheme -> the extra of hookcli that brings what reads it."""

_TALKATIVE = ("fsspec", "s3fs", "gcsfs", "aiobotocore", "botocore", "aiohttp")
"""Libraries that log to the terminal where nobody else takes it."""

_BUFFER = 1 << 18
_BLOCK = 1 << 20
"""Bytes that are asked for ahead."""

_CONNECTING = 10
_SILENT = 60
"""Seconds to wait: for a connection, and for the next bytes."""


def is_remote(path: str) -> bool:
    """Whether it is a URL that is read over the network."""
    scheme, separator, _ = path.partition("://")
    return bool(separator) and scheme in EXTRAS


def _is_http(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def shown(url: str) -> str:
    """The URL without user name and password, over http without query and fragment too; a path as it is."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return url
    user, at, _ = rest.partition("/")[0].rpartition("@")
    path = rest[len(user) + len(at) :]
    if _is_http(url):
        path = path.partition("#")[0].partition("?")[0]
    return f"{scheme}://{MASK}@{path}" if at else f"{scheme}://{path}"


def files_at(url: str) -> Iterator[str]:
    """The URLs of the files that a URL stands for: itself, those that match it, or those below it.

    Raises:
        FileUnreadable: they cannot be listed.
    """
    if _is_http(url):
        yield url
        return
    scheme = _scheme(url)
    with _faults():
        files = _system(scheme)
        if any(each in url for each in "*?["):
            found = sorted(files.glob(url))
        elif url.endswith("/") or (not files.isfile(url) and files.isdir(url)):
            found = sorted(files.find(url))
        else:
            found = [url]
    yield from (each if is_remote(each) else f"{scheme}://{each}" for each in found)


def size_at(url: str) -> int:
    """Bytes of a file of which a part can be read; 0 where that is not known."""
    with _faults():
        told = _system(_scheme(url)).info(url)
        return int(told.get("size") or 0) if _has_ranges(url) else 0


def opened_at(url: str) -> BinaryIO:
    """The file's bytes; can be sought in where `size_at` tells its size.

    Raises:
        FileUnreadable: it cannot be opened.
    """
    with _faults():
        file = _system(_scheme(url)).open(url, "rb", block_size=_BLOCK if _has_ranges(url) else 0)
    return cast("BinaryIO", io.BufferedReader(_Remote(file), _BUFFER))


@functools.lru_cache(maxsize=1_000)
def _has_ranges(url: str) -> bool:
    """Whether a part of a file can be asked for: a web server may not do that (RFC 9110, section 14.3)."""
    if not _is_http(url):
        return True
    with _system(_scheme(url)).open(url, "rb", block_size=1) as file:
        if not file.seekable() or not file.size:
            return False
        file.seek(file.size - 1)
        try:
            return bool(file.read(1))
        except ValueError:  # so says fsspec where all of it comes
            return False


def _scheme(url: str) -> str:
    return url.partition("://")[0]


class _Remote(io.RawIOBase):
    """An open file, of which all that goes wrong is an OSError."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """Whether it can be sought in."""
        return bool(self._file.seekable())

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to another place."""
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        """The place where it is."""
        return int(self._file.tell())

    def readinto(self, buffer: Any) -> int:
        """The next bytes."""
        view = memoryview(buffer).cast("B")
        try:
            with _faults():
                data = self._file.read(len(view))
        except FileUnreadable as error:
            raise OSError(None, str(error).removeprefix("it cannot be read: ")) from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Let it go."""
        if not self.closed:
            self._file.close()
        super().close()


def _system(scheme: str) -> Any:
    """The file system of a scheme.

    Raises:
        FileUnreadable: what reads it is not installed.
    """
    import logging  # late, as all that follows: few runs need it

    for name in _TALKATIVE:
        logging.getLogger(name).addHandler(logging.NullHandler())  # what matters of it is raised
    try:
        import fsspec  # type: ignore[import-untyped]

        return fsspec.filesystem(scheme, **_settings(scheme))
    except ImportError as error:
        extra = EXTRAS[scheme]
        raise FileUnreadable(f"`pip install 'hookcli[{extra}]'` brings what reads {scheme}://") from error


def _settings(scheme: str) -> dict[str, Any]:
    if scheme == "s3":
        return {"config_kwargs": {"connect_timeout": _CONNECTING, "read_timeout": _SILENT}}
    if not scheme.startswith("http"):
        return {}
    import aiohttp

    return {"client_kwargs": {"timeout": aiohttp.ClientTimeout(sock_connect=_CONNECTING, sock_read=_SILENT)}}


@contextmanager
def _faults() -> Iterator[None]:
    """All that the libraries behind fsspec raise, as ours; their own texts may show a signed URL."""
    try:
        yield
    except FileUnreadable:
        raise
    except FileNotFoundError as error:  # over http it stands for all faults
        cause = error.__cause__
        is_other = isinstance(cause, Exception) and getattr(cause, "status", 0) not in _MISSING
        why = f"it cannot be read: {_why(cause)}" if is_other else "there is nothing at this URL; check it"
        raise FileUnreadable(why) from error
    except PermissionError as error:
        raise FileUnreadable("it may not be read with these credentials; check them, and the rights") from error
    except Exception as error:  # each library has its own
        if isinstance(error, MemoryError):
            raise
        raise FileUnreadable(f"it cannot be read: {_why(error)}") from error


_MISSING = (404, 410)


def _why(error: BaseException | None) -> str:
    """What went wrong: a status or a code where there is one."""
    status = getattr(error, "status", None)
    response = getattr(error, "response", None)
    if isinstance(status, int):
        return f"the server answered {status}"
    if isinstance(response, dict) and "Error" in response:
        return f"the server answered {response['Error'].get('Code')}"
    if isinstance(error, TimeoutError):
        return "the server was silent for too long"
    told = str(error).split("://")[0] if "://" in str(error) else str(error)
    return told or type(error).__name__
