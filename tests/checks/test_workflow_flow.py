# SPDX-License-Identifier: Apache-2.0
"""Ways through the tasks of workflows: what `then` names, and what no way leads to. Nothing that can be reached is called unreachable."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.manifests.manifest import Manifest
from tests.checks.seen import codes, findings, hints, messages, places
from tests.reconcile.declared import declare, manifests

DOCUMENT = "document: {dsl: 1.0.3, namespace: shop, name: flow, version: 1.0.0}"


def workflow(*tasks: str) -> list[Manifest]:
    """A workflow of these tasks, each as it stands inside of a flow map."""
    written = ", ".join("{" + task + "}" for task in tasks)
    return declare("workflow/flow", f"{DOCUMENT}, tasks: [{written}]")


def lost(*tasks: str) -> list[str]:
    """The tasks that no way is said to lead to."""
    found = messages(workflow(*tasks), code="workflow.unreachable")
    return [words.removeprefix("no way leads to ").partition(":")[0] for words in found]


def task(name: str, more: str = "") -> str:
    return f"name: {name}, set: {{a: 1}}, {more}"


def test_a_straight_way_is_fine() -> None:
    assert codes(workflow(task("a"), task("b", "then: continue"), task("c", "then: exit"))) == []


@pytest.mark.parametrize("then", ["continue", "exit", "end", "a", "b"])
def test_directions_and_tasks_of_the_list_are_known(then: str) -> None:
    assert messages(workflow(task("a", f"then: {then}"), task("b")), code="workflow.then") == []


def test_an_unknown_task_has_the_nearest_name_and_its_place() -> None:
    declared = manifests(
        f"""\
        apiVersion: agentic.stigmer.ai/v1
        kind: Workflow
        metadata: {{name: flow}}
        spec:
          {DOCUMENT}
          tasks:
            - name: announce
              then: announse
              set: {{a: 1}}
        """
    )
    assert messages(declared, code="workflow.then") == ["announse is no task of this list"]
    assert hints(declared, code="workflow.then") == ["did you mean announce?"]
    assert places(declared, code="workflow.then") == ["8:13 spec.tasks[announce].then"]


@pytest.mark.parametrize(
    "wrong",
    [
        "name: s, switch: {cases: [{name: x, when: .a, then: nowhere}]}",
        "name: s, human_input: {prompt: p, outcomes: [{name: x, then: nowhere}]}",
        "name: s, try: {tasks: [{name: t, set: {a: 1}}], catch: {then: nowhere}}",
        "name: s, do: {tasks: [{name: t, set: {a: 1}, then: nowhere}]}",
        "name: s, for: {in: .a, tasks: [{name: t, set: {a: 1}, then: nowhere}]}",
        "name: s, try: {tasks: [{name: t, set: {a: 1}, then: nowhere}], catch: {}}",
        "name: s, try: {tasks: [{name: u, set: {a: 1}}], catch: {tasks: [{name: t, set: {a: 1}, then: nowhere}]}}",
        "name: s, fork: {branches: [{name: x, tasks: [{name: t, set: {a: 1}, then: nowhere}]}, {name: y, tasks: [{name: t, set: {a: 1}}]}]}",
        "name: s, raise: {error: {type: t, status: 1, title: t}}, then: nowhere",
    ],
)
def test_every_then_is_looked_at(wrong: str) -> None:
    assert codes(workflow(wrong, task("z"))) == ["workflow.then"]


def test_the_lists_within_and_around_are_not_reached() -> None:
    inner = "name: outer, do: {tasks: [{name: inner, set: {a: 1}, then: last}]}"
    said = messages(workflow(inner, task("last", "then: inner")), code="workflow.then")
    assert said == [
        "last is a task of another list, and `then` reaches its own list alone",
        "inner is a task of another list, and `then` reaches its own list alone",
    ]


@pytest.mark.parametrize(
    "away",
    [
        "name: x, set: {a: 1}, then: end",
        "name: x, set: {a: 1}, then: exit",
        "name: x, set: {a: 1}, then: a",
        "name: x, raise: {error: {type: t, status: 1, title: t}}",
        "name: x, switch: {cases: [{name: y, then: a}]}",
        "name: x, human_input: {prompt: p, outcomes: [{name: y, then: end}, {name: z, then: a}]}",
        "name: x, do: {tasks: [{name: y, set: {a: 1}, then: end}]}",
        "name: x, do: {tasks: [{name: y, raise: {error: {type: t, status: 1, title: t}}}]}",
        "name: x, try: {tasks: [{name: y, set: {a: 1}, then: end}], catch: {then: a}}",
        "name: x, do: {tasks: [{name: y, set: {a: 1}, then: y}]}",
    ],
)
def test_what_comes_after_a_task_that_goes_elsewhere_is_lost(away: str) -> None:
    assert lost(task("a"), away, task("b"), task("c")) == ["b"]


@pytest.mark.parametrize(
    "here",
    [
        "name: x, if: '${ .a }', set: {a: 1}",
        "name: x, if: '${ .a }', raise: {error: {type: t, status: 1, title: t}}",
        "name: x, switch: {cases: [{name: y, when: .a, then: a}]}",
        "name: x, switch: {cases: [{name: y, when: .a, then: a}, {name: z, then: continue}]}",
        "name: x, human_input: {prompt: p, outcomes: [{name: y, then: end}, {name: z}]}",
        "name: x, do: {tasks: [{name: y, set: {a: 1}, then: exit}]}",
        "name: x, for: {in: .a, tasks: [{name: y, set: {a: 1}, then: end}]}",
        "name: x, try: {tasks: [{name: y, raise: {error: {type: t, status: 1, title: t}}}], catch: {}}",
        "name: x, try: {tasks: [{name: y, set: {a: 1}}], catch: {then: end}}",
        "name: x, try: {tasks: [{name: y, set: {a: 1}, then: end}], catch: {tasks: [{name: z, set: {a: 1}}]}}",
        "name: x, set: {a: 1}, then: c",
        "name: x, switch: {cases: [{name: y, when: .a, then: b}, {name: z, then: nowhere}]}",
    ],
)
def test_what_may_be_reached_is_not_lost(here: str) -> None:
    assert "b" not in lost(task("a"), here, task("b", "then: end"), task("c", "then: b"))


def test_a_skipped_task_follows_its_then() -> None:
    assert lost(
        "name: x, if: '${ .a }', raise: {error: {type: t, status: 1, title: t}}, then: c",
        task("b"),
        task("c"),
    ) == ["b"]


def test_a_list_that_never_ends_is_fine() -> None:
    assert codes(workflow(task("a"), task("b", "then: a"))) == []


def test_one_mistake_is_told_once() -> None:
    """What only a lost task leads to is reached again when that one is."""
    assert lost(task("a", "then: end"), task("b"), task("c"), task("d")) == ["b"]
    assert lost(task("a", "then: end"), task("b", "then: c"), task("c", "then: b")) == ["b"]
    assert lost(task("a", "then: d"), task("b", "then: d"), task("c", "then: d"), task("d")) == ["b", "c"]


def test_a_lost_list_does_not_lose_what_is_in_it() -> None:
    assert lost(task("a", "then: end"), "name: b, do: {tasks: [{name: c, set: {a: 1}}]}") == ["b"]


@pytest.mark.parametrize(
    ("before", "why"),
    [
        ("name: x, set: {a: 1}, then: end", "ends the workflow"),
        ("name: x, set: {a: 1}, then: exit", "leaves the list"),
        ("name: x, set: {a: 1}, then: x", "goes to x"),
        ("name: x, raise: {error: {type: t, status: 1, title: t}}", "always fails"),
        ("name: x, switch: {cases: [{name: y, then: end}]}", "always goes elsewhere"),
        ("name: x, do: {tasks: [{name: y, set: {a: 1}, then: end}]}", "never comes to its end"),
    ],
)
def test_the_reason_is_said(before: str, why: str) -> None:
    assert messages(workflow(before, task("b")), code="workflow.unreachable") == [
        f"no way leads to b: the task before it, x, {why}"
    ]


@pytest.mark.parametrize("name", ["continue", "exit", "end"])
def test_names_that_then_takes_otherwise(name: str) -> None:
    declared = workflow(task("a", f"then: {name}"), task(name))
    assert codes(declared) == ["workflow.reserved"]
    assert places(declared, code="workflow.reserved")[0].endswith(f"spec.tasks[{name}].name")


def test_only_one_case_may_be_without_when() -> None:
    cases = "{name: x, then: b}, {name: y, when: .a, then: b}, {name: z, then: b}"
    assert messages(
        workflow(f"name: s, switch: {{cases: [{cases}]}}", task("b")), code="workflow.switch"
    ) == ["z is never taken: x has no `when` either, and comes before it"]


def test_the_outcome_of_a_timeout_is_one_of_the_task() -> None:
    human = "name: h, human_input: {prompt: p, outcomes: [{name: approve}, {name: refuse}], on_timeout: %s}"
    assert codes(workflow(human % "refuse")) == []
    assert hints(workflow(human % "refused"), code="workflow.outcome") == ["did you mean refuse?"]


NAMES = ("a", "b", "c", "d")
THEN = st.sampled_from(["continue", "exit", "end", *NAMES])
PLAIN = st.just({"set": {"a": 1}})
RAISE = st.just({"raise": {"error": {"type": "t", "status": 1, "title": "t"}}})


def lists(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Lists of tasks, whose `then` names tasks of the list."""
    common = st.fixed_dictionaries({}, optional={"then": THEN, "if": st.just("${ .a }")})
    bodies = st.lists(st.tuples(inner, common), min_size=1, max_size=4)
    return bodies.map(
        lambda pairs: [
            _kept({"name": name, **body, **more}, len(pairs))
            for name, (body, more) in zip(NAMES, pairs, strict=False)
        ]
    )


def _kept(task: dict[str, Any], count: int) -> dict[str, Any]:
    """The task with every `then` that names no task of a list so long taken as `continue`."""
    known = {*NAMES[:count], "continue", "exit", "end"}
    for place in (
        task,
        *task.get("switch", {}).get("cases", ()),
        *task.get("human_input", {}).get("outcomes", ()),
        task.get("try", {}).get("catch", {}),
    ):
        if place.get("then", "continue") not in known:
            place["then"] = "continue"
    return task


def bodies(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """What a task does, with lists of such tasks within."""
    tasks = lists(inner)
    cases = st.lists(
        st.fixed_dictionaries({"then": THEN}, optional={"when": st.just(".a")}), min_size=1, max_size=3
    )
    outcomes = st.lists(st.fixed_dictionaries({}, optional={"then": THEN}), min_size=1, max_size=3)
    catch = st.fixed_dictionaries({}, optional={"then": THEN, "tasks": tasks})
    return st.one_of(
        PLAIN,
        RAISE,
        cases.map(lambda each: {"switch": {"cases": _numbered(each)}}),
        outcomes.map(lambda each: {"human_input": {"prompt": "p", "outcomes": _numbered(each)}}),
        tasks.map(lambda each: {"do": {"tasks": each}}),
        tasks.map(lambda each: {"for": {"in": ".a", "tasks": each}}),
        st.tuples(tasks, tasks).map(
            lambda two: {"fork": {"branches": _numbered([{"tasks": each} for each in two])}}
        ),
        st.tuples(tasks, catch).map(lambda two: {"try": {"tasks": two[0], "catch": two[1]}}),
    )


def _numbered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": f"n{number}", **item} for number, item in enumerate(items)]


class Ended(Exception):
    """The workflow ended."""


class Failed(Exception):
    """An error was raised."""


class Walker:
    """Runs tasks with chance for conditions, persons and errors, and remembers where it was. Written apart from the check."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.visited: set[tuple[str | int, ...]] = set()
        self.steps = 0

    def walk(self, tasks: list[dict[str, Any]], path: tuple[str | int, ...]) -> None:
        index = 0
        while index < len(tasks):
            self.steps += 1
            if self.steps > 300:
                raise Ended
            here = (*path, index)
            self.visited.add(here)
            task = tasks[index]
            skipped = "if" in task and self.random.random() < 0.5
            then = task.get("then", "continue") if skipped else self.do(task, here)
            if then == "end":
                raise Ended
            if then == "exit":
                return
            index = index + 1 if then == "continue" else NAMES.index(then)

    def do(self, task: dict[str, Any], path: tuple[str | int, ...]) -> str:
        own = str(task.get("then", "continue"))
        if "raise" in task:
            raise Failed
        if "switch" in task:
            cases = task["switch"]["cases"]
            for case in cases:
                if "when" in case and self.random.random() < 0.4:
                    return str(case["then"])
            return str(next((case["then"] for case in cases if "when" not in case), own))
        if "human_input" in task:
            return str(self.random.choice(task["human_input"]["outcomes"]).get("then", own))
        if "do" in task:
            self.walk(task["do"]["tasks"], (*path, "do", "tasks"))
        if "for" in task:
            for _ in range(self.random.randrange(3)):
                self.walk(task["for"]["tasks"], (*path, "for", "tasks"))
        if "fork" in task:
            for number, branch in enumerate(task["fork"]["branches"]):
                self.walk(branch["tasks"], (*path, "fork", "branches", number, "tasks"))
        if "try" in task:
            try:
                self.walk(task["try"]["tasks"], (*path, "try", "tasks"))
                if self.random.random() < 0.3:
                    raise Failed
            except Failed:
                catch = task["try"]["catch"]
                self.walk(catch.get("tasks", []), (*path, "try", "catch", "tasks"))
                return str(catch.get("then", own))
        return own


@given(lists(st.recursive(PLAIN, bodies, max_leaves=6)), st.randoms(use_true_random=False))
def test_where_a_run_was_is_never_called_unreachable(tasks: list[dict[str, Any]], random: Random) -> None:
    (declared,) = manifests(
        "apiVersion: agentic.stigmer.ai/v1\nkind: Workflow\nmetadata: {name: flow}\n"
        f"spec: {{{DOCUMENT}, tasks: {orjson.dumps(tasks).decode()}}}\n"
    )
    found = [each for each in findings([declared]) if each.code == "workflow.unreachable"]
    assert all(each.code in ("workflow.unreachable", "workflow.switch") for each in findings([declared]))
    if not found:
        return
    for _ in range(20):
        walker = Walker(random)
        with suppress(Ended, Failed):
            walker.walk(tasks, ("spec", "tasks"))
        assert not walker.visited & {each.path for each in found}
