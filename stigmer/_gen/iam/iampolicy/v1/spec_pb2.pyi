# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.commons.v1 import api_resource_kind_pb2 as _api_resource_kind_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Relation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RELATION_UNSPECIFIED: _ClassVar[Relation]
    RELATION_OWNER: _ClassVar[Relation]
    RELATION_ADMIN: _ClassVar[Relation]
    RELATION_EDITOR: _ClassVar[Relation]
    RELATION_VIEWER: _ClassVar[Relation]
    RELATION_EXECUTOR: _ClassVar[Relation]
    RELATION_MEMBER: _ClassVar[Relation]
RELATION_UNSPECIFIED: Relation
RELATION_OWNER: Relation
RELATION_ADMIN: Relation
RELATION_EDITOR: Relation
RELATION_VIEWER: Relation
RELATION_EXECUTOR: Relation
RELATION_MEMBER: Relation

class IamPolicySpec(_message.Message):
    __slots__ = ("principal", "resource", "relation")
    PRINCIPAL_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    principal: IamPrincipal
    resource: IamResource
    relation: Relation
    def __init__(self, principal: _Optional[_Union[IamPrincipal, _Mapping]] = ..., resource: _Optional[_Union[IamResource, _Mapping]] = ..., relation: _Optional[_Union[Relation, str]] = ...) -> None: ...

class IamPrincipal(_message.Message):
    __slots__ = ("kind", "name", "relation")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    kind: _api_resource_kind_pb2.ApiResourceKind
    name: str
    relation: Relation
    def __init__(self, kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., name: _Optional[str] = ..., relation: _Optional[_Union[Relation, str]] = ...) -> None: ...

class IamResource(_message.Message):
    __slots__ = ("kind", "name", "org")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    kind: _api_resource_kind_pb2.ApiResourceKind
    name: str
    org: str
    def __init__(self, kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., name: _Optional[str] = ..., org: _Optional[str] = ...) -> None: ...
