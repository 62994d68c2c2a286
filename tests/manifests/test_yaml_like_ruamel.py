# SPDX-License-Identifier: Apache-2.0
"""Our reader beside ruamel.yaml in its YAML 1.2 mode: the same values of the same text, or a difference that is listed here.

Each listed difference names the paragraph of YAML 1.2.2 (https://yaml.org/spec/1.2.2/) that decides it, or the bound of ours that is
narrower than the standard on purpose. `STIGMER_TEST_PROFILE=long` reads ten times as many texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

import pytest
from ruamel.yaml import YAML

from stigmer.manifests import yaml
from tests.conftest import PROFILE
from tests.manifests.yaml_texts import mutated, text

SLICES = 8
TEXTS = 1250 * (10 if PROFILE == "long" else 1)  # in each slice, so that two workers share them


@dataclass(frozen=True)
class Refused:
    """A reader's answer where it gives no values: our code, or ruamel's words."""

    why: str


@dataclass(frozen=True)
class Different:
    """A text that the two read differently: the first document as each has it, and what decides it."""

    text: str
    ours: Any
    theirs: Any
    paragraph: str


@dataclass(frozen=True)
class OneRefuses:
    """Texts that only one of the two reads: a pattern for what the other says, when it is so, and what decides it."""

    refused: str
    when: Callable[[str, Any], bool]
    paragraph: str


def has(pattern: str) -> Callable[[str, Any], bool]:
    """Whether the text holds this."""
    return lambda written, _: re.search(pattern, written, re.MULTILINE) is not None


def has_empty_key(_: str, value: Any) -> bool:
    """Whether a map in the value has a key that is nothing."""
    if isinstance(value, dict):
        return None in value or any(has_empty_key("", each) for each in value.values())
    return isinstance(value, list) and any(has_empty_key("", each) for each in value)


CORE = "10.3.2, tag resolution of the core schema"
JSON = "a bound of ours: a manifest is what JSON can carry"

VALUES = (
    Different("a: 1_000", {"a": "1_000"}, {"a": 1000}, f"{CORE}: an integer holds digits alone"),
    Different("a: 0b101", {"a": "0b101"}, {"a": 5}, f"{CORE}: there are no binary integers"),
    Different("a: -0x1F", {"a": "-0x1F"}, {"a": -31}, f"{CORE}: only decimal numbers have a sign"),
    Different("a: 2001-01-01", {"a": "2001-01-01"}, {"a": date(2001, 1, 1)}, f"{CORE}: there are no timestamps"),
    Different("a: <<", {"a": "<<"}, Refused("tag:yaml.org,2002:merge"), f"{CORE}: there are no merge keys"),
    Different("a: =", {"a": "="}, Refused("tag:yaml.org,2002:value"), f"{CORE}: `=` is a string"),
    Different("a: ._", {"a": "._"}, Refused("could not convert"), f"{CORE}: a float has a digit"),
    Different("%YAML 1.1\n---\na: yes", {"a": "yes"}, {"a": True}, "6.8.1: a 1.1 document is read as 1.2"),
    Different("a: ! ", {"a": ""}, {"a": None}, "6.9.1: the tag `!` makes a scalar a string"),
    Different("a:\tb", {"a": "b"}, Refused("scanning for the next token"), "6.2: tabs separate tokens in a line"),
    Different("a: b\t# c", {"a": "b"}, Refused("scanning for the next token"), "6.2 and 6.6: before a comment too"),
    Different("a: .inf", Refused("yaml.number"), {"a": math.inf}, JSON),
    Different("a: 1e400", Refused("yaml.number"), {"a": math.inf}, JSON),
    Different("a: 9007199254740993", Refused("yaml.number"), {"a": 9007199254740993}, JSON),
    Different("a: 1e20", Refused("yaml.number"), {"a": 1e20}, JSON),
    Different("a: !!bool yes", Refused("yaml.tag"), {"a": True}, f"{CORE}: `yes` is no boolean"),
    Different("1: a", Refused("yaml.key"), {1: "a"}, JSON),
    Different("true: a", Refused("yaml.key"), {True: "a"}, JSON),
    Different("[a]: b", Refused("yaml.key"), {("a",): "b"}, JSON),
    Different(": a", Refused("yaml."), {None: "a"}, "8.2.2 allows an empty key; libyaml and JSON do not"),
    Different("&a.b x", Refused("yaml."), "x", "6.9.2 allows the dot in an anchor; libyaml does not"),
    Different("a: |-# b\n c", {"a": "c"}, Refused("block scalar"), "6.6 wants a space before the comment; libyaml does not"),
    Different("a: 1\n...\nb: 2", Refused("yaml."), {"a": 1}, "9.2 allows a bare document after `...`; libyaml does not"),
    Different("[a :, b]", Refused("yaml."), ["a :", "b"], "7.3.3: in a flow collection no text ends in a colon"),
)  # fmt: skip

SIGNED = r"[-+]0[xo]"
"""A sign before digits of another base, listed above."""
UNTAGGED = r"!(?=[\s,\]}]|$)"
"""The tag `!`, whose value is listed above."""
ODD_ANCHOR = r"[&*][A-Za-z0-9_-]*[^A-Za-z0-9_\s,\[\]{}-]"
"""An anchor that 6.9.2 allows and libyaml ends sooner, so that what follows is read as a value."""

READ_BY_ONE = (
    OneRefuses(r"yaml\.(key|number)", lambda *_: True, JSON),
    OneRefuses(r"yaml\.", has(r"^[|>]"), "9.1.3: a block scalar may be the root and not indented; libyaml refuses it"),
    OneRefuses(r"yaml\.", has_empty_key, "8.2.2 and 7.4 allow an empty key; libyaml and JSON do not"),
    OneRefuses(r"yaml\.", has(r"^\.\.\."), "9.2 allows a bare document after `...`; libyaml does not"),
    OneRefuses(r"yaml\.", has(ODD_ANCHOR), "6.9.2 allows more in an anchor than libyaml does"),
    OneRefuses(r"yaml\.", has(r":[,\[\]{}]"), "7.3.3: in a flow collection no text ends in a colon"),
    OneRefuses(r"yaml\.", has(r"[\[{,] *:\S"), "7.3.3 allows a text that begins with a colon; libyaml does not"),
    OneRefuses(r"yaml\.", has(r"^\s*\t"), "6.1: no tab indents, not even the first line of a block scalar"),
    OneRefuses(r"block scalar", has(r"[|>][-+0-9]*#"), "6.6 wants a space before the comment; libyaml does not"),
    OneRefuses(r"constructor for the tag '!,", has(r"!,"), "6.8.2: a comma ends a tag in a flow collection"),
    OneRefuses(r"flow (sequence|mapping)", has(r"[\"'] *:[,\]}]"), "7.4.2: after a quoted key nothing need follow the colon"),
    OneRefuses(r"more indented follow up line", has(r"[|>]"), "8.1.1.1: the first line that is not empty gives the indentation"),
    OneRefuses(r"cannot start any token", has(r"\t"), "6.2: tabs separate tokens within a line"),
)  # fmt: skip


def ours(text: str) -> Any:
    try:
        return [document.value for document in yaml.read(text.encode())]
    except yaml.YamlError as error:
        return Refused(error.code)


def theirs(text: str) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    try:
        return [value for value in reader.load_all(text) if value is not None]
    except Exception as error:  # noqa: BLE001 - it raises ValueError and TypeError as well as its own
        return Refused(f"{type(error).__name__}: {error}")


def is_listed(written: str, mine: Any, other: Any) -> bool:
    """Whether a text that only one of the two reads is one of those that are listed."""
    refused, value = (mine, other) if isinstance(mine, Refused) else (other, mine)
    return any(re.search(each.refused, refused.why) and each.when(written, value) for each in READ_BY_ONE)


@pytest.mark.parametrize("number", range(SLICES))
def test_values_are_those_of_ruamel(number: int, request: pytest.FixtureRequest) -> None:
    """Three texts in four are YAML. The others were, and mistakes of every sort are in them: both readers have to refuse them, but
    for what is listed and one in a hundred, which is of the same sorts in ways that no pattern tells."""
    seed = request.config.getoption("--hypothesis-seed")
    read, unlisted = 0, []
    for index in range(TEXTS):
        random = Random(f"{seed} {number} {index}")
        is_broken = index % 4 == 0
        written = mutated(random, text(random)) if is_broken else text(random)
        mine, other = ours(written), theirs(written)
        if isinstance(mine, Refused) and isinstance(other, Refused):
            continue
        if isinstance(mine, Refused) or isinstance(other, Refused):
            if not is_listed(written, mine, other):
                assert is_broken, (written, mine, other)
                unlisted.append((written, mine, other))
        elif not any(has(each)(written, None) for each in (SIGNED, UNTAGGED, ODD_ANCHOR)):
            read += 1
            assert mine == other, written
    assert read > TEXTS / 2
    assert len(unlisted) <= TEXTS / 400, unlisted


@pytest.mark.parametrize("case", VALUES, ids=lambda case: repr(case.text))
def test_listed_differences_are_there(case: Different) -> None:
    """A difference that went would make its line wrong, here and for whoever reads it."""
    for given, expected in ((ours(case.text), case.ours), (theirs(case.text), case.theirs)):
        if isinstance(expected, Refused):
            assert isinstance(given, Refused)
            assert expected.why in given.why
        else:
            assert given[0] == expected
