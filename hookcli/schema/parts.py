"""A schema in parts that stand for one another by name, for schemas that are too much for the canonical form at once.

The canonical form multiplies out the choices of an `allOf`: twenty `if`s are a million cases. It also gives a whole
document up for one keyword that it has no form for. So such a document is canonicalised part by part. Where a part
leaves off (a reference, a subschema far down, a choice among too many) stands a knot: a reference to a name of ours,
which the canonical form keeps as it is. What a knot stands for is canonicalised when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable

from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.cases import nodes
from hookcli.schema.dialect import Canonical, canonical
from hookcli.schema.document import Schema
from hookcli.schema.references import Subschema
from hookcli.schema.shells import UNEVALUATED, Choice, Context, Knot, Shell, absolute

_DEEPEST = 3
"""Levels of subschemas in one part."""

_KNOT = "hookcli:knot/"
_CANONICAL_KNOT = "urn:jsonschema:canonical:hookcli%3Aknot%2F"


@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a part is: nodes that a value must hold all of, and whether they say all that the part does."""

    nodes: tuple[Canonical, ...]
    exact: bool


def number_of(uri: str) -> int:
    """Which knot a reference in a canonical form names, in the order of the schema; -1 where it names another thing."""
    name = uri.removeprefix(_CANONICAL_KNOT)
    return int(name) if name != uri else -1


class Parts:
    """The parts of one schema, canonical each by itself."""

    def __init__(self, schema: Schema) -> None:
        self._dialect = schema.dialect
        self._context = Context(schema.resources, schema.draft.ref_hides_siblings, schema.draft.contains_evaluates)
        self._knots: list[Knot] = []
        self._numbers: dict[int, int] = {}
        self._nodes: dict[str, Canonical] = {}
        self._contents: dict[int, Content] = {}

    def node(self, knot: Knot) -> Canonical:
        """A canonical node that stands for a part."""
        name = self.name_of(knot)
        if name not in self._nodes:
            self._nodes[name] = self._dialect.canonicalize_part({"$ref": name}, [name])
        return self._nodes[name]

    def content(self, one: Subschema) -> Content:
        """What a part is."""
        mark = id(one.schema)
        if mark not in self._contents:
            self._contents[mark] = self._canonical(one)
        return self._contents[mark]

    def opened(self, uri: str) -> Knot | None:
        """What a reference in a canonical form stands for, if it is a knot."""
        number = number_of(uri)
        return self._knots[number] if number >= 0 else None

    def accepts(self, node: Canonical) -> Callable[[Json], bool]:
        """A value -> whether a node takes it, its knots untied."""
        document: Json = node.to_json_schema()
        for keyword in ("$defs", "definitions"):
            if isinstance(document, dict) and keyword in document:
                document[keyword] = {
                    name: self._untied(self.opened(name), found) for name, found in document[keyword].items()
                }
        return self._dialect.accepts_part(document)

    def _untied(self, knot: Knot | None, definition: Json) -> Json:
        if knot is None:
            return definition
        one = knot.source if isinstance(knot, Choice) else knot
        return absolute(one.schema, one.base)

    def _canonical(self, one: Subschema) -> Content:
        """With all its keywords if it can be, without `unevaluated...` and level by level if it must."""
        for deepest, left_out in ((_DEEPEST, ()), (_DEEPEST, UNEVALUATED), (0, UNEVALUATED)):
            shell = Shell(self._context, self.name_of, left_out, deepest)
            part, knots = shell.split(one.schema, one.base, 0)
            if not left_out and (knots or shell.names) and not _is_without(part, UNEVALUATED):
                continue  # what a knot evaluates is not known
            node = self._dialect.canonicalize_part(part, shell.names)
            if not isinstance(node.view(), canonical.RawView):
                break
        exact = not left_out or _is_without(one.schema, left_out)
        whole = (node,) if not isinstance(node.view(), canonical.RawView) else self._apart(part, shell.names)
        return Content((*whole, *(self.node(knot) for knot in knots)), exact)

    def _apart(self, part: Json, names: list[str]) -> tuple[Canonical, ...]:
        """A part for which there is no form as a whole, the branches of its `allOf` each by itself."""
        branches = part.get("allOf", []) if isinstance(part, dict) else []
        rest = {key: value for key, value in part.items() if key != "allOf"} if branches else part
        return tuple(self._dialect.canonicalize_part(each, names) for each in (rest, *branches))

    def name_of(self, knot: Knot) -> str:
        """The name of a knot, the same for the same subschema."""
        mark = id(knot.schema) if isinstance(knot, Subschema) else id(knot)
        if mark not in self._numbers:
            self._numbers[mark] = len(self._knots)
            self._knots.append(knot)
        return f"{_KNOT}{self._numbers[mark]}"


def _is_without(schema: Json, keywords: tuple[str, ...]) -> bool:
    return all(node.keys().isdisjoint(keywords) for node in nodes(schema))
