# SPDX-License-Identifier: Apache-2.0
"""A slice of the campaign of nonces, and the proof that it would see one that comes twice and ones that are no chance."""

from __future__ import annotations

import pytest

from tests.campaigns.nonces import broken, campaign


def test_no_nonce_comes_twice_and_all_are_chance() -> None:
    found = campaign(20_000, processes=3)
    print(found)
    assert found.sealed == 20_000
    assert not found.wrong


@pytest.mark.parametrize(("how", "twice"), [("copied", True), ("counted", False)])
def test_nonces_that_are_drawn_wrongly_are_seen(how: str, *, twice: bool) -> None:
    with broken(how):
        found = campaign(3_000, processes=3)
    assert found.wrong
    assert bool(found.again) is twice
