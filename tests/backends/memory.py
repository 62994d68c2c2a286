# SPDX-License-Identifier: Apache-2.0
"""The model of a backend: the contract in plain dicts. Where a real backend does something else, one of the two is wrong."""

from __future__ import annotations

import hmac
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from stigmer.backends.contract import (
    Batch,
    BatchOperation,
    Committed,
    Delete,
    Head,
    Hit,
    Operation,
    Outcome,
    Put,
    Release,
    SetRecord,
    Settle,
    Snapshot,
    Stored,
    StoreInfo,
    Version,
)
from stigmer.backends.history import HISTORY_KIND, version_resource
from stigmer.errors import Diagnostic, RefusedError, Severity
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key, new_id
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode, label
from tests.backends.memory_contexts import MemoryContexts, Open

DEFAULT = Key("Organization", "", "default")


@dataclass(slots=True)
class MemoryStore:
    """What several handles share."""

    id: str = field(default_factory=lambda: new_id("sto"))
    key: bytes = field(default_factory=lambda: os.urandom(32))
    revision: int = 0
    resources: dict[Key, Stored] = field(default_factory=dict)
    puts: dict[str, Put] = field(default_factory=dict)  # by id: what was last put
    declared: dict[str, tuple[int, bytes]] = field(
        default_factory=dict
    )  # by id: which version was declared, and as what
    sets: dict[str, SetRecord] = field(default_factory=dict)
    history: list[Version] = field(default_factory=list)
    secrets: dict[tuple[str, str, str], Secret] = field(default_factory=dict)  # by id, path and fingerprint
    contexts: dict[str, Open] = field(default_factory=dict)  # by the execution's id

    def __post_init__(self) -> None:
        body = encode(
            {"apiVersion": "tenancy.stigmer.ai/v1", "kind": "Organization", "metadata": {"name": "default"}}
        )
        put = Put(DEFAULT, None, 0, body, digest(body), protected=True)
        self.write(put, Batch((put,), declares=False), 0)

    def write(self, put: Put, batch: Batch, revision: int) -> Outcome:
        """Puts a resource that may be put."""
        old = next((each for each in self.resources.values() if each.id == put.id), None)
        if old is not None:
            del self.resources[old.key]
        else:
            old = self.gone(put)
            declared = [
                each
                for each in self.history
                if each.resource_id == put.id and each.declares and each.operation is not Operation.DELETED
            ]
            if old is not None and declared:
                self.declared[old.id] = (declared[-1].number, declared[-1].body)
        now, actor = datetime.now(UTC), "model"
        id_ = new_id(kind_named(put.key.kind).id_prefix) if old is None else old.id
        stored = Stored(
            key=put.key,
            id=id_,
            revision=revision,
            digest=put.digest,
            body=put.body,
            owner=batch.owner if batch.owner is not None or old is None else old.owner,
            version=1 if old is None else old.version + 1,
            version_id=new_id("ver"),
            previous_version_id=None if old is None else old.version_id,
            created_at=now if old is None else old.created_at,
            created_by=actor if old is None else old.created_by,
            updated_at=now,
            updated_by=actor,
        )
        if batch.declares:
            self.declared[id_] = (stored.version, put.declared or put.body)
        was = self.puts[id_].protected if id_ in self.puts else False
        self.puts[id_] = put if put.protected is not None else replace(put, protected=was)
        self.resources[put.key] = self.measured(replace(stored, protected=bool(self.puts[id_].protected)))
        for path, entry in put.secrets.items():
            if entry.value is not None:
                self.secrets[id_, path, entry.fingerprint] = entry.value
        done = Operation.UPDATED if put.restores is None else Operation.RESTORED
        self.record(stored, Operation.CREATED if old is None else done, batch)
        return Outcome(put.key, id_, revision, stored.version)

    def gone(self, put: Put) -> Stored | None:
        """What was deleted and this restores, as it was last."""
        past = [each for each in self.history if each.resource_id == put.id]
        if put.restores is None or not past or past[-1].operation is not Operation.DELETED:
            return None
        first, last = past[0], past[-1]
        return Stored(
            key=last.key,
            id=last.resource_id,
            revision=last.revision,
            digest=last.digest,
            body=last.body,
            owner=last.owner,
            version=last.number,
            version_id=last.id,
            previous_version_id=last.previous_id,
            created_at=first.created_at,
            created_by=first.actor,
            updated_at=last.created_at,
            updated_by=last.actor,
        )

    def measured(self, stored: Stored) -> Stored:
        """The resource with what was declared, where that is not what it is."""
        _, declared = self.declared.get(stored.id, (0, stored.body))
        applied = None if declared == stored.body else declared
        return replace(stored, applied=applied, declared=stored.id in self.declared)

    def release(self, release: Release, batch: Batch, revision: int) -> Outcome:
        """Takes a resource out of its set."""
        old = self.resources[release.key]
        stored = replace(
            old,
            owner=None,
            revision=revision,
            version=old.version + 1,
            version_id=new_id("ver"),
            previous_version_id=old.version_id,
            updated_at=datetime.now(UTC),
        )
        number, declared = self.declared.get(old.id, (0, b""))
        if number == old.version:
            self.declared[old.id] = (stored.version, declared)
        self.resources[release.key] = stored
        self.record(stored, Operation.UPDATED, batch)
        return Outcome(release.key, old.id, revision, stored.version)

    def settle(self, settle: Settle) -> Outcome:
        """Takes what is live for declared."""
        old = self.resources[settle.key]
        self.declared[old.id] = (old.version, settle.declared or old.body)
        self.resources[settle.key] = self.measured(old)
        return Outcome(settle.key, old.id, old.revision, old.version)

    def remove(self, delete: Delete, batch: Batch, revision: int) -> Outcome:
        """Deletes a resource that may be deleted."""
        old = self.resources.pop(delete.key)
        del self.puts[old.id]
        self.declared.pop(old.id, None)
        gone = replace(
            old,
            revision=revision,
            version=old.version + 1,
            version_id=new_id("ver"),
            previous_version_id=old.version_id,
            updated_at=datetime.now(UTC),
        )
        self.record(gone, Operation.DELETED, batch)
        return Outcome(delete.key, old.id, revision, gone.version)

    def record(self, stored: Stored, operation: Operation, batch: Batch) -> None:
        """Adds to the history."""
        self.history.append(
            Version(
                id=stored.version_id,
                key=stored.key,
                resource_id=stored.id,
                number=stored.version,
                operation=operation,
                digest=stored.digest,
                body=stored.body,
                revision=stored.revision,
                previous_id=stored.previous_version_id,
                actor=stored.updated_by,
                created_at=stored.updated_at,
                message=batch.message,
                commit=batch.commit,
                owner=stored.owner,
                declares=batch.declares
                if operation is Operation.DELETED
                else self.declared.get(stored.id, (0, b""))[0] == stored.version,
            )
        )


class MemoryBackend(MemoryContexts):
    """A handle on a store in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def info(self) -> StoreInfo:
        return StoreInfo(self._store.id, self._store.revision, "default", "in memory", "model")

    def snapshot(self) -> Snapshot:
        declared = self._store.declared
        heads = {
            key: Head(
                each.id,
                each.revision,
                each.digest,
                each.owner,
                each.id in declared and declared[each.id][0] == each.version,
            )
            for key, each in self._store.resources.items()
        }
        return Snapshot(self._store.revision, heads)

    def get(self, keys: Iterable[Key]) -> Mapping[Key, Stored]:
        history = {each.key: each for each in map(version_resource, self._store.history)}
        everything = {**self._store.resources, **history}
        return {key: everything[key] for key in keys if key in everything}

    def list(
        self, kind: str, *, org: str | None = None, labels: Mapping[str, str] | None = None
    ) -> Iterator[Stored]:
        wanted = (labels or {}).items()
        if kind == HISTORY_KIND and not wanted:
            versions = sorted(map(version_resource, self._store.history), key=lambda each: each.key)
            yield from (each for each in versions if org in (None, each.key.org))
        for key in sorted(self._store.resources):
            stored = self._store.resources[key]
            has = json.loads(stored.body)["metadata"].get("labels", {})
            if key.kind == kind and org in (None, key.org) and wanted <= has.items():
                yield stored

    def referrers(self, keys: Iterable[Key]) -> Mapping[Key, Sequence[Key]]:
        sources = {each.id: key for key, each in self._store.resources.items()}
        found = {
            key: sorted(sources[id_] for id_, put in self._store.puts.items() if key in put.references)
            for key in keys
        }
        return {key: referrers for key, referrers in found.items() if referrers}

    def fingerprints(self, values: Sequence[Secret]) -> Sequence[str]:
        return [
            hmac.digest(self._store.key, value.reveal().encode("utf-8", "surrogatepass"), "sha256").hex()
            for value in values
        ]

    def apply(self, batch: Batch) -> Committed:
        store = self._store
        if not batch.operations and batch.source is None:
            return Committed(store.revision, ())
        refusals = list(self._refusals(batch))
        if refusals:
            raise RefusedError(refusals)
        store.revision += any(not isinstance(each, Settle) for each in batch.operations)
        if batch.owner is not None and batch.source is not None:
            record = SetRecord(batch.owner, batch.source, store.revision, datetime.now(UTC), "model")
            store.sets[batch.owner] = record
        done: dict[int, Outcome] = {}
        for index, operation in enumerate(batch.operations):
            match operation:
                case Delete():
                    done[index] = store.remove(operation, batch, store.revision)
                case Release():
                    done[index] = store.release(operation, batch, store.revision)
                case Settle():
                    done[index] = store.settle(operation)
        puts = {index: each for index, each in enumerate(batch.operations) if isinstance(each, Put)}
        # Whoever changes its name gives the old one up before anybody takes a new one.
        ids = {put.id for put in puts.values()}
        store.resources = {
            (key._replace(name=each.id) if each.id in ids else key): (
                replace(each, key=key._replace(name=each.id)) if each.id in ids else each
            )
            for key, each in store.resources.items()
        }
        for index, put in puts.items():
            done[index] = store.write(put, batch, store.revision)
        return Committed(store.revision, tuple(done[index] for index in range(len(batch.operations))))

    def _refusals(self, batch: Batch) -> Iterator[Diagnostic]:
        before = self._store.resources
        by_id = {(each.key.kind, each.id): each for each in before.values()}
        live = [by_id.get((each.key.kind, each.id or "")) for each in batch.operations]
        leaving = {
            old.key
            for each, old in zip(batch.operations, live, strict=True)
            if isinstance(each, (Put, Delete)) and old is not None
        }
        after = set(before) - leaving
        after |= {each.key for each in batch.operations if isinstance(each, Put)}
        seen: set[str | Key] = set()
        for operation, old in zip(batch.operations, live, strict=True):
            if operation.id in seen or (isinstance(operation, Put) and operation.key in seen):
                yield _refused("plan.stale", operation.key)
                continue
            seen |= {operation.id} if operation.id else set()
            seen |= {operation.key} if isinstance(operation, Put) else set()
            yield from self._of_operation(operation, old, batch, leaving)
            if isinstance(operation, Put):
                yield from (
                    _refused("reference.missing", operation.key)
                    for key in operation.references
                    if key not in after
                )
                yield from self._secrets(operation)
        yield from (_refused("reference.missing", key) for key in batch.requires if key not in after)
        for key, revision in batch.expects.items():
            if key not in before or before[key].revision != revision:
                yield _refused("plan.stale", key)
        known = self._store.sets.get(batch.owner or "")
        if batch.source is not None and known is not None and not batch.adopt:
            yield from known.against(batch.source)
        touched = {each.id for each in batch.operations if isinstance(each, (Put, Delete))}
        needed = {
            key for id_, put in self._store.puts.items() if id_ not in touched for key in put.references
        }
        yield from (_refused("delete.referenced", key) for key in set(before) - after if key in needed)

    def _of_operation(
        self, operation: BatchOperation, old: Stored | None, batch: Batch, leaving: set[Key]
    ) -> Iterator[Diagnostic]:
        if isinstance(operation, Put) and operation.restores is not None:
            past = [(each.resource_id, each.number, each.digest) for each in self._store.history]
            if (operation.id, operation.restores, operation.digest) not in past:
                yield _refused("plan.stale", operation.key)
        comes_back = (
            old is None
            and isinstance(operation, Put)
            and operation.expected_revision == 0
            and self._store.gone(operation) is not None
        )
        elsewhere = not isinstance(operation, Put) and old is not None and old.key != operation.key
        changed = operation.id is not None and (old is None or old.revision != operation.expected_revision)
        if elsewhere or (changed and not comes_back):
            yield _refused("plan.stale", operation.key)
        if (
            old is not None
            and batch.owner is not None
            and old.owner not in (None, batch.owner)
            and not batch.adopt
        ):
            yield _refused("set.owned", old.key)
        if isinstance(operation, Put):
            moves = old is None or old.key != operation.key
            if moves and operation.key in self._store.resources and operation.key not in leaving:
                yield _refused("plan.stale", operation.key)
            if moves and old is not None and old.key == DEFAULT:
                yield _refused("delete.protected", DEFAULT)
        elif (
            isinstance(operation, Delete)
            and old is not None
            and (old.key == DEFAULT or self._store.puts[old.id].protected)
        ):
            yield _refused("delete.protected", old.key)

    def _secrets(self, put: Put) -> Iterator[Diagnostic]:
        for path, entry in put.secrets.items():
            if entry.value is None:
                held = (put.id, path, entry.fingerprint) in self._store.secrets
            else:
                held = self.fingerprints([entry.value]) == [entry.fingerprint]
            if not held:
                yield replace(_refused("secret.missing", put.key), path=path)

    def sets(self) -> Mapping[str, SetRecord]:
        return dict(sorted(self._store.sets.items()))

    def set_versions(self, owner: str) -> Sequence[Version]:
        ids = {each.resource_id for each in self._store.history if each.owner == owner}
        found = [each for each in self._store.history if each.resource_id in ids]
        return sorted(found, key=lambda each: (each.key.kind, each.resource_id, -each.number))

    def versions(self, key: Key) -> Sequence[Version]:
        ids = {each.resource_id for each in self._store.history if each.key == key}
        return [each for each in reversed(self._store.history) if each.resource_id in ids]

    def search(self, text: str, *, org: str | None = None, limit: int = 20) -> Sequence[Hit]:
        phrases = [_words(word) for word in text.split() if _words(word)]
        found = []
        for stored in self.list("Skill", org=org) if phrases else ():
            body = json.loads(stored.body)
            title = body["metadata"].get("title", stored.key.name)
            texts = [
                stored.key.name,
                title,
                body["spec"].get("description", ""),
                body["spec"].get("markdown_content", ""),
            ]
            where = [_first(phrase, texts, begins=phrase is phrases[-1]) for phrase in phrases]
            if None not in where:
                best = min(at for at in where if at is not None)
                found.append((best > 1, stored.key, Hit(stored.key, title, _marked(texts[best], phrases))))
        return [hit for _, _, hit in sorted(found, key=lambda each: each[:2])][:limit]

    def close(self) -> None:
        pass


def _refused(code: str, key: Key) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, f"{label(key)} is refused", resource=label(key))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _first(phrase: list[str], texts: list[str], *, begins: bool) -> int | None:
    """The first of the texts in which the phrase stands; its last word may be the beginning of one where `begins`."""
    pattern = r"[\W_]+".join(map(re.escape, phrase)) + ("" if begins else r"(?![^\W_])")
    return next(
        (at for at, text in enumerate(texts) if re.search(rf"(?<![^\W_]){pattern}", text.lower())), None
    )


def _marked(text: str, phrases: list[list[str]]) -> str:
    words = "|".join(re.escape(word) for phrase in phrases for word in phrase)
    return re.sub(rf"(?i)(?<![^\W_])(?:{words})[^\W_]*", lambda match: f"[{match.group()}]", text)
