# SPDX-License-Identifier: Apache-2.0
"""The checks in `diff`, which know what is live."""

from __future__ import annotations

import pytest

from tests.cli.conftest import BOT, Cli, cli

__all__ = ["cli"]

INSTANCE = """\
apiVersion: agentic.stigmer.ai/v1
kind: AgentInstance
metadata: {name: bot}
spec:
  agent: bot
  environment_refs: [prod]
"""
PROD = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: prod}
spec:
  data: {%s}
"""
ASKS = BOT + "  env_spec: {data: {REGION: {}}}\n"


def test_a_warning_comes_with_what_is_live_and_goes_with_it(cli: Cli) -> None:
    cli.write("prod.yaml", PROD % "")
    cli("apply", "-f", "prod.yaml")
    cli.write("bot/bot.yaml", ASKS)
    cli.write("bot/instance.yaml", INSTANCE)
    assert "environment.missing" not in cli("validate", "-f", "bot").out
    assert (
        "no environment of this instance supplies REGION (agent/bot)"
        in cli("diff", "-f", "bot", expect=1).err
    )
    assert "[environment.missing]" in cli("diff", "-f", "bot", "--strict", expect=3).err
    cli.write("prod.yaml", PROD % "REGION: {value: eu}")
    cli("apply", "-f", "prod.yaml")
    assert "environment.missing" not in cli("diff", "-f", "bot", expect=1).err


def test_what_was_wrong_among_the_manifests_may_be_fine_with_what_is_live(cli: Cli) -> None:
    cli.write("prod.yaml", PROD % "REGION: {value: eu}, LEVEL: {value: info}")
    cli.write("bot/bot.yaml", ASKS)
    cli.write("bot/instance.yaml", INSTANCE)
    assert "[environment.unused]" in cli("validate", "-f", "prod.yaml", "-f", "bot").out
    cli.write("other/bot.yaml", ASKS.replace("REGION", "LEVEL").replace("name: bot", "name: other"))
    cli.write("other/instance.yaml", INSTANCE.replace("bot", "other"))
    cli("apply", "-f", "prod.yaml", "-f", "other")
    assert "environment.unused" not in cli("diff", "-f", "prod.yaml", "-f", "bot", expect=1).err


@pytest.mark.parametrize("command", [("validate",), ("diff", "--exit-zero")])
def test_a_secret_in_clear_is_not_shown_on_a_terminal_either(
    cli: Cli, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    cli.write(
        "server.yaml",
        """\
        apiVersion: agentic.stigmer.ai/v1
        kind: McpServer
        metadata: {name: s}
        spec:
          stdio:
            command: serve
            args:
              - --password
              - open-sesame
        """,
    )
    told = cli(*command, "-f", "server.yaml", expect=0)
    warning = (told.out + told.err).partition("Plan:")[0] if command[0] == "validate" else told.err
    assert "secret.in_clear" in warning
    assert "open-sesame" not in warning
