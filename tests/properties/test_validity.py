# SPDX-License-Identifier: Apache-2.0
"""Three readers of one source agree on what is valid: `jsonschema`, `jsonschema-rs` and protobuf.

The first two read the generated schema, the third the canonical form. Where they are known to differ, a table below says why.
"""

from __future__ import annotations

import importlib
import pkgutil
from copy import deepcopy
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import orjson
import pytest
from google.protobuf import descriptor_pool, json_format, message_factory
from hypothesis import assume, event, given
from hypothesis import strategies as st

import stigmer._gen
from stigmer.manifests import schema
from stigmer.resources.kinds import Kind, kind_named
from tests.properties.mutations import Mutation, mutations
from tests.properties.places import Place, at, places
from tests.properties.reading import read
from tests.properties.strategies import DECLARABLE, documents

PYTHON_ACCEPTS = {
    "newline at the end": "`$` of Python's `re` also stands before a newline that ends the text; jsonschema-rs and ECMA 262 differ",
}
PROTOBUF_ACCEPTS = {
    "required field dropped": "proto3 knows no required fields; ours are an option",
    "null": "protobuf's JSON mapping takes null for a field that is not there (not so in a map)",
    "number as text": "protobuf's JSON mapping reads numbers in quotes",
    "too short": "lengths are an option of ours",
    "against the pattern": "patterns are an option of ours",
    "newline at the end": "patterns are an option of ours",
    "twice in a set": "sets are an option of ours",
}
PROTOBUF_DEPENDS = {
    "out of range": "ranges are an option of ours, but what the type itself cannot hold is refused",
    "two of one": "a group that shares a field with another cannot be a `oneof`, so it is an option of ours",
}

# What protobuf's JSON mapping parses itself, by a grammar of its own: some of what our patterns refuse it refuses, not all.
PROTOBUF_PARSES = ("timestamp", "duration")

kinds = pytest.mark.parametrize("kind", DECLARABLE, ids=lambda kind: kind.singular)


@cache
def oracle(name: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(orjson.loads(schema.schema_text(name)))


@cache
def compiled(name: str) -> Any:
    return jsonschema_rs.validator_for(orjson.loads(schema.schema_text(name)))


@cache
def message_class(name: str) -> Any:
    """The message with this name; every generated module is imported, since that is what declares them."""
    for found in pkgutil.walk_packages(stigmer._gen.__path__, "stigmer._gen."):
        if found.name.endswith("_pb2"):
            importlib.import_module(found.name)
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(name))


def protobuf_accepts(kind: Kind, body: Any) -> bool:
    try:
        json_format.ParseDict(body, message_class(kind.message)())
    except json_format.ParseError:
        return False
    return True


@kinds
@given(st.data())
def test_all_accept_what_is_valid(kind: Kind, data: st.DataObject) -> None:
    drawn = data.draw(documents(kind))
    for key, document in drawn.documents.items():
        singular = kind_named(key.kind).singular
        for name in (singular, "stigmer"):
            assert oracle(name).is_valid(document)
            assert compiled(name).is_valid(document)
        assert schema.check(kind_named(key.kind), document) == []
    for manifest in read(drawn):
        assert protobuf_accepts(manifest.resource.kind, manifest.resource.body)


@kinds
@given(st.data())
def test_all_refuse_what_is_not(kind: Kind, data: st.DataObject) -> None:
    drawn = data.draw(documents(kind))
    (document,) = drawn.documents.values()
    found = [
        (place, mutation)
        for place in places(kind, document)
        for mutation in mutations(place, at(document, place.path))
    ]
    names = sorted({mutation.name for _, mutation in found})
    name = data.draw(st.sampled_from(names))
    place, mutation = data.draw(st.sampled_from([each for each in found if each[1].name == name]))
    event(name)

    mutated = deepcopy(document)
    mutation.on(mutated)
    for schema_name in (kind.singular, "stigmer"):
        assert not compiled(schema_name).is_valid(mutated)
        assert oracle(schema_name).is_valid(mutated) == (name in PYTHON_ACCEPTS)
    if mutation.path[:1] not in {("kind",), ("apiVersion",)}:
        assert schema.check(kind, mutated)

    assume(has_place(kind, document, place))
    (manifest,) = read(drawn)
    body: Any = deepcopy(manifest.resource.body)
    mutation.on(body)
    expected = name in PROTOBUF_ACCEPTS
    if place.field.type in PROTOBUF_PARSES and name in ("against the pattern", "newline at the end"):
        return
    if name not in PROTOBUF_DEPENDS and not (name == "null" and place.holder is None):
        assert protobuf_accepts(kind, body) == expected
    elif name == "two of one" and is_oneof(place, mutation):
        assert not protobuf_accepts(kind, body)


def has_place(kind: Kind, document: Any, place: Place) -> bool:
    """Whether the canonical form has the place too: references, secrets and texts from files look different there.

    So do the items of a set, which are sorted there, and of which two spellings of one become one.
    """
    above = [each for each in places(kind, document) if each.path == place.path[: len(each.path)]]
    turned = [each for each in above if each.field.is_reference or each.field.file_of or is_in_set(each)]
    held = [each.message for each in above if each.message is not None]
    return not turned and not any(about.secret_holder or about.reference for about in held)


def is_in_set(place: Place) -> bool:
    return place.field.set and isinstance(place.path[-1], int)


def is_oneof(place: Place, mutation: Mutation) -> bool:
    """Whether the field that a mutation adds shares a `oneof` of the proto with one that was there."""
    assert place.message is not None
    descriptor = message_class(place.message.name).DESCRIPTOR
    group = descriptor.fields_by_name[mutation.path[-1]].containing_oneof
    names = {field.name for field in group.fields} if group is not None else set()
    return len(names) > 1
