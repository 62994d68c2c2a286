# SPDX-License-Identifier: Apache-2.0
"""What jq reports of an expression, in words for people who write workflows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from stigmer.checks.expressions.scan import ONE_EXPRESSION, Broken, code_only
from stigmer.resources.kinds import nearest

UNAVAILABLE: Mapping[str, str] = {
    name: hint
    for hint, names in {
        "values of the environment come by ${.env_vars.NAME} and ${.secrets.NAME}, outside expressions": (
            "env",
            "$ENV",
        ),
        "the task's input is . and, from its body on, $input": ("input", "inputs"),
        "$task.startedAt and $workflow.startedAt stay the same when a run is taken up again": (
            "now",
            "localtime",
            "strflocaltime",
        ),
        "leave it out": ("debug", "stderr"),
        "a task with `then: end` ends the workflow": ("halt",),
        "a task with `raise` fails with an error": ("halt_error",),
        "there are no files here": (
            "input_filename",
            "input_line_number",
            "get_search_list",
            "get_prog_origin",
            "get_jq_origin",
            "modulemeta",
            "$__loc__",
        ),
    }.items()
    for name in names
}
"""What jq has and a workflow has not, because a run must not see the machine it runs on: each with what to do instead."""

_TOKEN = re.compile(r"\$\{|\$?[A-Za-z_][\w:]*|[0-9.]+|[&|=!<>?]+|.", re.DOTALL | re.ASCII)
_OPERATORS = "&|=!<>?"
_OTHERWISE: Mapping[str, str] = {
    "'": 'texts are in double quotes: "..."',
    "&&": "did you mean and?",
    "||": "did you mean or?",
    "!": "jq says `| not` after it",
    "===": "did you mean ==?",
    "!==": "did you mean !=?",
    "<>": "did you mean !=?",
    "??": "jq says //",
    "?": "jq says `if ... then ... else ... end`",
    "import": "an expression has no modules",
    "include": "an expression has no modules",
    "$": "names of variables begin with a letter",
}
_LITERALS = {
    "true": "true",
    "false": "false",
    "null": "null",
    "none": "null",
    "nil": "null",
    "undefined": "null",
}
_UNFINISHED = re.compile(r"Possibly unterminated '(\w+)'")
_FIELD = re.compile(r"\.\w*$")
_LABEL = re.compile(r"\$\*label-(\S+) is not defined")
_LONGEST_SHOWN = 24


def complaint(expression: str, words: Sequence[str], start: int) -> Broken:
    """Why jq cannot read an expression, by what it reports, the first of which is about the place."""
    for each in words:
        if unfinished := _UNFINISHED.match(each):
            word = unfinished[1]
            said = "`if` has no `end`" if word == "if" else f"`{word}` is not complete"
            return Broken(said, max(expression.find(word), 0), len(word))
    first = words[0] if words else ""
    if label := _LABEL.match(first):
        return Broken(f"no `label ${label[1]}` is around this `break`", start, len("break"))
    if first.startswith("Invalid escape"):
        at = max(expression.find("\\", start), 0)
        sign = expression[at : at + 2]
        words = f"{sign if sign.isprintable() else 'a backslash before a line end'} is no escape in a text"
        return Broken(words, at, 2, r"a backslash in a text is written twice: \\")
    if not first.startswith("syntax error"):
        reason = re.sub(r" at line .*| \(while .*", "", first, flags=re.DOTALL)
        return Broken(f"jq cannot read it{': ' if reason else ''}{reason}", start)
    if start >= len(expression.rstrip()):
        end = max(len(expression.rstrip()) - 1, 0)
        return Broken(f"the expression ends too early, after '{_before(expression)}'", end, 1)
    return _unexpected(expression, start)


def _unexpected(expression: str, start: int) -> Broken:
    start, token = _token(expression, start)
    before = _before(expression[:start])
    place = f" after '{before}'" if before else " at its beginning"
    hint = _OTHERWISE.get(token)
    if token == "${":
        hint = ONE_EXPRESSION
    elif before.endswith("??"):
        hint = _OTHERWISE["??"]
    elif before.endswith("?") or (token == ":" and "?" in before):
        hint = _OTHERWISE["?"]
    elif not token.isascii() and _FIELD.search(before):
        hint = 'the name of such a field is in quotes: ."..."'
    return Broken(f"unexpected '{token}'{place}", start, len(token), hint)


def missing_function(name: str, arguments: int, start: int) -> Broken:
    """Why a name that jq took for a function is none."""
    if name in UNAVAILABLE:
        return Broken(
            f"{name} is not available in a workflow", start, len(name), UNAVAILABLE[name], column=False
        )
    takes = _functions().get(name)
    if takes is not None:
        forms = " or ".join(
            f"{name}({'; '.join(['...'] * each)})" if each else name for each in sorted(takes)
        )
        words = f"{name} takes {_counted(takes)}, not {arguments}"
        return Broken(words, start, len(name), f"it is written {forms}", column=False)
    words = f"jq has no function {name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + '...'}"
    return Broken(words, start, len(name), _function_hint(name, arguments), column=False)


def _function_hint(name: str, arguments: int) -> str | None:
    if len(name) > _LONGEST_SHOWN:
        return None
    near = _LITERALS.get(name.lower()) or nearest(name, _functions())
    # A word that stands alone is rather a field whose dot is missing than a function, unless it looks very much like one.
    if arguments or name.lower() in _LITERALS or (near is not None and sorted(near) == sorted(name)):
        return f"did you mean {near}?" if near else None
    alike = near is not None and len(name) > 4 and abs(len(near) - len(name)) < 2
    other = f"; jq has {near} as well" if alike else ""
    return f"did you mean .{name}? a field begins with a dot{other}"


def _token(expression: str, start: int) -> tuple[int, str]:
    """The whole sign or word that stands at a place, and where it begins."""
    if expression[start - 1 : start + 1] == "${":
        start -= 1
    while start and expression[start] in _OPERATORS and expression[start - 1] in _OPERATORS:
        start -= 1
    found = _TOKEN.match(expression, start)
    return start, found[0] if found else ""


def _before(text: str) -> str:
    """The end of what stands before a place, on its line. Texts are left out: one may be a secret."""
    line = " ".join(code_only(text).rstrip().rpartition("\n")[2].split())
    return line if len(line) <= _LONGEST_SHOWN else "..." + line[-_LONGEST_SHOWN:].lstrip()


def _counted(takes: frozenset[int]) -> str:
    number = " or ".join(str(each) for each in sorted(takes))
    return f"{number} argument{'' if takes == {1} else 's'}"


@cache
def _functions() -> Mapping[str, frozenset[int]]:
    """The functions of jq by name, with how many arguments they may take."""
    import jq

    known: dict[str, set[int]] = {}
    for each in jq.first("builtins", None):
        name, _, arguments = each.partition("/")
        known.setdefault(name, set()).add(int(arguments))
    return {name: frozenset(takes) for name, takes in known.items() if name not in UNAVAILABLE}
