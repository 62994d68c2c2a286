# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.agentic.mcpserver.v1 import transport_pb2 as _transport_pb2
from stigmer._gen.commons.v1 import environment_pb2 as _environment_pb2
from stigmer._gen.commons.v1 import metadata_pb2 as _metadata_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ModelProvider(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MODEL_PROVIDER_UNSPECIFIED: _ClassVar[ModelProvider]
    MODEL_PROVIDER_ANTHROPIC: _ClassVar[ModelProvider]
    MODEL_PROVIDER_OPENAI: _ClassVar[ModelProvider]
    MODEL_PROVIDER_OLLAMA: _ClassVar[ModelProvider]
    MODEL_PROVIDER_OPENAI_COMPATIBLE: _ClassVar[ModelProvider]

class ToolApproval(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TOOL_APPROVAL_UNSPECIFIED: _ClassVar[ToolApproval]
    TOOL_APPROVAL_NEVER: _ClassVar[ToolApproval]
    TOOL_APPROVAL_DESTRUCTIVE: _ClassVar[ToolApproval]
    TOOL_APPROVAL_ALWAYS: _ClassVar[ToolApproval]
MODEL_PROVIDER_UNSPECIFIED: ModelProvider
MODEL_PROVIDER_ANTHROPIC: ModelProvider
MODEL_PROVIDER_OPENAI: ModelProvider
MODEL_PROVIDER_OLLAMA: ModelProvider
MODEL_PROVIDER_OPENAI_COMPATIBLE: ModelProvider
TOOL_APPROVAL_UNSPECIFIED: ToolApproval
TOOL_APPROVAL_NEVER: ToolApproval
TOOL_APPROVAL_DESTRUCTIVE: ToolApproval
TOOL_APPROVAL_ALWAYS: ToolApproval

class AgentSpec(_message.Message):
    __slots__ = ("description", "icon_url", "instructions", "model", "mcp_servers", "skill_refs", "sub_agents", "env_spec")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ICON_URL_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    MCP_SERVERS_FIELD_NUMBER: _ClassVar[int]
    SKILL_REFS_FIELD_NUMBER: _ClassVar[int]
    SUB_AGENTS_FIELD_NUMBER: _ClassVar[int]
    ENV_SPEC_FIELD_NUMBER: _ClassVar[int]
    description: str
    icon_url: str
    instructions: str
    model: AgentModel
    mcp_servers: _containers.RepeatedCompositeFieldContainer[AgentMcpServer]
    skill_refs: _containers.RepeatedCompositeFieldContainer[_metadata_pb2.ResourceReference]
    sub_agents: _containers.RepeatedCompositeFieldContainer[SubAgent]
    env_spec: _environment_pb2.EnvSpec
    def __init__(self, description: _Optional[str] = ..., icon_url: _Optional[str] = ..., instructions: _Optional[str] = ..., model: _Optional[_Union[AgentModel, _Mapping]] = ..., mcp_servers: _Optional[_Iterable[_Union[AgentMcpServer, _Mapping]]] = ..., skill_refs: _Optional[_Iterable[_Union[_metadata_pb2.ResourceReference, _Mapping]]] = ..., sub_agents: _Optional[_Iterable[_Union[SubAgent, _Mapping]]] = ..., env_spec: _Optional[_Union[_environment_pb2.EnvSpec, _Mapping]] = ...) -> None: ...

class AgentModel(_message.Message):
    __slots__ = ("provider", "name", "temperature", "max_tokens")
    PROVIDER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    MAX_TOKENS_FIELD_NUMBER: _ClassVar[int]
    provider: ModelProvider
    name: str
    temperature: float
    max_tokens: int
    def __init__(self, provider: _Optional[_Union[ModelProvider, str]] = ..., name: _Optional[str] = ..., temperature: _Optional[float] = ..., max_tokens: _Optional[int] = ...) -> None: ...

class AgentMcpServer(_message.Message):
    __slots__ = ("name", "ref", "stdio", "http", "docker", "enabled_tools", "approval")
    NAME_FIELD_NUMBER: _ClassVar[int]
    REF_FIELD_NUMBER: _ClassVar[int]
    STDIO_FIELD_NUMBER: _ClassVar[int]
    HTTP_FIELD_NUMBER: _ClassVar[int]
    DOCKER_FIELD_NUMBER: _ClassVar[int]
    ENABLED_TOOLS_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    ref: _metadata_pb2.ResourceReference
    stdio: _transport_pb2.StdioServer
    http: _transport_pb2.HttpServer
    docker: _transport_pb2.DockerServer
    enabled_tools: _containers.RepeatedScalarFieldContainer[str]
    approval: ToolApproval
    def __init__(self, name: _Optional[str] = ..., ref: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., stdio: _Optional[_Union[_transport_pb2.StdioServer, _Mapping]] = ..., http: _Optional[_Union[_transport_pb2.HttpServer, _Mapping]] = ..., docker: _Optional[_Union[_transport_pb2.DockerServer, _Mapping]] = ..., enabled_tools: _Optional[_Iterable[str]] = ..., approval: _Optional[_Union[ToolApproval, str]] = ...) -> None: ...

class SubAgent(_message.Message):
    __slots__ = ("name", "description", "instructions", "mcp_servers", "skill_refs")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTIONS_FIELD_NUMBER: _ClassVar[int]
    MCP_SERVERS_FIELD_NUMBER: _ClassVar[int]
    SKILL_REFS_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    instructions: str
    mcp_servers: _containers.RepeatedScalarFieldContainer[str]
    skill_refs: _containers.RepeatedCompositeFieldContainer[_metadata_pb2.ResourceReference]
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., instructions: _Optional[str] = ..., mcp_servers: _Optional[_Iterable[str]] = ..., skill_refs: _Optional[_Iterable[_Union[_metadata_pb2.ResourceReference, _Mapping]]] = ...) -> None: ...
