# SPDX-License-Identifier: Apache-2.0
"""Expressions and placeholders of workflows: what jq cannot read, names that cannot be there, values that nobody declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jq
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.checks.expressions.compiling import read
from stigmer.checks.expressions.scan import Expression, whole
from stigmer.checks.expressions.words import UNAVAILABLE
from stigmer.checks.workflows.walk import Reads, uses
from stigmer.manifests.load import LoadOptions, load
from stigmer.manifests.manifest import Manifest
from stigmer.resources.fields import message
from stigmer.resources.kinds import kind_named
from stigmer.resources.paths import message_at
from tests.checks.seen import codes, findings, hints, messages, places
from tests.mistakes.mending import mended, parse
from tests.mistakes.running import validate
from tests.mistakes.table import Case, cases, write_files, wrong_files
from tests.reconcile.declared import declare, manifests

ROOT = Path(__file__).parents[2]
DOCUMENT = "document: {dsl: 1.0.3, namespace: shop, name: flow, version: 1.0.0}"
ENV = "env_spec: {data: {URL: {}, TOKEN: {is_secret: true}}}"


def workflow(task: str, more: str = "") -> list[Manifest]:
    """A workflow of one task, as it stands inside of a flow map."""
    return declare("workflow/flow", f"{DOCUMENT}, {ENV}, {more} tasks: [{{name: a, {task}}}]")


def set_to(text: str) -> list[Manifest]:
    """A workflow with a text that may hold expressions; it is put in double quotes."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return workflow(f'set: {{b: "{quoted}"}}')


def said(expression: str) -> tuple[str, str | None]:
    """The one thing that is said of an expression."""
    (found,) = findings(set_to(f"${{ {expression} }}"))
    return found.message, found.hint


GOOD = [
    ".", ".a.b[0]?", ".a // 5", '"x \\(.a | tostring) y"', "{a, b: .c, (.d): 1, $input}", "[.[] | select(.a > 1)]",
    "if .a then 1 elif .b then 2 else 3 end", "reduce .[] as $x (0; . + $x)", "foreach .[] as [$i, $j] (0; 1; $i + $j)",
    "label $out | 1, break $out", "def f(x): x + 1; f(2)", ". as {a: $x} ?// [$x] | $x", "try error(\"x\") catch .",
    "@base64 \"a\\(.b)\"", ".a |= . + 1", ".a *= 2", '. * 3', "$context.a + $input.b + $task.name + $workflow.id + $runtime.name",
    "$secrets | keys", ".. | numbers", ".now, .env, .input", "{now: 1, env: 2}", "to_entries | map(.value) | add",
    ".a # the rest is silence\n", ". as $env | $env", '.["é"], "ü"', "-1", "1as $x | $x", "..", "limit(3; .[])", 'test("a{2}")', "getpath([\"a\"])",
]  # fmt: skip


@pytest.mark.parametrize("expression", GOOD)
def test_what_jq_reads_is_fine(expression: str) -> None:
    assert codes(set_to(f"${{ {expression} }}")) == []


def test_all_of_them_at_once() -> None:
    """Many expressions share a program, and none minds another."""
    bad = [".a |", "$nowhere", "nowhere", "'a'", ".a ||| .b", '"\\(.a', ")", "]"]
    readings = read([*GOOD, *bad[:5]])
    assert [each for each in GOOD if readings[each].broken is not None] == []
    assert [each for each in bad[:5] if readings[each].broken is None] == ["$nowhere"]
    assert list(readings["$nowhere"].variables) == ["$nowhere"]


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (".a | | .b", "unexpected '|' after '.a |' (column 6 of the expression)"),
        (".a\n| .b\n| | .c", "unexpected '|' after '|' (line 3, column 3 of the expression)"),
        (".a +", "the expression ends too early, after '.a +' (column 4 of the expression)"),
        ("(.a", "'(' is never closed (column 1 of the expression)"),
        ('"é" | | .a', "unexpected '|' after '\" \" |' (column 7 of the expression)"),
        ("if .a then .b", "`if` has no `end` (column 1 of the expression)"),
        ("break $x", "no `label $x` is around this `break` (column 1 of the expression)"),
        ("$ x", "unexpected 'x' after '$' (column 3 of the expression)"),
        ("contains", "contains takes 1 argument, not 0"),
        ("error(1; 2)", "error takes 0 or 1 arguments, not 2"),
        ("nosuch(1)", "jq has no function nosuch"),
        ('"a\\\n(.b)"', "a backslash before a line end is no escape in a text (column 3 of the expression)"),
        ("map(select(nosuch))", "jq has no function nosuch"),
        ("map(.a = $nosuch)", "there is no $nosuch here"),
        (". as $x | map(select($y == $x))", "there is no $y here"),
        ("def f(g): g | g; f($y)", "there is no $y here"),
        (r'.a | test("\d+")', r"\d is no escape in a text (column 12 of the expression)"),
        (r'"\n\(.a) é\w"', r"\w is no escape in a text (column 11 of the expression)"),
    ],
)
def test_what_jq_cannot_read_is_told_in_words(expression: str, words: str) -> None:
    assert said(expression)[0] == words


@pytest.mark.parametrize(
    ("expression", "hint"),
    [
        ("lenght", "did you mean length?"),
        ("order", "did you mean .order? a field begins with a dot"),
        ("True", "did you mean true?"),
        ("None", "did you mean null?"),
        (".a && .b", "did you mean and?"),
        (".a || .b", "did you mean or?"),
        (".a === 1", "did you mean ==?"),
        (".a ?? 1", "jq says //"),
        (".a ? 1 : 2", "jq says `if ... then ... else ... end`"),
        (". == 'x'", 'texts are in double quotes: "..."'),
        (".größe", 'the name of such a field is in quotes: ."..."'),
        ("URL", "did you mean ${.env_vars.URL}?"),
        ("TOKEN", "did you mean ${.secrets.TOKEN}?"),
        ("$contxt", "did you mean $context?"),
        ("$xyz", "there are $context, $input, $runtime, $secrets, $task, $workflow"),
        ("$item", "it is there in the tasks of a `for` alone"),
    ],
)
def test_the_mend_is_proposed(expression: str, hint: str) -> None:
    assert said(expression)[1] == hint


@pytest.mark.parametrize("name", sorted(UNAVAILABLE))
def test_what_a_workflow_does_not_have(name: str) -> None:
    words, hint = said(name)
    assert words == f"{name} is not available in a workflow"
    assert hint == UNAVAILABLE[name]
    assert codes(set_to(f'${{ {{a: .{name.lstrip("$")}, b: "{name}"}} }}')) == []


@pytest.mark.parametrize("expression", ['import "a" as a; .', 'include "a"; .', "module {}; ."])
def test_there_are_no_modules(expression: str) -> None:
    assert codes(set_to(f"${{ {expression} }}")) == ["workflow.expression"]


@pytest.mark.parametrize(
    "expression",
    [".a) | (.b", ".a], [.b", ".a\n), (.b\n", '.a" | "b', "1)]; def f: [(2", '"\\(1)\\(', "1) # \\\n("],
)
def test_an_expression_cannot_leave_its_brackets(expression: str) -> None:
    declared = workflow(f"input: {{from: {orjson.dumps(expression).decode()}}}, set: {{a: 1}}")
    assert codes(declared) == ["workflow.expression"]


@pytest.mark.parametrize("own", ["def mine: 1;", "def mine: 1; def broken"])
def test_the_functions_of_a_home_are_not_those_of_a_workflow(
    own: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".jq").write_text(own, "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert messages(set_to("${ .a | length } ${ mine }"), code="workflow.expression") == [
        "jq has no function mine"
    ]
    assert Path.home() == tmp_path


@pytest.mark.parametrize(
    "expression", ['"sk-4711" | | .a', '.a "sk-4711"', '"\\(.a) sk-4711 \\(| .b)"', "'sk-4711'"]
)
def test_texts_are_not_repeated(expression: str) -> None:
    (found,) = findings(set_to(f"${{ {expression} }}"))
    assert "4711" not in f"{found.message} {found.hint}"


def test_nothing_is_worked_out() -> None:
    """A text times a billion, and a loop without end, cost nothing."""
    assert codes(set_to('${ "x" * 100000000000 } ${ [range(infinite)] } ${ [repeat(1)] }')) == []


SCOPES = [
    ("if: '${ $input.a }', set: {a: 1}", ["$input"]),
    ("if: '${ $context.a and $task.name }', set: {a: 1}", []),
    ("input: {from: $input.a}, set: {a: 1}", ["$input"]),
    ("output: {as: $input.a}, set: {a: 1}", []),
    ("output: {as: $output.a}, set: {a: 1}", ["$output"]),
    ("export: {as: $output.a + $input.b}, set: {a: 1}", []),
    ("set: {a: '${ $output }'}", ["$output"]),
    ("for: {in: '$item', tasks: [{name: b, set: {a: '${ $item + $index }'}}]}", ["$item"]),
    ("for: {in: ., while: $index < 3, tasks: [{name: b, set: {a: 1}}]}", []),
    ("for: {in: ., each: x, at: i, tasks: [{name: b, set: {a: '${ $x + $i + $item }'}}]}", ["$item"]),
    ("for: {in: ., tasks: [{name: b, if: '${ $item }', set: {a: 1}}]}, export: {as: $item}", ["$item"]),
    ("for: {in: ., each: x, tasks: [{name: b, for: {in: $x, tasks: [{name: c, set: {a: '${ $x + $item }'}}]}}]}", []),
    ("try: {tasks: [{name: b, set: {a: '${ $error }'}}], catch: {}}", ["$error"]),
    ("try: {tasks: [{name: b, set: {a: 1}}], catch: {when: $error.status > 1, except_when: $error.a}}", []),
    ("try: {tasks: [{name: b, set: {a: 1}}], catch: {as: e, when: $e.status > 1, tasks: [{name: c, set: {a: '${ $e }'}}]}}", []),
    ("try: {tasks: [{name: b, set: {a: 1}}], catch: {as: e, retry: {delay: PT1S, when: $e.a, except_when: $error.a}}}", ["$error"]),
    ("try: {tasks: [{name: b, set: {a: 1}}], catch: {}}, output: {as: $error}", ["$error"]),
    ("listen: {to: {one: {type: t, data: '${ .a == $input.a }'}}}", []),
]  # fmt: skip


@pytest.mark.parametrize(("task", "wrong"), SCOPES)
def test_variables_are_there_at_their_stages(task: str, wrong: list[str]) -> None:
    found = findings(workflow(task))
    assert [each.code for each in found] == ["workflow.variable"] * len(wrong)
    assert [each.message for each in found] == [f"there is no {name} here" for name in wrong]


def test_variables_around_the_tasks() -> None:
    around = "input: {from: '$context.a + $task.b + $workflow.id'}, output: {as: '$context.a + $task.b + $input.c'},"
    assert sorted(messages(workflow("set: {a: 1}", around), code="workflow.variable")) == [
        "there is no $context here",
        "there is no $input here",
        "there is no $task here",
        "there is no $task here",
    ]


def test_a_condition_is_an_expression() -> None:
    assert hints(workflow("if: .a > 1, set: {a: 1}"), code="workflow.expression") == ['write "${ .a > 1 }"']
    assert codes(workflow("if: '${ .a } > ${ .b }', set: {a: 1}")) == ["workflow.expression"]
    assert codes(workflow("set: '.a'")) == ["workflow.expression"]
    assert codes(workflow("set: {a: .b}")) == []
    assert codes(workflow("input: {from: {a: .b}}, set: {a: 1}")) == []
    assert codes(workflow("input: {from: '.b |'}, set: {a: 1}")) == ["workflow.expression"]


def test_placeholders_are_declared() -> None:
    assert codes(set_to("${.env_vars.URL}/x ${.secrets.TOKEN}")) == []
    wrong = set_to("${.env_vars.URI} ${.secrets.NOTHING_LIKE_IT} ${.env_vars.TOKEN} ${.secrets.URL}")
    assert messages(wrong, code="placeholder.undeclared") == [
        "URI is not in the workflow's env_spec",
        "NOTHING_LIKE_IT is not in the workflow's env_spec",
        "TOKEN is a secret, and .env_vars reads other values alone",
        "URL is no secret, and .secrets reads secrets alone",
    ]
    assert hints(wrong, code="placeholder.undeclared") == [
        "did you mean URL?",
        "declare it in spec.env_spec.data, as NOTHING_LIKE_IT: {is_secret: true}",
        "did you mean ${.secrets.TOKEN}?",
        "did you mean ${.env_vars.URL}?",
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("${ .secrets.TOKEN }", 1),
        ("${ .env_vars.URL | @uri }", 1),
        ('${ "Bearer \\(.secrets.TOKEN)" }', 1),
        ("${ $secrets.TOKEN }", 1),
        ("${ .secrets.OTHER }", 0),
        ("${ .a.secrets.TOKEN }", 0),
        ('${ "say .secrets.TOKEN" }', 0),
        ('${ $secrets | has("TOKEN") }', 0),
    ],
)
def test_a_declared_name_in_an_expression_is_no_placeholder(text: str, count: int) -> None:
    assert codes(set_to(text)) == ["placeholder.expression"] * count


def test_the_place_is_in_the_text() -> None:
    declared = manifests(
        f"""\
        apiVersion: agentic.stigmer.ai/v1
        kind: Workflow
        metadata: {{name: flow}}
        spec:
          {DOCUMENT}
          tasks:
            - name: a
              agent_call:
                agent: writer
                message: "Write to ${{ .name }}, ${{ $contxt.a + $con }}, of ${{.env_vars.SHOP}}"
        """
    )
    assert places(declared, code="workflow.variable") == [
        "10:43 spec.tasks[a].agent_call.message",
        "10:55 spec.tasks[a].agent_call.message",
    ]
    assert places(declared, code="placeholder.undeclared") == ["10:78 spec.tasks[a].agent_call.message"]


def test_every_field_that_holds_expressions_is_read(tmp_path: Path) -> None:
    """A workflow that uses each of them once; the registry says which they are."""
    file = tmp_path / "all.yaml"
    file.write_text(EVERY_FIELD, "utf-8")
    loaded = load([str(file)], LoadOptions())
    assert loaded.diagnostics == ()
    (manifest,) = loaded.manifests
    root = message(kind_named("Workflow").message)
    found = set()
    for use in uses(manifest.resource.body["spec"]):
        path = use.path
        while (holder := message_at(root, path[:-1])) is None or str(path[-1]) not in holder.fields:
            path = path[:-1]
        found.add((holder.name, str(path[-1])))
    assert found == _expression_fields()
    assert all(
        use.reads is not Reads.TEMPLATE or "${" in use.text for use in uses(manifest.resource.body["spec"])
    )


def _expression_fields() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    waiting, seen = [kind_named("Workflow").spec], set()
    while waiting:
        about = message(waiting.pop())
        if about.name not in seen:
            seen.add(about.name)
            found |= {(about.name, field.name) for field in about.fields.values() if field.expression}
            waiting += [field.message for field in about.fields.values() if field.message is not None]
    return found


EVERY_FIELD = """\
apiVersion: agentic.stigmer.ai/v1
kind: Workflow
metadata: {name: all}
spec:
  document: {dsl: 1.0.3, namespace: shop, name: all, version: 1.0.0}
  input: {from: .a}
  output: {as: .a}
  tasks:
    - {name: set, if: "${ .a }", input: {from: .a}, output: {as: .a}, export: {as: .a}, set: {a: "${ .a }"}}
    - name: http
      http_call:
        method: GET
        endpoint: {uri: "${ .a }", authentication: {basic: {username: "${ .a }", password: "${ .a }"}}}
        headers: {A: "${ .a }"}
        query: {a: "${ .a }"}
        body: [{a: "${ .a }"}]
    - {name: bearer, http_call: {method: GET, endpoint: {uri: u, authentication: {bearer: {token: "${ .a }"}}}}}
    - {name: digest, http_call: {method: GET, endpoint: {uri: u, authentication: {digest: {username: "${ .a }", password: "${ .a }"}}}}}
    - name: oauth
      http_call:
        method: GET
        endpoint: {uri: u, authentication: {oauth2: {token_url: "${ .a }", client_id: "${ .a }", client_secret: "${ .a }"}}}
    - {name: openapi, openapi_call: {document: {uri: "${ .a }"}, operation_id: o, parameters: {a: "${ .a }"}}}
    - {name: grpc, grpc_call: {service: {host: "${ .a }", port: 1, name: n}, method: m, arguments: {a: "${ .a }"}}}
    - {name: activity, activity_call: {activity: "a:b", input: "${ .a }"}}
    - {name: agent, agent_call: {agent: a, message: "${ .a }", env: {A: "${ .a }"}}}
    - {name: for, for: {in: .a, while: .a, tasks: [{name: a, set: {}}]}}
    - {name: switch, switch: {cases: [{name: a, when: .a, then: continue}]}}
    - name: try
      try:
        tasks: [{name: a, set: {}}]
        catch: {when: .a, except_when: .a, retry: {delay: PT1S, when: .a, except_when: .a}}
    - {name: listen, listen: {to: {one: {type: t, data: "${ .a }"}}}}
    - {name: emit, emit: {event: {type: t, source: s, data: "${ .a }"}}}
    - {name: run, run: {workflow: all, input: "${ .a }"}}
    - {name: shell, run: {shell: {command: "${ .a }", arguments: ["${ .a }"], environment: {A: "${ .a }"}}}}
    - {name: human, human_input: {prompt: "${ .a }", outcomes: [{name: a}]}}
    - {name: raise, raise: {error: {type: "${ .a }", status: "${ .a }", title: "${ .a }", detail: "${ .a }"}}}
"""


_TOKENS = st.sampled_from(
    [".", ".a", "|", ",", "+", "*", "-", "//", "and", "not", "if", "then", "else", "end", "as", "$x", "$y", "(", ")", "[", "]",
     "{", "}", ":", ";", '"s"', '"\\(', ')"', "def f:", "reduce", "foreach", "try", "catch", "?", "..", "1", "map(", "f", "#c\n", "\n",
     "now", "é", "label", "break", "import", "@base64", "$__loc__", "="]
)  # fmt: skip


@given(st.lists(st.lists(_TOKENS, max_size=10).map(" ".join), min_size=1, max_size=30))
def test_together_and_alone_jq_says_the_same(written: list[str]) -> None:
    """Which is right is decided by jq, with each alone and its variables bound."""
    expressions = [each.text for text in written if isinstance(each := whole(text, bare=True), Expression)]
    readings = read(expressions)
    for expression in expressions:
        reading = readings[expression]
        assert reading == read([expression])[expression]
        bound = "".join(f"null as {name} | " for name in reading.variables)
        refused = any(name in expression for name in ("now", "$__loc__"))
        if reading.broken is None:
            jq.compile(f"{bound.replace('null as $__loc__ | ', '')}(\n{expression}\n)")
        elif not refused:
            with pytest.raises(ValueError, match="compile error"):
                jq.compile(f"{bound}(\n{expression}\n)")


def test_ten_thousand_brackets_are_refused_before_the_compiler() -> None:
    for bracket in "([{":
        assert codes(set_to("${ " + bracket * 10_000 + " }")) == ["workflow.expression"]


def test_workflows_without_expressions_do_not_need_jq() -> None:
    code = (
        "import sys; from tests.checks.seen import codes; from tests.checks.test_workflow_flow import workflow\n"
        "assert codes(workflow('name: a, set: {a: 1}', 'name: b, set: {a: x}, then: a')) == []\n"
        "assert 'jq' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def mendable() -> list[Case]:
    return [
        case
        for case in cases()
        if case.topic == "workflow-checks"
        and case.expected is not None
        and parse(case.expected.hint) is not None
    ]


@pytest.mark.parametrize("case", mendable(), ids=lambda case: case.title)
def test_a_mended_workflow_has_nothing_wrong_left(case: Case, tmp_path: Path) -> None:
    directory = tmp_path / "work"
    directory.mkdir()
    write_files(wrong_files(case), directory)
    expected = case.expected
    assert expected is not None
    assert expected.line is not None
    assert expected.column is not None
    path = directory / case.file
    text = path.read_text("utf-8")
    path.write_text(mended(text, expected.line, expected.column, expected.hint or ""), "utf-8")
    assert validate(directory) == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "examples/manifests/workflows").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_examples_are_fine(path: Path) -> None:
    declared = load([str(path)], LoadOptions()).manifests
    assert [
        each for each in findings(list(declared)) if each.code.startswith(("workflow.", "placeholder."))
    ] == []


def test_a_workflow_with_more_expressions_than_the_compiler_can_take_is_told_once() -> None:
    values = ", ".join(f'k{each}: "${{ .a{each} + }}"' for each in range(3_000))
    found = findings(workflow(f"set: {{{values}}}"))
    assert found[0].message.endswith("this one and those after it are not looked at")
    assert found[0].path == ("spec", "tasks", 0, "set", "k2000")
    assert len(found) == 2_001


def test_one_large_expression_weighs_as_much_as_many_small_ones() -> None:
    large = ", ".join(f'k{each}: "${{ {each}{" + .a" * 650} }}"' for each in range(30))
    assert "too many expressions" in findings(workflow(f"set: {{{large}}}"))[0].message
    texts = ", ".join(f"""k{each}: '${{ "{each}{"a" * 4_000}" }}'""" for each in range(20))
    assert findings(workflow(f"set: {{{texts}}}")) == []
