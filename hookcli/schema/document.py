"""A schema that was read, with all that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from hookcli.dataclass import dataclass
from hookcli.models import Json
from hookcli.schema.burden import depth_of
from hookcli.schema.dialect import Canonical, Dialect
from hookcli.schema.drafts import Draft, draft_of
from hookcli.schema.numbers import tells_wide_integers
from hookcli.schema.references import Fetch, Resources, Subschema, collect
from hookcli.schema.refusals import Breach, Cause, Refusal

if TYPE_CHECKING:
    from hookcli.schema.dialect import ValidationError


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema, ready to judge payloads and to be walked.

    Make one with `make_schema`. To another process it travels as its documents, and is made anew there of these alone.
    """

    name: str
    """How to call it in messages: an event's name or a path."""
    document: Json
    uri: str
    draft: Draft
    resources: Resources
    dialect: Dialect
    depth: int
    """Subschemas one within or behind another; 0 where the schema is too small to lead deep."""

    @property
    def salt(self) -> str:
        """What tells this schema from others under the same seed, wherever its file lies."""
        return str(self.document.get("$id", "")) if isinstance(self.document, dict) else ""

    @property
    def root(self) -> Subschema:
        """The whole document, to walk from."""
        return self.resources.root

    @property
    def is_valid(self) -> Callable[[Json], bool]:
        """A payload -> whether the schema takes it (`format` is asserted).

        Raises:
            SchemaInvalid: the schema is not one.
            ReferenceNotFound: a reference in it leads nowhere.
        """
        return self.dialect.is_valid

    @property
    def tells_wide_integers(self) -> bool:
        """Whether it must be asked about integers beyond 64 bits as they are, rather than as the floats beside them."""
        return tells_wide_integers(
            self.resources.documents.values(), is_integer_a_float=self.draft.name not in ("3", "4")
        )

    def explain(self, payload: Json) -> list[ValidationError]:
        """All that jsonschema finds wrong with a payload, in no useful order."""
        return self.dialect.explain(payload)

    def refusals(self, payload: Json, most: int | None = None) -> list[Refusal]:
        """What jsonschema-rs, which decides, says of a payload; nothing where over `most` subschemas say something."""
        return self.dialect.refusals(payload, most)

    def breaches(self, payload: Json) -> Iterator[Breach]:
        """The keywords that a payload breaks, each with its place in the schema; of a valid one none."""
        return self.dialect.breaches(payload)

    def sole_refusal(self, payload: Json) -> Refusal | None:
        """What jsonschema-rs says of a payload, if that is one thing alone."""
        return self.dialect.sole_refusal(payload)

    def accepts_without(self, subschema: dict[str, Json], keyword: str) -> Callable[[Json], bool]:
        """A payload -> whether the schema would take it if one keyword of one of its subschemas were not there."""
        return self.dialect.accepts_without(subschema, keyword)

    def canonicalize(self) -> Canonical:
        """The schema merged and typed, in jsonschema-rs's canonical form."""
        return self.dialect.canonicalize()

    def contradictions(self) -> dict[str, tuple[Cause, ...]]:
        """The parts of the schema that admit no value, by JSON Pointer, each with what is to blame."""
        return self.dialect.contradictions()

    def __reduce__(self) -> tuple[Callable[[str, dict[str, Json]], Schema], tuple[str, dict[str, Json]]]:
        return _remade, (self.name, self.resources.documents)


def make_schema(document: Json, name: str, uri: str, fetch: Fetch) -> Schema:
    """Make a `Schema` of a parsed document.

    Args:
        document: the JSON of the schema.
        name: how to call it in messages.
        uri: where it came from, absolute; its own `$id` counts instead where it has one.
        fetch: gets the documents that it refers to.

    Raises:
        SchemaInvalid: its `$schema` is not known.
        SchemaTooHeavy: it leads deeper, or judges a value more often, than can be borne.
        ReferenceNotFound: a reference leads nowhere.
    """
    draft = draft_of(document, name)
    resources = collect(document, uri, fetch, draft)
    root = resources.root
    return Schema(
        name,
        document,
        root.base,
        draft,
        resources,
        Dialect(document, root.base, _known_as(resources, root), draft, name),
        depth_of(resources, name),
    )


def _remade(name: str, documents: dict[str, Json]) -> Schema:
    """The schema whose document is the first, with what it refers to."""
    uri, document = next(iter(documents.items()))
    return make_schema(document, name, uri, documents.__getitem__)


def _known_as(resources: Resources, root: Subschema) -> dict[str, Json]:
    """Every document by its URI, the root by its own `$id` where it has one."""
    others = {uri: document for uri, document in resources.documents.items() if document is not root.schema}
    return {root.base: root.schema, **others}
