# SPDX-License-Identifier: Apache-2.0
import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.agentic.workflow.v1 import calls_pb2 as _calls_pb2
from stigmer._gen.agentic.workflow.v1 import data_pb2 as _data_pb2
from stigmer._gen.agentic.workflow.v1 import errors_pb2 as _errors_pb2
from stigmer._gen.agentic.workflow.v1 import events_pb2 as _events_pb2
from stigmer._gen.agentic.workflow.v1 import flow_pb2 as _flow_pb2
from stigmer._gen.agentic.workflow.v1 import http_pb2 as _http_pb2
from stigmer._gen.agentic.workflow.v1 import human_pb2 as _human_pb2
from stigmer._gen.agentic.workflow.v1 import run_pb2 as _run_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WorkflowTask(_message.Message):
    __slots__ = ("name", "input", "set", "http_call", "openapi_call", "grpc_call", "activity_call", "agent_call", "do", "fork", "switch", "listen", "emit", "wait", "run", "human_input", "output", "export", "timeout", "then", "metadata")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IF_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    HTTP_CALL_FIELD_NUMBER: _ClassVar[int]
    OPENAPI_CALL_FIELD_NUMBER: _ClassVar[int]
    GRPC_CALL_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_CALL_FIELD_NUMBER: _ClassVar[int]
    AGENT_CALL_FIELD_NUMBER: _ClassVar[int]
    DO_FIELD_NUMBER: _ClassVar[int]
    FOR_FIELD_NUMBER: _ClassVar[int]
    FORK_FIELD_NUMBER: _ClassVar[int]
    SWITCH_FIELD_NUMBER: _ClassVar[int]
    TRY_FIELD_NUMBER: _ClassVar[int]
    LISTEN_FIELD_NUMBER: _ClassVar[int]
    EMIT_FIELD_NUMBER: _ClassVar[int]
    WAIT_FIELD_NUMBER: _ClassVar[int]
    RAISE_FIELD_NUMBER: _ClassVar[int]
    RUN_FIELD_NUMBER: _ClassVar[int]
    HUMAN_INPUT_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    EXPORT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_FIELD_NUMBER: _ClassVar[int]
    THEN_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    name: str
    input: _data_pb2.TaskInput
    set: _struct_pb2.Value
    http_call: _http_pb2.HttpCall
    openapi_call: _calls_pb2.OpenapiCall
    grpc_call: _calls_pb2.GrpcCall
    activity_call: _calls_pb2.ActivityCall
    agent_call: _calls_pb2.AgentCall
    do: DoTask
    fork: ForkTask
    switch: _flow_pb2.SwitchTask
    listen: _events_pb2.ListenTask
    emit: _events_pb2.EmitTask
    wait: _flow_pb2.WaitTask
    run: _run_pb2.RunTask
    human_input: _human_pb2.HumanInputTask
    output: _data_pb2.TaskOutput
    export: _data_pb2.TaskExport
    timeout: _duration_pb2.Duration
    then: str
    metadata: _struct_pb2.Struct
    def __init__(self, name: _Optional[str] = ..., input: _Optional[_Union[_data_pb2.TaskInput, _Mapping]] = ..., set: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., http_call: _Optional[_Union[_http_pb2.HttpCall, _Mapping]] = ..., openapi_call: _Optional[_Union[_calls_pb2.OpenapiCall, _Mapping]] = ..., grpc_call: _Optional[_Union[_calls_pb2.GrpcCall, _Mapping]] = ..., activity_call: _Optional[_Union[_calls_pb2.ActivityCall, _Mapping]] = ..., agent_call: _Optional[_Union[_calls_pb2.AgentCall, _Mapping]] = ..., do: _Optional[_Union[DoTask, _Mapping]] = ..., fork: _Optional[_Union[ForkTask, _Mapping]] = ..., switch: _Optional[_Union[_flow_pb2.SwitchTask, _Mapping]] = ..., listen: _Optional[_Union[_events_pb2.ListenTask, _Mapping]] = ..., emit: _Optional[_Union[_events_pb2.EmitTask, _Mapping]] = ..., wait: _Optional[_Union[_flow_pb2.WaitTask, _Mapping]] = ..., run: _Optional[_Union[_run_pb2.RunTask, _Mapping]] = ..., human_input: _Optional[_Union[_human_pb2.HumanInputTask, _Mapping]] = ..., output: _Optional[_Union[_data_pb2.TaskOutput, _Mapping]] = ..., export: _Optional[_Union[_data_pb2.TaskExport, _Mapping]] = ..., timeout: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., then: _Optional[str] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., **kwargs) -> None: ...

class DoTask(_message.Message):
    __slots__ = ("tasks",)
    TASKS_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTask]
    def __init__(self, tasks: _Optional[_Iterable[_Union[WorkflowTask, _Mapping]]] = ...) -> None: ...

class ForTask(_message.Message):
    __slots__ = ("each", "at", "tasks")
    EACH_FIELD_NUMBER: _ClassVar[int]
    IN_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    WHILE_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    each: str
    at: str
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTask]
    def __init__(self, each: _Optional[str] = ..., at: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[WorkflowTask, _Mapping]]] = ..., **kwargs) -> None: ...

class ForkTask(_message.Message):
    __slots__ = ("branches", "compete")
    BRANCHES_FIELD_NUMBER: _ClassVar[int]
    COMPETE_FIELD_NUMBER: _ClassVar[int]
    branches: _containers.RepeatedCompositeFieldContainer[ForkBranch]
    compete: bool
    def __init__(self, branches: _Optional[_Iterable[_Union[ForkBranch, _Mapping]]] = ..., compete: _Optional[bool] = ...) -> None: ...

class ForkBranch(_message.Message):
    __slots__ = ("name", "tasks")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    name: str
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTask]
    def __init__(self, name: _Optional[str] = ..., tasks: _Optional[_Iterable[_Union[WorkflowTask, _Mapping]]] = ...) -> None: ...

class TryTask(_message.Message):
    __slots__ = ("tasks", "catch")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    CATCH_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTask]
    catch: TryCatch
    def __init__(self, tasks: _Optional[_Iterable[_Union[WorkflowTask, _Mapping]]] = ..., catch: _Optional[_Union[TryCatch, _Mapping]] = ...) -> None: ...

class TryCatch(_message.Message):
    __slots__ = ("errors", "when", "except_when", "retry", "tasks", "then")
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    AS_FIELD_NUMBER: _ClassVar[int]
    WHEN_FIELD_NUMBER: _ClassVar[int]
    EXCEPT_WHEN_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    THEN_FIELD_NUMBER: _ClassVar[int]
    errors: _errors_pb2.ErrorMatch
    when: str
    except_when: str
    retry: _errors_pb2.RetryPolicy
    tasks: _containers.RepeatedCompositeFieldContainer[WorkflowTask]
    then: str
    def __init__(self, errors: _Optional[_Union[_errors_pb2.ErrorMatch, _Mapping]] = ..., when: _Optional[str] = ..., except_when: _Optional[str] = ..., retry: _Optional[_Union[_errors_pb2.RetryPolicy, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[WorkflowTask, _Mapping]]] = ..., then: _Optional[str] = ..., **kwargs) -> None: ...
