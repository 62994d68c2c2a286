# SPDX-License-Identifier: Apache-2.0
"""Where comments go, how things are spelled, and that nothing is lost."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from ruamel.yaml import YAML

from stigmer.manifests.formatting.layout import LayoutError, laid_out
from stigmer.manifests.formatting.writing import write
from stigmer.manifests.yaml_values import YamlError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/manifests"
AGENT = "apiVersion: agentic.stigmer.ai/v1\nkind: Agent\nmetadata:\n  name: bot\n"


def lay_out(text: str) -> str:
    """The layout of a text."""
    return laid_out(text.encode()).decode()


def all_comments(text: str) -> list[str]:
    """Every comment of a text, as the scanner of ruamel.yaml finds them."""
    found: list[str] = []
    for token in YAML(typ="rt").scan(io.StringIO(text)):
        found += _texts(token.comment)
    return [line.strip() for text in found for line in text.splitlines() if line.strip()]


def _texts(comment: Any) -> list[str]:
    """The texts in what ruamel.yaml hangs on a token: comments in lists in lists."""
    match comment:
        case None:
            return []
        case str():
            return [comment]
        case list():
            return [text for each in comment for text in _texts(each)]
        case _:
            return [comment.value]


def values(text: str) -> list[Any]:
    """What a text says, as ruamel.yaml reads it (YAML 1.2)."""
    return [_plain(each) for each in YAML(typ="safe", pure=True).load_all(text) if each is not None]


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case date():  # YAML 1.2 has none
            return (str, value.isoformat())
        case _:
            return (type(value), value)


def spec(text: str, made: str) -> None:
    """Asserts what becomes of an agent's spec, and that it stays so."""
    before, after = AGENT + "spec:\n" + _indented(text), AGENT + "spec:\n" + _indented(made)
    assert lay_out(before) == after
    assert values(before) == values(after)
    assert lay_out(after) == after
    assert sorted(all_comments(after)) == sorted(all_comments(before))


def _indented(text: str) -> str:
    return "".join(f"  {line}" if line.strip() else line for line in dedent(text).splitlines(keepends=True))


@pytest.mark.parametrize(
    "file", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda file: file.relative_to(EXAMPLES).as_posix()
)
def test_the_examples_are_in_it(file: Path) -> None:
    assert laid_out(file.read_bytes()) == file.read_bytes()


def test_keys_come_in_the_order_of_the_protos_and_take_their_comments_along() -> None:
    text = """\
    # What this file is for.

    # About the kind.
    kind: Agent     # which kind
    # About the spec.
    spec:   # the spec itself
        # about the model
        model:
            # the name
            name: x   # a name
            provider: anthropic
            # temperature: 1
        # about what it does
        instructions: >-   # folded
            Be very kind
            to everybody.
        # nothing more
    # About metadata.
    metadata: {labels: {b: x, a: z}, name: bot}
    apiVersion: 'agentic.stigmer.ai/v1'
    # The end.
    """
    made = """\
    # What this file is for.

    apiVersion: agentic.stigmer.ai/v1
    # About the kind.
    kind: Agent     # which kind
    # About metadata.
    metadata: {name: bot, labels: {b: x, a: z}}
    # About the spec.
    spec:   # the spec itself
      # about what it does
      instructions: >-   # folded
        Be very kind
        to everybody.
      # about the model
      model:
        provider: anthropic
        # the name
        name: x   # a name
        # temperature: 1
      # nothing more
    # The end.
    """
    assert lay_out(dedent(text)) == dedent(made)
    assert lay_out(dedent(made)) == dedent(made)
    assert values(dedent(made)) == values(dedent(text))


def test_a_comment_over_the_first_key_is_about_the_document() -> None:
    text = "# The bot.\nkind: Agent\napiVersion: agentic.stigmer.ai/v1\nmetadata: {name: bot}\n"
    made = "# The bot.\napiVersion: agentic.stigmer.ai/v1\nkind: Agent\nmetadata: {name: bot}\n"
    assert lay_out(text) == made


def test_comments_in_lists() -> None:
    spec(
        """\
        skill_refs:
        # first
        - a   # one
        # second
        -   b
        sub_agents:
        - # odd
          # about the name
          name: x
          # about the text
          instructions: "Be kind to everybody."
          # after it
        -
          description: foo
          # the name comes first
          name: z
        """,
        """\
        skill_refs:
          # first
          - a   # one
          # second
          - b
        sub_agents:
          # odd
          # about the name
          - name: x
            # about the text
            instructions: Be kind to everybody.
            # after it
          # the name comes first
          - name: z
            description: foo
        """,
    )


def test_flow_style_with_comments_becomes_block_style() -> None:
    spec(
        """\
        model: {  # the model
          name: x, # name
          # not sure
          provider: openai  # prov
          # the end
        }  # closed
        skill_refs: [a, b,
           c]   # joined
        """,
        """\
        # closed
        model:  # the model
          # not sure
          provider: openai  # prov
          name: x  # name
          # the end
        skill_refs: [a, b, c]  # joined
        """,
    )


def test_flow_style_stays_where_it_fits_on_the_line() -> None:
    fits = "skill_refs: [" + ", ".join(["a" * 9] * 9) + ", aaaaa]\n"
    assert len("  " + fits.rstrip()) == 120
    spec(fits.replace(", ", " ,  "), fits)
    spec(
        fits.replace("]", "b]"),
        "skill_refs:\n" + "  - aaaaaaaaa\n" * 9 + "  - aaaaab\n",
    )


def test_comments_in_what_is_empty_stay_there() -> None:
    spec(
        """\
        model:
            # nothing yet

            # really
        skill_refs: [] # none
        env_spec: {
           # nor here
        }
        sub_agents:
          -
            # an agent
        """,
        """\
        model:
          # nothing yet

          # really
        skill_refs: []  # none
        sub_agents:
          -
            # an agent
        # nor here
        env_spec: {}
        """,
    )


def test_comments_at_odd_columns() -> None:
    spec(
        """\
        instructions: hello there all
         # between
        model:
            # deep
          # less
          provider: openai
              # deeper than it
          name: x
       # left of everything
        env_spec:
          data: {}
        """.replace("       # left", "# left"),
        """\
        instructions: hello there all
        # between
        model:
          # deep
          # less
          provider: openai
          # deeper than it
          name: x
        # left of everything
        env_spec:
          data: {}
        """,
    )


def test_one_blank_line_at_most_and_none_where_a_block_begins() -> None:
    spec(
        """\


        instructions: hello there all



        # about the model


        # really about it

        model:

          name: x


        skill_refs:

          - a

          - b


        """,
        """\
        instructions: hello there all

        # about the model

        # really about it

        model:
          name: x

        skill_refs:
          - a

          - b
        """,
    )


def test_quotes_where_they_are_needed() -> None:
    spec(
        r"""
        env_spec:
          data:
            A: {description: 'plain words', default: "12"}
            B: {description: "it's"}
            C: {description: 'say "hi" and \d'}
            D: {description: "tab\tand \u00e9"}
            E: {default: no}
            F: {default: 2030-01-31}
            G: {default: 'yes'}
            I: {default: "a, b"}
            J: {default: "https://x.example"}
            K: {default: https://x.example}
            L: {default: '# no comment'}
            M: {default: "null"}
            "y": {default: y}
        """.lstrip("\n"),
        r"""
        env_spec:
          data:
            A: {default: "12", description: plain words}
            B: {description: "it's"}
            C: {description: 'say "hi" and \d'}
            D: {description: "tab\tand \u00e9"}
            E: {default: "no"}
            F: {default: "2030-01-31"}
            G: {default: "yes"}
            I: {default: "a, b"}
            J: {default: "https://x.example"}
            K: {default: https://x.example}
            L: {default: "# no comment"}
            M: {default: "null"}
            "y": {default: "y"}
        """.lstrip("\n"),
    )


def test_what_yaml_1_1_takes_for_a_number_gets_quotes() -> None:
    text = AGENT + "spec: {description: 1_000}\n"
    assert lay_out(text) == AGENT + 'spec: {description: "1_000"}\n'


def test_long_texts_keep_their_form() -> None:
    spec(
        """\
        description: "multi

           line \\
            quoted  end"
        instructions: |2+
            indented
          less


        sub_agents:
        - name: x
          description: several
              plain lines
          instructions: >-
                folded

                  and indented
                again
        - {name: z, instructions: several
            plain lines}
        """,
        """\
        description: "multi

          line \\
          quoted  end"
        instructions: |2+
            indented
          less


        sub_agents:
          - name: x
            description: several
              plain lines
            instructions: >-
              folded

                and indented
              again
          - {name: z, instructions: several plain lines}
        """,
    )


def test_anchors_and_aliases_stay() -> None:
    spec(
        """\
        instructions: &text 'no one knows why'
        sub_agents:
        - &one
          instructions: *text
          name: x
        - *one
        """,
        """\
        instructions: &text no one knows why
        sub_agents:
          - &one
            name: x
            instructions: *text
          - *one
        """,
    )


def test_an_alias_does_not_come_to_stand_before_its_anchor() -> None:
    text = "metadata:\n  name: &it bot\nspec: {instructions: hello there, description: *it}\nkind: Agent\n"
    text += "apiVersion: agentic.stigmer.ai/v1\n"
    assert lay_out(text).startswith("apiVersion")
    turned = "spec: {instructions: hello there, description: &it bot}\nmetadata:\n  name: *it\nkind: Agent\n"
    turned += "apiVersion: agentic.stigmer.ai/v1\n"
    assert lay_out(turned) == turned


def test_documents_are_parted_by_one_marker_and_empty_ones_leave_their_comments() -> None:
    manifest = AGENT + "spec: {instructions: hello there}\n"
    text = f"---\n# first\n{manifest}\n# after it\n\n---   # beside\n---\n{manifest.replace('bot', 'bat')}...\n# last\n---\n"
    made = (
        f"# first\n{manifest}\n# after it\n---\n# beside\n---\n{manifest.replace('bot', 'bat')}---\n# last\n"
    )
    assert lay_out(text) == made
    assert lay_out(made) == made


def test_what_is_not_ours_stays_as_it_is() -> None:
    foreign = "# theirs\nfoo:   bar\nx: [1,2]   # why\n\n# end\n"
    ours = AGENT + "spec: {instructions: hello there}\n"
    assert lay_out(foreign.replace("\n", "\r\n")) == foreign.replace("\n", "\r\n")
    assert lay_out(f"{foreign}---\n{ours}") == f"{foreign}---\n{ours}"
    assert lay_out(f"{ours}---\n{foreign}") == f"{ours}---\n{foreign}"
    directive = f"%YAML 1.2\n---\n{ours.replace('name: ', 'name:    ')}"
    assert lay_out(directive) == directive


def test_line_ends_marks_and_blanks_at_line_ends_go() -> None:
    text = "\ufeff" + AGENT.replace("\n", "  \r\n") + "spec: {instructions: |not, \r\n  description: x}"
    text = text.replace("|not", "not at all")
    assert lay_out(text) == AGENT + "spec: {description: x, instructions: not at all}\n"


def test_a_manifest_that_is_not_valid_is_laid_out_all_the_same() -> None:
    text = AGENT + "spec:\n    modle: {b: 1, a: 2}\n    instructions: hello there\n"
    assert lay_out(text) == AGENT + "spec:\n  instructions: hello there\n  modle: {b: 1, a: 2}\n"


def test_a_document_in_json() -> None:
    text = '{"kind":"Agent","apiVersion":"agentic.stigmer.ai/v1","metadata":{"name":"bot"},"spec":{"instructions":"hello there"}}'
    made = "apiVersion: agentic.stigmer.ai/v1\nkind: Agent\nmetadata: {name: bot}\nspec: {instructions: hello there}\n"
    assert lay_out(text) == made


def test_what_is_not_yaml_is_an_error_with_its_place() -> None:
    with pytest.raises(YamlError) as raised:
        lay_out(AGENT + "spec: [")
    assert raised.value.line >= 5


def test_a_text_that_would_lose_a_comment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "stigmer.manifests.formatting.layout.write", lambda document: write(document).replace("# why", "")
    )
    with pytest.raises(LayoutError, match="a comment would be lost"):
        lay_out(AGENT + "spec: {} # why\n")


def test_a_text_that_would_say_something_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "stigmer.manifests.formatting.layout.write", lambda document: write(document).replace("1", "true")
    )
    with pytest.raises(LayoutError, match="the values would not be the same"):
        lay_out(AGENT + "spec: {model: {max_tokens: 1}}\n")


FOREIGN = "kind: theirs\ntext: |+\n  kept\n\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"---\n# first\n---\n{AGENT}", id="an empty one first"),
        pytest.param(f"---\n# first\n---\n{FOREIGN}---\n{AGENT}", id="an empty one before theirs"),
        pytest.param(f"{AGENT}...\n# between\n---\n{FOREIGN}", id="between ours and theirs"),
        pytest.param(f"{FOREIGN}...\n# between\n---\n{AGENT}...\n# last\n", id="after marked ends"),
        pytest.param(f"{FOREIGN}---   # beside\n{AGENT}", id="beside a marker"),
        pytest.param(f"--- &root\n# in it\nkind: Agent\napiVersion: x\n---\n{AGENT}", id="an anchor of all"),
        pytest.param(
            AGENT + "spec:\n  tags:\n    - >-\n      a\n         \n    # c\n    - b\n",
            id="blanks that are text",
        ),
        pytest.param(AGENT + "spec:\n  ? 'it\n\n   is'\n  : x # c\n  k: 'a\n    \"b'\n", id="folded quotes"),
    ],
)
def test_odd_texts_keep_their_comments_and_settle_at_once(text: str) -> None:
    made = lay_out(text)
    assert sorted(all_comments(made)) == sorted(all_comments(text))
    assert values(made) == values(text)
    assert lay_out(made) == made
