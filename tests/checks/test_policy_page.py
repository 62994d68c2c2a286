# SPDX-License-Identifier: Apache-2.0
"""`docs/how-to/write-a-policy.md` says what the program says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.mistakes.running import in_directory

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-policy.md"
MANIFESTS = {
    "bot": """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
  org: prod
spec:
  instructions: Answer the questions of customers.
  model:
    provider: openai
    name: gpt-5
""",
    "keys": """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata:
  name: keys
spec:
  data:
    SHOP_TOKEN: {is_secret: true, value: hunter2-hunter2}
    REGION: {value: eu}
""",
    "prod": """\
apiVersion: tenancy.stigmer.ai/v1
kind: Organization
metadata: {name: prod}
spec: {}
""",
    "tools": """\
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata:
  name: browser
spec:
  docker:
    image: example/browser:1
---
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata:
  name: search
spec:
  http:
    url: http://search.example.com/mcp
""",
}


def fences(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def said(directory: Path, settings: str) -> str:
    """The lines of `validate` that are about policies, with their hints."""
    (directory / "manifests").mkdir(parents=True)
    (directory / "stigmer.yaml").write_text(settings)
    for name, text in MANIFESTS.items():
        (directory / "manifests" / f"{name}.yaml").write_text(text)
    lines = in_directory(directory, ["validate"])[1].splitlines(keepends=True)
    after = [lines[max(0, number - 1)] for number in range(len(lines))]
    return "".join(
        line
        for line, before in zip(lines, after, strict=True)
        if "[policy." in line or ("[policy." in before and line.startswith("  hint: "))
    )


def test_what_the_page_shows_is_what_is_printed(tmp_path: Path) -> None:
    policies, _ = fences("yaml")
    violated, misspelt, unanswered, _ = fences("text")
    assert said(tmp_path / "right", policies) == violated
    rule = '"!has(resource.spec.docker)"'
    assert rule in policies
    assert said(tmp_path / "misspelt", policies.replace(rule, rule.replace("docker", "dokcer"))) == misspelt
    asked = policies.replace(rule, 'resource.spec.docker.image == ""')
    assert unanswered in said(tmp_path / "unanswered", asked)


_ADA = """\
apiVersion: iam.stigmer.ai/v1
kind: IdentityAccount
metadata: {name: ada}
spec: {email: ada@example.com}
"""
_BOT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec:
  instructions: Answer the questions of customers.
  model:
    provider: openai
"""
_MORE = """\
  mcp_servers: [{name: web, http: {url: "https://web.example.com/mcp"}}]
  env_spec: {data: {SHOP_KEY: {is_secret: true}}}
"""


def test_what_it_shows_of_changes_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STIGMER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "manifests").mkdir()
    (tmp_path / "stigmer.yaml").write_text(fences("yaml")[1])
    ada, bot = tmp_path / "manifests/ada.yaml", tmp_path / "manifests/bot.yaml"
    ada.write_text(_ADA)
    bot.write_text(_BOT)
    in_directory(tmp_path, ["apply"])
    ada.unlink()
    bot.write_text(_BOT.replace("openai", "anthropic") + _MORE)
    told = "\n".join(in_directory(tmp_path, ["diff"])[1:])
    assert (
        "".join(f"{line}\n" for line in sorted(told.splitlines()) if "[policy." in line) == fences("text")[3]
    )
