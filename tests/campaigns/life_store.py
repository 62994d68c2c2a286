# SPDX-License-Identifier: Apache-2.0
"""A store beside its model in memory: how the one is asked and changed, and how the other is kept like it."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import orjson
from hypothesis.stateful import RuleBasedStateMachine

from stigmer.backends.contract import Batch, Operation, Put, SetSource, Stored, Version
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.backup import back_up, restore
from stigmer.errors import RefusedError
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Cause, Create, Delete, Plan, Release, Update
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.key_places import HomeKey
from stigmer.secrets.sources import Surroundings
from tests.campaigns.life_model import OURS, How, Manifest, Said, Thing, key

SOURCE = SetSource(None, "repository")
_MEMORY = Path("/dev/shm")  # where there is one, no disk is waited for


class Beside(RuleBasedStateMachine):
    """One store, one repository of manifests, and what the model knows of both."""

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="stigmer-life-", dir=_MEMORY if _MEMORY.is_dir() else None))
        (self.home / "local.db").write_bytes(_new_store())
        self.store = LocalBackend.open(self.home / "local.db", master_key=KeyFile(self.home / "master.key"))
        self.manifests: dict[Key, Manifest] = {}
        self.live: dict[Key, Thing] = {}
        self.past: dict[tuple[str, int], Thing] = {}  # by id and number of the version
        self.revision = 0
        self.owned: dict[int, dict[Key, str]] = {}  # by revision: what is ours, and its word

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.home)

    def _plan(self, how: How) -> Plan:
        by_file: dict[str, list[str]] = {}
        for each in self.manifests.values():
            by_file.setdefault(each.file, []).append(each.text)
        sources = [
            Source(f"{name}.yaml", "---\n".join(texts).encode(), "/nowhere", "/nowhere", named=True)
            for name, texts in sorted(by_file.items())
        ]
        loaded = load_sources(sources, LoadOptions())
        assert loaded.diagnostics == ()
        options = PlanOptions(
            OURS, adopt=how.adopt, source=SOURCE, prune=how.prune, heal=how.heal, force=how.force
        )
        return build_plan(loaded.manifests, self.store, options, Surroundings())

    def _refused(self, plan: Plan, before: object) -> None:
        try:
            apply_plan(plan, self.store)
        except RefusedError:
            assert self._dump() == before, "what was refused changed something"
            return
        raise AssertionError("it was not refused")

    def _as_planned(self, plan: Plan, before: dict[Key, Any]) -> bool:
        """Each change as the plan said, and everything else as it was."""
        after = self._dump()
        self._in_order(plan, before)
        left = dict(before)
        for change in plan.changes:
            match change:
                case Create() | Update():
                    stored = self.store.get([change.key])[change.key]
                    assert (stored.body, stored.digest) == (change.encoded, change.digest)
                    if isinstance(change, Update):
                        assert change.fields, "an update that changes nothing"
                        left.pop(change.renamed_from or change.key, None)
                case Delete():
                    assert change.key not in after or any(
                        each.key == change.key for each in plan.changes if each is not change
                    )
                    left.pop(change.key)
                case Release():
                    assert self.store.get([change.key])[change.key].owner is None
                    left.pop(change.key)
        settled = {each.key for each in plan.settled}
        for each, row in left.items():
            now = (
                replace(after[each], applied=row.applied, declared=row.declared)
                if each in settled
                else after[each]
            )
            assert now == row, f"{each} was not in the plan, and was touched"
        return True

    def _in_order(self, plan: Plan, before: dict[Key, Any]) -> None:
        """Nothing comes before what it refers to, or goes after it."""
        comes = {each.key: each.encoded for each in plan.changes if isinstance(each, (Create, Update))}
        goes = {each.key: before[each.key].body for each in plan.changes if isinstance(each, Delete)}
        for order in (list(comes.items()), list(reversed(goes.items()))):
            for at, (_, body) in enumerate(order):
                later = {each for each, _ in order[at + 1 :]}
                assert not later & set(_said(body).refs), "in an order that makes no sense"

    def _nothing_left(self, how: How) -> None:
        again = self._plan(replace(how, heal=False, force=False))
        assert (again.changes, again.settled, again.refusals) == ((), (), ())
        assert len(again.unchanged) == len(self.manifests)

    def _causes_are_right(self, plan: Plan) -> None:
        for change in plan.changes:
            if not isinstance(change, Update):
                continue
            thing = self.live[change.renamed_from or change.key]
            drifted = thing.declared is not None and thing.said.word != thing.declared.word
            edited = (
                thing.declared is not None and self.manifests[change.key].said.word != thing.declared.word
            )
            for each in change.fields:
                if each.path in ("spec.instructions", "spec.markdown_content"):
                    wanted = Cause.BOTH if drifted and edited else Cause.DRIFT if drifted else Cause.MANIFEST
                    assert each.cause is wanted

    def _put(self, thing: Thing, *, owner: str | None, declares: bool) -> None:
        at = self.store.get([thing.key]).get(thing.key)
        metadata: dict[str, Any] = {"name": thing.key.name, "org": "default"}
        if at is not None:
            metadata = dict(orjson.loads(at.body)["metadata"])
        metadata.pop("labels", None)
        if thing.said.labels:
            metadata["labels"] = dict(thing.said.labels)
        kind = kind_named(thing.key.kind)
        text = f"You always say {thing.said.word}."
        spec = dict(orjson.loads(at.body)["spec"]) if at is not None else {}
        spec["instructions" if thing.key.kind == "Agent" else "markdown_content"] = text
        body = encode({"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, "spec": spec})
        references = (Key("Organization", "", "default"), *thing.said.refs)
        put = Put(
            thing.key,
            None if at is None else at.id,
            0 if at is None else at.revision,
            body,
            digest(body),
            references,
        )
        self.store.apply(Batch((put,), owner=owner, declares=declares))
        self._becomes({**self.live, thing.key: thing})

    def _own(self, version: Version) -> list[Version]:
        """The history of the resource that a version is of."""
        return [each for each in self.store.versions(version.key) if each.resource_id == version.resource_id]

    def _deleted_outside(self) -> set[Key]:
        """What somebody deleted last that is no apply; the store is asked, since it may have been renamed and come back before."""
        last = {
            each: next(iter(self.store.versions(each)), None)
            for each in self.manifests.keys() - self.live.keys()
        }
        return {
            each
            for each, version in last.items()
            if version is not None and version.operation is Operation.DELETED and not version.declares
        }

    def _becomes(self, live: dict[Key, Thing]) -> None:
        self.live = dict(live)
        self._remember()

    def _learn(self) -> None:
        """Takes the store's word for it, where the model does not know better."""
        self.live = {
            each: thing_of(stored)
            for each, stored in self.store.get(self.store.snapshot().heads).items()
            if each.kind != "Organization"
        }
        self._remember()

    def _remember(self) -> None:
        for each, stored in self.store.get(self.live).items():
            self.past[stored.id, stored.version] = self.live[each]

    def _owned(self) -> dict[Key, str]:
        return {each.key: each.said.word for each in self.live.values() if each.owner == OURS}

    def move_house(self) -> None:
        """A backup is made, and from then on its restoration is the store."""
        old, new = self.home, self.home.with_name(f"{self.home.name}-{self.revision}")
        back_up(old / "local.db", KeyFile(old / "master.key"), old / "backup", _no_passphrase)
        restore(
            old / "backup", new / "local.db", HomeKey(new / "master.key", ""), _no_passphrase, replace=False
        )
        self.teardown()
        self.home = new
        self.store = LocalBackend.open(new / "local.db", master_key=KeyFile(new / "master.key"))

    def _dump(self) -> dict[Key, Any]:
        return {each: self._row(each) for each in self.store.snapshot().heads}

    def _row(self, of: Key) -> Any:
        return self.store.get([of]).get(of)


@cache
def _new_store() -> bytes:
    """An empty store; to copy it takes a tenth of the time that making one takes."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home, "local.db")
        LocalBackend.open(path, master_key=KeyFile(Path(home, "master.key")), create=True).close()
        return path.read_bytes()


def _no_passphrase() -> Secret:
    raise AssertionError("there is no key, so that nothing has to be asked for")


def thing_of(stored: Stored) -> Thing:
    applied = stored.applied or stored.body
    return Thing(
        stored.key,
        _said(stored.body),
        stored.owner,
        _said(applied) if stored.declared else None,
        stored.protected,
        orjson.loads(applied)["metadata"]["name"] if stored.declared else None,
    )


def _said(body: bytes) -> Said:
    """What a canonical body says."""
    found = orjson.loads(body)
    metadata, spec = found["metadata"], found["spec"]
    text = spec.get("instructions") or spec.get("markdown_content")
    deletion = metadata.get("lifecycle", {}).get("deletion")
    return Said(
        text.removeprefix("You always say ").removesuffix("."),
        tuple(sorted(key("Skill", each["name"]) for each in spec.get("skill_refs", ()))),
        tuple(sorted(metadata.get("labels", {}).items())),
        None if deletion is None else deletion.removeprefix("DELETION_").lower(),
    )
