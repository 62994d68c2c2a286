# SPDX-License-Identifier: Apache-2.0
"""The way back from canonical form: a body as a manifest would write it, with secrets redacted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stigmer.resources.confidential import Redacted
from stigmer.resources.fields import Field, enum_spelling, message, written_fields
from stigmer.resources.kinds import Kind
from stigmer.resources.references import short_reference
from stigmer.resources.times import display_duration


def display(kind: Kind, body: Mapping[str, Any], org: str) -> dict[str, Any]:
    """The body as a manifest in `org` writes it; the value of a secret is a `Redacted`. Keys come in the protos' order."""
    return _message(kind.message, body, org)


def _message(name: str, value: Any, org: str) -> dict[str, Any]:
    found = message(name)
    if found.secret_holder and value.get("is_secret") and "value_from" not in value:
        value = {**value, "value": Redacted(value.get("fingerprint"))}
    shown = {}
    for key, each in written_fields(name).items():
        if key in value and key != "fingerprint":
            shown[key] = _field(each, value[key], org)
    if found.reference and shown.get("org") == org:
        del shown["org"]
    return shown


def _field(each: Field, value: Any, org: str) -> Any:
    if each.map:
        return {name: _value(each, item, org) for name, item in value.items()}
    if each.repeated:
        return [_value(each, item, org) for item in value]
    return _value(each, value, org)


def _value(each: Field, value: Any, org: str) -> Any:
    if isinstance(value, Redacted):
        return value
    if each.is_reference:
        return short_reference(value, org)
    match each.type:
        case "message":
            return _message(each.message or "", value, org)
        case "enum":
            return enum_spelling(each.enum or "").get(value, value)
        case "duration":
            return display_duration(value)
        case _:
            return value
