# SPDX-License-Identifier: Apache-2.0
"""What following a hint to the letter does to a text: no more than the hint says, and where it stands."""

from __future__ import annotations

import pytest

from tests.mistakes.mending import Add, Remove, Replace, mended, parse


@pytest.mark.parametrize(
    ("hint", "meant"),
    [
        ("did you mean name?", Replace("name")),
        ("did you mean default/orders?", Replace("default/orders")),
        ('write "12": a number in quotes is a string', Replace('"12"')),
        ("write true: booleans are true and false", Replace("true")),
        ("write 2, or less", Replace("2")),
        ("write [support]", Replace("[support]")),
        ('write {uri: "https://example.com"}', Replace('{uri: "https://example.com"}')),
        ("remove it", Remove()),
        ("remove it, or the other", Remove()),
        ("add name: support-bot", Add("name: support-bot")),
        ("add metadata: {name: support-bot}", Add("metadata: {name: support-bot}")),
        ('add instructions: "Be kind, brief."', Add('instructions: "Be kind, brief."')),
        ("add name: charge, the task's own", Add("name: charge")),
        ("write the fields out", None),
        ("remove one of the two", None),
        ("add it to the list", None),
        ("fields: name, title", None),
        (None, None),
    ],
)
def test_what_a_hint_asks_for(hint: str | None, meant: object) -> None:
    assert parse(hint) == meant


@pytest.mark.parametrize(
    ("text", "place", "hint", "result"),
    [
        # a word
        ("a: [b, c]\n", (1, 8), "write d", "a: [b, d]\n"),
        ("a: 'b c' # d\n", (1, 4), "write e", "a: e # d\n"),
        ("a: b c  # d\n", (1, 4), "write e", "a: e  # d\n"),
        ("a:\n  bb: 1\n", (2, 3), "did you mean b?", "a:\n  b: 1\n"),
        ("ä: b\n---\nc: d\n", (3, 1), "write e", "ä: b\n---\ne: d\n"),
        ('a: "${ $contxt.b + 1 }"\n', (1, 8), "did you mean $context?", 'a: "${ $context.b + 1 }"\n'),
        # a key with its value
        ("a: 1\nb: 2\n", (1, 1), "remove it", "b: 2\n"),
        ("a: 1\nb:\n  c: 2\n", (2, 1), "remove it", "a: 1\n"),
        ("a:\n  b: 1\nc: 2\n", (2, 3), "remove it", "a:\n  {}\nc: 2\n"),
        ("a: {b: 1, c: 2}\n", (1, 5), "remove it", "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", (1, 11), "remove it", "a: {b: 1}\n"),
        ("- a: 1\n  b: 2\n", (1, 3), "remove it", "- b: 2\n"),
        ("a: |\n  text\nb: 1\n", (1, 1), "remove it", "b: 1\n"),
        ("b: 1\na: |\n  text\n", (2, 1), "remove it", "b: 1\n"),
        # an item
        ("a: [b, c]\n", (1, 5), "remove it", "a: [c]\n"),
        ("a: [b, c]\n", (1, 8), "remove it", "a: [b]\n"),
        ("a:\n- b\n- c\nd: 1\n", (3, 3), "remove it", "a:\n- b\nd: 1\n"),
        # a tag, a character
        ("a: !b c\n", (1, 4), "remove it", "a: c\n"),
        ("a: b\x07c\n", (1, 5), "remove it", "a: bc\n"),
        # a line
        ("a:\n  b: 1\n", (1, 1), "add c: 2", "a:\n  c: 2\n  b: 1\n"),
        ("a: {b: 1}\n", (1, 1), "add c: 2", "a: {c: 2, b: 1}\n"),
        ("a: {}\n", (1, 1), "add c: 2", "a: {c: 2}\n"),
        ("a:\n", (1, 1), "add c: 2", "a:\n  c: 2\n"),
        ("a: 1\n", (1, 1), "add c: 2", "c: 2\na: 1\n"),
        ("a:\n  - b: 1\n", (2, 5), "add c: 2", "a:\n  - c: 2\n    b: 1\n"),
        ("a:\n  - b: {}\n", (2, 5), "add c: 2", "a:\n  - c: 2\n    b: {}\n"),
        ("a:\n  b:\n    d: 1\n", (2, 3), "add c: 2", "a:\n  b:\n    c: 2\n    d: 1\n"),
    ],
)
def test_what_following_it_does(text: str, place: tuple[int, int], hint: str, result: str) -> None:
    assert mended(text, *place, hint) == result


@pytest.mark.parametrize("hint", ["write d", "remove it", "add c: 2"])
def test_where_nothing_stands_nothing_is_mended(hint: str) -> None:
    with pytest.raises(ValueError, match=r"stands"):
        mended("a: b  # c\n", 1, 9, hint)
