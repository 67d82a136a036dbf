"""Puts a receiver together: what examines, keeps, passes on, runs a command and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hookcli.capture.store import Claim, Store
from hookcli.cli.console import Console
from hookcli.cli.exits import code_of_received
from hookcli.cli.serving import Served, Teller, serve
from hookcli.cli.store_options import make_folder
from hookcli.dataclass import dataclass
from hookcli.delivery.client import Client, Connection
from hookcli.diagnosis import diagnose
from hookcli.errors import StoreUnusable
from hookcli.listening.application import Application, Terms
from hookcli.listening.examiner import Examiner
from hookcli.listening.execution import Executor
from hookcli.listening.forward import Forwarder
from hookcli.listening.keeper import Keeper
from hookcli.listening.listener import Bounds, Listener
from hookcli.listening.masking import Masking
from hookcli.models import Received
from hookcli.profile import Profile
from hookcli.schema import catalog
from hookcli.schema.document import Schema

if TYPE_CHECKING:
    from hookcli.cli.page import Looker, Looking

_MOST_DIAGNOSED = 2_000_000
"""Bytes that go through a hash for one forged message: a few milliseconds that the others have to wait."""


_SMALL = 5_000
"""Bytes of a body that may wait with its line."""

_MOST_REMEMBERED = 5_000
_MOST_READ = 20_000_000
"""Messages of earlier runs, and their bytes, that are read at the start: about a twentieth of a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiving:
    """What is received, and what is done with it."""

    store: Path
    max_store: int | None
    keep_secrets: bool
    key: bytes | None
    profile: Profile
    schema: Schema | None
    """Judges every payload, whatever its event."""
    terms: Terms
    bounds: Bounds
    host: str
    port: int
    connection: Connection
    """How what is passed on is delivered."""
    forward_to: str | None
    command: list[str]
    """Run for each message; empty for none."""
    seconds: float | None
    """How long to wait for enough messages."""
    looking: Looking | None
    """The page, where there is to be one."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended."""

    kept: int
    codes: frozenset[int]
    """The exit codes of the messages (`exits.code_of_received`)."""
    is_late: bool
    """Whether the time was over."""


def receive(asked: Receiving, tell: Callable[[list[Received]], None], console: Console) -> Ended:
    """Receive until there is enough, the time is over, or Ctrl-C.

    Args:
        asked: what is received.
        tell: is told of messages, some at a time, in a thread of its own.
        console: is told when it is ready.

    Raises:
        AddressInUse: the address cannot be listened on.
        StoreUnusable: the store cannot be opened, or another `listen` has it.
    """
    make_folder(asked.store)
    parts = _Parts()
    with ExitStack() as stack:
        stack.callback(Claim(asked.store).release)

        def make(end: Callable[[], None]) -> AbstractContextManager[Served]:
            return _served(asked, tell, end, console, parts)

        def ready() -> None:
            bound = f"the oldest make room beyond {asked.max_store:,} bytes" if asked.max_store else "of any size"
            console.note(f"captures are kept in {asked.store}, {bound}")
            console.announce(f"ready {parts.listeners[0].url}")
            for looker in parts.lookers:
                looker.say_where(console)

        application, is_late = serve(make, ready, seconds=asked.seconds)
    problems = (application.problem, *(looker.page.problem for looker in parts.lookers))
    for problem in problems:
        if problem is not None:
            raise problem
    return Ended(application.kept, frozenset(parts.codes), is_late)


@dataclass(slots=True)
class _Parts:
    """What there is to a run."""

    listeners: list[Listener] = field(default_factory=list)
    """The receiver's first."""
    lookers: list[Looker] = field(default_factory=list)
    """The page, if there is one."""
    codes: set[int] = field(default_factory=set)


@contextmanager
def _served(
    asked: Receiving,
    tell: Callable[[list[Received]], None],
    end: Callable[[], None],
    console: Console,
    parts: _Parts,
) -> Iterator[Served]:
    """The receiver, with all that it needs: entered in a running loop."""
    teller = Teller(tell, end)
    with ExitStack() as stack:
        stack.callback(teller.close)
        store = Store(asked.store, writable=True, busy=0)
        keeper = Keeper(store, most=asked.max_store)
        stack.callback(keeper.close)
        examiner = _examiner(asked, store.last_id(), console)
        _remember(store, examiner)
        client = stack.enter_context(Client(asked.connection))
        run = _runner(asked, stack, console)

        def told(received: Received) -> None:
            parts.codes.add(code_of_received(received))
            teller.tell(_light(received))
            run(received)
            for looker in parts.lookers:
                looker.show(received)

        forwarder = _forwarder(asked, client, stack)
        forward = None if forwarder is None else forwarder.forward
        application = Application(examiner, keeper, asked.terms, forward=forward, tell=told, end=end)
        listener = Listener(application, host=asked.host, port=asked.port, bounds=asked.bounds)
        stack.callback(listener.close)
        parts.listeners.append(listener)
        if asked.looking is not None:
            from hookcli.cli.page import Looker  # late: most runs show none

            looker = Looker(
                asked.looking, store=asked.store, receiver=listener.url, client=client,
                scheme=asked.profile.signature, key=asked.key,
            )  # fmt: skip
            parts.lookers.append(looker)
            parts.listeners.append(looker.listener)
        yield Served(application, tuple(parts.listeners))
    if teller.left_out:
        console.warn(
            f"the lines of {teller.left_out:,} messages were left out, as whoever reads them had paused; "
            "`hookcli captures list` has them."
        )
    if teller.fault is not None:
        raise teller.fault


def _forwarder(asked: Receiving, client: Client, stack: ExitStack) -> Forwarder | None:
    if asked.forward_to is None:
        return None
    forwarder = Forwarder(client, asked.forward_to)
    stack.callback(forwarder.close)
    return forwarder


def _light(received: Received) -> Received:
    """The same without a body that is not small: no line shows it, and lines may have to wait for their reader."""
    arrival = received.arrival
    return received if arrival.size < _SMALL else replace(received, arrival=replace(arrival, body=b""))


def _examiner(asked: Receiving, last_id: int, console: Console) -> Examiner:
    scheme = asked.profile.signature

    def explain(body: bytes, value: str) -> str:
        found = diagnose(body, value, asked.key, scheme, most_bytes=_MOST_DIAGNOSED)
        return found.sentence if found else ""

    return Examiner(
        scheme=scheme,
        key=asked.key,
        find_schema=catalog.find_event,
        schema=asked.schema,
        masking=Masking(console.secrets, is_off=asked.keep_secrets),
        explain=explain,
        last_id=last_id,
    )


def _remember(store: Store, examiner: Examiner) -> None:
    """Let it know what came last in earlier runs: a sender may send again what was cut off by our end."""
    size = 0
    with suppress(StoreUnusable):  # a damaged row keeps nobody from receiving
        for arrival in store.find(limit=_MOST_REMEMBERED, whole=True):
            examiner.remember(arrival.duplicate_of or arrival.id, arrival.body)
            size += arrival.size
            if size > _MOST_READ:
                break


def _runner(asked: Receiving, stack: ExitStack, console: Console) -> Callable[[Received], None]:
    """Has the user's command run for what was kept."""
    if not asked.command:
        return lambda _: None
    executor = Executor(asked.command, console.warn)
    stack.callback(executor.close)

    def run(received: Received) -> None:
        if received.kept:
            executor.put(received.arrival)

    return run
