# SPDX-License-Identifier: Apache-2.0
"""The kinds: what the registry that is generated from the protos says of each, and how people name them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from stigmer._gen.registry import KINDS
from stigmer.errors import UsageError

API_DOMAIN = "stigmer.ai"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resource.

    `name` is what a manifest says (`AgentInstance`), `singular` and `plural` what commands say (`agent_instance`), `message`,
    `spec` and `status` are full names of messages in the registry; `status` is None where a kind has none.
    """

    name: str
    number: int
    group: str
    api_version: str
    singular: str
    plural: str
    table: str
    id_prefix: str
    is_global: bool
    made_by: tuple[str, ...]
    executed: bool
    message: str
    spec: str
    status: str | None
    description: str

    @property
    def declarable(self) -> bool:
        """Whether a manifest may declare it."""
        return "manifest" in self.made_by

    @property
    def slug(self) -> str:
        """How text names it in `kind/name`: the singular with hyphens."""
        return self.singular.replace("_", "-")


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, by enum number."""
    return tuple(
        Kind(
            name=entry["name"],
            number=entry["number"],
            group=entry["group"],
            api_version=entry["api_version"],
            singular=entry["singular"],
            plural=entry["plural"],
            table=entry["table"],
            id_prefix=entry["id_prefix"],
            is_global=entry["scope"] == "global",
            made_by=tuple(entry["made_by"]),
            executed=entry.get("executed", False),
            message=entry["message"],
            spec=entry["spec"],
            status=entry.get("status"),
            description=entry["description"],
        )
        for entry in KINDS
    )


@cache
def kinds_by_name() -> dict[str, Kind]:
    """Every kind by the name that manifests write."""
    return {kind.name: kind for kind in kinds()}


def kind_named(name: str) -> Kind:
    """The kind with this manifest name; KeyError where there is none."""
    return kinds_by_name()[name]


@cache
def _spellings() -> dict[str, Kind]:
    return {
        _folded(spelling): kind
        for kind in kinds()
        for spelling in (kind.name, kind.singular, kind.plural, kind.id_prefix)
    }


def _folded(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "")


def find_kind(text: str) -> Kind | None:
    """The kind that a person means by its name, singular, plural or id prefix, in any case, with `-`, `_` or neither."""
    return _spellings().get(_folded(text))


def parse_kind(text: str) -> Kind:
    """As `find_kind`. Raises UsageError, with the nearest kind, for a word that names none."""
    kind = find_kind(text)
    if kind is None:
        near = nearest(
            text, [spelling for kind in kinds() for spelling in (kind.name, kind.singular, kind.plural)]
        )
        raise UsageError(
            "usage.kind",
            f"'{text}' is not a kind",
            hint=f"did you mean {near}?"
            if near
            else "kinds: " + ", ".join(kind.singular for kind in kinds()),
        )
    return kind


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate that looks most like the word, or None where none does."""
    by_fold = {candidate.lower(): candidate for candidate in candidates}
    found = difflib.get_close_matches(word.lower(), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None
