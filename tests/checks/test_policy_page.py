# SPDX-License-Identifier: Apache-2.0
"""`docs/how-to/write-a-policy.md` says what the program says."""

from __future__ import annotations

import re
from pathlib import Path

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
    (policies,) = fences("yaml")
    violated, misspelt, unanswered = fences("text")
    assert said(tmp_path / "right", policies) == violated
    rule = '"!has(resource.spec.docker)"'
    assert rule in policies
    assert said(tmp_path / "misspelt", policies.replace(rule, rule.replace("docker", "dokcer"))) == misspelt
    asked = policies.replace(rule, 'resource.spec.docker.image == ""')
    assert unanswered in said(tmp_path / "unanswered", asked)
