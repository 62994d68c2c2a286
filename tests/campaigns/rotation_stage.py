# SPDX-License-Identifier: Apache-2.0
"""A store with secrets of every sort, what they are in truth, and what a store and its files may hold after a rotation."""

from __future__ import annotations

import base64
import random
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import apsw

from stigmer.backends.context import Confidential
from stigmer.backends.contract import SecretEntry
from stigmer.backends.local import LocalBackend
from stigmer.backends.local.connection import open_reader
from stigmer.backends.local.vault import Vault
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.secrets.envelope import Place, seal
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.keys import KeyPlace, MasterKeys
from tests.backends.builders import apply, delete, live, put
from tests.backends.conformance import PROD
from tests.backends.conformance_supply import agent, environment, execution, instance

CONTEXT = "canary of a context"

Values = dict[tuple[str, str, str, str], str]
"""Clear values by kind, id, path and fingerprint."""


@dataclass(frozen=True)
class Truth:
    """Every value there is, by kind, id, path and fingerprint; an execution with the token of its context; and the key as it was, with
    what it sealed."""

    values: Values
    execution: str
    token: Secret
    keys: MasterKeys
    sealed: tuple[bytes, ...]


class Remembering:
    """A place whose key this process has read before, as it was then, and reads again when that is not enough."""

    def __init__(self, place: KeyPlace, before: MasterKeys) -> None:
        self._place = place
        self._before: MasterKeys | None = before

    def __str__(self) -> str:
        return str(self._place)

    def exists(self) -> bool:
        return self._place.exists()

    def load(self) -> MasterKeys:
        found, self._before = self._before or self._place.load(), None
        return found

    def put(self, keys: MasterKeys) -> MasterKeys:
        return self._place.put(keys)

    def replace(self, keys: MasterKeys) -> None:
        self._place.replace(keys)


def build(home: Path, resources: int, chance: random.Random) -> Truth:
    """Makes the store: about a third of its resources as a former stigmer sealed them, some deleted, some with former versions."""
    key = KeyFile(home / "master.key")
    values: Values = {}
    with LocalBackend.open(home / "local.db", master_key=key, create=True) as store:
        for number in range(resources):
            kind = chance.choice(["Environment", "AgentExecution"])
            name = Key(kind, "default", f"r{number}")
            for version in range(chance.randint(1, 2)):
                values |= keep(
                    store,
                    name,
                    {f"N{n}": f"canary {number} {version} {n}" for n in range(chance.randint(1, 2))},
                )
            if chance.random() < 0.25:
                apply(store, delete(live(store, name)))
        values |= keep(store, Key("Environment", "default", "kept"), {"N0": "canary that is kept"})
        agent(store)
        environment(store, PROD, TOKEN=Secret(CONTEXT))
        instance(store, PROD)
        run = execution(store)
        token = store.open_context(run).token
    keys = key.load()
    # Of some resources all values, of others one or the other, and at least the first there is.
    whole = {id_ for _, id_, _, _ in values if chance.random() < 0.3}
    old = {where: clear for where, clear in values.items() if where[1] in whole or chance.random() < 0.2}
    old |= dict(list(values.items())[:1])
    seal_as_before(home / "local.db", keys, old)
    return Truth(values, run, token, keys, tuple(stored_under(home / "local.db")))


def stored_under(database: Path) -> list[bytes]:
    """Everything that a master key sealed in a store."""
    with closing(apsw.Connection(str(database))) as connection:
        return [
            bytes(each)
            for (each,) in connection.execute(
                "SELECT wrapped FROM data_keys UNION ALL SELECT fingerprint_key FROM store UNION ALL"
                " SELECT ciphertext FROM secret_values WHERE substr(ciphertext, 1, 1) = x'01'"
            )
        ]


def keep(store: LocalBackend, key: Key, clear: dict[str, str]) -> Values:
    """Puts a resource with these secrets by name; the values as `Truth` has them."""
    marks = dict(zip(clear, store.fingerprints([Secret(each) for each in clear.values()]), strict=True))
    entries = {f"spec.data.{name}": SecretEntry(mark, Secret(clear[name])) for name, mark in marks.items()}
    spec = {"data": {name: {"is_secret": True, "fingerprint": mark} for name, mark in marks.items()}}
    apply(store, put(key, store.get([key]).get(key), spec=spec, secrets=entries))
    id_ = live(store, key).id
    return {(key.kind, id_, f"spec.data.{name}", mark): clear[name] for name, mark in marks.items()}


def seal_as_before(database: Path, keys: MasterKeys, values: Values) -> None:
    """Seals these values by the master key itself, as a former stigmer did, and takes away the data keys that nothing needs then."""
    with closing(apsw.Connection(str(database))) as connection:
        connection.pragma("secure_delete", True)
        store_id = str(connection.execute("SELECT store_id FROM store").get)
        for (kind, id_, path, mark), clear in values.items():
            sealed = seal(clear.encode(), keys.current, Place(store_id, kind, id_, path))
            connection.execute(
                "UPDATE secret_values SET ciphertext = ? WHERE (resource_id, path, fingerprint) = (?, ?, ?)",
                (sealed, id_, path, mark),
            )
        connection.execute(
            "DELETE FROM data_keys WHERE resource_id IN (SELECT resource_id FROM secret_values) AND resource_id NOT IN"
            " (SELECT resource_id FROM secret_values WHERE substr(ciphertext, 1, 1) = x'02')"
        )


def check(home: Path, truth: Truth, place: KeyPlace) -> None:
    """Opens everything there is. Raises AssertionError, SecretError."""
    opens(home / "local.db", truth.values, place)
    with LocalBackend.open(home / "local.db", master_key=place, read_only=True) as store:
        (entry,) = store.get_context(truth.execution, truth.token).values.values()
        assert isinstance(entry, Confidential)
        assert entry.value.reveal() == CONTEXT


def opens(database: Path, values: Values, place: KeyPlace) -> None:
    """Every one of the values opens, for somebody who has not opened the store before."""
    with closing(open_reader(database, 1)) as connection:
        store_id = str(connection.execute("SELECT store_id FROM store").get)
        vault = Vault(connection, store_id, place, read_only=True)
        for (kind, id_, path, mark), clear in values.items():
            found = vault.reveal(kind, id_, {path: mark})
            assert found[path].reveal() == clear, f"{path} of {id_} is another value"


def tell_something_new(home: Path, truth: Truth, place: KeyPlace) -> Truth:
    """Writes a resource with a secret, and a new secret into one that has some."""
    with LocalBackend.open(home / "local.db", master_key=place) as store:
        values = keep(store, Key("Environment", "default", "new"), {"NEW": "canary that is new"})
        values |= keep(store, Key("Environment", "default", "kept"), {"N0": "canary that is newer"})
    return replace(truth, values=truth.values | values)


def leftovers(home: Path, truth: Truth) -> list[str]:
    """The files that hold the old key, or what it sealed."""
    needles = [*truth.sealed]
    for key in truth.keys.versions:
        needles += [key.material, base64.b64encode(key.material)]
    return [
        file.name for file in sorted(home.iterdir()) if any(needle in file.read_bytes() for needle in needles)
    ]
