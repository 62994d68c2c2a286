# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EnvSpec(_message.Message):
    __slots__ = ("data",)
    class DataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: EnvironmentDeclaration
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[EnvironmentDeclaration, _Mapping]] = ...) -> None: ...
    DATA_FIELD_NUMBER: _ClassVar[int]
    data: _containers.MessageMap[str, EnvironmentDeclaration]
    def __init__(self, data: _Optional[_Mapping[str, EnvironmentDeclaration]] = ...) -> None: ...

class EnvironmentDeclaration(_message.Message):
    __slots__ = ("is_secret", "optional", "default", "description")
    IS_SECRET_FIELD_NUMBER: _ClassVar[int]
    OPTIONAL_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    is_secret: bool
    optional: bool
    default: str
    description: str
    def __init__(self, is_secret: _Optional[bool] = ..., optional: _Optional[bool] = ..., default: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class EnvironmentValue(_message.Message):
    __slots__ = ("is_secret", "description", "value", "value_from", "fingerprint")
    IS_SECRET_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    VALUE_FROM_FIELD_NUMBER: _ClassVar[int]
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    is_secret: bool
    description: str
    value: str
    value_from: ValueSource
    fingerprint: str
    def __init__(self, is_secret: _Optional[bool] = ..., description: _Optional[str] = ..., value: _Optional[str] = ..., value_from: _Optional[_Union[ValueSource, _Mapping]] = ..., fingerprint: _Optional[str] = ...) -> None: ...

class ValueSource(_message.Message):
    __slots__ = ("env", "file", "keyring", "age", "runner")
    ENV_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    KEYRING_FIELD_NUMBER: _ClassVar[int]
    AGE_FIELD_NUMBER: _ClassVar[int]
    RUNNER_FIELD_NUMBER: _ClassVar[int]
    env: str
    file: str
    keyring: KeyringSource
    age: str
    runner: RunnerSource
    def __init__(self, env: _Optional[str] = ..., file: _Optional[str] = ..., keyring: _Optional[_Union[KeyringSource, _Mapping]] = ..., age: _Optional[str] = ..., runner: _Optional[_Union[RunnerSource, _Mapping]] = ...) -> None: ...

class KeyringSource(_message.Message):
    __slots__ = ("service", "username")
    SERVICE_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    service: str
    username: str
    def __init__(self, service: _Optional[str] = ..., username: _Optional[str] = ...) -> None: ...

class RunnerSource(_message.Message):
    __slots__ = ("env", "file")
    ENV_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    env: str
    file: str
    def __init__(self, env: _Optional[str] = ..., file: _Optional[str] = ...) -> None: ...
