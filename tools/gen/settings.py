# SPDX-License-Identifier: Apache-2.0
"""`schemas/project.json` and `schemas/config.json`: the two files of settings, as their models have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jsonschema
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from stigmer.cli.settings_models import Config, Policy, Project
from tools.gen.model import Model
from tools.gen.schema import BASE, DIALECT

_FILES: tuple[tuple[str, str, type[BaseModel]], ...] = (
    ("project", "stigmer.yaml", Project),
    ("config", "config.yaml", Config),
)


class _Plain(GenerateJsonSchema):
    """Titles that only repeat the name of a setting are left out."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def settings_files(model: Model) -> Mapping[str, str]:
    """The schemas by path in the checkout."""
    files = {}
    for name, title, settings in _FILES:
        schema = settings.model_json_schema(schema_generator=_Plain)
        if Policy.__name__ in schema.get("$defs", {}):
            # The model asks the registry, which at this moment may still be that of other protos.
            names = [kind.name for kind in model.kinds if kind.declarable]
            schema["$defs"][Policy.__name__]["properties"]["kinds"]["anyOf"][0]["items"]["enum"] = names
        head = {"$schema": DIALECT, "$id": f"{BASE}{name}.json", "title": title}
        whole = head | {key: _told(value) for key, value in schema.items() if key != "title"}
        jsonschema.Draft202012Validator.check_schema(whole)
        files[f"schemas/{name}.json"] = json.dumps(whole, indent=2, ensure_ascii=False) + "\n"
    return files


def _told(schema: Any) -> Any:
    """The same without defaults that say nothing: those of settings that hold nothing, or a map of settings."""
    if isinstance(schema, list):
        return [_told(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _told(each) for name, each in value.items()} if key == "properties" else _told(value)
        for key, value in schema.items()
        if not (key == "default" and (value is None or isinstance(value, dict)))
    }
