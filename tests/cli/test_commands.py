# SPDX-License-Identifier: Apache-2.0
"""What single commands do beyond their outputs."""

from __future__ import annotations

import json

import jsonschema
import pytest

from stigmer.manifests import yaml
from stigmer.resources.kinds import Kind, kinds
from tests.cli.conftest import BOT, SECRET, Cli


@pytest.fixture(autouse=True)
def _manifests(cli: Cli) -> None:
    cli.write("bot.yaml", BOT.replace("name: bot", "name: bot\n  labels: {team: support, tier: gold}"))
    cli.write("other.yaml", BOT.replace("name: bot", "name: other\n  labels: {team: support}"))
    cli.write("keys.yaml", SECRET)


@pytest.mark.parametrize("word", ["Agent", "agent", "agents", "AGENTS", "agt"])
def test_a_kind_has_many_spellings(cli: Cli, word: str) -> None:
    cli("apply", "-f", ".")
    assert cli("get", word, "-o", "name").out == "agent/bot\nagent/other\n"
    assert cli("get", f"{word}/bot", "-o", "name").out == "agent/bot\n"


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.declarable], ids=lambda kind: kind.name)
def test_every_kind_can_be_listed_and_has_a_schema(cli: Cli, kind: Kind) -> None:
    assert cli("get", kind.plural, "-o", "json").json["kind"] == "List"
    jsonschema.Draft202012Validator.check_schema(cli("schema", kind.plural).json)


def test_labels_must_all_match(cli: Cli) -> None:
    cli("apply", "-f", ".")
    assert cli("get", "all", "-l", "team=support", "-o", "name").out == "agent/bot\nagent/other\n"
    assert cli("get", "agents", "-l", "team=support", "-l", "tier=gold", "-o", "name").out == "agent/bot\n"
    assert cli("get", "agents", "-l", "team=none").err.endswith("nothing found\n")
    assert "[usage.label]" in cli("get", "agents", "-l", "team", expect=2).err


def test_several_resources_may_be_named_in_several_ways(cli: Cli) -> None:
    cli("apply", "-f", ".")
    expected = "agent/bot\nagent/other\nenvironment/keys\n"
    assert cli("get", "agent", "bot", "other", "environment/keys", "-o", "name").out == expected
    assert cli("get", "agents", "environments", "-o", "name").out == expected
    assert "[usage.resource]" in cli("delete", "agents", expect=2).err
    assert "[usage.resource]" in cli("get", "agent/", expect=2).err


def test_an_organization_chooses_what_is_listed(cli: Cli) -> None:
    cli.write(
        "org.yaml",
        "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\nspec: {}\n",
    )
    cli("apply", "-f", "org.yaml")
    cli("apply", "-f", "bot.yaml")
    cli("apply", "-f", "other.yaml", "--org", "acme")
    assert cli("get", "agents", "-o", "name").out == "agent/other\nagent/bot\n"
    assert cli("get", "agents", "--org", "acme", "-o", "name").out == "agent/other\n"
    cli("get", "agent/other", "--org", "acme")
    assert " acme " in cli("get", "agents", "--org", "acme").out


def test_resources_as_yaml_read_back(cli: Cli) -> None:
    cli("apply", "-f", ".")
    text = cli("get", "all", "-o", "yaml").out
    documents = [each.value for each in yaml.read(text.encode())]
    assert [each["metadata"]["name"] for each in documents] == ["default", "bot", "other", "keys"]
    assert "sesame" not in text


def test_no_command_shows_a_secret(cli: Cli) -> None:
    seen = [cli("apply", "-f", ".", "-o", "json").out]
    seen += [cli("get", "environment/keys", "-o", form).out for form in ("table", "wide", "yaml", "json")]
    seen += [
        cli("history", "environment/keys", "-o", "json").out,
        cli("diff", "-f", ".", "--show-unchanged").out,
    ]
    assert "sesame" not in "".join(seen)
    assert not any(b"sesame" in path.read_bytes() for path in cli.home.iterdir())


def test_messages_and_versions_are_kept(cli: Cli) -> None:
    cli("apply", "-f", "bot.yaml", "-m", "first")
    cli.write("bot.yaml", BOT)
    cli("apply", "-f", "bot.yaml", "-m", "second")
    items = cli("history", "agent/bot", "-o", "json").json["items"]
    assert [(each["number"], each["message"]) for each in items] == [(2, "second"), (1, "first")]
    assert "did you mean agent/bot?" in cli("history", "agent/bott", expect=5).err


def test_schemas_can_be_installed(cli: Cli) -> None:
    result = cli("schema", "--install", "schemas")
    written = {path.stem for path in (cli.directory / "schemas").iterdir()}
    assert written == {
        "stigmer",
        "project",
        "config",
        *(kind.singular for kind in kinds() if kind.declarable),
    }
    assert "yaml-language-server" in result.out
    assert json.loads((cli.directory / "schemas" / "agent.json").read_text()) == cli("schema", "agent").json
    assert "[usage.kind]" in cli("schema", "api-resource-version", expect=2).err
    assert "[usage.arguments]" in cli("schema", "agent", "--install", "x", expect=2).err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_back(cli: Cli, shell: str) -> None:
    assert f"_STIGMER_COMPLETE=complete_{shell}" in cli("completion", shell).out


def test_completion_offers_commands_and_kinds(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_STIGMER_COMPLETE", "complete_bash")

    def offered(line: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        with pytest.raises(SystemExit) as ended:
            cli("x")
        assert ended.value.code == 0
        return cli.capture.readouterr().out.split()

    assert offered("stigmer v") == ["validate", "version"]
    assert offered("stigmer get agent-") == ["agent-execution", "agent-instance"]


def test_an_execution_is_counted_as_unchanged_and_not_recorded(cli: Cli) -> None:
    cli.write(
        "run.yaml",
        "apiVersion: agentic.stigmer.ai/v1\nkind: AgentExecution\nmetadata: {name: hello}\n"
        "spec: {agent: bot, message: Hello}\n",
    )
    result = cli("apply", "-f", ".", "--no-execute", "-o", "json")
    assert result.json["summary"]["unchanged"] == 1
    assert "info: agent-execution/hello is declared" in result.err
    plan = cli("diff", "-f", ".", "-o", "json").json
    assert [each["code"] for each in plan["diagnostics"]] == ["execution.not_run"]
    assert cli("get", "agent-executions", "-o", "name").out == ""
    cli("delete", "-f", ".")


def test_a_directory_without_manifests_is_no_silent_success(cli: Cli) -> None:
    (cli.directory / "empty").mkdir()
    result = cli("validate", "-f", "empty", expect=0)
    assert "there are no manifests in empty [manifest.none]" in result.out


def test_a_refusal_of_what_would_not_change_is_not_called_no_changes(cli: Cli) -> None:
    manifest = "apiVersion: tenancy.stigmer.ai/v1\nkind: Organization\nmetadata: {name: acme}\n"
    (cli.directory / "acme.yaml").write_text(manifest)
    cli("apply", "-f", "acme.yaml", "--set", "shop", expect=0)
    result = cli("apply", "-f", "acme.yaml", expect=4)
    assert "set.owned" in result.err
    assert result.out == ""
