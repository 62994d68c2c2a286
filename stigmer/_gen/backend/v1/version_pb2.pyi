# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.agentic.apiresourceversion.v1 import spec_pb2 as _spec_pb2
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.commons.v1 import commit_pb2 as _commit_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ResourceVersion(_message.Message):
    __slots__ = ("id", "key", "resource_id", "number", "operation", "digest", "revision", "previous_id", "actor", "created_at", "message", "commit", "body", "set", "declares")
    ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    OPERATION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_ID_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    DECLARES_FIELD_NUMBER: _ClassVar[int]
    id: str
    key: _resource_pb2.ResourceKey
    resource_id: str
    number: int
    operation: _spec_pb2.VersionOperation
    digest: str
    revision: int
    previous_id: str
    actor: str
    created_at: _timestamp_pb2.Timestamp
    message: str
    commit: _commit_pb2.Commit
    body: bytes
    set: str
    declares: bool
    def __init__(self, id: _Optional[str] = ..., key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., resource_id: _Optional[str] = ..., number: _Optional[int] = ..., operation: _Optional[_Union[_spec_pb2.VersionOperation, str]] = ..., digest: _Optional[str] = ..., revision: _Optional[int] = ..., previous_id: _Optional[str] = ..., actor: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., message: _Optional[str] = ..., commit: _Optional[_Union[_commit_pb2.Commit, _Mapping]] = ..., body: _Optional[bytes] = ..., set: _Optional[str] = ..., declares: _Optional[bool] = ...) -> None: ...

class ListVersionsRequest(_message.Message):
    __slots__ = ("key", "before_number", "limit")
    KEY_FIELD_NUMBER: _ClassVar[int]
    BEFORE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    before_number: int
    limit: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., before_number: _Optional[int] = ..., limit: _Optional[int] = ...) -> None: ...

class ListVersionsResponse(_message.Message):
    __slots__ = ("versions",)
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[ResourceVersion]
    def __init__(self, versions: _Optional[_Iterable[_Union[ResourceVersion, _Mapping]]] = ...) -> None: ...

class ListSetVersionsRequest(_message.Message):
    __slots__ = ("set",)
    SET_FIELD_NUMBER: _ClassVar[int]
    set: str
    def __init__(self, set: _Optional[str] = ...) -> None: ...

class ListSetVersionsResponse(_message.Message):
    __slots__ = ("versions",)
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.RepeatedCompositeFieldContainer[ResourceVersion]
    def __init__(self, versions: _Optional[_Iterable[_Union[ResourceVersion, _Mapping]]] = ...) -> None: ...

class GetVersionRequest(_message.Message):
    __slots__ = ("id", "selector")
    ID_FIELD_NUMBER: _ClassVar[int]
    SELECTOR_FIELD_NUMBER: _ClassVar[int]
    id: str
    selector: VersionSelector
    def __init__(self, id: _Optional[str] = ..., selector: _Optional[_Union[VersionSelector, _Mapping]] = ...) -> None: ...

class VersionSelector(_message.Message):
    __slots__ = ("key", "number", "name")
    KEY_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    number: int
    name: str
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., number: _Optional[int] = ..., name: _Optional[str] = ...) -> None: ...

class GetVersionResponse(_message.Message):
    __slots__ = ("version",)
    VERSION_FIELD_NUMBER: _ClassVar[int]
    version: ResourceVersion
    def __init__(self, version: _Optional[_Union[ResourceVersion, _Mapping]] = ...) -> None: ...
