"""Options about generated payloads: the seed, the locale, and edits."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import click

from hookcli.cli.console import Console
from hookcli.cli.edits import Assignment, Removal
from hookcli.cli.options import C, together
from hookcli.cli.params import Converter
from hookcli.generation.seeds import seed_at

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from hookcli.generation.edits import Edit


class Edited:
    """A command's options, where payloads can be changed."""

    __slots__ = ()

    assignments: tuple[Edit, ...]
    removals: tuple[Edit, ...]

    @property
    def edits(self) -> tuple[Edit, ...]:
        """What to change in each payload."""
        return (*self.removals, *self.assignments)


def locales() -> tuple[str, ...]:
    """The locales that there are data for, the default first."""
    from hookcli.generation.realism.datafiles import LOCALES  # late: only a run that generates needs it

    return LOCALES


class Locale(Converter):
    """The name of a locale: language and country, as in `en_IN`; `en-in` is the same."""

    name = "locale"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """`en-in` -> `en_IN`."""
        known = {name.casefold(): name for name in locales()}
        if (name := known.get(value.casefold().replace("-", "_"))) is None:
            self.fail(
                f"{value!r} is no locale that there are data for: use one of {', '.join(known.values())}.", param, ctx
            )
        return name

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:  # noqa: ARG002
        """The names that begin so."""
        from click.shell_completion import CompletionItem  # late: it takes a millisecond to load

        return [CompletionItem(name) for name in locales() if name.casefold().startswith(incomplete.casefold())]


def locale_option(command: C) -> C:
    """`--locale`, for the commands that generate."""
    return click.option(
        "--locale", type=Locale(), default="en_IN", show_default=True, metavar="NAME",
        help="Where the people and places of typical payloads are from, and the language of their texts.",
    )(command)  # fmt: skip


seed_option = click.option("--seed", type=click.IntRange(min=0), metavar="N", help="Same seed, same bytes.")
edit_options = together(
    click.option("--set", "assignments", multiple=True, type=Assignment(), metavar="PATH=VALUE",
                 help="Set a value of the payload: user.auth_id=u1, or /user/auth_id=12."),
    click.option("--unset", "removals", multiple=True, type=Removal(), metavar="PATH", help="Take a value out."),
)  # fmt: skip


def chosen_seed(seed: int | None, console: Console) -> int:
    """The seed that was given, or a random one, which is said so that the run can be repeated."""
    if seed is not None:
        return seed
    drawn = seed_at(time.time(), random.randrange(1000))  # noqa: S311 (a seed, not a secret)
    console.note(f"seed {drawn}  (--seed {drawn} makes the same payloads again)")
    return drawn
