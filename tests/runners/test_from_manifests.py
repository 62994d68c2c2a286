# SPDX-License-Identifier: Apache-2.0
"""From manifests as people write them to the step of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer.backends.contract import Batch, Put
from stigmer.backends.local import LocalBackend
from stigmer.errors import RefusedError
from stigmer.reconcile.seal import seal
from stigmer.resources.resource import digest, encode
from stigmer.runners.context import step_values
from stigmer.runners.placeholders import Machine
from stigmer.secrets.key_file import KeyFile
from stigmer.secrets.redaction import Redactor
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import manifests, settle

SET_UP = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: base}
spec:
  data:
    REGION: {value: eu-1}
    KEY: {value_from: {env: BASE_KEY}}
    BADGE: {value_from: {runner: {file: badge}}}
---
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data:
    KEY: {value_from: {env: PROD_KEY}}
---
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata: {name: github}
spec:
  stdio: {command: npx, args: ["${TOKEN}"]}
  env_spec:
    data:
      TOKEN: {is_secret: true}
      HOST: {default: api.example.com}
---
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec:
  instructions: Answer politely.
  mcp_servers: [{ref: github}]
  env_spec:
    data:
      KEY: {is_secret: true}
      BADGE: {is_secret: true}
      NOTE: {optional: true}
---
apiVersion: agentic.stigmer.ai/v1
kind: AgentInstance
metadata: {name: desk}
spec: {agent: bot, environment_refs: [base, prod]}
"""
RUN = """\
apiVersion: agentic.stigmer.ai/v1
kind: AgentExecution
metadata: {name: ask}
spec:
  agent_instance: desk
  message: Where is order 1042?
  runtime_env:
    TOKEN: {value_from: {env: RUN_TOKEN}}
"""
VALUES = {"BASE_KEY": "of base", "PROD_KEY": "of prod", "RUN_TOKEN": "of the run"}


@pytest.fixture
def local(tmp_path: Path) -> Iterator[LocalBackend]:
    home = tmp_path / "home"
    with LocalBackend.open(home / "local.db", master_key=KeyFile(home / "master.key"), create=True) as local:
        settle(local, manifests(SET_UP), environ=VALUES)
        yield local


def run(local: LocalBackend, text: str) -> str:
    """Stores an execution, as a backend that is asked to run it will; returns its id."""
    declared = manifests(text)
    (sealed,) = seal(declared, {}, local, Surroundings(VALUES)).resources.values()
    body = encode(sealed.resource.body)
    references = tuple(each.key for each in sealed.resource.references)
    made = Put(declared[0].key, None, 0, body, digest(body), references, secrets=sealed.secrets)
    return local.apply(Batch((made,))).outcomes[0].id


def test_a_step_gets_what_the_manifests_say(local: LocalBackend, tmp_path: Path) -> None:
    (tmp_path / "badge").write_text("of the runner\n")
    with step_values(local, run(local, RUN), Machine(directory=str(tmp_path)), Redactor()) as values:
        step = ["${.secrets.KEY}", "${.secrets.TOKEN}", "${.secrets.BADGE}"]
        assert values.put_in(step) == ["of prod", "of the run", "of the runner"]
        assert (
            values.put_in("https://${.env_vars.HOST}/${.env_vars.REGION}") == "https://api.example.com/eu-1"
        )


def test_a_run_that_lacks_something_does_not_start(local: LocalBackend) -> None:
    lacking = RUN.replace("TOKEN: {value_from", "OTHER: {value_from")
    with pytest.raises(RefusedError, match=r"nothing supplies TOKEN \(mcp-server/github\)"):
        local.open_context(run(local, lacking))
