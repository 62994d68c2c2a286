# SPDX-License-Identifier: Apache-2.0
"""Check with `buf breaking` that the protos here can still talk to those of main.

    python -m tools.check_breaking

Compares with the newest protos on main that are not the same as the ones here. So it means something on a
branch and on main itself, where the newest of all are the ones here. With no earlier protos there is nothing
to break, and it says so. A break that is meant is listed in buf.yaml, under `breaking.ignore`.
Exits with buf's own status.
"""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tools.tracked import ROOT

PROTOS = "proto"
MAIN = ("origin/main", "main", "HEAD")


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the checkout; the caller looks at the status."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)


def earlier_protos() -> str | None:
    """The newest commit on main whose protos differ from the ones here, or None where there is none."""
    main = next(
        (name for name in MAIN if git("rev-parse", "--verify", "--quiet", name).returncode == 0), None
    )
    if main is None:
        return None
    commits = git("log", "--first-parent", "--format=%H", main, "--", PROTOS).stdout.decode().split()
    for commit in commits:
        has_protos = git("cat-file", "-e", f"{commit}:{PROTOS}").returncode == 0
        if has_protos and git("diff", "--quiet", commit, "--", PROTOS).returncode != 0:
            return commit
    return None


def main() -> int:
    """Compare and print; the exit status."""
    commit = earlier_protos()
    if commit is None:
        print("breaking changes: main holds no earlier protos, nothing to compare with")
        return 0
    # An unpacked copy, since buf does not read the history of a linked worktree.
    with tempfile.TemporaryDirectory() as directory:
        archive = git("archive", "--format=tar", commit, PROTOS, "buf.yaml").stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as protos:
            protos.extractall(directory, filter="data")
        beside = Path(sys.executable).with_name("buf")
        buf = str(beside) if beside.exists() else shutil.which("buf") or "buf"
        status = subprocess.run([buf, "breaking", "--against", directory], cwd=ROOT, check=False).returncode
    if status == 0:
        print(f"breaking changes: none since {commit[:10]}")
    return status


if __name__ == "__main__":
    sys.exit(main())
