# SPDX-License-Identifier: Apache-2.0
"""What is no YAML, in words that need no knowledge of YAML's grammar, at the place of the mistake rather than where reading gave up."""

from __future__ import annotations

import pytest

from stigmer.manifests import yaml

QUOTE = "put the value in quotes"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        # colons
        ("a:\n  b:1\n  c: 2\n", (2, 3), "a space is missing after the colon", "write a space after the colon"),
        ("a:\n  b: 1\n  c:2\nd: 3\n", (3, 3), "a space is missing after the colon", "write a space after the colon"),
        ("a:\n  b: 1\n  c\nd: 3\n", (3, 3), "this line is no `key: value`: it has no colon", "write a colon and a space after the key, or indent the line more if it is text"),
        ("hello\na: 1\n", (1, 1), "this line is no `key: value`: it has no colon", "write a colon and a space after the key"),
        ("title: Support: the bot\n", (1, 8), "a value without quotes holds a colon and a space", QUOTE),
        ("- title: Support: the bot\n", (1, 10), "a value without quotes holds a colon and a space", QUOTE),
        ("a: b:\n  c: 1\n", (1, 4), "two keys stand on one line", "begin the second one on the next line, indented more, or put the value in quotes"),
        # indentation
        ("name: x\n    title: y\n", (2, 5), "this line is indented more than the one above, which has a value already", "indent it with no spaces, as the line above"),
        ("a:\n    name: x\n  title: y\n", (3, 3), "this line is indented like no line above that it could belong to", "indent it with 4 spaces, as line 2"),
        ("a:\n  b: 1\n c: 2\n", (3, 2), "this line is indented like no line above that it could belong to", "indent it with 2 spaces, as line 2"),
        ("  a: 1\nb: 2\n", (2, 1), "this line is indented less than the first one of its document", "begin all keys at the top of a document in the first column"),
        ("a:\n\tb: 1\n", (2, 1), "a tab indents this line", "indent with spaces, not tabs"),
        ("a: x\n\tb: 1\n", (2, 1), "a tab indents this line", "indent with spaces, not tabs"),
        ("a: |\n\tx\n", (2, 1), "a tab indents this line", "indent with spaces, not tabs"),
        ("- \ta: 1\n", (1, 3), "a tab stands where YAML wants a space", "replace it by spaces"),
        # lists
        ("-a\n-b\nc: 1\n", (2, 1), "a space is missing after the dash", "write a space after the dash"),
        ("a:\n  - b: 1\n  c: 2\n", (3, 3), "this line stands among the items of a list and does not begin with -", "begin it with -, or indent it more to make it a part of the item above"),
        ("a: b\n- c\n", (2, 1), "an item of a list stands among keys", "put it below the key of its list, indented as the other items or more"),
        ("a: - b\n", (1, 4), "a list cannot begin on the line of its key", "begin it on the next line"),
        # quotes
        ('a: "b\nc: 1\n', (1, 4), "the quote that opens here is never closed", 'close it with "'),
        ("a: 'b\n---\nc: 1\n", (1, 4), "the quote that opens here is never closed", "close it with '"),
        ('a: "b\nc: "d"\n', (1, 4), "the quote that opens here is closed on line 2 only", 'close it with " where its text ends'),
        ("a: 'it's'\n", (1, 8), "something follows the quote that ends the value", "put the whole value in double quotes, or write '' for a quote inside"),
        ('a: "b" c\n', (1, 8), "something follows the quote that ends the value", 'put the whole value in single quotes, or write \\" for a quote inside'),
        ('a: "\\d"\n', (1, 5), "a backslash in double quotes begins an escape, and there is none like this", "write two backslashes, or put the text in single quotes"),
        ('a: "\\xzz"\n', (1, 7), "\\x takes 2 hexadecimal digits, \\u takes 4 and \\U takes 8", "write two backslashes, or put the text in single quotes"),
        ('a: "\\ud83d\\ude00"\n', (1, 7), "this escape is half of a surrogate pair or beyond Unicode, so it is no character", "write the character itself"),
        # brackets
        ("a: [1, 2\nb: 3\n", (1, 4), "the bracket [ that opens here is never closed", "close it with ]"),
        ("a: {b: 1\nc: 2\n", (1, 4), "the bracket { that opens here is never closed", "close it with }"),
        ('a: ["b" "c"]\n', (1, 9), "a comma is missing between two items", "write a comma before this one"),
        ("a: [\n  'b'\n  'c'\n]\n", (3, 3), "a comma is missing between two items", "write a comma before this one"),
        ("a: [b] c\n", (1, 8), "something follows the bracket that ends the value", "remove it, or put the whole value in quotes if it is text"),
        ("a: [\n", (1, 4), "the bracket [ that opens here is never closed", "close it with ]"),
        ("a: [\n---\nb: 1\n", (1, 4), "the bracket [ that opens here is never closed", "close it with ]"),
        ("--- a: 1\n", (1, 6), "a map cannot begin on the line of ---", "begin it on the next line"),
        ("a: ]\n", (1, 4), "a value cannot begin with ]", "put it in quotes if it is text"),
        # characters that mean something
        ("a: @b\n", (1, 4), "a value cannot begin with @, which YAML keeps for itself", QUOTE),
        ("a: `b`\n", (1, 4), "a value cannot begin with `, which YAML keeps for itself", QUOTE),
        ("a: %b\n", (1, 4), "a value cannot begin with %, which YAML keeps for itself", QUOTE),
        ("a: *\n", (1, 4), "a value cannot begin with *, which means something else in YAML", QUOTE),
        ("a: & b\n", (1, 4), "a value cannot begin with &, which means something else in YAML", QUOTE),
        ("a: *b\n", (1, 4), "a value that begins with * is an alias in YAML, and nothing above has its name", "put it in quotes if it is text"),
        ("a: > b\n", (1, 4), "> begins a text on the lines below it; nothing else stands on its own line", "put the value in quotes, or move the text to the next line"),
        ("a: {{ b }}-{{ c }}\n", (1, 4), "{{ }} is nothing that manifests know: they are no templates", "put the value in quotes if it is text"),
        ("{{- if a }}\nb: 1\n", (1, 1), "{{ }} is nothing that manifests know: they are no templates", "put the value in quotes if it is text"),
        ("{a: 1}\nb: 2\n", (2, 1), "the document ends above this line", "begin another one with a line that holds --- alone"),
        ("%YAML 2.0\n---\na: 1\n", (1, 1), "manifests are YAML 1.2", "remove the line that begins with %YAML"),
        ("a: &x 1\nb: &x 2\n", (2, 4), "the anchor stands on line 1 already", "give it another name"),
    ],
)  # fmt: skip
def test_words(text: str, place: tuple[int, int], message: str, hint: str) -> None:
    errors = [each for each in yaml.read_each(text.encode()) if isinstance(each, yaml.YamlError)]
    assert [(each.line, each.column, each.message, each.hint) for each in errors] == [(*place, message, hint)]
    assert errors[0].code == "yaml.syntax"


@pytest.mark.parametrize(
    "text",
    [
        "value: hunter2: x\n",
        "value: 'hunter2\n",
        "value: hunter2\n  hunter2: x\n",
        "value: @hunter2\n",
        "value: [hunter2\n",
        "hunter2\nvalue: 1\n",
        "value: *hunter2\n",
        'value: "hunter2" hunter2\n',
        "value: |hunter2\n",
        "value: &hunter2 x\nb: &hunter2 y\n",
    ],
)
def test_nothing_of_the_text_is_repeated(text: str) -> None:
    (error,) = [each for each in yaml.read_each(text.encode()) if isinstance(each, yaml.YamlError)]
    assert "hunter2" not in f"{error.message} {error.hint}"


@pytest.mark.parametrize("cut", range(0, 220, 3))
def test_a_text_that_ends_anywhere_has_words_or_a_value(cut: int) -> None:
    text = 'a: &x [1, {b: "c\\n", d: \'e\'}]\n? f\n: - g: |\n      h\n    i: >-\n\n      j\n  - !!str k\n--- # l\n"m": *x\nn: {{ o }}\np:\n\tq\nr: s: t\n'
    for found in yaml.read_each((text[:cut] + "@").encode()):
        if isinstance(found, yaml.YamlError):
            assert found.message
            assert found.hint
            assert "expected" not in found.message
