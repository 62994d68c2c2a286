# SPDX-License-Identifier: Apache-2.0
"""The ways through the tasks of a workflow: where `then` leads, and what no way leads to.

Each list of tasks is a world of its own: `then` reaches the tasks of its list alone. Tasks that may be skipped, loops that may have no
round and errors that may come are taken to be so, and a `then` that names nothing to lead anywhere: no task is called unreachable that
might be reached.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.load import MOST_TOLD
from stigmer.manifests.manifest import Manifest
from stigmer.resources.kinds import nearest
from stigmer.resources.paths import Path

NEXT, LEAVE, END = "continue", "exit", "end"
_RESERVED: Mapping[str, str] = {
    NEXT: "goes on to the next task",
    LEAVE: "leaves the list",
    END: "ends the workflow",
}
_MOST_LISTED = 6

Task = Mapping[str, Any]


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds wrong and ambiguous ways through workflows."""
    for manifest in manifests:
        flow = _Flow(manifest)
        flow.tasks(manifest.resource.body["spec"]["tasks"], ("spec", "tasks"))
        yield from flow.unknown()
        yield from flow.findings


@dataclass(slots=True)
class _Flow:
    """The walk through one workflow, and what was found on the way."""

    manifest: Manifest
    findings: list[Finding] = field(default_factory=list)
    _names: set[str] = field(default_factory=set)
    _unknown: list[tuple[str, Path, Collection[str]]] = field(default_factory=list)

    def tasks(self, tasks: Sequence[Task], path: Path) -> bool:
        """Looks at a list of tasks and at those within; says whether a way leads through it to its end."""
        names = {task["name"]: index for index, task in enumerate(tasks)}
        self._names |= names.keys()
        ways = [self._ways(task, (*path, index)) for index, task in enumerate(tasks)]
        anywhere = False
        for index, task in enumerate(tasks):
            for then, place in _said(task, (*path, index)):
                if then not in names and then not in _RESERVED:
                    anywhere = True
                    self._unknown.append((then, place, names))
        reached = _reached(ways, names, 0)
        reserved = [name for name in _RESERVED if name in names]
        for name in reserved:
            words = f"a task cannot be called {name}: `then: {name}` {_RESERVED[name]}"
            self._add("workflow.reserved", words, (*path, names[name], "name"), "give it another name")
        if anywhere or reserved:
            return True
        self._unreachable(tasks, ways, names, reached, path)
        last = len(tasks) - 1
        return any(LEAVE in ways[index] or (index == last and NEXT in ways[index]) for index in reached)

    def unknown(self) -> Iterator[Finding]:
        """What `then` names and no list around it has; to be asked when all lists were looked at."""
        for then, place, names in self._unknown[: MOST_TOLD + 1]:
            near = None if then in self._names else nearest(then, [*names, *_RESERVED])
            words = f"{then} is no task of this list"
            if then in self._names:
                words = f"{then} is a task of another list, and `then` reaches its own list alone"
            listed = ", ".join(
                [*islice(names, _MOST_LISTED), *(["..."] if len(names) > _MOST_LISTED else [])]
            )
            hint = (
                f"did you mean {near}?" if near else f"tasks of this list: {listed}; or continue, exit, end"
            )
            yield Finding(self.manifest, "workflow.then", words, place, hint)

    def _ways(self, task: Task, path: Path) -> set[str]:
        """Where it goes on after a task, as `then` says it; the lists within are looked at on the way."""
        own = task.get("then", NEXT)
        ways = {own} if "if" in task else set()
        match task:
            case {"raise": _}:
                pass
            case {"switch": {"cases": cases}}:
                self._cases(cases, (*path, "switch", "cases"))
                ways |= {case["then"] for case in cases}
                if all("when" in case for case in cases):
                    ways.add(own)
            case {"human_input": human}:
                self._outcome(human, (*path, "human_input"))
                ways |= {outcome.get("then", own) for outcome in human["outcomes"]}
            case _:
                ways |= self._through(task, own, path)
        return ways

    def _through(self, task: Task, own: str, path: Path) -> set[str]:
        """Where it goes on after a task that may have others within, `own` being its own `then`."""
        match task:
            case {"do": {"tasks": tasks}}:
                return {own} if self.tasks(tasks, (*path, "do", "tasks")) else set()
            case {"try": {"tasks": tasks, "catch": catch}}:
                ways = {own} if self.tasks(tasks, (*path, "try", "tasks")) else set()
                handler = catch.get("tasks")
                if not handler or self.tasks(handler, (*path, "try", "catch", "tasks")):
                    ways.add(catch.get("then", own))
                return ways
            case {"for": {"tasks": tasks}}:
                self.tasks(tasks, (*path, "for", "tasks"))
            case {"fork": {"branches": branches}}:
                for index, branch in enumerate(branches):
                    self.tasks(branch["tasks"], (*path, "fork", "branches", index, "tasks"))
        return {own}

    def _cases(self, cases: Sequence[Task], path: Path) -> None:
        always = [index for index, case in enumerate(cases) if "when" not in case]
        for index in always[1:]:
            first, other = cases[always[0]]["name"], cases[index]["name"]
            words = f"{other} is never taken: {first} has no `when` either, and comes before it"
            self._add("workflow.switch", words, (*path, index), "remove the case, or give it a `when`")

    def _outcome(self, human: Mapping[str, Any], path: Path) -> None:
        outcomes = [outcome["name"] for outcome in human["outcomes"]]
        named = human.get("on_timeout")
        if named is not None and named not in outcomes:
            near = nearest(named, outcomes)
            hint = f"did you mean {near}?" if near else f"outcomes: {', '.join(outcomes)}"
            words = f"{named} is no outcome of this task"
            self._add("workflow.outcome", words, (*path, "on_timeout"), hint)

    def _unreachable(
        self,
        tasks: Sequence[Task],
        ways: Sequence[set[str]],
        names: Mapping[str, int],
        reached: set[int],
        path: Path,
    ) -> None:
        """Names each task that no way leads to, but not those that only such a task leads to."""
        lost = [index for index in range(len(tasks)) if index not in reached]
        led_to = {target for index in lost for target in _targets(ways, names, index) if target != index}
        for index in sorted(lost, key=lambda index: index in led_to):
            if index not in reached:
                reached |= _reached(ways, names, index)
                name, before = tasks[index]["name"], tasks[index - 1]
                words = f"no way leads to {name}: the task before it, {before['name']}, {_away(before)}"
                self._add(
                    "workflow.unreachable", words, (*path, index), "remove the task, or lead a `then` to it"
                )

    def _add(self, code: str, message: str, path: Path, hint: str) -> None:
        self.findings.append(Finding(self.manifest, code, message, path, hint))


def _said(task: Task, path: Path) -> Iterator[tuple[str, Path]]:
    """Each `then` of a task that is about its own list, and where it is."""
    if "then" in task:
        yield task["then"], (*path, "then")
    match task:
        case {"switch": {"cases": each}}:
            place: Path = (*path, "switch", "cases")
        case {"human_input": {"outcomes": each}}:
            place = (*path, "human_input", "outcomes")
        case {"try": {"catch": {"then": then}}}:
            yield then, (*path, "try", "catch", "then")
            return
        case _:
            return
    for index, item in enumerate(each):
        if "then" in item:
            yield item["then"], (*place, index, "then")


def _reached(ways: Sequence[set[str]], names: Mapping[str, int], first: int) -> set[int]:
    """The tasks that a way leads to from one of them, and that one."""
    reached: set[int] = set()
    waiting = [first]
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting += _targets(ways, names, index)
    return reached


def _targets(ways: Sequence[set[str]], names: Mapping[str, int], index: int) -> Iterator[int]:
    for then in ways[index]:
        if then == NEXT:
            if index + 1 < len(ways):
                yield index + 1
        elif then in names:
            yield names[then]


def _away(task: Task) -> str:
    """Why a task does not go on to the next one."""
    if "raise" in task:
        return "always fails"
    if "switch" in task or "human_input" in task:
        return "always goes elsewhere"
    then = task.get("then", NEXT)
    if then == NEXT:
        return "never comes to its end"
    return _RESERVED.get(then, f"goes to {then}")
