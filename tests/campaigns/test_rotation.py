# SPDX-License-Identifier: Apache-2.0
"""A slice of the campaign against rotations, and the proof that it would see a secret that cannot be read."""

from __future__ import annotations

import random

import pytest

from tests.campaigns.rotation import BUGS, campaign


def test_a_rotation_killed_at_any_step_leaves_every_secret_readable_and_goes_on() -> None:
    *_, report = campaign(resources=4, seed=random.randrange(2**32))
    print(report)
    assert report.failures == []
    steps = {kill.step for kill in report.kills}
    assert {
        "at a row of data_keys",
        "at a row of secret_values",
        "beside the key, before it is replaced",
    } <= steps


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_a_rotation_with_a_bug_is_caught(bug: str) -> None:
    assert any(report.failures for report in campaign(resources=4, seed=1, broken=bug))
