# SPDX-License-Identifier: Apache-2.0
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.agentic.workflow.v1 import http_pb2 as _http_pb2
from stigmer._gen.commons.v1 import metadata_pb2 as _metadata_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OpenapiCallOutput(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OPENAPI_CALL_OUTPUT_UNSPECIFIED: _ClassVar[OpenapiCallOutput]
    OPENAPI_CALL_OUTPUT_CONTENT: _ClassVar[OpenapiCallOutput]
    OPENAPI_CALL_OUTPUT_RESPONSE: _ClassVar[OpenapiCallOutput]
OPENAPI_CALL_OUTPUT_UNSPECIFIED: OpenapiCallOutput
OPENAPI_CALL_OUTPUT_CONTENT: OpenapiCallOutput
OPENAPI_CALL_OUTPUT_RESPONSE: OpenapiCallOutput

class OpenapiCall(_message.Message):
    __slots__ = ("document", "operation_id", "parameters", "authentication", "output")
    DOCUMENT_FIELD_NUMBER: _ClassVar[int]
    OPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATION_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    document: OpenapiDocument
    operation_id: str
    parameters: _struct_pb2.Struct
    authentication: _http_pb2.HttpAuthentication
    output: OpenapiCallOutput
    def __init__(self, document: _Optional[_Union[OpenapiDocument, _Mapping]] = ..., operation_id: _Optional[str] = ..., parameters: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., authentication: _Optional[_Union[_http_pb2.HttpAuthentication, _Mapping]] = ..., output: _Optional[_Union[OpenapiCallOutput, str]] = ...) -> None: ...

class OpenapiDocument(_message.Message):
    __slots__ = ("uri", "file", "content")
    URI_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    uri: str
    file: str
    content: str
    def __init__(self, uri: _Optional[str] = ..., file: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class GrpcCall(_message.Message):
    __slots__ = ("service", "method", "arguments", "proto")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ARGUMENTS_FIELD_NUMBER: _ClassVar[int]
    PROTO_FIELD_NUMBER: _ClassVar[int]
    service: GrpcService
    method: str
    arguments: _struct_pb2.Value
    proto: GrpcProto
    def __init__(self, service: _Optional[_Union[GrpcService, _Mapping]] = ..., method: _Optional[str] = ..., arguments: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., proto: _Optional[_Union[GrpcProto, _Mapping]] = ...) -> None: ...

class GrpcService(_message.Message):
    __slots__ = ("host", "port", "name")
    HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    host: str
    port: int
    name: str
    def __init__(self, host: _Optional[str] = ..., port: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class GrpcProto(_message.Message):
    __slots__ = ("file", "content")
    FILE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    file: str
    content: str
    def __init__(self, file: _Optional[str] = ..., content: _Optional[str] = ...) -> None: ...

class ActivityCall(_message.Message):
    __slots__ = ("activity", "input")
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    activity: str
    input: _struct_pb2.Value
    def __init__(self, activity: _Optional[str] = ..., input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class AgentCall(_message.Message):
    __slots__ = ("agent", "message", "env", "config", "output_schema")
    class EnvEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    AGENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ENV_FIELD_NUMBER: _ClassVar[int]
    CONFIG_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    agent: _metadata_pb2.ResourceReference
    message: str
    env: _containers.ScalarMap[str, str]
    config: AgentCallConfig
    output_schema: _struct_pb2.Value
    def __init__(self, agent: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., message: _Optional[str] = ..., env: _Optional[_Mapping[str, str]] = ..., config: _Optional[_Union[AgentCallConfig, _Mapping]] = ..., output_schema: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class AgentCallConfig(_message.Message):
    __slots__ = ("model", "timeout_seconds", "temperature")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_FIELD_NUMBER: _ClassVar[int]
    model: str
    timeout_seconds: int
    temperature: float
    def __init__(self, model: _Optional[str] = ..., timeout_seconds: _Optional[int] = ..., temperature: _Optional[float] = ...) -> None: ...
