# SPDX-License-Identifier: Apache-2.0
"""As much of the platform as the action speaks to: comments of pull requests, over HTTP on this machine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

BOT = "github-actions[bot]"


@dataclass
class Platform:
    """The comments of the pull requests by number, and who may do what."""

    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    may_write: bool = True
    login: str | None = None
    calls: list[str] = field(default_factory=list)
    address: str = ""

    def add(self, number: int, body: str, login: str = BOT) -> None:
        """Somebody comments."""
        there = self.comments.setdefault(number, [])
        there.append({"id": 1000 * number + len(there), "body": body, "user": {"login": login}})

    def bodies(self, number: int) -> list[str]:
        return [each["body"] for each in self.comments.get(number, [])]

    def answer(self, method: str, path: str, said: Any) -> tuple[int, Any]:
        """Status and body of the answer to a call."""
        self.calls.append(f"{method} {path}")
        route, _, query = path.partition("?")
        if route == "/user":
            return (200, {"login": self.login}) if self.login else (403, {"message": "not for this token"})
        if method != "GET" and not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if found := re.fullmatch(r"/repos/acme/shop/issues/(\d+)/comments", route):
            number = int(found[1])
            if method == "POST":
                self.add(number, said["body"], self.login or BOT)
                return 201, self.comments[number][-1]
            page = int(dict(part.split("=") for part in query.split("&"))["page"])
            return 200, self.comments.get(number, [])[100 * (page - 1) : 100 * page]
        if found := re.fullmatch(r"/repos/acme/shop/issues/comments/(\d+)", route):
            for each in (each for there in self.comments.values() for each in there):
                if each["id"] == int(found[1]) and method == "PATCH":
                    each["body"] = said["body"]
                    return 200, each
        return 404, {"message": "Not Found"}


@contextmanager
def serving(platform: Platform) -> Iterator[None]:
    """The platform answers at its address meanwhile."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            said = json.loads(self.rfile.read(length)) if length else None
            status, answer = platform.answer(self.command, self.path, said)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - names of the library

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        platform.address = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
