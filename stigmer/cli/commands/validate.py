# SPDX-License-Identifier: Apache-2.0
"""`stigmer validate`: whether manifests are right, told without a backend."""

from __future__ import annotations

import os

from stigmer.cli import options
from stigmer.cli.console import Console
from stigmer.cli.diagnostics import diagnostics_text, tally, validation_json
from stigmer.cli.options import Output
from stigmer.cli.progress import Progress
from stigmer.cli.reading import account, find_paths, read, without_broken_references
from stigmer.cli.settings import organization
from stigmer.errors import ExitCode, Severity
from stigmer.reconcile.graph import dependency_graph
from stigmer.reconcile.resolve import resolve
from stigmer.resources.canonical import DEFAULT_ORG

EXAMPLES = (
    "stigmer validate                            # the project of this directory",
    "stigmer validate -f agents/ -f skills.yaml",
    "stigmer validate -f - -o json < agent.yaml",
)


def command(
    files: options.Files = None,
    output: options.Format = Output.TEXT,
    org: options.Org = None,
    strict: options.Strict = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> ExitCode:
    """Check manifests; needs no backend, no network and no home.

    Every problem is told, with its place. Exits with 3 where the manifests are not valid.
    """
    console = Console(quiet=quiet, verbose=verbose)
    paths = find_paths(files)
    with Progress(quiet=quiet) as progress:
        org = organization(org, paths.project, os.environ) or DEFAULT_ORG
        found = read(paths, org, strict=strict, progress=progress)
        progress.phase("checking references")
        diagnostics = list(found.diagnostics)
        diagnostics += resolve(without_broken_references(found), None, strict=strict)
        diagnostics += dependency_graph(found.manifests).diagnostics()
        diagnostics.sort(key=lambda each: each.sort_key)
    console.detail(account(paths, found))
    if output is Output.JSON:
        console.json(validation_json(found.documents, diagnostics))
    else:
        console.result(diagnostics_text(diagnostics, console.style))
        console.result(tally(found.documents, diagnostics) + "\n")
    wrong = any(each.severity is Severity.ERROR for each in diagnostics)
    return ExitCode.INVALID if wrong else ExitCode.DONE
