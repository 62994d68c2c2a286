# SPDX-License-Identifier: Apache-2.0
"""Check that every source file says its licence in its first line (the second, below a `#!`).

    python -m tools.check_spdx

Generated files, manifests and Markdown are left out. Exits 1 and names each file without the line.
"""

import sys
from pathlib import Path

from tools.tracked import ROOT, tracked_files

LICENCE = "SPDX-License-Identifier: Apache-2.0"
COMMENT_MARKS = {".proto": "//"}
SUFFIXES = {".py", ".pyi", ".proto", ".sh", ".toml", ".yaml", ".yml"}
NAMES = {"Makefile", "run"}
GENERATED = Path("stigmer/_gen")
# YAML in these places is a manifest, and people's manifests carry no licence line.
MANIFEST_ROOTS = (Path("examples"), Path("tests"), Path("benchmarks"), Path("stigmer/starter"))


def needs_header(path: Path) -> bool:
    """Whether the file at `path`, relative to the checkout, is source of ours."""
    if path.is_relative_to(GENERATED):
        return False
    if path.suffix in {".yaml", ".yml"} and any(path.is_relative_to(root) for root in MANIFEST_ROOTS):
        return False
    return path.suffix in SUFFIXES or path.name in NAMES


def has_header(path: Path, text: str) -> bool:
    """Whether `text`, the content of `path`, begins with its licence line."""
    lines = text.splitlines()[:2]
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    return bool(lines) and lines[0] == f"{COMMENT_MARKS.get(path.suffix, '#')} {LICENCE}"


def main() -> int:
    """Print what lacks the line; the exit status."""
    sources = [path for path in tracked_files() if needs_header(path)]
    bare = [path for path in sources if not has_header(path, (ROOT / path).read_text(encoding="utf-8"))]
    for path in bare:
        print(f"{path}: the first line has to say '{LICENCE}'")
    if not bare:
        print(f"licence headers: {len(sources)} files, all have theirs")
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main())
