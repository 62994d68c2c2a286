# SPDX-License-Identifier: Apache-2.0
"""A slice of the campaign of two applies at once."""

from __future__ import annotations

import random

from tests.campaigns.races import campaign, summary


def test_two_applies_at_once_end_as_one_after_the_other_would() -> None:
    seed = random.randrange(2**32)
    races = list(campaign(races=12, seed=seed, size=120))
    print(summary(seed, races))
    assert [race for race in races if race.wrong] == []
    assert all(race.codes == (0, 0) for race in races if race.scenario == "disjoint"), "nothing to wait for"
