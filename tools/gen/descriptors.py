# SPDX-License-Identifier: Apache-2.0
"""Runs protoc, and reads what it says of the protos into the model.

The options are decoded with the descriptor pool of this very run: importing generated code would need it to
be there already, and to be up to date.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from tools.gen.model import (
    KIND_ENUM,
    Enum,
    EnumValue,
    Field,
    Group,
    Kind,
    Message,
    Method,
    Model,
    Options,
    ProtoError,
    Service,
)

_OPTIONS = "stigmer.options.v1"
_EXTENSIONS = ("kind", "enum_value", "field", "rules", "message", "oneof")
_PROTO = descriptor_pb2.FieldDescriptorProto
_INTEGERS = ("int", "uint", "sint", "fixed", "sfixed")
_SCALARS = {
    "string": "string",
    "bytes": "bytes",
    "bool": "bool",
    "double": "double",
    "float": "double",
} | {f"{name}{bits}": "int" for name in _INTEGERS for bits in (32, 64)}
_WELL_KNOWN = {
    "google.protobuf.Value": "value",
    "google.protobuf.Struct": "struct",
    "google.protobuf.ListValue": "list",
    "google.protobuf.Timestamp": "timestamp",
    "google.protobuf.Duration": "duration",
}
# The numbers of the fields of a FileDescriptorProto and its parts, of which paths to comments are made.
_MESSAGES, _ENUMS, _SERVICES, _FIELDS, _NESTED, _NESTED_ENUMS, _VALUES, _METHODS = 4, 5, 6, 2, 3, 4, 2, 2

Path_ = tuple[int, ...]


def run_protoc(proto: Path, out: Path) -> bytes:
    """Writes the Python modules of every proto below `out` and returns the serialized FileDescriptorSet.

    Raises ProtoError with protoc's own words where the protos do not build.
    """
    sources = sorted(path.relative_to(proto).as_posix() for path in proto.rglob("*.proto"))
    image = out / "descriptors.binpb"
    flags = [
        f"-I{proto}",
        f"--descriptor_set_out={image}",
        "--include_imports",
        "--include_source_info",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--grpc_python_out={out}",
    ]
    command = [sys.executable, "-m", "grpc_tools.protoc", *flags, *sources]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ProtoError(done.stderr.strip() or f"protoc ended with {done.returncode}")
    data = image.read_bytes()
    image.unlink()
    return data


def load(data: bytes) -> Model:
    """The model of a serialized FileDescriptorSet with source information. Raises ProtoError."""
    return _Reader(data).model()


class _Reader:
    """Reads one FileDescriptorSet."""

    def __init__(self, data: bytes) -> None:
        pool = descriptor_pool.DescriptorPool()
        for file in descriptor_pb2.FileDescriptorSet.FromString(data).file:
            pool.Add(file)
        # Parsed a second time by the pool's own class, which alone knows the options as extensions.
        file_set = pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet")
        self._files: Any = message_factory.GetMessageClass(file_set).FromString(data)
        self._extensions = {name: pool.FindExtensionByName(f"{_OPTIONS}.{name}") for name in _EXTENSIONS}
        self._messages: dict[str, Message] = {}
        self._enums: dict[str, Enum] = {}
        self._services: list[Service] = []
        self._service_files: list[str] = []
        self._comments: dict[Path_, str] = {}
        self._map_entries: dict[str, Any] = {}

    def model(self) -> Model:
        for file in sorted(self._files.file, key=lambda file: str(file.name)):
            if file.package.startswith("stigmer."):
                self._file(file)
        if KIND_ENUM not in self._enums:
            raise ProtoError(f"there is no enum {KIND_ENUM}")
        kinds = sorted(map(_kind, self._enums[KIND_ENUM].values), key=lambda kind: kind.number)
        services, files = tuple(self._services), tuple(self._service_files)
        return Model(self._messages, self._enums, services, tuple(kinds), files)

    def _file(self, file: Any) -> None:
        self._comments = {
            tuple(location.path): paragraphs(location.leading_comments or location.trailing_comments)
            for location in file.source_code_info.location
        }
        for index, message in enumerate(file.message_type):
            self._message(message, file.package, (_MESSAGES, index), "")
        for index, enum in enumerate(file.enum_type):
            self._enum(enum, file.package, (_ENUMS, index), "")
        for index, service in enumerate(file.service):
            self._service(service, file.package, (_SERVICES, index))
        if file.service:
            self._service_files.append(str(file.name))

    def _message(self, message: Any, scope: str, path: Path_, outer: str) -> None:
        full_name, short_name = f"{scope}.{message.name}", outer + message.name
        if message.options.map_entry:
            return
        for nested in message.nested_type:
            if nested.options.map_entry:
                self._map_entries[f"{full_name}.{nested.name}"] = nested
        fields = tuple(
            self._field(field, message, (*path, _FIELDS, index)) for index, field in enumerate(message.field)
        )
        options = self._option(message.options, "message")
        groups = tuple(self._groups(message, options))
        self._messages[full_name] = Message(
            full_name, short_name, self._comments.get(path, ""), fields, groups, options
        )
        for index, nested in enumerate(message.nested_type):
            self._message(nested, full_name, (*path, _NESTED, index), short_name)
        for index, enum in enumerate(message.enum_type):
            self._enum(enum, full_name, (*path, _NESTED_ENUMS, index), short_name)

    def _field(self, field: Any, message: Any, path: Path_) -> Field:
        entry = self._map_entries.get(field.type_name.removeprefix("."))
        if entry is not None and entry.field[0].type != _PROTO.TYPE_STRING:
            raise ProtoError(f"{message.name}.{field.name}: the keys of a map are strings")
        value = field if entry is None else entry.field[1]
        proto_type = _PROTO.Type.Name(value.type).removeprefix("TYPE_").lower()
        target = str(value.type_name).removeprefix(".")
        type_ = _SCALARS.get(proto_type) or _WELL_KNOWN.get(target, proto_type)
        real_oneof = field.HasField("oneof_index") and not field.proto3_optional
        repeated = entry is None and field.label == _PROTO.LABEL_REPEATED
        return Field(
            name=str(field.name),
            type=type_,
            proto_type=proto_type,
            comment=self._comments.get(path, ""),
            repeated=repeated,
            map=entry is not None,
            presence=bool(field.HasField("oneof_index")) or repeated or field.type == _PROTO.TYPE_MESSAGE,
            oneof=str(message.oneof_decl[field.oneof_index].name) if real_oneof else None,
            message=target if type_ == "message" else None,
            enum=target if type_ == "enum" else None,
            options=self._option(field.options, "field"),
            rules=self._option(field.options, "rules"),
        )

    def _groups(self, message: Any, options: Options) -> Iterator[Group]:
        for index, oneof in enumerate(message.oneof_decl):
            names = tuple(
                str(field.name)
                for field in message.field
                if field.HasField("oneof_index") and field.oneof_index == index and not field.proto3_optional
            )
            if names:
                yield Group(names, bool(self._option(oneof.options, "oneof").get("required")))
        known = {field.name for field in message.field}
        for rule in options.get("oneof", ()):
            if missing := [name for name in rule["fields"] if name not in known]:
                raise ProtoError(f"{message.name}: its oneof rule names no field: {', '.join(missing)}")
            yield Group(tuple(rule["fields"]), bool(rule.get("required")))

    def _enum(self, enum: Any, scope: str, path: Path_, outer: str) -> None:
        values = tuple(
            self._value(value, enum.name, self._comments.get((*path, _VALUES, index), ""))
            for index, value in enumerate(enum.value)
            if value.number != 0
        )
        full_name = f"{scope}.{enum.name}"
        self._enums[full_name] = Enum(full_name, outer + enum.name, self._comments.get(path, ""), values)

    def _value(self, value: Any, enum: str, comment: str) -> EnumValue:
        plain = str(value.name).removeprefix(_upper_snake(enum) + "_")
        kind = self._option(value.options, "kind")
        options = self._option(value.options, "enum_value")
        if kind:
            spelling, aliases = kind["name"], (plain.lower(),)
        else:
            spelling, aliases = options.get("name", plain), tuple(options.get("aliases", ()))
        return EnumValue(str(value.name), int(value.number), comment, spelling, aliases, kind)

    def _service(self, service: Any, package: str, path: Path_) -> None:
        methods = tuple(
            Method(
                name=str(method.name),
                comment=self._comments.get((*path, _METHODS, index), ""),
                request=str(method.input_type).removeprefix("."),
                response=str(method.output_type).removeprefix("."),
                client_streaming=bool(method.client_streaming),
                server_streaming=bool(method.server_streaming),
            )
            for index, method in enumerate(service.method)
        )
        self._services.append(Service(f"{package}.{service.name}", self._comments.get(path, ""), methods))

    def _option(self, options: Any, name: str) -> Options:
        extension = self._extensions[name]
        return _plain(options.Extensions[extension]) if options.HasExtension(extension) else {}


def _kind(value: EnumValue) -> Kind:
    option = value.kind
    if not option:
        raise ProtoError(f"{value.name} has no kind option")
    return Kind(
        name=option["name"],
        number=value.number,
        enum_value=value.name,
        singular=value.aliases[0],
        plural=option["plural"],
        group=option["group"],
        id_prefix=option["id_prefix"],
        scope=option["scope"].removeprefix("SCOPE_").lower(),
        made_by=tuple(origin.removeprefix("ORIGIN_").lower() for origin in option["made_by"]),
        executed=bool(option.get("executed")),
        message=option["message"],
        comment=value.comment,
    )


def _plain(message: Any) -> dict[str, Any]:
    """An options message as a dict of what it says; enums by name."""
    plain: dict[str, Any] = {}
    for field, value in message.ListFields():
        values = list(value) if field.is_repeated else [value]
        if field.message_type is not None:
            values = [_plain(item) for item in values]
        elif field.enum_type is not None:
            values = [field.enum_type.values_by_number[item].name for item in values]
        plain[field.name] = values if field.is_repeated else values[0]
    return plain


def _upper_snake(name: str) -> str:
    """`ApiResourceKind` as `API_RESOURCE_KIND`."""
    snake = "".join(
        "_" + char if index and char.isupper() and not name[index - 1].isupper() else char
        for index, char in enumerate(name)
    )
    return snake.upper()


def paragraphs(comment: str) -> str:
    """A comment with the lines of each paragraph joined."""
    blocks: list[list[str]] = [[]]
    for line in comment.strip().splitlines():
        if line.strip():
            blocks[-1].append(line.strip())
        elif blocks[-1]:
            blocks.append([])
    return "\n\n".join(" ".join(block) for block in blocks)
