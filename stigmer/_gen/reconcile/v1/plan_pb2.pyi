# SPDX-License-Identifier: Apache-2.0
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.commons.v1 import api_resource_kind_pb2 as _api_resource_kind_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PlanAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PLAN_ACTION_UNSPECIFIED: _ClassVar[PlanAction]
    PLAN_ACTION_CREATE: _ClassVar[PlanAction]
    PLAN_ACTION_UPDATE: _ClassVar[PlanAction]
    PLAN_ACTION_DELETE: _ClassVar[PlanAction]
    PLAN_ACTION_EXECUTE: _ClassVar[PlanAction]
    PLAN_ACTION_UNCHANGED: _ClassVar[PlanAction]

class FieldOperation(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FIELD_OPERATION_UNSPECIFIED: _ClassVar[FieldOperation]
    FIELD_OPERATION_ADD: _ClassVar[FieldOperation]
    FIELD_OPERATION_REMOVE: _ClassVar[FieldOperation]
    FIELD_OPERATION_REPLACE: _ClassVar[FieldOperation]

class ChangeCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_CAUSE_UNSPECIFIED: _ClassVar[ChangeCause]
    CHANGE_CAUSE_MANIFEST: _ClassVar[ChangeCause]
    CHANGE_CAUSE_DRIFT: _ClassVar[ChangeCause]
    CHANGE_CAUSE_BOTH: _ClassVar[ChangeCause]

class AppliedAction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    APPLIED_ACTION_UNSPECIFIED: _ClassVar[AppliedAction]
    APPLIED_ACTION_CREATED: _ClassVar[AppliedAction]
    APPLIED_ACTION_UPDATED: _ClassVar[AppliedAction]
    APPLIED_ACTION_DELETED: _ClassVar[AppliedAction]
    APPLIED_ACTION_EXECUTED: _ClassVar[AppliedAction]
    APPLIED_ACTION_UNCHANGED: _ClassVar[AppliedAction]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_INFO: _ClassVar[Severity]
PLAN_ACTION_UNSPECIFIED: PlanAction
PLAN_ACTION_CREATE: PlanAction
PLAN_ACTION_UPDATE: PlanAction
PLAN_ACTION_DELETE: PlanAction
PLAN_ACTION_EXECUTE: PlanAction
PLAN_ACTION_UNCHANGED: PlanAction
FIELD_OPERATION_UNSPECIFIED: FieldOperation
FIELD_OPERATION_ADD: FieldOperation
FIELD_OPERATION_REMOVE: FieldOperation
FIELD_OPERATION_REPLACE: FieldOperation
CHANGE_CAUSE_UNSPECIFIED: ChangeCause
CHANGE_CAUSE_MANIFEST: ChangeCause
CHANGE_CAUSE_DRIFT: ChangeCause
CHANGE_CAUSE_BOTH: ChangeCause
APPLIED_ACTION_UNSPECIFIED: AppliedAction
APPLIED_ACTION_CREATED: AppliedAction
APPLIED_ACTION_UPDATED: AppliedAction
APPLIED_ACTION_DELETED: AppliedAction
APPLIED_ACTION_EXECUTED: AppliedAction
APPLIED_ACTION_UNCHANGED: AppliedAction
SEVERITY_UNSPECIFIED: Severity
SEVERITY_ERROR: Severity
SEVERITY_WARNING: Severity
SEVERITY_INFO: Severity

class Plan(_message.Message):
    __slots__ = ("format_version", "kind", "set", "base_revision", "summary", "changes", "diagnostics")
    FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    DIAGNOSTICS_FIELD_NUMBER: _ClassVar[int]
    format_version: int
    kind: str
    set: str
    base_revision: int
    summary: PlanSummary
    changes: _containers.RepeatedCompositeFieldContainer[PlannedChange]
    diagnostics: _containers.RepeatedCompositeFieldContainer[Diagnostic]
    def __init__(self, format_version: _Optional[int] = ..., kind: _Optional[str] = ..., set: _Optional[str] = ..., base_revision: _Optional[int] = ..., summary: _Optional[_Union[PlanSummary, _Mapping]] = ..., changes: _Optional[_Iterable[_Union[PlannedChange, _Mapping]]] = ..., diagnostics: _Optional[_Iterable[_Union[Diagnostic, _Mapping]]] = ...) -> None: ...

class PlanSummary(_message.Message):
    __slots__ = ("create", "update", "delete", "execute", "unchanged")
    CREATE_FIELD_NUMBER: _ClassVar[int]
    UPDATE_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    EXECUTE_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    create: int
    update: int
    delete: int
    execute: int
    unchanged: int
    def __init__(self, create: _Optional[int] = ..., update: _Optional[int] = ..., delete: _Optional[int] = ..., execute: _Optional[int] = ..., unchanged: _Optional[int] = ...) -> None: ...

class PlannedChange(_message.Message):
    __slots__ = ("action", "kind", "org", "name", "file", "line", "id", "expected_revision", "fields", "after")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    action: PlanAction
    kind: _api_resource_kind_pb2.ApiResourceKind
    org: str
    name: str
    file: str
    line: int
    id: str
    expected_revision: int
    fields: _containers.RepeatedCompositeFieldContainer[FieldChange]
    after: _struct_pb2.Struct
    def __init__(self, action: _Optional[_Union[PlanAction, str]] = ..., kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., org: _Optional[str] = ..., name: _Optional[str] = ..., file: _Optional[str] = ..., line: _Optional[int] = ..., id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., fields: _Optional[_Iterable[_Union[FieldChange, _Mapping]]] = ..., after: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class FieldChange(_message.Message):
    __slots__ = ("path", "op", "before", "after", "cause")
    PATH_FIELD_NUMBER: _ClassVar[int]
    OP_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    path: str
    op: FieldOperation
    before: _struct_pb2.Value
    after: _struct_pb2.Value
    cause: ChangeCause
    def __init__(self, path: _Optional[str] = ..., op: _Optional[_Union[FieldOperation, str]] = ..., before: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., after: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., cause: _Optional[_Union[ChangeCause, str]] = ...) -> None: ...

class Diagnostic(_message.Message):
    __slots__ = ("severity", "code", "message", "hint", "file", "line", "column", "resource", "path")
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    HINT_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    severity: Severity
    code: str
    message: str
    hint: str
    file: str
    line: int
    column: int
    resource: str
    path: str
    def __init__(self, severity: _Optional[_Union[Severity, str]] = ..., code: _Optional[str] = ..., message: _Optional[str] = ..., hint: _Optional[str] = ..., file: _Optional[str] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., resource: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class ApplyResult(_message.Message):
    __slots__ = ("format_version", "kind", "set", "revision", "summary", "resources")
    FORMAT_VERSION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    RESOURCES_FIELD_NUMBER: _ClassVar[int]
    format_version: int
    kind: str
    set: str
    revision: int
    summary: ApplySummary
    resources: _containers.RepeatedCompositeFieldContainer[AppliedResource]
    def __init__(self, format_version: _Optional[int] = ..., kind: _Optional[str] = ..., set: _Optional[str] = ..., revision: _Optional[int] = ..., summary: _Optional[_Union[ApplySummary, _Mapping]] = ..., resources: _Optional[_Iterable[_Union[AppliedResource, _Mapping]]] = ...) -> None: ...

class ApplySummary(_message.Message):
    __slots__ = ("created", "updated", "deleted", "executed", "unchanged")
    CREATED_FIELD_NUMBER: _ClassVar[int]
    UPDATED_FIELD_NUMBER: _ClassVar[int]
    DELETED_FIELD_NUMBER: _ClassVar[int]
    EXECUTED_FIELD_NUMBER: _ClassVar[int]
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    created: int
    updated: int
    deleted: int
    executed: int
    unchanged: int
    def __init__(self, created: _Optional[int] = ..., updated: _Optional[int] = ..., deleted: _Optional[int] = ..., executed: _Optional[int] = ..., unchanged: _Optional[int] = ...) -> None: ...

class AppliedResource(_message.Message):
    __slots__ = ("action", "kind", "org", "name", "id", "revision")
    ACTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    action: AppliedAction
    kind: _api_resource_kind_pb2.ApiResourceKind
    org: str
    name: str
    id: str
    revision: int
    def __init__(self, action: _Optional[_Union[AppliedAction, str]] = ..., kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., org: _Optional[str] = ..., name: _Optional[str] = ..., id: _Optional[str] = ..., revision: _Optional[int] = ...) -> None: ...
