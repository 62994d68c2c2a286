# SPDX-License-Identifier: Apache-2.0
"""The git repository that a directory lies in."""

from __future__ import annotations

import os
from pathlib import Path


def repository_of(directory: Path) -> Path | None:
    """The directory itself or the nearest above it that holds `.git`, None where there is none; links are not followed."""
    above = (directory, *directory.parents)
    return next((each for each in above if os.path.exists(each / ".git")), None)
