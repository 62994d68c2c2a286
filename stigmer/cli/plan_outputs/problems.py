# SPDX-License-Identifier: Apache-2.0
"""Diagnostics as a table in Markdown: where, what is wrong, what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from stigmer.cli.known_secrets import told
from stigmer.cli.plan_outputs.escaping import html_code, html_prose
from stigmer.cli.plan_outputs.fitting import size
from stigmer.errors import Diagnostic

_COUNTED = 60  # characters for the row that counts the rest
_END = "</table>\n\n"


def problems_table(found: Sequence[Diagnostic], named: Callable[[str], str], room: int) -> str:
    """As many rows as fit, in their order, and how many more there are. `named` gives a file as the repository knows it."""
    text = "<table>\n<tr><th>Where</th><th>What</th></tr>\n"
    room -= size(text) + size(_END) + _COUNTED
    for number, each in enumerate(found):
        row = _row(each, named)
        room -= size(row)
        if room < 0:
            return f'{text}<tr><td colspan="2">and {len(found) - number:,} more</td></tr>\n{_END}'
        text += row
    return text + _END


def _row(found: Diagnostic, named: Callable[[str], str]) -> str:
    found = told(found)
    place = found.location
    where = f"{named(place.file)}:{place.line}" if place is not None else found.resource or ""
    hint = f"<br>{html_prose(found.hint)}" if found.hint else ""
    what = f"{html_prose(found.message)} {html_code(f'[{found.code}]')}{hint}"
    return f"<tr><td>{html_code(where) if where else ''}</td><td>{what}</td></tr>\n"
