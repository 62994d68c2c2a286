# SPDX-License-Identifier: Apache-2.0
"""Look for what must not be published: private keys, tokens, package-index addresses, paths of one machine.

    python -m tools.check_secrets

Reads every file git tracks or would take up. A line that is meant to be so says `secret-scan: allow` in a
comment. Exits 1 and names file, line and kind of find; the find itself is not printed.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.tracked import ROOT, tracked_files

ALLOW = "secret-scan: allow"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of find, and the shape that gives it away."""

    what: str
    pattern: re.Pattern[str]


# The character classes of one letter keep each pattern from matching its own source.
RULES = (
    Rule("a private key", re.compile(r"-----BEGI[N] (?:[A-Z0-9]+ )*PRIVATE KEY")),
    Rule("an age identity", re.compile(r"AGE-SECRET-KE[Y]-1[0-9A-Z]{20}")),
    Rule("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    Rule("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40})")),
    Rule("a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20}")),
    Rule("a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10}")),
    Rule("a Stripe key", re.compile(r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16}")),
    Rule("a model provider's key", re.compile(r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32}")),
    Rule("a Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    Rule("a package registry's token", re.compile(r"\b(?:pypi-AgE[A-Za-z0-9_-]{20}|npm_[A-Za-z0-9]{36})")),
    Rule(
        "a signed token (JWT)", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8}")
    ),
    Rule(
        "a password in an address", re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@\"'<>{}$]+:[^\s/@\"'<>{}$]+@")
    ),
    Rule(
        "a package index", re.compile(r"https?://[^\s\"']+/simpl[e]\b|(?:index-url|find-link[s])[= ]+\S*[/:]")
    ),
    Rule("a path of one machine", re.compile(r"(?<![\w./~$}-])/(?:work|home|root|Users)/[\w.]")),
)


def finds(text: str) -> list[tuple[int, str]]:
    """What is found in `text`: line, counted from 1, and kind."""
    return [
        (number, rule.what)
        for number, line in enumerate(text.splitlines(), start=1)
        if ALLOW not in line
        for rule in RULES
        if rule.pattern.search(line)
    ]


def read_text(path: Path) -> str | None:
    """The text of a file, or None where it holds something else, such as a picture."""
    content = path.read_bytes()
    if b"\0" in content:
        return None
    return content.decode(errors="replace")


def main() -> int:
    """Print every find; the exit status."""
    found = 0
    files = tracked_files()
    for path in files:
        text = read_text(ROOT / path)
        for line, what in finds(text) if text is not None else ():
            print(f"{path}:{line}: {what}")
            found += 1
    if found:
        print(f"Take it out, or say '{ALLOW}' in a comment on the line if it is meant to be there.")
        return 1
    print(f"secrets: {len(files)} files, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
