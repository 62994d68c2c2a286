# SPDX-License-Identifier: Apache-2.0
"""Small shops, drawn so that little changes reach far: few names, which everything refers to."""

from __future__ import annotations

import re

from hypothesis import strategies as st

Draw = st.DrawFn
_NAME = re.compile(r"^metadata: {name: (\w+)}", re.MULTILINE)

_TRANSPORTS = (
    "http: {url: 'https://one.example.com'}",
    "http: {url: 'http://localhost:1'}",
    "stdio: {command: uvx, args: [acme==1]}",
    "stdio: {command: uvx, args: [acme==1, --all]}",
    "docker: {image: 'a/b:1', network: host, volumes: [{host_path: /srv, container_path: /srv}]}",
)
_TASKS = (
    "{name: a, http_call: {method: GET, endpoint: {uri: '${.env_vars.A}/x'}}}",
    "{name: b, run: {shell: {command: ls}}}",
    "{name: c, agent_call: {agent: a0, message: '${ . }'}}",
    "{name: d, http_call: {method: GET, endpoint: {uri: 'https://x.example.com', authentication: {bearer: {token: '${.secrets.B}'}}}}}",
)
_VALUES = (
    "{value: 'https://a.example.com'}",
    "{is_secret: true, value: v}",
    "{value: 'https://b.example.com'}",
)


@st.composite
def changes(draw: Draw) -> tuple[str, str]:
    """The manifests of one shop, and of the same shop with some things as another one has them."""
    one, other = draw(_shops()), draw(_shops())
    names = sorted({**one, **other})
    differing = draw(
        st.sets(st.sampled_from([name for name in names if name not in ("ada", "bob")]), max_size=3)
    )
    mixed = {name: (other if name in differing else one).get(name) for name in names}
    if mixed.get("w") is None:
        mixed = {name: text for name, text in mixed.items() if not name.startswith("j")}
    return "---\n".join(one.values()), "---\n".join(text for text in mixed.values() if text is not None)


@st.composite
def shops(draw: Draw) -> str:
    """The manifests of one shop."""
    found: dict[str, str] = draw(_shops())
    return "---\n".join(found.values())


@st.composite
def _shops(draw: Draw) -> dict[str, str]:
    """The documents of a shop by name. Servers, environments, two agents and an instance are always there, the rest may be."""
    documents = [_server(draw, name) for name in ("s0", "s1")]
    documents += [_environment(draw, name) for name in ("e0", "e1")]
    documents.append(_document("Skill", "k", f"markdown_content: {_pick(draw, 'x', 'y')}"))
    documents += [_agent(draw, name) for name in ("a0", "a1", *_some(draw, ["a2"]))]
    documents += [
        _document("AgentInstance", name, f"agent: {_pick(draw, 'a0', 'a1')}, {_bound(draw)}")
        for name in ("i0", *_some(draw, ["i1"]))
    ]
    for name in _some(draw, ["w"]):
        tasks = ", ".join(draw(st.permutations(_TASKS))[: draw(st.integers(1, 4))])
        document = 'document: {dsl: "1.0.0", namespace: n, name: w, version: "1.0.0"}'
        documents.append(_document("Workflow", name, f"{document}, tasks: [{tasks}]"))
        documents += [
            _document("WorkflowInstance", each, f"workflow: w, {_bound(draw)}")
            for each in _some(draw, ["j0", "j1"])
        ]
    documents += [
        _document("IdentityAccount", name, "email: a@example.com", "iam") for name in ("ada", "bob")
    ]
    for name in _some(draw, ["p0", "p1"]):
        principal = f"{{kind: IdentityAccount, name: {_pick(draw, 'ada', 'bob')}}}"
        resource = "{kind: Agent, name: a0, org: default}"
        relation = _pick(draw, "owner", "viewer")
        documents.append(
            _document(
                "IamPolicy",
                name,
                f"principal: {principal}, resource: {resource}, relation: {relation}",
                "iam",
            )
        )
    return {_NAME.findall(text)[0]: text for text in documents}


def _server(draw: Draw, name: str) -> str:
    tools = _some(draw, ["look", "delete_file"])
    listed = f", default_enabled_tools: [{', '.join(tools)}]" if tools else ""
    return _document("McpServer", name, f"{_pick(draw, *_TRANSPORTS)}{listed}, {_asks(draw)}")


def _agent(draw: Draw, name: str) -> str:
    servers = []
    for server in _some(draw, ["s0", "s1"]):
        approval = _pick(draw, "", ", approval: never", ", approval: destructive", ", approval: always")
        servers.append(f"{{ref: {server}{_pick(draw, '', ', enabled_tools: [look]')}{approval}}}")
    for inline in _some(draw, ["own"]):
        servers.append(f"{{name: {inline}, {_pick(draw, *_TRANSPORTS)}}}")
    skills = _pick(draw, "", "skill_refs: [k], ")
    return _document(
        "Agent",
        name,
        f"instructions: Answer politely., {skills}mcp_servers: [{', '.join(servers)}], {_asks(draw)}",
    )


def _environment(draw: Draw, name: str) -> str:
    data = ", ".join(f"{each}: {_pick(draw, *_VALUES)}" for each in _some(draw, ["A", "B"]))
    return _document("Environment", name, f"data: {{{data}}}")


def _asks(draw: Draw) -> str:
    return f"env_spec: {{data: {{{', '.join(f'{each}: {{is_secret: true}}' for each in _some(draw, ['A', 'B']))}}}}}"


def _bound(draw: Draw) -> str:
    return f"environment_refs: [{', '.join(draw(st.permutations(_some(draw, ['e0', 'e1']))))}]"


def _document(kind: str, name: str, spec: str, group: str = "agentic") -> str:
    return f"apiVersion: {group}.stigmer.ai/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}}}\n"


def _pick(draw: Draw, *options: str) -> str:
    return draw(st.sampled_from(options))


def _some(draw: Draw, of: list[str]) -> list[str]:
    return [each for each in of if draw(st.booleans())]
