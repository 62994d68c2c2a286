# SPDX-License-Identifier: Apache-2.0
"""A file of settings: read as manifests are, checked by its schema, every problem with its line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from stigmer.cli.failures import ConfigurationError
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.source import shown
from stigmer.resources.paths import Path as Steps


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The one document of a file, and where each part of it stands."""

    name: str
    value: dict[str, Any]
    text: str
    node: Any = field(repr=False)

    @classmethod
    def read(cls, path: str) -> SettingsFile | None:
        """The settings in the file, None where there is no file or nothing in it. Raises ConfigurationError."""
        name = shown(path)
        try:
            data = Path(path).read_bytes()
            documents = list(yaml.read(data))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            words = f"cannot be read: {error.strerror}"
            raise _wrong("settings.unreadable", words, Location(name)) from None
        except yaml.YamlError as error:
            raise ConfigurationError([error.diagnostic(name)]) from None
        if not documents:
            return None
        if len(documents) > 1:
            place = Location(name, documents[1].line)
            raise _wrong("settings.documents", "a file of settings holds one document", place)
        value = documents[0].value
        if not isinstance(value, dict):
            raise _wrong("settings.value", "expected a map of settings", Location(name, documents[0].line))
        return cls(name, value, data.decode("utf-8-sig"), documents[0].node)

    def locate(self, steps: Steps, *, key: bool = False) -> Location:
        """The place of a value, or of the key that holds it; of the nearest that was written."""
        return Location(self.name, *yaml.locate(self.node, steps, key=key))

    def locate_within(self, steps: Steps, offset: int) -> Location:
        """The place of a character of a text; of the text where what is written cannot be told apart from its spelling."""
        start = self.locate(steps)
        value = yaml.scalar_text(self.node, steps) or ""
        place = _walked(self.text.splitlines(), start.line - 1, start.column - 1, value, offset)
        return start if place is None else Location(self.name, place[0] + 1, place[1] + 1)

    def check(self, schema: Literal["config", "project"]) -> None:
        """Does nothing where the settings fit their schema. Raises ConfigurationError with everything that is wrong."""
        if _fits(schema, self.value):
            return
        from stigmer.cli import settings_models as models  # pydantic takes its time, so only here

        model = models.Config if schema == "config" else models.Project
        found = [
            Diagnostic(
                Severity.ERROR, each.code, each.message, each.hint, self.locate(each.steps, key=each.key)
            )
            for each in models.problems(model, self.value)
        ]
        raise ConfigurationError(sorted(found, key=lambda each: each.sort_key))


def _fits(schema: str, value: Any) -> bool:
    import jsonschema_rs
    import orjson

    from stigmer.manifests.schema import schema_text

    return jsonschema_rs.is_valid(orjson.loads(schema_text(schema)), value)


def _walked(lines: list[str], row: int, column: int, value: str, offset: int) -> tuple[int, int] | None:
    """Where a character of a scalar's value stands, found by walking over its spelling, which begins at row and column from 0.

    White space is folded and indented in many ways, so it is passed over in both. None where anything else differs.
    """
    style = lines[row][column]
    if style in "|>":
        row, column = row + 1, 0
    elif style in "'\"":
        column += 1
    escapes = {"'": ("''",), '"': ('\\"', "\\\\", "\\/")}.get(style, ())
    for index, char in enumerate(value[: offset + 1]):
        if char.isspace():
            continue
        while not (rest := lines[row][column:].lstrip()):
            row, column = row + 1, 0
        column = len(lines[row]) - len(rest)
        if rest.startswith(escapes):
            rest, column = rest[1:], column + 1
        if not rest.startswith(char):
            return None
        if index == offset:
            return row, column
        column += 1
    return row, column


def _wrong(code: str, words: str, place: Location) -> ConfigurationError:
    return ConfigurationError([Diagnostic(Severity.ERROR, code, words, location=place)])
