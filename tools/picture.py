# SPDX-License-Identifier: Apache-2.0
"""Draw what a command prints on a terminal, colours and all, as an SVG.

    python -m tools.picture docs/images/diff.svg stigmer diff

The command runs on a terminal of its own, so that it colours its output as for a person. The picture begins with the command
line as it was typed. Exits with 2 where no command is given; the command's own status does not matter.
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path

_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")
_STYLES = {
    "1": "font-weight:bold",
    "2": "fill:#8b949e",
    "31": "fill:#ff7b72",
    "32": "fill:#7ee787",
    "33": "fill:#e3b341",
    "36": "fill:#79c0ff",
}
_ADVANCE, _LINE, _MARGIN = 8.4, 20, 16  # pixels of a letter, a line and the frame, at 14 pixels


def terminal_output(command: list[str]) -> str:
    """What the command prints where it finds a terminal; it is printed here too."""
    parts: list[bytes] = []

    def keep(descriptor: int) -> bytes:
        part = os.read(descriptor, 65536)
        parts.append(part)
        return part

    os.environ.pop("NO_COLOR", None)
    os.environ["TERM"] = "xterm"
    pty.spawn(command, keep)
    return b"".join(parts).decode().replace("\r\n", "\n")


def spans(text: str) -> Iterator[tuple[str, str]]:
    """The pieces of a text and the style of each. Sequences that do not colour are left out."""
    style, start = "", 0
    for match in _SEQUENCE.finditer(text):
        if match.start() > start:
            yield text[start : match.start()], style
        start = match.end()
        if match.group(2) == "m":
            style = ";".join(_STYLES[code] for code in match.group(1).split(";") if code in _STYLES)
    if start < len(text):
        yield text[start:], style


def svg(text: str) -> str:
    """The text, with its colours, as a picture of a terminal."""
    lines = text.rstrip("\n").split("\n")
    width = max(len(_SEQUENCE.sub("", line)) for line in lines) * _ADVANCE + 2 * _MARGIN
    height = len(lines) * _LINE + 2 * _MARGIN
    drawn = "\n".join(
        f'<text x="{_MARGIN}" y="{_MARGIN + _LINE * number + 14}">{_tspans(line)}</text>'
        for number, line in enumerate(lines)
    )
    font = "font:14px 'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
        f'viewBox="0 0 {width:.0f} {height}">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n'
        f'<g xml:space="preserve" fill="#e6edf3" style="{font}">\n{drawn}\n</g>\n</svg>\n'
    )


def _tspans(line: str) -> str:
    return "".join(
        f'<tspan style="{style}">{escape(piece)}</tspan>' if style else escape(piece)
        for piece, style in spans(line)
    )


def main(arguments: list[str]) -> int:
    """Draws the command's output into the file that is named first."""
    if len(arguments) < 2:
        print(__doc__)
        return 2
    target, command = Path(arguments[0]), arguments[1:]
    typed = f"\x1b[1m$ {shlex.join(command)}\x1b[0m\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(svg(typed + terminal_output(command)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
