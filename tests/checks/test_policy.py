# SPDX-License-Identifier: Apache-2.0
"""Policies: what a rule sees of a resource, what is said where it does not hold, and what is wrong with rules."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer.checks.policies.document import document, parts
from stigmer.checks.policies.judge import answer, compile_policies
from stigmer.checks.policies.policy import Policy
from stigmer.checks.policies.rule import FUNCTIONS, Problem, Rule, compiled, engine
from stigmer.errors import Severity
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import kinds
from tests.reconcile.declared import manifests

SERVER = """\
apiVersion: agentic.stigmer.ai/v1
kind: McpServer
metadata:
  name: github
  labels: {tier: prod}
spec:
  docker:
    image: example/github:1
    args: [-v]
"""
AGENT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata: {name: bot}
spec:
  instructions: Answer kindly.
  mcp_servers:
    - {name: web, http: {url: "https://mcp.example.com"}}
    - {name: box, docker: {image: example/box:1}}
"""
ENVIRONMENT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Environment
metadata: {name: keys}
spec:
  data:
    CLEAR: {is_secret: true, value: sesame-opens}
    OUTSIDE: {is_secret: true, value_from: {env: TOKEN}}
    KEPT: {is_secret: true}
    PLAIN: {value: visible}
"""


def said(
    text: str, rule: str, *, kinds: tuple[str, ...] | None = None, at: str | None = None
) -> list[tuple[str, str, int, int]]:
    """What a policy says of manifests: code, message, line and column."""
    rules, problems = compile_policies([Policy("mine", rule, "not like this", kinds, at=at)])
    assert problems == {}
    found = [finding.diagnostic(severity) for severity, finding in rules.judge(manifests(text))]
    return [
        (each.code, each.message, each.location.line, each.location.column) for each in found if each.location
    ]


def holds(text: str, rule: str) -> bool:
    found = said(text, rule)
    assert all(code == "policy.violated" for code, *_ in found), found
    return not found


def only(text: str) -> Manifest:
    (manifest,) = manifests(text)
    return manifest


def test_a_rule_that_does_not_hold_is_told_with_the_policys_words_and_name() -> None:
    assert said(SERVER, "!has(resource.spec.docker)") == [
        ("policy.violated", "not like this (policy mine)", 7, 3)
    ]
    assert said(SERVER, "has(resource.spec.docker)") == []


def test_a_policy_is_about_the_kinds_it_names() -> None:
    assert said(SERVER, "false", kinds=("Agent", "Skill")) == []
    assert len(said(f"{SERVER}---\n{AGENT}", "false", kinds=("Agent",))) == 1
    assert len(said(f"{SERVER}---\n{AGENT}", "false")) == 2


@pytest.mark.parametrize(
    ("rule", "at", "line", "column"),
    [
        ("resource.spec.docker.image == 'x'", None, 8, 12),
        ("resource.spec.docker.args[0] == 'x'", None, 9, 12),
        ("has(resource.metadata.annotations.owner)", None, 3, 1),  # the deepest that is written
        ("resource.metadata.labels.tier != 'prod' || has(resource.spec.icon_url)", None, 5, 18),
        ("has(resource.spec.icon_url)", "spec.docker.image", 8, 12),
        ("has(resource.spec.icon_url)", "spec.icon_url", 6, 1),
        ("false", None, 1, 1),
    ],
)
def test_it_is_told_at_the_field_that_is_meant(rule: str, at: str | None, line: int, column: int) -> None:
    assert [(found[2], found[3]) for found in said(SERVER, rule, at=at)] == [(line, column)]


def test_an_item_of_a_named_list_can_be_meant_by_its_name() -> None:
    rule = "resource.spec.mcp_servers.all(server, !has(server.docker))"
    assert [found[2:] for found in said(AGENT, rule)] == [(6, 3)]
    assert [found[2:] for found in said(AGENT, rule, at="spec.mcp_servers[box].docker")] == [(8, 19)]


@pytest.mark.parametrize(
    ("rule", "words", "hint"),
    [
        ("resource.spec.http.url == 'x'", "resource.spec.http is not there", "has(resource.spec.http)"),
        (
            'resource.metadata.labels["a/b"] == "x"',
            'resource.metadata.labels["a/b"] is not there',
            '"a/b" in resource.metadata.labels',
        ),
        ("resource.metadata.name", "its rule gives neither true nor false", "compare"),
        ("resource.spec.docker.image + 1 == 'x'", "unsupported operation: string + int", None),
        ("size(resource.kind == 'x') > 1", "size() takes no value of the type that it is given", None),
        ("1 / 0 == 1", "division by zero", None),
        ("resource.metadata.name.matches('(')", "'(' not a valid regex", None),
    ],
)
def test_a_rule_without_an_answer_is_told_with_what_to_write(rule: str, words: str, hint: str | None) -> None:
    rules, _ = compile_policies([Policy("mine", rule, "m", severity=Severity.WARNING)])
    ((severity, finding),) = rules.judge(manifests(SERVER))
    assert (severity, finding.code) == (Severity.ERROR, "policy.failed")
    assert finding.message.startswith("policy mine has no answer here: ")
    assert words in finding.message
    assert (hint or "") in (finding.hint or "")


def test_a_field_that_is_missing_in_an_item_is_named_as_the_rule_writes_it() -> None:
    ((_, message, *_),) = said(AGENT, "resource.spec.mcp_servers.all(s, s.docker.image != 'x')")
    assert message == "policy mine has no answer here: s.docker is not there"


def test_a_rule_sees_the_manifest_as_it_is_written() -> None:
    text = """\
    apiVersion: agentic.stigmer.ai/v1
    kind: AgentInstance
    metadata: {name: one, org: acme, lifecycle: {deletion: protect}}
    spec: {agent: bot, environment_refs: [other/keys, own]}
    """
    for rule in (
        "resource.apiVersion == 'agentic.stigmer.ai/v1' && resource.kind == 'AgentInstance'",
        "resource.metadata.org == 'acme'",
        "resource.metadata.lifecycle.deletion == 'protect'",
        "resource.spec.agent == 'bot'",
        "'other/keys' in resource.spec.environment_refs && 'own' in resource.spec.environment_refs",
        "resource.all(key, key in ['apiVersion', 'kind', 'metadata', 'spec'])",
    ):
        assert holds(text, rule), rule


def test_organization_labels_and_annotations_are_always_there() -> None:
    assert holds(AGENT, "resource.metadata.org == 'default'")
    organization = "{apiVersion: tenancy.stigmer.ai/v1, kind: Organization, metadata: {name: acme}, spec: {}}"
    assert holds(organization, "resource.metadata.org == '' && size(resource.metadata.labels) == 0")
    assert holds(AGENT, "!has(resource.metadata.labels.tier) && !('a/b' in resource.metadata.annotations)")
    assert holds(SERVER, "resource.metadata.labels.tier == 'prod'")


def test_a_rule_never_sees_a_secret_but_where_it_comes_from() -> None:
    seen = document(only(ENVIRONMENT).resource, None)
    assert seen["spec"]["data"] == {
        "CLEAR": {"value": "********", "is_secret": True},
        "OUTSIDE": {"is_secret": True, "value_from": {"env": "TOKEN"}},
        "KEPT": {"is_secret": True},
        "PLAIN": {"value": "visible"},
    }
    data = "resource.spec.data"
    assert not holds(ENVIRONMENT, f"{data}.all(k, !has({data}[k].is_secret) || !has({data}[k].value))")
    assert holds(
        ENVIRONMENT, f"{data}.CLEAR.value != 'sesame-opens' && {data}.OUTSIDE.value_from.env == 'TOKEN'"
    )
    for rule in (f"{data}.CLEAR.value.matches('(')", f"{data}.CLEAR.value", f"int({data}.CLEAR.value) > 1"):
        assert "sesame" not in str(said(ENVIRONMENT, rule))


RULES = (
    "resource.spec.docker.image != 'x'",
    "has(resource.spec.http) && resource.spec.http.headers.all(name, name != 'a')",
    "resource.spec.mcp_servers.all(s, has(s.docker) || s.http.url.startsWith('https'))",
    "resource.spec.mcp_servers.exists(s, true) || size(resource.spec.skill_refs) > 1",
    "resource.spec.mcp_servers.filter(s, has(s.http)).all(s, s.name != 'web')",
    "resource.spec.mcp_servers.map(s, has(s.name)).size() == resource.spec.mcp_servers.map(s, s).size()",
    "resource.spec.mcp_servers[0].name == 'web' && resource.spec.mcp_servers.exists(s, has(s.name))",
    "resource.spec.data.all(k, has(resource.spec.data[k].value) || has(resource.spec.data[k].value_from))",
    "resource.spec.data.all(k, resource.spec.data[k].value != 'nothing of the kind')",
    "has(resource.spec.data.OUTSIDE.value_from)",
    "resource.spec.data.exists(k, 'is_secret' in resource.spec.data[k])",
    "resource.spec.tasks.exists(t, t.name == 'a') && resource.spec.tasks.all(t, !has(t.then))",
    "resource.spec.tasks.all(t, t.all(field, field != 'x'))",
    "resource.spec.all(field, field != 'docker')",
    "resource.spec.environment_refs.exists(e, true) && resource.spec.agent != 'x'",
    "'a' in resource.metadata.labels || has(resource.metadata.annotations.owner)",
    "resource.all(field, type(resource[field]) == string || size(resource[field]) > 1)",
    "resource.spec.size() > 1 && resource.metadata.name.size() > 1 && resource.metadata.lifecycle.deletion == 'protect'",
)


@pytest.mark.parametrize("rule", RULES)
def test_what_a_rule_does_not_name_makes_no_difference(rule: str, examples: Sequence[Manifest]) -> None:
    """A rule is given only the parts that it names, and answers, or fails, as if it had been given all."""
    found = compiled(Policy("mine", rule, "m"))
    assert isinstance(found, Rule)

    def given(wanted: Any, manifest: Manifest) -> Any:
        try:
            return answer(found, {"resource": document(manifest.resource, wanted)})
        except (KeyError, IndexError, RuntimeError, TypeError) as error:
            return repr(error)

    everything = [*examples, only(SERVER), only(AGENT), only(ENVIRONMENT)]
    answers = [given(None, each) for each in everything]
    assert [given(parts(found.uses), each) for each in everything] == answers
    assert True in answers or False in answers


def test_an_answer_stands_beside_errors_in_whatever_order_entries_come() -> None:
    """The engine's order is one of chance, so each of fifty rules is asked of a map of its own."""
    rule = "resource.spec.data.all(k, resource.spec.data[k].value != 'wrong')"
    mixed = ENVIRONMENT.partition("  data:")[0] + "  data: {A: {value: wrong}, B: {}}\n"
    for _ in range(50):
        made = only(mixed)
        found = compiled(Policy("mine", rule, "m"))
        assert isinstance(found, Rule)
        assert answer(found, {"resource": document(made.resource, None)}) is False


def test_what_is_not_named_is_left_out() -> None:
    rule = compiled(Policy("mine", "resource.spec.mcp_servers.all(s, has(s.docker.image))", "m"))
    assert isinstance(rule, Rule)
    seen = document(only(AGENT).resource, parts(rule.uses))
    assert seen == {"spec": {"mcp_servers": [{}, {"docker": {"image": "example/box:1"}}]}}


def wrong(rule: str, *kinds: str) -> Problem:
    found = compiled(Policy("mine", rule, "m", kinds or ("McpServer",)))
    assert isinstance(found, Problem), found
    return found


@pytest.mark.parametrize(
    ("rule", "offset", "words", "hint"),
    [
        ("1 +", 3, "the rule ends where something more is needed", None),
        ("(true", 5, ") is missing here", None),
        ("true)", 4, ") cannot stand here", None),
        ("resource.kind == 'a", 17, "the text that begins here does not end", None),
        ("resource.", 9, "something is missing here", None),
        ("# a", 0, "# is no part of CEL", None),
        ("resource.kind = 'a'", 14, "= is no part of CEL", "write =="),
        ("true and false", 5, "and cannot stand here", "write &&"),
        ("not true", 4, "true cannot stand here", "not is written !"),
        ("'\N{GRINNING FACE}' == )", 7, ") cannot stand here", None),
        ("true\n  && (", 11, "the rule ends", None),
        ("if == 1", 0, "if is a word that CEL keeps", None),
        ("has(resource)", 4, "has() asks for a field", None),
        ("resource.kind == Agent", 17, "Agent is nothing that a rule is given", "write 'Agent'"),
        ("object.spec.x == 1", 0, "object is nothing that a rule is given", "write resource"),
        ("has(spec.docker)", 4, "a rule calls the manifest resource", "write resource.spec"),
        ("resource.kind.startWith('A')", 14, "startWith is not a function", "did you mean startsWith?"),
        ("resource.spec.docker.args.all(x)", 26, "all asks for a name and what holds of it", None),
        ("has(resource.spec.dokcer)", 18, "has no field dokcer", "did you mean docker?"),
        ('resource["spec"]["dokcer"] == 1', 18, "has no field dokcer", "did you mean docker?"),
        ("resource.status.x == 1", 9, "has no field status", "fields: apiVersion, kind, metadata, spec"),
        ("has(resource.metadata.id)", 22, "has no field id", None),
        ("resource.spec.docker.image.name == 'x'", 27, "resource.spec.docker.image has no fields", None),
        ("resource.spec.docker.args.all(a, a.b)", 35, "a has no fields", None),
        ("resource.metadata.name[0] == 'x'", 22, "resource.metadata.name has no items", None),
        ("resource.metadata.name[resource.kind] == 'x'", 22, "resource.metadata.name has no items", None),
    ],
)
def test_a_rule_that_is_wrong_is_told_where_and_how(
    rule: str, offset: int, words: str, hint: str | None
) -> None:
    found = wrong(rule)
    assert (found.setting, found.offset) == ("rule", offset)
    assert words in found.message
    assert (found.hint is None) if hint is None and "fields:" not in str(found.hint) else True
    assert (hint or "") in (found.hint or "")


def test_a_field_must_be_one_of_some_kind_that_the_policy_is_about() -> None:
    rule = "has(resource.spec.docker)"
    assert isinstance(compiled(Policy("mine", rule, "m", ("Agent", "McpServer"))), Rule)
    assert isinstance(compiled(Policy("mine", rule, "m")), Rule)
    assert wrong(rule, "Agent").message == "resource.spec of kind Agent has no field docker"
    assert "any kind that the policy is about has no field docker" in wrong(rule, "Agent", "Skill").message


def test_the_field_that_is_pointed_to_must_be_one() -> None:
    def pointing(at: str) -> Rule | Problem:
        return compiled(Policy("mine", "true", "m", ("Agent",), at=at))

    for at in ("spec", "spec.mcp_servers[github].http", "spec.mcp_servers[0]", 'metadata.labels["a/b"]'):
        assert isinstance(pointing(at), Rule), at
    assert isinstance(pointing("spec.mcp_servers[))]"), Rule)  # a name that nothing has, and no harm
    assert pointing("spec.modle.name") == Problem(
        "at", 5, "spec of kind Agent has no field modle", "did you mean model?"
    )
    assert pointing("spce") == Problem(
        "at", 0, "resource of kind Agent has no field spce", "did you mean spec?"
    )


def test_a_reference_is_a_text() -> None:
    assert "has no fields" in wrong("resource.spec.agent.name == 'x'", "AgentInstance").message


def test_two_policies_do_not_have_one_name() -> None:
    rules, problems = compile_policies([Policy("a", "true", "m"), Policy("a", "false", "m")])
    assert list(rules.judge(manifests(AGENT))) == []
    assert [(index, each.setting) for index, each in problems.items()] == [(1, "name")]


_ANSWERS = {
    "contains": "'ab'.contains('a')",
    "endsWith": "'ab'.endsWith('b')",
    "matches": "'ab'.matches('^a')",
    "size": "size([1]) == 1",
    "startsWith": "'ab'.startsWith('a')",
    "bytes": "bytes('a') == b'a'",
    "double": "double(1) == 1.0",
    "dyn": "dyn(1) == 1",
    "duration": "duration('1h') > duration('1m')",
    "int": "int('1') == 1",
    "string": "string(1) == '1'",
    "timestamp": "timestamp('2030-01-01T00:00:00Z') > timestamp('2029-01-01T00:00:00Z')",
    "type": "type('a') == string",
    "uint": "uint(1) == 1u",
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_that_is_offered_is_there(name: str) -> None:
    rule = _ANSWERS.get(name, f"timestamp('2030-01-02T03:04:05Z').{name}() >= 0")
    assert holds(SERVER, rule)


def test_all_kinds_can_be_judged(examples: Sequence[Manifest]) -> None:
    rules, _ = compile_policies([Policy("mine", "resource.all(key, resource[key] != 1)", "m")])
    assert [finding.message for _, finding in rules.judge(examples)] == []
    assert {each.key.kind for each in examples} == {kind.name for kind in kinds() if kind.declarable}


@pytest.fixture(scope="module")
def examples() -> Sequence[Manifest]:
    from stigmer.manifests.load import LoadOptions, load

    return load(["examples/manifests"], LoadOptions()).manifests


@given(st.text(alphabet="resouc.spdkha()[]{}'\"!&|=<>+-*/?:,0 19\n\\", max_size=30))
@settings(max_examples=300)
def test_no_text_breaks_the_reader_of_rules(text: str) -> None:
    found = compiled(Policy("mine", text, "m"))
    if isinstance(found, Problem):
        assert 0 <= found.offset <= len(text)
        assert found.message
        assert "<EOF>" not in found.message


def test_the_longest_rules_do_not_end_the_process() -> None:
    for text in ("a." * 2000, "a+" * 2000, "(" * 4000, "[" * 4000, "!" * 4000, "-" * 4000, "a?b:" * 1000):
        compiled(Policy("mine", text[:-1] + "a", "m"))


def run(code: str) -> Any:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_the_engine_is_loaded_alone_and_does_not_keep_others_from_the_package() -> None:
    alone = "import sys; from stigmer.checks.policies.rule import engine; e = engine();"
    assert (
        run(f"{alone} print('prompt_toolkit' in sys.modules, e.compile('1 + 1').execute({{}}))")
        == "False 2\n"
    )
    assert run(f"{alone} import cel; print(cel.evaluate('1 + 1'))") == "2\n"
    assert (
        run("import cel; from stigmer.checks.policies.rule import engine; print(engine() is cel)") == "True\n"
    )
    assert engine() is engine()
