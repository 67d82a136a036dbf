"""The addresses of a host name, within a time: the system's resolver knows no time-out."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """Look a name up, in a thread that is left alone when the time is over.

    Raises:
        TimeoutError: the time is over.
        OSError: the name is unknown (`socket.gaierror`), or cannot be looked up.
        UnicodeError: a label of the name is empty or longer than 63.
    """
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()
    Thread(target=_look_up, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError("the name was not resolved in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _look_up(host: str, port: int, answers: SimpleQueue[list[str] | Exception]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        answers.put(error)
    else:
        answers.put([str(address[0]) for *_, address in found])
