# SPDX-License-Identifier: Apache-2.0
"""Where a set comes from: remembered, widened, refused elsewhere, and pruned only as a whole."""

from __future__ import annotations

import pytest

from stigmer.backends.contract import Backend, SetSource
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.build import build_plan
from stigmer.reconcile.options import PlanOptions
from stigmer.reconcile.plan import Plan
from stigmer.reconcile.whole import source_of
from stigmer.secrets.sources import Surroundings
from tests.reconcile.declared import agent, codes, declare, shown

SHOP = "example.com/acme/shop"


def come_from(
    backend: Backend,
    path: str,
    *,
    name: str = "bot",
    remote: str | None = SHOP,
    part: bool = True,
    **how: bool,
) -> Plan:
    """The plan of one agent that comes from a place; applied where nothing is against it."""
    source = SetSource(remote, path)
    options = PlanOptions("shop", source=source, part=part, max_delete_percent=100, **how)
    made = build_plan(agent(name), backend, options, Surroundings())
    if not made.refusals:
        apply_plan(made, backend)
    return made


def known(backend: Backend) -> str:
    return str(backend.sets()["shop"].source)


def refused(made: Plan) -> list[str]:
    return [each.code for each in made.refusals]


def test_the_first_apply_says_where_the_set_comes_from(backend: Backend) -> None:
    come_from(backend, "manifests")
    assert known(backend) == f"{SHOP} (manifests)"
    assert refused(come_from(backend, "manifests", name="other", prune=True)) == []


@pytest.mark.parametrize("part", ["manifests/agents", "manifests/a.yaml", "manifests/a*.yaml"])
def test_a_part_may_be_applied_and_not_pruned(backend: Backend, part: str) -> None:
    come_from(backend, "manifests")
    assert codes(come_from(backend, part).diagnostics) == []
    assert known(backend) == f"{SHOP} (manifests)"
    (found,) = come_from(backend, part, prune=True).refusals
    assert found.code == "prune.partial"
    assert (
        found.message
        == f"set shop is applied from {SHOP} (manifests), and {SHOP} ({part}) is only a part of that"
    )


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        ("m/a.yaml", "m/b.yaml", "m"),
        ("m/a", "n", "."),
        ("m/a", "m", "m"),
        ("m/a*.yaml", "m/b", "m"),
        ("m/a, m/b", "m/c", "m"),
        ("a*.yaml", "b.yaml", "."),
    ],
)
def test_one_more_place_widens_the_whole_to_what_holds_both(
    backend: Backend, first: str, second: str, both: str
) -> None:
    come_from(backend, first)
    assert codes(come_from(backend, second).diagnostics) == [("info", "set.widened")]
    assert known(backend) == f"{SHOP} ({both})"
    if second != both:
        assert refused(come_from(backend, second, prune=True)) == ["prune.partial"]
    assert refused(come_from(backend, both, prune=True)) == []


def test_outside_of_git_directories_are_widened_alike(backend: Backend) -> None:
    come_from(backend, "/home/ada/shop/a", remote=None)  # secret-scan: allow
    come_from(backend, "/home/ada/shop/b", remote=None)  # secret-scan: allow
    assert known(backend) == "/home/ada/shop"  # secret-scan: allow


@pytest.mark.parametrize("prune", [False, True])
def test_another_repository_is_refused_unless_it_takes_the_set_over(backend: Backend, prune: bool) -> None:
    come_from(backend, "manifests")
    made = come_from(backend, "manifests", remote="example.com/acme/fork", prune=prune)
    (found,) = made.refusals
    assert found.code == "set.source"
    assert f"is applied from {SHOP} (manifests), last on" in found.message
    assert known(backend) == f"{SHOP} (manifests)"
    assert (
        refused(come_from(backend, "manifests", remote="example.com/acme/fork", prune=prune, adopt=True))
        == []
    )
    assert known(backend) == "example.com/acme/fork (manifests)"


def test_a_project_is_the_whole_of_its_set_and_of_no_other_place(backend: Backend) -> None:
    come_from(backend, "shop", part=False)
    assert refused(come_from(backend, "shop", part=False, prune=True)) == []
    for path in ("shop/inner", "other", "."):
        assert refused(come_from(backend, path, part=False)) == ["set.source"]
    assert refused(come_from(backend, "other", part=False, adopt=True)) == []
    assert known(backend) == f"{SHOP} (other)"


def test_to_adopt_makes_a_part_the_whole_only_where_it_prunes(backend: Backend) -> None:
    come_from(backend, "manifests")
    come_from(backend, "manifests/agents", adopt=True)
    assert known(backend) == f"{SHOP} (manifests)"
    come_from(backend, "manifests/agents", adopt=True, prune=True)
    assert known(backend) == f"{SHOP} (manifests/agents)"


def test_a_set_of_which_nothing_is_known_is_not_pruned_from_a_part(backend: Backend) -> None:
    apply_plan(build_plan(agent("bot"), backend, PlanOptions("shop"), Surroundings()), backend)
    assert refused(come_from(backend, "manifests", name="other", prune=True)) == ["prune.partial"]
    assert refused(come_from(backend, "manifests", name="other", part=False, prune=True)) == []


def test_the_first_apply_of_a_set_may_prune(backend: Backend) -> None:
    assert refused(come_from(backend, "manifests", prune=True)) == []
    assert known(backend) == f"{SHOP} (manifests)"


def test_what_has_no_place_is_no_whole(backend: Backend) -> None:
    options = PlanOptions("shop", part=True, prune=True)
    assert refused(build_plan(agent("bot"), backend, options, Surroundings())) == ["prune.partial"]


def test_where_the_paths_are_not_the_whole_nothing_is_said_of_what_is_missing(backend: Backend) -> None:
    whole = SetSource(SHOP, "manifests")
    bot = agent("bot", "skill_refs: [policy]")
    options = PlanOptions("shop", source=whole, part=True)
    apply_plan(
        build_plan(bot + declare("skill/policy", "markdown_content: x"), backend, options, Surroundings()),
        backend,
    )
    options = PlanOptions("shop", source=SetSource(SHOP, "manifests/agents"), part=True, prune=True)
    made = build_plan(bot, backend, options, Surroundings())
    assert shown(made) == ["delete skill/policy"]
    assert refused(made) == ["prune.partial"]


def test_paths_are_one_source_in_any_order() -> None:
    assert source_of(SHOP, ["b", "a"]) == source_of(SHOP, ["a", "b", "a"]) == SetSource(SHOP, "a, b")
    assert source_of(SHOP, ["a/x.yaml", "a", "a/y"]) == SetSource(SHOP, "a")
    assert source_of(SHOP, ["a", "."]) == SetSource(SHOP, ".")
    assert source_of(None, ["/a/b", "/a/bc"]) == SetSource(None, "/a/b, /a/bc")
