"""The command line that asks one check again, for whoever mends what it found."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from hookcli.cli.sender_options import ProfileOptions, SecretOptions
from hookcli.jsontext import dump
from hookcli.redaction import redact_headers, redact_url
from hookcli.schema import catalog

if TYPE_CHECKING:
    from hookcli.cli.commands.check import CheckOptions
    from hookcli.generation.edits import Edit

USUAL_REPEATS = 10


def again(
    check_id: str,
    *,
    asked: CheckOptions,
    secret: SecretOptions,
    signing: ProfileOptions,
    seed: int,
    mask: Callable[[str], str] = str,
) -> str:
    """What to type: all that the run was asked with, but the checks, the reports, and a secret that was typed.

    A secret is in the environment or a file; credentials in headers and URLs are masked.

    Args:
        check_id: of the check.
        asked: what the run was asked to do.
        secret: where the shared secret is.
        signing: how it signs.
        seed: of the run.
        mask: hides the secrets that are known in a word; before it is quoted, as a quote within one changes it.
    """
    words = ["hookcli", "check", *([redact_url(asked.url)] if asked.url is not None else [])]
    options = [("--asgi", asked.asgi), ("--wsgi", asked.wsgi), ("--only", check_id), ("--seed", str(seed))]
    options += [*_of_check(asked), *_of_messages(asked), *_of_sender(secret, signing)]
    for name, value in options:
        words += [name, value] if value is not None else []
    words += [name for name, is_on in (("--strict-200", asked.strict_200), ("--insecure", asked.insecure)) if is_on]
    return shlex.join(map(mask, words))


def _of_check(asked: CheckOptions) -> Iterator[tuple[str, str | None]]:
    yield "--bad-signature", asked.bad_signature if asked.bad_signature != "reject" else None
    yield "-n", str(asked.repeats) if asked.repeats != USUAL_REPEATS else None
    yield "--timeout", _seconds(asked.timeout)
    yield "--ca-bundle", str(asked.ca_bundle) if asked.ca_bundle is not None else None
    yield "--probe-url", redact_url(asked.probe_url) if asked.probe_url is not None else None
    yield "--probe-cmd", asked.probe_cmd
    yield "--start", asked.start
    yield "--wait", _seconds(asked.wait)


def _seconds(number: float | None) -> str | None:
    return repr(number).removesuffix(".0") if number is not None else None


def _of_messages(asked: CheckOptions) -> Iterator[tuple[str, str | None]]:
    yield from (("--event", event) for event in asked.events)
    yield from (("--unset", edit.path) for edit in asked.removals)
    yield from (("--set", _assignment(edit)) for edit in asked.assignments)
    yield from (("--header", f"{name}: {value}") for name, value in redact_headers(asked.headers))


def _assignment(edit: Edit) -> str:
    return f"{edit.path}={dump(edit.value).decode()}"


def _of_sender(secret: SecretOptions, signing: ProfileOptions) -> Iterator[tuple[str, str | None]]:
    yield from (("--secret-env", secret.secret_env), ("--secret-file", secret.secret_file))
    yield "--profile", signing.profile_name if signing.profile_name != catalog.SENDERS[0] else None
    yield from (("--signature-header", signing.signature_header), ("--signature-prefix", signing.signature_prefix))
    yield "--signature-algorithm", signing.signature_algorithm
