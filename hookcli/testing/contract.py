"""The checks of the sender's contract, each a test of its own."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import pytest

from hookcli.conformance.asking import BAD_SIGNATURES, Wishes
from hookcli.conformance.choice import chosen, in_turn
from hookcli.conformance.effects import Effects
from hookcli.conformance.messages import Contract, Pool
from hookcli.conformance.registry import CHECKS
from hookcli.conformance.suite import Suite
from hookcli.dataclass import dataclass
from hookcli.errors import CheckUnknown, HookcliError, ProbeUnreadable
from hookcli.models import CheckResult, CheckVerdict
from hookcli.profile import Profile
from hookcli.reporting.masking import masked
from hookcli.reporting.runs import CHECKING
from hookcli.testing import transactions
from hookcli.testing.endpoint import Endpoint
from hookcli.testing.haptik import Settings, plainly
from hookcli.testing.outcomes import ContractBroken, ContractUnjudged, ContractWarning
from hookcli.testing.secrets import mask_of

MARKER: Final = "haptik_contract"

_LABEL: Final = 10

Probe = Callable[[], int]
"""Counts what messages have brought about."""

pool_of = lru_cache(maxsize=4)(Pool)
"""The payloads of a seed: half a second that all endpoints share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the marker says of the checks; its keywords are these."""

    only: tuple[str, ...] = ()
    """Ids or patterns, such as `signature.*`; nothing means all."""
    skip: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    """Those that the endpoint is asked about; nothing means all of the profile."""
    bad_signature: str = "reject"
    strict_200: bool = False
    repeats: int = 10
    timeout: float | None = None
    """Seconds for a whole exchange, where it is not the profile's deadline."""

    @property
    def ids(self) -> list[str]:
        """The checks, in the order in which they are best asked.

        Raises:
            CheckUnknown: a pattern means none, or none is left.
        """
        return in_turn(chosen(self.only, self.skip))


def terms_of(unnamed: Sequence[Any], given: Mapping[str, Any]) -> Terms:
    """The marker's keywords, read.

    Args:
        unnamed: what it has without a keyword, which says nothing.
        given: its keywords.

    Raises:
        CheckUnknown: one of them is none, or has a value that it cannot have.
    """
    if unnamed:
        raise CheckUnknown(f"{MARKER}({unnamed[0]!r}) says nothing without a keyword; is it only={unnamed[0]!r}?")
    unknown = given.keys() - {*Terms.__annotations__}
    if unknown:
        raise CheckUnknown(f"{MARKER} has no {unknown.pop()!r}; its keywords are {', '.join(Terms.__annotations__)}.")
    if given.get("bad_signature", "reject") not in BAD_SIGNATURES:
        raise CheckUnknown(f"{MARKER}: bad_signature is one of {', '.join(BAD_SIGNATURES)}.")
    lists = {key: _several(value) for key, value in given.items() if key in ("only", "skip", "events")}
    return Terms(**{**given, **lists})


def _several(value: str | Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


class Run:
    """The checks of one endpoint: they share its first messages, and what these told of it."""

    def __init__(self, endpoint: Endpoint, url: str, terms: Terms, settings: Settings, probe: Probe | None) -> None:
        profile = settings.profile
        contract = Contract(profile=profile, key=settings.key, seed=settings.seed, headers=settings.headers)
        wishes = Wishes(
            deadline=terms.timeout or profile.deadline,
            bad_signature=terms.bad_signature,
            strict_200=terms.strict_200,
            repeats=terms.repeats,
        )
        self.is_in_process = not endpoint.is_url
        self._probe = probe
        self._suite = Suite(
            endpoint.conformance_target(url),
            contract,
            _known(terms.events, profile),
            wishes,
            Effects(self._count) if probe is not None else None,
            pool=pool_of(settings.seed),
        )
        self._tells_of_refusal = any(each == "signature.valid" or each.startswith("event.") for each in terms.ids)
        self._is_introduced = False
        self._fault = ""

    def ask(self, check_id: str) -> CheckResult:
        """What one check comes to.

        Raises:
            ContractUnjudged: nobody answers, or the probe cannot be read; said at once when it is asked again.
        """
        __tracebackhide__ = True
        if not self._is_introduced and not self._fault:
            try:
                self._suite.introduce()
                self._is_introduced = True
            except HookcliError as error:
                self._fault = str(error)
        if self._fault:
            raise ContractUnjudged(f"{check_id} was not asked: {self._fault}")
        (result,) = self._suite.run((check_id,))
        return result

    @property
    def is_mute(self) -> bool:
        """Whether no valid message is accepted, and none of the checks that are asked fails of that."""
        return not self._suite.is_accepting and not self._tells_of_refusal

    def _count(self) -> int:
        assert self._probe is not None
        try:
            number = self._probe()
        except Exception as error:  # whatever a project's own function raises
            raise ProbeUnreadable(f"hookcli_probe raised {type(error).__name__}: {error}") from error
        if not isinstance(number, int):
            raise ProbeUnreadable(f"hookcli_probe returned a {type(number).__name__}, not a number.")
        return number


def _known(events: tuple[str, ...], profile: Profile) -> tuple[str, ...]:
    unknown = [event for event in events if event not in profile.events]
    if unknown:
        raise CheckUnknown(f"{unknown[0]!r} is no event of the contract; `hookcli events` lists them.")
    return events or profile.events


class ContractCheck:
    """One check of the contract, to be asked of the endpoint under test.

    It is asked when the test calls `check`, and else when the test's function has ended.

    Args:
        check_id: of the check.
        find_run: finds the run that it is part of.
        settings: of the test.
    """

    def __init__(self, check_id: str, find_run: Callable[[], Run], settings: Settings) -> None:
        self.id = check_id
        self.clause = CHECKS[check_id].clause
        self.explanation = CHECKS[check_id].explanation
        self.result: CheckResult | None = None
        """What it came to; None before it was asked."""
        self.is_asked = False
        self._find_run = find_run
        self._settings = settings
        self._in_transaction = transactions.is_open()
        self._mask = mask_of(settings.key, settings.headers)

    def __repr__(self) -> str:
        return f"<check {self.id}>"

    @plainly
    def check(self) -> CheckResult:
        """Ask it. Where it does not arise the test is skipped.

        Raises:
            ContractBroken: the endpoint does not keep its side.
            ContractUnjudged: it could not be judged.
        """
        __tracebackhide__ = True
        self.is_asked = True
        self._settings.warn_of_no_secret()
        run = self._find_run()
        result = run.ask(self.id)
        result = replace(result, message=_in_pytest(result.message), reproduce=self._settings.again)
        self.result = result = CHECKING.shorten(masked(result, self._mask))
        is_apart = run.is_in_process and (self._in_transaction or transactions.is_open())
        note = transactions.APART if is_apart else self._settings.no_secret
        text = "\n".join(_lines(result, note))
        if result.verdict is CheckVerdict.FAIL:
            raise ContractBroken(text)
        if result.verdict is CheckVerdict.ERROR or (result.verdict is CheckVerdict.SKIP and run.is_mute):
            raise ContractUnjudged(text)
        if result.verdict is CheckVerdict.SKIP:
            pytest.skip(result.message)
        if result.verdict is CheckVerdict.WARN:
            warnings.warn(text, ContractWarning, stacklevel=2)
        return result


def _in_pytest(text: str) -> str:
    """The same sentence, with what stands here for the options of the command line."""
    for option, here in _HERE:
        text = text.replace(option, here)
    return text


_HERE: Final = (
    ("give --probe-url or --probe-cmd", "let a fixture hookcli_probe count them"),
    ("set HOOKCLI_SECRET, or use --secret-file", "set HOOKCLI_SECRET, or let a fixture hookcli_secret return it"),
    ("--bad-signature ", "bad_signature="),
    ("--event leaves", "events leave"),
    ("--only asks it alone", "the marker's only asks it alone"),
)


def _lines(result: CheckResult, note: str) -> Iterator[str]:
    yield f"{result.id}: {result.message}"
    told = [*(("seen", line) for line in result.evidence), ("contract", result.clause), ("remedy", result.remedy)]
    told += [("note", note), ("again", result.reproduce)]
    yield from (f"  {label:{_LABEL}}{said}" for label, said in told if said)
