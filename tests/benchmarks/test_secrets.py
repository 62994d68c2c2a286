# SPDX-License-Identifier: Apache-2.0
"""What secrets cost is measured on what it is said to be measured on: the same environments, with secrets and without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.contexts import Reading
from benchmarks.measure import Usage
from benchmarks.secrets import Cost, Life, Shape, as_json, main, table, write_environments
from stigmer.backends.local import LocalBackend
from stigmer.manifests.load import Loaded, LoadOptions, load
from stigmer.secrets.key_file import KeyFile

SHAPES = (Shape("one", 1, 6), Shape("one each", 6, 1))
READING = Reading(open=(0.003, 0.002), read_first=(0.0051, 0.001), read_again=(0.0004, 0.0004))


def read(directory: Path) -> Loaded:
    found = load([str(directory)], LoadOptions())
    assert found.diagnostics == ()
    return found


@pytest.mark.parametrize("shape", SHAPES)
def test_with_secrets_and_without_the_manifests_are_alike(tmp_path: Path, shape: Shape) -> None:
    for secret in (True, False):
        write_environments(tmp_path / str(secret), shape, "told", secret=secret)
        found = read(tmp_path / str(secret)).manifests
        assert len(found) == shape.environments
        assert [len(each.resource.secrets) for each in found] == [shape.entries * secret] * shape.environments
    lengths = [
        [len(file.read_text("utf-8").splitlines()) for file in (tmp_path / str(each)).rglob("*.yaml")]
        for each in (True, False)
    ]
    assert lengths[0] == lengths[1]


def test_every_value_is_changed_and_sealed_again(tmp_path: Path) -> None:
    shape = SHAPES[1]
    life = Life(tmp_path, shape)
    life.prepare()
    life.round()
    home = tmp_path / "again"  # plain values came first, so this is the one with secrets
    with LocalBackend.open(
        home / "local.db", master_key=KeyFile(home / "master.key"), read_only=True
    ) as backend:
        heads = [head for key, head in backend.snapshot().heads.items() if key.kind == "Environment"]
        versions = [
            len(backend.versions(key)) for key in backend.snapshot().heads if key.kind == "Environment"
        ]
    assert len(heads) == shape.environments
    assert versions == [2] * shape.environments
    assert {name for name, _ in life.samples} == {each.name for each in life.costs()}
    assert {len(samples) for samples in life.samples.values()} == {1}


def cost(wall: float, most: float | None) -> Cost:
    return Cost("apply, first, one", Usage(wall, 0.2, 50), Usage(0.2, 0.1, 40), most)


def test_a_ratio_and_a_time_that_are_missed_are_marked() -> None:
    lines = table([cost(0.31, 1.5), cost(0.29, 1.5), cost(0.31, None)], READING).splitlines()
    assert ["MISSED" in line for line in lines[1:4]] == [True, False, False]
    assert (
        " ".join(lines[2].split())
        == "apply, first, one 290 ms 200 ms 50 MiB 200 ms 100 ms 1.45 2.00 <= 1.5 x"
    )
    assert ["MISSED" in line for line in lines[-3:]] == [False, True, False]
    assert as_json([cost(0.31, 1.5)], READING, secrets=1000, runs=3)["commands"][0]["ratio"] == 1.55


def test_everything_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    assert main(["--secrets", "5", "--runs", "1", "--json", str(report)]) == 0
    printed = capsys.readouterr().out
    found = json.loads(report.read_text("utf-8"))
    assert len(found["commands"]) == 6
    for each in found["commands"]:
        assert each["name"] in printed
        assert each["wall"] > 0
        assert each["plain"]["wall"] > 0
    assert found["context"]["secrets"] == 100
    assert found["context"]["read_again"][0] > 0
