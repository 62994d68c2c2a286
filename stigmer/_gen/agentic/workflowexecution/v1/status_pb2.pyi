# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.commons.v1 import execution_error_pb2 as _execution_error_pb2
from stigmer._gen.commons.v1 import phase_pb2 as _phase_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WorkflowTaskPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORKFLOW_TASK_PHASE_UNSPECIFIED: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_PENDING: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_IN_PROGRESS: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_WAITING: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_COMPLETED: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_FAILED: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_CANCELLED: _ClassVar[WorkflowTaskPhase]
    WORKFLOW_TASK_PHASE_SKIPPED: _ClassVar[WorkflowTaskPhase]
WORKFLOW_TASK_PHASE_UNSPECIFIED: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_PENDING: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_IN_PROGRESS: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_WAITING: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_COMPLETED: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_FAILED: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_CANCELLED: WorkflowTaskPhase
WORKFLOW_TASK_PHASE_SKIPPED: WorkflowTaskPhase

class WorkflowExecutionStatus(_message.Message):
    __slots__ = ("phase", "tasks", "output", "error", "started_at", "completed_at", "engine_workflow_id")
    PHASE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    ENGINE_WORKFLOW_ID_FIELD_NUMBER: _ClassVar[int]
    phase: _phase_pb2.ExecutionPhase
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTaskStatus]
    output: _struct_pb2.Value
    error: _execution_error_pb2.ExecutionError
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    engine_workflow_id: str
    def __init__(self, phase: _Optional[_Union[_phase_pb2.ExecutionPhase, str]] = ..., tasks: _Optional[_Iterable[_Union[WorkflowTaskStatus, _Mapping]]] = ..., output: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., error: _Optional[_Union[_execution_error_pb2.ExecutionError, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., engine_workflow_id: _Optional[str] = ...) -> None: ...

class WorkflowTaskStatus(_message.Message):
    __slots__ = ("task_id", "name", "type", "status", "input", "output", "error", "started_at", "completed_at", "attempt")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    name: str
    type: str
    status: WorkflowTaskPhase
    input: _struct_pb2.Value
    output: _struct_pb2.Value
    error: _execution_error_pb2.ExecutionError
    started_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    attempt: int
    def __init__(self, task_id: _Optional[str] = ..., name: _Optional[str] = ..., type: _Optional[str] = ..., status: _Optional[_Union[WorkflowTaskPhase, str]] = ..., input: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., output: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., error: _Optional[_Union[_execution_error_pb2.ExecutionError, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., attempt: _Optional[int] = ...) -> None: ...
