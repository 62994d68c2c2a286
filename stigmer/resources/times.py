# SPDX-License-Identifier: Apache-2.0
"""Durations and timestamps: as manifests write them, and as the protobuf JSON mapping does.

A manifest's duration is ISO 8601 with days, hours, minutes and seconds (`PT1H30M`), or a map of units; a timestamp is RFC 3339.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_ISO_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,9})?)S)?)?"
)
_SECONDS = {
    "days": Decimal(86400),
    "hours": Decimal(3600),
    "minutes": Decimal(60),
    "seconds": Decimal(1),
    "milliseconds": Decimal("0.001"),
}
_LONGEST = Decimal(315_576_000_000)  # google.protobuf.Duration's own bound, about 10,000 years
_FRACTION = re.compile(r"\.\d+")


def canonical_duration(value: Any, more_than: float | None = None) -> str:
    """Seconds with a trailing `s`, as protobuf's JSON mapping writes a Duration.

    Raises ValueError for what is no duration, or is not more than so many seconds.
    """
    if isinstance(value, str):
        match = _ISO_DURATION.fullmatch(value)
        if match is None or value.endswith(("P", "T")):
            raise ValueError(f"'{value}' is not an ISO 8601 duration such as PT5S or P1DT2H")
        parts: dict[str, Any] = {unit: text for unit, text in match.groupdict().items() if text is not None}
    else:
        parts = value
    total = sum((_SECONDS[unit] * Decimal(str(amount)) for unit, amount in parts.items()), Decimal(0))
    if total > _LONGEST:
        raise ValueError("a duration is at most 10,000 years")
    if more_than is not None and total <= Decimal(more_than):
        raise ValueError(f"the duration must be more than {_trimmed(Decimal(more_than))} seconds")
    return _trimmed(total) + "s"


def display_duration(canonical: str) -> str:
    """A canonical duration in ISO 8601, the largest units first."""
    rest = Decimal(canonical.removesuffix("s"))
    written, time = "P", ""
    for unit, letter in (("days", "D"), ("hours", "H"), ("minutes", "M")):
        amount, rest = divmod(rest, _SECONDS[unit])
        if amount and unit == "days":
            written += f"{amount:f}{letter}"
        elif amount:
            time += f"{amount:f}{letter}"
    if rest:
        time += f"{_trimmed(rest)}S"
    if time:
        return f"{written}T{time}"
    return written if written != "P" else "PT0S"


def _trimmed(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical_timestamp(value: str) -> str:
    """The instant in UTC, ending in `Z`. Raises ValueError for what is no RFC 3339 timestamp of a real day and hour."""
    fraction = _FRACTION.search(value)
    digits = fraction.group().rstrip("0").rstrip(".") if fraction else ""
    try:
        moment = datetime.fromisoformat(_FRACTION.sub("", value).upper())
    except ValueError:
        raise ValueError(f"'{value}' is not a time that exists") from None
    if moment.tzinfo is None:
        raise ValueError(f"'{value}' has no time zone; end it in Z or an offset such as +02:00")
    try:
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + digits + "Z"
    except OverflowError:
        raise ValueError(f"'{value}' is outside the years 1 to 9999") from None
