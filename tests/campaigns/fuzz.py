# SPDX-License-Identifier: Apache-2.0
"""Documents that nobody would write, through the whole command: each ends with a report, in time and in bounds.

python -m tests.campaigns.fuzz --documents 10000 --seed 1        # Hypothesis: valid manifests mutated, and bytes
python -m tests.campaigns.fuzz --atheris 3600 --seed 1           # atheris: guided by coverage, for so many seconds
python -m tests.campaigns.fuzz --documents 1000 --break          # with a seeded bug, which it must find

A document fails where `stigmer validate` ends as a bug (exit 70), with another status than 0 or 3, or takes more than a second of CPU;
the run fails where the process ever held more than 256 MiB.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

SECONDS = 1.0
MEBIBYTES = 256
SLICE = 5000
"""Documents of one process; Hypothesis remembers what it drew, and that is not to be counted as memory of ours."""
ROOT = Path(__file__).resolve().parents[2]

# What breaks readers, put in place of a word, a line, or anywhere.
_NASTY = (
    b"&a [*a]", b"*a", b"<<: *a", b"!!python/object:os.system", b"!x", b"|", b">-\n", b"\t", b"\0", b"\xff", b"\xed\xa0\x80",
    b"\xef\xbb\xbf", b"\xc2\x85", b"\xe2\x80\xa8", b'"\\ud800"', b"'", b'"', b"{", b"[" * 120, b"{a: " * 90, b"- " * 200, b"? ", b": ",
    b"---\n", b"...\n", b"%YAML 1.1\n", b"9" * 500, b"1e999", b".nan", b"-.inf", b"0x" + b"f" * 40, b"null", b"~", b"[]", b"{}", b"yes",
    b"${", b"${ .a | }", b"${ " + b"(" * 3000 + b" }", b"${.secrets.X}", b"${ $nope }", b"${ \"}\" }", b"a" * 5000, b"../../etc/passwd", b"@", b"`",
    b"\r", b"\r\n", b"\xf0\x9f\x98\x80", b"e\xcc\x81", b"\xe2\x80\xae", b"\x1b[31m", b"kind: Workflow", b"metadata:", b"spec: 1",
)  # fmt: skip


@dataclass
class Report:
    """What a run did: how many documents, the slowest in seconds of CPU, the largest memory in MiB, and what failed."""

    documents: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    slowest: float = 0.0
    memory: float = 0.0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        statuses = ", ".join(f"exit {status}: {count:,}" for status, count in sorted(self.statuses.items()))
        lines = [
            f"{self.documents:,} documents; {statuses}; slowest {self.slowest:.3f} s of CPU; most memory {self.memory:.0f} MiB",
            *self.failures,
        ]
        return "\n".join(lines)


class _Terminal(io.StringIO):
    """A stream that looks like a terminal, so that the lines of the source are shown as well."""

    def isatty(self) -> bool:
        return True


class DocumentFailed(Exception):
    """A document did what none may do; the message says what."""


class Examiner:
    """Validates documents as the command line does, in this process."""

    def __init__(self, directory: Path) -> None:
        self.file = directory / "document.yaml"
        self.report = Report()

    def __call__(self, data: bytes) -> None:
        """Validates one document. Raises DocumentFailed."""
        from stigmer.cli.app import run

        self.file.write_bytes(data)
        out, err = _Terminal(), _Terminal()
        begin = time.process_time()
        with redirect_stdout(out), redirect_stderr(err):
            status = run(["validate", "-f", str(self.file)])
        took = time.process_time() - begin
        report = self.report
        report.documents += 1
        report.statuses[status] = report.statuses.get(status, 0) + 1
        report.slowest = max(report.slowest, took)
        if status not in (0, 3):
            raise DocumentFailed(f"exit {status}: {_story(err.getvalue())}\n{data!r}")
        if took > SECONDS:
            raise DocumentFailed(f"{took:.2f} s of CPU\n{data[:2000]!r}")


def _story(complaint: str) -> str:
    """What was said, with the end of the bug's report where there is one."""
    written = re.search(r"report was written to (\S+?)[\s;.]", complaint)
    report = Path(written[1]) if written is not None else None
    return complaint + (report.read_text("utf-8")[-3000:] if report is not None and report.exists() else "")


def corpus() -> list[bytes]:
    """The valid manifests to begin with."""
    places = (ROOT / "examples/manifests", ROOT / "tests/mistakes/bases")
    files = sorted(file for place in places for file in place.rglob("*.yaml"))
    return [file.read_bytes() for file in files]


@st.composite
def documents(draw: st.DrawFn, valid: list[bytes]) -> bytes:
    """A valid file with one to five changes, or bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(
            st.binary(max_size=300)
            | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
        )
    data = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(1, 5))):
        data = _changed(
            data,
            draw(st.integers(0, 5)),
            draw(st.integers(0, 10_000)) / 10_000,
            draw(st.sampled_from(_NASTY)),
        )
    return data


def _changed(data: bytes, way: int, where: float, nasty: bytes) -> bytes:
    place = int(where * len(data))
    lines = data.split(b"\n")
    line = int(where * (len(lines) - 1))
    match way:
        case 0:
            return data[:place] + nasty + data[place:]
        case 1:
            return data[:place] + data[place + 1 + len(nasty) % 20 :]
        case 2:  # the value of a line
            head, colon, _ = lines[line].partition(b":")
            lines[line] = head + colon + b" " + nasty
        case 3:  # a line twice, perhaps elsewhere
            lines.insert(int(where * where * len(lines)), lines[line])
        case 4:
            del lines[line]
        case _:  # another level
            lines[line] = b"  " + lines[line] if len(nasty) % 2 else lines[line][2:]
    return b"\n".join(lines)


def by_hypothesis(examine: Examiner, count: int, chance: int) -> None:
    """So many documents, the same for the same chance."""

    @seed(chance)
    @settings(
        max_examples=count, deadline=None, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(documents(corpus()))
    def look(data: bytes) -> None:
        try:
            examine(data)
        except DocumentFailed as failure:
            examine.report.failures.append(str(failure))

    look()


def by_atheris(examine: Examiner, seconds: int, chance: int, directory: Path) -> None:
    """For so many seconds, guided by what of stigmer each document reaches. Ends the process; what it finds lies in the directory."""
    import atheris

    with atheris.instrument_imports(include=["stigmer"]):
        import stigmer.cli.app
        import stigmer.cli.commands.validate  # noqa: F401 - so that it is instrumented too
    begin = directory / "corpus"
    begin.mkdir()
    for number, data in enumerate(corpus()):
        (begin / str(number)).write_bytes(data)
    limits = [
        f"-max_total_time={seconds}",
        f"-seed={chance}",
        "-max_len=20000",
        f"-rss_limit_mb={2 * MEBIBYTES}",
        "-timeout=10",
    ]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={directory}/", str(begin)], examine)
    atheris.Fuzz()


def in_slices(count: int, chance: int) -> int:
    """So many documents, a slice a process. Returns 1 where one failed."""
    status = 0
    for begin in range(0, count, SLICE):
        some = min(SLICE, count - begin)
        arguments = ["--documents", str(some), "--seed", str(chance + begin // SLICE)]
        ended = subprocess.run([sys.executable, "-m", "tests.campaigns.fuzz", *arguments], check=False)
        status = max(status, ended.returncode)
    return status


def _peak() -> float:
    """The largest memory of this program, in MiB. What getrusage tells begins with what the parent held, a whole run of tests perhaps."""
    status = Path("/proc/self/status")
    if status.exists():
        (found,) = re.findall(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
        return int(found) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """The command line. Returns 1 where a document failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.campaigns.fuzz", description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", type=int, metavar="SECONDS")
    parser.add_argument(
        "--break", dest="broken", action="store_true", help="with a bug in how errors are put into words"
    )
    options = parser.parse_args()
    if options.documents > SLICE and options.atheris is None:
        return in_slices(options.documents, options.seed)
    directory = Path(tempfile.mkdtemp(prefix="stigmer-fuzz-"))
    examine = Examiner(directory)
    if options.atheris is not None:
        by_atheris(examine, options.atheris, options.seed, directory)
    if options.broken:
        with mock.patch("rapidfuzz.process.extractOne", side_effect=IndexError):
            by_hypothesis(examine, options.documents, options.seed)
    else:
        by_hypothesis(examine, options.documents, options.seed)
    report = examine.report
    report.memory = _peak()
    if report.memory > MEBIBYTES:
        report.failures.append(f"more than {MEBIBYTES} MiB")
    print(report)
    return 1 if report.failures else 0


if __name__ == "__main__":
    sys.exit(main())
