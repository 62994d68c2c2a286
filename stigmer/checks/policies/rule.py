# SPDX-License-Identifier: Apache-2.0
"""A policy whose rule is ready to be asked, or what is wrong with the rule and where in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any

from stigmer.checks.policies.change_shape import missing_in_change
from stigmer.checks.policies.fields import Missing, missing
from stigmer.checks.policies.names import AFTER, BEFORE, CHANGE, MACROS, ROOT, Names, Use, Word, names
from stigmer.checks.policies.policy import Policy
from stigmer.resources.kinds import Kind, kind_named, kinds, nearest

if TYPE_CHECKING:
    from cel import Program

FUNCTIONS = (
    *("contains", "endsWith", "matches", "size", "startsWith"),
    *("bytes", "double", "dyn", "duration", "int", "string", "timestamp", "type", "uint"),
    *("getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours"),
    *("getMilliseconds", "getMinutes", "getMonth", "getSeconds"),
)
"""What a rule may call, besides `has` and the macros."""
_PACKAGE = "cel"
_TYPES = ("bool", "bytes", "double", "int", "list", "map", "null_type", "string", "type", "uint")
_OTHER_WORDS = {"and": "write &&", "or": "write ||", "not": "write !"}
_AT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): (?:Syntax error: )?(.*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy that can be asked: its program, and the fields of the resource that it names."""

    policy: Policy
    program: Program
    uses: tuple[Use, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a policy: the setting that is meant, and of a rule how many characters into it."""

    setting: str
    offset: int
    message: str
    hint: str | None = None


def compiled(policy: Policy) -> Rule | Problem:
    """The policy, ready to be asked, or the first thing that is wrong with its rule."""
    try:
        program = engine().compile(policy.rule)
    except ValueError as error:
        return _syntax(policy.rule, str(error))
    found, its_kinds = names(policy.rule, given_to(policy)), about(policy)
    wrong = [
        *_wrong_names(found, program, policy),
        *_wrong_fields(found.uses, its_kinds),
        *_wrong_place(policy, its_kinds),
    ]
    return wrong[0] if wrong else Rule(policy, program, found.uses)


@cache
def engine() -> Any:
    """The package `cel` without the command line that its `__init__` imports as well: 13 ms instead of 138 (see ADR 0017)."""
    name = f"{_PACKAGE}.{_PACKAGE}"
    package = find_spec(_PACKAGE)
    spec = package and PathFinder.find_spec(name, package.submodule_search_locations)
    if name in sys.modules or not spec or not spec.loader:
        return import_module(_PACKAGE)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def about(policy: Policy) -> Sequence[Kind]:
    """The kinds that a policy is about."""
    if policy.kinds is not None:
        return [kind_named(name) for name in policy.kinds]
    return [kind for kind in kinds() if kind.declarable]


def given_to(policy: Policy) -> Sequence[str]:
    """What the rule of a policy is given, by the names that it has there."""
    return (CHANGE, BEFORE, AFTER) if policy.on_change else (ROOT,)


def _syntax(rule: str, told: str) -> Problem:
    """The parser's first complaint in words of ours."""
    found = _AT.search(told)
    if found is None:
        return Problem("rule", 0, told)
    # Of what was never finished the parser does not know the place, and says line 0.
    line, column = max(int(found[1]) - 1, 0), max(int(found[2]) - 1, 0)
    offset = sum(len(each) + 1 for each in rule.split("\n")[:line]) + column
    quoted = [each.strip() for each in re.findall(r"'(.*?)'(?= |$)", found[3])] or [""]
    match found[3].split(" ", 2):
        case ["mismatched" | "extraneous", "input", _] if quoted[0] != "<EOF>":
            words, hint = f"{quoted[0]} cannot stand here", _OTHER_WORDS.get(quoted[0])
            if rule[:offset].rstrip().endswith("not"):
                hint = "not is written ! in CEL"
            return Problem("rule", offset, words, hint)
        case ["mismatched" | "extraneous", *_]:
            return Problem("rule", offset, "the rule ends where something more is needed")
        case ["missing", *_]:
            return Problem("rule", offset, f"{quoted[0]} is missing here")
        case ["no", "viable", _]:
            return Problem("rule", offset, "something is missing here, such as a name after a dot")
        case ["Incomplete", *_]:
            return Problem("rule", offset, "something is missing here, such as the second part of a ? b : c")
        case ["token", *_] if quoted[0].startswith(("'", '"')):
            return Problem("rule", offset, "the text that begins here does not end")
        case ["token", *_]:
            hint = "write ==: it compares" if quoted[0] == "=" and rule[offset - 1 : offset] != "=" else None
            return Problem("rule", offset, f"{quoted[0]} is no part of CEL", hint)
        case ["reserved", *_]:
            return Problem(
                "rule", offset, f"{found[3].rpartition(' ')[2]} is a word that CEL keeps for itself"
            )
        case ["invalid", "argument", _]:
            return Problem("rule", offset, "has() asks for a field, as in has(resource.spec.model)")
        case _:
            return Problem("rule", offset, found[3].partition(" expecting ")[0])


def _wrong_names(found: Names, program: Program, policy: Policy) -> Iterator[Problem]:
    used = program.functions()
    for word in found.calls:
        if word.name in MACROS and word.name in used:
            words = f"{word.name} asks for a name and what holds of it, as in {word.name}(each, each != 'x')"
            yield Problem("rule", word.offset, words)
        elif word.name not in (*FUNCTIONS, *MACROS, "has"):
            near = nearest(word.name, (*FUNCTIONS, *MACROS, "has"))
            hint = f"did you mean {near}?" if near else "functions: has, " + ", ".join((*MACROS, *FUNCTIONS))
            yield Problem("rule", word.offset, f"{word.name} is not a function of a rule", hint)
    for word in found.strangers:
        if word.name not in _TYPES:
            yield _stranger(word, policy)


def _stranger(word: Word, policy: Policy) -> Problem:
    words = f"{word.name} is nothing that a rule is given"
    if policy.on_change:
        words = f"{word.name} is nothing that a rule over changes is given"
        near = nearest(word.name, given_to(policy))
        hint = f"did you mean {near}?" if near else "it is given change, before and after"
        if not (near or word.following):
            hint = f"write '{word.name}': a text stands in quotes"
    elif word.name in (CHANGE, BEFORE, AFTER) and word.following:
        hint = "write on: change, so that the rule is asked of changes"
    elif word.name in ("apiVersion", "kind", "metadata", "spec"):
        words = f"a rule calls the manifest {ROOT}"
        hint = f"write {ROOT}.{word.name}{word.following}"
    elif word.following or nearest(word.name, (ROOT,)):
        hint = f"write {ROOT}{word.following}: so a rule calls the manifest"
    else:
        hint = f"write '{word.name}': a text stands in quotes"
    return Problem("rule", word.offset, words, hint)


def _wrong_place(policy: Policy, its_kinds: Sequence[Kind]) -> Iterator[Problem]:
    """What is wrong with the field that messages are to point to."""
    prefix = f"{ROOT}."
    uses = names(prefix + policy.at).uses[:1] if policy.at is not None else ()
    for problem in _wrong_fields(uses, its_kinds):
        words = problem.message.removeprefix(prefix)
        yield Problem("at", problem.offset - len(prefix), words, problem.hint)


def _wrong_fields(uses: Sequence[Use], its_kinds: Sequence[Kind]) -> Iterator[Problem]:
    """Fields that no kind has which the policy is about. Where several might be meant, the words are about the one that comes nearest."""
    for use in uses:
        if use.root == CHANGE:
            wrong = [missing_in_change(use.steps)]
        else:
            wrong = [missing(kind, use.steps) for kind in its_kinds]
        found = [each for each in wrong if each is not None]
        if len(found) == len(wrong):
            yield _wrong_field(use, max(found, key=lambda each: each.index), its_kinds)


def _wrong_field(use: Use, wrong: Missing, its_kinds: Sequence[Kind]) -> Problem:
    index, fields = wrong.index, wrong.fields
    if index < use.given:  # a macro over what cannot have items
        return Problem("rule", use.start, f"{use.written(use.given)} is an item of what has none")
    step, holder = use.steps[index], use.written(index)
    if not isinstance(step, str):
        return Problem("rule", use.end(index), f"{holder} has no items")
    offset = use.text.find(step, use.end(index))
    if not fields:
        return Problem("rule", offset, f"{holder} has no fields, so there is no {step} in it")
    owner = (
        f" of kind {its_kinds[0].name}" if len(its_kinds) == 1 else " of any kind that the policy is about"
    )
    if use.root == CHANGE:
        owner = ""
    near = nearest(step, fields)
    hint = f"did you mean {near}?" if near else "fields: " + ", ".join(fields)
    return Problem("rule", offset, f"{holder}{owner} has no field {step}", hint)
