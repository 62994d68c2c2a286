# SPDX-License-Identifier: Apache-2.0
"""The canonical form: what was said and nothing else, every spelling of it one, secrets out of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

import orjson
import pytest

from stigmer.manifests.outlines.samples import SEALED
from stigmer.manifests.source import Source, read_text
from stigmer.resources.canonical import Problem, canonicalize
from stigmer.resources.confidential import Redacted
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import kind_named
from stigmer.resources.links import links
from stigmer.resources.resource import (
    Age,
    Env,
    File,
    Held,
    Keyring,
    Literal,
    Resource,
    digest,
    encode,
    with_fingerprints,
)

SAID = "Answer politely."


def no_files(path: str) -> str:
    raise ValueError(f"'{path}' is not there")


def canonical(
    kind: str,
    spec: dict[str, Any],
    metadata: dict[str, Any] | None = None,
    *,
    org: str = "default",
    read: Callable[[str], str] = no_files,
) -> tuple[Resource, list[Problem]]:
    about = kind_named(kind)
    document = {
        "apiVersion": about.api_version,
        "kind": kind,
        "metadata": {"name": "it", **(metadata or {})},
        "spec": spec,
    }
    return canonicalize(about, orjson.loads(orjson.dumps(document)), org=org, read_text=read)


def made(kind: str, spec: dict[str, Any], metadata: dict[str, Any] | None = None, **how: Any) -> Resource:
    resource, problems = canonical(kind, spec, metadata, **how)
    assert problems == []
    return resource


def digest_of(resource: Resource) -> str:
    return digest(encode(resource.body))


def agent(**spec: Any) -> dict[str, Any]:
    return {"instructions": SAID, **spec}


def task(**configuration: Any) -> dict[str, Any]:
    return {
        "document": {"dsl": "1.0.0", "namespace": "n", "name": "it", "version": "1.0.0"},
        "tasks": [{"name": "one", **configuration}],
    }


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("Agent", agent(skill_refs=["a", "b@latest"]), agent(skill_refs=["default/a", {"name": "b"}])),
        (
            "Agent",
            agent(skill_refs=["a@v1"]),
            agent(skill_refs=[{"name": "a", "org": "default", "version": "v1"}]),
        ),
        (
            "Agent",
            agent(mcp_servers=[{"ref": "x", "enabled_tools": ["b", "a"]}]),
            agent(mcp_servers=[{"ref": {"name": "x"}, "enabled_tools": ["a", "b"]}]),
        ),
        (
            "Workflow",
            task(wait={"duration": "PT90S"}),
            task(wait={"duration": {"minutes": 1, "seconds": 30}}),
        ),
        (
            "ApiKey",
            {"owner": "ada", "expires_at": "2030-01-31T02:00:00+02:00"},
            {"owner": {"name": "ada"}, "expires_at": "2030-01-31T00:00:00.0Z"},
        ),
        (
            "IamPolicy",
            {
                "principal": {"kind": "IdentityAccount", "name": "ada"},
                "resource": {"kind": "Agent", "name": "bot"},
                "relation": "viewer",
            },
            {
                "principal": {"kind": "IdentityAccount", "name": "ada"},
                "resource": {"kind": "Agent", "name": "bot", "org": "default"},
                "relation": "viewer",
            },
        ),
        (
            "Environment",
            {"data": {"TOKEN": {"value_from": {"env": "A"}, "is_secret": False}}},
            {"data": {"TOKEN": {"value_from": {"file": "a"}}}},
        ),
        (
            "Environment",
            {"data": {"TOKEN": {"value_from": {"runner": {"env": "A"}}}}},
            {"data": {"TOKEN": {"is_secret": True, "value_from": {"runner": {"env": "A"}}}}},
        ),
    ],
)
def test_two_spellings_have_one_digest(kind: str, one: dict[str, Any], other: dict[str, Any]) -> None:
    assert digest_of(made(kind, one)) == digest_of(made(kind, other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (agent(), agent(model={})),
        (agent(model={}), agent(model={"temperature": 0})),
        (agent(), agent(skill_refs=[])),
        (agent(skill_refs=["a", "b"]), agent(skill_refs=["b", "a"])),
        (agent(skill_refs=["a"]), agent(skill_refs=["a@v1"])),
        (agent(description=""), agent()),
        (agent(env_spec={"data": {"X": {"is_secret": False}}}), agent(env_spec={"data": {"X": {}}})),
    ],
)
def test_what_was_said_counts_even_where_it_is_a_default(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert digest_of(made("Agent", one)) != digest_of(made("Agent", other))


def test_presence_stays() -> None:
    spec = agent(model={"temperature": 0}, skill_refs=[], env_spec={"data": {"X": {"is_secret": False}}})
    assert made("Agent", spec).body["spec"] == spec
    plain = {"data": {"X": {"is_secret": False, "value": ""}}}
    assert made("Environment", plain).body["spec"] == plain


def test_sets_are_sorted_and_enums_are_the_protos() -> None:
    servers = [{"ref": "x", "enabled_tools": ["b", "a", "b"], "approval": "never"}]
    found = made(
        "Agent", agent(mcp_servers=servers), {"tags": ["z", "a"], "lifecycle": {"deletion": "protect"}}
    )
    assert found.body["metadata"]["tags"] == ["a", "z"]
    assert found.body["metadata"]["lifecycle"] == {"deletion": "DELETION_PROTECT"}
    assert found.protected
    (server,) = found.body["spec"]["mcp_servers"]
    assert server["enabled_tools"] == ["a", "b"]
    assert server["approval"].endswith("_NEVER")
    assert display(found.kind, found.body, "default")["spec"]["mcp_servers"][0]["approval"] == "never"


def test_references_are_collected_with_their_places() -> None:
    spec = agent(
        skill_refs=["a@v1", "zoo/b"], sub_agents=[{"name": "s", "instructions": SAID, "skill_refs": ["c"]}]
    )
    found = made("Agent", spec, {"depends_on": ["environment/e", "AGT/zoo/x"]}, org="acme")
    assert {(each.path, each.key, each.version) for each in found.references} == {
        (("metadata", "org"), Key("Organization", "", "acme"), None),
        (("metadata", "depends_on", 0), Key("Environment", "acme", "e"), None),
        (("metadata", "depends_on", 1), Key("Agent", "zoo", "x"), None),
        (("spec", "skill_refs", 0), Key("Skill", "acme", "a"), "v1"),
        (("spec", "skill_refs", 1), Key("Skill", "zoo", "b"), None),
        (("spec", "sub_agents", 0, "skill_refs", 0), Key("Skill", "acme", "c"), None),
    }
    assert links(found.kind, found.body) == {each.key for each in found.references}


@pytest.mark.parametrize(
    "spellings",
    [
        ["agent/x", "Agent/x", "agents/x", "agt/x", "agent/default/x"],
        ["agent-instance/x", "AgentInstance/x", "agent_instances/x", "ain/default/x"],
        ["organization/x", "org/x"],
    ],
)
def test_spellings_of_depends_on(spellings: list[str]) -> None:
    bodies = [made("Skill", {"markdown_content": "x"}, {"depends_on": [each]}).body for each in spellings]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["metadata"]["depends_on"] == [spellings[0]]


def test_a_global_kind_remembers_in_which_organization_it_meant() -> None:
    found = made("ApiKey", {"owner": "ada", "never_expires": True}, {"depends_on": ["agent/x"]}, org="acme")
    assert found.key == Key("ApiKey", "", "it")
    assert {each.key for each in found.references} == links(found.kind, found.body)
    assert Key("Agent", "acme", "x") in links(found.kind, found.body)


def test_a_new_name_is_no_part_of_the_body() -> None:
    renamed = made("Agent", agent(), {"renamed_from": "old"}, org="acme")
    assert renamed.renamed_from == Key("Agent", "acme", "old")
    assert digest_of(renamed) == digest_of(made("Agent", agent(), org="acme"))
    assert made("Agent", agent()).renamed_from is None


@pytest.mark.parametrize(
    ("entry", "source"),
    [
        ({"is_secret": True, "value": "hunter2"}, Literal),
        ({"value_from": {"env": "A"}}, Env),
        ({"value_from": {"file": "a"}}, File),
        ({"value_from": {"keyring": {"service": "s", "username": "u"}}}, Keyring),
        ({"value_from": {"age": SEALED}}, Age),
        ({"is_secret": True}, Held),
    ],
)
def test_secrets_leave_the_body(entry: dict[str, Any], source: type) -> None:
    found = made("Environment", {"data": {"TOKEN": {**entry, "description": "d"}}})
    assert found.body["spec"] == {"data": {"TOKEN": {"is_secret": True, "description": "d"}}}
    (slot,) = found.secrets
    assert (slot.path, slot.steps, type(slot.source)) == (
        "spec.data.TOKEN",
        ("spec", "data", "TOKEN"),
        source,
    )
    if source is Literal:
        assert "hunter2" not in repr(found)
    sealed = with_fingerprints(found, {"spec.data.TOKEN": "f" * 64})
    assert sealed.body["spec"]["data"]["TOKEN"]["fingerprint"] == "f" * 64
    assert "fingerprint" not in found.body["spec"]["data"]["TOKEN"]
    shown = display(sealed.kind, sealed.body, "default")
    assert shown["spec"]["data"]["TOKEN"] == {
        "is_secret": True,
        "description": "d",
        "value": Redacted("f" * 64),
    }


def test_what_is_no_stored_secret_stays() -> None:
    data = {
        "PLAIN": {"value": "x"},
        "OPEN": {"is_secret": False, "value": "x"},
        "RUNNER": {"is_secret": True, "value_from": {"runner": {"env": "X"}}},
    }
    found = made("Environment", {"data": data})
    assert (found.body["spec"]["data"], found.secrets) == (data, ())
    assert display(found.kind, found.body, "default")["spec"]["data"] == data


@pytest.mark.parametrize(
    ("kind", "spec", "metadata", "problem"),
    [
        (
            "Agent",
            agent(mcp_servers=[{"ref": "x"}, {"ref": "zoo/x@v1"}]),
            {},
            (("spec", "mcp_servers", 1), "schema.unique", "'x' is already"),
        ),
        (
            "Agent",
            agent(sub_agents=[{"name": "a", "instructions": SAID}, {"name": "a", "instructions": SAID}]),
            {},
            (("spec", "sub_agents", 1), "schema.unique", "'a' is already"),
        ),
        ("Agent", agent(), {"labels": {"stigmer.ai/x": ""}}, (("metadata", "labels", "stigmer.ai/x"), "metadata.reserved", "system's")),
        ("Agent", agent(), {"annotations": {"stigmer.ai/": ""}}, (("metadata", "annotations", "stigmer.ai/"), "metadata.reserved", "system's")),
        ("Agent", agent(), {"depends_on": ["agnt/x"]}, (("metadata", "depends_on", 0), "reference.kind", "'agnt' is not a kind")),
        ("Agent", agent(), {"depends_on": ["org/acme/x"]}, (("metadata", "depends_on", 0), "reference.scope", "global")),
        ("Agent", agent(), {"lifecycle": {"ignore_changes": ["spec", "spec[", "x y"]}}, (("metadata", "lifecycle", "ignore_changes", 1), "schema.format", "not a field path")),
        ("ApiKey", {"owner": "acme/ada", "never_expires": True}, {}, (("spec", "owner"), "reference.scope", "global")),
        ("ApiKey", {"owner": "ada", "expires_at": "2030-02-30T00:00:00Z"}, {}, (("spec", "expires_at"), "schema.format", "not a time that exists")),
        ("Workflow", task(wait={"duration": {"days": 2**53}}), {}, (("spec", "tasks", 0, "wait", "duration"), "schema.format", "10,000 years")),
        ("Agent", {"instructions": {"file": "gone"}}, {}, (("spec", "instructions", "file"), "manifest.file", "'gone' is not there")),
        (
            "Workflow",
            task(openapi_call={"document": {"file": "gone"}, "operation_id": "x"}),
            {},
            (("spec", "tasks", 0, "openapi_call", "document", "file"), "manifest.file", "'gone' is not there"),
        ),
    ],
)  # fmt: skip
def test_what_has_no_canonical_form(
    kind: str, spec: dict[str, Any], metadata: dict[str, Any], problem: tuple[Any, str, str]
) -> None:
    _, problems = canonical(kind, spec, metadata)
    path, code, words = problem
    assert (problems[0].path, problems[0].code) == (path, code)
    assert words in problems[0].message


def test_a_label_that_only_looks_like_the_systems_is_fine() -> None:
    made(
        "Agent", agent(), {"labels": {"stigmer.ai": "", "example.com/stigmer.ai/x": "", "xstigmer.ai/y": ""}}
    )


class TestTextsFromFiles:
    @pytest.fixture
    def root(self, tmp_path: FilePath) -> FilePath:
        root = tmp_path / "root"
        (root / "agents").mkdir(parents=True)
        (tmp_path / "outside.md").write_text("Not for manifests.")
        return root

    def read(self, root: FilePath, path: str) -> tuple[str, list[Problem]]:
        source = Source("a.yaml", b"", str(root / "agents"), str(root), named=True)
        resource, problems = canonical("Agent", {"instructions": {"file": path}}, read=read_text(source))
        return resource.body["spec"]["instructions"], problems

    @pytest.mark.parametrize(
        "data",
        [b"one\ntwo three\n", b"one\r\ntwo three\r\n", b"one\rtwo three\r", b"\xef\xbb\xbfone\ntwo three\n"],
    )
    def test_line_ends_and_a_byte_order_mark_do_not_count(self, root: FilePath, data: bytes) -> None:
        (root / "agents" / "it.md").write_bytes(data)
        assert self.read(root, "./it.md") == ("one\ntwo three\n", [])

    def test_a_file_elsewhere_below_the_root_is_read(self, root: FilePath) -> None:
        (root / "shared.md").write_text("For every agent.")
        (root / "agents" / "link.md").symlink_to(root / "shared.md")
        for path in ("../shared.md", "link.md", str(root / "shared.md")):
            assert self.read(root, path) == ("For every agent.", [])

    def test_the_root_is_not_left(self, root: FilePath) -> None:
        (root / "agents" / "link.md").symlink_to(root.parent / "outside.md")
        (root / "agents" / "up").symlink_to(root.parent)
        (root.parent / "root-other").mkdir()
        (root.parent / "root-other" / "x.md").write_text("Not for manifests.")
        for path in (
            "../../outside.md",
            "link.md",
            "up/outside.md",
            str(root.parent / "outside.md"),
            "../../root-other/x.md",
            "/etc/passwd",
        ):
            text, (problem,) = self.read(root, path)
            assert (text, problem.code) == ("", "manifest.file")
            assert problem.message == f"'{path}' leaves the source root"

    @pytest.mark.parametrize(
        ("data", "code", "words"),
        [
            (b"short", "schema.length", "holds 5 characters, at least 10 are needed"),
            ("é".encode() * 9, "schema.length", "holds 9 characters"),
            (b"", "schema.length", "holds 0 characters"),
            (b"caf\xe9 and so on", "manifest.file", "is not UTF-8"),
            (None, "manifest.file", "cannot be read: No such file"),
        ],
    )
    def test_what_cannot_be_used_is_told(
        self, root: FilePath, data: bytes | None, code: str, words: str
    ) -> None:
        if data is not None:
            (root / "agents" / "it.md").write_bytes(data)
        _, (problem,) = self.read(root, "it.md")
        assert (problem.code, problem.path) == (code, ("spec", "instructions", "file"))
        assert words in problem.message

    def test_odd_names_are_told(self, root: FilePath) -> None:
        for path in ("a\0b", ".", "", "../agents"):
            assert [each.code for each in self.read(root, path)[1]] == ["manifest.file"]

    def test_a_file_and_the_same_text_in_place_are_one(self, root: FilePath) -> None:
        (root / "agents" / "it.md").write_bytes(b"One line.\r\nAnother.\r\n")
        source = Source("a.yaml", b"", str(root / "agents"), str(root), named=True)
        in_file = made("Agent", {"instructions": {"file": "it.md"}}, read=read_text(source))
        assert digest_of(in_file) == digest_of(made("Agent", {"instructions": "One line.\nAnother.\n"}))
