# SPDX-License-Identifier: Apache-2.0
"""The files of this checkout that git knows or would take up."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def tracked_files() -> list[Path]:
    """Files git tracks, and new ones that are not ignored, as sorted paths relative to `ROOT`.

    Raises subprocess.CalledProcessError outside a git checkout.
    """
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (Path(name.decode()) for name in listing.split(b"\0") if name)
    # A file deleted but not yet committed is still listed; a link's target is looked at under its own name.
    return sorted(path for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink())
