# SPDX-License-Identifier: Apache-2.0
"""How a scalar is best spelled: without quotes where nobody needs them, in quotes where some reader would take it for something else,
and otherwise as its author chose."""

from __future__ import annotations

import re

import yaml.resolver
from yaml.nodes import ScalarNode

from stigmer.manifests.formatting.written import Scalar
from stigmer.manifests.render import quoted
from stigmer.manifests.yaml_values import TEXT, resolved

# Words that are plain text to every reader and to every person; in flow style a comma ends them.
_PLAIN = re.compile(r"[^\W\d](?:[\w./@+()-]| (?=[\w(]))*", re.ASCII)
_YAML_1_1 = yaml.resolver.Resolver.yaml_implicit_resolvers
_NUMBERS_APART = frozenset("yYnN")  # YAML 1.1 has them for booleans, which PyYAML leaves out


def on_one_line(scalar: Scalar, *, flow: bool) -> str:
    """The scalar, its anchor and tag before it, on one line."""
    text = _spelled(scalar)
    if flow and not text:
        text = "null"
    return f"{scalar.properties} {text}".rstrip() if scalar.properties else text


def _spelled(scalar: Scalar) -> str:
    value, folded = scalar.value, "\n" in scalar.text
    if scalar.style == "":
        if "!" in scalar.properties or not _is_text(value) or not value:
            return scalar.text
        if _is_misread(value):
            return _in_quotes(value)
        return scalar.text if not folded else value if _PLAIN.fullmatch(value) else _in_quotes(value)
    if (
        "!" not in scalar.properties
        and _PLAIN.fullmatch(value)
        and _is_text(value)
        and not _is_misread(value)
    ):
        return value
    return scalar.text if scalar.style == _quotes(value) and not folded else _in_quotes(value)


def _in_quotes(value: str) -> str:
    return quoted(value) if _quotes(value) == '"' else "'" + value.replace("'", "''") + "'"


def _is_text(plain: str) -> bool:
    """Whether a plain scalar, written so, is a string."""
    return resolved(ScalarNode, plain, (True, False)) is TEXT


def _is_misread(value: str) -> bool:
    """Whether a reader of YAML 1.1, of which there are many, takes a string without quotes for something else."""
    if value in _NUMBERS_APART:
        return True
    candidates = _YAML_1_1.get(value[:1], []) + _YAML_1_1.get(None, [])
    return any(pattern.match(value) for _, pattern in candidates)


def _quotes(value: str) -> str:
    """The quotes that spare the most escapes, double ones where there is no difference."""
    spared = value.count('"') + value.count("\\") > value.count("'")
    return "'" if spared and value.isprintable() else '"'
