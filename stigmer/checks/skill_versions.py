# SPDX-License-Identifier: Apache-2.0
"""References to versions of skills by tags that nobody gave.

The tags of a skill are those that any of its versions carried. Without a backend only the declared one is known, and an older
version may have carried another: there a tag is wrong only where it looks like a slip of the pen for the declared one, and not
where it differs in digits, as versions do. Digests are not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import orjson

from stigmer.checks.finding import Finding
from stigmer.checks.world import World
from stigmer.manifests.manifest import Manifest
from stigmer.resources.keys import Key
from stigmer.resources.kinds import nearest
from stigmer.resources.references import Reference
from stigmer.resources.resource import label

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"[0-9]+")


def check(manifests: Sequence[Manifest], world: World) -> Iterator[Finding]:
    """Finds references to skills with a tag that no version has."""
    known: dict[Key, list[str]] = {}
    for manifest in manifests:
        for reference in manifest.resource.references:
            tag, key = reference.version, reference.key
            if tag is None or key.kind != "Skill" or tag == _declared(key, world) or _DIGEST.fullmatch(tag):
                continue
            if key not in known:
                known[key] = _tags(key, world)
            if tag not in known[key] and world.body(key) is not None:
                finding = _finding(manifest, reference, tag, known[key], certain=world.backend is not None)
                if finding is not None:
                    yield finding


def _declared(key: Key, world: World) -> str | None:
    manifest = world.declared.get(key)
    tag: str | None = manifest.resource.body["spec"].get("tag") if manifest is not None else None
    return tag


def _tags(key: Key, world: World) -> list[str]:
    """The tags that the skill has or had, the newest first."""
    said = [_declared(key, world)]
    said += [orjson.loads(version.body)["spec"].get("tag") for version in world.versions(key)]
    return list(dict.fromkeys(tag for tag in said if tag is not None))


def _finding(
    manifest: Manifest, reference: Reference, tag: str, tags: list[str], *, certain: bool
) -> Finding | None:
    near = nearest(tag, tags)
    skill = label(reference.key)
    if certain:
        words = f"no version of {skill} carries the tag {tag}"
    elif near is not None and _DIGITS.sub("", near) != _DIGITS.sub("", tag):
        words = f"{skill} carries the tag {near}, not {tag}"
    else:
        return None
    short = manifest.origin.written(reference.path)
    path = reference.path if short is not None else (*reference.path, "version")
    hint = f"its tags are {', '.join(tags)}" if tags else f"{skill} has no tags: write one as spec.tag there"
    if near is not None:
        hint = f"did you mean {near if short is None else short.rpartition('@')[0] + '@' + near}?"
    return Finding(manifest, "skill.version", words, path, hint)
