# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorMatch(_message.Message):
    __slots__ = ()
    WITH_FIELD_NUMBER: _ClassVar[int]
    def __init__(self, **kwargs) -> None: ...

class ErrorFilter(_message.Message):
    __slots__ = ("type", "status", "title", "detail", "instance")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    type: str
    status: int
    title: str
    detail: str
    instance: str
    def __init__(self, type: _Optional[str] = ..., status: _Optional[int] = ..., title: _Optional[str] = ..., detail: _Optional[str] = ..., instance: _Optional[str] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("delay", "backoff", "limit", "jitter", "when", "except_when")
    DELAY_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    JITTER_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    EXCEPT_WHEN_FIELD_NUMBER: _ClassVar[int]
    delay: _duration_pb2.Duration
    backoff: RetryBackoff
    limit: RetryLimit
    jitter: RetryJitter
    when: str
    except_when: str
    def __init__(self, delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., backoff: _Optional[_Union[RetryBackoff, _Mapping]] = ..., limit: _Optional[_Union[RetryLimit, _Mapping]] = ..., jitter: _Optional[_Union[RetryJitter, _Mapping]] = ..., when: _Optional[str] = ..., except_when: _Optional[str] = ...) -> None: ...

class RetryBackoff(_message.Message):
    __slots__ = ("constant", "linear", "exponential")
    CONSTANT_FIELD_NUMBER: _ClassVar[int]
    LINEAR_FIELD_NUMBER: _ClassVar[int]
    EXPONENTIAL_FIELD_NUMBER: _ClassVar[int]
    constant: ConstantBackoff
    linear: LinearBackoff
    exponential: ExponentialBackoff
    def __init__(self, constant: _Optional[_Union[ConstantBackoff, _Mapping]] = ..., linear: _Optional[_Union[LinearBackoff, _Mapping]] = ..., exponential: _Optional[_Union[ExponentialBackoff, _Mapping]] = ...) -> None: ...

class ConstantBackoff(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LinearBackoff(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ExponentialBackoff(_message.Message):
    __slots__ = ("multiplier", "max_delay")
    MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    MAX_DELAY_FIELD_NUMBER: _ClassVar[int]
    multiplier: float
    max_delay: _duration_pb2.Duration
    def __init__(self, multiplier: _Optional[float] = ..., max_delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetryLimit(_message.Message):
    __slots__ = ("attempt", "duration")
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    attempt: RetryAttemptLimit
    duration: _duration_pb2.Duration
    def __init__(self, attempt: _Optional[_Union[RetryAttemptLimit, _Mapping]] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetryAttemptLimit(_message.Message):
    __slots__ = ("count", "duration")
    COUNT_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    count: int
    duration: _duration_pb2.Duration
    def __init__(self, count: _Optional[int] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class RetryJitter(_message.Message):
    __slots__ = ("to",)
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    to: _duration_pb2.Duration
    def __init__(self, to: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., **kwargs) -> None: ...

class RaiseTask(_message.Message):
    __slots__ = ("error",)
    ERROR_FIELD_NUMBER: _ClassVar[int]
    error: RaisedError
    def __init__(self, error: _Optional[_Union[RaisedError, _Mapping]] = ...) -> None: ...

class RaisedError(_message.Message):
    __slots__ = ("type", "status", "title", "detail")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    type: str
    status: _struct_pb2.Value
    title: str
    detail: str
    def __init__(self, type: _Optional[str] = ..., status: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., title: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...
