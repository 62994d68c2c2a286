# SPDX-License-Identifier: Apache-2.0
"""How commands grow is told of what goes beyond their least, and every command is run at every size."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.measure import Usage
from benchmarks.scale import COMMANDS, Point, growth, main, table

LEAST = Usage(wall=0.1, cpu=0.1, memory=30)


def point(manifests: int, *, power: float, memory: float = 0.01) -> Point:
    """What takes some time for each manifest to a power, and so many MiB for each."""
    used = manifests**power / 1000
    return Point("validate", manifests, Usage(0.1 + used, 0.1 + used, 30 + memory * manifests), LEAST)


def test_what_grows_as_the_manifests_do_has_the_exponent_1() -> None:
    found = growth(point(1_000, power=1), point(30_000, power=1))
    assert found.wall == pytest.approx(1)
    assert found.cpu == pytest.approx(1)
    assert found.memory == pytest.approx(1)


def test_what_grows_as_their_square_has_the_exponent_2() -> None:
    assert growth(point(1_000, power=2), point(3_000, power=2)).wall == pytest.approx(2)


def test_what_takes_no_more_than_the_least_has_no_exponent() -> None:
    few = Point("validate", 1_000, LEAST, LEAST)
    found = growth(few, point(3_000, power=1))
    assert (found.wall, found.cpu, found.memory) == (None, None, None)


def test_the_table_has_what_a_manifest_costs_and_the_growth_from_the_size_before() -> None:
    _, first, second = table([point(1_000, power=1), point(3_000, power=1)]).splitlines()
    assert " ".join(first.split()) == "validate 1,000 1.10 s 1.10 s 1100 ms 40 MiB 41.0 KiB"
    assert second.split()[-3:] == ["1.00", "1.00", "1.00"]


def test_every_command_is_run_at_every_size(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.json"
    assert main(["--sizes", "120", "60", "--json", str(report)]) == 0
    printed = capsys.readouterr().out
    found = json.loads(report.read_text("utf-8"))["commands"]
    assert [each["name"] for each in found] == list(COMMANDS)
    for each in found:
        assert printed.count(each["name"]) == 2
        assert [size["manifests"] for size in each["sizes"]] == [60, 120]
        assert all(size["wall"] > 0 and size["bytes_each"] > 0 for size in each["sizes"])
        assert set(each["growth"]) == {"wall", "cpu", "memory"}
