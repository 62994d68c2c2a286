# SPDX-License-Identifier: Apache-2.0
"""What looks like a rename: one resource goes, another of its kind comes, and they say the same, or nearly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from stigmer.errors import Diagnostic, Severity
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.plan import Create
from stigmer.resources.keys import Key
from stigmer.resources.resource import label

# Found by trying: different agents, skills and workflows written by one hand share up to 0.75 of their words.
_NEAR = 0.8
# Of fewer words one or two tell things apart, so that only equal ones look like the same.
_FEW_WORDS = 20
# So many pairs take a tenth of a second; where there are more, only equal ones are found.
_MOST_PAIRS = 10_000

_Words = tuple[str, ...]
_Specs = Mapping[Key, _Words]


def likely_renames(
    created: Sequence[Create], deleted: Mapping[Key, bytes], declared: Mapping[Key, Manifest]
) -> Iterator[Diagnostic]:
    """A warning at each created manifest that looks like one of the deleted resources, given as canonical bodies."""
    for new, old in renames({each.key: each.encoded for each in created}, deleted):
        yield declared[new].diagnostic(
            Severity.WARNING,
            "plan.rename",
            f"{label(new)} looks like {label(old)} by another name, and as it is that one is deleted",
            path=("metadata", "name"),
            hint=f"to keep its id and history, write renamed_from: {old.name} under metadata",
        )


def renames(created: Mapping[Key, bytes], deleted: Mapping[Key, bytes]) -> list[tuple[Key, Key]]:
    """Created and deleted keys that look like one resource, each in one pair at most, in the order of the created."""
    if not created or not deleted:
        return []
    places = {(key.kind, key.org) for key in created} & {(key.kind, key.org) for key in deleted}
    pairs: dict[Key, Key] = {}
    for place in places:
        new, old = _specs(created, place), _specs(deleted, place)
        pairs |= _equal(new, old)
        taken = set(pairs.values())
        left = {key: words for key, words in old.items() if key not in taken}
        pairs |= _near({key: words for key, words in new.items() if key not in pairs}, left)
    return [(key, pairs[key]) for key in created if key in pairs]


def _specs(bodies: Mapping[Key, bytes], place: tuple[str, str]) -> _Specs:
    """What each resource of a kind and an organization says, without those that say nothing."""
    found = {
        key: tuple(_words(orjson.loads(body).get("spec")))
        for key, body in sorted(bodies.items())
        if (key.kind, key.org) == place
    }
    return {key: words for key, words in found.items() if words}


def _words(value: Any) -> Iterator[str]:
    """Names and words of a JSON value, so that a text counts by what it says and not by how it is wrapped."""
    match value:
        case dict():
            for name in sorted(value):
                yield name
                yield from _words(value[name])
        case list():
            for item in value:
                yield from _words(item)
        case None:
            pass
        case _:
            yield from str(value).split()


def _equal(new: _Specs, old: _Specs) -> dict[Key, Key]:
    """The pairs that say the same; of several the names that look most alike."""
    by_words: defaultdict[_Words, list[Key]] = defaultdict(list)
    for key, words in old.items():
        by_words[words].append(key)
    alike: defaultdict[_Words, list[Key]] = defaultdict(list)
    for key, words in new.items():
        if words in by_words:
            alike[words].append(key)
    found: dict[Key, Key] = {}
    for words, keys in alike.items():
        others = by_words[words]
        if len(keys) * len(others) > _MOST_PAIRS:
            found |= zip(keys, others, strict=False)
        else:
            found |= _best({(key, other): 1.0 for key in keys for other in others})
    return found


def _near(new: _Specs, old: _Specs) -> dict[Key, Key]:
    """The pairs that say nearly the same."""
    new, old = _long(new), _long(old)
    if not new or not old or len(new) * len(old) > _MOST_PAIRS:
        return {}
    from rapidfuzz.distance import Indel  # only where something looks like it
    from rapidfuzz.process import extract

    return _best(
        {
            (key, other): score
            for key, words in new.items()
            for _, score, other in extract(
                words, old, scorer=Indel.normalized_similarity, score_cutoff=_NEAR, limit=None
            )
        }
    )


def _long(specs: _Specs) -> _Specs:
    return {key: words for key, words in specs.items() if len(words) >= _FEW_WORDS}


def _best(scores: Mapping[tuple[Key, Key], float]) -> dict[Key, Key]:
    """The best pairs, one partner each; equals by how alike the names are."""
    from rapidfuzz.distance import Indel

    def rank(pair: tuple[Key, Key]) -> tuple[float, float, tuple[Key, Key]]:
        return -scores[pair], -Indel.normalized_similarity(pair[0].name, pair[1].name), pair

    found: dict[Key, Key] = {}
    taken: set[Key] = set()
    for new, old in sorted(scores, key=rank):
        if new not in found and old not in taken:
            found[new] = old
            taken.add(old)
    return found
