# SPDX-License-Identifier: Apache-2.0
"""Where a set comes from: what git says of the directory, else the directory itself."""

from __future__ import annotations

import os

from stigmer.backends.contract import SetSource
from stigmer.cli.reading import Paths


def set_source(paths: Paths) -> SetSource:
    """The source of all that the paths hold."""
    directory = paths.project.directory if paths.project is not None else os.path.commonpath(paths.paths)
    return SetSource(None, os.path.abspath(directory))
