# SPDX-License-Identifier: Apache-2.0
"""Why a field differs: what the manifest changed, what somebody else did, what both did; and who somebody else was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from stigmer.backends.contract import Backend, Commit, Version
from stigmer.errors import Severity
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.diff import with_causes
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import FieldChange, Update
from stigmer.resources.confidential import Redacted
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, declare, key, meddle, plan, settle


def document(spec: Any, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "agentic.stigmer.ai/v1",
        "kind": "X",
        "metadata": {"name": "x", **metadata},
        "spec": spec,
    }


def causes(kind: str, applied: Any, live: Any, wanted: Any) -> list[tuple[str, str]]:
    found = with_causes(kind_named(kind), document(applied), document(live), document(wanted))
    return [(each.path.removeprefix("spec."), each.cause.value) for each in found]


def server(name: str, **more: Any) -> dict[str, Any]:
    return {"ref": name, **more}


def servers(*items: Any) -> dict[str, Any]:
    return {"mcp_servers": [server(item) if isinstance(item, str) else item for item in items]}


def args(*items: str) -> dict[str, Any]:
    return {"stdio": {"command": "x", "args": list(items)}}


def setting(value: Any) -> dict[str, Any]:
    return {"tasks": [{"name": "t", "set": value}]}


ONE, TWO, THREE = (Redacted(digit * 64) for digit in "123")
NEVER = server("a", approval="never")
ALWAYS = server("a", approval="always")
STDIO, STDIO2, HTTP, DOCKER = (
    {"stdio": {"command": "a"}},
    {"stdio": {"command": "b"}},
    {"http": {"url": "https://x.example"}},
    {"docker": {"image": "i"}},
)


@pytest.mark.parametrize(
    ("kind", "applied", "live", "wanted", "expected"),
    [
        # one value
        ("Agent", {}, {}, {"description": "m"}, [("description", "manifest")]),
        ("Agent", {}, {"description": "l"}, {}, [("description", "drift")]),
        ("Agent", {}, {"description": "l"}, {"description": "m"}, [("description", "both")]),
        ("Agent", {"description": "a"}, {"description": "l"}, {"description": "a"}, [("description", "drift")]),
        ("Agent", {"description": "a"}, {"description": "a"}, {"description": "m"}, [("description", "manifest")]),
        ("Agent", {"description": "a"}, {"description": "m"}, {"description": "m"}, []),
        ("Agent", {"description": "a"}, {}, {}, []),
        ("Agent", {"description": "a"}, {"description": "l"}, {}, [("description", "both")]),
        ("Agent", {"model": {"max_tokens": 1}}, {"model": {"max_tokens": 2}}, {"model": {"max_tokens": 3}}, [("model.max_tokens", "both")]),
        # fields beside each other are not the same field
        ("Agent", {"model": {"name": "a"}}, {"model": {"name": "l"}}, {"model": {"name": "a", "temperature": 1}}, [("model.name", "drift"), ("model.temperature", "manifest")]),
        ("Agent", {"model": {"name": "a"}}, {}, {"model": {"name": "m"}}, [("model", "both")]),
        ("Agent", {"model": {"name": "a"}}, {}, {"model": {"name": "a"}}, [("model", "drift")]),
        ("Agent", {}, {"model": {"name": "l"}}, {"model": {"temperature": 1}}, [("model.name", "drift"), ("model.temperature", "manifest")]),
        # the order of a named list and the content of its items are different things
        ("Agent", servers("a", "ab"), servers(NEVER, "ab"), servers("a", server("ab", approval="never")), [("mcp_servers[a].approval", "drift"), ("mcp_servers[ab].approval", "manifest")]),
        ("Agent", servers("a", "b"), servers(NEVER, "b"), servers("n", "a", "b"), [("mcp_servers[n]", "manifest"), ("mcp_servers[a].approval", "drift"), ("mcp_servers", "manifest")]),
        ("Agent", servers("a", "b"), servers(NEVER, "b"), servers("b", "a"), [("mcp_servers[a].approval", "drift"), ("mcp_servers", "manifest")]),
        ("Agent", servers("a", "b"), servers("b", "a"), servers(NEVER, "b"), [("mcp_servers[a].approval", "manifest"), ("mcp_servers", "drift")]),
        ("Agent", servers("a", "b", "c"), servers("a", "c"), servers("a", "b", "c"), [("mcp_servers[b]", "drift"), ("mcp_servers", "drift")]),
        ("Agent", servers("a", "b"), servers("l", "a", "b"), servers("m", "a", "b"), [("mcp_servers[l]", "drift"), ("mcp_servers[m]", "manifest"), ("mcp_servers", "manifest")]),
        ("Agent", servers("a", "b"), servers("a", "b", "l"), servers("b", "a"), [("mcp_servers[l]", "drift"), ("mcp_servers", "manifest")]),
        ("Agent", servers("a", "b", "c"), servers("b", "a", "c"), servers("a", "c", "b"), [("mcp_servers", "both")]),
        ("Agent", servers("a"), servers("a", "n"), servers("n", "a"), [("mcp_servers", "both")]),
        ("Agent", servers("a"), servers(NEVER), servers(), [("mcp_servers[a]", "both")]),
        ("Agent", servers("a"), servers(), servers(NEVER), [("mcp_servers[a]", "both")]),
        ("Agent", servers(), servers(NEVER), servers(ALWAYS), [("mcp_servers[a].approval", "both")]),
        # sets: each item by itself, so that nothing can be a conflict
        ("McpServer", {"tags": ["a", "b"]}, {"tags": ["b", "l"]}, {"tags": ["a", "m"]}, [("tags[a]", "drift"), ("tags[b]", "manifest"), ("tags[l]", "drift"), ("tags[m]", "manifest")]),
        ("McpServer", {"tags": ["a"]}, {"tags": ["a", "n"]}, {"tags": ["a", "n", "m"]}, [("tags[m]", "manifest")]),
        # a list without names is one value, since a place in it means nothing to the other side
        ("McpServer", args("a", "b"), args("a", "b"), args("b"), [("stdio.args[0]", "manifest")]),
        ("McpServer", args("a", "b"), args("b"), args("a", "b"), [("stdio.args", "drift")]),
        ("McpServer", args("a", "b"), args("x", "a", "b"), args("a", "c"), [("stdio.args", "both")]),
        ("McpServer", args("a", "b"), args("a"), args("a"), []),
        ("Agent", {"skill_refs": ["a"]}, {"skill_refs": ["a", "l"]}, {"skill_refs": ["m", "a"]}, [("skill_refs", "both")]),
        # free JSON: maps by key, lists whole
        ("Workflow", setting({"a": 1, "b": 1}), setting({"a": 2, "b": 1}), setting({"a": 1, "b": 2}), [("tasks[t].set.a", "drift"), ("tasks[t].set.b", "manifest")]),
        ("Workflow", setting({"a": {"b": [1, 2], "c": 1}}), setting({"a": {"b": [0, 1, 2], "c": 1}}), setting({"a": {"b": [1], "c": 2}}), [("tasks[t].set.a.b", "both"), ("tasks[t].set.a.c", "manifest")]),
        ("Workflow", setting({"a": 1}), setting({"a": True}), setting({"a": 1}), [("tasks[t].set.a", "drift")]),
        ("Workflow", setting({"a": None}), setting({}), setting({"a": None}), [("tasks[t].set.a", "drift")]),
        ("Workflow", setting({}), setting({"a": None}), setting({"a": 0}), [("tasks[t].set.a", "both")]),
        # maps
        ("McpServer", {"http": {"headers": {"A": "1"}}}, {"http": {"headers": {"A": "1", "L": "l"}}}, {"http": {"headers": {"A": "2"}}}, [("http.headers.A", "manifest"), ("http.headers.L", "drift")]),
        # all of them gone on one side is still each by itself; that there are none is a field as any other
        ("McpServer", {"http": {"headers": {"A": "1"}}}, {"http": {"headers": {"A": "1", "L": "l"}}}, {"http": {}}, [("http.headers.A", "manifest"), ("http.headers.L", "drift")]),
        ("McpServer", {"http": {"headers": {"A": "1"}}}, {"http": {}}, {"http": {"headers": {}}}, [("http.headers", "both")]),
        ("McpServer", {"tags": ["a"]}, {"tags": ["a", "l"]}, {}, [("tags[a]", "manifest"), ("tags[l]", "drift")]),
        ("McpServer", {"tags": ["a"]}, {"tags": []}, {}, [("tags", "both")]),
        ("Agent", servers("a"), servers("a", "l"), {}, [("mcp_servers[a]", "manifest"), ("mcp_servers[l]", "drift")]),
        # one of several: the choice is one field
        ("McpServer", STDIO, STDIO2, HTTP, [("stdio", "both"), ("http", "manifest")]),
        ("McpServer", STDIO, HTTP, STDIO2, [("http", "drift"), ("stdio", "both")]),
        ("McpServer", STDIO, HTTP, DOCKER, [("http", "both"), ("docker", "both")]),
        ("McpServer", STDIO, HTTP, STDIO, [("http", "drift"), ("stdio", "drift")]),
        ("McpServer", STDIO, STDIO, HTTP, [("stdio", "manifest"), ("http", "manifest")]),
        # secrets, by fingerprint
        ("Environment", {"data": {"T": {"is_secret": True, "value": ONE}}}, {"data": {"T": {"is_secret": True, "value": TWO}}}, {"data": {"T": {"is_secret": True, "value": THREE}}}, [("data.T.value", "both")]),
        ("Environment", {"data": {"T": {"is_secret": True, "value": ONE}}}, {"data": {"T": {"is_secret": True, "value": TWO}}}, {"data": {"T": {"is_secret": True, "value": ONE}}}, [("data.T.value", "drift")]),
    ],
)  # fmt: skip
def test_causes(kind: str, applied: Any, live: Any, wanted: Any, expected: list[tuple[str, str]]) -> None:
    assert causes(kind, applied, live, wanted) == expected


def test_what_was_declared_is_told_of_drift_and_of_conflicts() -> None:
    found = with_causes(
        kind_named("Agent"),
        document({"description": "a", "instructions": "a", "model": {"name": "a"}}),
        document({"description": "l", "instructions": "a", "icon_url": "l", "model": {"name": "l"}}),
        document({"description": "m", "instructions": "m", "model": {"name": "a"}}),
    )
    assert [(each.path, each.applied) for each in found] == [
        ("spec.icon_url", None),
        ("spec.description", "a"),
        ("spec.instructions", None),
        ("spec.model.name", "a"),
    ]


def fields(made: Any) -> dict[str, FieldChange]:
    (update,) = made.changes
    assert isinstance(update, Update)
    return {each.path: each for each in update.fields}


class TestBlame:
    def test_it_is_the_version_since_which_the_field_is_as_it_is(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a, model: {name: a}"))
        meddle(backend, "agent/bot", description="first")
        meddle(backend, "agent/bot", description="second")
        meddle(backend, "agent/bot", model={"name": "l"})
        meddle(backend, "agent/bot", icon_url="https://x.example")
        found = fields(plan(backend, agent("bot", "description: a, model: {name: m}")))
        numbers = {each.revision: each.number for each in backend.versions(key("agent/bot"))}
        assert {path: numbers[each.blame.revision] for path, each in found.items() if each.blame} == {
            "spec.icon_url": 5,
            "spec.description": 3,
            "spec.model.name": 4,
        }

    def test_a_value_that_went_and_came_back_is_the_last_ones(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        for value in ("l", "x", "l"):
            meddle(backend, "agent/bot", description=value)
        change = fields(plan(backend, agent("bot", "description: a")))["spec.description"]
        assert change.blame is not None
        assert change.blame.revision == backend.versions(key("agent/bot"))[0].revision

    def test_it_says_who_when_and_why(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        live = backend.versions(key("agent/bot"))[0]
        meddle(backend, "agent/bot", message="hotfix", commit=Commit("c" * 40, "ada"), description="l")
        blame = fields(plan(backend, agent("bot", "description: a")))["spec.description"].blame
        assert blame is not None
        latest = backend.versions(key("agent/bot"))[0]
        assert (blame.actor, blame.at, blame.revision) == (
            latest.actor,
            latest.created_at,
            live.revision + 1,
        )
        assert (blame.message, blame.commit) == ("hotfix", Commit("c" * 40, "ada"))

    def test_an_item_that_moved_and_one_that_changed_are_told_apart(self, backend: Backend) -> None:
        own = "{name: %s, stdio: {command: c}}"
        declared = agent("bot", f"mcp_servers: [{own % 'a'}, {own % 'b'}]")
        settle(backend, declared)
        a, b = ({"name": name, "stdio": {"command": "c"}} for name in "ab")
        meddle(backend, "agent/bot", mcp_servers=[b, a])
        meddle(backend, "agent/bot", mcp_servers=[b, a | {"stdio": {"command": "x"}}])
        found = fields(plan(backend, declared))
        at = {path: each.blame.revision for path, each in found.items() if each.blame}
        newest, moved, _ = backend.versions(key("agent/bot"))
        assert at == {
            "spec.mcp_servers[a].stdio.command": newest.revision,
            "spec.mcp_servers": moved.revision,
        }

    def test_a_list_without_names_is_blamed_as_a_whole(self, backend: Backend) -> None:
        declared = declare("mcp/x", "stdio: {command: c, args: [a, b]}")
        settle(backend, declared)
        meddle(backend, "mcp/x", stdio={"command": "c", "args": ["a"]})
        meddle(backend, "mcp/x", description="l")
        change = fields(plan(backend, declared))["spec.stdio.args"]
        assert change.blame is not None
        assert (change.applied, change.blame.revision) == (
            ["a", "b"],
            backend.versions(key("mcp/x"))[1].revision,
        )

    def test_the_history_of_an_earlier_resource_of_the_name_does_not_count(self, backend: Backend) -> None:
        from stigmer.reconcile.delete import build_delete_plan

        settle(backend, agent("bot", "description: l"))
        apply_plan(build_delete_plan([(key("agent/bot"), None)], backend), backend)
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", description="l")
        change = fields(plan(backend, agent("bot", "description: a")))["spec.description"]
        assert change.blame is not None
        assert change.blame.revision == backend.versions(key("agent/bot"))[0].revision


class Counting:
    """A backend that notes what is asked of it."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.histories: list[Key] = []
        self.bodies: list[Key] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def versions(self, asked: Key) -> Sequence[Version]:
        self.histories.append(asked)
        return self._backend.versions(asked)

    def get(self, keys: Any) -> Any:
        asked = list(keys)
        self.bodies += asked
        return self._backend.get(asked)


def test_only_what_drifted_costs_anything(backend: Backend) -> None:
    before = [*agent("same"), *agent("edited", "description: a"), *agent("drifted", "description: a")]
    settle(backend, before)
    meddle(backend, "agent/drifted", description="l", model={"name": "l"})
    counting: Any = Counting(backend)
    after = [*agent("same"), *agent("edited", "description: b"), *agent("drifted", "description: a")]
    build_plan(after, counting, PlanOptions(), Surroundings())
    assert sorted(counting.bodies) == [key("agent/drifted"), key("agent/edited")]
    assert counting.histories == [key("agent/drifted")]


class TestRefusals:
    def test_a_conflict_names_both_values_who_and_the_ways_out(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", description="theirs")
        (refusal,) = plan(backend, agent("bot", "description: ours")).refusals
        actor = backend.versions(key("agent/bot"))[0].actor
        assert refusal.code == "plan.conflict"
        assert f'to "ours" in the manifest, to "theirs" by {actor} on ' in refusal.message
        assert refusal.hint is not None
        for way in ("--force-conflicts", "stigmer export agent/bot", "lifecycle.ignore_changes"):
            assert way in refusal.hint

    def test_forced_it_is_a_warning_and_the_manifest_wins(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        meddle(backend, "agent/bot", description="theirs")
        made = build_plan(agent("bot", "description: ours"), backend, PlanOptions(force=True), Surroundings())
        assert [(each.severity, each.code) for each in made.diagnostics] == [
            (Severity.WARNING, "plan.conflict")
        ]
        apply_plan(made, backend)
        assert plan(backend, agent("bot", "description: ours")).changes == ()

    def test_it_points_at_the_item(self, backend: Backend) -> None:
        def bot(command: str) -> Any:
            servers = f"{{name: a, stdio: {{command: x}}}}, {{name: b, stdio: {{command: {command}}}}}"
            return agent("bot", f"mcp_servers: [{servers}]")

        settle(backend, bot("one"))
        a, b = ({"name": name, "stdio": {"command": "x"}} for name in "ab")
        meddle(backend, "agent/bot", mcp_servers=[a, b])
        (refusal,) = plan(backend, bot("two")).refusals
        assert refusal.path == "spec.mcp_servers[b].stdio.command"
        assert refusal.location is not None
        line = bot("two")[0].origin.source.data.decode().splitlines()[refusal.location.line - 1]
        assert line[refusal.location.column - 1 :].startswith("two")

    def test_no_secret_is_told(self, backend: Backend) -> None:
        def env(value: str) -> Any:
            return declare("env/e", "data: {T: {value_from: {env: T}}}"), {"T": value}

        declared, environ = env("opens-sesame")  # secret-scan: allow
        settle(backend, declared, environ=environ)
        meddle(backend, "env/e", data={})
        declared, environ = env("other-sesame")  # secret-scan: allow
        (refusal,) = plan(backend, declared, environ=environ).refusals
        assert (refusal.code, refusal.path) == ("plan.conflict", "spec.data.T")
        assert "sesame" not in str(refusal)
        assert "(secret " in refusal.message

    def test_drift_may_be_refused_and_each_field_is_told(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a, model: {name: a}"))
        meddle(backend, "agent/bot", description=None, icon_url="https://x.example", model={"name": "l"})
        declared = agent("bot", "description: a, model: {name: a}")
        assert plan(backend, declared).refusals == ()
        refusals = build_plan(declared, backend, PlanOptions(heal=False), Surroundings()).refusals
        assert [(each.code, each.path) for each in refusals] == [
            ("plan.drift", "spec.icon_url"),
            ("plan.drift", "spec.description"),
            ("plan.drift", "spec.model.name"),
        ]
        assert 'changed to "l" by' in refusals[2].message
        assert 'declared as "a"' in refusals[2].message
        assert "removed by" in refusals[1].message
        assert "not declared" in refusals[0].message

    def test_a_change_of_the_manifest_is_no_drift(self, backend: Backend) -> None:
        settle(backend, agent("bot", "description: a"))
        changed = agent("bot", "description: b")
        assert build_plan(changed, backend, PlanOptions(heal=False), Surroundings()).refusals == ()
