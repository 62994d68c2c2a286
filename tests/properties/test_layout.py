# SPDX-License-Identifier: Apache-2.0
"""A manifest that was laid out is the same manifest, and stays as it is when it is laid out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.manifests.formatting.written import Scalar, documents, nodes
from stigmer.manifests.render import to_yaml
from stigmer.resources.display import display
from stigmer.resources.kinds import Kind
from stigmer.resources.resource import digest, encode
from tests.manifests.test_layout import all_comments, lay_out
from tests.properties.reading import read
from tests.properties.strategies import DECLARABLE, ManifestSet, manifest_sets
from tests.properties.strategies import documents as drawn_documents


def same(drawn: ManifestSet, text: str, made: str) -> None:
    """Asserts that both texts declare the same, and that the second is in the layout."""
    before, after = read(drawn, text), read(drawn, made)
    assert [each.key for each in after] == [each.key for each in before]
    assert [digest(encode(each.resource.body)) for each in after] == [
        digest(encode(each.resource.body)) for each in before
    ]
    assert lay_out(made) == made


@pytest.mark.parametrize("kind", DECLARABLE, ids=lambda kind: kind.singular)
@given(st.data())
def test_a_layout_of_flow_style(kind: Kind, data: st.DataObject) -> None:
    drawn = data.draw(drawn_documents(kind))
    same(drawn, drawn.text, lay_out(drawn.text))


@pytest.mark.parametrize("kind", DECLARABLE, ids=lambda kind: kind.singular)
@given(st.data())
def test_a_layout_of_block_style(kind: Kind, data: st.DataObject) -> None:
    drawn = data.draw(drawn_documents(kind))
    (manifest,) = read(drawn)
    text = to_yaml(display(kind, manifest.resource.body, manifest.resource.key.org))
    same(drawn, text, lay_out(text))


@given(manifest_sets(), st.data())
def test_no_comment_is_lost(drawn: ManifestSet, data: st.DataObject) -> None:
    """Comments at any ends of lines and between any two lines of a text in block style."""
    made = lay_out(drawn.text)
    lines = made.splitlines()
    inside = inside_scalars(made)
    commented = []
    for number, line in enumerate(lines):
        free = number not in inside
        if free and data.draw(st.integers(0, 5)) == 0:
            indent = data.draw(st.integers(0, 12))
            commented.append(f"{' ' * indent}# above {number}")
        if free and number + 1 not in inside and line and data.draw(st.integers(0, 5)) == 0:
            line += f"{' ' * data.draw(st.integers(1, 4))}# beside {number}"
        commented.append(line)
        if free and number + 1 not in inside and data.draw(st.integers(0, 9)) == 0:
            commented.append("")
    text = "".join(f"{line}\n" for line in commented)
    again = lay_out(text)
    assert sorted(all_comments(again)) == sorted(all_comments(text))
    same(drawn, text, again)


def inside_scalars(text: str) -> set[int]:
    """The lines, from 0, that begin inside of a scalar or right after a block."""
    found: set[int] = set()
    at = 0
    for document in documents(text) or ():
        at = text.index(document.text, at)
        for node in nodes(document.root) if document.root is not None else ():
            if isinstance(node, Scalar) and "\n" in node.text:
                first = text.count("\n", 0, node.start)
                found.update(range(first + 1, first + 1 + node.text.count("\n")))
    return found
