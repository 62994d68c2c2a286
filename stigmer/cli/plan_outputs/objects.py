# SPDX-License-Identifier: Apache-2.0
"""A plan as the object of the JSON output, and any such object as YAML."""

from __future__ import annotations

from typing import Any

import orjson

from stigmer.cli.console import json_text
from stigmer.cli.plan_json import plan_json
from stigmer.cli.plan_outputs.told import Told
from stigmer.manifests.render import to_yaml


def plan_object(told: Told) -> dict[str, Any]:
    """The plan with all that is told of it."""
    found = plan_json(
        told.plan, told.diagnostics, show_unchanged=told.show_unchanged, meanings=told.by_danger
    )
    target = {} if told.target is None else {"target": told.target}
    return {"format_version": found["format_version"], "kind": found["kind"], **target, **found}


def as_yaml(value: Any) -> str:
    """An object of the JSON output as YAML; by way of JSON, which knows what stands for a secret."""
    return to_yaml(orjson.loads(json_text(value)))
