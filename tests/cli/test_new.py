# SPDX-License-Identifier: Apache-2.0
"""What `stigmer new` gives works: the project as its own output says, a manifest as printed and with any comment taken away."""

from __future__ import annotations

import errno
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from stigmer.cli.completions import complete_new
from stigmer.manifests.outlines.outline import find_outline
from stigmer.resources.kinds import Kind, kinds
from tests.cli.conftest import Cli

DECLARABLE = [kind for kind in kinds() if kind.declarable]

# Of a manifest alone it is no fault that what it names is elsewhere.
EXPECTED = {"reference.unresolved"}


def kind_id(kind: Kind) -> str:
    return kind.slug


def files(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def test_project(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("new", "project", "shop").out == snapshot
    assert {
        name: (cli.directory / "shop" / name).read_text() for name in sorted(files(cli.directory / "shop"))
    } == snapshot


def test_the_steps_that_it_prints_work(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a newcomer does it: an empty directory, no home, no variable."""
    monkeypatch.delenv("BOT_TOKEN")
    steps = [
        shlex.split(line.split("  ")[1])
        for line in cli("new", "project", "My Shop").out.splitlines()
        if line.startswith("  ")
    ]
    assert [step[0] for step in steps] == ["cd", "stigmer", "stigmer", "stigmer"]
    ends = []
    for program, *arguments in steps:
        if program == "cd":
            monkeypatch.chdir(*arguments)
        else:
            result = cli(*arguments, expect=None)
            ends.append((*arguments, result.status))
            assert "warning" not in result.out + result.err
    assert ends == [("validate", 0), ("diff", 1), ("apply", 0)]
    assert cli("diff", "--strict").out == "No changes. 6 resources are as declared.\n"
    assert cli("validate", "--strict").out == "6 documents, all valid\n"
    assert cli("search", "parcel").out.startswith("skill/return-policy")


def test_a_text_of_the_project_can_be_changed(cli: Cli) -> None:
    cli("new", "project")
    cli("apply")
    text = cli.directory / "manifests/support-bot.md"
    text.write_text(text.read_text().replace("brief", "very brief"))
    assert "very brief" in cli("diff", expect=1).out


def test_the_secret_of_the_project(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comment says which lines to uncomment and which variable to set; that is enough, and without the variable it is refused."""
    cli("new", "project")
    path = cli.directory / "manifests/development.yaml"
    path.write_text(
        path.read_text()
        .replace("    # SHOP_TOKEN:", "    SHOP_TOKEN:")
        .replace("    #   value_from", "      value_from")
    )
    refused = cli("apply", expect=4)
    assert "secret.unresolved" in refused.err
    monkeypatch.setenv("SHOP_TOKEN", "open-sesame")
    assert cli("validate", "--strict").out == "6 documents, all valid\n"
    cli("apply", "--strict")
    assert "(secret" in cli("get", "environment/development", "-o", "yaml").out


def test_nothing_is_overwritten(cli: Cli) -> None:
    cli.write("stigmer.yaml", "name: mine\n")
    cli.write("manifests/clock.yaml", "# mine\n")
    (cli.directory / "manifests/support-bot.md").symlink_to("gone.md")
    result = cli("new", "project", expect=4)
    assert result.err.startswith(
        "error: stigmer.yaml, manifests/clock.yaml, manifests/support-bot.md are there already; nothing was written [project.exists]"
    )
    assert files(cli.directory) == {"stigmer.yaml", "manifests/clock.yaml"}
    assert (cli.directory / "manifests/clock.yaml").read_text() == "# mine\n"


def test_other_files_are_no_hindrance(cli: Cli) -> None:
    cli.write("README.md", "mine\n")
    cli.write(
        "manifests/mine.yaml",
        "apiVersion: iam.stigmer.ai/v1\nkind: IdentityAccount\nmetadata: {name: ada}\nspec: {email: ada@example.com}\n",
    )
    cli("new", "project")
    assert cli("validate", "--strict").out == "7 documents, all valid\n"


@pytest.mark.parametrize(
    ("directory", "name"),
    [
        ("shop", "shop"),
        ("My Shop", "my-shop"),
        ("Größe_2", "gro-e-2"),
        ("supportBot", "support-bot"),
        ("___", "project"),
        ("x" * 70, "x" * 63),
        ("店", "project"),
    ],
)
def test_the_name_of_a_project(cli: Cli, directory: str, name: str) -> None:
    cli("new", "project", directory)
    assert f"\nname: {name} " in (cli.directory / directory / "stigmer.yaml").read_text()


@pytest.mark.parametrize("directory", ["2024", "true", "1e3", "off"])
def test_a_name_that_yaml_takes_for_something_else(
    cli: Cli, directory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("new", "project", directory, "--org", "007")
    monkeypatch.chdir(directory)
    cli("validate", "--strict", "--org", "default")


def test_name_and_organization_can_be_said(cli: Cli) -> None:
    cli("new", "project", "a", "--name", "web-shop", "--org", "acme")
    text = (cli.directory / "a/stigmer.yaml").read_text()
    assert "\nname: web-shop " in text
    assert text.endswith("\norg: acme\n")
    wrong = cli("new", "project", "b", "--name", "Web Shop", expect=2)
    assert wrong.err.splitlines()[1] == "  hint: did you mean web-shop?"
    assert not (cli.directory / "b").exists()


@pytest.mark.parametrize("name", ["shop", "shop/manifests"])
def test_a_directory_that_is_a_file(cli: Cli, name: str) -> None:
    cli.write(name, "a file\n")
    assert (
        f"error: {name} is not a directory; nothing was written [usage.path]"
        in cli("new", "project", "shop", expect=2).err
    )
    assert files(cli.directory) == {name}


def test_a_directory_that_cannot_be_written(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the operating system is spoken for."""

    def refuse(*arguments: object, **named: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert (
        "error: stigmer.yaml cannot be written: Permission denied [usage.path]"
        in cli("new", "project", expect=2).err
    )


def test_a_directory_whose_name_is_too_long(cli: Cli) -> None:
    assert "File name too long [usage.path]" in cli("new", "project", "a" * 300, expect=2).err


def test_a_directory_cannot_steer_the_terminal(cli: Cli) -> None:
    out = cli("new", "project", "a\x1b[31m\nb").out
    assert "✓ a\\x1b[31m\\nb/stigmer.yaml" in out
    assert "\x1b" not in out


def test_in_a_repository_it_points_to_the_hook(cli: Cli) -> None:
    assert "commit" not in cli("new", "project", "a").out
    (cli.directory / ".git").mkdir()
    assert "Before each commit a hook of git can run `stigmer validate`.\n" in cli("new", "project", "b").out


def test_manifest(cli: Cli, snapshot: SnapshotAssertion) -> None:
    assert cli("new", "agent", "support-bot").out == snapshot
    assert cli("new", "mcp-servers", "github", "--org", "acme").out == snapshot


@pytest.mark.parametrize("kind", DECLARABLE, ids=kind_id)
def test_a_manifest_is_valid_as_printed(cli: Cli, kind: Kind) -> None:
    text = cli("new", kind.slug, "a-name").out
    assert wrong(cli, text) == set()
    assert f"kind: {kind.name}\nmetadata:\n  name: a-name " in text
    assert max(map(len, text.splitlines())) <= 80


@pytest.mark.parametrize("kind", DECLARABLE, ids=kind_id)
def test_any_comment_can_be_taken_away(cli: Cli, kind: Kind) -> None:
    text = cli("new", kind.slug, "a-name").out
    found = {name: wrong(cli, uncommented) for name, uncommented in uncomment(text)}
    assert {name: said for name, said in found.items() if said} == {}
    assert {"metadata.title", "metadata.lifecycle"} <= found.keys()
    optional = {field.name for field in find_outline(kind, "spec").fields if not field.required}
    there = set(re.findall(r"^  (?:# )?([a-z_]+):", text.partition("\nspec:\n")[2], re.MULTILINE))
    assert optional <= there


def test_what_it_gives_is_formatted(cli: Cli) -> None:
    cli("new", "project")
    for kind in DECLARABLE:
        cli.write(f"manifests/new/{kind.slug}.yaml", cli("new", kind.slug, "a-name").out)
    assert cli("fmt", "--check", expect=None).status == 0


def test_a_name_is_made_up_where_none_is_given(cli: Cli) -> None:
    assert "  name: my-agent-instance " in cli("new", "ain").out


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (
            ["agent", "Support_Bot"],
            "'Support_Bot' is not the name of a resource: lower-case letters, digits and hyphens",
            "did you mean support-bot?",
        ),
        (
            ["agent", "???"],
            "'???' is not the name of a resource: lower-case letters, digits and hyphens",
            None,
        ),
        (["projct"], "'projct' is not a kind", "did you mean project?"),
        (["Agnet", "bot"], "'Agnet' is not a kind", "did you mean agent?"),
        (
            ["execution-context", "x"],
            "ExecutionContext is made by the system alone",
            "stigmer explain execution-context says what it is",
        ),
        (["agent", "--name", "bot"], "--name is for a project", "stigmer new agent bot"),
        (["organization", "acme", "--org", "acme"], "Organization is a global kind", "leave --org out"),
        (
            ["agent", "bot", "--org", "Acme!"],
            "'Acme!' is not the name of an organization",
            "did you mean acme?",
        ),
    ],
)
def test_what_cannot_be_made(cli: Cli, arguments: list[str], message: str, hint: str | None) -> None:
    result = cli("new", *arguments, expect=2)
    first, *rest = result.err.splitlines()
    assert first.startswith(f"error: {message}")
    assert rest == ([f"  hint: {hint}"] if hint else [])
    assert files(cli.directory) == set()


def test_completion() -> None:
    offered = [name for name, _ in complete_new("")]
    assert offered[0] == "project"
    assert "execution-context" not in offered
    assert [name for name, _ in complete_new("work")] == [
        "workflow",
        "workflow-instance",
        "workflow-execution",
    ]


def wrong(cli: Cli, text: str) -> set[str]:
    """The codes of what `validate` says of a manifest, but for what is expected."""
    (cli.directory / "m.yaml").write_text(text)
    found = cli("validate", "-f", "m.yaml", "-o", "json", expect=None).json
    assert found["documents"] == 1
    return {
        f"{each['code']}: {each['message']}" for each in found["diagnostics"] if each["code"] not in EXPECTED
    }


def uncomment(text: str) -> Iterator[tuple[str, str]]:
    """The manifest with each of its commented fields in turn uncommented; one that goes in place of another takes that away."""
    lines = text.splitlines(keepends=True)
    top = ""
    for number, line in enumerate(lines):
        if section := re.match(r"(metadata|spec):", line):
            top = section[1]
        head = re.match(r"( *)# ([a-z][a-z_]*):", line)
        if head is None:
            continue
        indent, name = head.groups()
        end = number + 1
        while end < len(lines) and lines[end].startswith(f"{indent}#  "):
            end += 1
        block = [indent + each.removeprefix(f"{indent}# ") for each in lines[number:end]]
        rival = re.match(rf"{indent}# In place of ([a-z_]+):$", lines[number - 1].rstrip("\n"))
        others = [*lines[:number], *block, *lines[end:]]
        yield f"{top}.{name}", "".join(others if rival is None else without(others, indent, rival[1]))


def without(lines: list[str], indent: str, name: str) -> list[str]:
    """The lines less a field and what belongs to it."""
    start = next(number for number, line in enumerate(lines) if line.startswith(f"{indent}{name}:"))
    end = start + 1
    while end < len(lines) and (lines[end].startswith(f"{indent} ") or lines[end] == "\n"):
        end += 1
    return [*lines[:start], *lines[end:]]
