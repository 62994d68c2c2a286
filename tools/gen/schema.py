# SPDX-License-Identifier: Apache-2.0
"""JSON Schema 2020-12 of what a person may write: one self-contained file a kind, and one for any kind.

Fields that the system makes are left out, so a manifest that has one is refused as for an unknown field.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema

from tools.gen import schema_rules as rules
from tools.gen.annotations import (
    enum_annotations,
    examples,
    field_annotations,
    message_annotations,
    snippet,
)
from tools.gen.model import METADATA, REFERENCE, Field, Group, Kind, Message, Model, ProtoError
from tools.gen.schema_rules import Schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BASE = "https://stigmer.ai/schemas/v1/"
# The envelope keeps the spelling that people know from Kubernetes; all other fields are as in the protos.
_ENVELOPE = {"api_version": "apiVersion"}
_SOPS = "What `sops` wrote into a file of which it encrypted values. It is never written by hand."
# The metadata of a kind that lives in no organization.
_GLOBAL_METADATA = "GlobalMetadata"


def schema_files(model: Model) -> Mapping[str, str]:
    """The schemas by path in the checkout. Raises ProtoError."""
    writer = _Writer(model)
    kinds = [kind for kind in model.kinds if kind.declarable]
    schemas = {f"schemas/{kind.singular}.json": writer.kind_file(kind) for kind in kinds}
    schemas["schemas/stigmer.json"] = writer.any_kind_file(kinds)
    for schema in schemas.values():
        jsonschema.Draft202012Validator.check_schema(schema)
    return {path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for path, schema in schemas.items()}


class _Writer:
    """Writes the schemas of one model."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._short: dict[str, str] = {}

    def kind_file(self, kind: Kind) -> Schema:
        """The schema of one kind."""
        head = {"$schema": DIALECT, "$id": f"{BASE}{kind.singular}.json", "title": kind.name}
        return head | self._resource(kind) | {"$defs": self._definitions([kind])}

    def any_kind_file(self, kinds: list[Kind]) -> Schema:
        """The schema of a manifest of whatever kind it says it is."""
        names = [kind.name for kind in kinds]
        choices = [
            {
                "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind.name}"},
            }
            for kind in kinds
        ]
        resources = {kind.name: self._resource(kind) for kind in kinds}
        return {
            "$schema": DIALECT,
            "$id": f"{BASE}stigmer.json",
            "title": "Stigmer manifest",
            "description": "A manifest of any kind; `kind` says which.",
            "type": "object",
            "properties": {
                "apiVersion": {"enum": sorted({kind.api_version for kind in kinds})},
                "kind": {"enum": names},
                "metadata": {"description": "What the resource is called and how it is to be handled."},
                "spec": {"description": "What it is; the fields are those of its kind."},
            },
            "required": ["apiVersion", "kind"],
            "defaultSnippets": [snippet(kind) for kind in kinds],
            "allOf": choices,
            "$defs": dict(sorted((resources | self._definitions(kinds)).items())),
        }

    def _resource(self, kind: Kind) -> Schema:
        constants = {"api_version": kind.api_version, "kind": kind.name}
        properties: Schema = {}
        required: list[str] = []
        for field in self._written(self._model.message(kind.message), kind):
            name = _ENVELOPE.get(field.name, field.name)
            if field.name in constants:
                properties[name] = {"description": field.comment, "const": constants[field.name]}
            elif field.message == METADATA and kind.scope == "global":
                properties[name] = {"description": field.comment, "$ref": f"#/$defs/{_GLOBAL_METADATA}"}
            else:
                properties[name] = self._field(field)
            if field.required or field.name in constants:
                required.append(name)
        held = self._model.reachable(*self._roots(kind), system=False)
        if any(message.options.get("secret_holder") for message in held):
            # No field of ours: reading takes it out before it checks. An editor has only the file as it stands.
            properties["sops"] = {"description": _SOPS, "type": "object"}
        return {"description": kind.comment} | _object(properties, required)

    def _definitions(self, kinds: Iterable[Kind]) -> Schema:
        definitions: Schema = {}
        for kind in kinds:
            for message in self._model.reachable(*self._roots(kind), system=False):
                if message.full_name == REFERENCE:
                    continue
                written = self._name(message)
                if message.full_name == METADATA and kind.scope == "global":
                    written = _GLOBAL_METADATA
                definitions[written] = self._message(message, kind)
        return dict(sorted(definitions.items()))

    def _roots(self, kind: Kind) -> Iterator[str]:
        for field in self._written(self._model.message(kind.message), kind):
            if field.message:
                yield field.message

    def _written(self, message: Message, kind: Kind) -> Iterator[Field]:
        """The fields of a message that a manifest of the kind may have."""
        for field in message.fields:
            is_status = message.full_name == kind.message and field.name == "status"
            has_no_org = message.full_name == METADATA and field.name == "org" and kind.scope == "global"
            if not (field.system or is_status or has_no_org):
                yield field

    def _message(self, message: Message, kind: Kind) -> Schema:
        fields = list(self._written(message, kind))
        names = {field.name for field in fields}
        properties = {field.name: self._field(field) for field in fields}
        schema = message_annotations(message) | _object(
            properties, [field.name for field in fields if field.required]
        )
        groups = [
            rules.group_schema(Group(tuple(n for n in g.fields if n in names), g.required))
            for g in message.groups
        ]
        match groups:
            case []:
                return schema
            case [only]:
                return schema | only
            case _:
                return schema | {"allOf": groups}

    def _field(self, field: Field) -> Schema:
        schema = field_annotations(field, self._model)
        if field.repeated:
            item = self._value(field, field.rules.get("repeated", {}).get("items", {})) | examples(field)
            return schema | rules.list_schema(item, field.rules, bool(field.options.get("set")))
        if field.map:
            value = self._value(field, field.rules.get("map", {}).get("values", {}))
            return schema | rules.map_schema(value, field.rules) | examples(field)
        return schema | self._value(field, field.rules) | examples(field)

    def _value(self, field: Field, rule: Mapping[str, Any]) -> Schema:
        """One value of the field's type: the field's own, an item of the list or a value of the map."""
        references: list[str] = list(field.options.get("reference", ()))
        match field.type:
            case "message" if field.is_reference:
                return rules.reference_schema(self._model.message(REFERENCE), references)
            case "message":
                return {"$ref": f"#/$defs/{self._name(self._model.message(field.message or ''))}"}
            case "string":
                text = rules.text_file_schema if field.options.get("text_file") else rules.string_schema
                return text(rule) | ({"x-references": references} if references else {})
            case "enum":
                enum = self._model.enums[field.enum or ""]
                aliases = [alias for value in enum.values for alias in value.aliases]
                return {"enum": [value.spelling for value in enum.values] + aliases} | enum_annotations(enum)
            case "bytes":
                raise ProtoError(f"{field.name}: a manifest has no way to write bytes")
            case _:
                return rules.plain_schema(field.type, field.proto_type, rule)

    def _name(self, message: Message) -> str:
        """The message's key in `$defs`: its full name where another message has the short one already."""
        if self._short.setdefault(message.short_name, message.full_name) == message.full_name:
            return message.short_name
        return message.full_name


def _object(properties: Schema, required: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    if required:
        schema["required"] = required
    return schema | {"additionalProperties": False}
