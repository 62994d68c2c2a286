# SPDX-License-Identifier: Apache-2.0
"""What looks like a rename: said of pairs that say the same or nearly, and of nothing else."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend
from stigmer.errors import Diagnostic
from stigmer.manifests.manifest import Manifest
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.renaming import renames
from stigmer.resources.keys import Key
from stigmer.resources.resource import encode
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import declare, key, settle

WORDS = (
    "You help customers of a small shop with their parcels. Be kind and be brief. Look up every order before you"
    " speak of it, never promise a date, and hand over to a person when somebody is upset or asks for one."
)
OTHERS = (
    "You watch the stock of a warehouse at night. Compare what was counted with what the ledger says, write down"
    " each difference with its shelf, and wake nobody unless something that is cooled has become warm."
)


def bot(name: str, words: str = WORDS, metadata: str = "") -> list[Manifest]:
    return declare(f"agent/{name}", f'instructions: "{words}"', metadata)


def told(backend: Backend, before: list[Manifest], after: list[Manifest]) -> list[Diagnostic]:
    """What pruning says of renames."""
    settle(backend, before, set="shop")
    made = build_plan(after, backend, PlanOptions("shop", prune=True), Surroundings())
    assert not made.refusals
    return [each for each in made.diagnostics if each.code == "plan.rename"]


def pairs(created: dict[str, str], deleted: dict[str, str], kind: str = "Agent") -> list[tuple[str, str]]:
    """The names that `renames` pairs, of agents with these instructions."""
    found = renames(_bodies(created, kind), _bodies(deleted, kind))
    return [(new.name, old.name) for new, old in found]


def _bodies(said: dict[str, str], kind: str) -> dict[Key, bytes]:
    return {
        Key(kind, "default", name): encode({"metadata": {"name": name}, "spec": {"instructions": words}})
        for name, words in said.items()
    }


def test_the_same_by_another_name_is_told_with_what_to_write(backend: Backend) -> None:
    (found,) = told(
        backend, bot("helper") + bot("stock", OTHERS), bot("parcel-helper") + bot("stock", OTHERS)
    )
    assert (found.severity, found.resource, found.path) == ("warning", "agent/parcel-helper", "metadata.name")
    assert found.message.startswith("agent/parcel-helper looks like agent/helper")
    assert found.hint == "to keep its id and history, write renamed_from: helper under metadata"
    assert str(found.location) == "parcel-helper.yaml:3:18"


def test_written_as_told_it_is_a_rename_that_keeps_the_id(backend: Backend) -> None:
    settle(backend, bot("helper"), set="shop")
    id_ = backend.snapshot().heads[key("agent/helper")].id
    settle(backend, bot("parcel-helper", metadata="renamed_from: helper"), set="shop")
    assert backend.snapshot().heads[key("agent/parcel-helper")].id == id_


def test_a_few_words_may_have_changed_with_the_name(backend: Backend) -> None:
    assert told(backend, bot("helper"), bot("clerk", WORDS.replace("small", "large") + " Thank them."))


def test_something_else_is_no_rename(backend: Backend) -> None:
    assert told(backend, bot("helper"), bot("stock", OTHERS)) == []


def test_without_prune_nothing_goes_that_could_be_renamed(backend: Backend) -> None:
    settle(backend, bot("helper"), set="shop")
    assert build_plan(bot("clerk"), backend, PlanOptions("shop"), Surroundings()).diagnostics == ()


@pytest.mark.parametrize("other", [Key("Skill", "default", "b"), Key("Agent", "acme", "b")])
def test_another_kind_or_organization_is_no_rename(other: Key) -> None:
    same, different = encode({"spec": {"x": WORDS}}), encode({"spec": {"x": OTHERS}})
    here = Key("Agent", "default", "a")
    assert renames({other: same}, {here: same}) == []
    assert renames({other: same, here._replace(name="c"): different}, {here: same}) == []


def test_each_has_one_partner_and_the_best_goes_first() -> None:
    nearly = WORDS.replace("kind", "gentle")
    assert pairs({"new": WORDS, "newer": nearly}, {"old": WORDS}) == [("new", "old")]
    assert pairs({"new": nearly, "newer": WORDS}, {"old": WORDS, "older": nearly}) == [
        ("new", "older"),
        ("newer", "old"),
    ]


def test_of_equals_the_names_that_are_most_alike_belong_together() -> None:
    created = {"parcels-eu": WORDS, "parcels-us": WORDS}
    deleted = {"us-parcels-us": WORDS, "eu-parcels-eu": WORDS}
    assert pairs(created, deleted) == [("parcels-eu", "eu-parcels-eu"), ("parcels-us", "us-parcels-us")]


def test_of_a_few_words_each_counts() -> None:
    assert (
        pairs({"track": "workflow track-parcel of the shop"}, {"ship": "workflow ship-parcel of the shop"})
        == []
    )
    assert pairs({"track": "workflow ship-parcel of the shop"}, {"ship": "workflow ship-parcel of the shop"})


def test_what_says_nothing_is_like_nothing() -> None:
    empty = encode({"metadata": {}})
    assert renames({Key("Organization", "", "a"): empty}, {Key("Organization", "", "b"): empty}) == []


def test_how_a_text_is_wrapped_does_not_count() -> None:
    assert pairs({"new": WORDS.replace(". ", ".\n")}, {"old": WORDS}) == [("new", "old")]


def test_of_very_many_the_equal_ones_are_found() -> None:
    old = {f"old-{index:03}": f"{WORDS} {index}" for index in range(150)}
    assert len(pairs({f"new-{index:03}": f"{WORDS} {index}" for index in range(150)}, old)) == 150
    assert pairs({f"new-{index:03}": f"{WORDS} of {index}" for index in range(150)}, old) == []
    assert (
        len(
            pairs(dict.fromkeys(map(str, range(150)), WORDS), dict.fromkeys(map(str, range(200, 340)), WORDS))
        )
        == 140
    )
