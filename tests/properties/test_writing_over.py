# SPDX-License-Identifier: Apache-2.0
"""Manifests that are written over say what is live, and everything that said so before is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from hypothesis import given
from hypothesis import strategies as st

from stigmer.manifests.load import LoadOptions, load_sources
from stigmer.manifests.manifest import Manifest
from stigmer.manifests.render import to_yaml
from stigmer.manifests.source import Source
from stigmer.manifests.writing_over.overwriting import Overwriting
from stigmer.resources.display import display
from stigmer.resources.keys import Key
from tests.properties.reading import place
from tests.properties.strategies import ManifestSet, evolutions
from tests.properties.test_layout import inside_scalars

Styles = st.sampled_from(["flow", "block"])


def load(directory: Path, data: bytes) -> dict[Key, Manifest]:
    source = Source("drawn.yaml", data, str(directory), str(directory), named=True)
    loaded = load_sources([source], LoadOptions())
    assert loaded.diagnostics == ()
    return {each.key: each for each in loaded.manifests}


def text_of(drawn: ManifestSet, style: str) -> str:
    if style == "flow":
        return drawn.text
    return "---\n".join(to_yaml(each) for each in drawn.documents.values())


def commented(text: str, data: st.DataObject) -> str:
    """The text with comments at ends of lines and between any two."""
    made = []
    inside = inside_scalars(text)
    for number, line in enumerate(text.splitlines()):
        if number not in inside and data.draw(st.integers(0, 4)) == 0:
            made.append(f"{' ' * (len(line) - len(line.lstrip()))}# above {number}")
        if number + 1 not in inside and line and data.draw(st.integers(0, 4)) == 0:
            line += f"  # beside {number}"
        made.append(line)
        if number + 1 not in inside and data.draw(st.integers(0, 9)) == 0:
            made.append("")
    return "".join(f"{line}\n" for line in made)


def shown(manifest: Manifest) -> dict[str, object]:
    """What a manifest says."""
    return display(manifest.resource.kind, manifest.resource.body, manifest.key.org)


def blocks(text: str) -> Iterator[tuple[str, str, str]]:
    """The lines of each field of the metadata and the spec, from its key to the last line that is more than a comment."""
    lines = text.splitlines()
    for document in yaml.compose_all(text, Loader=yaml.CSafeLoader):
        for section in ("metadata", "spec"):
            held = next((value for key, value in document.value if key.value == section), None)
            entries = held.value if isinstance(held, yaml.MappingNode) and not held.flow_style else []
            for key, value in entries:
                first, last = key.start_mark.line, max(value.end_mark.line, key.start_mark.line + 1)
                if (
                    isinstance(value, yaml.ScalarNode) and value.style not in ("|", ">")
                ) or value.end_mark.column:
                    last = value.end_mark.line + 1
                if not isinstance(value, yaml.ScalarNode) and not value.flow_style:
                    last = value.end_mark.line
                found = lines[first:last]
                while len(found) > 1 and (
                    not found[-1].strip() or found[-1].lstrip().startswith(("#", "---"))
                ):
                    found.pop()
                yield section, key.value, "\n".join(found)


@given(evolutions(), Styles, st.data())
def test_what_is_written_over_says_the_new_and_keeps_the_rest(
    drawn: tuple[ManifestSet, ManifestSet], style: str, data: st.DataObject
) -> None:
    before, after = drawn
    text = text_of(before, style)
    if style == "block":
        text = commented(text, data)
    with place() as directory:
        for name, content in (before.files | after.files).items():
            (directory / name).write_bytes(content.encode())
        old, wanted = load(directory, text.encode()), load(directory, after.text.encode())
        over = Overwriting(tuple(old.values()), "default")
        changed = {key for key, each in old.items() if over.put(each, wanted[key].resource.body)}
        files = over.files()
        assert over.failures == []
        for each in files:
            Path(directory, each.path).write_bytes(each.data)
        made = next((each.data for each in files if each.path.endswith("drawn.yaml")), text.encode())
        new = load(directory, made)
    assert {key: each.resource.body for key, each in new.items()} == {
        key: wanted[key].resource.body for key in old
    }
    if not changed:
        assert files == []
    if len(before.documents) == 1:
        (one,) = old.values()
        other = wanted[one.key]
        for section, field, lines in blocks(text):
            if same_in(shown(one), shown(other), section, field):
                assert lines in made.decode(), f"{section}.{field} was touched"


def same_in(one: dict[str, object], other: dict[str, object], section: str, field: str) -> bool:
    sides = [each.get(section) for each in (one, other)]
    found = [each[field] if isinstance(each, dict) and field in each else None for each in sides]
    return found[0] is not None and repr(found[0]) == repr(found[1])
