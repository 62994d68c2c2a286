# SPDX-License-Identifier: Apache-2.0
"""Where expressions and placeholders begin and end in a text, and what is refused before a compiler sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.checks.expressions.scan import (
    MAX_CODE,
    MAX_DEPTH,
    Broken,
    Expression,
    Part,
    Placeholder,
    code_only,
    parts,
    whole,
)
from stigmer.manifests.yaml import read


def texts(found: list[Part]) -> list[str]:
    """The texts of the expressions, all of which have to be right."""
    return [part.text for part in found if isinstance(part, Expression)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no expression, $5 and {braces}", []),
        ("${ .a }", [" .a "]),
        ("a ${ .a } b ${.b}", [" .a ", ".b"]),
        ("${{a: {b: 1}}}", ["{a: {b: 1}}"]),
        ('${ "}" }', [' "}" ']),
        ('${ "\\"}" }', [' "\\"}" ']),
        ('${ "\\\\" } }', [' "\\\\" ']),
        ('${ "a \\(.b | "}\\(1)") }" } }', [' "a \\(.b | "}\\(1)") }" ']),
        ("${ . # }\n + 1 }", [" . # }\n + 1 "]),
        ("${ . # \\\n } \n + 1 }", [" . # \\\n } \n + 1 "]),
        ("${ . # \\\\\n }", [" . # \\\\\n "]),
        ('${ "#" } }', [' "#" ']),
        ("${.a}${.b}", [".a", ".b"]),
        ("$${.a}", [".a"]),
        ("${.secrets.a-b}", [".secrets.a-b"]),
    ],
)
def test_an_expression_ends_where_jq_says(text: str, expected: list[str]) -> None:
    found = parts(text)
    assert texts(found) == expected
    assert not any(isinstance(part, Broken) for part in found)


def test_placeholders_are_no_expressions() -> None:
    assert parts("${.secrets.KEY}:${.env_vars.URL_2}:${ .secrets.KEY }") == [
        Placeholder("secrets", "KEY", 0),
        Placeholder("env_vars", "URL_2", 16),
        Expression(" .secrets.KEY ", 37),
    ]


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("say ${ .a", 4, "'${' has no '}' that closes it"),
        ("${ (.a }", 3, "'(' is never closed"),
        ('${ "abc }', 3, "a text has no '\"' at its end"),
        ("${ [.a) }", 6, "unexpected ')', '[' is open"),
        ("${ .a] }", 5, "unexpected ']', nothing is open that it could close"),
        ("${ }", 2, "the expression is empty"),
        ("${ # }\n }", 2, "the expression is empty"),
        ("${ .a\0 }", 5, "a NUL character cannot be in an expression"),
        ('${ "\\', 3, "a text has no '\"' at its end"),
    ],
)
def test_what_is_no_expression_is_told_with_its_place(text: str, start: int, words: str) -> None:
    (broken,) = parts(text)
    assert isinstance(broken, Broken)
    assert (broken.start, broken.message) == (start, words)


def test_an_expression_after_a_broken_one_is_found() -> None:
    found = parts("${ (.a } and ${ .b }")
    assert isinstance(found[0], Broken)
    assert texts(found) == [" .b "]


@pytest.mark.parametrize("bracket", ["(", "[", "{", '"\\('])
def test_brackets_have_a_limit(bracket: str) -> None:
    (broken,) = parts("${ " + bracket * 10_000 + " }")
    assert isinstance(broken, Broken)
    assert broken.message == f"the expression has more than {MAX_DEPTH} brackets around each other"


def test_as_many_brackets_as_allowed_are_fine() -> None:
    assert texts(parts("${" + "(" * MAX_DEPTH + "." + ")" * MAX_DEPTH + "}"))


def test_code_has_a_limit_and_texts_have_none() -> None:
    long_text = '"' + "word " * MAX_CODE + '"'
    assert texts(parts(f"${{ {long_text} }}"))
    (broken,) = parts("${ " + ".+" * MAX_CODE + ". }")
    assert isinstance(broken, Broken)
    assert "8,001 characters of code" in broken.message


@pytest.mark.parametrize("end", ["\\", "\\\\\\", "\\\r"])
def test_a_comment_that_goes_on_after_the_end_is_refused(end: str) -> None:
    """It would take in what stands around the expression wherever that is compiled."""
    broken = whole(f".a # b{end}", bare=True)
    assert isinstance(broken, Broken)
    assert broken.start == 3
    assert isinstance(whole(".a # b\\\\", bare=True), Expression)


def test_a_condition_is_one_expression() -> None:
    assert whole("${ .a }", bare=False) == Expression(" .a ", 2)
    assert whole("  ${ .a }\n", bare=True) == Expression(" .a ", 4)
    assert whole(".a > 1", bare=True) == Expression(".a > 1", 0)
    assert whole("${.secrets.A}", bare=True) == Placeholder("secrets", "A", 0)
    text = whole(".a > 1", bare=False)
    assert isinstance(text, Broken)
    assert text.hint == 'write "${ .a > 1 }"'
    assert isinstance(whole("${ .a } == ${ .b }", bare=True), Broken)


@pytest.mark.parametrize("text", ['.a == "x"', ".a > 1", "$x", "[.a]"])
def test_the_mend_of_a_text_is_yaml(text: str) -> None:
    broken = whole(text, bare=False)
    assert isinstance(broken, Broken)
    assert broken.hint is not None
    (document,) = read(f"if: {broken.hint.removeprefix('write ')}\n".encode())
    assert document.value["if"] == f"${{ {text} }}"


@pytest.mark.parametrize("text", ["sk-live-4711", ".a == 'x'", ".a\\b", ".two\nlines"])
def test_what_is_no_jq_or_hard_to_quote_is_not_repeated(text: str) -> None:
    broken = whole(text, bare=False)
    assert isinstance(broken, Broken)
    assert broken.hint == "put an expression into ${ }"


def test_code_only_blanks_texts_and_comments() -> None:
    assert code_only('"a.b \\(.c) d" + .e # f') == '"    \\(.c)  " + .e    '


_PIECES = st.sampled_from(
    ["${", "}", "{", "(", ")", "[", "]", '"', "\\(", "\\", "#", "\n", ".a", " ", "é", "$", "$x"]
)


@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_text_has_parts_in_order_and_within_it(text: str) -> None:
    place = 0
    for part in parts(text):
        assert place <= part.start <= len(text)
        if isinstance(part, Expression):
            assert text.startswith(part.text + "}", part.start)
            place = part.start + len(part.text)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_an_expression_stays_whole_whatever_follows(code: str) -> None:
    """What is an expression with nothing after it is the same one in a text."""
    alone = whole(code, bare=True)
    if isinstance(alone, Expression) and not code.lstrip().startswith("${") and "#" not in code:
        assert texts(parts(f"before ${{{code}}} after }} ]")) == [code]
