"""Options about generated payloads: the seed, and edits."""

from __future__ import annotations

import random
import time

import click

from hookcli.cli.console import Console
from hookcli.cli.edits import Assignment, Removal
from hookcli.cli.options import together
from hookcli.generation.seeds import seed_at

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
