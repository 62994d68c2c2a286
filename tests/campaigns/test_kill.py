# SPDX-License-Identifier: Apache-2.0
"""A slice of the kill campaign, and the proof that it would see a broken store."""

from __future__ import annotations

import random

from tests.campaigns.kill import campaign


def test_a_killed_apply_leaves_the_state_before_or_after() -> None:
    *_, report = campaign(kills=12, seed=random.randrange(2**32), size=300)
    print(report)
    assert len(report.kills) == 12
    assert report.failures == []


def test_a_store_that_commits_in_halves_is_caught() -> None:
    reports = campaign(kills=60, seed=random.randrange(2**32), size=300, broken=True)
    assert any(report.failures for report in reports)
