# SPDX-License-Identifier: Apache-2.0
"""How long an execution's context takes, in this process: `python -m benchmarks.contexts DIRECTORY` prints it as JSON.

The store is made in the directory: an environment with a hundred secrets, and an execution that gets all of them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from stigmer.backends.contract import Batch, Put, SecretEntry
from stigmer.backends.local import LocalBackend
from stigmer.resources.confidential import Secret
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.resource import digest, encode
from stigmer.secrets.key_file import KeyFile

SECRETS_IN_A_CONTEXT = 100

_TIMES = 50
_ENVIRONMENT, _AGENT, _INSTANCE, _EXECUTION = (
    Key(kind, "default", "one") for kind in ("Environment", "Agent", "AgentInstance", "AgentExecution")
)
Took = tuple[float, float]
"""Wall and processor time in seconds, medians."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What making a context takes, and reading it: where the master key is read from its file, and where it is known already."""

    open: Took
    read_first: Took
    read_again: Took


def main(directory: Path) -> int:
    """Makes the store, measures, and prints what it measured."""
    home = directory / "context"
    home.mkdir(mode=0o700)
    with _opened(home) as backend:
        execution_id = _execution(backend)
        opened = _took(lambda: backend.open_context(execution_id))
        grant = backend.open_context(execution_id)
        assert len(backend.get_context(execution_id, grant.token).values) == SECRETS_IN_A_CONTEXT
        again = _took(lambda: backend.get_context(execution_id, grant.token))
    firsts = []
    for _ in range(_TIMES):
        with _opened(home) as backend:
            firsts.append(_timed(lambda: backend.get_context(execution_id, grant.token)))
    print(json.dumps(asdict(Reading(opened, _median(firsts), again))))
    return 0


def _opened(home: Path) -> LocalBackend:
    return LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True)


def _execution(backend: LocalBackend) -> str:
    """Puts an execution that gets all the secrets of an environment; returns its id."""
    values = [Secret(f"value-{number:06}-of-a-length-as-keys-have") for number in range(SECRETS_IN_A_CONTEXT)]
    told = dict(enumerate(backend.fingerprints(values)))
    data = {f"NAME_{number}": {"is_secret": True, "fingerprint": told[number]} for number in told}
    secrets = {
        f"spec.data.NAME_{number}": SecretEntry(told[number], value) for number, value in enumerate(values)
    }
    operations = (
        _put(_ENVIRONMENT, {"data": data}, secrets),
        _put(_AGENT, {"instructions": "Answer every question."}),
        _put(_INSTANCE, {"agent": _reference(_AGENT), "environment_refs": [_reference(_ENVIRONMENT)]}),
        _put(_EXECUTION, {"agent_instance": _reference(_INSTANCE), "message": "Begin."}),
    )
    return backend.apply(Batch(operations)).outcomes[-1].id


def _put(key: Key, spec: dict[str, Any], secrets: dict[str, SecretEntry] | None = None) -> Put:
    kind, metadata = kind_named(key.kind), {"name": key.name, "org": key.org}
    body = encode({"apiVersion": kind.api_version, "kind": key.kind, "metadata": metadata, "spec": spec})
    return Put(
        key=key,
        id=None,
        expected_revision=0,
        body=body,
        digest=digest(body),
        references=(),
        protected=None,
        secrets=secrets or {},
    )


def _reference(key: Key) -> dict[str, str]:
    return {"kind": key.kind, "org": key.org, "name": key.name}


def _took(run: Callable[[], object]) -> Took:
    run()  # everything is imported then
    return _median([_timed(run) for _ in range(_TIMES)])


def _timed(run: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return time.perf_counter() - wall, time.process_time() - cpu


def _median(took: list[Took]) -> Took:
    walls, cpus = zip(*took, strict=True)
    return median(walls), median(cpus)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
