# SPDX-License-Identifier: Apache-2.0
"""Forms of texts: each pattern of the schemas has words, and what almost has a form is told what has it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from stigmer.manifests.mistakes.forms import form, suggestion
from stigmer.manifests.mistakes.words import WORDS
from stigmer.manifests.schema import schema_text

TOLD_APART = {"additionalProperties", "oneOf", "propertyNames", "required", "uniqueItems"}
# The keywords of JSON Schema that refuse something by themselves; a format is only a note in its 2020-12 edition.
ASSERTIONS = {
    *("type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum"),
    *(
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
    ),
    *(
        "required",
        "dependentRequired",
        "additionalProperties",
        "propertyNames",
        "oneOf",
        "contains",
        "prefixItems",
    ),
    *("unevaluatedProperties", "unevaluatedItems", "dependentSchemas", "patternProperties"),
}


def rules(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    if not isinstance(node, dict):
        return
    yield node
    for name, part in node.items():
        if name in ("properties", "$defs"):
            inner = list(part.values())
        elif name in ("allOf", "anyOf", "oneOf"):
            inner = part
        elif name in ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else"):
            inner = [part]
        else:
            continue
        for each in inner:
            yield from rules(each)


def pattern(start: str) -> str:
    """The one pattern of the schemas of which the example is an instance and this its beginning."""
    found = {each["pattern"] for each in rules(json.loads(schema_text("stigmer"))) if "pattern" in each}
    (only,) = [each for each in found if each.startswith(start)]
    return str(only)


def test_every_pattern_of_the_schemas_has_words() -> None:
    patterns = {each["pattern"] for each in rules(json.loads(schema_text("stigmer"))) if "pattern" in each}
    assert len(patterns) > 10
    assert [each for each in patterns if form(each) is None] == []


def test_every_rule_of_the_schemas_has_words() -> None:
    said = {name for each in rules(json.loads(schema_text("stigmer"))) for name in each}
    assert len(said & ASSERTIONS) > 10
    assert said & ASSERTIONS <= set(WORDS) | TOLD_APART


@pytest.mark.parametrize(
    ("start", "text", "meant"),
    [
        ("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "Support Bot", "support-bot"),
        ("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "support_bot", "support-bot"),
        ("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "-x-", "x"),
        ("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "日本", None),
        ("^(?:(?:", "Acme/Support Bot@v1", "acme/support-bot@v1"),
        ("^(?:(?:", "a/b/c", "b/c"),
        ("^(?:(?:", "@v1", None),
        ("^[A-Z_][A-Z0-9_]*$", "api-key", "API_KEY"),
        ("^[A-Z_][A-Z0-9_]*$", "1st", None),
        ("^[A-Za-z_][A-Za-z0-9_]*$", "$item", "item"),
        ("^[A-Za-z_][A-Za-z0-9_]*$", ".my item", "my_item"),
        ("^[A-Za-z0-9._-]+$", "v 1", "v-1"),
        ("^P(", "30s", "PT30S"),
        ("^P(", "1h30m", "PT1H30M"),
        ("^P(", "2d", "P2D"),
        ("^P(", "500ms", "PT0.5S"),
        ("^P(", "pt5s", "PT5S"),
        ("^P(", "P2W", "P14D"),
        ("^P(", "10", "PT10S"),
        ("^P(", "5 minutes", "PT5M"),
        ("^P(", "soon", None),
        ("^P(", "1.5h", None),
        ("^P(", "PT5S", None),
        ("^[0-9]{4}", "2030-01-31", "2030-01-31T00:00:00Z"),
        ("^[0-9]{4}", "2030-01-31 10:00", "2030-01-31T10:00:00Z"),
        ("^[0-9]{4}", "2030-01-31T10:00:00", "2030-01-31T10:00:00Z"),
        ("^[0-9]{4}", "2030-13-31", None),
        ("^[0-9]{4}", "1927584000", "2031-01-31T00:00:00Z"),
        ("^[0-9]{4}", "tomorrow", None),
        ("^(0|", "v1.2", "1.2.0"),
        ("^(0|", "1", "1.0.0"),
        ("^(0|", "latest", None),
        (r"^1\.0", "1.0", "1.0.0"),
        ("^[A-Za-z][A-Za-z0-9+.-]*:", "example.com/x", "https://example.com/x"),
        ("^[A-Za-z][A-Za-z0-9+.-]*:", "a b", None),
        ("^[A-Za-z][A-Za-z_-]*/", "Agent/Support Bot", "agent/support-bot"),
        ("^[A-Za-z][A-Za-z_-]*/", "agent", None),
        (r"^[A-Za-z_][A-Za-z0-9_]*(\.", "shop.orders.charge", "shop.orders:charge"),
    ],
)
def test_what_was_meant(start: str, text: str, meant: str | None) -> None:
    found = suggestion(pattern(start), text)
    assert found == meant
    assert found is None or re.search(pattern(start), found)
