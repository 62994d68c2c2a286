# SPDX-License-Identifier: Apache-2.0
"""The projects to measure with are what the figures say of them: one change, a part that may go, an overlay over every manifest."""

from __future__ import annotations

import json
import marshal
import shutil
from pathlib import Path
from typing import Any

import apsw
import pytest

from benchmarks.dump import dump_deletes
from benchmarks.floors.compose_and_write import write
from benchmarks.manifests import write_manifests
from benchmarks.measure import measure_python
from benchmarks.projects import OVER, PLAIN, changed, declare, write_prunable, write_targets
from stigmer.manifests.load import Loaded, LoadOptions, load
from stigmer.reconcile.resolve import resolve


def read(directory: Path) -> Loaded:
    found = load([str(directory)], LoadOptions())
    assert found.diagnostics == ()
    return found


def stigmer(project: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """What a command says as JSON, with a home beside the project."""
    command = ("-m", "stigmer", *arguments, "-o", "json")
    _, said = measure_python(command, project.parent / "home", project, status=status)
    found = json.loads(said)
    assert isinstance(found, dict)
    return found


def contents(database: Path) -> dict[str, list[Any]]:
    """Every row of a store, but for what full-text search makes of them."""
    connection = apsw.Connection(str(database))
    tables = [
        name
        for _, name, type_, *_ in connection.execute("PRAGMA table_list")
        if type_ == "table" and not name.startswith("sqlite_")
    ]
    found = {name: sorted(map(repr, connection.execute(f"SELECT * FROM {name}"))) for name in tables}
    connection.close()
    return found


def test_one_change_lasts_as_long_as_it_is_measured(tmp_path: Path) -> None:
    write_manifests(tmp_path / "project", 40)
    file = tmp_path / "project" / "team-000" / "agent-0.yaml"
    before = file.read_text("utf-8")
    stigmer(tmp_path, "apply", "-f", "project", "--set", "benchmark")
    with changed(file):
        read(tmp_path / "project")
        plan = stigmer(tmp_path, "diff", "-f", "project", "--set", "benchmark", status=1)
    assert plan["summary"] == {"create": 0, "update": 1, "delete": 0, "execute": 0, "unchanged": 39}
    assert file.read_text("utf-8") == before


def test_what_has_no_tools_cannot_be_changed(tmp_path: Path) -> None:
    file = tmp_path / "skill.yaml"
    file.write_text("kind: Skill\n", "utf-8")
    with pytest.raises(ValueError, match="no agent"), changed(file):
        pass


@pytest.mark.parametrize("together", [1, 7])
def test_nothing_that_stays_refers_to_what_goes(tmp_path: Path, together: int) -> None:
    first = write_prunable(tmp_path, 200, 20, together=together)
    assert len(read(tmp_path / "going").manifests) == 20
    kept = read(tmp_path / "kept").manifests
    assert len(kept) == 180
    assert resolve(kept, None) == []
    assert len(list((tmp_path / "kept").rglob("*.yaml"))) == -(-180 // together)
    with changed(first):
        read(tmp_path / "kept")


def test_no_more_goes_than_nothing_refers_to(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no more than 8 of 40"):
        write_prunable(tmp_path, 40, 9)


def test_the_floor_of_pruning_leaves_the_same_store(tmp_path: Path) -> None:
    project, store = tmp_path / "project", tmp_path / "home" / "local.db"
    write_prunable(project, 60, 6)
    declare(project, all_of_it=True)
    stigmer(project, "apply")
    shutil.copy(store, tmp_path / "floor.db")
    declare(project, all_of_it=False)
    assert stigmer(project, "apply", "--prune")["summary"]["deleted"] == 6
    dump_deletes(store, tmp_path / "rows")
    rows = marshal.loads((tmp_path / "rows").read_bytes())  # noqa: S302 - written the line before
    write(rows, str(tmp_path / "floor.db"))
    assert contents(tmp_path / "floor.db") == contents(store)


def test_an_overlay_changes_a_label_and_a_field_of_every_manifest(tmp_path: Path) -> None:
    project = tmp_path / "project"
    write_targets(project, 60)
    stigmer(project, "apply", "--target", PLAIN)
    assert stigmer(project, "diff", "--target", PLAIN)["summary"]["unchanged"] == 60
    changes = stigmer(project, "diff", "--target", OVER, status=1)["changes"]
    assert len(changes) == 60
    for each in changes:
        label, field = (change["path"] for change in each["fields"])
        assert label == "metadata.labels.stage"
        assert field.startswith("spec.")
    lengths = {len(file.read_text("utf-8").splitlines()) for file in (project / "overlays").rglob("*.yaml")}
    assert lengths == {7, 8}
