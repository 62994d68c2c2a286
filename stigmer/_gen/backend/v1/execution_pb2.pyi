# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from stigmer._gen.agentic.agentexecution.v1 import api_pb2 as _api_pb2
from stigmer._gen.agentic.agentexecution.v1 import status_pb2 as _status_pb2
from stigmer._gen.agentic.workflowexecution.v1 import api_pb2 as _api_pb2_1
from stigmer._gen.agentic.workflowexecution.v1 import status_pb2 as _status_pb2_1
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.commons.v1 import api_resource_kind_pb2 as _api_resource_kind_pb2
from stigmer._gen.commons.v1 import phase_pb2 as _phase_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Execution(_message.Message):
    __slots__ = ("agent_execution", "workflow_execution")
    AGENT_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    agent_execution: _api_pb2.AgentExecution
    workflow_execution: _api_pb2_1.WorkflowExecution
    def __init__(self, agent_execution: _Optional[_Union[_api_pb2.AgentExecution, _Mapping]] = ..., workflow_execution: _Optional[_Union[_api_pb2_1.WorkflowExecution, _Mapping]] = ...) -> None: ...

class ExecutionStatus(_message.Message):
    __slots__ = ("agent_execution", "workflow_execution")
    AGENT_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_EXECUTION_FIELD_NUMBER: _ClassVar[int]
    agent_execution: _status_pb2.AgentExecutionStatus
    workflow_execution: _status_pb2_1.WorkflowExecutionStatus
    def __init__(self, agent_execution: _Optional[_Union[_status_pb2.AgentExecutionStatus, _Mapping]] = ..., workflow_execution: _Optional[_Union[_status_pb2_1.WorkflowExecutionStatus, _Mapping]] = ...) -> None: ...

class CreateExecutionRequest(_message.Message):
    __slots__ = ("idempotency_key", "execution")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    execution: Execution
    def __init__(self, idempotency_key: _Optional[str] = ..., execution: _Optional[_Union[Execution, _Mapping]] = ...) -> None: ...

class CreateExecutionResponse(_message.Message):
    __slots__ = ("execution",)
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    execution: Execution
    def __init__(self, execution: _Optional[_Union[Execution, _Mapping]] = ...) -> None: ...

class UpdateExecutionStatusRequest(_message.Message):
    __slots__ = ("execution_id", "lease_token", "expected_revision", "status")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    lease_token: str
    expected_revision: int
    status: ExecutionStatus
    def __init__(self, execution_id: _Optional[str] = ..., lease_token: _Optional[str] = ..., expected_revision: _Optional[int] = ..., status: _Optional[_Union[ExecutionStatus, _Mapping]] = ...) -> None: ...

class UpdateExecutionStatusResponse(_message.Message):
    __slots__ = ("revision", "cancel_requested")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    revision: int
    cancel_requested: bool
    def __init__(self, revision: _Optional[int] = ..., cancel_requested: _Optional[bool] = ...) -> None: ...

class GetExecutionStatusRequest(_message.Message):
    __slots__ = ("execution_id",)
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    def __init__(self, execution_id: _Optional[str] = ...) -> None: ...

class GetExecutionStatusResponse(_message.Message):
    __slots__ = ("revision", "status")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    revision: int
    status: ExecutionStatus
    def __init__(self, revision: _Optional[int] = ..., status: _Optional[_Union[ExecutionStatus, _Mapping]] = ...) -> None: ...

class ListExecutionsRequest(_message.Message):
    __slots__ = ("kind", "org", "target", "phases", "labels", "page_size", "page_token")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    KIND_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    PHASES_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: _api_resource_kind_pb2.ApiResourceKind
    org: str
    target: _resource_pb2.ResourceKey
    phases: _containers.RepeatedScalarFieldContainer[_phase_pb2.ExecutionPhase]
    labels: _containers.ScalarMap[str, str]
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[_Union[_api_resource_kind_pb2.ApiResourceKind, str]] = ..., org: _Optional[str] = ..., target: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., phases: _Optional[_Iterable[_Union[_phase_pb2.ExecutionPhase, str]]] = ..., labels: _Optional[_Mapping[str, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListExecutionsResponse(_message.Message):
    __slots__ = ("executions", "next_page_token")
    EXECUTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    executions: _containers.RepeatedCompositeFieldContainer[Execution]
    next_page_token: str
    def __init__(self, executions: _Optional[_Iterable[_Union[Execution, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ClaimExecutionRequest(_message.Message):
    __slots__ = ("runner_id", "kinds", "org", "execution_id", "lease_token", "lease_duration", "wait")
    RUNNER_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    ORG_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    LEASE_DURATION_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    runner_id: str
    kinds: _containers.RepeatedScalarFieldContainer[_api_resource_kind_pb2.ApiResourceKind]
    org: str
    execution_id: str
    lease_token: str
    lease_duration: _duration_pb2.Duration
    wait: _duration_pb2.Duration
    def __init__(self, runner_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[_api_resource_kind_pb2.ApiResourceKind, str]]] = ..., org: _Optional[str] = ..., execution_id: _Optional[str] = ..., lease_token: _Optional[str] = ..., lease_duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., wait: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class ClaimExecutionResponse(_message.Message):
    __slots__ = ("claimed",)
    CLAIMED_FIELD_NUMBER: _ClassVar[int]
    claimed: ClaimedExecution
    def __init__(self, claimed: _Optional[_Union[ClaimedExecution, _Mapping]] = ...) -> None: ...

class ClaimedExecution(_message.Message):
    __slots__ = ("execution", "lease_token", "expires_at", "claim")
    EXECUTION_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    CLAIM_FIELD_NUMBER: _ClassVar[int]
    execution: Execution
    lease_token: str
    expires_at: _timestamp_pb2.Timestamp
    claim: int
    def __init__(self, execution: _Optional[_Union[Execution, _Mapping]] = ..., lease_token: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., claim: _Optional[int] = ...) -> None: ...

class SignalExecutionRequest(_message.Message):
    __slots__ = ("execution_id", "signal_id", "type", "source", "data")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNAL_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    signal_id: str
    type: str
    source: str
    data: _struct_pb2.Value
    def __init__(self, execution_id: _Optional[str] = ..., signal_id: _Optional[str] = ..., type: _Optional[str] = ..., source: _Optional[str] = ..., data: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ...) -> None: ...

class SignalExecutionResponse(_message.Message):
    __slots__ = ("duplicate",)
    DUPLICATE_FIELD_NUMBER: _ClassVar[int]
    duplicate: bool
    def __init__(self, duplicate: _Optional[bool] = ...) -> None: ...

class CancelExecutionRequest(_message.Message):
    __slots__ = ("execution_id", "reason")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    reason: str
    def __init__(self, execution_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelExecutionResponse(_message.Message):
    __slots__ = ("phase",)
    PHASE_FIELD_NUMBER: _ClassVar[int]
    phase: _phase_pb2.ExecutionPhase
    def __init__(self, phase: _Optional[_Union[_phase_pb2.ExecutionPhase, str]] = ...) -> None: ...
