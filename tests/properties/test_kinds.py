# SPDX-License-Identifier: Apache-2.0
"""The life of every kind a person may declare, with manifests made from its schema: nothing here names a kind.

Validated, applied, shown, changed, diffed, applied, deleted: once through the functions, once through the command line.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest import mock

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from stigmer.cli.app import run
from stigmer.errors import Severity
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.delete import build_delete_plan
from stigmer.reconcile.plan import Create, Delete, Update
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from stigmer.resources.kinds import Kind
from stigmer.resources.resource import label
from tests.properties.reading import fresh_backends, place, plan_of, read
from tests.properties.strategies import DECLARABLE, ManifestSet, changed, manifest_sets

lasting = pytest.mark.parametrize(
    "kind", [kind for kind in DECLARABLE if not kind.executed], ids=lambda kind: kind.singular
)
executed = pytest.mark.parametrize(
    "kind", [kind for kind in DECLARABLE if kind.executed], ids=lambda kind: kind.singular
)


def drawn_of(kind: Kind, data: st.DataObject) -> tuple[ManifestSet, Key]:
    """A set that ends with a document of the kind, and that document's key."""
    drawn = data.draw(manifest_sets((kind,), max_size=1))
    return drawn, list(drawn.documents)[-1]


def second_of(drawn: ManifestSet, key: Key, data: st.DataObject) -> ManifestSet:
    """The set with another document of that key, which can be deleted: nobody's last owner can be taken away."""
    second = data.draw(changed(drawn, key))
    assume(all(each.documents[key].get("spec", {}).get("relation") != "owner" for each in (drawn, second)))
    return second


@lasting
@given(st.data())
@settings(max_examples=6)
def test_a_life_through_the_functions(kind: Kind, data: st.DataObject) -> None:
    drawn, key = drawn_of(kind, data)
    second = second_of(drawn, key, data)
    with fresh_backends() as backends:
        for backend in backends.values():
            plan = plan_of(drawn, backend)
            assert {type(change) for change in plan.changes} == {Create}
            made = {each.key: each for each in apply_plan(plan, backend).resources}[key]
            assert made.id.startswith(f"{kind.id_prefix}_")

            live = backend.get([key])[key]
            (manifest,) = (each for each in read(drawn) if each.key == key)
            shown = display(kind, orjson.loads(live.body), key.org)
            assert shown["metadata"] == display(kind, manifest.resource.body, key.org)["metadata"]
            assert key in {stored.key for stored in backend.list(kind.name)}
            assert plan_of(drawn, backend).changes == ()

            (update,) = (each for each in plan_of(second, backend).changes if isinstance(each, Update))
            assert update.key == key
            assert "metadata.title" in {field.path for field in update.fields}
            apply_plan(plan_of(second, backend), backend)
            assert plan_of(second, backend).changes == ()

            deletion = build_delete_plan([(key, None)], backend)
            assert [(type(each), each.key) for each in deletion.changes] == [(Delete, key)]
            apply_plan(deletion, backend)
            assert key not in backend.snapshot().heads
            assert [each.operation for each in backend.versions(key)] == ["deleted", "updated", "created"]


@executed
@given(st.data())
@settings(max_examples=6)
def test_an_execution_counts_as_unchanged(kind: Kind, data: st.DataObject) -> None:
    drawn, key = drawn_of(kind, data)
    with fresh_backends() as backends:
        for backend in backends.values():
            plan = plan_of(drawn, backend)
            assert key in {each.key for each in plan.unchanged}
            (told,) = (each for each in plan.diagnostics if each.resource == label(key))
            assert (told.severity, told.code) == (Severity.INFO, "execution.not_run")
            if plan.changes:
                apply_plan(plan, backend)
            assert key not in backend.snapshot().heads
            assert plan_of(drawn, backend).changes == ()


class Terminal:
    """The command line in a directory with the files of one set at a time, and a home of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def holds(self, drawn: ManifestSet) -> None:
        """Writes the manifests in the place of what was there."""
        for name, content in drawn.files.items():
            (self.directory / name).write_bytes(content.encode())
        (self.directory / "all.yaml").write_text(drawn.text)

    def says(self, status: int, *words: str) -> Any:
        """Runs a command that has to exit so; gives the JSON it prints."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run([*words, "-o", "json"])
        assert code == status, f"{words}: {code}\n{out.getvalue()}\n{err.getvalue()}"
        return json.loads(out.getvalue())


@contextmanager
def terminal(*drawn: ManifestSet) -> Iterator[Terminal]:
    with place() as directory:
        secrets = {name: value for each in drawn for name, value in each.environ.items()}
        mine = {"STIGMER_HOME": str(directory / ".home"), "STIGMER_BACKEND": "local"}
        with mock.patch.dict(os.environ, secrets | mine):
            yield Terminal(directory)


@lasting
@given(st.data())
@settings(max_examples=2)
def test_a_life_through_the_command_line(kind: Kind, data: st.DataObject) -> None:
    drawn, key = drawn_of(kind, data)
    second = second_of(drawn, key, data)
    word = f"{kind.slug}/{key.name}"
    org = ["--org", key.org] if key.org else []
    with terminal(drawn, second) as shell:
        files = ["-f", str(shell.directory)]
        shell.holds(drawn)
        assert shell.says(0, "validate", *files)["valid"]
        # A policy may be about an execution, which is declared and not made.
        made = sum(not each.resource.kind.executed for each in read(drawn))
        assert shell.says(1, "diff", *files)["summary"]["create"] == made
        assert shell.says(0, "apply", *files)["summary"]["created"] == made
        assert shell.says(0, "diff", *files)["changes"] == []
        shown = shell.says(0, "get", word, *org)
        assert (shown["kind"], shown["metadata"]["name"]) == (kind.name, key.name)
        shell.holds(second)
        changes = shell.says(1, "diff", *files)["changes"]
        assert ("update", kind.name, key.name) in {
            (each["action"], each["kind"], each["name"]) for each in changes
        }
        shell.says(0, "apply", *files)
        assert shell.says(0, "diff", *files)["changes"] == []
        shell.says(0, "delete", word, *org)
        shell.says(5, "get", word, *org)


@executed
@given(st.data())
@settings(max_examples=2)
def test_an_execution_through_the_command_line(kind: Kind, data: st.DataObject) -> None:
    drawn, key = drawn_of(kind, data)
    org = ["--org", key.org] if key.org else []
    with terminal(drawn) as shell:
        files = ["-f", str(shell.directory)]
        shell.holds(drawn)
        assert shell.says(0, "validate", *files)["valid"]
        applied = shell.says(0, "apply", *files)
        assert kind.name not in {each["kind"] for each in applied["resources"]}
        assert applied["summary"]["unchanged"] >= 1
        assert shell.says(0, "diff", *files)["changes"] == []
        shell.says(5, "get", f"{kind.slug}/{key.name}", *org)
