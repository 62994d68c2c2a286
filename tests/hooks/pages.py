# SPDX-License-Identifier: Apache-2.0
"""The blocks of code on the how-to pages, for tests that do what the pages say."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def fences(page: str, language: str) -> list[str]:
    """The blocks in a language on a page of `docs/how-to`, in their order."""
    text = (ROOT / "docs/how-to" / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
