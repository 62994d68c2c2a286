# SPDX-License-Identifier: Apache-2.0
"""A document against the JSON Schema of its kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson

from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path

if TYPE_CHECKING:
    from stigmer.manifests.mistakes.violation import Violation


def schema_text(name: str) -> bytes:
    """The schema of a kind by its singular name, or of any kind by `stigmer`, as JSON."""
    return (_directory() / f"{name}.json").read_bytes()


@cache
def _directory() -> FilePath:
    """A wheel carries the schemas inside the package; a checkout has them beside it."""
    # By path: `importlib.resources` takes longer to import than a schema to read.
    package = FilePath(__file__).parent.parent
    inside = package / "schemas"
    return inside if inside.is_dir() else package.parent / "schemas"


def check(
    kind: Kind,
    document: dict[str, Any],
    written: Callable[[Path], str | None] = lambda path: None,
    most: int = 1000,
) -> list[Violation]:
    """What the kind's schema refuses in a document, at most so much of it; none where it is valid.

    `written` gives the text of a scalar as it stands in the source, from which a hint can be made: `1.10` is not 1.1.
    """
    checker = _checker(kind.singular)
    if checker.validator.is_valid(document):
        return []
    from stigmer.manifests.mistakes.beginning import beginning  # only where something is wrong
    from stigmer.manifests.mistakes.refusals import violations
    from stigmer.manifests.mistakes.violation import Checked

    checked = Checked(kind, checker.schema, document, written)
    # It looks for all mistakes before it tells the first.
    told = checker.validator.iter_errors(beginning(document, checked.fields, checker.validator.is_valid))
    return violations(told, checked, most)


@dataclass(frozen=True, slots=True)
class _Checker:
    schema: Any
    validator: Any


@cache
def _checker(name: str) -> _Checker:
    schema = orjson.loads(schema_text(name))
    return _Checker(schema, jsonschema_rs.validator_for(schema))
