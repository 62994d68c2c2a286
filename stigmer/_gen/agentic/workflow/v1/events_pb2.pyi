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

class ListenTask(_message.Message):
    __slots__ = ("to", "timeout")
    TO_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    to: ListenTo
    timeout: _duration_pb2.Duration
    def __init__(self, to: _Optional[_Union[ListenTo, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ListenTo(_message.Message):
    __slots__ = ("one", "any", "all")
    ONE_FIELD_NUMBER: _ClassVar[int]
    ANY_FIELD_NUMBER: _ClassVar[int]
    ALL_FIELD_NUMBER: _ClassVar[int]
    one: ListenSignal
    any: _containers.RepeatedCompositeFieldContainer[ListenSignal]
    all: _containers.RepeatedCompositeFieldContainer[ListenSignal]
    def __init__(self, one: _Optional[_Union[ListenSignal, _Mapping]] = ..., any: _Optional[_Iterable[_Union[ListenSignal, _Mapping]]] = ..., all: _Optional[_Iterable[_Union[ListenSignal, _Mapping]]] = ...) -> None: ...

class ListenSignal(_message.Message):
    __slots__ = ("id", "type", "source", "data")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    source: str
    data: str
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., source: _Optional[str] = ..., data: _Optional[str] = ...) -> None: ...

class EmitTask(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _struct_pb2.Struct
    def __init__(self, event: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
