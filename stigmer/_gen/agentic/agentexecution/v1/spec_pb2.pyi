# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.commons.v1 import environment_pb2 as _environment_pb2
from stigmer._gen.commons.v1 import metadata_pb2 as _metadata_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentExecutionSpec(_message.Message):
    __slots__ = ("session", "agent_instance", "agent", "message", "execution_config", "runtime_env")
    class RuntimeEnvEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: _environment_pb2.EnvironmentValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[_environment_pb2.EnvironmentValue, _Mapping]] = ...) -> None: ...
    SESSION_FIELD_NUMBER: _ClassVar[int]
    AGENT_INSTANCE_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_CONFIG_FIELD_NUMBER: _ClassVar[int]
    RUNTIME_ENV_FIELD_NUMBER: _ClassVar[int]
    session: _metadata_pb2.ResourceReference
    agent_instance: _metadata_pb2.ResourceReference
    agent: _metadata_pb2.ResourceReference
    message: str
    execution_config: AgentExecutionConfig
    runtime_env: _containers.MessageMap[str, _environment_pb2.EnvironmentValue]
    def __init__(self, session: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., agent_instance: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., agent: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., message: _Optional[str] = ..., execution_config: _Optional[_Union[AgentExecutionConfig, _Mapping]] = ..., runtime_env: _Optional[_Mapping[str, _environment_pb2.EnvironmentValue]] = ...) -> None: ...

class AgentExecutionConfig(_message.Message):
    __slots__ = ("model", "timeout_seconds")
    MODEL_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    model: str
    timeout_seconds: int
    def __init__(self, model: _Optional[str] = ..., timeout_seconds: _Optional[int] = ...) -> None: ...
