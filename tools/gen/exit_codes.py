# SPDX-License-Identifier: Apache-2.0
"""The table of exit codes, which two pages of the reference show."""

from __future__ import annotations

EXIT_CODES = """\
## Exit codes

| code | means |
|---|---|
| 0 | done; for `diff`, no difference |
| 1 | for `diff`, there are differences (0 with `--exit-zero`); nothing else exits with 1 |
| 2 | wrong usage or configuration |
| 3 | the manifests are not valid; for `fmt --check`, not formatted |
| 4 | refused: a conflict, a stale plan, something protected or owned by others, a secret that cannot be read, a file in the way |
| 5 | not found |
| 6 | not signed in, or not allowed; nothing in this version exits with it |
| 7 | the backend cannot be reached, cannot be written or is damaged; or the output cannot be written |
| 8, 9 | an execution failed; timed out waiting; nothing in this version exits with them |
| 70 | a bug in stigmer: it says where the report was written |
| 130 | interrupted |
"""
