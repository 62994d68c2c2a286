# SPDX-License-Identifier: Apache-2.0
"""A small shop, and what changes of it mean."""

from __future__ import annotations

from textwrap import dedent

from stigmer.backends.contract import Backend
from stigmer.meaning.meaning import Meaning
from stigmer.meaning.reading import every_meaning, meanings
from stigmer.reconcile.delete import build_delete_plan
from stigmer.resources.resource import label
from tests.reconcile.declared import key, manifests, plan, settle

BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec:
  instructions: Answer politely.
  mcp_servers:
    - ref: desk
      approval: destructive
"""
DESK = """\
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata: {name: desk}
spec:
  http: {url: "https://desk.example.com/mcp"}
  default_enabled_tools: [get_ticket, reply]
  env_spec: {data: {DESK_TOKEN: {is_secret: true}}}
"""
PROD = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data:
    DESK_TOKEN: {is_secret: true, value: one-token}
    REGION: {value: eu}
"""
TEST = PROD.replace("name: prod", "name: test").replace("one-token", "other-token")
INSTANCE = """\
apiVersion: agentic.stigmer.ai/v1
kind: AgentInstance
metadata: {name: bot}
spec: {agent: bot, environment_refs: [prod]}
"""
SHOP = "---\n".join([BOT, DESK, PROD, TEST, INSTANCE])


def changed(text: str, *edits: tuple[str, str]) -> str:
    """The text with each first part, which must be there, in place of each second one."""
    for before, after in edits:
        assert before in text, before
        text = text.replace(before, after)
    return text


def found(backend: Backend, text: str) -> tuple[Meaning, ...]:
    """What applying the manifests would mean."""
    return meanings(plan(backend, manifests(text)), backend)


def said(backend: Backend, text: str) -> list[str]:
    """The same in words."""
    return [each.sentence for each in found(backend, text)]


def graded(backend: Backend, text: str) -> list[str]:
    """The same with how dangerous it is: `high bot can now ...`."""
    return [f"{each.danger.name.lower()} {each.sentence}" for each in found(backend, text)]


def shifts(backend: Backend, text: str) -> list[str]:
    """The shifts of all meanings: `+tool reply of desk by mcp-server/desk`."""
    return [
        f"{'+' if each.gained else '-'}{each.capability} {each.what}"
        + (f" by {label(each.through)}" if each.through else "")
        for meaning in every_meaning(plan(backend, manifests(text)), backend)
        for each in meaning.shifts
    ]


def after(backend: Backend, start: str, *edits: tuple[str, str]) -> list[str]:
    """What an edit of the manifests means, once they have been applied, with how dangerous it is."""
    settle(backend, manifests(start))
    return graded(backend, changed(start, *edits))


def after_deleting(backend: Backend, start: str, *names: str) -> list[str]:
    """What deleting resources means, once the manifests have been applied."""
    settle(backend, manifests(start))
    made = build_delete_plan([(key(name), None) for name in names], backend)
    return [each.sentence for each in meanings(made, backend)]


def lines(text: str) -> str:
    """A text without its indentation."""
    return dedent(text)
