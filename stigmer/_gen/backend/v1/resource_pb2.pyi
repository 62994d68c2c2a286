# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.commons.v1 import api_resource_kind_pb2 as _api_resource_kind_pb2
from stigmer._gen.commons.v1 import metadata_pb2 as _metadata_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WatchEventType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WATCH_EVENT_TYPE_UNSPECIFIED: _ClassVar[WatchEventType]
    WATCH_EVENT_TYPE_PUT: _ClassVar[WatchEventType]
    WATCH_EVENT_TYPE_DELETED: _ClassVar[WatchEventType]
    WATCH_EVENT_TYPE_BOOKMARK: _ClassVar[WatchEventType]
WATCH_EVENT_TYPE_UNSPECIFIED: WatchEventType
WATCH_EVENT_TYPE_PUT: WatchEventType
WATCH_EVENT_TYPE_DELETED: WatchEventType
WATCH_EVENT_TYPE_BOOKMARK: WatchEventType

class ResourceKey(_message.Message):
    __slots__ = ("kind", "org", "name")
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    kind: _api_resource_kind_pb2.ApiResourceKind
    org: str
    name: str
    def __init__(self, kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., org: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ResourceEnvelope(_message.Message):
    __slots__ = ("key", "id", "revision", "digest", "set", "version", "body", "status", "applied", "created_at", "created_by", "updated_at", "updated_by", "declared", "protected")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    APPLIED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    PROTECTED_FIELD_NUMBER: _ClassVar[int]
    key: ResourceKey
    id: str
    revision: int
    digest: str
    set: str
    version: _metadata_pb2.VersionInfo
    body: bytes
    status: bytes
    applied: bytes
    created_at: _timestamp_pb2.Timestamp
    created_by: str
    updated_at: _timestamp_pb2.Timestamp
    updated_by: str
    declared: bool
    protected: bool
    def __init__(self, key: _Optional[_Union[ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., revision: _Optional[int] = ..., digest: _Optional[str] = ..., set: _Optional[str] = ..., version: _Optional[_Union[_metadata_pb2.VersionInfo, _Mapping]] = ..., body: _Optional[bytes] = ..., status: _Optional[bytes] = ..., applied: _Optional[bytes] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by: _Optional[str] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by: _Optional[str] = ..., declared: _Optional[bool] = ..., protected: _Optional[bool] = ...) -> None: ...

class ResourceDigest(_message.Message):
    __slots__ = ("key", "id", "revision", "digest", "set", "declared")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    key: ResourceKey
    id: str
    revision: int
    digest: str
    set: str
    declared: bool
    def __init__(self, key: _Optional[_Union[ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., revision: _Optional[int] = ..., digest: _Optional[str] = ..., set: _Optional[str] = ..., declared: _Optional[bool] = ...) -> None: ...

class ListDigestsRequest(_message.Message):
    __slots__ = ("org", "kinds")
    ORG_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    org: str
    kinds: _containers.RepeatedScalarFieldContainer[_api_resource_kind_pb2.ApiResourceKind]
    def __init__(self, org: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_api_resource_kind_pb2.ApiResourceKind, str]]] = ...) -> None: ...

class ListDigestsResponse(_message.Message):
    __slots__ = ("revision", "digests")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    DIGESTS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    digests: _containers.RepeatedCompositeFieldContainer[ResourceDigest]
    def __init__(self, revision: _Optional[int] = ..., digests: _Optional[_Iterable[_Union[ResourceDigest, _Mapping]]] = ...) -> None: ...

class GetResourcesRequest(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[ResourceKey]
    def __init__(self, keys: _Optional[_Iterable[_Union[ResourceKey, _Mapping]]] = ...) -> None: ...

class GetResourcesResponse(_message.Message):
    __slots__ = ("resources",)
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[ResourceEnvelope]
    def __init__(self, resources: _Optional[_Iterable[_Union[ResourceEnvelope, _Mapping]]] = ...) -> None: ...

class ListResourcesRequest(_message.Message):
    __slots__ = ("kind", "org", "labels")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    kind: _api_resource_kind_pb2.ApiResourceKind
    org: str
    labels: _containers.ScalarMap[str, str]
    def __init__(self, kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., org: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListResourcesResponse(_message.Message):
    __slots__ = ("resources",)
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    resources: _containers.RepeatedCompositeFieldContainer[ResourceEnvelope]
    def __init__(self, resources: _Optional[_Iterable[_Union[ResourceEnvelope, _Mapping]]] = ...) -> None: ...

class WatchResourcesRequest(_message.Message):
    __slots__ = ("kinds", "org", "labels", "from_revision")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    KINDS_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    FROM_REVISION_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[_api_resource_kind_pb2.ApiResourceKind]
    org: str
    labels: _containers.ScalarMap[str, str]
    from_revision: int
    def __init__(self, kinds: _Optional[_Iterable[_Union[_api_resource_kind_pb2.ApiResourceKind, str]]] = ..., org: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., from_revision: _Optional[int] = ...) -> None: ...

class WatchResourcesResponse(_message.Message):
    __slots__ = ("type", "revision", "resource")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    type: WatchEventType
    revision: int
    resource: ResourceEnvelope
    def __init__(self, type: _Optional[_Union[WatchEventType, str]] = ..., revision: _Optional[int] = ..., resource: _Optional[_Union[ResourceEnvelope, _Mapping]] = ...) -> None: ...

class SearchSkillsRequest(_message.Message):
    __slots__ = ("text", "org", "limit")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    text: str
    org: str
    limit: int
    def __init__(self, text: _Optional[str] = ..., org: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class SearchSkillsResponse(_message.Message):
    __slots__ = ("hits",)
    HITS_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[SkillHit]
    def __init__(self, hits: _Optional[_Iterable[_Union[SkillHit, _Mapping]]] = ...) -> None: ...

class SkillHit(_message.Message):
    __slots__ = ("key", "title", "excerpt")
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    EXCERPT_FIELD_NUMBER: _ClassVar[int]
    key: ResourceKey
    title: str
    excerpt: str
    def __init__(self, key: _Optional[_Union[ResourceKey, _Mapping]] = ..., title: _Optional[str] = ..., excerpt: _Optional[str] = ...) -> None: ...

class ListReferrersRequest(_message.Message):
    __slots__ = ("keys",)
    KEYS_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[ResourceKey]
    def __init__(self, keys: _Optional[_Iterable[_Union[ResourceKey, _Mapping]]] = ...) -> None: ...

class ListReferrersResponse(_message.Message):
    __slots__ = ("referrers",)
    REFERRERS_FIELD_NUMBER: _ClassVar[int]
    referrers: _containers.RepeatedCompositeFieldContainer[Referrers]
    def __init__(self, referrers: _Optional[_Iterable[_Union[Referrers, _Mapping]]] = ...) -> None: ...

class Referrers(_message.Message):
    __slots__ = ("key", "sources")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    key: ResourceKey
    sources: _containers.RepeatedCompositeFieldContainer[ResourceKey]
    def __init__(self, key: _Optional[_Union[ResourceKey, _Mapping]] = ..., sources: _Optional[_Iterable[_Union[ResourceKey, _Mapping]]] = ...) -> None: ...
