# SPDX-License-Identifier: Apache-2.0
"""The command with a seeded bug, for campaigns to prove that they would see one: an apply commits in two transactions."""

from __future__ import annotations

import sys
from typing import Any

from stigmer.backends.local.writes import Writer
from stigmer.cli.main import main

_record: Any = Writer._record


def _record_and_commit(self: Writer, connection: Any, *rest: Any) -> None:
    _record(self, connection, *rest)
    connection.execute("COMMIT")
    connection.execute("BEGIN IMMEDIATE")


if __name__ == "__main__":
    setattr(Writer, "_record", _record_and_commit)  # noqa: B010 - a plain assignment has another type
    sys.exit(main())
