# SPDX-License-Identifier: Apache-2.0
"""`stigmer schema --install` sets editors up, and loses nothing of what they had."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import Cli

INSTALL = ("schema", "--install", ".schemas")
FILES = {
    "vscode": (".vscode/settings.json", ".vscode/extensions.json"),
    "neovim": (".nvim.lua",),
    "jetbrains": (".idea/jsonSchemas.xml",),
}


@pytest.fixture
def project(cli: Cli) -> Cli:
    cli.write("stigmer.yaml", "name: shop\npaths: [manifests/, extra/one.yaml]\n")
    return cli


@pytest.mark.parametrize("editor", FILES)
def test_an_editor_is_set_up_and_a_second_time_changes_nothing(project: Cli, editor: str) -> None:
    first = project(*INSTALL, "--editor", editor)
    written = {name: (project.directory / name).read_text("utf-8") for name in FILES[editor]}
    assert all(f"{name} written" in first.out for name in written)
    again = project(*INSTALL, "--editor", editor)
    assert all(f"{name} is as it should be" in again.out for name in written)
    assert {name: (project.directory / name).read_text("utf-8") for name in written} == written


def test_the_paths_of_the_project_are_what_the_schema_is_for(project: Cli) -> None:
    project(*INSTALL, "--editor", "vscode")
    settings = json.loads((project.directory / ".vscode/settings.json").read_text("utf-8"))
    assert settings["yaml.schemas"] == {
        "./.schemas/stigmer.json": ["manifests/**/*.yaml", "manifests/**/*.yml", "extra/one.yaml"],
        "./.schemas/project.json": ["stigmer.yaml"],
    }
    for schema in settings["yaml.schemas"]:
        assert json.loads((project.directory / schema).read_text("utf-8"))["title"]


def test_settings_that_are_there_are_kept(project: Cli) -> None:
    project.write(".vscode/settings.json", '{"editor.tabSize": 2, "yaml.schemas": {"other.json": "x.yaml"}}')
    project.write(".vscode/extensions.json", '{"recommendations": ["a.b"]}')
    project(*INSTALL, "--editor", "vscode")
    settings = json.loads((project.directory / ".vscode/settings.json").read_text("utf-8"))
    assert settings["editor.tabSize"] == 2
    assert settings["yaml.schemas"].keys() == {
        "other.json",
        "./.schemas/stigmer.json",
        "./.schemas/project.json",
    }
    extensions = json.loads((project.directory / ".vscode/extensions.json").read_text("utf-8"))
    assert extensions["recommendations"] == ["a.b", "redhat.vscode-yaml"]


@pytest.mark.parametrize("text", ['{\n  // mine\n  "editor.tabSize": 2,\n}\n', "[]", '{"yaml.schemas": "x"}'])
def test_settings_with_comments_are_left_alone_and_what_to_add_is_said(project: Cli, text: str) -> None:
    file = project.directory / ".vscode/settings.json"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    told = project(*INSTALL, "--editor", "vscode").out
    assert file.read_text("utf-8") == text
    assert '"./.schemas/stigmer.json"' in told


@pytest.mark.parametrize("name", [name for names in FILES.values() for name in names])
def test_a_file_that_is_not_text_is_left_alone(project: Cli, name: str) -> None:
    file = project.directory / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"\xff")
    editors = [part for editor in FILES for part in ("--editor", editor)]
    assert f"{name} " in project(*INSTALL, *editors).out
    assert file.read_bytes() == b"\xff"


def test_comments_in_mappings_of_a_jetbrains_editor_are_kept(project: Cli) -> None:
    file = project.write(".idea/jsonSchemas.xml", '<project version="4"><!-- mine --></project>')
    project(*INSTALL, "--editor", "jetbrains")
    assert "<!-- mine -->" in file.read_text("utf-8")


def test_other_mappings_of_a_jetbrains_editor_are_kept(project: Cli) -> None:
    other = project.write(
        ".idea/jsonSchemas.xml",
        '<project version="4"><component name="JsonSchemaMappingsProjectConfiguration"><state><map>'
        '<entry key="mine"><value /></entry></map></state></component></project>',
    )
    project(*INSTALL, "--editor", "jetbrains")
    keys = [entry.get("key") for entry in ElementTree.parse(other).iter("entry")]
    assert keys == ["mine", "stigmer manifests", "stigmer project"]


@pytest.mark.parametrize(("name", "text"), [(".nvim.lua", "-- mine\n"), (".idea/jsonSchemas.xml", "<broken")])
def test_a_file_that_is_somebody_elses_is_left_alone(project: Cli, name: str, text: str) -> None:
    file: Path = project.write(name, text)
    editor = "neovim" if name == ".nvim.lua" else "jetbrains"
    told = project(*INSTALL, "--editor", editor).out
    assert file.read_text("utf-8") == text
    assert "left as it is" in told


def test_without_an_editor_it_is_said_what_any_editor_needs(project: Cli) -> None:
    told = project(*INSTALL).out
    assert '"./.schemas/stigmer.json": ["manifests/**/*.yaml"' in told
    assert "# yaml-language-server: $schema=" in told
    assert not (project.directory / ".vscode").exists()


def test_the_schemas_of_settings_are_printed(project: Cli) -> None:
    assert json.loads(project("schema", "project").out)["title"] == "stigmer.yaml"
    assert json.loads(project("schema", "config").out)["title"] == "config.yaml"


def test_an_editor_without_install_is_refused(project: Cli) -> None:
    assert "--install" in project("schema", "--editor", "vscode", expect=2).err
