# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.commons.v1 import api_resource_kind_pb2 as _api_resource_kind_pb2
from stigmer._gen.commons.v1 import commit_pb2 as _commit_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class VersionOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERSION_OPERATION_UNSPECIFIED: _ClassVar[VersionOperation]
    VERSION_OPERATION_CREATED: _ClassVar[VersionOperation]
    VERSION_OPERATION_UPDATED: _ClassVar[VersionOperation]
    VERSION_OPERATION_DELETED: _ClassVar[VersionOperation]
    VERSION_OPERATION_RESTORED: _ClassVar[VersionOperation]
VERSION_OPERATION_UNSPECIFIED: VersionOperation
VERSION_OPERATION_CREATED: VersionOperation
VERSION_OPERATION_UPDATED: VersionOperation
VERSION_OPERATION_DELETED: VersionOperation
VERSION_OPERATION_RESTORED: VersionOperation

class ApiResourceVersionSpec(_message.Message):
    __slots__ = ("resource_kind", "resource_id", "org", "name", "number", "digest", "previous_version_id", "message", "actor", "created_at", "operation", "snapshot", "commit")
    RESOURCE_KIND_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_VERSION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    resource_kind: _api_resource_kind_pb2.ApiResourceKind
    resource_id: str
    org: str
    name: str
    number: int
    digest: str
    previous_version_id: str
    message: str
    actor: str
    created_at: _timestamp_pb2.Timestamp
    operation: VersionOperation
    snapshot: _struct_pb2.Struct
    commit: _commit_pb2.Commit
    def __init__(self, resource_kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., resource_id: _Optional[str] = ..., org: _Optional[str] = ..., name: _Optional[str] = ..., number: _Optional[int] = ..., digest: _Optional[str] = ..., previous_version_id: _Optional[str] = ..., message: _Optional[str] = ..., actor: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., operation: _Optional[_Union[VersionOperation, str]] = ..., snapshot: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., commit: _Optional[_Union[_commit_pb2.Commit, _Mapping]] = ...) -> None: ...
