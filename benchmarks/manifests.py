# SPDX-License-Identifier: Apache-2.0
"""Manifests to measure with: believable, valid, every one of 57 lines, and the same whenever they are made.

The kinds are mixed as a company with many teams would have them; references lead to other manifests of the same set.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

LINES = 57
SECRET_VARIABLE = "BENCHMARK_TOKEN"
"""The variable of the environment from which the generated environments take their secrets."""

_PER_DIRECTORY = 100
_PATTERN = (
    ("agent",) * 7
    + ("agent-instance",) * 3
    + ("skill",) * 4
    + ("mcp-server",) * 2
    + ("environment",) * 1
    + ("workflow",) * 2
    + ("workflow-instance",) * 1
)
_PROSE = """
answer every customer in their own language and name the document a fact was taken from before any refund is promised look up
the order its parcels and earlier tickets never guess an amount ask a colleague when the policy is silent keep notes short write
them for the next person who reads this ticket at night
"""
_WORDS = tuple(_PROSE.split())
_MISTAKES = (
    ("  title: ", "  titel: "),
    ("    stage: production", "    stage: 5"),
    ("spec:", "specs:"),
    ("  tags: [", "  tags: [["),
    ("  name: ", "  name: The "),
    ("kind: ", "kind: My"),
    ("      approval: never", "      approval: nevr"),
    ("        is_secret: true", "        is_secret: yes"),
    ("      switch:", "      swich:"),
    ("  description: ", "\tdescription: "),
)
_POLICIES = (
    (
        "Agent",
        "resource.spec.model.provider in ['anthropic', 'openai'] && resource.spec.model.max_tokens <= 8192",
    ),
    ("AgentInstance", "resource.spec.environment_refs.size() <= 3"),
    ("McpServer", "!has(resource.spec.http) || resource.spec.http.url.startsWith('https://')"),
    ("Environment", "resource.spec.data.all(name, name.matches('^[A-Z_]+$'))"),
    (
        "Workflow",
        "resource.spec.tasks.exists(task, task.name == 'tell') && 'acme.example/owner' in resource.metadata.annotations",
    ),
)
_TEAMS = ("support", "finance", "operations", "catalogue", "logistics", "security", "research", "people")


@dataclass(frozen=True, slots=True)
class _Place:
    """Which manifest is written: its number among those of its kind, how many there are of each kind, its own chance."""

    number: int
    counts: dict[str, int]
    random: Random

    def some(self, kind: str) -> str:
        """The name of some manifest of a kind."""
        return f"{kind}-{self.random.randrange(self.counts[kind])}"

    def sentence(self, words: int) -> str:
        """So many words, as a text has them."""
        return " ".join(self.random.choice(_WORDS) for _ in range(words))


@dataclass(frozen=True, slots=True)
class Made:
    """A manifest that was made: its kind and its name, as `agent` and `agent-7`, and its text."""

    kind: str
    name: str
    text: str


def kinds_of(count: int) -> list[str]:
    """The kinds of so many manifests, in their order."""
    return [_PATTERN[index % len(_PATTERN)] for index in range(count)]


def manifests(count: int, seed: int = 1) -> Iterator[Made]:
    """So many manifests, of mixed kinds."""
    kinds = kinds_of(count)
    # A pattern that is cut short may lack a kind that another refers to; agents refer to nothing that is not there.
    counts = {kind: kinds.count(kind) for kind in dict.fromkeys(_PATTERN)}
    if count < len(_PATTERN):
        raise ValueError(f"at least {len(_PATTERN)} manifests make a whole set")
    numbers = dict.fromkeys(counts, 0)
    random = Random(seed)
    for kind in kinds:
        place = _Place(numbers[kind], counts, random)
        numbers[kind] += 1
        yield Made(kind, f"{kind}-{place.number}", _WRITERS[kind](place))


def write_manifests(directory: Path, count: int, seed: int = 1) -> None:
    """Writes so many manifests below a directory, one a file, a hundred in each subdirectory."""
    for index, made in enumerate(manifests(count, seed)):
        write_file(directory, index, made.name, made.text)


def write_file(directory: Path, index: int, name: str, text: str) -> Path:
    """Writes one of many files below a directory, a hundred in each subdirectory."""
    file = directory / f"team-{index // _PER_DIRECTORY:03}" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file


def write_mistakes(directory: Path, count: int, seed: int = 1) -> None:
    """The same manifests with one mistake in each tenth file, a different one each time."""
    write_manifests(directory, count, seed)
    files = sorted(directory.rglob("*.yaml"))[::10]
    for index, file in enumerate(files):
        right, wrong = _MISTAKES[index % len(_MISTAKES)]
        text = file.read_text("utf-8")
        if text.count(right) == 0:  # not every kind has every field
            right, wrong = _MISTAKES[0]
        file.write_text(text.replace(right, wrong, 1), "utf-8")


def write_policies(file: Path) -> None:
    """A project file with five policies, each about one kind, that hold for all the manifests."""
    lines = ["name: benchmark", "paths: [manifests]", "policies:"]
    for kind, rule in _POLICIES:
        lines += [
            f"  - name: {kind.lower()}",
            f"    kinds: [{kind}]",
            f'    rule: "{rule}"',
            "    message: not here",
        ]
    file.write_text("\n".join([*lines, ""]), "utf-8")


def write_one(file: Path, seed: int = 1) -> None:
    """Writes one manifest that refers to nothing."""
    file.write_text(_agent(_Place(0, {}, Random(seed))), "utf-8")


def _document(place: _Place, kind: str, name: str, spec: list[str], text_at: int, words: int) -> str:
    """A manifest around its spec; the text that begins at a line of the spec is as long as it takes to fill 57 lines."""
    team = _TEAMS[place.number % len(_TEAMS)]
    head = [
        "apiVersion: agentic.stigmer.ai/v1",
        f"kind: {kind}",
        "metadata:",
        f"  name: {name}",
        f"  title: {kind} number {place.number} of the {team} team",
        "  labels:",
        f"    team: {team}",
        f"    tier: t{place.number % 5}",
        "    stage: production",
        "  annotations:",
        f"    acme.example/owner: {team}@acme.example",
        f"    acme.example/runbook: https://wiki.acme.example/{team}/{name}",
        f"  tags: [{team}, generated]",
        "spec:",
    ]
    indent = " " * (len(spec[text_at]) - len(spec[text_at].lstrip()) + 2)
    text = [indent + place.sentence(words) for _ in range(LINES - len(head) - len(spec))]
    return "\n".join([*head, *spec[: text_at + 1], *text, *spec[text_at + 1 :], ""])


def _agent(place: _Place) -> str:
    inline = not place.counts or place.number % 2 == 0
    servers = _inline_servers() if inline else _referred_servers(place)
    skills = (
        []
        if not place.counts
        else [f"  skill_refs: [{place.some('skill')}, default/{place.some('skill')}@stable]"]
    )
    spec = [
        "  description: A generated agent that answers questions about orders.",
        "  instructions: |",
        "  model:",
        "    provider: anthropic",
        "    name: claude-sonnet-4-5",
        f"    temperature: 0.{place.number % 9 + 1}",
        "    max_tokens: 4096",
        *servers,
        *skills,
        "  env_spec:",
        "    data:",
        "      HELP_DESK_TOKEN:",
        "        is_secret: true",
        "        description: May read and answer tickets.",
        "      REGION:",
        "        default: eu-central",
        "        optional: true",
    ]
    return _document(place, "Agent", f"agent-{place.number}", spec, 1, 6)


def _inline_servers() -> list[str]:
    return [
        "  mcp_servers:",
        "    - name: orders",
        "      stdio:",
        "        command: uvx",
        '        args: [acme-orders-mcp==2.4.1, --read-only, --region, "${REGION}"]',
        "      enabled_tools: [find_orders, get_order, list_parcels]",
        "      approval: never",
        "    - name: help-desk",
        "      http:",
        "        url: https://helpdesk.acme.example/mcp",
        "        headers: {Authorization: 'Bearer ${HELP_DESK_TOKEN}'}",
        "        timeout_seconds: 30",
        "      approval: destructive",
    ]


def _referred_servers(place: _Place) -> list[str]:
    first = place.random.randrange(place.counts["mcp-server"])
    second = (first + 1) % place.counts["mcp-server"]
    return [
        "  mcp_servers:",
        f"    - ref: mcp-server-{first}",
        "      enabled_tools: [find_orders, get_order]",
        "      approval: never",
        f"    - ref: {{name: mcp-server-{second}, org: default}}",
        "      approval: destructive",
    ]


def _agent_instance(place: _Place) -> str:
    """An instance; among those of an environment there are agents of both sorts, so that each of its values is asked for."""
    environments = place.counts["environment"]
    own, other = place.number % environments, place.random.randrange(environments)
    agent = 2 * (place.number % (place.counts["agent"] // 2)) + place.number // environments % 2
    spec = [
        f"  agent: agent-{agent}",
        f"  environment_refs: [environment-{own}, default/environment-{other}]",
        "  description: |",
    ]
    return _document(place, "AgentInstance", f"agent-instance-{place.number}", spec, 2, 4)


def _skill(place: _Place) -> str:
    spec = [
        "  description: A generated skill about what to do when a parcel is late.",
        "  tag: stable",
        "  markdown_content: |",
    ]
    return _document(place, "Skill", f"skill-{place.number}", spec, 2, 5)


def _mcp_server(place: _Place) -> str:
    spec = [
        "  description: |",
        "  tags: [orders, read-only]",
        "  docker:",
        f"    image: registry.acme.example/tools/orders-mcp:2.{place.number}.0",
        '    args: [--read-only, --region, "${ORDERS_REGION}"]',
        "    volumes:",
        "      - host_path: /srv/orders",
        "        container_path: /orders",
        "        read_only: true",
        "    ports:",
        "      - host_port: 8080",
        "        container_port: 80",
        "        protocol: tcp",
        "  default_enabled_tools: [find_orders, get_order, get_customer, list_parcels]",
        "  env_spec:",
        "    data:",
        "      ORDERS_REGION:",
        "        description: Which replica is read.",
        "        default: eu-central",
        "      ORDERS_DATABASE_URL:",
        "        is_secret: true",
        "        description: A role that can only select.",
    ]
    return _document(place, "McpServer", f"mcp-server-{place.number}", spec, 0, 6)


def _environment(place: _Place) -> str:
    spec = [
        "  description: |",
        "  data:",
        "    HELP_DESK_TOKEN:",
        f"      value_from: {{env: {SECRET_VARIABLE}}}",
        "    ORDERS_DATABASE_URL:",
        "      is_secret: true",
        "      value_from: {runner: {env: ORDERS_DATABASE_URL}}",
        "    CARRIER_TOKEN:",
        "      value_from: {runner: {file: /run/secrets/carrier}}",
    ]
    for name, value in (
        ("ORDERS_REGION", "eu-central"),
        ("LOG_LEVEL", "info"),
        ("CARRIER_URL", f"https://api-{place.number}.parcelpost.example"),
        ("BATCH_SIZE", '"200"'),
    ):
        spec += [f"    {name}:", f"      value: {value}", "      description: Read when the process starts."]
    return _document(place, "Environment", f"environment-{place.number}", spec, 0, 7)


def _workflow(place: _Place) -> str:
    name = f"workflow-{place.number}"
    spec = [
        "  description: |",
        f"  document: {{dsl: 1.0.3, namespace: acme-shop, name: {name}, version: 1.{place.number}.0}}",
        "  timeout: {hours: 2}",
        "  env_spec:",
        "    data:",
        "      CARRIER_URL: {}",
        "      CARRIER_TOKEN: {is_secret: true}",
        "      BATCH_SIZE: {default: '100'}",
        "      LOG_LEVEL: {optional: true}",
        "  tasks:",
        "    - name: askPrice",
        "      try:",
        "        tasks:",
        "          - name: quote",
        "            http_call:",
        "              method: POST",
        '              endpoint: {uri: "${.env_vars.CARRIER_URL}/v2/quote"}',
        "              headers: {Authorization: 'Bearer ${.secrets.CARRIER_TOKEN}'}",
        f'              body: {{to: "${{ .address }}", grams: "${{ .weight_grams + {place.number} }}"}}',
        "              timeout_seconds: 30",
        "        catch:",
        "          retry:",
        "            delay: PT5S",
        "            limit: {attempt: {count: 3}}",
        "    - name: isItDear",
        "      switch:",
        "        cases:",
        f'          - {{name: dear, when: ".price_cents > {5000 + place.number}", then: askAgent}}',
        "          - {name: otherwise, then: tell}",
        "    - name: askAgent",
        "      agent_call:",
        f"        agent: {place.some('agent')}",
        '        message: "Is a price of ${ .price_cents } cents right?"',
        "        config: {timeout_seconds: 120, temperature: 0}",
        "    - name: tell",
        "      emit:",
        "        event: {type: com.acme.price.known.v1, source: /shop/prices}",
    ]
    return _document(place, "Workflow", name, spec, 0, 8)


def _workflow_instance(place: _Place) -> str:
    spec = [
        f"  workflow: {place.some('workflow')}",
        f"  environment_refs: [environment-{place.number % place.counts['environment']}]",
        "  description: |",
    ]
    return _document(place, "WorkflowInstance", f"workflow-instance-{place.number}", spec, 2, 4)


_WRITERS: dict[str, Callable[[_Place], str]] = {
    "agent": _agent,
    "agent-instance": _agent_instance,
    "skill": _skill,
    "mcp-server": _mcp_server,
    "environment": _environment,
    "workflow": _workflow,
    "workflow-instance": _workflow_instance,
}
