# SPDX-License-Identifier: Apache-2.0
"""A file of settings: read as manifests are, checked by a model, every problem with its line and column."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from stigmer.cli.failures import ConfigurationError
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.manifests import yaml
from stigmer.manifests.source import shown

if TYPE_CHECKING:
    from pydantic import BaseModel

    Model = TypeVar("Model", bound=BaseModel)

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """The one document of a file, and where each part of it stands. `origins` says of a moved part where it was."""

    name: str
    value: dict[str, Any]
    node: Any
    origins: tuple[tuple[Steps, Steps], ...] = ()

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
            place = Location(name, error.line, error.column)
            raise _wrong(error.code, error.message, place, error.hint) from None
        if not documents:
            return None
        if len(documents) > 1:
            place = Location(name, documents[1].line)
            raise _wrong("settings.documents", "a file of settings holds one document", place)
        value = documents[0].value
        if not isinstance(value, dict):
            raise _wrong("settings.value", "expected a map of settings", Location(name, documents[0].line))
        return cls(name, value, yaml.compose(data, documents[0].index))

    def moved(self, source: str, target: tuple[str, str]) -> SettingsFile:
        """The same settings with one part at another place, two steps down."""
        value = {key: part for key, part in self.value.items() if key != source}
        outer, inner = target
        value[outer] = {**(value.get(outer) or {}), inner: self.value[source]}
        return SettingsFile(self.name, value, self.node, (*self.origins, (target, (source,))))

    def locate(self, steps: Steps, *, key: bool = False) -> Location:
        """The place of a value, or of the key that holds it; of the nearest that was written."""
        for target, source in self.origins:
            if steps[: len(target)] == target:
                steps = source + steps[len(target) :]
        return Location(self.name, *yaml.locate(self.node, steps, key=key))

    def checked(self, model: type[Model]) -> Model:
        """The settings as the model has them. Raises ConfigurationError with everything that is wrong."""
        from pydantic import ValidationError

        from stigmer.cli.settings_models import problem

        try:
            return model.model_validate(self.value)
        except ValidationError as error:
            found = []
            for each in error.errors(include_url=False, include_input=False):
                told = problem(each)
                place = self.locate(each["loc"], key=told.key)
                found.append(Diagnostic(Severity.ERROR, told.code, told.message, told.hint, place))
            raise ConfigurationError(sorted(found, key=lambda each: each.sort_key)) from None


def _wrong(code: str, words: str, place: Location, hint: str | None = None) -> ConfigurationError:
    return ConfigurationError([Diagnostic(Severity.ERROR, code, words, hint, place)])
