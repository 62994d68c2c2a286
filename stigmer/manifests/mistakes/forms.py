# SPDX-License-Identifier: Apache-2.0
"""The forms that texts must have, in words with an example, and what somebody meant who wrote almost that form.

A schema says a form by a regular expression, which nobody wants to read. Each pattern of the schemas has its row here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from stigmer.resources.names import name_like

Suggest = Callable[[str], str | None]
_LONGEST = 200  # what is longer is nothing that was nearly right


@dataclass(frozen=True, slots=True)
class Form:
    """A form in words, what comes after "is not", and of a text that lacks it the nearest that has it."""

    words: str
    suggest: Suggest


def form(pattern: str) -> Form | None:
    """The form that a pattern of a schema says, None for one that has no row."""
    return _FORMS.get(pattern)


def suggestion(pattern: str, text: str) -> str | None:
    """A text of the form that is almost the one given, None where none suggests itself."""
    found = _FORMS.get(pattern)
    meant = None if found is None or len(text) > _LONGEST else found.suggest(text.strip())
    return meant if meant is not None and meant != text and has_form(pattern, meant) else None


def has_form(pattern: str, text: str) -> bool:
    """Whether a text has the form already."""
    return _compiled(pattern).search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _none(text: str) -> str | None:
    return None


def _label(text: str) -> str | None:
    return name_like(text)


def _reference(text: str) -> str | None:
    if re.fullmatch("[a-z]{3,4}_[0-9A-Za-z]{26}", text):  # an id, which says nothing of the name
        return None
    text = re.sub(r"^(?:.*/)?([^/]+)\.ya?ml$", r"\1", text)
    place, at, version = re.sub(r"(?<=[a-z0-9]):(?=[A-Za-z0-9._-]+$)", "@", text).partition("@")
    parts = [name_like(part) for part in place.split("/")[-2:]]
    if None in parts:
        return None
    return "/".join(filter(None, parts)) + (f"@{version}" if at and version else "")


def _depends_on(text: str) -> str | None:
    kind, separator, rest = text.replace(": ", "/").replace(".", "/").partition("/")
    slug = name_like(kind)
    named = _reference(rest.partition("@")[0])
    return f"{slug}/{named}" if separator and slug and named else None


def _tag(text: str) -> str | None:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-") or None


def _variable(text: str) -> str | None:
    return re.sub(r"[^A-Z0-9_]+", "_", text.upper()).strip("_") or None


def _identifier(text: str) -> str | None:
    return re.sub(r"\W+", "_", text.lstrip("$."), flags=re.ASCII).strip("_") or None


def _uri(text: str) -> str | None:
    return f"https://{text}" if re.match(r"[\w-]+(\.[\w-]+)+(/|:\d|$)", text) else None


def _time(text: str) -> str | None:
    if re.fullmatch(r"\d{9,10}", text):  # seconds since 1970
        return datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    day = re.match(r"\d{4}-\d\d-\d\d", text)
    if day is None:
        return None
    hour = re.match(r"[T t]+(\d\d:\d\d)(:\d\d(?:\.\d+)?)?", text[day.end() :])
    if hour is None:
        return f"{day.group()}T00:00:00Z" if day.end() == len(text) else None
    zone = text[day.end() + hour.end() :].strip().upper()
    return f"{day.group()}T{hour[1]}{hour[2] or ':00'}{zone or 'Z'}"


_UNITS = {
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), ""),
    **dict.fromkeys(("d", "day", "days"), "D"),
    **dict.fromkeys(("h", "hour", "hours", "hr", "hrs"), "H"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "M"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds", ""), "S"),
}


def _duration(text: str) -> str | None:
    week = re.fullmatch(r"P?(\d+) ?W(eeks?)?", text, re.IGNORECASE)
    if week is not None:
        return f"P{int(week[1]) * 7}D"
    if re.fullmatch(r"P[0-9DTHMS.]+", text, re.IGNORECASE):
        return text.upper() if "T" in text.upper() else f"PT{text[1:].upper()}"
    if not re.fullmatch(r"\d+|(?:\d+(?:\.\d+)? ?[a-z]+\s*)+", text, re.IGNORECASE):
        return None
    days, rest = "", ""
    for amount, unit in re.findall(r"(\d+(?:\.\d+)?) ?([a-z]*)", text.lower()):
        letter = _UNITS.get(unit)
        if letter is None:
            return None
        if letter == "D":
            days += f"{amount}D"
        elif letter:
            rest += f"{amount}{letter}"
        else:
            rest += f"{float(amount) / 1000:g}S"
    return f"P{days}" + (f"T{rest}" if rest else "")


def _semantic(text: str) -> str | None:
    digits = re.fullmatch(r"[vV=]?(\d+)(?:\.(\d+))?(?:\.(\d+))?((?:[-+].*)?)", text)
    return None if digits is None else f"{digits[1]}.{digits[2] or 0}.{digits[3] or 0}{digits[4]}"


def _dsl(text: str) -> str | None:
    return "1.0.0"


def _function(text: str) -> str | None:
    module, dot, name = text.replace("()", "").rpartition(".")
    return f"{module}:{name}" if dot and ":" not in text else None


_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_NAME = "[a-z0-9]([-_a-z0-9]{0,61}[a-z0-9])?"
_TIME = r"(?:[0-9]+H(?:[0-9]+M)?(?:{s})?|[0-9]+M(?:{s})?|{s})".replace("{s}", r"[0-9]+(?:\.[0-9]{1,9})?S")
_DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_HOUR = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]{1,9})?"
_HOST = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_PRERELEASE = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_NUMBER = "(0|[1-9][0-9]*)"

_A_NAME = "a name: lower-case letters, digits and hyphens, none at either end, at most 63"
_FORMS: dict[str, Form] = {
    f"^{_LABEL}$": Form(_A_NAME, _label),
    f"^{_NAME}$": Form(_A_NAME, _label),
    "^[a-z0-9]([-_a-z0-9]*[a-z0-9])?$": Form(_A_NAME, _label),
    f"^(?:(?:{_LABEL})/)?(?:{_NAME})(?:@(?:[A-Za-z0-9._-]+))?$": Form(
        "a reference: a name such as support-bot, or ORG/NAME, with @VERSION for a version", _reference
    ),
    f"^[A-Za-z][A-Za-z_-]*/({_LABEL}/)?{_NAME}$": Form(
        "KIND/NAME, such as environment/production", _depends_on
    ),
    "^[A-Za-z0-9._-]+$": Form("a tag: letters, digits, dots, hyphens and underscores, such as v1.2", _tag),
    "^[A-Z_][A-Z0-9_]*$": Form(
        "a name of a value: upper-case letters, digits and underscores, such as API_KEY", _variable
    ),
    "^[A-Za-z_][A-Za-z0-9_]*$": Form(
        "a name of a variable: letters, digits and underscores, such as item", _identifier
    ),
    r"^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$": Form(
        "a URI such as https://example.com/icon.png, without spaces", _uri
    ),
    rf"^{_DAY}[Tt]{_HOUR}(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])$": Form(
        "a time such as 2030-01-31T00:00:00Z", _time
    ),
    rf"^P(?:[0-9]+D(?:T{_TIME})?|T{_TIME})$": Form("a duration such as PT5S, PT1H30M or P1D", _duration),
    rf"^{_MAIL}(?:\.{_MAIL})*@{_HOST}(?:\.{_HOST})*$": Form(
        "an e-mail address such as ada@example.com", _none
    ),
    rf"^1\.0\.{_NUMBER}$": Form("a version of the workflow language that is known here: 1.0.0", _dsl),
    rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PRERELEASE}(\.{_PRERELEASE})*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$": Form("a version of three numbers, such as 1.0.0", _semantic),
    r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$": Form(
        "a function of Python as package.module:function, such as shop.orders:charge", _function
    ),
}
