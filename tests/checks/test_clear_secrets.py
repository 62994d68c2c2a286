# SPDX-License-Identifier: Apache-2.0
"""Secrets in clear: what is taken for one, what is not, and that none is ever repeated.

The keys in here are put together from parts, so that nobody who looks for leaked keys finds one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer.checks.secret_shapes import is_clear, may_have_shape, says_secret, shape_of
from stigmer.errors import Severity
from stigmer.manifests.manifest import Manifest
from tests.checks.seen import codes, findings, hints, messages, words
from tests.reconcile.declared import agent, declare, manifests

CODE = "secret.in_clear"
RANDOM = "7Qm2Zx9LbT4vRk8Wn3Yc6Hd1Js5Pf0GaUeXoBiNq"
STRIPE = "_".join(("sk", "live", RANDOM[:24]))
JWT = ".".join(("eyJ" + RANDOM[:16], "eyJ" + RANDOM[4:20], RANDOM[:20]))
PEM = f"-----BEGIN {'PRIVATE'} KEY-----\\n{RANDOM}\\n-----END {'PRIVATE'} KEY-----"


def environment(data: str) -> list[Manifest]:
    return declare("environment/prod", f"data: {{{data}}}")


def workflow(task: str) -> list[Manifest]:
    document = 'document: {dsl: "1.0.3", namespace: a, name: b, version: "1.0.0"}'
    return declare("workflow/w", f"{document}, tasks: [{task}]")


@pytest.mark.parametrize("value", ["open-sesame", "x", "changeme", "12345"])
def test_what_is_marked_as_a_secret_is_one(value: str) -> None:
    declared = environment(f'KEY: {{is_secret: true, value: "{value}"}}')
    assert messages(declared, code=CODE) == ["the secret KEY is written in clear"]
    assert words(declared, code=CODE) == [(value, "spec.data.KEY.value")]


@pytest.mark.parametrize(
    "entry",
    [
        "{is_secret: true}",
        '{is_secret: true, value: ""}',
        '{is_secret: true, value: "${KEY}"}',
        "{value_from: {env: KEY}}",
    ],
)
def test_what_is_marked_and_has_no_value_is_fine(entry: str) -> None:
    assert codes(environment(f"KEY: {entry}")) == []


@pytest.mark.parametrize(
    "name",
    [
        "API_KEY",
        "STRIPE_API_KEY",
        "APIKEY",
        "TOKEN",
        "GITHUB_TOKEN",
        "PASSWORD",
        "DB_PASSWORD",
        "DB_PASSWD",
        "SECRET",
        "CLIENT_SECRET",
        "SECRET_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "PRIVATE_KEY",
        "CREDENTIALS",
        "SIGNING_KEY",
        "PASSPHRASE",
        "X-Api-Key",
        "x-auth-token",
        "Authorization",
        "clientSecret",
        "accessToken",
        "api_key",
    ],
)
def test_names_that_say_that_it_is_a_secret(name: str) -> None:
    assert says_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "MAX_TOKENS",
        "TOKEN_URL",
        "TOKEN_LIMIT",
        "SECRET_NAME",
        "PASSWORD_FILE",
        "KEY_ID",
        "AWS_ACCESS_KEY_ID",
        "PARTITION_KEY",
        "PRIMARY_KEY",
        "STRIPE_PUBLISHABLE_KEY",
        "PUBLIC_API_KEY",
        "NEXT_PAGE_TOKEN",
        "SORT_KEY",
        "MONKEY",
        "token_url",
        "client_id",
        "X-Request-Id",
        "SECRETARY",
        "Idempotency-Key",
    ],
)
def test_names_that_do_not(name: str) -> None:
    assert not says_secret(name)


@pytest.mark.parametrize(
    "text", ["open-sesame", "hunter2", "Bearer abcdef123", "s3cr3tpassword", "correct.horse", RANDOM]
)
def test_texts_that_are_taken_for_secrets(text: str) -> None:
    assert is_clear(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "${TOKEN}",
        "Bearer ${TOKEN}",
        "Bearer <token>",
        "<your token>",
        "{token}",
        "{{ token }}",
        "changeme",
        "CHANGE_ME",
        "example",
        "my-sample-token",
        "placeholder",
        "********",
        "xxxxxxxx",
        "...",
        "1234567890",
        "4096",
        "true",
        "disabled",
        "https://login.acme.example/token",
        "/run/secrets/token",
        "./token.txt",
        "the token of the shop",
        "password",
        "none",
        "your-token-here",
        "Bearer",
        "REDACTED",
    ],
)
def test_texts_that_are_not(text: str) -> None:
    assert not is_clear(text)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ("Stripe key", STRIPE),
        ("GitHub token", f"{'gh'}p_{RANDOM[:36]}"),
        ("GitLab token", f"{'gl'}pat-{RANDOM[:20]}"),
        ("Slack token", f"{'xo'}xb-123456789012-{RANDOM[:24]}"),
        ("OpenAI key", f"{'sk'}-proj-{RANDOM}"),
        ("Anthropic key", f"{'sk'}-ant-api03-{RANDOM}"),
        ("Google key", f"{'AI'}za{RANDOM[:35]}"),
        ("Hugging Face token", f"{'hf'}_{RANDOM[:34]}"),
        ("npm token", f"{'npm'}_{RANDOM[:36]}"),
        ("SendGrid key", f"{'SG'}.{RANDOM[:22]}.{RANDOM}"),
        ("JSON web token", JWT),
        ("age key", f"{'AGE'}-SECRET-KEY-1{'Q5W8E2R7TY' * 6}"),
        ("private key", PEM.replace("\\n", "\n")),
        ("private key", PEM.replace("PRIVATE", "RSA PRIVATE")),
    ],
)
def test_shapes_are_known_wherever_they_stand(shape: str, text: str) -> None:
    assert shape_of(text) == shape
    assert shape_of(f"Sign in with `{text}` and go on.") == shape
    assert may_have_shape(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",  # secret-scan: allow
        "sk_live_...",
        "task-0123456789abcdef0123456789abcdef01234567",
        "ghp_",
        "eyJ",
        "a key begins with -----BEGIN PRIVATE KEY----- and ends with -----END PRIVATE KEY-----",  # secret-scan: allow
        "0" * 64,
        f"sha256:{'a1' * 32}",
        "https://www.acme.example/a-rather-long-path/that-goes-on-and-on",
        "internationalization",
        "sk-learn-and-more-words",
    ],
)
def test_what_has_no_such_shape(text: str) -> None:
    assert shape_of(text) is None


@pytest.mark.parametrize(
    "declared",
    [
        environment("API_KEY: {value: open-sesame}"),
        environment(f"ANYTHING: {{value: {STRIPE}}}"),
        environment('URL: {value: "postgres://shop:open-sesame@db/orders"}'),  # secret-scan: allow
        environment('CACHE: {value: "redis://:open-sesame@cache:6379"}'),
        declare("agent-execution/e", "agent: a, message: Hi, runtime_env: {TOKEN: {value: open-sesame}}"),
        declare(
            "workflow-execution/e", "workflow: w, runtime_env: {K: {is_secret: true, value: open-sesame}}"
        ),
        agent("a", "env_spec: {data: {TOKEN: {default: open-sesame}}}"),
        agent("a", "env_spec: {data: {K: {is_secret: true, default: open-sesame}}}"),
        agent("a", f"description: Its key is {STRIPE} and nothing else"),
        agent(
            "a",
            'mcp_servers: [{name: s, http: {url: "https://a.example", headers: {Authorization: Bearer open-sesame}}}]',
        ),
        agent("a", f"sub_agents: [{{name: b, instructions: Use {JWT} for it}}]"),
        declare("mcp-server/s", 'http: {url: "https://shop:open-sesame@a.example"}'),  # secret-scan: allow
        declare("mcp-server/s", 'http: {url: "https://a.example", query_params: {api_key: open-sesame}}'),
        declare("mcp-server/s", "stdio: {command: c, args: [--token, open-sesame]}"),
        declare("mcp-server/s", "stdio: {command: c, args: [--token=open-sesame]}"),
        declare("mcp-server/s", "docker: {image: i, args: [-e, API_KEY=open-sesame]}"),
        declare("skill/s", f'markdown_content: "{PEM}"'),
        workflow(
            "{name: a, http_call: {method: GET, endpoint: {uri: u, authentication: {bearer: {token: open-sesame}}}}}"
        ),
        workflow(
            "{name: a, http_call: {method: GET, endpoint: {uri: u}, headers: {X-Api-Key: open-sesame}}}"
        ),
        workflow(
            "{name: a, http_call: {method: GET, endpoint: {uri: u}, query: {access_token: open-sesame}}}"
        ),
        workflow("{name: a, agent_call: {agent: a, message: Hi, env: {TOKEN: open-sesame}}}"),
        workflow("{name: a, run: {shell: {command: c, environment: {TOKEN: open-sesame}}}}"),
        workflow(
            "{name: a, do: {tasks: [{name: b, http_call: {method: GET, endpoint: {uri: u, authentication: {basic: {username: u,"
            " password: open-sesame}}}}}]}}"
        ),
        workflow(
            "{name: a, fork: {branches: [{name: x, tasks: [{name: b, http_call: {method: GET, endpoint: {uri: u},"
            " headers: {Authorization: open-sesame}}}]}, {name: y, tasks: [{name: c, wait: {duration: PT1S}}]}]}}"
        ),
        workflow(
            "{name: a, try: {tasks: [{name: b, wait: {duration: PT1S}}], catch: {tasks: [{name: c, http_call: {method: GET,"
            " endpoint: {uri: u}, headers: {Authorization: open-sesame}}}]}}}"
        ),
        workflow(f"{{name: a, set: {{anything: [1, {{deep: {STRIPE}}}]}}}}"),
    ],
)
def test_a_secret_is_found_once_and_never_repeated(declared: list[Manifest]) -> None:
    found = [each for each in findings(declared) if each.code == CODE]
    assert len(found) == 1
    said = found[0].diagnostic(Severity.WARNING)
    for secret in ("open-sesame", RANDOM[:8]):
        assert secret not in f"{said} {found[0].hint}"
    assert said.location is not None
    assert said.location.line == 4


@pytest.mark.parametrize(
    "declared",
    [
        environment("TOKEN_URL: {value: open-sesame}"),
        environment('URL: {value: "https://shop@a.example/x:y@z"}'),
        environment('URL: {value: "postgres://shop:<password>@db/orders"}'),
        environment('URL: {value: "postgres://shop:password@db/orders"}'),  # secret-scan: allow
        agent("a", "env_spec: {data: {MAX_TOKEN: {default: '4096'}}}"),
        agent("a", "description: Log in with password open-sesame"),
        declare("mcp-server/s", "stdio: {command: c, args: [--token, --verbose, open-sesame]}"),
        declare(
            "mcp-server/s", 'stdio: {command: c, args: ["--token=${TOKEN}"]}, env_spec: {data: {TOKEN: {}}}'
        ),
        declare("mcp-server/s", "stdio: {command: c, args: [--max-tokens, '4096']}"),
        workflow("{name: a, set: {token: open-sesame}}"),
        workflow(
            '{name: a, http_call: {method: GET, endpoint: {uri: u}, headers: {Authorization: "${ .token }"}}}'
        ),
        workflow("{name: a, http_call: {method: GET, endpoint: {uri: u}, body: {password: open-sesame}}}"),
        declare(
            "skill/s",
            "markdown_content: 'Set API_KEY to open-sesame, or postgres://me:open-sesame@db.'",  # secret-scan: allow
        ),
    ],
)
def test_what_is_no_secret_is_left_alone(declared: list[Manifest]) -> None:
    assert [each for each in findings(declared) if each.code == CODE] == []


def test_a_secret_with_a_shape_under_a_name_that_says_so_is_told_once() -> None:
    assert codes(environment(f"API_KEY: {{value: {STRIPE}}}")) == [CODE]


def test_the_hint_says_how_it_is_to_be_written() -> None:
    assert hints(environment("API_KEY: {value: open-sesame}"), code=CODE) == [
        "say where it comes from, value_from: {env: API_KEY}, or stigmer secrets seal; then change it, since git remembers"
    ]


def test_texts_of_other_files_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "text.md").write_text(f"Use {STRIPE} for it.\n")
    text = "apiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {name: s}\nspec: {markdown_content: {file: ./text.md}}\n"
    declared = manifests(text, directory=str(tmp_path))
    assert messages(declared, code=CODE) == ["this looks like a Stripe key in clear"]
    (tmp_path / "text.md").write_text("Nothing to see.\n")
    assert codes(manifests(text, directory=str(tmp_path))) == []


def test_of_several_documents_in_a_file_only_those_with_a_secret_are_told() -> None:
    document = "---\napiVersion: agentic.stigmer.ai/v1\nkind: Skill\nmetadata: {{name: {}}}\nspec: {{markdown_content: {}}}\n"
    text = (
        document.format("one", "harmless")
        + document.format("two", STRIPE)
        + document.format("three", "harmless")
    )
    found = findings(manifests(text))
    assert [each.manifest.key.name for each in found] == ["two"]
