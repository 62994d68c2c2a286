# SPDX-License-Identifier: Apache-2.0
"""The benchmarks measure what they say they do: valid manifests of one size, and every command beside its floor."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.manifests import LINES, write_manifests, write_one
from benchmarks.measure import CommandFailed, measure
from benchmarks.suite import FIGURES
from stigmer.manifests.load import LoadOptions, load
from stigmer.reconcile.graph import dependency_graph
from stigmer.reconcile.resolve import resolve


def texts(directory: Path) -> dict[str, str]:
    return {str(file.relative_to(directory)): file.read_text("utf-8") for file in directory.rglob("*.yaml")}


def test_generated_manifests_are_valid_whole_and_of_one_size(tmp_path: Path) -> None:
    write_manifests(tmp_path, 100)
    found = load([str(tmp_path)], LoadOptions())
    assert found.diagnostics == ()
    assert len(found.manifests) == len(texts(tmp_path)) == 100
    assert {len(text.splitlines()) for text in texts(tmp_path).values()} == {LINES} == {57}
    assert resolve(found.manifests, None) == []
    assert dependency_graph(found.manifests).cycles == ()
    assert len({manifest.key.kind for manifest in found.manifests}) == 7


def test_manifests_are_the_same_whenever_they_are_made(tmp_path: Path) -> None:
    write_manifests(tmp_path / "first", 40)
    write_manifests(tmp_path / "again", 40)
    assert texts(tmp_path / "first") == texts(tmp_path / "again")


def test_the_one_manifest_refers_to_nothing(tmp_path: Path) -> None:
    write_one(tmp_path / "one.yaml")
    (manifest,) = load([str(tmp_path)], LoadOptions()).manifests
    assert manifest.resource.references == ()
    assert len((tmp_path / "one.yaml").read_text("utf-8").splitlines()) == LINES


def test_a_process_is_measured_with_what_it_printed(tmp_path: Path) -> None:
    work = "print(sum(range(200_000)))"
    used, said = measure((sys.executable, "-c", work), dict(os.environ), str(tmp_path))
    assert said == "19999900000\n"
    assert used.wall > 0
    assert used.cpu > 0
    assert used.memory > 1


def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=r"(?s)exited 3.*no good"):
        measure((sys.executable, "-c", "print('no good'); exit(3)"), dict(os.environ), str(tmp_path))


def test_every_command_is_measured_beside_its_floor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report.json"
    assert main(["--manifests", "50", "--runs", "1", "--json", str(report)]) == 0
    printed = capsys.readouterr().out
    figures = json.loads(report.read_text("utf-8"))["figures"]
    assert [each["name"] for each in figures] == [figure.name for figure in FIGURES]
    for each in figures:
        assert each["name"] in printed
        assert each["wall"] > 0
        assert each["memory"] > 1
        assert each["floor"]["wall"] > 0
        assert each["ratio"] == pytest.approx(each["wall"] / each["floor"]["wall"], rel=0.05)
