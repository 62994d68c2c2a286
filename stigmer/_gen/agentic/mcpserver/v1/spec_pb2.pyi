# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.agentic.mcpserver.v1 import transport_pb2 as _transport_pb2
from stigmer._gen.commons.v1 import environment_pb2 as _environment_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class McpServerSpec(_message.Message):
    __slots__ = ("description", "icon_url", "tags", "stdio", "http", "docker", "default_enabled_tools", "env_spec")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ICON_URL_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    STDIO_FIELD_NUMBER: _ClassVar[int]
    HTTP_FIELD_NUMBER: _ClassVar[int]
    DOCKER_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_ENABLED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    ENV_SPEC_FIELD_NUMBER: _ClassVar[int]
    description: str
    icon_url: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    stdio: _transport_pb2.StdioServer
    http: _transport_pb2.HttpServer
    docker: _transport_pb2.DockerServer
    default_enabled_tools: _containers.RepeatedScalarFieldContainer[str]
    env_spec: _environment_pb2.EnvSpec
    def __init__(self, description: _Optional[str] = ..., icon_url: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., stdio: _Optional[_Union[_transport_pb2.StdioServer, _Mapping]] = ..., http: _Optional[_Union[_transport_pb2.HttpServer, _Mapping]] = ..., docker: _Optional[_Union[_transport_pb2.DockerServer, _Mapping]] = ..., default_enabled_tools: _Optional[_Iterable[str]] = ..., env_spec: _Optional[_Union[_environment_pb2.EnvSpec, _Mapping]] = ...) -> None: ...
