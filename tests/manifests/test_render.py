# SPDX-License-Identifier: Apache-2.0
"""What is rendered reads back as it was, here and with a YAML 1.1 reader."""

from __future__ import annotations

from typing import Any
from unicodedata import normalize

import pytest
import yaml as pyyaml
from hypothesis import example, given
from hypothesis import strategies as st

from stigmer.manifests import yaml
from stigmer.manifests.render import inline, to_yaml
from stigmer.resources.confidential import Redacted, Unresolved

ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "a ",
            " a",
            "\ta",
            "a\t",
            "a\tb",
            "\n",
            "\n\n",
            "a\n",
            "a\n\n",
            "\na",
            " a\nb",
            "a\n b",
            "a\n\t\nb",
        ),
        *(
            "a\n  \n",
            "a \nb",
            "\n a\n",
            "\t\na",
            "a\r\nb",
            "a\x85b",
            "a\u2028b\nc",
            "\ufeff",
            "a\xa0b",
            "\x1b[31m",
            "\x7f",
        ),
        *(
            "yes",
            "No",
            "ON",
            "y",
            "n",
            "null",
            "Null",
            "~",
            "true",
            "TRUE",
            ".inf",
            ".nan",
            "0",
            "-1",
            "0777",
            "0o17",
        ),
        *(
            "0x1F",
            "1_000",
            "1e3",
            "1.5",
            "1:30",
            "190:20:30",
            "2001-12-14",
            "2001-12-14 21:59:43",
            "=",
            "<<",
            "---",
        ),
        *(
            "...",
            "- a",
            "? a",
            ": a",
            "a: b",
            "a:",
            "a #b",
            "#a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "@a",
            "`a",
            "%a",
            "{a",
            "[a",
        ),
        *(
            "a, b",
            "]",
            "}",
            "'a'",
            '"a"',
            "a'b",
            "it's",
            "\\n",
            "é",
            "日本",
            "\U0001f600",
            "\U0001f600\nb",
            "a: b\nc",
            "# a\nb",
        ),
        *(
            "k" * 200,
            "k" * 2000,
            "http://x/y",
            "${ .a }",
            "${ .a }: b",
            "a::b",
            "a:-b",
            "--- a\n---\nb\n...\n",
        ),
    ]
)
STRINGS = ODD | st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KEYS = STRINGS.map(lambda text: normalize("NFC", text))  # others are refused
# Beyond 2^53 the reader refuses, since digits get lost.
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda number: abs(number) < 2**53
)
VALUES = st.recursive(
    STRINGS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> Any:
    """The one value of a text, None where it holds nothing."""
    documents = list(yaml.read(text.encode()))
    return documents[0].value if documents else None


@given(VALUES)
@example({"a": {"b": "x\ny\n\n"}, "c": [["d"], {"e": "f\ng"}, [], {}]})
def test_what_is_rendered_reads_back(value: Any) -> None:
    assert read(to_yaml(value)) == value


@given(VALUES)
def test_a_yaml_1_1_reader_reads_the_same(value: Any) -> None:
    assert pyyaml.load(to_yaml(value), Loader=pyyaml.CSafeLoader) == value


@given(STRINGS)
def test_a_string_on_one_line_reads_back(value: str) -> None:
    text = inline(value)
    assert "\n" not in text
    assert read(text) == value


def test_people_can_read_it() -> None:
    value = {
        "metadata": {"name": "bot", "tags": ["a", "b"]},
        "spec": {"instructions": "One.\n\n  Two.\n", "model": {"temperature": 0.5}, "args": [], "on": "on"},
        "tasks": [{"name": "a", "do": ["x"]}, "b"],
    }
    assert (
        to_yaml(value)
        == """\
metadata:
  name: bot
  tags:
    - a
    - b
spec:
  instructions: |
    One.

      Two.
  model:
    temperature: 0.5
  args: []
  "on": "on"
tasks:
  - name: a
    do:
      - x
  - b
"""
    )


def test_a_secret_is_a_comment() -> None:
    value = {
        "data": {
            "A": {"value": Redacted("ab12cd34" * 8), "is_secret": True},
            "B": {"is_secret": True, "value": Unresolved("env", "X")},
        }
    }
    text = to_yaml(value)
    assert "# value: (secret ab12cd34)" in text
    assert "# value: (unresolved env: X)" in text
    assert read(text) == {"data": {"A": {"is_secret": True}, "B": {"is_secret": True}}}


def test_what_json_cannot_carry_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no YAML form"):
        to_yaml({"a": {1}})
