# SPDX-License-Identifier: Apache-2.0
"""The text of a saved plan: JSON that ends in the digest of all that stands before it, so that every edit shows."""

from __future__ import annotations

from typing import Any

import orjson

from stigmer.errors import Diagnostic, ExitCode, Severity, StigmerError

FORMAT_VERSION = 1
SECTION = "apply"
"""The key that holds what applying needs; the others are those of a plan that is only shown."""

_BEGINNING = b'{\n  "format_version": '
_END = b"\n}\n"
_DIGEST = b',\n  "digest": "'
_CLOSING = b'"' + _END


class PlanFileError(StigmerError):
    """A file that is no plan to apply: wrong usage where it is none at all, refused where it is one that must not be used."""

    def __init__(self, code: str, message: str, *, exit_code: ExitCode, hint: str) -> None:
        super().__init__(code, message, exit_code=exit_code, hint=hint)

    @property
    def diagnostic(self) -> Diagnostic:
        """The same as one thing found."""
        return Diagnostic(Severity.ERROR, self.code, self.message, self.hint)


def with_digest(text: bytes) -> bytes:
    """The text of a JSON object, indented and with a line end, with its digest as the last entry."""
    body = text.removesuffix(_END)
    return b"".join((body, _DIGEST, _digest(body), _CLOSING))


def opened(data: bytes, name: str) -> dict[str, Any]:
    """The object that a file holds; `name` is what messages call it.

    Raises PlanFileError: `plan.unreadable` for what is no saved plan, `plan.format` for one of a newer stigmer, `plan.edited`.
    """
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        if data.startswith(_BEGINNING):
            raise edited(name) from None
        raise unreadable(name, "is not a plan: it is not JSON") from None
    if not isinstance(document, dict) or document.get("kind") != "Plan":
        raise unreadable(name, "is not a plan")
    if SECTION not in document and "digest" not in document:
        raise unreadable(name, "is a plan to look at, as diff -o json prints it, and cannot be applied")
    section = document.get(SECTION)
    versions = [document.get("format_version")]
    versions += [section.get("format_version")] if isinstance(section, dict) else []
    if any(isinstance(version, int) and version > FORMAT_VERSION for version in versions):
        raise PlanFileError(
            "plan.format",
            f"{name} was saved by a newer stigmer, in a form that this one does not know",
            exit_code=ExitCode.REFUSED,
            hint="apply it with the stigmer that saved it, or save the plan again with this one",
        )
    body, mark, rest = data.rpartition(_DIGEST)
    if not mark or rest != _digest(body) + _CLOSING:
        raise edited(name)
    return document


def edited(name: str) -> PlanFileError:
    """The error of a plan that is not as it was saved."""
    return PlanFileError(
        "plan.edited",
        f"{name} is not as it was saved: something changed it, or cut it off",
        exit_code=ExitCode.REFUSED,
        hint="change the manifests instead, and save the plan again with stigmer diff --save",
    )


def unreadable(name: str, words: str) -> PlanFileError:
    """The error of a file that is no plan to apply."""
    return PlanFileError(
        "plan.unreadable",
        f"{name} {words}",
        exit_code=ExitCode.USAGE,
        hint="save one with stigmer diff --save FILE",
    )


def _digest(body: bytes) -> bytes:
    from hashlib import blake2b  # loads OpenSSL, which only a saved plan needs here

    return b"blake2b:" + blake2b(body, digest_size=32).hexdigest().encode()
