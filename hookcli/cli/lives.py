"""Runs the life of a sender: against an endpoint, with the stand-in for its API, reported as it goes on."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from functools import partial

from hookcli.capture.server import Receiver
from hookcli.cli import exits
from hookcli.cli.console import Console
from hookcli.cli.interrupts import interruptible
from hookcli.cli.reports import Asked, open_reports
from hookcli.cli.standin import LONGEST_BODY, StandIn
from hookcli.cli.token_options import Access
from hookcli.dataclass import dataclass
from hookcli.delivery.client import Client, Connection
from hookcli.delivery.clock import ScaledClock
from hookcli.delivery.sender import Sender, Terms
from hookcli.delivery.workers import Workers
from hookcli.models import Attempt, Message
from hookcli.reporting import LIFE_REPORTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What the life of a sender is to be."""

    terms: Terms
    connection: Connection
    time_scale: float
    access: Access
    enable_path: str
    port: int = 0
    """Of the stand-in; 0 picks a free one."""
    is_service: bool = False
    """Whether Ctrl-C is its normal end."""


def live(life: Life, messages: Iterable[Message], asked: Asked, console: Console, *, seed: int | None) -> int:
    """Live until every message has ended, or until Ctrl-C; the exit code.

    Raises:
        AddressInUse: the stand-in cannot listen on its port.
        KeyboardInterrupt: it was interrupted, which is not its normal end; the reports are finished.
    """
    with ExitStack() as stack:
        client = stack.enter_context(Client(life.connection))
        workers = stack.enter_context(Workers(life.connection.concurrency))
        sender = Sender(
            messages,
            life.terms,
            attempt=partial(_attempt, client, life.terms.url),
            clock=ScaledClock(life.time_scale),
            do=workers.do,
        )
        title = "hookcli sender" if life.is_service else "hookcli send"
        report = stack.enter_context(
            open_reports(LIFE_REPORTERS, asked, console, is_prompt=True, seed=seed, title=title)
        )
        _serve(life, sender, stack, console)
        interruption = stack.enter_context(interruptible(sender.stop))
        stack.enter_context(console.live(sender))
        has_lost = False
        for moment in sender.run():
            report(moment)
            has_lost |= moment.delivery is not None and not moment.delivery.delivered
        if interruption.happened and not life.is_service:
            raise KeyboardInterrupt
    return exits.OK if interruption.happened else exits.code_of_life(sender.last_attempt, has_lost=has_lost)


def _attempt(client: Client, url: str, message: Message, number: int) -> Attempt:
    return client.attempt(message, url, number)


def _serve(life: Life, sender: Sender, stack: ExitStack, console: Console) -> None:
    """Start the stand-in, and say how it is called."""
    stand_in = StandIn(access=life.access, path=life.enable_path, enable=sender.enable, say=console.note)
    receiver = stack.enter_context(Receiver(stand_in.respond, port=life.port, max_body=LONGEST_BODY))
    console.note(f"ready {receiver.url}")
    console.note(f"enable with: {life.access.curl_line(receiver.url.rstrip('/') + life.enable_path)}")
