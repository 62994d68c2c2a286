# SPDX-License-Identifier: Apache-2.0
"""The real yaml-language-server as a child process, spoken to as an editor does: JSON-RPC over standard input and output.

Protocol: https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any

PATIENCE = 60.0
"""Seconds after which an answer that has not come is a failure."""


class LanguageServer:
    """A server that has been told the settings of an editor."""

    def __init__(self, process: subprocess.Popen[bytes], root: Path, settings: Mapping[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._ids = count(1)
        self._answers: Queue[Any] = Queue()
        self._diagnostics: Queue[tuple[str, list[Any]]] = Queue()
        self._root = root
        Thread(target=self._listen, daemon=True).start()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "completion": {
                    "completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}
                },
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
        }
        folder = {"uri": root.as_uri(), "name": root.name}
        start = {
            "processId": None,
            "rootUri": root.as_uri(),
            "capabilities": capabilities,
            "workspaceFolders": [folder],
        }
        self._request("initialize", start)
        self._send("initialized", {})
        self._send("workspace/didChangeConfiguration", {"settings": {"yaml": settings}})

    def open(self, documents: Mapping[str, str]) -> dict[str, list[Any]]:
        """Opens documents of the workspace, each by a name that none had; gives what the server finds in each of them.

        All at once: the server waits a moment after each before it looks.
        """
        for name, text in documents.items():
            document = {"uri": self._uri(name), "languageId": "yaml", "version": 1, "text": text}
            self._send("textDocument/didOpen", {"textDocument": document})
        found: dict[str, list[Any]] = {}
        while found.keys() < documents.keys():
            uri, diagnostics = self._diagnostics.get(timeout=PATIENCE)
            found |= {name: diagnostics for name in documents if self._uri(name) == uri}
        return found

    def complete(self, name: str, line: int, character: int) -> dict[str, Any]:
        """What is offered at a place, counted from 0, by label."""
        answer = self._request("textDocument/completion", self._at(name, line, character))
        return {item["label"]: item for item in answer["items"]}

    def hover(self, name: str, line: int, character: int) -> str:
        """What is told of a place, counted from 0."""
        answer = self._request("textDocument/hover", self._at(name, line, character))
        return str(answer["contents"]["value"])

    def _uri(self, name: str) -> str:
        return (self._root / name).as_uri()

    def _at(self, name: str, line: int, character: int) -> dict[str, Any]:
        return {"textDocument": {"uri": self._uri(name)}, "position": {"line": line, "character": character}}

    def _request(self, method: str, params: Any) -> Any:
        self._write({"id": next(self._ids), "method": method, "params": params})
        return self._answers.get(timeout=PATIENCE)

    def _send(self, method: str, params: Any) -> None:
        self._write({"method": method, "params": params})

    def _write(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _listen(self) -> None:
        """Sorts what the server says: answers, diagnostics, and questions of its own, which are answered at once."""
        stream = self._process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            message = json.loads(stream.read(length))
            if "method" not in message:
                self._answers.put(message.get("result"))
            elif message["method"] == "textDocument/publishDiagnostics":
                said = message["params"]
                self._diagnostics.put((said["uri"], said["diagnostics"]))
            elif "id" in message:
                self._write({"id": message["id"], "result": self._answer(message)})

    def _answer(self, message: Mapping[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        items = message["params"]["items"]
        return [self._settings if item.get("section") == "yaml" else {} for item in items]


@contextmanager
def language_server(program: Path, root: Path, settings: Mapping[str, Any]) -> Iterator[LanguageServer]:
    """A server for a workspace, ended at the end."""
    process = subprocess.Popen([str(program), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield LanguageServer(process, root, settings)
    finally:
        process.kill()
        process.wait()
