# SPDX-License-Identifier: Apache-2.0
"""The Python modules that protoc wrote, moved from the package `stigmer` to `stigmer._gen`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from tools.gen.model import Model

PACKAGE = PurePosixPath("stigmer/_gen")
_LICENSE = "# SPDX-License-Identifier: Apache-2.0\n"
_IMPORT = re.compile(r"^(from|import) stigmer\.", re.MULTILINE)
_MODULE_NAME = re.compile(r"(BuildTopDescriptorsAndMessages\(DESCRIPTOR, ')stigmer\.")


def python_files(out: Path, model: Model) -> Mapping[str, str]:
    """What protoc wrote below `out`, by path in the checkout. Descriptors keep their names; modules move."""
    with_service = {name.removesuffix(".proto") + "_pb2_grpc.py" for name in model.service_files}
    files: dict[str, str] = {}
    for path in sorted(out.rglob("*.py*")):
        name = path.relative_to(out).as_posix()
        # protoc writes an empty module for a file without a service.
        if name.endswith("_pb2_grpc.py") and name not in with_service:
            continue
        target = PACKAGE / PurePosixPath(name).relative_to("stigmer")
        files[str(target)] = _LICENSE + _moved(path.read_text(encoding="utf-8"))
    return files | _packages(files)


def _moved(source: str) -> str:
    return _MODULE_NAME.sub(r"\1stigmer._gen.", _IMPORT.sub(r"\1 stigmer._gen.", source))


def _packages(modules: Iterable[str]) -> dict[str, str]:
    folders = {folder for module in modules for folder in PurePosixPath(module).parents}
    inits = {str(folder / "__init__.py"): _LICENSE for folder in folders if folder.is_relative_to(PACKAGE)}
    inits[str(PACKAGE / "__init__.py")] = (
        _LICENSE + '"""Generated from proto/ by `make gen`; never edited. The registry imports nothing."""\n'
    )
    return inits
