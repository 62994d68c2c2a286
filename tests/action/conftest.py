# SPDX-License-Identifier: Apache-2.0
"""A platform that answers, and a repository with a project that was applied once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.action.platform import Platform, serving
from tests.action.repository import Repository

BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
spec:
  description: Answers.
  instructions: Answer every question kindly.
"""
KEYS = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: keys
spec:
  data:
    TOKEN:
      value_from: {env: SHOP_TOKEN}
"""


@pytest.fixture
def platform() -> Iterator[Platform]:
    made = Platform()
    with serving(made):
        yield made


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository whose main branch holds a project, applied as it is there."""
    made = Repository.made(tmp_path)
    made.environ["SHOP_TOKEN"] = "sesame-opens"  # secret-scan: allow
    made.write("stigmer.yaml", "name: shop\npaths: [manifests]\ntargets: {prod: {backend: local}}\n")
    made.write("manifests/bot.yaml", BOT)
    made.write("manifests/keys.yaml", KEYS)
    made.commit("a shop")
    made.stigmer("apply", "--quiet")
    return made
