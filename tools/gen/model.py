# SPDX-License-Identifier: Apache-2.0
"""The protos as plain data: what every output is written from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

REFERENCE = "stigmer.commons.v1.ResourceReference"
KIND_ENUM = "stigmer.commons.v1.ApiResourceKind"
METADATA = "stigmer.commons.v1.Metadata"

Options = Mapping[str, Any]


class ProtoError(Exception):
    """The protos do not build, or say something that nothing can be generated from."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field. `type` is the registry's name of the type; of a map, the type of its values."""

    name: str
    type: str
    proto_type: str
    comment: str
    repeated: bool
    map: bool
    presence: bool
    oneof: str | None
    message: str | None
    enum: str | None
    options: Options
    rules: Options

    @property
    def system(self) -> bool:
        """The system makes it, so a manifest may not say it."""
        return bool(self.options.get("system"))

    @property
    def required(self) -> bool:
        """It must be there."""
        return bool(self.rules.get("required"))

    @property
    def is_reference(self) -> bool:
        """It names another resource, in the short spelling or the long one."""
        return self.message == REFERENCE


@dataclass(frozen=True, slots=True)
class Group:
    """Fields of which at most one is there, or exactly one where `required`."""

    fields: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message; `groups` holds its oneofs and its message-level rules alike."""

    full_name: str
    short_name: str
    comment: str
    fields: tuple[Field, ...]
    groups: tuple[Group, ...]
    options: Options

    def field(self, name: str) -> Field | None:
        """The field of that name, if there is one."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enum and how manifests write it."""

    name: str
    number: int
    comment: str
    spelling: str
    aliases: tuple[str, ...]
    kind: Options


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum, its zero value left out: it means that nothing was said."""

    full_name: str
    short_name: str
    comment: str
    values: tuple[EnumValue, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A call of a service."""

    name: str
    comment: str
    request: str
    response: str
    client_streaming: bool
    server_streaming: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A service."""

    full_name: str
    comment: str
    methods: tuple[Method, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of resource."""

    name: str
    number: int
    enum_value: str
    singular: str
    plural: str
    group: str
    id_prefix: str
    scope: str
    made_by: tuple[str, ...]
    executed: bool
    message: str
    comment: str

    @property
    def api_version(self) -> str:
        """What a manifest of the kind says as `apiVersion`."""
        return f"{self.group}.stigmer.ai/v1"

    @property
    def declarable(self) -> bool:
        """A manifest may declare one."""
        return "manifest" in self.made_by


@dataclass(frozen=True, slots=True)
class Model:
    """All protos of the project, in the order of their files' names."""

    messages: Mapping[str, Message]
    enums: Mapping[str, Enum]
    services: tuple[Service, ...]
    kinds: tuple[Kind, ...]
    service_files: tuple[str, ...]

    def message(self, full_name: str) -> Message:
        """A message by its full name. Raises ProtoError where there is none."""
        try:
            return self.messages[full_name]
        except KeyError:
            raise ProtoError(f"there is no message {full_name}") from None

    def reachable(self, *roots: str, system: bool = True) -> Iterator[Message]:
        """The roots and every message that they hold, each once, in the order of first use.

        With `system` false, fields that the system makes are not followed.
        """
        seen: set[str] = set()
        stack = list(reversed(roots))
        while stack:
            name = stack.pop()
            if name in seen:
                continue
            seen.add(name)
            message = self.message(name)
            yield message
            held = [f.message for f in message.fields if f.message and (system or not f.system)]
            stack.extend(reversed(held))
