# SPDX-License-Identifier: Apache-2.0
"""Editors told where the schemas are: files of settings that are made, completed, or, where that might lose something, left alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

EXTENSION = "redhat.vscode-yaml"


class Editor(StrEnum):
    """An editor that can be set up."""

    VSCODE = "vscode"
    NEOVIM = "neovim"
    JETBRAINS = "jetbrains"


@dataclass(frozen=True, slots=True)
class Use:
    """A schema and the files and directories that it is for; all paths are from the project's directory."""

    name: str
    schema: str
    paths: tuple[str, ...]

    @property
    def globs(self) -> list[str]:
        """The files, as globs."""
        return [glob for path in self.paths for glob in _globs(PurePosixPath(path))]


@dataclass(frozen=True, slots=True)
class SetUp:
    """One file of settings: written, as it was already, or with `add` to be put into it by hand."""

    file: Path
    done: str
    add: str | None = None


def uses(schemas: str, paths: Sequence[str]) -> tuple[Use, ...]:
    """What the schemas in a directory are for, in a project whose manifests are at these paths; both from the project's directory."""
    return (
        Use("stigmer manifests", str(PurePosixPath(schemas, "stigmer.json")), tuple(paths)),
        Use("stigmer project", str(PurePosixPath(schemas, "project.json")), ("stigmer.yaml",)),
    )


def set_up(editor: Editor, directory: Path, needed: Sequence[Use]) -> list[SetUp]:
    """Sets an editor up in a project's directory. Raises OSError."""
    match editor:
        case Editor.VSCODE:
            schemas = {f"./{use.schema}": use.globs for use in needed}
            return [
                _merged(directory / ".vscode/settings.json", "yaml.schemas", schemas),
                _merged(directory / ".vscode/extensions.json", "recommendations", [EXTENSION]),
            ]
        case Editor.NEOVIM:
            return [_made(directory / ".nvim.lua", _lua(needed), "yamlls")]
        case Editor.JETBRAINS:
            return [_mapped(directory / ".idea/jsonSchemas.xml", needed)]


def _globs(path: PurePosixPath) -> list[str]:
    if path.suffix in (".yaml", ".yml"):
        return [str(path)]
    return [str(path / "**" / f"*{suffix}") for suffix in (".yaml", ".yml")]


def _merged(file: Path, name: str, value: dict[str, Any] | list[str]) -> SetUp:
    """A setting of VS Code, beside those that are there. A file with comments is not rewritten, since they would be lost."""
    try:
        settings = json.loads(file.read_bytes()) if file.exists() else {}
        there = settings.get(name, type(value)())
        whole = (
            there | value
            if isinstance(value, dict)
            else [*there, *(each for each in value if each not in there)]
        )
    except (ValueError, AttributeError, TypeError):
        return SetUp(
            file,
            "was left as it is, since it cannot be completed without losing something; put this into it",
            add=f"{json.dumps(name)}: {json.dumps(value, indent=2)}",
        )
    if there == whole:
        return SetUp(file, "is as it should be")
    return _written(file, json.dumps(settings | {name: whole}, indent=2, ensure_ascii=False) + "\n")


def _made(file: Path, text: str, mark: str) -> SetUp:
    """A file that is ours as a whole, or somebody else's and then left alone."""
    if not file.exists():
        return _written(file, text)
    if file.read_bytes() == text.encode():
        return SetUp(file, "is as it should be")
    return SetUp(
        file, f"is there already, so it was left as it is; where it sets up {mark}, add this", add=text
    )


def _lua(needed: Sequence[Use]) -> str:
    lines = [f"        [root .. {json.dumps('/' + use.schema)}] = {_lua_list(use.globs)}," for use in needed]
    return "\n".join(
        [
            "-- Read where `vim.o.exrc` is on; needs Neovim 0.11 and yaml-language-server.",
            "local root = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))",
            "vim.lsp.config('yamlls', {",
            "  cmd = { 'yaml-language-server', '--stdio' },",
            "  filetypes = { 'yaml' },",
            "  root_markers = { 'stigmer.yaml', '.git' },",
            "  settings = {",
            "    yaml = {",
            "      schemas = {",
            *lines,
            "      },",
            "    },",
            "  },",
            "})",
            "vim.lsp.enable('yamlls')",
            "",
        ]
    )


def _lua_list(globs: Sequence[str]) -> str:
    return "{ " + ", ".join(json.dumps(glob) for glob in globs) + " }"


def _mapped(file: Path, needed: Sequence[Use]) -> SetUp:
    """The mappings of JetBrains' editors, beside those that are there."""
    component = "JsonSchemaMappingsProjectConfiguration"
    reader = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    try:
        root = (
            ElementTree.parse(file, reader).getroot()
            if file.exists()
            else ElementTree.Element("project", version="4")
        )
    except ElementTree.ParseError:
        return SetUp(file, "cannot be read, so it was left as it is")
    before = ElementTree.tostring(root)
    holder = _child(root, "component", name=component)
    entries = _child(_child(holder, "state"), "map")
    for use in needed:
        entry = _child(entries, "entry", key=use.name)
        entry[:] = [_mapping(use)]
    if ElementTree.tostring(root) == before:
        return SetUp(file, "is as it should be")
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    whole = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
    if file.exists() and file.read_bytes() == whole.encode():
        return SetUp(file, "is as it should be")
    return _written(file, whole)


def _child(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    """The child with this tag and these attributes, made where it is not there."""
    for each in parent.findall(tag):
        if all(each.get(name) == value for name, value in attributes.items()):
            return each
    return ElementTree.SubElement(parent, tag, attributes)


def _mapping(use: Use) -> ElementTree.Element:
    value = ElementTree.Element("value")
    info = ElementTree.SubElement(value, "SchemaInfo")
    _option(info, name="name", value=use.name)
    _option(info, name="relativePathToSchema", value=use.schema)
    _option(info, name="schemaVersion", value="JSON Schema version 2020-12")
    items = ElementTree.SubElement(_option(info, name="patterns"), "list")
    for path in use.paths:
        item = ElementTree.SubElement(items, "Item")
        if PurePosixPath(path).suffix or path == ".":
            _option(item, name="pattern", value="true")
            _option(item, name="path", value="*.yaml" if path == "." else path)
            _option(item, name="mappingKind", value="Pattern")
        else:
            _option(item, name="directory", value="true")
            _option(item, name="path", value=path)
            _option(item, name="mappingKind", value="Directory")
    return value


def _option(parent: ElementTree.Element, **said: str) -> ElementTree.Element:
    return ElementTree.SubElement(parent, "option", said)


def _written(file: Path, text: str) -> SetUp:
    done = "changed" if file.exists() else "written"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return SetUp(file, done)
