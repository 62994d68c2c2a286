# SPDX-License-Identifier: Apache-2.0
"""The model of reconciling, in memory: what is live, what somebody declared, and what applying manifests is to make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any

from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named

OURS, THEIRS = "shop", "crm"
Live = Mapping[Key, "Thing"]


def key(kind: str, name: str) -> Key:
    """The key of a resource in the one organization there is here."""
    return Key(kind, "default", name)


@dataclass(frozen=True)
class Said:
    """What a manifest says of a resource. `labels` are sorted pairs; `deletion` is one of `lifecycle.deletion` or None."""

    word: str = "one"
    refs: tuple[Key, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    deletion: str | None = None


@dataclass(frozen=True)
class Manifest:
    """A manifest: whose, what it says, the name it had, and the file it is in."""

    key: Key
    said: Said
    renamed_from: str | None = None
    file: str = "a"

    @property
    def former(self) -> Key | None:
        """The key it had."""
        return None if self.renamed_from is None else self.key._replace(name=self.renamed_from)

    @property
    def text(self) -> str:
        """The manifest as YAML."""
        field = "instructions" if self.key.kind == "Agent" else "markdown_content"
        lines = [
            f"apiVersion: {kind_named(self.key.kind).api_version}",
            f"kind: {self.key.kind}",
            "metadata:",
            f"  name: {self.key.name}",
        ]
        if self.said.labels:
            lines += ["  labels:", *(f"    {name}: {value}" for name, value in self.said.labels)]
        if self.renamed_from is not None:
            lines.append(f"  renamed_from: {self.renamed_from}")
        if self.said.deletion is not None:
            lines.append(f"  lifecycle: {{deletion: {self.said.deletion}}}")
        lines += ["spec:", f"  {field}: You always say {self.said.word}."]
        if self.said.refs:
            lines.append(f"  skill_refs: [{', '.join(ref.name for ref in self.said.refs)}]")
        return "\n".join([*lines, ""])


@dataclass(frozen=True)
class Thing:
    """A resource that is live. `declared` is what its last manifest said, None where there never was one; `called` is the name
    that it had in it, which is another where a rollback of its set gave it back an older one."""

    key: Key
    said: Said
    owner: str | None
    declared: Said | None
    protected: bool = False
    called: str | None = None

    def as_it_was(self, then: Thing) -> Thing:
        """As a rollback makes it: what it said comes back whole, and what was last declared stays."""
        said = then.said
        return replace(
            self, said=said, protected=_protected(said, self) if said != self.said else self.protected
        )


def _protected(said: Said, at: Thing | None) -> bool:
    """Whether a resource is protected once it says this: as it was, where it says nothing."""
    return said.deletion == "protect" if said.deletion is not None else at is not None and at.protected


@dataclass(frozen=True)
class How:
    """How manifests are applied."""

    prune: bool = False
    adopt: bool = False
    heal: bool = True
    force: bool = False


@dataclass
class Applying:
    """What applying the manifests would make of what is live, and every reason against it. `deleted` are keys that were taken
    away by hand."""

    manifests: Mapping[Key, Manifest]
    live: Live
    how: How
    deleted: Set[Key] = frozenset()
    after: dict[Key, Thing] = field(default_factory=dict)
    against: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.after = dict(self.live)
        from_key = {each.key: self._live_key(each) for each in self.manifests.values()}
        if len(set(from_key.values())) < len(from_key):
            self.against.add("rename.taken")
        moved = {old for new, old in from_key.items() if old != new}
        for old in moved:
            self.after.pop(old)
        for manifest in self.manifests.values():
            self._put(manifest, self.live.get(from_key[manifest.key]))
        outside = [each for each in self.live.values() if each.key not in set(from_key.values())]
        if self.how.prune:
            self._prune([each for each in outside if each.owner == OURS])
        if any(ref in moved for each in outside if each.key in self.after for ref in each.said.refs):
            self.against.add("rename.referenced")
        known = {*self.manifests, *self.live} - moved
        if any(ref not in known for each in self.manifests.values() for ref in each.said.refs):
            self.against.add("reference.missing")

    def _live_key(self, manifest: Manifest) -> Key:
        former = manifest.former
        is_former = former is not None and former in self.live and manifest.key not in self.live
        return former if former is not None and is_former else manifest.key

    def _put(self, manifest: Manifest, at: Thing | None) -> None:
        said, labels = manifest.said, dict(manifest.said.labels)
        if at is None and manifest.key in self.deleted and not self.how.heal:
            self.against.add("plan.drift")
        if at is not None:
            if at.owner not in (None, OURS) and not self.how.adopt:
                self.against.add("set.owned")
            self.against |= set(self._clashes(at, manifest))
            declared = dict(at.declared.labels) if at.declared is not None else {}
            foreign = {name: value for name, value in at.said.labels if name not in declared}
            labels = foreign | labels
        live = replace(said, labels=tuple(sorted(labels.items())))
        self.after[manifest.key] = Thing(
            manifest.key, live, OURS, said, _protected(said, at), manifest.key.name
        )

    def _clashes(self, at: Thing, manifest: Manifest) -> Iterator[str]:
        """What both sides changed, or one of them behind the other's back."""
        if at.declared is None:
            return
        said = manifest.said
        ours, theirs, base = dict(said.labels), dict(at.said.labels), dict(at.declared.labels)
        sides: list[tuple[Any, Any, Any]] = [
            (manifest.key.name, at.key.name, at.called),
            (said.word, at.said.word, at.declared.word),
            (said.refs, at.said.refs, at.declared.refs),
            (said.deletion, at.said.deletion, at.declared.deletion),
        ]
        for name in {*ours, *base}:
            sides.append((ours.get(name, ""), theirs.get(name, ""), base.get(name, "")))
        for mine, live, declared in sides:
            if live in (mine, declared):
                continue
            if mine != declared and not self.how.force:
                yield "plan.conflict"
            if mine == declared and not self.how.heal:
                yield "plan.drift"

    def _prune(self, gone: list[Thing]) -> None:
        if not gone:
            return
        released = {each.key for each in gone if each.said.deletion == "orphan"}
        deleted = {each.key for each in gone} - released
        for each in gone:
            if each.key in released:
                self.after[each.key] = replace(each, owner=None)
            else:
                del self.after[each.key]
        owned = sum(each.owner == OURS for each in self.live.values())
        if not self.manifests:
            self.against.add("prune.empty")
        elif len(deleted) > max(3, owned * 30 // 100):
            self.against.add("prune.guard")
        if any(each.protected for each in gone if each.key in deleted):
            self.against.add("delete.protected")
        if any(ref in deleted for each in self.after.values() for ref in each.said.refs):
            self.against.add("delete.referenced")
