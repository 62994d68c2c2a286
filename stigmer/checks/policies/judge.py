# SPDX-License-Identifier: Apache-2.0
"""Policies: rules in CEL that a project sets itself, asked of every manifest that they are about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stigmer.checks.finding import Finding
from stigmer.checks.policies.document import Parts, document, parts
from stigmer.checks.policies.names import AFTER, MACROS, ROOT, Open, Use
from stigmer.checks.policies.policy import Policy
from stigmer.checks.policies.rule import Problem, Rule, about, compiled, engine
from stigmer.errors import Severity
from stigmer.manifests.manifest import Manifest, shown_path
from stigmer.resources.kinds import Kind
from stigmer.resources.paths import Path, path_steps

_TRIES = 16
_MACRO = rf"\.\s*(?:{'|'.join(MACROS)})\s*\("


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a kind: the rules, and what they see of a resource."""

    rules: Sequence[Rule]
    parts: Parts | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a project, ready to be asked, by the kinds that they are about.

    Those over changes come with their numbers among the policies; `stigmer.checks.policies.changes` asks them.
    """

    by_kind: Mapping[str, Asked]
    over_changes: Mapping[str, Sequence[tuple[int, Rule]]] = field(default_factory=dict)

    def judge(self, manifests: Iterable[Manifest]) -> Iterator[tuple[Severity, Finding]]:
        """What is not as the rules want it, each with the weight that its policy gives it."""
        context = engine().Context
        for manifest in manifests:
            asked = self.by_kind.get(manifest.resource.kind.name)
            if asked is not None:
                seen = document(manifest.resource, asked.parts)
                given = context({ROOT: seen})
                for rule in asked.rules:
                    found = _asked(rule, given, manifest, seen)
                    if found is not None:
                        yield found


def compile_policies(policies: Sequence[Policy]) -> tuple[Rules, Mapping[int, Problem]]:
    """The policies ready to be asked, and what is wrong with others, by their numbers."""
    by_kind: dict[str, list[Rule]] = {}
    over_changes: dict[str, list[tuple[int, Rule]]] = {}
    problems: dict[int, Problem] = {}
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        rule = compiled(policy)
        if policy.name in seen:
            problems[index] = Problem("name", 0, f"another policy is called {policy.name} already")
        elif isinstance(rule, Problem):
            problems[index] = rule
        else:
            for kind in about(policy):
                if policy.on_change:
                    over_changes.setdefault(kind.name, []).append((index, rule))
                else:
                    by_kind.setdefault(kind.name, []).append(rule)
        seen.add(policy.name)
    return Rules({kind: _together(rules) for kind, rules in by_kind.items()}, over_changes), problems


def _together(rules: Sequence[Rule]) -> Asked:
    return Asked(rules, parts(use for rule in rules for use in rule.uses))


def answer(rule: Rule, given: Any) -> Any:
    """What a rule says. Raises whatever the engine raises where it has no answer.

    By the language's definition an answer of `all` or `exists` stands beside errors of other items. The engine ends at the first error
    and goes through the entries of a map in an order of chance, so a rule with a macro is asked again before an error counts.
    """
    tries = _TRIES if re.search(_MACRO, rule.policy.rule) else 1
    while True:
        try:
            return rule.program.execute(given)
        except Exception:
            tries -= 1
            if not tries:
                raise


def _asked(rule: Rule, given: Any, manifest: Manifest, seen: Any) -> tuple[Severity, Finding] | None:
    """What a rule says of one resource, None where the resource is fine."""
    said = verdict(rule, given, {ROOT: seen})
    if said is None:
        return None
    words = said.words if said.answered else f"policy {rule.policy.name} has no answer here: {said.words}"
    code = "policy.violated" if said.answered else "policy.failed"
    return said.severity, Finding(manifest, code, words, place(rule, manifest, {ROOT: seen}), said.hint)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule has against something; not `answered` where it has no answer, and `words` say why."""

    severity: Severity
    answered: bool
    words: str
    hint: str | None = None


def verdict(rule: Rule, given: Any, seen: Mapping[str, Any]) -> Verdict | None:
    """What a rule says of what it is given, which is `seen` by its names; None where that is fine."""
    policy = rule.policy
    try:
        said = answer(rule, given)
    except Exception as error:  # noqa: BLE001 - whatever an expression can end with, it is the rule's
        return Verdict(Severity.ERROR, False, *_unanswered(rule, error, seen))
    if said is True:
        return None
    if said is False:
        return Verdict(policy.severity, True, f"{policy.message} (policy {policy.name})")
    words, hint = "its rule gives neither true nor false", "compare what the rule gives with something"
    return Verdict(Severity.ERROR, False, words, hint)


def _unanswered(rule: Rule, error: Exception, seen: Mapping[str, Any]) -> tuple[str, str | None]:
    """Why a rule gave no answer, and what to write in it."""
    if isinstance(error, KeyError):
        key = error.args[0].strip("'")
        for use in rule.uses:
            at = next((n for n, step in enumerate(use.steps) if step == key and n >= _there(use, seen)), None)
            if at is not None and at >= use.given:
                holder, written = use.written(at), use.written(at + 1)
                test = f"has({written})" if written.endswith("." + key) else f'"{key}" in {holder}'
                return f"{written} is not there", f"ask for it first in the rule, with {test}"
        return f"there is no {key}", "ask for it first in the rule, with has()"
    absent = next((use.root for use in rule.uses if use.steps and seen[use.root] is None), None)
    if absent is not None:
        return f"{absent} is null", f"ask for it first in the rule, with {absent} != null"
    words = str(error).partition("\n")[0].partition(". ")[0].rstrip(".")
    if undefined := re.fullmatch(r"Undefined variable or function: '(\w+)'", words):
        return f"{undefined[1]}() takes no value of the type that it is given", None
    if words.startswith("No such overload"):
        return "it puts values together that do not fit, such as a text and a number", None
    return words[:1].lower() + words[1:], None


def place(rule: Rule, manifest: Manifest, seen: Mapping[str, Any]) -> Path:
    """The field that is meant: the one that the policy names, else the deepest that its rule names and that is there."""
    if rule.policy.at is not None:
        return _steps(rule.policy.at, manifest)
    places = [use.steps[: _there(use, seen)] for use in rule.uses if use.root in (ROOT, AFTER)]
    deepest = max(places, key=len, default=())
    return tuple(step for step in deepest if not isinstance(step, Open))


def _there(use: Use, seen: Any) -> int:
    """How many of the steps to a field are there, and lead to one place."""
    seen = seen[use.root]
    for count, step in enumerate(use.steps):
        try:
            seen = seen[step]
        except (KeyError, IndexError, TypeError):
            return count
    return len(use.steps)


def _steps(written: str, manifest: Manifest) -> Path:
    """The steps of a written path, an item of a named list by its number."""
    kind, body = manifest.resource.kind, manifest.resource.body
    steps: Path = ()
    node: Any = body
    for said in path_steps(written) or ():
        step = _numbered(kind, body, steps, node, said) if isinstance(node, list) else said
        steps = (*steps, step)
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            node = None
    return steps


def _numbered(
    kind: Kind, body: Mapping[str, Any], holder: Path, items: Sequence[Any], said: str
) -> str | int:
    paths = (shown_path(kind, body, (*holder, index)) or "" for index in range(len(items)))
    found = next((index for index, path in enumerate(paths) if path.endswith(f"[{said}]")), None)
    return said if found is None else found
