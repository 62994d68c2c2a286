# SPDX-License-Identifier: Apache-2.0
"""Whatever was live can be live again, byte for byte, and so can what was live before that. For any resources, on both stores."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given, settings

from stigmer.backends.contract import Backend, Version
from stigmer.reconcile.apply import apply_plan
from stigmer.reconcile.plan import Plan
from stigmer.reconcile.rollback import build_rollback_plan, build_set_rollback_plan
from stigmer.resources.keys import Key
from tests.properties.reading import fresh_backends, plan_of
from tests.properties.strategies import ManifestSet, evolutions

# Each example goes back many times, on two stores.
few = settings(max_examples=max(10, settings().max_examples // 5))


def applied(drawn: ManifestSet, backend: Backend) -> int:
    """Applies a set. Returns the revision."""
    return apply_plan(plan_of(drawn, backend, "shop"), backend).revision


def carried_out(plan: Plan, backend: Backend) -> bool:
    """Carries a plan out, unless it would take somebody's access or something protected, which alone may be against it here."""
    against = {each.code for each in plan.refusals}
    assert against <= {"access.own", "access.last_owner", "delete.protected"}
    if not plan.refusals:
        apply_plan(plan, backend)
    return not plan.refusals


def went_back(version: Version, backend: Backend) -> bool:
    """Goes back to a version, and sees that what is live now is that version."""
    own = [each for each in backend.versions(version.key) if each.resource_id == version.resource_id]
    if not carried_out(build_rollback_plan(version, own, backend), backend):
        return False
    after = backend.get([version.key])[version.key]
    assert (after.body, after.digest, after.id) == (version.body, version.digest, version.resource_id)
    return True


@few
@given(evolutions())
def test_any_version_can_come_back_and_what_was_there_before_it(
    drawn: tuple[ManifestSet, ManifestSet],
) -> None:
    with fresh_backends() as backends:
        for backend in backends.values():
            for each in drawn:
                applied(each, backend)
            for version in [each for key in drawn[0].documents for each in backend.versions(key)]:
                former = backend.versions(version.key)[0]
                if went_back(version, backend):
                    went_back(former, backend)


def owned(backend: Backend) -> Mapping[Key, tuple[str, str]]:
    """Id and digest of whatever the set owns."""
    heads = backend.snapshot().heads
    return {key: (head.id, head.digest) for key, head in heads.items() if head.owner == "shop"}


@few
@given(evolutions())
def test_a_set_can_be_as_it_was_and_then_as_it_was_before_that(
    drawn: tuple[ManifestSet, ManifestSet],
) -> None:
    with fresh_backends() as backends:
        for backend in backends.values():
            seen = {applied(each, backend): owned(backend) for each in drawn}
            for revision in (*seen, *seen):
                if carried_out(build_set_rollback_plan("shop", revision, backend), backend):
                    assert owned(backend) == seen[revision]
                    assert build_set_rollback_plan("shop", revision, backend).changes == ()
