"""`hookcli check`: ask an endpoint all that the sender's contract says about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar

import click

from hookcli.cli import applications, exits, options, payload_options, probes, sender_options
from hookcli.cli.again import USUAL_REPEATS, again
from hookcli.cli.console import Console, Output
from hookcli.cli.params import ApplicationName, Seconds, UrlOrPath
from hookcli.cli.reports import open_reports
from hookcli.cli.starting import Started, start_options, started
from hookcli.conformance.asking import BAD_SIGNATURES, Wishes
from hookcli.conformance.choice import chosen, matching
from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Contract
from hookcli.conformance.registry import CHECKS
from hookcli.conformance.suite import Suite
from hookcli.conformance.targets import Target, in_process, over_http
from hookcli.dataclass import dataclass
from hookcli.delivery.applications import ASGI, WSGI, Interface
from hookcli.delivery.client import Client, Connection
from hookcli.errors import CheckUnknown, NeverReady, NothingJudged
from hookcli.generation.edits import Edit
from hookcli.models import Attempt, CheckResult, Headers, Json
from hookcli.profile import Profile
from hookcli.redaction import redact_url
from hookcli.reporting import CHECK_REPORTERS, Rule
from hookcli.urls import is_path, origin_of

C = TypeVar("C")


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOptions:
    """What `check` was asked to do."""

    url: str | None
    """May be a path alone, which is meant for an application in this process where there is one."""
    asgi: str | None
    wsgi: str | None
    events: tuple[str, ...]
    only: tuple[str, ...]
    left_out: tuple[str, ...]
    bad_signature: str
    strict_200: bool
    repeats: int
    probe_url: str | None
    probe_cmd: str | None
    start: str | None
    wait: float | None
    is_list: bool
    explained: str | None
    seed: int | None
    assignments: tuple[Edit, ...]
    removals: tuple[Edit, ...]
    headers: Headers
    timeout: float | None
    insecure: bool
    ca_bundle: Path | None
    source: str | None
    format_name: str
    reports: tuple[tuple[str, str], ...]
    output: str


def _complete_check(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [each for each in CHECKS if each.startswith(incomplete)]


@click.command(epilog="Example: HOOKCLI_SECRET=s3cr3t hookcli check 8000/hook --probe-url 8000/count")
@click.argument("url", type=UrlOrPath(), required=False)
@click.option("--asgi", type=ApplicationName(), metavar="MODULE:APP",
              help="Ask an ASGI application in this process, without a server; URL is a path then, or what it is"
                   " called by, where it wants a Host or https.")  # fmt: skip
@click.option("--wsgi", type=ApplicationName(), metavar="MODULE:APP", help="The same with a WSGI application.")
@click.option("--only", multiple=True, metavar="ID", shell_complete=_complete_check,
              help="Ask this alone: an id, or a pattern such as 'signature.*'; may be repeated.")  # fmt: skip
@click.option("--skip", "left_out", multiple=True, metavar="ID", shell_complete=_complete_check,
              help="Do not ask this.")  # fmt: skip
@options.every_event_option
@click.option("--bad-signature", type=click.Choice(BAD_SIGNATURES), default="reject", show_default=True,
              help="What is to happen to forged messages: a 4xx, a 2xx without effect, or either.")  # fmt: skip
@click.option("--strict-200", is_flag=True, help="Another 2xx than 200 is a failure.")
@click.option("-n", "repeats", type=click.IntRange(1, 1000), default=USUAL_REPEATS, show_default=True,
              metavar="N", help="Of how many answers the slowest is taken.")  # fmt: skip
@click.option("--probe-url", type=UrlOrPath(), metavar="URL",
              help='Count effects there: a GET that answers with a number or {"count": N}.')  # fmt: skip
@click.option("--probe-cmd", metavar="CMD", help="Count effects by a command that prints the same; no shell.")
@start_options
@click.option("--list", "is_list", is_flag=True, help="List the checks.")
@click.option("--explain", "explained", metavar="ID", shell_complete=_complete_check, help="Explain a check.")
@payload_options.seed_option
@payload_options.edit_options
@sender_options.secret_options
@sender_options.profile_options
@sender_options.header_option
@click.option("--timeout", type=Seconds(), metavar="SECONDS",
              help="Override the profile's deadline for the whole exchange.")  # fmt: skip
@sender_options.tls_options
@click.option("--source", metavar="FILE", help="The receiver's code: where SARIF and GitHub show findings.")
@options.report_options(tuple(CHECK_REPORTERS))
@options.output_option
@click.pass_context
def check(
    ctx: click.Context, /, *, asgi: str | None, wsgi: str | None, start: str | None, wait: float | None, **given: object
) -> int:
    """Ask the endpoint at URL all that the sender's contract says about it.

    One verdict a question, with the clause, the evidence and the remedy. What is sent is marked as a test.
    """
    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    named = _applications(ctx, asgi, wsgi, start)
    start, wait = _starting(ctx, start, wait, is_hosted=any(named.values()))
    asked = CheckOptions(start=start, wait=wait, **given, **named)  # type: ignore[arg-type]
    console: Console = ctx.obj
    if asked.is_list or asked.explained is not None:
        return _tell(asked)
    ids = _chosen(lambda: chosen(asked.only, asked.left_out))
    key, profile = secret.read(ctx), signing.read()
    sender_options.hide(asked.url, asked.headers, console)
    sender_options.hide(asked.probe_url, (), console)
    if key is None:
        console.note("not signed: there is no secret; set HOOKCLI_SECRET, or use --secret-file")
    seed = payload_options.chosen_seed(asked.seed, console)
    contract = Contract(
        profile=profile, key=key, seed=seed, edits=(*asked.removals, *asked.assignments), headers=asked.headers
    )
    with ExitStack() as stack:
        try:
            target, effects, endpoint = _reach(asked, profile, stack, console)
        except NeverReady:
            with _reports(redact_url(_absolute(asked.url, _LOOPBACK)), profile, seed, asked, console):
                raise
        wishes = Wishes(
            deadline=asked.timeout or profile.deadline,
            bad_signature=asked.bad_signature,
            strict_200=asked.strict_200,
            repeats=asked.repeats,
        )
        suite = Suite(
            target,
            contract,
            _events(asked, profile),
            wishes,
            effects,
            reproduce=partial(again, asked=asked, secret=secret, signing=signing, seed=seed, mask=console.redact),
        )
        code = _run(suite, ids, target, profile, seed, asked, console)
        if code != exits.OK:
            endpoint.tell(console)
        return code


def _tell(asked: CheckOptions) -> int:
    """List the checks, or explain one."""
    with Output(asked.output) as out:
        if asked.explained is None:
            width = max(map(len, CHECKS))
            for each in CHECKS.values():
                out.write(f"{each.id:{width}}  {each.explanation.splitlines()[0]}\n".encode())
        else:
            (found,) = _chosen(partial(matching, asked.explained, only_one=True))
            one = CHECKS[found]
            out.write(f"{one.id}\n\n{one.explanation}\n\nThe contract: {one.clause}.\n".encode())
    return exits.OK


def _chosen(choose: Callable[[], C]) -> C:
    """What a choice of checks comes to, where the user has made none that cannot be."""
    try:
        return choose()
    except CheckUnknown as error:
        raise click.UsageError(str(error)) from error


def _events(asked: CheckOptions, profile: Profile) -> tuple[str, ...]:
    unknown = [event for event in asked.events if event not in profile.events]
    if unknown:
        raise click.UsageError(f"{unknown[0]!r} is no event of the contract; `hookcli events` lists them.")
    return asked.events or profile.events


def _applications(ctx: click.Context, asgi: str | None, wsgi: str | None, start: str | None) -> dict[str, str | None]:
    """What was named for this run; what the environment or a file names for all runs is for those that name nothing."""
    named = {"asgi": asgi, "wsgi": wsgi}
    flagged = {name: value if options.is_flagged(ctx, name) else None for name, value in named.items()}
    url = ctx.params["url"]
    is_served = (start and options.is_flagged(ctx, "start")) or (url is not None and not is_path(url))
    return flagged if any(flagged.values()) or is_served else named


def _starting(
    ctx: click.Context, start: str | None, wait: float | None, *, is_hosted: bool
) -> tuple[str | None, float | None]:
    """The same of what is started, and waited for; `--start ''` starts nothing of what is named for all runs."""
    if start == "" and (is_hosted or options.is_set_for_all(ctx, "start")):
        start = None
    if is_hosted:
        return start if options.is_flagged(ctx, "start") else None, wait if options.is_flagged(ctx, "wait") else None
    return start, wait


_LOOPBACK = "http://127.0.0.1"
_IN_PROCESS = "http://localhost"
"""What an application in this process sees before the path, unless it is said: Django allows this host in DEBUG."""


def _reach(
    asked: CheckOptions, profile: Profile, stack: ExitStack, console: Console
) -> tuple[Target, Effects | None, Started]:
    """The endpoint, what counts its effects where there is a probe, and what runs it where we do."""
    deadline = asked.timeout or profile.deadline

    def client_of(concurrency: int) -> Client:
        return Client(
            Connection(
                deadline=deadline,
                verify=not asked.insecure,
                ca_bundle=asked.ca_bundle,
                concurrency=concurrency,
            )
        )

    application = _application(asked)
    client = stack.enter_context(client_of(50))
    if application is None:
        url = _absolute(asked.url, _LOOPBACK)
        shown = redact_url(url)
        endpoint = stack.enter_context(started(asked.start, asked.wait, partial(client.get, url), shown, console))
        return over_http(client, client_of, url), _effects(asked, client.get, origin_of(url)), endpoint
    hosted = stack.enter_context(applications.hosted(*application, deadline, console))
    get = hosted.get if is_path(asked.probe_url) else client.get
    url = _absolute(asked.url, _IN_PROCESS)
    if not is_path(asked.url) and asked.url is not None:
        console.note(f"{hosted.name} is asked in this process, as if it were behind {redact_url(url)}")
    return in_process(hosted, url), _effects(asked, get, origin_of(url)), Started()


def _application(asked: CheckOptions) -> tuple[str, Interface] | None:
    """The application that is asked in this process; None for an endpoint behind a URL.

    Raises:
        click.UsageError: there is not exactly one to ask, or more than one probe.
    """
    if asked.probe_url is not None and asked.probe_cmd is not None:
        raise click.UsageError("--probe-url and --probe-cmd exclude each other.")
    if asked.asgi is not None and asked.wsgi is not None:
        raise click.UsageError("--asgi and --wsgi exclude each other.")
    name = asked.asgi or asked.wsgi
    if name is None and asked.url is None:
        raise click.UsageError("Missing argument 'URL'; or ask an application with --asgi or --wsgi MODULE:APP.")
    if name is None:
        return None
    if asked.start is not None or asked.wait is not None:
        raise click.UsageError("--start and --wait go with a URL: an application in this process is started anyway.")
    return name, ASGI if asked.asgi else WSGI


def _absolute(url: str | None, origin: str) -> str:
    return f"{origin}{url or '/'}" if url is None or is_path(url) else url


def _effects(asked: CheckOptions, get: Callable[[str], Attempt], origin: str) -> Effects | None:
    if asked.probe_url is not None:
        return Effects(partial(probes.count_at, get, _absolute(asked.probe_url, origin)))
    return Effects(partial(probes.count_by, asked.probe_cmd)) if asked.probe_cmd is not None else None


def _run(
    suite: Suite,
    ids: tuple[str, ...],
    target: Target,
    profile: Profile,
    seed: int,
    asked: CheckOptions,
    console: Console,
) -> int:
    """Ask, and report in the order of the table."""
    results: dict[str, CheckResult] = {}
    with _reports(target.name, profile, seed, asked, console) as report_of:
        try:
            suite.introduce()
            with console.progress(_named(suite, ids, results), len(ids), "asking") as asked_ones:
                for _ in asked_ones:
                    pass
        finally:
            for each in CHECKS:
                if each in results:
                    report_of(results[each])
        code = exits.worst(exits.code_of_check(result) for result in results.values())
        if code == exits.OK and not suite.is_accepting:  # and none of the checks that were asked fails of that
            raise NothingJudged(
                f"{target.name}: no valid message is accepted, so that this says nothing; is the path that of the"
                " webhook, and the secret the same? `--only 'event.*'` shows the answers."
            )
    return code


def _reports(
    endpoint: str, profile: Profile, seed: int, asked: CheckOptions, console: Console
) -> AbstractContextManager[Callable[[CheckResult], None]]:
    about: dict[str, Json] = {"seed": seed, "endpoint": endpoint, "profile": profile.name}
    return open_reports(CHECK_REPORTERS, asked, console, rules=_rules(), source=asked.source, **about)


def _rules() -> tuple[Rule, ...]:
    """What the findings can be, for reports that explain them."""
    rules = []
    for each in CHECKS.values():
        title, _, more = each.explanation.partition("\n")
        rules.append(Rule(each.id, title, f"{more.strip()}\n\nThe contract: {each.clause}.".strip(), each.group))
    return tuple(rules)


def _named(suite: Suite, ids: tuple[str, ...], results: dict[str, CheckResult]) -> Iterator[CheckResult]:
    for result in suite.run(ids):
        results[result.id] = result
        yield result
