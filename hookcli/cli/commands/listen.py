"""`hookcli listen`: receive, verify, validate and keep webhooks, and show each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from hookcli.capture.addresses import is_loopback
from hookcli.cli import exits, options, sender_options
from hookcli.cli.console import Console
from hookcli.cli.params import Seconds, Size, Url
from hookcli.cli.reports import open_reports
from hookcli.cli.store_options import store_option
from hookcli.dataclass import dataclass
from hookcli.errors import NothingReceived
from hookcli.redaction import redact_query, redact_url
from hookcli.reporting import RECEIVED_REPORTERS
from hookcli.schema.document import Schema
from hookcli.schema.loader import load_schema

if TYPE_CHECKING:
    from hookcli.cli.page import Looking
    from hookcli.cli.receiver import Receiving
    from hookcli.listening.application import Terms
    from hookcli.profile import Profile

PORT = 8787
UI_PORT = 8789


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenOptions:
    """What `listen` was asked to do."""

    host: str
    port: int
    path: str
    store: Path
    max_store: int | None
    max_body: int
    keep_secrets: bool
    schema_path: str | None
    allow_remote_refs: bool
    forward_to: str | None
    respond: int
    delay: float | None
    fail_first: int
    drop: bool
    slow_body: float | None
    command: str | None
    ui: bool
    ui_host: str
    ui_port: int
    until: int | None
    wait: float | None
    timeout: float | None
    insecure: bool
    ca_bundle: Path | None
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str

    @property
    def is_public(self) -> bool:
        """Whether others than this machine can reach it."""
        return not is_loopback(self.host)


@click.command(epilog="Example: HOOKCLI_SECRET=s3cr3t hookcli listen --forward-to 8000/hook")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen; beyond loopback, only what is genuine is taken where there is a secret.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="PORT", help="0 picks a free one."
)
@click.option("--path", default="/", show_default=True, metavar="PATH", help="Receive there and below; else 404.")
@store_option
@click.option(
    "--max-store",
    type=Size(),
    metavar="SIZE",
    help="Make room, the oldest first, when the store has more than this (1GB). Default: no bound.",
)
@click.option(
    "--max-body",
    type=Size(),
    default="10MB",
    show_default=True,
    metavar="SIZE",
    help="A longer body is refused with 413.",
)
@click.option("--keep-secrets", is_flag=True, help="Keep credentials in headers and URLs as they are, not masked.")
@options.schema_options
@click.option(
    "--forward-to",
    type=Url(),
    metavar="URL",
    help="Pass the untouched bytes and headers on, and answer with the real answer.",
)
@click.option(
    "--respond",
    type=click.IntRange(200, 599),
    default=200,
    show_default=True,
    metavar="STATUS",
    help="What is answered.",
)
@click.option("--delay", type=Seconds(), metavar="SECONDS", help="Wait before the answer.")
@click.option(
    "--fail-first", type=click.IntRange(min=0), default=0, metavar="N", help="Answer the first N requests with 503."
)
@click.option("--drop", is_flag=True, help="Hang up instead of answering.")
@click.option("--slow-body", type=Seconds(), metavar="SECONDS", help="Let the answer's body trickle that long.")
@click.option(
    "--exec",
    "command",
    metavar="CMD",
    help="Run this for each message, the payload on its stdin; without a shell, and without the secret.",
)
@click.option("--ui", is_flag=True, help="Serve a page that shows what comes as it comes; its address is said.")
@click.option(
    "--ui-host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where the page is; beyond loopback it needs the token that is said with its address.",
)
@click.option(
    "--ui-port",
    type=click.IntRange(0, 65535),
    default=UI_PORT,
    show_default=True,
    metavar="PORT",
    help="0 picks a free one.",
)
@click.option(
    "--until",
    type=click.IntRange(min=1),
    metavar="N",
    help="End after N messages: 0 when all were genuine and valid, else 1.",
)
@click.option("--wait", type=Seconds(), metavar="SECONDS", help="With --until: give up after this, with 4.")
@sender_options.secret_options
@sender_options.profile_options
@sender_options.timeout_option
@sender_options.tls_options
@options.report_options(tuple(RECEIVED_REPORTERS))
@options.output_option
@click.pass_context
def listen(ctx: click.Context, /, **given: object) -> int:
    """Receive webhooks on loopback; verify, validate and keep each, and show one line in, one line out.

    Every request is kept byte for byte before it is answered: what was acknowledged survives a kill and a power cut.
    `hookcli captures` and `hookcli replay` work on what was kept.
    """
    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    asked = ListenOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    _check(asked, ctx)
    key, profile = secret.read(ctx), signing.read()
    sender_options.hide(asked.forward_to, (), console)
    _say_terms(asked, key, console)
    return _run(asked, key, profile, console)


def _check(asked: ListenOptions, ctx: click.Context) -> None:
    """Refuse what excludes each other."""
    if asked.wait is not None and asked.until is None:
        raise click.UsageError("--wait goes with --until.")
    if not asked.ui and (options.is_flagged(ctx, "ui_host") or options.is_flagged(ctx, "ui_port")):
        raise click.UsageError("--ui-host and --ui-port go with --ui.")
    if not asked.path.startswith("/"):
        raise click.UsageError(f"--path must start with /: /{asked.path}")
    if asked.forward_to is not None and (asked.drop or asked.respond != 200):
        raise click.UsageError("--forward-to answers with the real answer: leave out --respond and --drop.")
    _command(asked)


def _command(asked: ListenOptions) -> list[str]:
    return [] if asked.command is None else options.words_of(asked.command, "--exec")


def _say_terms(asked: ListenOptions, key: bytes | None, console: Console) -> None:
    if asked.is_public and key is None:
        console.warn(
            f"whoever reaches {asked.host} can write into the store: there is no secret to tell the sender by. Set "
            "HOOKCLI_SECRET, or listen on loopback."
        )
    elif key is None:
        console.note("signatures are not checked: there is no secret; set HOOKCLI_SECRET, or use --secret-file")


def _schema(asked: ListenOptions, console: Console) -> Schema | None:
    if asked.schema_path is None:
        return None
    remote = options.remote_documents(console, allowed=asked.allow_remote_refs)
    schema = load_schema(asked.schema_path, remote)
    options.warn_of_anything(schema, console)
    return schema


def _run(asked: ListenOptions, key: bytes | None, profile: Profile, console: Console) -> int:
    """Receive, and say how it went."""
    from hookcli.cli.receiver import receive  # late: `-h` needs no server

    receiving = _receiving(asked, key, profile, _schema(asked, console))
    with open_reports(RECEIVED_REPORTERS, asked, console, is_prompt=True) as report:
        ended = receive(receiving, lambda bunch: report(*bunch), console)
        if asked.until is not None and ended.kept < asked.until:
            _miss(ended.kept, asked, is_late=ended.is_late)
    return exits.worst(ended.codes) if asked.until is not None else exits.OK


def _miss(kept: int, asked: ListenOptions, *, is_late: bool) -> NoReturn:
    """There were not enough messages."""
    if not is_late:
        raise KeyboardInterrupt
    hint = "" if kept else "; does the sender have the right URL?"
    raise NothingReceived(f"{kept} of {asked.until} messages came within {asked.wait:g} s{hint}")


def _receiving(asked: ListenOptions, key: bytes | None, profile: Profile, schema: Schema | None) -> Receiving:
    from hookcli.cli.receiver import Receiving
    from hookcli.delivery.client import Connection
    from hookcli.listening.forward import AT_ONCE
    from hookcli.listening.listener import Bounds

    connection = Connection(
        deadline=asked.timeout or profile.deadline,
        verify=not asked.insecure,
        ca_bundle=asked.ca_bundle,
        concurrency=AT_ONCE,
    )
    return Receiving(
        store=asked.store,
        max_store=asked.max_store,
        keep_secrets=asked.keep_secrets,
        key=key,
        profile=profile,
        schema=schema,
        terms=_terms(asked, is_strict=asked.is_public and key is not None),
        bounds=Bounds(body=asked.max_body),
        host=asked.host,
        port=asked.port,
        connection=connection,
        forward_to=asked.forward_to,
        command=_command(asked),
        seconds=asked.wait,
        looking=_looking(asked) if asked.ui else None,
    )


def _looking(asked: ListenOptions) -> Looking:
    from hookcli.cli.page import Looking

    return Looking(
        host=asked.ui_host,
        port=asked.ui_port,
        is_public=not is_loopback(asked.ui_host),
        replay_to=redact_url(asked.forward_to or ""),
    )


def _terms(asked: ListenOptions, *, is_strict: bool) -> Terms:
    from hookcli.listening.application import Terms
    from hookcli.listening.faults import Faults

    faults = Faults(
        status=asked.respond,
        delay=asked.delay or 0,
        fail_first=asked.fail_first,
        drop=asked.drop,
        slow_body=asked.slow_body or 0,
    )
    return Terms(
        path=asked.path,
        faults=faults,
        only_genuine=is_strict,
        endpoint=redact_query(redact_url(asked.forward_to or "")),
        until=asked.until,
    )
