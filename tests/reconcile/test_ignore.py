# SPDX-License-Identifier: Apache-2.0
"""What `lifecycle.ignore_changes` names stays as it is live, and nothing else does; the paths it takes."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from stigmer.backends.contract import Backend
from stigmer.manifests.manifest import Manifest
from stigmer.resources.ignorable import ignore_problem
from stigmer.resources.kinds import kind_named
from stigmer.resources.paths import item_step, path_steps
from tests.reconcile.declared import (
    agent,
    declare,
    key,
    label_live,
    live,
    meddle,
    plan,
    settle,
    shown,
    spec,
)


def ignoring(*paths: str) -> str:
    return f"lifecycle: {{ignore_changes: {json.dumps(paths)}}}"


def is_quiet(backend: Backend, declared: list[Manifest]) -> None:
    """Nothing is shown, and applying writes nothing."""
    before = backend.info().revision
    assert plan(backend, declared).changes == ()
    settle(backend, declared)
    assert backend.info().revision == before


def own(name: str, command: str = "c", **more: Any) -> dict[str, Any]:
    return {"name": name, "stdio": {"command": command}, **more}


def bot(servers: list[dict[str, Any]], *paths: str, more: str = "") -> list[Manifest]:
    return agent("bot", f"mcp_servers: {json.dumps(servers)}, {more}", ignoring(*paths))


class TestItems:
    GITHUB = "spec.mcp_servers[github]"

    def commands(self, backend: Backend) -> dict[str, str]:
        return {
            each["name"]: each["stdio"]["command"]
            for each in spec(backend, "agent/bot").get("mcp_servers", ())
        }

    def test_a_whole_item_stays_as_it_is(self, backend: Backend) -> None:
        settle(backend, bot([own("github"), own("b")], self.GITHUB))
        meddle(backend, "agent/bot", mcp_servers=[own("github", "live"), own("b")])
        is_quiet(backend, bot([own("github"), own("b")], self.GITHUB))
        settle(backend, bot([own("github", "mine"), own("b", "mine")], self.GITHUB))
        assert self.commands(backend) == {"github": "live", "b": "mine"}

    def test_an_item_that_somebody_took_away_stays_away(self, backend: Backend) -> None:
        settle(backend, bot([own("github"), own("b")], self.GITHUB))
        meddle(backend, "agent/bot", mcp_servers=[own("b")])
        is_quiet(backend, bot([own("github"), own("b")], self.GITHUB))

    def test_the_last_item_that_somebody_took_away_leaves_no_empty_list(self, backend: Backend) -> None:
        settle(backend, bot([own("github")], self.GITHUB))
        meddle(backend, "agent/bot", mcp_servers=None)
        is_quiet(backend, bot([own("github")], self.GITHUB))

    @pytest.mark.parametrize("order", [["github", "a", "b"], ["a", "github", "b"], ["a", "b", "github"]])
    def test_an_item_that_somebody_added_stays_where_it_is(self, backend: Backend, order: list[str]) -> None:
        settle(backend, bot([own("a"), own("b")], self.GITHUB))
        meddle(backend, "agent/bot", mcp_servers=[own(name) for name in order])
        is_quiet(backend, bot([own("a"), own("b")], self.GITHUB))

    def test_an_item_of_a_list_that_the_manifest_has_not(self, backend: Backend) -> None:
        settle(backend, agent("bot", "", ignoring(self.GITHUB)))
        meddle(backend, "agent/bot", mcp_servers=[own("github"), own("b")])
        assert shown(plan(backend, agent("bot", "", ignoring(self.GITHUB)))) == [
            f"update agent/bot: spec.mcp_servers[b] remove {own('b')} (drift)"
        ]

    def test_a_field_of_an_item(self, backend: Backend) -> None:
        path = f"{self.GITHUB}.enabled_tools"
        settle(backend, bot([own("github", enabled_tools=["x"])], path))
        meddle(backend, "agent/bot", mcp_servers=[own("github", enabled_tools=["y"])])
        is_quiet(backend, bot([own("github", enabled_tools=["x"])], path))
        meddle(backend, "agent/bot", mcp_servers=[own("github")])
        is_quiet(backend, bot([own("github", enabled_tools=["x"])], path))

    def test_a_field_of_an_item_that_is_gone_does_not_keep_it_away(self, backend: Backend) -> None:
        path = f"{self.GITHUB}.enabled_tools"
        settle(backend, bot([own("github", enabled_tools=["x"])], path))
        meddle(backend, "agent/bot", mcp_servers=[])
        settle(backend, bot([own("github", enabled_tools=["x"])], path))
        assert spec(backend, "agent/bot")["mcp_servers"] == [own("github", enabled_tools=["x"])]

    def test_one_item_of_a_set(self, backend: Backend) -> None:
        path = f"{self.GITHUB}.enabled_tools[y]"
        settle(backend, bot([own("github", enabled_tools=["x"])], path))
        meddle(backend, "agent/bot", mcp_servers=[own("github", enabled_tools=["x", "y"])])
        is_quiet(backend, bot([own("github", enabled_tools=["x"])], path))
        meddle(backend, "agent/bot", mcp_servers=[own("github", enabled_tools=["y", "z"])])
        settle(backend, bot([own("github", enabled_tools=["x"])], path))
        assert spec(backend, "agent/bot")["mcp_servers"][0]["enabled_tools"] == ["x", "y"]

    def test_a_name_with_a_bracket(self, backend: Backend) -> None:
        def workflow(value: int) -> list[Manifest]:
            how = ignoring('spec.tasks["a]b"].set.n')
            document = "document: {dsl: 1.0.0, namespace: x, name: x, version: 1.0.0}"
            return declare("workflow/x", f'{document}, tasks: [{{name: "a]b", set: {{n: {value}}}}}]', how)

        settle(backend, workflow(1))
        assert shown(plan(backend, workflow(2))) == []
        meddle(backend, "workflow/x", tasks=[{"name": "a]b", "set": {"n": 3}}])
        is_quiet(backend, workflow(1))


class TestWhatMustBeThere:
    """An ignored field never makes a resource that its kind does not allow."""

    @pytest.mark.parametrize(
        "path", ["spec.stdio", "spec.stdio.command", "spec.stdio.args", "spec.http", "spec.http.url"]
    )
    def test_which_of_several_is_not_ignored_with_one_of_them(self, backend: Backend, path: str) -> None:
        stdio = declare("mcp/x", "stdio: {command: c, args: [a]}", ignoring(path))
        settle(backend, stdio)
        meddle(backend, "mcp/x", stdio=None, http={"url": "https://x.example"})
        settle(backend, stdio)
        assert spec(backend, "mcp/x") == {"stdio": {"command": "c", "args": ["a"]}}

    def test_a_part_of_what_the_manifest_gave_up_does_not_bring_it_back(self, backend: Backend) -> None:
        how = ignoring("spec.stdio.args")
        settle(backend, declare("mcp/x", "stdio: {command: c, args: [a]}", how))
        settle(backend, declare("mcp/x", "http: {url: 'https://x.example'}", how))
        assert spec(backend, "mcp/x") == {"http": {"url": "https://x.example"}}

    def test_a_part_alone_is_not_brought_back(self, backend: Backend) -> None:
        def workflow(retry: str) -> list[Manifest]:
            document = "document: {dsl: 1.0.0, namespace: x, name: x, version: 1.0.0}"
            attempt = f"try: {{tasks: [{{name: a, set: {{n: 1}}}}], catch: {{as: e, {retry}}}}}"
            how = ignoring("spec.tasks[t].try.catch.retry.backoff")
            return declare("workflow/x", f"{document}, tasks: [{{name: t, {attempt}}}]", how)

        settle(backend, workflow("retry: {delay: PT1S, backoff: {constant: {}}}"))
        settle(backend, workflow(""))
        assert spec(backend, "workflow/x")["tasks"][0]["try"]["catch"] == {"as": "e"}

    def test_an_entry_of_a_map_goes_and_comes_as_a_whole(self, backend: Backend) -> None:
        how = ignoring("spec.data.T.description")
        both = declare("env/e", "data: {T: {value: t, description: d}, U: {value: u}}", how)
        settle(backend, both)
        settle(backend, declare("env/e", "data: {U: {value: u}}", how))
        assert set(spec(backend, "env/e")["data"]) == {"U"}
        settle(backend, both)
        assert spec(backend, "env/e")["data"]["T"] == {"value": "t", "description": "d"}

    def test_an_environment_value_stays_open_or_secret_as_it_is_live(self, backend: Backend) -> None:
        how = ignoring("spec.data.T.value")
        secret = declare("env/e", "data: {T: {value_from: {env: T}, description: d}}", how)
        settle(backend, secret, environ={"T": "x"})
        before = live(backend, "env/e").body
        settle(backend, secret, environ={"T": "y"})
        assert live(backend, "env/e").body == before
        meddle(backend, "env/e", data={"T": {"value": "open", "description": "d"}})
        changed = declare("env/e", "data: {T: {value_from: {env: T}, description: e}}", how)
        settle(backend, changed)
        assert spec(backend, "env/e") == {"data": {"T": {"value": "open", "description": "e"}}}

    def test_a_live_secret_that_the_manifest_has_not_keeps_its_value(self, backend: Backend) -> None:
        first = declare("env/e", "data: {T: {value_from: {env: T}}, U: {value: u}}")
        settle(backend, first, environ={"T": "x"})
        how = ignoring("spec.data.T")
        settle(backend, declare("env/e", "data: {U: {value: v}}", how))
        assert set(spec(backend, "env/e")["data"]) == {"T", "U"}
        settle(backend, declare("env/e", "data: {U: {value: w}, T: {is_secret: true}}"))


class TestWhoIsNamed:
    def test_what_is_live_and_ignored_still_holds_what_it_names(self, backend: Backend) -> None:
        skills = declare("skill/a", "markdown_content: x") + declare("skill/b", "markdown_content: x")
        how = ignoring("spec.skill_refs")
        settle(backend, skills + agent("bot", "skill_refs: [a]", how))
        meddle(backend, "agent/bot", skill_refs=[{"name": "b", "org": "default"}])
        settle(backend, agent("bot", "skill_refs: [a], description: d", how))
        assert backend.referrers([key("skill/a"), key("skill/b")]) == {key("skill/b"): [key("agent/bot")]}


def test_labels_that_somebody_took_away_stay_away(backend: Backend) -> None:
    labelled = agent("bot", "", 'labels: {k8s.io/x: "1"}, ' + ignoring('metadata.labels["k8s.io/x"]'))
    settle(backend, labelled)
    label_live(backend, "agent/bot", **{"k8s.io/x": None})
    is_quiet(backend, labelled)
    assert "labels" not in orjson.loads(live(backend, "agent/bot").body)["metadata"]


def test_a_field_of_what_somebody_took_away_as_a_whole(backend: Backend) -> None:
    declared = agent("bot", "model: {temperature: 1}", ignoring("spec.model.temperature"))
    settle(backend, declared)
    meddle(backend, "agent/bot", model=None)
    is_quiet(backend, declared)


def test_what_is_as_declared_is_not_fetched(backend: Backend) -> None:
    declared = agent("bot", "description: a", ignoring("spec.model"))
    settle(backend, declared)
    fetched: list[Any] = []

    class Noting:
        def __getattr__(self, name: str) -> Any:
            return getattr(backend, name)

        def get(self, keys: Any) -> Any:
            fetched.extend(keys)
            return backend.get(fetched)

    noting: Any = Noting()
    assert plan(noting, declared).changes == ()
    assert fetched == []


def test_an_ignored_field_is_no_conflict(backend: Backend) -> None:
    how = ignoring("spec.description")
    settle(backend, agent("bot", "description: a", how))
    meddle(backend, "agent/bot", description="live")
    is_quiet(backend, agent("bot", "description: mine", how))


def test_once_it_is_ignored_no_more_the_manifest_counts(backend: Backend) -> None:
    settle(backend, agent("bot", "description: a", ignoring("spec.description")))
    meddle(backend, "agent/bot", description="live")
    settle(backend, agent("bot", "description: a", ignoring("spec.description")))
    settle(backend, agent("bot", "description: a"))
    assert spec(backend, "agent/bot")["description"] == "a"


OTHER = "name a field below spec, or one of metadata such as metadata.labels"


@pytest.mark.parametrize(
    ("kind", "path", "hint"),
    [
        ("Agent", "spec.modle.temperature", "did you mean spec.model.temperature?"),
        ("Agent", "spec.model.temprature", "did you mean spec.model.temperature?"),
        (
            "Agent",
            "spec.mcpServers[github].enabled_tools",
            "did you mean spec.mcp_servers[github].enabled_tools?",
        ),
        ("Agent", "model.temperature", "did you mean spec.model.temperature?"),
        ("Agent", "spec.mcp_servers.enabled_tools", "did you mean spec.mcp_servers[NAME].enabled_tools?"),
        (
            "Agent",
            "spec.mcp_servers.github.enabled_tools",
            "did you mean spec.mcp_servers[github].enabled_tools?",
        ),
        (
            "Agent",
            "spec.mcp_servers[github].enabled_tolls",
            "did you mean spec.mcp_servers[github].enabled_tools?",
        ),
        ("Agent", "spec.mcp_servers[github].ref.name", "did you mean spec.mcp_servers[github].ref?"),
        ("Agent", "spec.description.text", "did you mean spec.description?"),
        ("Agent", "metadata.label", "did you mean metadata.labels?"),
        ("Agent", "spec.zzzz", None),
        ("Agent", "metadata.id", None),
        ("Agent", "status.phase", None),
        ("McpServer", "spec.stdio.args[first]", "did you mean spec.stdio.args[0]?"),
        ("McpServer", "spec.tags.x", "did you mean spec.tags[x]?"),
        ("Agent", "metadata.name", OTHER),
        ("Agent", "metadata", OTHER),
        ("Agent", "metadata.lifecycle.ignore_changes", OTHER),
        ("Agent", "kind", OTHER),
    ],
)
def test_a_path_that_names_no_field(kind: str, path: str, hint: str | None) -> None:
    found = ignore_problem(kind_named(kind), path)
    assert found is not None
    assert (found.code, found.hint) == ("ignore.field", hint)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("Agent", "spec"),
        ("Agent", "spec.mcp_servers[github]"),
        ("Agent", 'spec.mcp_servers["github"].enabled_tools[list_issues]'),
        ("Agent", "spec.skill_refs[0]"),
        ("Agent", "spec.env_spec.data.NAME.default"),
        ("Agent", 'metadata.labels["k8s.io/x"]'),
        ("Agent", "metadata.lifecycle.deletion"),
        ("McpServer", "spec.stdio.args[0]"),
        ("McpServer", "spec.docker.ports[0].protocol"),
        ("McpServer", "spec.http.headers.Authorization"),
        ("Workflow", "spec.tasks[x].try.tasks[y].set.a[0].b"),
        ("Workflow", "spec.input.schema.properties.x"),
        ("Environment", "spec.data.TOKEN.value"),
    ],
)
def test_a_path_that_names_one(kind: str, path: str) -> None:
    assert ignore_problem(kind_named(kind), path) is None


@pytest.mark.parametrize("name", ["plain", "a b", "a]b", 'a"b', "a\\b", '\\"]', "", "0", "a.b", "[x", "\n"])
def test_the_name_of_an_item_reads_as_it_was_written(name: str) -> None:
    assert path_steps(f"spec.tasks{item_step(name)}.set") == ["spec", "tasks", name, "set"]
