# SPDX-License-Identifier: Apache-2.0
"""Durations and timestamps: each spelling of a time has one canonical form, and impossible ones are told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stigmer.resources.times import canonical_duration, canonical_timestamp, display_duration


@pytest.mark.parametrize(
    ("spellings", "canonical", "shown"),
    [
        (["PT5S", "PT5.0S", {"seconds": 5}, {"milliseconds": 5000}, "P0DT5S"], "5s", "PT5S"),
        (["PT1H30M", "PT90M", "PT5400S", {"hours": 1, "minutes": 30}], "5400s", "PT1H30M"),
        (["P1D", "PT24H", {"days": 1}, {"hours": 23, "minutes": 60}], "86400s", "P1D"),
        (["P1DT1S", {"days": 1, "seconds": 1}], "86401s", "P1DT1S"),
        (["PT0.5S", "PT0.500S", {"milliseconds": 500}], "0.5s", "PT0.5S"),
        (["PT0.000000001S"], "0.000000001s", "PT0.000000001S"),
        (["PT0S", "P0D", {"seconds": 0}], "0s", "PT0S"),
        (["PT100S"], "100s", "PT1M40S"),
        (["P3652500D"], "315576000000s", "P3652500D"),
    ],
)
def test_spellings_of_a_duration(spellings: list[Any], canonical: str, shown: str) -> None:
    assert {canonical_duration(each) for each in spellings} == {canonical}
    assert display_duration(canonical) == shown
    assert canonical_duration(shown) == canonical


@given(st.integers(0, 315_576_000_000 * 1000))
def test_a_shown_duration_reads_back(milliseconds: int) -> None:
    canonical = canonical_duration({"milliseconds": milliseconds})
    assert canonical_duration(display_duration(canonical)) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "5s", "PT5", "pt5s", "P1Y", "P1M", "P1W", "-PT5S", "PT-5S", "PT5S ", "PT1.5H"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        canonical_duration(text)


def test_a_duration_has_bounds() -> None:
    for value in ("P3652501D", "PT315576000000.000000001S", {"days": 2**53}):
        with pytest.raises(ValueError, match="at most 10,000 years"):
            canonical_duration(value)
    assert canonical_duration("PT0.001S", more_than=0) == "0.001s"
    for value in ("PT0S", {"milliseconds": 0}):
        with pytest.raises(ValueError, match="more than 0 seconds"):
            canonical_duration(value, more_than=0)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2030-01-31T00:00:00Z", "2030-01-31T00:00:00Z"),
        ("2030-01-31t00:00:00z", "2030-01-31T00:00:00Z"),
        ("2030-01-31T02:00:00+02:00", "2030-01-31T00:00:00Z"),
        ("2030-01-30T19:30:00-04:30", "2030-01-31T00:00:00Z"),
        ("2030-01-31T00:00:00-00:00", "2030-01-31T00:00:00Z"),
        ("2030-01-31T00:00:00.500Z", "2030-01-31T00:00:00.5Z"),
        ("2030-01-31T00:00:00.000Z", "2030-01-31T00:00:00Z"),
        ("2030-01-31T00:00:00.123456789+00:00", "2030-01-31T00:00:00.123456789Z"),
        ("2028-02-29T23:59:59Z", "2028-02-29T23:59:59Z"),
        ("0999-12-31T23:59:59Z", "0999-12-31T23:59:59Z"),
    ],
)
def test_one_instant_has_one_timestamp(text: str, canonical: str) -> None:
    assert canonical_timestamp(text) == canonical
    assert canonical_timestamp(canonical) == canonical


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2030-02-30T00:00:00Z", "not a time that exists"),
        ("2029-02-29T00:00:00Z", "not a time that exists"),
        ("2030-13-01T00:00:00Z", "not a time that exists"),
        ("2030-01-01T24:00:00Z", "not a time that exists"),
        ("2030-01-01T00:00:60Z", "not a time that exists"),
        ("soon", "not a time that exists"),
        ("2030-01-31T00:00:00", "no time zone"),
        ("2030-01-31", "no time zone"),
        ("0001-01-01T00:00:00+02:00", "outside the years 1 to 9999"),
        ("9999-12-31T23:00:00-02:00", "outside the years 1 to 9999"),
    ],
)
def test_what_is_no_instant(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        canonical_timestamp(text)
