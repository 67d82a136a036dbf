"""`hookcli captures anonymise`: real traffic as test data that may be committed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookcli.cli import exits, options, sender_options, store_options
from hookcli.cli.capture_exports import EXPORTS, FILES, write_files
from hookcli.cli.console import Console, Output
from hookcli.dataclass import dataclass
from hookcli.errors import KeyUnusable
from hookcli.models import Arrival
from hookcli.reporting.characters import visible
from hookcli.reporting.runs import plural
from hookcli.schema import catalog
from hookcli.schema.document import Schema
from hookcli.schema.loader import load_schema

if TYPE_CHECKING:
    from hookcli.anonymising import AnonymisedCapture, Anonymiser, CaptureAnonymiser
    from hookcli.capture.store import Store

FORMATS = ("jsonl", "har", FILES)

_RANDOM_KEY = 32
"""Bytes."""

_MOST_SHOWN = 30
"""Places that are named as kept."""

_LONGEST_SHOWN = 120
"""Characters of one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymiseOptions:
    """What `captures anonymise` was asked to do."""

    ids: tuple[range, ...]
    store: Path
    schema_path: str | None
    allow_remote_refs: bool
    key_env: str | None
    key_file: str | None
    format_name: str
    output: str


@click.command(epilog="Example: hookcli captures anonymise --event message -o tests/messages.jsonl")
@store_options.ids_argument
@store_options.filter_options
@store_options.store_option
@options.schema_options
@click.option("--key-env", metavar="VAR", help="The variable with the key of the pseudonyms. Default: a random key.")
@click.option("--key-file", metavar="FILE", help="The file with the key of the pseudonyms.")
@sender_options.secret_options
@sender_options.profile_options
@click.option("--format", "format_name", type=click.Choice(FORMATS), default="jsonl", show_default=True,
              help="The form of the result, as in `captures export`.")  # fmt: skip
@click.option("-o", "--output", default="-", metavar="FILE|DIR", help="Where it goes; - is stdout, of files a folder.")
@click.pass_context
def anonymise(ctx: click.Context, /, **given: object) -> int:
    """Write captures with pseudonyms, the oldest first, as test data that may be committed.

    Names, addresses, numbers, ids and texts are replaced, the same always by the same, in all captures; payloads stay
    as valid or as broken as they were. Kept are keys, times, and what the contract lists; stderr names the places: look
    at them before you share the result. Under the same key the pseudonyms are the same; whoever has it can trace them
    back.

    Each is signed anew with a published secret for tests, with your own only where an option names it. A forged one
    stays forged. Of the headers only Content-Type and signature stay, of the path no values of the query. What cannot
    be anonymised is left out and said, and the exit code is then 3.
    """
    secret = sender_options.taken(sender_options.SecretOptions, given)
    signing = sender_options.taken(sender_options.ProfileOptions, given)
    wanted = sender_options.taken(store_options.FilterOptions, given)
    asked = AnonymiseOptions(**given)  # type: ignore[arg-type]
    console: Console = ctx.obj
    if asked.format_name == FILES and asked.output == "-":
        raise click.UsageError("--format files wants a folder: name it with -o.")
    key = _key(asked, console)
    known = secret.read(ctx)  # read in any case, so that it is masked
    own = known if secret.is_named else None
    code = _run(asked, wanted, _Work(own, signing, key, _schema(asked, console)), console)
    _say_who_signed(console, is_own=own is not None)
    return code


class _Work:
    """What anonymises, and what became of it."""

    def __init__(
        self, secret: bytes | None, signing: sender_options.ProfileOptions, key: bytes, schema: Schema | None
    ) -> None:
        from hookcli.anonymising import TEST_SECRET, Anonymiser, CaptureAnonymiser  # late: `--help` needs none

        self.payloads: Anonymiser = Anonymiser(key, catalog.find_event, schema=schema)
        self.captures: CaptureAnonymiser = CaptureAnonymiser(
            self.payloads, signing.read().signature, TEST_SECRET if secret is None else secret
        )
        self.number = 0
        self.left_out = 0
        self.kept: dict[str, None] = {}

    def anonymised(self, arrivals: Iterable[Arrival], console: Console) -> Iterator[Arrival]:
        """Those that can be, one by one; of each other one it is said why not."""
        from hookcli.anonymising import Withheld

        for arrival in arrivals:
            made = self.captures.anonymise(arrival)
            if isinstance(made, Withheld):
                self.left_out += 1
                place = f" at {made.pointer}" if made.pointer is not None else ""
                console.warn(visible(f"#{arrival.id} is left out{place}: {made.reason}"))
                continue
            self.number += 1
            self._note(made, console)
            yield made.arrival

    def _note(self, made: AnonymisedCapture, console: Console) -> None:
        if made.payload.strayed:
            console.warn(visible(f"#{made.arrival.id} is not broken as it was at {made.payload.strayed[0]}"))
        for pointer in made.payload.kept:
            if len(self.kept) <= _MOST_SHOWN:
                self.kept["/".join("*" if part.isdigit() else part for part in pointer.split("/"))] = None


def _run(asked: AnonymiseOptions, wanted: store_options.FilterOptions, work: _Work, console: Console) -> int:
    """Write what was asked for, and say what stayed and what was left out."""
    from hookcli.capture.store import Store  # late: `--help` needs none

    with Store(asked.store) as store:
        for arrival in store_options.chosen(store, asked.ids, wanted):
            work.payloads.learn(arrival.body)
        _write(asked, work, store, wanted, console)
    shown = [visible(pointer[:_LONGEST_SHOWN]) for pointer in work.kept][:_MOST_SHOWN]
    if shown:
        console.note(f"kept as it was: {', '.join(shown)}{', ...' if len(work.kept) > _MOST_SHOWN else ''}")
    left_out = f", {work.left_out:,} left out" if work.left_out else ""
    console.note(f"{work.number:,} {plural('captures', work.number)} anonymised{left_out}")
    return exits.BAD_INPUT if work.left_out else exits.OK


def _write(
    asked: AnonymiseOptions, work: _Work, store: Store, wanted: store_options.FilterOptions, console: Console
) -> None:
    made = work.anonymised(store_options.chosen(store, asked.ids, wanted), console)
    if asked.format_name == FILES:
        write_files(Path(asked.output), made)
        return
    with Output(asked.output, whole=True) as out:
        out.check()
        try:
            out.write_all(EXPORTS[asked.format_name](made, ""))
        except BaseException:
            out.is_spoilt = True
            raise


def _key(asked: AnonymiseOptions, console: Console) -> bytes:
    """The key of the pseudonyms.

    Raises:
        KeyUnusable: the variable is not there.
        SecretUnreadable: the file is not there, or is empty.
    """
    if asked.key_env is not None and asked.key_file is not None:
        raise click.UsageError("give one of --key-env and --key-file.")
    if asked.key_file is not None:
        key = sender_options.secret_from_file(asked.key_file)
    elif asked.key_env is not None:
        value = os.environ.get(asked.key_env)
        if value is None:
            raise KeyUnusable(f"the environment has no variable {asked.key_env}; set it, or use --key-file.")
        key = value.encode("utf-8", "surrogateescape")
    else:
        return secrets.token_bytes(_RANDOM_KEY)
    console.secrets.add(key.decode("utf-8", "surrogateescape"))
    return key


def _say_who_signed(console: Console, *, is_own: bool) -> None:
    if is_own:
        console.warn(
            "signed with your own secret: wherever it is in use these messages count as genuine, whoever sends them. "
            "Without --secret-env or --secret-file a published one for tests signs."
        )
        return
    from hookcli.anonymising import TEST_SECRET

    console.note(
        f"signed with {TEST_SECRET.decode()}, a published secret for tests: no endpoint in use takes these messages, "
        "and nothing is given away"
    )


def _schema(asked: AnonymiseOptions, console: Console) -> Schema | None:
    """The schema of one's own, where one was named."""
    if asked.schema_path is None:
        return None
    schema = load_schema(asked.schema_path, options.remote_documents(console, allowed=asked.allow_remote_refs))
    options.warn_of_anything(schema, console)
    return schema
