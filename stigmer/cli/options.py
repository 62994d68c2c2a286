# SPDX-License-Identifier: Apache-2.0
"""The options that several commands take, so that each is spelled and explained once."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import typer


class Output(StrEnum):
    """How a result is written."""

    TEXT = "text"
    JSON = "json"


class ValidateOutput(StrEnum):
    """How what `validate` found is written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


# The forms for a program that shows what was found: on a pull request, in a list of alerts or of tests.
ReportForm = Literal[ValidateOutput.GITHUB, ValidateOutput.SARIF, ValidateOutput.JUNIT]


class DiffOutput(StrEnum):
    """How a plan is written."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"
    MARKDOWN = "markdown"
    GITHUB = "github"
    SARIF = "sarif"
    JUNIT = "junit"


class ApplyOutput(StrEnum):
    """How what was applied is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class Drift(StrEnum):
    """What becomes of what drifted."""

    HEAL = "heal"
    REFUSE = "refuse"


class GetOutput(StrEnum):
    """How resources are written."""

    TABLE = "table"
    WIDE = "wide"
    YAML = "yaml"
    JSON = "json"
    NAME = "name"


Files = Annotated[
    list[str] | None,
    typer.Option(
        "-f",
        metavar="PATH",
        help="A file, a directory, a glob, or - for standard input; may be repeated. Without it, the paths of stigmer.yaml.",
    ),
]
Format = Annotated[Output, typer.Option("-o", "--output", help="How to write the result.")]
ValidateFormat = Annotated[
    ValidateOutput,
    typer.Option(
        "-o",
        "--output",
        help="How to write the result: for people, as JSON, as GitHub's annotations, as SARIF 2.1.0, as JUnit's XML.",
    ),
]
BackendName = Annotated[
    str | None,
    typer.Option(
        "--backend", metavar="NAME", help="The backend, instead of the configured one [env: STIGMER_BACKEND]."
    ),
]
Org = Annotated[
    str | None,
    typer.Option(
        "--org", metavar="ORG", help="The organization of whatever names none itself [env: STIGMER_ORG]."
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Only the result and what is wrong.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more about what is done.")]
SetName = Annotated[
    str | None,
    typer.Option("--set", metavar="NAME", help="The set that owns what is applied; else the project's name."),
]
Adopt = Annotated[
    bool,
    typer.Option("--adopt", help="Take over resources that another set owns, or the set from elsewhere."),
]
Prune = Annotated[
    bool | None,
    typer.Option(
        "--prune/--no-prune",
        help="Delete what the set owns and no manifest declares any more; see stigmer.yaml.",
    ),
]
MaxDeletePercent = Annotated[
    int | None,
    typer.Option(
        "--max-delete-percent",
        metavar="N",
        min=0,
        max=100,
        help="Refuse to prune more than N in a hundred of the set, and more than three. [default: 30]",
    ),
]
ForceConflicts = Annotated[
    bool,
    typer.Option(
        "--force-conflicts", help="Overwrite fields that both the manifests and somebody else changed."
    ),
]
DriftMode = Annotated[
    Drift,
    typer.Option("--drift", help="Make what was changed outside the manifests as declared, or refuse to."),
]
NoExecute = Annotated[bool, typer.Option("--no-execute", help="Do not run the executions that are declared.")]
KeepUnresolved = Annotated[
    bool,
    typer.Option(
        "--keep-unresolved", help="Where the source of a secret cannot be read, keep the stored value."
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Treat documents that are no manifests, and names not found, as errors."),
]
Message = Annotated[
    str | None,
    typer.Option("-m", "--message", metavar="TEXT", help="Why, for the history of what is changed."),
]
ShowUnchanged = Annotated[
    bool, typer.Option("--show-unchanged", help="List the resources that stay as they are, too.")
]
