# SPDX-License-Identifier: Apache-2.0
"""`stigmer validate`: whether manifests are right, told without a backend."""

from __future__ import annotations

from collections.abc import Sequence

from stigmer.cli import options
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import diagnostics_text, tally, validation_json, warn
from stigmer.cli.examining import examine
from stigmer.cli.options import ReportForm, ValidateOutput
from stigmer.cli.progress import Progress
from stigmer.cli.reading import account, find_paths
from stigmer.errors import Diagnostic, ExitCode, Severity
from stigmer.manifests.load import Loaded

EXAMPLES = (
    "stigmer validate                            # the project of this directory",
    "stigmer validate -f agents/ -f skills.yaml",
    "stigmer validate --target prod              # with its overlays, and no other target",
    "stigmer validate -f - -o json < agent.yaml",
    "stigmer validate -o github                  # in a step of GitHub Actions: notes on the pull request",
    "stigmer validate -o sarif > stigmer.sarif   # for code scanning, and editors that show SARIF",
    "stigmer validate -o junit > stigmer.xml     # for the test reports of GitLab and Jenkins",
)


def command(
    files: options.Files = None,
    output: options.ValidateFormat = ValidateOutput.TEXT,
    targets: options.OneTarget = None,
    org: options.Org = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Check manifests; needs no backend, no network and no home.

    Every problem is told, with its place. Exits with 3 where the manifests are not valid. A project is checked as it is and for
    each of its targets, or with --target for that one alone.

    With -o github, sarif or junit files are named from the root of the repository.
    """
    console = Console(quiet=quiet, verbose=verbose)
    paths = find_paths(files, targets[0] if targets else None)
    with Progress(quiet=quiet) as progress:
        found, diagnostics = examine(paths, org, strict=strict, progress=progress)
    console.detail(account(paths, found))
    match output:
        case ValidateOutput.JSON:
            console.json(validation_json(found.documents, diagnostics))
        case ValidateOutput.TEXT:
            console.result(diagnostics_text(diagnostics, console.style))
            console.result(tally(found.documents, diagnostics) + "\n")
        case _:
            _report(found, diagnostics, output, console)
    wrong = any(each.severity is Severity.ERROR for each in diagnostics)
    return ExitCode.INVALID if wrong else ExitCode.DONE


def _report(found: Loaded, diagnostics: Sequence[Diagnostic], form: ReportForm, console: Console) -> None:
    """Writes a report, and beside it, for whoever reads the job's log, what it says: GitHub's annotations are themselves read there."""
    from stigmer.cli.reports import make_report, written

    files = (source.name for manifest in found.manifests for source in manifest.origin.sources)
    console.result(written(make_report(files, diagnostics), form))
    if form is not ValidateOutput.GITHUB:
        warn(diagnostics, console)
    console.note(tally(found.documents, diagnostics))
