# SPDX-License-Identifier: Apache-2.0
"""Overlays: what merges and what is replaced, and that every value of what comes of it is found where it was said."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

import pytest

from stigmer.manifests.load import Loaded, LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.overlays.document import read_overlays
from stigmer.manifests.source import Source
from stigmer.resources.paths import Path

AGENT = """\
apiVersion: agentic.stigmer.ai/v1
kind: Agent
metadata:
  name: bot
  labels: {team: support}
  tags: [b, a]
spec:
  instructions: Answer politely.
  model:
    name: small
    temperature: 0
  mcp_servers:
    - name: github
      stdio: {command: gh}
      enabled_tools: [read, write]
    - ref: desk
"""
OVERLAY = "kind: Agent\nmetadata: {name: bot}\n"


def source(text: str, name: str, directory: FilePath | str = "/") -> Source:
    return Source(name, text.encode(), str(directory), str(directory), named=True)


def loaded(base: str, *overlays: str, org: str = "default") -> Loaded:
    sources = [source(text, f"over-{number}.yaml") for number, text in enumerate(overlays)]
    return load_sources(
        [source(base, "base.yaml")], LoadOptions(org=org), read_overlays(sources, strict=False)
    )


def merged(base: str, *overlays: str) -> Manifest:
    found = loaded(base, *overlays)
    assert found.diagnostics == ()
    (manifest,) = found.manifests
    return manifest


def spec(*overlays: str, of: str = AGENT) -> dict[str, Any]:
    return dict(merged(of, *(OVERLAY + each for each in overlays)).resource.body["spec"])


def told(found: Loaded) -> list[tuple[str, str]]:
    return [(each.code, str(each.location)) for each in found.diagnostics]


class TestMerging:
    def test_maps_merge_by_key(self) -> None:
        assert spec("spec: {model: {name: large, max_tokens: 9}}")["model"] == {
            "name": "large",
            "temperature": 0,
            "max_tokens": 9,
        }

    def test_maps_of_the_users_own_merge_by_key(self) -> None:
        metadata = merged(AGENT, "kind: Agent\nmetadata: {name: bot, labels: {stage: prod}}\n").resource.body[
            "metadata"
        ]
        assert metadata["labels"] == {"team": "support", "stage": "prod"}

    def test_named_lists_merge_by_name_and_new_items_come_last(self) -> None:
        servers = spec(
            "spec: {mcp_servers: [{name: new, stdio: {command: new}}, {ref: desk, approval: always},"
            " {name: github, stdio: {args: [--quiet]}}]}"
        )["mcp_servers"]
        assert [each.get("name") or each["ref"]["name"] for each in servers] == ["github", "desk", "new"]
        assert servers[0]["stdio"] == {"command": "gh", "args": ["--quiet"]}
        assert servers[1]["approval"].endswith("ALWAYS")

    def test_sets_merge_by_value(self) -> None:
        servers = spec("spec: {mcp_servers: [{name: github, enabled_tools: [write, search]}]}")["mcp_servers"]
        assert servers[0]["enabled_tools"] == ["read", "search", "write"]

    def test_other_lists_are_replaced(self) -> None:
        base = AGENT + "  skill_refs: [one, two]\n"
        refs = spec("spec: {skill_refs: [three]}", of=base)["skill_refs"]
        assert [each["name"] for each in refs] == ["three"]

    def test_a_reference_is_one_value_in_either_form(self) -> None:
        base = "apiVersion: agentic.stigmer.ai/v1\nkind: AgentInstance\nmetadata: {name: it}\nspec: {agent: %s}\n"
        over = "kind: AgentInstance\nmetadata: {name: it}\nspec: {agent: {name: other}}\n"
        short, long = merged(base % "zoo/bot", over), merged(base % "{name: bot, org: zoo}", over)
        assert short.resource.body == long.resource.body

    def test_overlays_come_one_after_the_other(self) -> None:
        assert spec("spec: {model: {name: large}}", "spec: {model: {name: huge}}")["model"]["name"] == "huge"
        assert "model" not in spec("spec: {model: {name: large}}", "spec: {model: {$delete: true}}")
        assert spec("spec: {model: {$delete: true}}", "spec: {model: {name: x}}")["model"] == {"name": "x"}

    def test_what_stands_in_a_file_stands_beside_the_overlay(self, tmp_path: FilePath) -> None:
        for place, text in (("base", "From the base.\n"), ("over", "From the overlay.\n")):
            (tmp_path / place).mkdir()
            (tmp_path / place / "it.md").write_text(text)
        base = AGENT.replace("Answer politely.", "{file: it.md}")
        for over, expected in (
            ("spec: {model: {name: x}}", "From the base.\n"),
            ("spec: {instructions: {file: it.md}}", "From the overlay.\n"),
        ):
            found = load_sources(
                [Source("b.yaml", base.encode(), str(tmp_path / "base"), str(tmp_path), named=True)],
                LoadOptions(),
                read_overlays(
                    [
                        Source(
                            "o.yaml",
                            (OVERLAY + over).encode(),
                            str(tmp_path / "over"),
                            str(tmp_path),
                            named=True,
                        )
                    ],
                    strict=False,
                ),
            )
            assert found.diagnostics == ()
            assert found.manifests[0].resource.body["spec"]["instructions"] == expected

    def test_the_source_of_a_secret_is_that_of_the_document_that_says_it(self) -> None:
        base = (
            "apiVersion: agentic.stigmer.ai/v1\nkind: Environment\nmetadata: {name: keys}\n"
            "spec: {data: {ONE: {value_from: {file: one}}, TWO: {value_from: {env: TWO}}}}\n"
        )
        over = (
            "kind: Environment\nmetadata: {name: keys}\n"
            "spec: {data: {ONE: {is_secret: true}, TWO: {value_from: {env: {$delete: true}, file: two}}}}\n"
        )
        manifest = merged(base, over)
        names = {slot.path: manifest.source_of(slot).name for slot in manifest.resource.secrets}
        assert names == {"spec.data.ONE": "base.yaml", "spec.data.TWO": "over-0.yaml"}


class TestTakingAway:
    def test_a_key_of_a_map(self) -> None:
        assert spec("spec: {model: {temperature: {$delete: true}}}")["model"] == {"name": "small"}

    def test_an_item_of_a_named_list(self) -> None:
        servers = spec("spec: {mcp_servers: [{name: github, $delete: true}]}")["mcp_servers"]
        assert [sorted(each) for each in servers] == [["ref"]]
        assert len(spec("spec: {mcp_servers: [{ref: desk, $delete: true}]}")["mcp_servers"]) == 1

    def test_an_item_of_a_set(self) -> None:
        over = "spec: {mcp_servers: [{name: github, enabled_tools: [{value: write, $delete: true}, search]}]}"
        assert spec(over)["mcp_servers"][0]["enabled_tools"] == ["read", "search"]

    def test_one_of_several_fields_in_favour_of_another(self) -> None:
        over = (
            "spec: {mcp_servers: [{name: github, stdio: {$delete: true}, http: {url: 'https://x.example'}}]}"
        )
        assert spec(over)["mcp_servers"][0]["http"] == {"url": "https://x.example"}

    def test_a_whole_resource(self) -> None:
        assert loaded(AGENT, OVERLAY + "$delete: true\n").manifests == ()
        assert loaded(AGENT, OVERLAY + "$delete: true\n").diagnostics == ()

    def test_nothing_takes_nothing_away_and_the_hint_says_what_does(self) -> None:
        (found,) = loaded(AGENT, OVERLAY + "spec: {model: }\n").diagnostics
        assert str(found.location) == "over-0.yaml:3:8"
        assert found.hint == "give it a value, or write model: {$delete: true} to take it away"
        (found,) = loaded(
            AGENT.replace("instructions: Answer politely.", "instructions:"), OVERLAY
        ).diagnostics
        assert found.hint == "give it a value, or remove it"

    @pytest.mark.parametrize(
        ("over", "code", "place"),
        [
            ("spec: {model: {top: {$delete: true}}}", "overlay.absent", "over-0.yaml:3:16"),
            ("spec: {env_spec: {data: {A: {$delete: true}}}}", "overlay.absent", "over-0.yaml:3:26"),
            ("spec: {skill_refs: [{$delete: true}]}", "overlay.delete", "over-0.yaml:3:21"),
            ("spec: {model: {$delete: false}}", "overlay.delete", "over-0.yaml:3:25"),
            ("$delete: yes\n", "overlay.delete", "over-0.yaml:3:10"),
            ("$delete: true\nspec: {}\n", "overlay.delete", "over-0.yaml:4:1"),
        ],
    )
    def test_what_cannot_be_taken_away_is_told_at_its_line(self, over: str, code: str, place: str) -> None:
        assert (code, place) in told(loaded(AGENT, OVERLAY + over))


class TestMatching:
    def test_the_organization_tells_two_of_one_name_apart(self) -> None:
        base = AGENT + "---\n" + AGENT.replace("name: bot", "name: bot\n  org: zoo")
        over = "kind: Agent\nmetadata: {name: bot, org: zoo}\nspec: {description: Theirs.}\n"
        found = loaded(base, over)
        assert [each.resource.body["spec"].get("description") for each in found.manifests] == [
            None,
            "Theirs.",
        ]
        assert told(loaded(base, OVERLAY)) == [("overlay.ambiguous", "over-0.yaml:2:18")]

    def test_the_organization_may_be_the_one_that_goes_without_saying(self) -> None:
        over = "kind: Agent\nmetadata: {name: bot, org: acme}\nspec: {description: Ours.}\n"
        assert loaded(AGENT, over, org="acme").valid
        assert told(loaded(AGENT, over)) == [("overlay.unmatched", "over-0.yaml:2:28")]

    def test_nothing_is_said_of_overlays_for_what_may_stand_in_a_broken_file(self) -> None:
        found = loaded(AGENT + "---\na: [\n", OVERLAY.replace("bot", "other"))
        assert [code for code, _ in told(found)] == ["yaml.syntax"]

    def test_an_overlay_is_found_for_a_manifest_that_is_wrong_elsewhere(self) -> None:
        found = loaded(AGENT.replace("team: support", "team: 5"), OVERLAY + "spec: {nonsense: 1}\n")
        assert told(found) == [("schema.type", "base.yaml:5:18"), ("schema.unknown", "over-0.yaml:3:8")]

    def test_an_overlay_counts_as_a_document(self) -> None:
        assert loaded(AGENT, OVERLAY, OVERLAY).documents == 3


class TestPlaces:
    def test_a_manifest_is_where_its_base_is(self) -> None:
        manifest = merged(AGENT, OVERLAY + "spec: {description: It.}")
        assert str(manifest.origin.start) == "base.yaml:1:1"

    @pytest.mark.parametrize(
        ("path", "place"),
        [
            (("spec", "instructions"), "base.yaml:8:17"),
            (("spec", "model", "name"), "over-1.yaml:3:22"),
            (("spec", "model", "temperature"), "base.yaml:11:18"),
            (("spec", "mcp_servers", 0, "ref"), "base.yaml:16:12"),
            (("spec", "mcp_servers", 1, "name"), "over-0.yaml:5:13"),
            (("spec", "model"), "base.yaml:9:3"),
            (("spec", "nothing"), "base.yaml:7:1"),
            (("metadata", "name"), "base.yaml:4:9"),
        ],
    )
    def test_a_value_is_where_it_was_said(self, path: Path, place: str) -> None:
        first = (
            OVERLAY
            + "spec:\n  mcp_servers:\n    - name: new\n      stdio: {command: x}\n    - {name: github, $delete: true}\n"
        )
        manifest = merged(AGENT, first, OVERLAY + "spec: {model: {name: large}}")
        assert str(manifest.origin.locate(path)) == place
