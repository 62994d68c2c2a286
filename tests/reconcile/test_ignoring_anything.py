# SPDX-License-Identifier: Apache-2.0
"""Whatever is ignored of whatever is live, what would be written is a valid resource, and is the same once it is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.source import Source
from stigmer.reconcile.ignore import keep_ignored
from stigmer.resources.display import display
from stigmer.resources.fields import message
from stigmer.resources.ignorable import ignore_problem
from stigmer.resources.paths import field_path
from stigmer.resources.resource import Resource, encode
from tests.properties.reading import read
from tests.properties.scalars import yaml_text
from tests.properties.strategies import ManifestSet, branches


def paths(resource: Resource) -> Iterator[str]:
    """Every path of a body that may be ignored."""
    root = message(resource.kind.message)
    for steps in _steps(resource.body, ()):
        path = field_path(root, resource.body, steps)
        if path and ignore_problem(resource.kind, path) is None:
            yield path


def _steps(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from _steps(item, (*path, step))


def wrong(resource: Resource) -> list[str]:
    """What reading the body as a manifest finds wrong."""
    shown = display(resource.kind, resource.body, resource.key.org)
    source = Source("kept.yaml", yaml_text(shown).encode(), "/nowhere", "/nowhere", named=True)
    return [f"{each.code} {each.path}" for each in load_sources([source], LoadOptions()).diagnostics]


@settings(max_examples=60)
@given(branches(max_size=1), st.data())
def test_what_is_kept_is_valid_and_stays(
    drawn: tuple[ManifestSet, ManifestSet, ManifestSet], data: st.DataObject
) -> None:
    _, *sides = drawn
    live, wanted = ({each.key: each.resource for each in read(side)} for side in sides)
    for key in live.keys() & wanted.keys():
        there, said = live[key], wanted[key]
        if there.secrets or said.secrets:  # they are written down nowhere
            continue
        open_to = sorted({*paths(there), *paths(said)} - {"spec"})
        ignored = data.draw(st.lists(st.sampled_from(open_to), max_size=2, unique=True)) if open_to else []
        metadata: Any = {**said.body["metadata"], "lifecycle": {"ignore_changes": ignored}}
        said = replace(said, body={**said.body, "metadata": metadata})
        kept = keep_ignored(said, there.body)
        assert wrong(kept) == [], ignored
        assert encode(keep_ignored(said, kept.body).body) == encode(kept.body), ignored
