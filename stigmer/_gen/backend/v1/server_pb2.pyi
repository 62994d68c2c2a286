# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.iam.iampolicy.v1 import spec_pb2 as _spec_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetServerInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetServerInfoResponse(_message.Message):
    __slots__ = ("version", "store_id", "revision", "organization", "description", "digest_format", "max_message_bytes")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STORE_ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FORMAT_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    version: str
    store_id: str
    revision: int
    organization: str
    description: str
    digest_format: int
    max_message_bytes: int
    def __init__(self, version: _Optional[str] = ..., store_id: _Optional[str] = ..., revision: _Optional[int] = ..., organization: _Optional[str] = ..., description: _Optional[str] = ..., digest_format: _Optional[int] = ..., max_message_bytes: _Optional[int] = ...) -> None: ...

class WhoAmIRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WhoAmIResponse(_message.Message):
    __slots__ = ("account", "email", "organizations", "expires_at")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATIONS_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    account: _resource_pb2.ResourceKey
    email: str
    organizations: _containers.RepeatedCompositeFieldContainer[OrganizationRelation]
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, account: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., email: _Optional[str] = ..., organizations: _Optional[_Iterable[_Union[OrganizationRelation, _Mapping]]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OrganizationRelation(_message.Message):
    __slots__ = ("org", "relation")
    ORG_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    org: str
    relation: _spec_pb2.Relation
    def __init__(self, org: _Optional[str] = ..., relation: _Optional[_Union[_spec_pb2.Relation, str]] = ...) -> None: ...

class ErrorDetail(_message.Message):
    __slots__ = ("code", "message", "hint", "resource", "path")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    hint: str
    resource: _resource_pb2.ResourceKey
    path: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ..., hint: _Optional[str] = ..., resource: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., path: _Optional[str] = ...) -> None: ...
