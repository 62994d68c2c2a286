# SPDX-License-Identifier: Apache-2.0
"""How a secret is known where nobody says that it is one: by the name it stands under, or by its own shape.

A warning that is wrong costs more than one that is missing, so a name counts only by how it ends (`MAX_TOKENS` and `TOKEN_URL`
hold no secrets), a shape only where its owner gave it one, and nothing that plainly stands for a value is one.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Patterns are compiled when they are first used, which for most manifests is never.
_SECRET_NAME = (
    r"(?:^|_)(?:API_?KEY|(?:ACCESS|AUTH|ENCRYPTION|PRIVATE|SECRET|SIGNING)_?KEY|PASS(?:WD|WORD|PHRASE)|PWD"
    r"|[A-Z]*SECRET|[A-Z]*TOKEN|CREDENTIALS?|AUTHORIZATION)$"
)
_PUBLIC_NAME = r"PUBLIC|PUBLISHABLE|(?:PAGE|NEXT|CONTINUATION)_?TOKEN"
_CAMEL = r"(?<=[a-z])(?=[A-Z])"
_SCHEME = r"(?i:basic|bearer|digest|token|apikey|bot)\s+"
_SHORTEST = 6
_NO_SECRET = (
    # a number, a file, an address, prose
    r"[-+.,:0-9]+|\.{0,2}/\S*|[a-z][a-z0-9+.-]*://\S*|\S*\s[\s\S]*"
    # words that switch something, or say what would stand there
    r"|(?i:anonymous|basic|bearer|default|digest|disabled|enabled|false|hidden|missing|nothing|oauth2|optional|password"
    r"|public|required|secret|string|token|undefined|unknown|unused)"
)
_STANDS_FOR = (
    r"^<.*>$|^\{\{?\s*[\w.-]+\s*\}?\}$|^\[[\w .-]*\]$|\*{3}|\.{3}"
    r"|(?i:x{4}|change.?me|dummy|example|placeholder|redacted|replace.?me|sample|\btodo\b|your[-_ ])"
)

# Each shape with its name: what providers put before their keys so that they are found, and a few standards. A pattern that begins
# with plain letters is found fast in long texts; one that could begin at many places of a long word begins words alone.
_SHAPES = (
    ("Anthropic key", r"sk-ant-[\w-]{20,}"),
    ("OpenAI key", r"sk-(?:(?:proj|svcacct|admin)-[\w-]{20,}|[A-Za-z0-9]{32,})"),
    ("Stripe key", r"[rs]k_(?:live|test)_[A-Za-z0-9]{20,}"),
    ("Stripe key", r"whsec_[A-Za-z0-9+/]{24,}"),
    ("GitHub token", r"gh[oprsu]_[A-Za-z0-9]{36,}"),
    ("GitHub token", r"github_pat_[A-Za-z0-9_]{22,}"),
    ("GitLab token", r"glpat-[\w-]{20,}"),
    ("Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{20,}"),
    ("Google key", r"AIza[\w-]{35}"),
    ("Hugging Face token", r"hf_[A-Za-z0-9]{30,}"),
    ("npm token", r"npm_[A-Za-z0-9]{36}"),
    ("SendGrid key", r"(?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}"),
    ("JSON web token", r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    ("age key", r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    (
        "private key",
        (
            r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n)+"
            r"(?:Proc-Type: \S+(?:\s|\\n)+DEK-Info: \S+(?:\s|\\n)+)?[A-Za-z0-9+/=]{16,}"
        ),
    ),
)
_URL_PASSWORD = r"://[^\s/:@]*:([^\s/@]+)@"

# What hardly a shape is without: so many letters and digits in a row, one more than `kind: WorkflowInstance` has.
_ALPHANUMERIC = bytes(ord("a") if chr(each).isalnum() and each < 128 else ord(" ") for each in range(256))
_RUN = b"a" * 17


@lru_cache(maxsize=4096)
def says_secret(name: str) -> bool:
    """Whether what stands under a name (`API_KEY`, `X-Auth-Token`, `clientSecret`) is a secret by that name."""
    folded = re.sub(_CAMEL, "_", name).upper().replace("-", "_")
    return re.search(_SECRET_NAME, folded) is not None and re.search(_PUBLIC_NAME, folded) is None


def is_clear(text: str) -> bool:
    """Whether a text that stands where a secret is expected is one: not a placeholder, a sample, a number, an address, prose."""
    if "${" in text:
        return False
    bare = re.sub(rf"^(?:{_SCHEME})", "", text.strip())
    return not (len(bare) < _SHORTEST or re.fullmatch(_NO_SECRET, bare) or re.search(_STANDS_FOR, bare))


def shape_of(text: str) -> str | None:
    """What a text holds that looks like a secret wherever it stands, such as `Stripe key`; None where nothing does."""
    for name, pattern in _SHAPES:
        for found in re.finditer(pattern, text):
            inside_a_word = re.match(r"[\w-]", text[max(found.start() - 1, 0) : found.start()])
            if not inside_a_word and not re.search(_STANDS_FOR, found[0]):
                return name
    return None


def url_password(text: str) -> bool:
    """Whether a text holds an address with a password in it."""
    if "://" not in text:
        return False
    return any(is_clear(found[1]) for found in re.finditer(_URL_PASSWORD, text))


def may_have_shape(data: bytes) -> bool:
    """Whether it is worth looking for shapes in a text: a quick no for most."""
    return _RUN in data.translate(_ALPHANUMERIC)
