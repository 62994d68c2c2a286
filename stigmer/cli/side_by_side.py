# SPDX-License-Identifier: Apache-2.0
"""Several targets in one `diff`: first which resource changes where, then the plan of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from stigmer.cli import wiring
from stigmer.cli.console import Style
from stigmer.cli.options import DiffOutput
from stigmer.cli.plan_list import Listed, plan_list, tell_each
from stigmer.cli.plan_outputs.told import name_in
from stigmer.cli.planning import Request, plan, prepare
from stigmer.cli.progress import Progress
from stigmer.errors import ExitCode, UsageError
from stigmer.reconcile.plan import Create, Delete
from stigmer.resources.keys import Key

_COLOUR = {"+": "green", "-": "red", "~": "yellow"}
_LEGEND = {
    "+": "created",
    "~": "updated",
    "-": "deleted",
    "=": "as declared",
    ".": "not there",
}


def diff_targets(request: Request, targets: Sequence[str], *, differences: ExitCode, saved: bool) -> ExitCode:
    """Tells what applying to each of the targets would do, and gives the gravest status. Raises UsageError, and what a plan of one
    raises."""
    if saved:
        raise UsageError(
            "usage.arguments",
            f"--save keeps the plan of one target, and here are {len(targets)}",
            hint="run it once for each target, each with a file of its own",
        )
    if request.output not in (DiffOutput.TEXT, DiffOutput.JSON):
        raise UsageError(
            "usage.arguments",
            f"-o {request.output.value} shows one target, and here are {len(targets)}",
            hint="run it once for each target, or leave -o out",
        )
    with Progress(quiet=request.console.quiet) as progress:
        columns = [_column(replace(request, target=name), name, progress) for name in dict.fromkeys(targets)]
    if request.output is DiffOutput.JSON:
        request.console.json(plan_list([{**each.as_json(), "target": each.name} for each in columns]))
        return max(each.status(differences) for each in columns)
    console = request.console
    valid = [each for each in columns if each.valid]
    for line in _matrix(valid, console.style, show_unchanged=request.show_unchanged):
        console.result(line)
    if valid:
        console.result("\n")
    return tell_each(columns, console, differences)


def _column(request: Request, name: str, progress: Progress) -> Listed:
    prepared = prepare(request, progress)
    planned = None
    if prepared.read.valid:
        with wiring.reading(prepared.settings) as store:
            planned = plan(prepared, store, progress, checked=True)
    return Listed(name, f"Target {name}", prepared, planned)


def _matrix(columns: Sequence[Listed], style: Style, *, show_unchanged: bool) -> Iterator[str]:
    """A line for each resource that changes anywhere, a column for each target that can be planned for."""
    signs = [_signs(each) for each in columns]
    told = {
        name: [sign.get(name, ".") for sign in signs]
        for name in sorted({name for sign in signs for name in sign})
    }
    rows = {name: row for name, row in told.items() if show_unchanged or set(row) & set("+~-")}
    if not rows:
        yield "No changes.\n" if columns else ""
        return
    wide = max(map(len, rows))
    yield style.paint("bold", " " * wide + "".join(f"  {each.name}" for each in columns)) + "\n"
    for name, row in rows.items():
        cells = (
            "  " + style.paint(_COLOUR.get(sign, "dim"), sign) + " " * (len(each.name) - 1)
            for sign, each in zip(row, columns, strict=True)
        )
        yield f"{name.ljust(wide)}{''.join(cells)}".rstrip() + "\n"
    used = {sign for row in rows.values() for sign in row}
    legend = "   ".join(f"{sign} {words}" for sign, words in _LEGEND.items() if sign in used)
    yield "\n" + style.paint("dim", legend) + "\n"


def _signs(column: Listed) -> dict[str, str]:
    assert column.planned is not None, "only what can be planned for has a column"
    found = column.planned.plan
    signs = {_name(each.key, column): "=" for each in found.unchanged}
    for change in found.changes:
        match change:
            case Create():
                sign = "+"
            case Delete():
                sign = "-"
            case _:
                sign = "~"
        signs[_name(change.key, column)] = sign
    return signs


def _name(key: Key, column: Listed) -> str:
    """The name by which a resource is the same in several targets: without the organization that is the target's own."""
    return name_in(column.prepared.settings.org, key)
