"""`hookcli send`: generate, sign and deliver webhooks, and judge the answers."""

from __future__ import annotations

import secrets as randomness
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.cli import exits, options, payload_options, sender_options
from hookcli.cli.bodies import check_readable, read_body
from hookcli.cli.console import Console
from hookcli.cli.dry_runs import show
from hookcli.cli.messages import Wanted, generated, signed
from hookcli.cli.params import Lines, Seconds, Url
from hookcli.cli.payloads import event_of
from hookcli.cli.reports import open_reports
from hookcli.dataclass import dataclass
from hookcli.errors import PayloadUnreadable
from hookcli.jsontext import dump, parse
from hookcli.models import Attempt, Delivery, Headers, Message
from hookcli.profile import Profile
from hookcli.reporting import DELIVERY_REPORTERS
from hookcli.schema.document import Schema

EVERY = 600.0
"""Seconds of the sender's time from one event of a life to the next, unless it is said otherwise."""

if TYPE_CHECKING:
    from hookcli.delivery.client import Connection
    from hookcli.delivery.deliver import Tell
    from hookcli.generation.edits import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions(payload_options.Edited):
    """What `send` was asked to do."""

    url: str | None
    events: tuple[str, ...]
    schema_path: str | None
    allow_remote_refs: bool
    count: int
    files: tuple[str, ...]
    seed: int | None
    locale: str
    assignments: tuple[Edit, ...]
    removals: tuple[Edit, ...]
    headers: Headers
    retry: bool
    lifecycle: bool
    every: float | None
    time_scale: float
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
    def needs_schema(self) -> bool:
        """Whether anything is generated or judged: files that go to an endpoint are neither."""
        return not self.files or (self.url is None and not self.dry_run)


@click.command(epilog="Example: HOOKCLI_SECRET=s3cr3t hookcli send https://example.com/hook --event message -n 3")
@click.argument("url", type=Url(), required=False)
@options.event_option
@options.schema_options
@click.option(
    "-n", "--count", type=click.IntRange(min=1), default=1, metavar="N", help="How many of each event (or file)."
)
@click.option(
    "--file",
    "files",
    multiple=True,
    type=Lines(),
    metavar="FILE",
    help="Send the bytes of a file as they are; - is stdin.",
)
@payload_options.seed_option
@payload_options.locale_option
@payload_options.edit_options
@sender_options.secret_options
@sender_options.profile_options
@sender_options.header_option
@click.option("--retry", is_flag=True, help="Try again as the profile's schedule says.")
@click.option("--lifecycle", is_flag=True,
              help="Retry, and go on as the sender does: after the last attempt events queue until the API, which is"
                   " served meanwhile with HOOKCLI_TOKEN, enables the webhook again.")  # fmt: skip
@click.option("--every", type=Seconds(), metavar="SECONDS",
              help=f"With --lifecycle: the sender's time from one event to the next. Default: {EVERY:g}.")  # fmt: skip
@sender_options.time_scale_option
@sender_options.expect_option
@click.option("--dry-run", is_flag=True, help="Print the request, and a curl line for it; send nothing.")
@click.option("--concurrency", type=click.IntRange(1, 200), metavar="N",
              help=f"Deliveries at the same time. Default: 1; with --lifecycle {sender_options.BURST}.")  # fmt: skip
@sender_options.timeout_option
@sender_options.tls_options
@options.report_options(tuple(DELIVERY_REPORTERS))
@options.output_option
@click.pass_context
def send(ctx: click.Context, /, **given: object) -> int:
    """Generate, sign and deliver webhooks to URL, and judge the answers.

    Without URL a built-in receiver on loopback verifies and validates what arrives. A bare port or path is a
    loopback URL: 8000/hook.
    """
    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    asked = SendOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    _check(asked, ctx, console)
    schemas = _schemas(asked, console)
    key, profile = secret.read(ctx), signing.read()
    sender_options.hide(asked.url, asked.headers, console)
    for path in asked.files:
        check_readable(path)
    key = _secret_or_throwaway(key, asked, console)
    seed = None if asked.files else payload_options.chosen_seed(asked.seed, console)
    messages = _messages(asked, schemas, profile, key, seed, console)
    if asked.dry_run:
        show(messages, asked.url or "http://127.0.0.1:8787/", asked.output, console)
        return exits.OK
    if asked.lifecycle:
        return _live(messages, asked, profile, seed, console)
    return _run(messages, schemas, asked, profile, key, seed, console)


def _check(asked: SendOptions, ctx: click.Context, console: Console) -> None:
    """Refuse what excludes each other; say what has no effect."""
    if asked.files and asked.events:
        raise click.UsageError("--file excludes --event: a file is sent as it is.")
    if asked.dry_run and (asked.reports or asked.format_name != "text") and _asks_for_report(ctx):
        raise click.UsageError(
            "--dry-run prints the requests themselves, and there is nothing to report: leave out --format and "
            "--report; `hookcli generate` prints the payloads alone."
        )
    if asked.lifecycle and (asked.url is None or asked.dry_run):
        raise click.UsageError("--lifecycle needs a URL, and excludes --dry-run: it is about an endpoint that fails.")
    if asked.every is not None and not asked.lifecycle:
        raise click.UsageError("--every goes with --lifecycle.")
    if asked.files and options.is_flagged(ctx, "seed"):
        console.warn("--seed has no effect on --file: a file is sent as it is.")
    if options.is_flagged(ctx, "schema_path") and not asked.needs_schema:
        console.warn("--schema has no effect here: a file is sent as it is, and the endpoint judges it.")


def _asks_for_report(ctx: click.Context) -> bool:
    return options.is_flagged(ctx, "format_name") or options.is_flagged(ctx, "reports")


def _schemas(asked: SendOptions, console: Console) -> list[Schema]:
    """What to generate from; of files, what the built-in receiver judges them by where that isn't their event."""
    if asked.files and (asked.schema_path is None or not asked.needs_schema):
        return []
    return options.chosen_schemas(asked.events, asked.schema_path, console, allow_remote_refs=asked.allow_remote_refs)


def _secret_or_throwaway(key: bytes | None, asked: SendOptions, console: Console) -> bytes | None:
    """The secret; for the built-in receiver one is made when there is none, as nobody else needs to know it."""
    if key is None and asked.url is None and not asked.dry_run:
        console.note("signed with a secret made for this run; set HOOKCLI_SECRET to sign with yours")
        return randomness.token_hex(16).encode()
    if key is None:
        console.note("not signed: there is no secret; set HOOKCLI_SECRET, or use --secret-file")
    return key


def _messages(
    asked: SendOptions, schemas: list[Schema], profile: Profile, key: bytes | None, seed: int | None, console: Console
) -> Iterator[Message]:
    """What goes out, one by one: generated, or read from files."""
    if seed is None:
        return signed(_from_files(asked), profile, key, asked.headers)
    wanted = Wanted(count=asked.count, seed=seed, locale=asked.locale, edits=asked.edits)
    return signed(generated(schemas, wanted, console), profile, key, asked.headers)


def _from_files(asked: SendOptions) -> Iterator[tuple[str, bytes]]:
    for path in asked.files:
        body = read_body(path)
        try:
            payload = parse(body)
        except PayloadUnreadable as error:
            if asked.edits:
                raise PayloadUnreadable(f"{path}: --set and --unset need JSON: {error.reason}") from error
            payload = None
        if asked.edits:
            from hookcli.generation.edits import apply_edits

            payload = apply_edits(payload, asked.edits)
            body = dump(payload)
        for _ in range(asked.count):
            yield event_of(payload) or path, body


def _run(
    messages: Iterable[Message],
    schemas: list[Schema],
    asked: SendOptions,
    profile: Profile,
    key: bytes | None,
    seed: int | None,
    console: Console,
) -> int:
    """Deliver everything, report as it comes, and say how it went."""
    from hookcli.delivery.client import Client  # late: httpcore takes 40 ms, and a dry run needs none of it
    from hookcli.delivery.clock import ScaledClock
    from hookcli.delivery.deliver import deliver_all

    concurrency = asked.concurrency or 1
    codes = set()
    with ExitStack() as stack:
        url, finish = _endpoint(asked, schemas, profile, key, stack, console)
        client = stack.enter_context(Client(_connection(asked, profile, concurrency)))
        report = stack.enter_context(open_reports(DELIVERY_REPORTERS, asked, console, seed=seed))
        delays = profile.retry_delays if asked.retry else ()
        deliveries = deliver_all(
            messages,
            url,
            client=client,
            is_success=(asked.expect or profile.success).__contains__,
            delays=delays,
            concurrency=concurrency,
            clock=partial(ScaledClock, asked.time_scale),
            tell=_announce(len(delays) + 1, asked.time_scale, console) if concurrency == 1 else None,
        )
        total = asked.count * (len(asked.files) or len(schemas))
        for delivery in stack.enter_context(console.progress(deliveries, total, "sending")):
            done = finish(delivery)
            codes.add(exits.code_of_delivery(done))
            report(done)
    return exits.worst(codes)


def _live(messages: Iterable[Message], asked: SendOptions, profile: Profile, seed: int | None, console: Console) -> int:
    """Deliver everything as the sender does that gives up, queues, and goes on when it is told to."""
    from hookcli.cli.lives import Life, live
    from hookcli.cli.token_options import DEFAULT_CLIENT_ID, read_access
    from hookcli.delivery.sender import Terms

    assert asked.url is not None
    life = Life(
        terms=Terms(
            url=asked.url,
            is_success=(asked.expect or profile.success).__contains__,
            delays=profile.retry_delays,
            queue_seconds=profile.queue_seconds,
            every=EVERY if asked.every is None else asked.every,
        ),
        connection=_connection(asked, profile, asked.concurrency or sender_options.BURST),
        time_scale=asked.time_scale,
        access=read_access(console, None, None, DEFAULT_CLIENT_ID),
        enable_path=profile.enable_path,
    )
    return live(life, messages, asked, console, seed=seed)


def _connection(asked: SendOptions, profile: Profile, concurrency: int) -> Connection:
    from hookcli.delivery.client import Connection

    return Connection(
        deadline=asked.timeout or profile.deadline,
        verify=not asked.insecure,
        ca_bundle=asked.ca_bundle,
        concurrency=concurrency,
    )


def _announce(planned: int, time_scale: float, console: Console) -> Tell:
    """Says of each failed attempt when the next one is."""
    from hookcli.reporting.runs import seconds
    from hookcli.reporting.statuses import why
    from hookcli.reporting.text import answered

    def tell(attempt: Attempt, delay: float) -> None:
        after = f", {seconds(attempt.at)} after the first" if attempt.number > 1 else ""
        outcome, _ = answered(attempt, why(attempt))
        real = "" if time_scale == 1 else f" ({seconds(delay)} of the sender's time)"
        wait = delay / time_scale
        console.note(
            f"attempt {attempt.number} of {planned}{after}: {outcome};"
            f" the next attempt is in {seconds(wait) if wait >= 1 else f'{wait:.2g} s'}{real}"
        )

    return tell


def _endpoint(
    asked: SendOptions, schemas: list[Schema], profile: Profile, key: bytes | None, stack: ExitStack, console: Console
) -> tuple[str, Callable[[Delivery], Delivery]]:
    """The URL to send to, and what turns a delivery into its two sides: the built-in receiver where no URL is given."""
    if asked.url is not None:
        return asked.url, lambda delivery: delivery
    from hookcli.cli.builtin import BuiltIn

    built_in = stack.enter_context(BuiltIn(profile, key, schemas[0] if asked.schema_path is not None else None))
    console.note(f"built-in receiver at {built_in.url}")
    return built_in.url, built_in.add_reception
