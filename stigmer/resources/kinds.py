# SPDX-License-Identifier: Apache-2.0
"""The kinds: what the registry that is generated from the protos says of each, and how people name them."""

from __future__ import annotations

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

    @property
    def plural_slug(self) -> str:
        """How text names all of them: the plural with hyphens."""
        return self.plural.replace("_", "-")


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
        near = nearest(text, [word for each in kinds() for word in (each.name, each.slug, each.plural_slug)])
        hint = f"did you mean {near}?" if near else "kinds: " + ", ".join(each.slug for each in kinds())
        raise UsageError("usage.kind", f"'{text}' is not a kind", hint=hint)
    return kind


def require_declarable(kind: Kind) -> None:
    """Raises UsageError for a kind that manifests may not declare."""
    if not kind.declarable:
        raise UsageError(
            "usage.kind",
            f"{kind.name} is made by the system alone, so it has no manifests",
            hint=f"stigmer explain {kind.slug} says what it is",
        )


def nearest(word: str, candidates: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """The candidate that looks most like the word, None where none does: 1 is the same but for capitals, 0 has no letter of it."""
    from rapidfuzz.distance import Indel  # only where something is wrong
    from rapidfuzz.process import extractOne

    by_fold = {candidate.lower(): candidate for candidate in candidates}
    found = extractOne(word.lower(), list(by_fold), scorer=Indel.normalized_similarity, score_cutoff=cutoff)
    return by_fold[found[0]] if found else None
