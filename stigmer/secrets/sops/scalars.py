# SPDX-License-Identifier: Apache-2.0
"""What a YAML scalar adds to the MAC of a file: the bytes that sops makes of the value that it reads there.

sops reads YAML as go-yaml 3 does, which is neither YAML 1.1 nor 1.2: `0777` is 511, `1_000` is 1000, `2026-01-01` is a point in time, and
`yes` is text. Files that sops wrote say all numbers in one way, but their other values may be written by anybody.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal

_CORE = "tag:yaml.org,2002:"
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), "True"),
    **dict.fromkeys(("false", "False", "FALSE"), "False"),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), "NaN"),
    **{sign + word: "+Inf" for sign in ("", "+") for word in (".inf", ".Inf", ".INF")},
    **{"-" + word: "-Inf" for word in (".inf", ".Inf", ".INF")},
}
_NOTHING = ("", "~", "null", "Null", "NULL")
_INTEGER = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_CLOCK = r"(\d{1,2}):(\d{1,2}):(\d{1,2})([.,]\d+)?"
_DATE = re.compile(
    rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})(?:[Tt]{_CLOCK}(Z|[-+]\d\d:\d\d)| {_CLOCK})?", re.ASCII
)
_FIRST = frozenset("-+.0123456789")
_MOST = 2**63


def mac_bytes(text: str, tag: str, *, plain: bool) -> bytes | None:
    """What a scalar adds to the MAC, None where it is nothing at all; `plain` where it stands without quotes, `tag` where it has one.

    Raises ValueError for what sops does not take for a value.
    """
    kind = tag.removeprefix(_CORE) if tag.startswith(_CORE) else ""
    if kind == "str" or not (plain or kind):
        return text.encode()
    if text in _NOTHING:
        return None
    if text in _WORDS:
        return _WORDS[text].encode()
    if text[0] in _FIRST:
        found = (_moment(text) if not kind else None) or _number(text.replace("_", ""))
        if found is not None:
            return found.encode()
    return text.encode()


def _number(text: str) -> str | None:
    found = _INTEGER.fullmatch(text)
    if found is not None:
        sign, *digits = found.groups()
        bases = zip(digits, (16, 2, 8, 10), strict=True)
        value = next(int(each, base) for each, base in bases if each is not None and len(each) < 400)
        value = -value if sign == "-" else value
        if -_MOST <= value < _MOST:
            return str(value)
        if 0 <= value < 2 * _MOST:
            raise ValueError("a number beyond what sops can carry")
    if _FLOAT.fullmatch(text) is None:
        return None
    number = float(text)
    if math.isinf(number):
        return None
    if number == 0:
        return "-0" if math.copysign(1, number) < 0 else "0"
    shown = format(Decimal(repr(number)), "f")
    return shown.removesuffix(".0")


def _moment(text: str) -> str | None:
    """A point in time as sops says it, None where the text is none."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, *clocks = found.groups()
    hour, minute, second, fraction = (one or other for one, other in zip(clocks[:4], clocks[5:], strict=True))
    zone = "Z" if clocks[4] in (None, "+00:00", "-00:00") else clocks[4]
    numbers = [int(each or 0) for each in (month, day, hour, minute, second)]
    try:
        date(int(year), numbers[0], numbers[1])
    except ValueError:
        return None
    if numbers[2] > 23 or numbers[3] > 59 or numbers[4] > 59:
        return None
    part = (fraction or "").replace(",", ".").rstrip("0").rstrip(".")
    month, day, hour, minute, second = (f"{each:02}" for each in numbers)
    return f"{year}-{month}-{day}T{hour}:{minute}:{second}{part}{zone}"
