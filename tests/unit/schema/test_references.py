"""What references name, in the spirit of the official suite's `ref`, `anchor`, `id`, `dynamicRef` and `unknownKeyword`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hookcli.errors import ReferenceNotFound
from hookcli.models import Json
from hookcli.schema.drafts import DRAFTS
from hookcli.schema.references import LATEST, Resources, Subschema, collect

ROOT = "https://x.example/root.json"
BY_NAME = {draft.name: draft for draft in DRAFTS.values()}
OLD = ("4", "6", "7")


def gathered(document: Json, draft: str = "2020-12", **others: Json) -> Resources:
    def fetch(uri: str) -> Any:
        name = uri.removeprefix("https://x.example/")
        if name not in others:
            raise ReferenceNotFound("it is not here.")
        return others[name]

    return collect(document, ROOT, fetch, BY_NAME[draft])


def title(document: Json, reference: str, draft: str = "2020-12", base: str = ROOT) -> Json:
    """The title of what a reference names."""
    found = gathered(document, draft).resolve(base, reference).schema
    return found["title"] if isinstance(found, dict) else found


HERE = {"title": "here"}


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ({"$defs": {"a": HERE}}, "#/$defs/a"),
        ({"allOf": [{}, HERE]}, "#/allOf/1"),
        ({"items": [{"oneOf": [HERE]}]}, "#/items/0/oneOf/0"),
        ({"$defs": {"a/b~c%d e": HERE}}, "#/$defs/a~1b~0c%25d%20e"),
        ({"$defs": {'a"b': HERE}}, "#/$defs/a%22b"),
        ({"$defs": {"": {"$defs": {"": HERE}}}}, "#/$defs//$defs/"),
        ({"$defs": {"é": HERE}}, "#/$defs/%C3%A9"),
        ({"$defs": {"~1": HERE}}, "#/$defs/~01"),
        ({"$defs": {"1": HERE}}, "#/$defs/1"),
        ({"properties": {"$ref": HERE}}, "#/properties/$ref"),
        ({"definitions": {"$ref": HERE}}, "#/definitions/$ref"),
        ({"definitions": {"$id": HERE}}, "#/definitions/$id"),
        ({"components": {"schemas": {"Pet": HERE}}}, "#/components/schemas/Pet"),
        ({"examples": [HERE]}, "#/examples/0"),
        ({"title": "here"}, "#"),
        ({"title": "here"}, ""),
        ({"title": "here"}, "root.json"),
        ({"title": "here"}, "root.json#"),
        ({"$id": "urn:example:root", "title": "here", "$ref": "#/$defs/a", "$defs": {"a": {}}}, "urn:example:root"),
        ({"$id": "urn:example:root", "$defs": {"a": HERE}}, "urn:example:root#/$defs/a"),
        ({"$defs": {"a": {"$anchor": "here", "title": "here"}}}, "#here"),
        ({"$defs": {"a": {"$dynamicAnchor": "here", "title": "here"}}}, "#here"),
        ({"$defs": {"a": {"$id": "a.json", "$defs": {"b": {"$anchor": "b", "title": "here"}}}}}, "a.json#b"),
        ({"$defs": {"a": {"$id": "dir/", "$defs": {"b": {"$id": "b.json", "title": "here"}}}}}, "dir/b.json"),
        ({"$ref": "#/unknown/a", "unknown": {"a": {"$id": "a.json", "title": "here"}}}, "#/unknown/a"),
    ],
)
def test_references_name_their_schema(document: Json, reference: str) -> None:
    assert title(document, reference) == "here"


@pytest.mark.parametrize(
    ("document", "reference"),
    [
        ({"enum": [{"$id": "a.json"}]}, "a.json"),
        ({"const": {"$id": "a.json"}}, "a.json"),
        ({"examples": [{"$id": "a.json"}]}, "a.json"),
        ({"default": {"$id": "a.json"}}, "a.json"),
        ({"unknown": {"$id": "a.json"}}, "a.json"),
        ({"$comment": "x", "enum": [{"$anchor": "a"}]}, "#a"),
        ({"properties": {"$id": {"const": "a.json"}, "$anchor": {"const": "a"}}}, "#a"),
        ({"$defs": {"a": {"id": "a.json"}}}, "a.json"),
        ({"$defs": {"a": {"$id": "b.json", "$anchor": "a"}}}, "#a"),
        ({"allOf": [{}, {}]}, "#/allOf/-1"),
        ({"allOf": [{}, {}]}, "#/allOf/2"),
        ({"allOf": [{}, {}]}, "#/allOf/１"),
        ({"$defs": {}}, "#/$defs/a"),
        ({"title": "x"}, "#/title/0"),
        ({}, "other.json"),
        ({}, "http://[x"),
    ],
)
def test_what_is_no_name_of_a_schema_names_nothing(document: Json, reference: str) -> None:
    with pytest.raises(ReferenceNotFound):
        gathered(document).resolve(ROOT, reference)


@pytest.mark.parametrize("draft", BY_NAME)
def test_identifiers_are_those_of_the_draft(draft: str) -> None:
    by_id = {"definitions": {"a": {"id": "a.json", "title": "here"}}}
    by_dollar_id = {"definitions": {"a": {"$id": "a.json", "title": "here"}}}
    right, wrong = (by_id, by_dollar_id) if draft == "4" else (by_dollar_id, by_id)
    assert title(right, "a.json", draft) == "here"
    with pytest.raises(ReferenceNotFound):
        title(wrong, "a.json", draft)


@pytest.mark.parametrize("draft", OLD)
def test_until_draft_7_an_identifier_with_a_fragment_is_an_anchor(draft: str) -> None:
    keyword = "id" if draft == "4" else "$id"
    document = {keyword: "dir/", "definitions": {"a": {keyword: "#a", "title": "here"}}}
    assert title(document, "#a", draft, base="https://x.example/dir/") == "here"
    with pytest.raises(ReferenceNotFound):
        title({"definitions": {"a": {"$anchor": "b"}}}, "#b", draft)


def test_until_draft_7_a_reference_hides_the_identifier_beside_it() -> None:
    document = {
        "$id": "https://x.example/base/",
        "definitions": {"a": {"$id": "https://x.example/a.json"}, "b": {"$id": "a.json", "title": "here"}},
        "allOf": [{"$id": "https://x.example/", "$ref": "a.json"}],
    }
    assert gathered(document, "7").root.inner(document["allOf"][0]).base == "https://x.example/base/"
    assert gathered(document, "2020-12").root.inner(document["allOf"][0]).base == "https://x.example/"
    assert title(document, "a.json", "7", base="https://x.example/base/") == "here"


@pytest.mark.parametrize("identifier", ["$id", "id"])
@pytest.mark.parametrize("draft", BY_NAME)
def test_a_document_is_known_by_either_identifier(draft: str, identifier: str) -> None:
    resources = gathered({identifier: "https://y.example/a.json", "title": "here"}, draft)
    assert resources.root.base == "https://y.example/a.json"
    assert resources.resolve(ROOT, "").schema["title"] == "here"


def test_a_base_counts_for_schemas_on_the_way_and_not_for_values() -> None:
    inner = {"$id": "dir/a.json", "items": {"properties": {"b": {}}}}
    document = {"$defs": {"a": inner}, "const": {"$defs": {"a": inner}}}
    resources = gathered(document)
    assert resources.resolve(ROOT, "#/$defs/a/items/properties/b").base == "https://x.example/dir/a.json"
    assert resources.resolve(ROOT, "#/const/$defs/a/items").base == ROOT


def test_an_embedded_schema_has_its_own_draft() -> None:
    inner = {"$id": "a.json", "$schema": BY_NAME["7"].uri, "definitions": {"b": {"$anchor": "b"}}}
    resources = gathered({"$defs": {"a": inner, "c": {"$schema": "https://y.example/own", "$id": "c.json"}}})
    assert resources.resolve(ROOT, "a.json#/definitions/b").draft.name == "7"
    assert resources.resolve(ROOT, "c.json").draft is LATEST
    with pytest.raises(ReferenceNotFound):
        resources.resolve(ROOT, "a.json#b")


def test_a_document_without_a_draft_has_that_of_the_first() -> None:
    others = {"a.json": {}, "b.json": {"$schema": BY_NAME["2019-09"].uri}}
    resources = gathered({"allOf": [{"$ref": "a.json"}, {"$ref": "b.json"}]}, "7", **others)
    assert [resources.resolve(ROOT, name).draft.name for name in ("a.json", "b.json")] == ["7", "2019-09"]


@pytest.mark.parametrize(
    "document",
    [
        {"properties": {"p": {"$ref": "a.json"}}},
        {"$ref": "#/components/p", "components": {"p": {"items": {"$ref": "a.json"}}}},
        {"x-hookcli": {"typical": {"allOf": [{"$ref": "a.json"}]}}},
        {"$id": "https://x.example/", "$defs": {"p": {"$ref": "a.json#/$defs/b"}}},
    ],
)
def test_documents_that_references_lead_to_are_gathered_with_theirs(document: Json) -> None:
    others = {"a.json": {"$defs": {"b": {"$ref": "b.json"}}}, "b.json": HERE}
    resources = gathered(document, **others)
    assert len(resources.documents) == 3
    assert resources.resolve(ROOT, "https://x.example/b.json").schema is HERE


@pytest.mark.parametrize("keyword", ["const", "default", "unknown", "$comment"])
def test_a_reference_in_a_value_is_none(keyword: str) -> None:
    assert len(gathered({keyword: {"$ref": "a.json"}, "enum": [{"$ref": "b.json"}]}).documents) == 1


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"properties": {"a/b": {"$ref": "a.json"}}}, f"{ROOT}#/properties/a~1b/$ref: "),
        ({"$ref": "#/pets/0", "pets": [{"not": {"$ref": "a.json"}}]}, f"{ROOT}#/pets/0/not/$ref: "),
        ({"x-hookcli": {"typical": {"$ref": "a.json"}}}, f"{ROOT}#/x-hookcli/typical/$ref: "),
    ],
)
def test_a_document_that_is_not_there_is_an_error_that_says_where(document: Json, place: str) -> None:
    with pytest.raises(ReferenceNotFound) as caught:
        gathered(document)
    assert str(caught.value) == f"{place}$ref 'a.json': it is not here."


TREE = {
    "$id": "https://x.example/tree",
    "$dynamicAnchor": "node",
    "properties": {"children": {"items": {"$dynamicRef": "#node"}}},
}


def followed(resources: Resources, one: Subschema) -> list[Json]:
    return [each.schema for targets in resources.follow(one) for each in targets]


def test_a_dynamic_reference_leads_to_the_root_that_has_its_anchor() -> None:
    strict = {"$id": "https://x.example/strict", "$dynamicAnchor": "node", "$ref": "tree", "$defs": {"t": TREE}}
    resources = gathered(strict)
    node = resources.resolve("https://x.example/tree", "#/properties/children/items")
    assert followed(resources, node) == [strict]
    assert followed(gathered(TREE), node) == [TREE]


def test_a_dynamic_reference_whose_scope_is_not_known_leads_to_all_that_have_its_anchor() -> None:
    strict = {"$id": "https://x.example/strict", "$dynamicAnchor": "node", "$ref": "tree"}
    resources = gathered({"anyOf": [{"$ref": "strict"}, {"$ref": "tree"}], "$defs": {"a": strict, "t": TREE}})
    node = resources.resolve("https://x.example/tree", "#/properties/children/items")
    assert followed(resources, node) == [TREE, strict]


@pytest.mark.parametrize("reference", ["#/$defs/a", "#plain"], ids=["a pointer", "an anchor that is not dynamic"])
def test_a_dynamic_reference_without_a_dynamic_anchor_is_a_plain_one(reference: str) -> None:
    target = {"$anchor": "plain"}
    resources = gathered({"$dynamicAnchor": "a", "$defs": {"a": target, "b": {"$dynamicRef": reference}}})
    assert followed(resources, resources.resolve(ROOT, "#/$defs/b")) == [target]


def test_a_recursive_reference_leads_to_the_root_where_that_is_recursive() -> None:
    tree = {"$id": "https://x.example/tree", "$recursiveAnchor": True, "items": {"$recursiveRef": "#"}}
    closed = {**tree, "$recursiveAnchor": False}
    make: Callable[[Json], Json] = lambda inner: {"$recursiveAnchor": True, "$ref": "tree", "$defs": {"t": inner}}  # noqa: E731
    for inner, expected in ((tree, make(tree)), (closed, closed)):
        resources = gathered(make(inner), "2019-09")
        assert followed(resources, resources.resolve("https://x.example/tree", "#/items")) == [expected]


def test_references_of_another_draft_lead_nowhere() -> None:
    document = {"$recursiveRef": "#", "items": {"$dynamicRef": "#"}}
    assert followed(gathered(document), gathered(document).root) == []
    for draft in (*OLD, "2019-09"):
        resources = gathered(document, draft)
        assert followed(resources, resources.resolve(ROOT, "#/items")) == []


def test_of_a_metaschema_there_is_nothing_to_tell() -> None:
    resources = gathered({"$ref": LATEST.uri, "properties": {"a": {"$ref": "#/$defs/nowhere"}}})
    assert len(resources.documents) == 1
    assert followed(resources, resources.root) == []
    assert ("https://x.example/root.json#/properties/a/$ref", "#/$defs/nowhere") in resources.dangling
