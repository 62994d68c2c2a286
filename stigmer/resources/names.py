# SPDX-License-Identifier: Apache-2.0
"""Names of resources and of sets, as people may give them: DNS labels."""

from __future__ import annotations

import re
import unicodedata

NAME = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
NAME_WORDS = "lower-case letters, digits and hyphens, 1 to 63 characters, no hyphen at either end"
_LONGEST = 63


def is_name(text: str) -> bool:
    """Whether the text can be a name as it is."""
    return re.fullmatch(NAME[1:-1], text) is not None


def name_like(text: str) -> str | None:
    """A name that looks like the text (`Support Bot` gives `support-bot`), None where nothing of it can be in a name."""
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", text))
    letters = "".join(each for each in plain.lower() if not unicodedata.combining(each))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST].rstrip("-") or None
