"""`hookcli replay`: send again what was received and kept, and compare the answers then and now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.cli import exits, options, sender_options, store_options
from hookcli.cli.console import Console
from hookcli.cli.dry_runs import show
from hookcli.cli.replay_params import NumbersOrUrl, Speed, Words
from hookcli.cli.reports import open_reports
from hookcli.dataclass import dataclass
from hookcli.delivery.replays import Terms, is_masked, message_of
from hookcli.errors import NothingJudged
from hookcli.models import Arrival, Delivery, Headers, Message
from hookcli.profile import Profile
from hookcli.reporting import COMPARISON_REPORTERS, REPLAY_REPORTERS

if TYPE_CHECKING:
    from hookcli.cli.selection import Selection
    from hookcli.delivery.client import Client


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayOptions:
    """What `replay` was asked to do."""

    words: tuple[range | str, ...]
    store: Path
    resign: bool
    speed: float | None
    compare: bool
    headers: Headers
    expect: range | None
    dry_run: bool
    concurrency: int | None
    timeout: float | None
    insecure: bool
    ca_bundle: Path | None
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str

    @property
    def at_once(self) -> int:
        """Deliveries at the same time: in the original rhythm one that is slow must not make others late."""
        return self.concurrency or (1 if self.speed is None else sender_options.BURST)


@click.command(epilog="Example: hookcli replay 3 5-7 :8000/hook --compare")
@click.argument("words", nargs=-1, type=NumbersOrUrl(), metavar="[ID]... URL")
@store_options.store_option
@store_options.filter_options
@click.option("--resign", is_flag=True, help="Sign each anew with the secret; else the signature that came is sent.")
@click.option("--speed", type=Speed(), metavar="X",
              help="Keep the rhythm in which they came, X times as fast: 1, 10x. Default: one after"
                   " the other.")  # fmt: skip
@click.option("--compare", is_flag=True,
              help="Compare the answer with the one that the store has: `listen`'s own, or with --forward-to that of"
                   " the endpoint behind it.")  # fmt: skip
@sender_options.secret_options
@sender_options.profile_options
@sender_options.header_option
@sender_options.expect_option
@click.option("--dry-run", is_flag=True, help="Print the requests, and a curl line for each; send nothing.")
@click.option("--concurrency", type=click.IntRange(1, 200), metavar="N",
              help=f"Deliveries at the same time. Default: 1; with --speed {sender_options.BURST}.")  # fmt: skip
@sender_options.timeout_option
@sender_options.tls_options
@options.report_options(tuple(REPLAY_REPORTERS))
@options.output_option
@click.pass_context
def replay(ctx: click.Context, /, **given: object) -> int:
    """Send captures again, the oldest first: the same bytes, to URL.

    ID is the number of a capture, or a range of them: 3-7; without one all are sent that the filters let through. URL
    is as in `send`, but a bare number is always an ID: a port is :8000 or 8000/hook. --store also takes a file of
    exported captures, or - for one on stdin. Only what came as a POST goes out again, with the headers that it had but
    for those of its connection.

    With --compare each is fixed, broken, still failing, still fine, or new where it had no answer; the exit code is 1
    when anything fails now, as without it, and 4 when the endpoint cannot be reached.
    """
    from hookcli.cli.selection import selected  # late: `--help` needs no store

    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    wanted = sender_options.taken(store_options.FilterOptions, given)
    asked = ReplayOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    words = Words.of(asked.words)
    if asked.dry_run and (options.is_flagged(ctx, "format_name") or options.is_flagged(ctx, "reports")):
        raise click.UsageError("--dry-run prints the requests, and there is nothing to report: leave out the reports.")
    key, profile = secret.read(ctx), signing.read()
    sender_options.hide(words.url, asked.headers, console)
    if options.is_flagged(ctx, "secret") and not asked.resign:
        console.warn("--secret has no effect without --resign: the signature that came is sent.")
    terms = Terms(
        scheme=profile.signature,
        key=sender_options.required(key) if asked.resign else None,
        extra=asked.headers,
        is_success=(asked.expect or profile.success).__contains__ if asked.compare else None,
    )
    with selected(asked.store, words.ids, wanted) as selection:
        return _run(selection, words.url, asked, profile, terms, console)


def _run(selection: Selection, url: str, asked: ReplayOptions, profile: Profile, terms: Terms, console: Console) -> int:
    """Send everything, report as it comes, and say how it went."""
    arrivals = _posted(selection.arrivals, asked.store, console)
    first = next(arrivals, None)
    if first is None:
        raise NothingJudged(f"{asked.store}: no capture is like that, or none came as a POST; nothing was sent.")
    arrivals, start = chain((first,), arrivals), first.received_at
    messages = ((arrival.received_at - start, message_of(arrival, terms)) for arrival in arrivals)
    if asked.dry_run:
        show((message for _, message in messages), url, asked.output, console)
        return exits.OK
    codes = set()
    with ExitStack() as stack:
        deliveries = _deliveries(messages, url, asked, profile, stack)
        table = COMPARISON_REPORTERS if asked.compare else REPLAY_REPORTERS
        report = stack.enter_context(open_reports(table, asked, console, is_prompt=asked.speed is not None))
        for delivery in stack.enter_context(console.progress(deliveries, selection.total, "replaying")):
            codes.add(exits.code_of_delivery(delivery))
            report(delivery)
    return exits.worst(codes)


def _posted(arrivals: Iterator[Arrival], store: Path, console: Console) -> Iterator[Arrival]:
    """Those that came as a POST; what is left out is said."""
    others, is_told = 0, False
    for arrival in arrivals:
        if arrival.method != "POST":
            others += 1
            continue
        if is_masked(arrival) and not is_told:
            is_told = True
            console.note(
                f"#{arrival.id} was kept with credentials hidden; header lines with hidden values are left out"
            )
        yield arrival
    if others:
        console.note(f"{store}: {others:,} left out that did not come as a POST")


def _deliveries(
    messages: Iterable[tuple[float, Message]], url: str, asked: ReplayOptions, profile: Profile, stack: ExitStack
) -> Iterator[Delivery]:
    """The deliveries, as they end."""
    from hookcli.delivery.client import Client, Connection  # late: a dry run needs none of it
    from hookcli.delivery.deliver import deliver_all

    connection = Connection(
        deadline=asked.timeout or profile.deadline,
        verify=not asked.insecure,
        ca_bundle=asked.ca_bundle,
        concurrency=asked.at_once,
    )
    client = stack.enter_context(Client(connection))
    is_success = (asked.expect or profile.success).__contains__
    if asked.speed is not None:
        due = ((at / asked.speed, message) for at, message in messages)
        return _in_rhythm(due, url, client, is_success, asked.at_once, stack)
    plain = (message for _, message in messages)
    return deliver_all(plain, url, client=client, is_success=is_success, concurrency=asked.at_once)


def _in_rhythm(
    messages: Iterable[tuple[float, Message]],
    url: str,
    client: Client,
    is_success: Callable[[int], bool],
    at_once: int,
    stack: ExitStack,
) -> Iterator[Delivery]:
    from hookcli.delivery.clock import SteadyClock
    from hookcli.delivery.deliver import deliver
    from hookcli.delivery.rhythm import deliver_in_rhythm
    from hookcli.delivery.workers import Workers

    workers = stack.enter_context(Workers(at_once))
    make = partial(deliver, url=url, client=client, is_success=is_success)
    return deliver_in_rhythm(messages, deliver=make, clock=SteadyClock(), do=workers.do, most=at_once)
