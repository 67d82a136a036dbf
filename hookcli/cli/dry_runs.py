"""What would be sent, instead of sending it: the request, and a curl line that sends the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hookcli.cli.console import Console, Output
from hookcli.delivery.address import parse_address
from hookcli.delivery.headers import header_lines
from hookcli.models import Message
from hookcli.redaction import MASK, SHORTEST_MASKED, redact, redact_headers, redact_url
from hookcli.reporting.characters import visible


def show(messages: Iterable[Message], url: str, output: str, console: Console) -> None:
    """Print each request that would be sent, and a curl line for it.

    Credentials are masked in the URL and in headers; the body is shown as it is.

    Raises:
        OutputUnwritable: it cannot be written there.
    """
    from hookcli.delivery.curl import curl_line

    shown_url = redact(redact_url(url), console.secrets)
    hidden = shown_url != url
    with Output(output) as out:
        for message in messages:
            headers = tuple((name, redact(value, console.secrets)) for name, value in redact_headers(message.headers))
            hidden = hidden or headers != message.headers
            if out.is_terminal:
                headers = tuple((visible(name), visible(value)) for name, value in headers)
            shown = replace(message, headers=headers)
            out.write(_request(shown, shown_url) + _showable(message.body, out) + b"\n\n")
            out.write(curl_line(shown, shown_url).encode("utf-8", "backslashreplace") + b"\n\n")
            if any(len(each) >= SHORTEST_MASKED and each.encode() in message.body for each in console.secrets):
                console.warn("the payload itself holds the secret, and is shown as it is.")
    if hidden:
        console.note("credentials are hidden above; put them back into the curl line before you run it")


def _request(message: Message, url: str) -> bytes:
    """The head of a request as it goes over the wire."""
    address = parse_address(url.replace(f"{MASK}@", "", 1))
    lines = b"".join(name + b": " + value + b"\n" for name, value in header_lines(message, address))
    return f"POST {address.target} HTTP/1.1\n".encode() + lines + b"\n"


def _showable(body: bytes, out: Output) -> bytes:
    """The body as it is; at a terminal without what could command it."""
    return visible(body.decode("utf-8", "backslashreplace")).encode() if out.is_terminal else body
