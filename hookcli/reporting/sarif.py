"""SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), in the part that GitHub code scanning reads.

GitHub wants a file for every result and refuses a report whole that names anything else, so an endpoint stands there
as a path (see `places`) and as a logical location. It takes at most 25,000 results, of which it shows 5,000.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import Any

from hookcli import __version__
from hookcli.models import Json
from hookcli.redaction import MASK
from hookcli.reporting.characters import visible
from hookcli.reporting.json_ import to_json
from hookcli.reporting.masking import masked
from hookcli.reporting.places import is_relative, path_of_endpoint, uri_of
from hookcli.reporting.remarks import Level, Remark, remarks_of
from hookcli.reporting.rules import rule_named
from hookcli.reporting.runs import R, Rule, RunReporter, shortened

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
INFORMATION = "https://www.haptik.ai"
"""Whose webhooks the tool is about."""

MOST = 25_000
"""Results; GitHub refuses a report with more."""

_LONGEST = 1_000
"""Characters of a description; GitHub takes 1,024."""

_STRUCTURE = re.compile(r"(?<=\])(?=\()|(?<=\{)(?=\d+\})")
"""Where a link or a placeholder would begin (sections 3.11.5 and 3.11.6); a space there makes plain text of it."""


class SarifReporter(RunReporter[R]):
    """A result for each finding, and the rules that they are about; kept until the end, as rules stand first."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._rules = {rule.id: rule for rule in self._known_rules()}
        self._numbers = {name: number for number, name in enumerate(self._rules)}
        self._kept: list[str] = []
        self._alike: Counter[tuple[str, ...]] = Counter()
        self._left_out = 0
        self._in_files = False

    def take(self, result: R, outcome: str) -> str:  # noqa: ARG002
        """Keep what there is to say of a result."""
        for remark in remarks_of(result):
            if len(self._kept) < MOST:
                self._kept.append("\n    " + to_json(self._result(remark)))
            else:
                self._left_out += 1
        return ""

    def finish(self, *, interrupted: bool = False, reason: str = "") -> str:
        """The document."""
        results = ",".join(self._kept) + ("\n   " if self._kept else "")
        notes = self._notifications(interrupted=interrupted, reason=reason)
        kept = {name: value for name, value in self.about.items() if value is not None}
        run: Json = {
            "tool": {"driver": self._driver()},
            "invocations": [{"executionSuccessful": not interrupted, "toolExecutionNotifications": notes}],
            **({"columnKind": "unicodeCodePoints"} if self._in_files else {}),
            "properties": {**kept, "summary": self.counts},
        }
        whole = f"{to_json(run)[:-1]},\n   "
        tokens = f'"redactionTokens": {to_json([MASK])}, ' if MASK in results + whole else ""
        head = to_json({"$schema": SCHEMA, "version": "2.1.0"})[:-1]
        return f'{head}, "runs": [\n  {whole}{tokens}"results": [{results}]}}\n ]}}\n'

    def _known_rules(self) -> list[Rule]:
        return [masked(rule, self.wishes.mask) for rule in self.wishes.rules]

    def _number_of(self, name: str) -> int:
        """The number of a rule; one that is new is listed."""
        if name not in self._numbers:
            self._numbers[name] = len(self._numbers)
            self._rules[name] = rule_named(name)
        return self._numbers[name]

    def _driver(self) -> Json:
        rules = [_descriptor(rule) for rule in self._rules.values()]
        return {
            "name": "hookcli",
            "version": __version__,
            "semanticVersion": __version__,
            "informationUri": INFORMATION,
            "rules": rules,
        }

    def _notifications(self, *, interrupted: bool, reason: str) -> list[Json]:
        """What keeps the results from being complete."""
        notes = []
        if interrupted:
            notes.append((Level.ERROR, visible(self.wishes.mask(reason)) or "interrupted before the end"))
        unjudged = sum(self.counts.get(name, 0) for name in ("error", "unreadable", "unreachable"))
        if unjudged:
            notes.append((Level.ERROR, f"{unjudged:,} of {self.counts[self.run.total]:,} could not be judged"))
        if self._left_out:
            notes.append((Level.WARNING, f"{self._left_out:,} more findings were left out: {MOST:,} are taken"))
        return [{"level": level.value, "message": {"text": text}} for level, text in notes]

    def _result(self, remark: Remark) -> Json:
        rule, labelled = visible(remark.rule), {"remedy": remark.remedy, "again": remark.reproduce}
        text = [remark.message, *remark.details, *(f"{label}: {said}" for label, said in labelled.items() if said)]
        return {
            "ruleId": rule,
            "ruleIndex": self._number_of(rule),
            "level": remark.level.value,
            "message": {"text": _plain("\n".join(map(visible, text)))},
            "locations": [self._location(remark)],
            "partialFingerprints": self._fingerprints(remark),
        }

    def _location(self, remark: Remark) -> Json:
        endpoint = remark.name if remark.path is None else ""
        endpoint = endpoint or str(self.about.get("endpoint") or "")
        if remark.path is not None:
            self._in_files = True
            return {"physicalLocation": _physical(remark.path, remark), **_logical(remark.name, "value")}
        path = self.source or path_of_endpoint(endpoint)
        return {"physicalLocation": _physical(path, remark), **_logical(endpoint, "resource")}

    def _fingerprints(self, remark: Remark) -> dict[str, str]:
        """What tells that two runs found the same; of several that are alike, as two lost messages, the number counts.

        GitHub knows one name alone, and computes it where the file is there; where there is none, ours is all it has.
        """
        known = (*remark.identity, remark.rule)
        self._alike[known] += 1
        known += (str(self._alike[known]),) if self._alike[known] > 1 else ()
        mark = hashlib.sha256("\0".join(known).encode("utf-8", "backslashreplace")).hexdigest()[:16]
        is_file = remark.path is not None or self.source is not None
        return {"hookcli/v1": mark, **({} if is_file else {"primaryLocationLineHash": f"{mark}:1"})}


def _descriptor(rule: Rule) -> Json:
    title, explanation = (_plain(shortened(text, _LONGEST)) for text in (rule.title, rule.explanation))
    told = f"{title}\n\n{explanation}" if explanation else title
    return {
        "id": rule.id,
        "shortDescription": {"text": title},
        "fullDescription": {"text": shortened(told, _LONGEST)},
        "help": {"text": told},
        **({"properties": {"tags": [rule.group]}} if rule.group else {}),
    }


def _physical(path: str, remark: Remark) -> Json:
    base = {"uriBaseId": "%SRCROOT%"} if is_relative(path) else {}
    column = {"startColumn": remark.column} if remark.column else {}
    return {"artifactLocation": {"uri": uri_of(path), **base}, "region": {"startLine": remark.line or 1, **column}}


def _logical(name: str, kind: str) -> dict[str, Json]:
    return {"logicalLocations": [{"fullyQualifiedName": visible(name), "kind": kind}]} if name else {}


def _plain(text: str) -> str:
    return _STRUCTURE.sub(" ", text)
