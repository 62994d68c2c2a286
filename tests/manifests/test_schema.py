# SPDX-License-Identifier: Apache-2.0
"""What a schema refuses, in words, at the line and column where a person would look."""

from __future__ import annotations

import pytest

from stigmer.errors import Diagnostic
from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source
from stigmer.resources.kinds import kind_named

MODEL = "spec:\n  instructions: Answer politely.\n  model: {%s}\n"
SERVERS = "spec:\n  instructions: Answer politely.\n  mcp_servers:\n    - {%s}\n"
DATA = "spec:\n  data:\n    TOKEN: %s\n"
TASKS = 'spec:\n  document: {dsl: "1.0.0", namespace: n, name: w, version: 1.0.0}\n  tasks:\n    - {name: a, %s}\n'


def problems(kind: str, rest: str) -> list[Diagnostic]:
    """What is wrong with a manifest of which everything after line 4, the name, is said."""
    head = f"apiVersion: {kind_named(kind).api_version}\nkind: {kind}\nmetadata:\n  name: it\n"
    source = Source("it.yaml", (head + rest).encode(), "/", "/", named=True)
    return list(load_sources([source], LoadOptions()).diagnostics)


@pytest.mark.parametrize(
    ("kind", "rest", "code", "place", "path", "message", "hint"),
    [
        # required: at the key of the parent
        ("Agent", "", "schema.required", (1, 1), "spec", "spec is required", 'add spec: {instructions: "You answer the questions of our customers, briefly and kindly."}'),
        ("Agent", "spec: {}\n", "schema.required", (5, 1), "spec.instructions", "instructions is required under spec", 'add instructions: "You answer the questions of our customers, briefly and kindly."'),
        ("Agent", SERVERS % "name: x, stdio: {}", "schema.required", (8, 17), "spec.mcp_servers[x].stdio.command", "command is required under stdio", "add command: npx"),
        # unknown: at the key, with the nearest
        ("Agent", MODEL % "temprature: 1", "schema.unknown", (7, 11), "spec.model.temprature", "temprature is not a field here", "did you mean temperature?"),
        ("Agent", "spec:\n  instructions: Answer politely.\n  mcpServers: []\n", "schema.unknown", (7, 3), "spec.mcpServers", "mcpServers is not a field here", "write mcp_servers: fields are written in snake_case"),
        ("Agent", MODEL % "zzzz: 1", "schema.unknown", (7, 11), "spec.model.zzzz", "zzzz is not a field here", "fields: provider, name, temperature, max_tokens"),
        ("Agent", "  titel: x\n" + MODEL % "", "schema.unknown", (5, 3), "metadata.titel", "titel is not a field here", "did you mean title?"),
        # what the system says
        ("Agent", MODEL % "" + "status: {}\n", "schema.system", (8, 1), "status", "status is made by the system, never written in a manifest: it tells what became of the resource", "remove it"),
        ("Agent", "  id: agt_1\n" + MODEL % "", "schema.system", (5, 3), "metadata.id", "id is made by the system, never written in a manifest: a manifest is known by its name", "remove it"),
        ("Environment", DATA % "{fingerprint: x}", "schema.system", (7, 13), "spec.data.TOKEN.fingerprint", "fingerprint is made by the system, never written in a manifest: it stands for the value where people look", "remove it"),
        ("ApiKey", "  org: acme\nspec: {owner: ada, never_expires: true}\n", "metadata.org", (5, 3), "metadata.org", "a resource of a global kind belongs to no organization", "remove it"),
        # one of
        ("Agent", SERVERS % "name: x", "schema.one_of", (8, 7), "spec.mcp_servers[x]", "exactly one of ref, stdio, http, docker; found none", "add stdio: {command: npx}"),
        ("Agent", SERVERS % "ref: x, stdio: {command: y}", "schema.one_of", (8, 16), "spec.mcp_servers[x].stdio", "exactly one of ref, stdio, http, docker; found ref and stdio", "remove it, or remove ref"),
        ("ApiKey", "spec: {owner: ada}\n", "schema.one_of", (5, 1), "spec", "exactly one of expires_at, never_expires; found none", 'add expires_at: "2030-01-31T00:00:00Z"'),
        ("Environment", DATA % "{value: x, value_from: {env: X}}", "schema.one_of", (7, 23), "spec.data.TOKEN.value_from", "at most one of value, value_from; found value and value_from", "remove it, or remove value"),
        # enum
        ("Agent", MODEL % "provider: antropic", "schema.enum", (7, 21), "spec.model.provider", 'the string "antropic" is not one of anthropic, openai, ollama, openai_compatible', "did you mean anthropic?"),
        ("Agent", MODEL % "provider: zzzzzz", "schema.enum", (7, 21), "spec.model.provider", 'the string "zzzzzz" is not one of anthropic, openai, ollama, openai_compatible', None),
        ("Agent", "  lifecycle: {deletion: no}\n" + MODEL % "", "schema.enum", (5, 25), "metadata.lifecycle.deletion", 'the string "no" is not one of allow, protect, orphan', None),
        # type
        ("Agent", MODEL % "name: 5", "schema.type", (7, 17), "spec.model.name", "expected a string, found 5", 'write "5": a number in quotes is a string'),
        ("Agent", MODEL % "name: true", "schema.type", (7, 17), "spec.model.name", "expected a string, found true", 'write "true": in quotes it is a string'),
        ("Agent", MODEL % "name: ", "schema.type", (7, 11), "spec.model.name", "expected a string, found nothing", "give it a value, or remove it"),
        ("Agent", MODEL % "temperature: hot", "schema.type", (7, 24), "spec.model.temperature", 'expected a number, found the string "hot"', None),
        ("Agent", MODEL % "max_tokens: 1.5", "schema.type", (7, 23), "spec.model.max_tokens", "expected a whole number, found 1.5", "write 2: a whole number"),
        ("Agent", "spec: [a]\n", "schema.type", (5, 1), "spec", "expected a map, found a list", "write a key for each item, without dashes or brackets"),
        ("Agent", "spec: hello\n", "schema.type", (5, 7), "spec", 'expected a map, found the string "hello"', None),
        ("Agent", "spec: {instructions: [x]}\n", "schema.type", (5, 8), "spec.instructions", "expected a string or a map, found a list", "write one string, without dashes or brackets"),
        ("Agent", "spec:\n  instructions: Answer politely.\n  skill_refs: a\n", "schema.type", (7, 15), "spec.skill_refs", 'expected a list, found the string "a"', "write [a]"),
        ("IdentityAccount", "spec: {email: a@b.c, is_machine_account: yes}\n", "schema.type", (5, 42), "spec.is_machine_account", 'expected true or false, found the string "yes"', "write true: booleans are true and false"),
        ("IdentityAccount", "spec: {email: a@b.c, is_machine_account: Off}\n", "schema.type", (5, 42), "spec.is_machine_account", 'expected true or false, found the string "Off"', "write false: booleans are true and false"),
        # range
        ("Agent", MODEL % "temperature: 2.5", "schema.range", (7, 24), "spec.model.temperature", "2.5 is more than 2", "write 2, or less"),
        ("Agent", MODEL % "temperature: -1", "schema.range", (7, 24), "spec.model.temperature", "-1 is less than 0", "write 0, or more"),
        ("Agent", MODEL % "max_tokens: 0", "schema.range", (7, 23), "spec.model.max_tokens", "0 is less than 1", "write 1, or more"),
        # length
        ("Agent", "spec: {instructions: short}\n", "schema.length", (5, 22), "spec.instructions", "at least 10 characters are needed; found 5", None),
        ("Agent", f"  title: {'x' * 201}\n" + MODEL % "", "schema.length", (5, 10), "metadata.title", "at most 200 characters are allowed; found 201", None),
        ("Skill", 'spec: {markdown_content: ""}\n', "schema.length", (5, 26), "spec.markdown_content", "at least 1 character is needed; found none", None),
        ("Workflow", TASKS % "fork: {branches: [{name: x, tasks: [{name: y, set: {}}]}]}", "schema.length", (8, 24), "spec.tasks[a].fork.branches", "at least 2 items are needed; found 1", None),
        ("Workflow", TASKS % "wait: {duration: {}}", "schema.length", (8, 24), "spec.tasks[a].wait.duration", "at least 1 key is needed; found none", None),
        # pattern
        ("ApiKey", "spec: {owner: Ada, never_expires: true}\n", "schema.pattern", (5, 15), "spec.owner", '"Ada" is not a reference: a name such as support-bot, or ORG/NAME, with @VERSION for a version', "write ada"),
        ("IdentityAccount", "spec: {email: nope}\n", "schema.pattern", (5, 15), "spec.email", '"nope" is not an e-mail address such as ada@example.com', None),
        ("Skill", "spec: {markdown_content: x, tag: a b}\n", "schema.pattern", (5, 34), "spec.tag", '"a b" is not a tag: letters, digits, dots, hyphens and underscores, such as v1.2', "write a-b"),
        ("Environment", "spec: {data: {token: {value: x}}}\n", "schema.name", (5, 15), "spec.data.token", '"token" is not a name of a value: upper-case letters, digits and underscores, such as API_KEY', "write TOKEN"),
        # sets
        ("Agent", SERVERS % "ref: x, enabled_tools: [a, b, a]", "schema.unique", (8, 38), "spec.mcp_servers[x].enabled_tools[2]", '"a" stands here twice', "remove it"),
    ],
)  # fmt: skip
def test_words(
    kind: str, rest: str, code: str, place: tuple[int, int], path: str, message: str, hint: str | None
) -> None:
    (found,) = problems(kind, rest)
    assert found.location is not None
    assert (found.code, (found.location.line, found.location.column), found.path) == (code, place, path)
    assert (found.message, found.hint) == (message, hint)
    slug = kind_named(kind).slug
    assert (found.severity, found.resource, found.location.file) == ("error", f"{slug}/it", "it.yaml")


def test_a_document_without_a_usable_name_is_told_without_one() -> None:
    text = "apiVersion: agentic.stigmer.ai/v1\nkind: Agent\nmetadata: hello\nspec: {instructions: Answer politely.}\n"
    (found,) = load_sources(
        [Source("it.yaml", text.encode(), "/", "/", named=True)], LoadOptions()
    ).diagnostics
    assert (found.code, found.resource, found.path) == ("schema.type", None, "metadata")


@pytest.mark.parametrize(
    "entry",
    [
        "hunter2",
        "[hunter2]",
        "{is_secret: true, value: [hunter2]}",
        "{is_secret: true, value: 72635241}",
        "{is_secret: true, value: {hunter2: 1}}",
        "{value_from: hunter2}",
        "{value_from: {env: hunter2-x}}",
        "{value_from: {runner: hunter2}}",
        "72635241",
    ],
)
def test_what_stands_in_the_place_of_a_secret_is_not_repeated(entry: str) -> None:
    found = problems("Environment", DATA % entry)
    assert found
    for each in found:
        assert each.path is not None
        assert each.path.startswith("spec.data.TOKEN")
        assert not {"hunter2", "72635241"} & set(repr(each).replace('"', " ").replace("'", " ").split())
        assert "hunter2" not in each.message + str(each.hint)


def test_the_name_of_a_secret_that_is_no_name_does_not_bring_its_value() -> None:
    (found,) = problems("Environment", "spec: {data: {token: {value: hunter2}, OTHER: {value: hunter2}}}\n")
    assert "hunter2" not in repr(found)


def test_a_default_in_the_place_of_its_declaration_is_not_repeated() -> None:
    found = problems("Agent", "spec: {instructions: Answer politely., env_spec: {data: {pin: hunter2}}}\n")
    assert {each.code for each in found} == {"schema.name", "schema.type"}
    assert "hunter2" not in repr(found)


def test_a_string_in_place_of_a_map_is_one_problem() -> None:
    assert [each.code for each in problems("Environment", DATA % "hunter2")] == ["schema.type"]
    assert [each.code for each in problems("Agent", SERVERS.replace("{%s}", "x"))] == ["schema.type"]
