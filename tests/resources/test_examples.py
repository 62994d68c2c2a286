# SPDX-License-Identifier: Apache-2.0
"""Every example manifest, on its way to canonical form and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from stigmer.manifests.load import LoadOptions, load
from stigmer.manifests.manifest import Manifest
from stigmer.resources.canonical import canonicalize
from stigmer.resources.display import display
from stigmer.resources.links import links
from stigmer.resources.resource import digest, encode

EXAMPLES = Path(__file__).parents[2] / "examples" / "manifests"
LOADED = load([str(EXAMPLES)], LoadOptions(org="acme", root=str(EXAMPLES)))

of_each = pytest.mark.parametrize("manifest", LOADED.manifests, ids=lambda manifest: manifest.resource.label)


def test_they_are_right() -> None:
    assert LOADED.valid
    assert LOADED.diagnostics == ()
    assert len(LOADED.manifests) == LOADED.documents > 20


@of_each
def test_what_is_shown_means_the_same(manifest: Manifest) -> None:
    resource = manifest.resource
    org = resource.key.org or "acme"
    shown = display(resource.kind, resource.body, org)
    again, problems = canonicalize(resource.kind, shown, org=org, read_text=lambda path: path)
    assert problems == []
    assert digest(encode(again.body)) == digest(encode(resource.body))
    assert {each.key for each in again.references} == {each.key for each in resource.references}


@of_each
def test_links_are_the_references(manifest: Manifest) -> None:
    resource = manifest.resource
    assert links(resource.kind, resource.body) == {each.key for each in resource.references}
