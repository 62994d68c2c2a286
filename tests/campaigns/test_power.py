# SPDX-License-Identifier: Apache-2.0
"""A slice of the campaign of power failures, and the proof that it would see a lost batch."""

from __future__ import annotations

import random

from tests.campaigns.power import campaign, summary


def test_no_cut_of_the_power_damages_a_store_or_loses_what_was_acknowledged() -> None:
    seed = random.randrange(2**32)
    seen = list(campaign(images=250, seed=seed, batches=40))
    images = [image for _, image in seen]
    print(summary(seed, seen[0][0], images))
    assert [image for image in images if image.wrong] == []


def test_batches_that_are_not_synced_are_seen_to_be_lost_and_nothing_else_is_wrong() -> None:
    seed = random.randrange(2**32)
    wrong = [image.wrong for _, image in campaign(100, seed, batches=40, synchronous="NORMAL") if image.wrong]
    assert wrong, f"nothing was lost, so the campaign proves nothing (seed {seed})"
    assert all(each.startswith("lost: ") for each in wrong), wrong
