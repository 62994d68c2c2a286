# SPDX-License-Identifier: Apache-2.0
"""A slice of the campaign of applies at once, and the proof that it would see another order."""

from __future__ import annotations

import random

from tests.campaigns.races import REFUSED, campaign, summary


def test_applies_at_once_end_as_one_after_the_other_would() -> None:
    seed = random.randrange(2**32)
    races = list(campaign(races=12, seed=seed))
    print(summary(seed, races))
    assert [race for race in races if race.wrong] == []
    assert any(REFUSED in race.codes for race in races), "nobody was slower, so nothing was seen"


def test_another_order_is_noticed() -> None:
    races = campaign(races=20, seed=random.randrange(2**32), broken=True)
    assert any(race.wrong.startswith("no serial order") for race in races)
