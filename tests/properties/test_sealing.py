# SPDX-License-Identifier: Apache-2.0
"""Values sealed where they stand, in whatever style they are written: nothing else of the file changes, and they come back."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from stigmer.manifests import yaml as reader
from stigmer.manifests.source import Source
from stigmer.manifests.writing_over.edits import WritingError
from stigmer.manifests.writing_over.entries import Clear, Sealed, ValueEntry, entries, said
from stigmer.manifests.yaml_values import YamlError
from stigmer.resources.confidential import Secret
from tests.properties.test_writing_over import commented
from tests.secrets.age_people import fixture

ARMORED = fixture("x25519").strip()
NAMES = st.sampled_from(["A", "B_2", "TOKEN", "y", "no", "1"])
TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t #:'\"|>-&*"), max_size=30
)
# No value is another's, or a part of what stands around it.
VALUES = TEXTS.map(lambda each: f"sesame{each}")


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, str]]:
    """A file with an Environment and what its secrets are."""
    values = draw(st.dictionaries(NAMES, VALUES, min_size=1))
    plain = draw(st.dictionaries(NAMES.map(lambda each: f"P{each}"), TEXTS, max_size=2))
    data: dict[str, Any] = {name: {"is_secret": True, "value": value} for name, value in values.items()}
    data |= {name: {"value": value, "description": "z"} for name, value in plain.items()}
    document = {
        "apiVersion": "agentic.stigmer.ai/v1",
        "kind": "Environment",
        "metadata": {"name": "prod"},
        "spec": {"data": {name: data[name] for name in draw(st.permutations(list(data)))}},
    }
    text = yaml.safe_dump(
        document,
        default_style=draw(st.sampled_from([None, "'", '"', "|", ">"])),
        default_flow_style=draw(st.sampled_from([None, False, True])),
        width=draw(st.sampled_from([20, 80, 1000])),
        indent=draw(st.sampled_from([2, 4])),
        allow_unicode=draw(st.booleans()),
        explicit_start=draw(st.booleans()),
        sort_keys=draw(st.booleans()),
    )
    if draw(st.booleans()):
        text = commented(text, draw(st.data()))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))), values


def found(data: bytes) -> dict[str, ValueEntry]:
    read, wrong = entries(Source("drawn.yaml", data, ".", ".", named=True))
    assert wrong == []
    return {each.name: each for each in read}


def values_of(data: bytes) -> Any:
    return [each.value for each in reader.read(data)]


@given(files())
def test_what_is_sealed_and_unsealed_is_the_same_file_but_for_its_spelling(
    drawn: tuple[str, dict[str, str]],
) -> None:
    text, values = drawn
    data = text.encode()
    try:
        before = values_of(data)
    except YamlError:
        assume(False)  # a comment between lines of a plain text
    assume(all(before[0]["spec"]["data"][name]["value"] == value for name, value in values.items()))
    read = found(data)
    try:
        made = said(data, {read[name]: Sealed(ARMORED) for name in values})
    except WritingError as error:
        assert "#" in text, error  # noqa: PT017
        return
    assert b"sesame" not in made
    after = values_of(made)
    for name, entry in after[0]["spec"]["data"].items():
        expected = {"is_secret": True, "value_from": {"age": ARMORED}}
        assert entry == (expected if name in values else before[0]["spec"]["data"][name])
    kept = [line for line in text.splitlines() if line.lstrip().startswith("# above")]
    assert [line for line in made.decode().splitlines() if line.lstrip().startswith("# above")] == kept
    assert made.decode().count("# beside") == text.count("# beside")
    again = found(made)
    clear = {again[name]: Clear(Secret(value)) for name, value in values.items()}
    assert values_of(said(made, clear)) == before
