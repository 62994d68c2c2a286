# SPDX-License-Identifier: Apache-2.0
"""A manifest that was read, written out and read again is the same manifest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.manifests.render import to_yaml
from stigmer.resources.display import display
from stigmer.resources.kinds import Kind
from stigmer.resources.resource import digest, encode
from tests.properties.reading import read
from tests.properties.strategies import DECLARABLE, documents


@pytest.mark.parametrize("kind", DECLARABLE, ids=lambda kind: kind.singular)
@given(st.data())
def test_load_render_load_is_stable(kind: Kind, data: st.DataObject) -> None:
    drawn = data.draw(documents(kind))
    (first,) = read(drawn)
    resource = first.resource
    text = to_yaml(display(kind, resource.body, resource.key.org))
    (second,) = read(drawn, text)
    assert second.key == first.key
    assert second.resource.body == resource.body
    assert digest(encode(second.resource.body)) == digest(encode(resource.body))
    assert to_yaml(display(kind, second.resource.body, resource.key.org)) == text
