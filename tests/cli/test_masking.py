# SPDX-License-Identifier: Apache-2.0
"""What may be a secret is hidden wherever it stands; the lines stay as many as they were."""

from __future__ import annotations

import pytest

from stigmer.cli.masking import masked

HEAD = "apiVersion: agentic.stigmer.ai/v1\nkind: Agent\nmetadata: {name: bot}\nspec:\n"


@pytest.mark.parametrize(
    "spec",
    [
        "  data: {PIN: {value: SESAME}}\n",
        "  data:\n    PIN:\n      value: |\n        SESAME\n\n        SESAME\n",
        "  data:\n    PIN:\n      value: >-\n        SESAME\n        SESAME\n      is_secret: true\n",
        "  data: {PIN: {is_secret: true, default: 'SESAME'}}\n",
        '  headers: {Authorization: "Bearer SESAME"}\n',
        "  api_key: &it SESAME\n",
        "  headers: {X-Auth-Token: !!str SESAME}\n",
        "  stdio: {command: x, args: [--api-key, SESAME]}\n",
        "  stdio:\n    args:\n      - --token\n      - SESAME\n",
        "  stdio: {args: [--password=SESAME]}\n",
        "  url: https://bot:SESAME@x.example\n",  # secret-scan: allow
        "  data: {PIN: {is_secret: true, vaule: SESAME}}\n",
        "  data: {PIN: {is_secret: SESAME}}\n",
        "  data: {PIN: {value_from: SESAME}}\n",
        "  data: {PIN: {value_from: {age: SESAME}}}\n",
        "  passwords: [a, [SESAME, {b: SESAME}]]\n",
        "  command: curl -u bot:SESAME https://x.example\n",
        "  command: |\n    deploy \\\n      --api-token SESAME\n",
        "  set: {credentials: {pin: SESAME}}\n",
        "  http: {headers: {X-Acme: SESAME}}\n",
        "  shell: {environment: {PIN: SESAME}}\n",
        "  data:\n    PIN: SESAME\n",
        "  data:\n    # PIN: {value: SESAME}\n    OTHER: {optional: true}\n",
        "  # password: SESAME\n  instructions: hello\n",
        "  instructions: hello # token=SESAME\n",
        "  message: ghp_SESAME0123456789012345678901234567890123\n",  # secret-scan: allow
        "  instructions: hello\n---\nkind: Secret\ndata: {a: SESAME, b: [SESAME]}\n",
    ],
)
def test_it_is_hidden(spec: str) -> None:
    text = HEAD + spec
    shown = masked(text)
    assert "SESAME" not in shown
    assert "****" in shown
    assert shown.count("\n") == text.count("\n")


def test_all_else_is_shown() -> None:
    text = (
        HEAD
        + "  description: Answers about keys and tokens.  # kindly\n\n"
        + "  data: {A: {is_secret: true, optional: false}, API_KEY: {value_from: {env: X}, description: Opens it.}}\n"
    )
    assert masked(text) == text


def test_a_text_with_directives_is_hidden_whole() -> None:
    assert masked("%YAML 1.2\n---\na: SESAME\n") == "****\n****\n****\n"
