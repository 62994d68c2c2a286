# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HumanInputTask(_message.Message):
    __slots__ = ("prompt", "outcomes", "form_schema", "timeout", "on_timeout")
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    FORM_SCHEMA_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    ON_TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    prompt: str
    outcomes: _containers.RepeatedCompositeFieldContainer[HumanOutcome]
    form_schema: _struct_pb2.Value
    timeout: _duration_pb2.Duration
    on_timeout: str
    def __init__(self, prompt: _Optional[str] = ..., outcomes: _Optional[_Iterable[_Union[HumanOutcome, _Mapping]]] = ..., form_schema: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., on_timeout: _Optional[str] = ...) -> None: ...

class HumanOutcome(_message.Message):
    __slots__ = ("name", "label", "then")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    THEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    label: str
    then: str
    def __init__(self, name: _Optional[str] = ..., label: _Optional[str] = ..., then: _Optional[str] = ...) -> None: ...
