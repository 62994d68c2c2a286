# SPDX-License-Identifier: Apache-2.0
"""The options that several commands take, so that each is spelled and explained once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

import typer

from stigmer.errors import UsageError
from stigmer.resources.names import NAME_WORDS, is_name


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


# The forms of a plan that are neither for a terminal nor the JSON object itself.
DiffReport = Literal[
    DiffOutput.YAML, DiffOutput.MARKDOWN, DiffOutput.GITHUB, DiffOutput.SARIF, DiffOutput.JUNIT
]


class ApplyOutput(StrEnum):
    """How what was applied is written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"


class Drift(StrEnum):
    """What becomes of what drifted."""

    HEAL = "heal"
    REFUSE = "refuse"


class HistoryOutput(StrEnum):
    """How versions are written."""

    TEXT = "text"
    JSON = "json"
    YAML = "yaml"


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
DiffFormat = Annotated[
    DiffOutput,
    typer.Option(
        "-o",
        "--output",
        help="How to write the result: for people, as JSON or YAML, as the comment of a pull request, as GitHub's annotations, as SARIF 2.1.0, as JUnit's XML.",
    ),
]
ApplyFormat = Annotated[
    ApplyOutput,
    typer.Option(
        "-o",
        "--output",
        help="How to write the result: for people, as JSON, or as JSON Lines, an event a line as it happens.",
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
PassphraseFile = Annotated[
    str | None,
    typer.Option(
        "--passphrase-file",
        metavar="FILE",
        help="Read the passphrase from a file, - for standard input [env: STIGMER_BACKUP_PASSPHRASE].",
    ),
]
Identity = Annotated[
    str | None,
    typer.Option(
        "-i",
        "--identity",
        metavar="FILE",
        help="The file with the age identities that open it [env: STIGMER_AGE_IDENTITY].",
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Only the result and what is wrong.")]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Say more about what is done.")]


def _name_of_a_set(said: str | None) -> str | None:
    """The same, where it can be a set's name: an empty variable would else mean no set, or the project's."""
    if said is not None and not is_name(said):
        raise typer.BadParameter(f"'{said}' is no name of a set: {NAME_WORDS}")
    return said


SetName = Annotated[
    str | None,
    typer.Option(
        "--set",
        metavar="NAME",
        help="The set that owns what is applied; else the project's name.",
        callback=_name_of_a_set,
    ),
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
Labels = Annotated[
    list[str] | None,
    typer.Option(
        "-l", "--label", metavar="KEY=VALUE", help="Only resources with this label; may be repeated."
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Treat documents that are no manifests, and names not found, as errors."),
]
TargetName = Annotated[
    str | None,
    typer.Option(
        "--target",
        metavar="NAME",
        help="A target of stigmer.yaml: its backend, its organization, its overlays.",
    ),
]


def _one_target(said: list[str] | None) -> list[str] | None:
    """The same, where it is no more than one: the last alone would be taken for all of them."""
    if said and len(said) > 1:
        raise typer.BadParameter("only diff takes several targets")
    return said


OneTarget = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="NAME",
        help="A target of stigmer.yaml: its backend, its organization, its overlays.",
        callback=_one_target,
    ),
]
TargetNames = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        metavar="NAME",
        help="A target of stigmer.yaml: its backend, its organization, its overlays. Repeated, the targets side by side.",
    ),
]
Save = Annotated[
    str | None,
    typer.Option("--save", metavar="FILE", help="Save the plan, for apply --plan. It holds no secret."),
]
SavedPlan = Annotated[
    str | None,
    typer.Option(
        "--plan", metavar="FILE", help="Apply exactly this plan, which diff --save wrote, or nothing of it."
    ),
]
Message = Annotated[
    str | None,
    typer.Option("-m", "--message", metavar="TEXT", help="Why, for the history of what is changed."),
]
All = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Every project below this directory, each as its own set, those that others refer to first.",
    ),
]
ShowUnchanged = Annotated[
    bool, typer.Option("--show-unchanged", help="List the resources that stay as they are, too.")
]


def refuse_flags(given: Mapping[str, object], why: str, instead: str) -> None:
    """Raises UsageError where any of the flags was given, by name; of `instead` the braces become the word for them."""
    wrong = [flag for flag, value in given.items() if value]
    if wrong:
        them = "it" if len(wrong) == 1 else "them"
        hint = f"leave {them} out, or {instead.format(them)}"
        raise UsageError("usage.arguments", f"{', '.join(wrong)} cannot be given {why}", hint=hint)
