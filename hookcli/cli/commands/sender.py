"""`hookcli sender`: a local stand-in for the sender, with its retries, its queue, and its API to enable a webhook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.cli import options, payload_options, sender_options, token_options
from hookcli.cli.console import Console
from hookcli.cli.messages import Wanted, generated_in_turn, signed
from hookcli.cli.params import Seconds, Url
from hookcli.dataclass import dataclass
from hookcli.models import Headers
from hookcli.profile import Profile
from hookcli.reporting import LIFE_REPORTERS

if TYPE_CHECKING:
    from hookcli.cli.lives import Life
    from hookcli.generation.edits import Edit

PORT = 8788


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderOptions(payload_options.Edited):
    """What `sender` was asked to do."""

    url: str
    events: tuple[str, ...]
    schema_path: str | None
    allow_remote_refs: bool
    count: int | None
    every: float
    seed: int | None
    locale: str
    assignments: tuple[Edit, ...]
    removals: tuple[Edit, ...]
    headers: Headers
    port: int
    token_env: str | None
    token_file: str | None
    client_id: str
    time_scale: float
    expect: range | None
    concurrency: int
    timeout: float | None
    insecure: bool
    ca_bundle: Path | None
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str


@click.command(epilog="Example: HOOKCLI_TOKEN=t0ken hookcli sender 8000/hook --every 60 --time-scale 600")
@click.argument("url", type=Url())
@options.event_option
@options.schema_options
@click.option("-n", "--count", type=click.IntRange(min=1), metavar="N",
              help="How many of each event; without it they go on until Ctrl-C.")  # fmt: skip
@click.option("--every", type=Seconds(), default=60, show_default=True, metavar="SECONDS",
              help="The sender's time from one event to the next; the events take turns.")  # fmt: skip
@sender_options.time_scale_option
@payload_options.seed_option
@payload_options.locale_option
@payload_options.edit_options
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, metavar="PORT",
              help="Where, on loopback, the API is that enables the webhook; 0 picks a free port.")  # fmt: skip
@token_options.token_options
@sender_options.secret_options
@sender_options.profile_options
@sender_options.header_option
@sender_options.expect_option
@click.option("--concurrency", type=click.IntRange(1, 200), default=sender_options.BURST, show_default=True,
              metavar="N", help="Attempts at the same time.")  # fmt: skip
@sender_options.timeout_option
@sender_options.tls_options
@options.report_options(tuple(LIFE_REPORTERS))
@options.output_option
@click.pass_context
def sender(ctx: click.Context, /, **given: object) -> int:
    """Send events to URL as the sender does, for as long as you like, to see how the endpoint lives through an outage.

    A failed event is tried again as the profile's schedule says. After the last attempt the webhook is disabled: that
    event is given up, and new ones queue, each for at most 60 minutes, with those that had attempts left. POST
    /v1.0/webhook/, served here on loopback with token and client id, enables it, and the queue goes out in a burst.
    """
    from hookcli.cli.lives import live  # late: `--help` needs nothing that sends

    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    asked = SenderOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    schemas = options.chosen_schemas(
        asked.events, asked.schema_path, console, allow_remote_refs=asked.allow_remote_refs
    )
    key, profile = secret.read(ctx), signing.read()
    life = _life(asked, profile, console)
    sender_options.hide(asked.url, asked.headers, console)
    if key is None:
        console.note("not signed: there is no secret; set HOOKCLI_SECRET, or use --secret-file")
    seed = payload_options.chosen_seed(asked.seed, console)
    wanted = Wanted(count=asked.count, seed=seed, locale=asked.locale, edits=asked.edits)
    messages = signed(generated_in_turn(schemas, wanted, console), profile, key, asked.headers)
    return live(life, messages, asked, console, seed=seed)


def _life(asked: SenderOptions, profile: Profile, console: Console) -> Life:
    from hookcli.cli.lives import Life
    from hookcli.delivery.client import Connection
    from hookcli.delivery.sender import Terms

    return Life(
        terms=Terms(
            url=asked.url,
            is_success=(asked.expect or profile.success).__contains__,
            delays=profile.retry_delays,
            queue_seconds=profile.queue_seconds,
            every=asked.every,
        ),
        connection=Connection(
            deadline=asked.timeout or profile.deadline,
            verify=not asked.insecure,
            ca_bundle=asked.ca_bundle,
            concurrency=asked.concurrency,
        ),
        time_scale=asked.time_scale,
        access=token_options.read_access(console, asked.token_env, asked.token_file, asked.client_id),
        enable_path=profile.enable_path,
        port=asked.port,
        is_service=True,
    )
