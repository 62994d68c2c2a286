# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Deletion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELETION_UNSPECIFIED: _ClassVar[Deletion]
    DELETION_ALLOW: _ClassVar[Deletion]
    DELETION_PROTECT: _ClassVar[Deletion]
    DELETION_ORPHAN: _ClassVar[Deletion]
DELETION_UNSPECIFIED: Deletion
DELETION_ALLOW: Deletion
DELETION_PROTECT: Deletion
DELETION_ORPHAN: Deletion

class Metadata(_message.Message):
    __slots__ = ("name", "title", "org", "labels", "annotations", "tags", "depends_on", "renamed_from", "lifecycle", "id", "revision", "version", "created_at", "created_by", "updated_at", "updated_by", "set")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class AnnotationsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATIONS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    DEPENDS_ON_FIELD_NUMBER: _ClassVar[int]
    RENAMED_FROM_FIELD_NUMBER: _ClassVar[int]
    LIFECYCLE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    name: str
    title: str
    org: str
    labels: _containers.ScalarMap[str, str]
    annotations: _containers.ScalarMap[str, str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    depends_on: _containers.RepeatedScalarFieldContainer[str]
    renamed_from: str
    lifecycle: Lifecycle
    id: str
    revision: int
    version: VersionInfo
    created_at: _timestamp_pb2.Timestamp
    created_by: str
    updated_at: _timestamp_pb2.Timestamp
    updated_by: str
    set: str
    def __init__(self, name: _Optional[str] = ..., title: _Optional[str] = ..., org: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., annotations: _Optional[_Mapping[str, str]] = ..., tags: _Optional[_Iterable[str]] = ..., depends_on: _Optional[_Iterable[str]] = ..., renamed_from: _Optional[str] = ..., lifecycle: _Optional[_Union[Lifecycle, _Mapping]] = ..., id: _Optional[str] = ..., revision: _Optional[int] = ..., version: _Optional[_Union[VersionInfo, _Mapping]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by: _Optional[str] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by: _Optional[str] = ..., set: _Optional[str] = ...) -> None: ...

class Lifecycle(_message.Message):
    __slots__ = ("deletion", "ignore_changes")
    DELETION_FIELD_NUMBER: _ClassVar[int]
    IGNORE_CHANGES_FIELD_NUMBER: _ClassVar[int]
    deletion: Deletion
    ignore_changes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, deletion: _Optional[_Union[Deletion, str]] = ..., ignore_changes: _Optional[_Iterable[str]] = ...) -> None: ...

class VersionInfo(_message.Message):
    __slots__ = ("number", "id", "previous_id")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ID_FIELD_NUMBER: _ClassVar[int]
    number: int
    id: str
    previous_id: str
    def __init__(self, number: _Optional[int] = ..., id: _Optional[str] = ..., previous_id: _Optional[str] = ...) -> None: ...

class ResourceReference(_message.Message):
    __slots__ = ("name", "org", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    org: str
    version: str
    def __init__(self, name: _Optional[str] = ..., org: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...
