# SPDX-License-Identifier: Apache-2.0
"""Puts a page on a pull request as a comment, in the place of the one that was put there before.

    python3 comment.py PAGE

The first line of the page is a comment of HTML by which the former one is found; a page without changes is only put where there is
one already. Whatever goes wrong is told and fails nothing: the page is on the summary of the run too. It runs before anything is
installed, so it needs nothing but Python.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_PAGE_SIZE = 100
_TIMEOUT = 30  # seconds
_MAY_NOT = (401, 403, 404)


def main(page: str) -> str:
    """Puts the page and returns what was done, in words. Raises URLError where the API cannot be reached or refuses."""
    body = Path(page).read_text("utf-8")
    number = _pull_request()
    if number is None:
        return "this run belongs to no pull request, so there is nothing to comment on"
    base = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    former = _former(f"{base}/{number}/comments", marker=body.partition("\n")[0])
    if former is None:
        if os.environ.get("ACTION_CHANGES") == "false":
            return "nothing changes, so there is nothing to comment"
        _call("POST", f"{base}/{number}/comments", {"body": body})
        return "commented"
    if former["body"].replace("\r\n", "\n").strip() == body.strip():
        return "the comment is as it was"
    _call("PATCH", f"{base}/comments/{former['id']}", {"body": body})
    return "the comment is up to date"


def _pull_request() -> int | None:
    """The number of the pull request that the run belongs to."""
    path = os.environ.get("GITHUB_EVENT_PATH", "")
    event = json.loads(Path(path).read_text("utf-8")) if path else {}
    about = event.get("pull_request")
    return int(about["number"]) if about else None


def _former(comments: str, marker: str) -> dict[str, Any] | None:
    """The comment of ours that begins with the marker. Somebody else's may begin so too, and stays theirs."""
    if not marker.startswith("<!--"):
        return None
    ours = _login()
    return next(
        (
            each
            for each in _all(comments)
            if (each.get("user") or {}).get("login") == ours and (each.get("body") or "").startswith(marker)
        ),
        None,
    )


def _all(comments: str) -> Iterator[dict[str, Any]]:
    number = 1
    while True:
        page: list[dict[str, Any]] = _call("GET", f"{comments}?per_page={_PAGE_SIZE}&page={number}")
        yield from page
        if len(page) < _PAGE_SIZE:
            return
        number += 1


def _login() -> str:
    """Who the token belongs to. That of a run may not ask."""
    try:
        return str(_call("GET", "/user")["login"])
    except HTTPError as error:
        if error.code not in _MAY_NOT:
            raise
        return "github-actions[bot]"


def _call(method: str, path: str, said: dict[str, Any] | None = None) -> Any:
    request = Request(
        os.environ["GITHUB_API_URL"] + path,
        data=None if said is None else json.dumps(said).encode(),
        method=method,
        headers={
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {os.environ.get('ACTION_TOKEN', '')}",
            "Content-Type": "application/json",
            "User-Agent": "stigmer",
        },
    )
    with urlopen(request, timeout=_TIMEOUT) as response:  # the address is the platform's own
        return json.loads(response.read() or "null")


def _reason(error: Exception) -> str:
    if isinstance(error, HTTPError) and error.code in _MAY_NOT:
        return "the token may not comment, as that of a fork's pull request may not; the preview is on the summary of this run"
    return f"the comment could not be written ({error}); the preview is on the summary of this run"


if __name__ == "__main__":
    try:
        print(main(sys.argv[1]))
    except (OSError, KeyError, ValueError) as error:
        print(f"::notice title=stigmer::{_reason(error)}")
