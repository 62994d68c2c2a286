# SPDX-License-Identifier: Apache-2.0
"""`stigmer version`."""

from __future__ import annotations

from stigmer.cli import options, version
from stigmer.cli.console import Console
from stigmer.cli.options import Output
from stigmer.errors import ExitCode

EXAMPLES = ("stigmer version", "stigmer version -o json")


def command(output: options.Format = Output.TEXT) -> ExitCode:
    """Print the version of stigmer."""
    Console().result(version.json() if output is Output.JSON else version.text())
    return ExitCode.DONE
