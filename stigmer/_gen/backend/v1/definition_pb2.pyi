# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.agentic.agent.v1 import api_pb2 as _api_pb2
from stigmer._gen.agentic.agentinstance.v1 import api_pb2 as _api_pb2_1
from stigmer._gen.agentic.executioncontext.v1 import api_pb2 as _api_pb2_1_1
from stigmer._gen.agentic.mcpserver.v1 import api_pb2 as _api_pb2_1_1_1
from stigmer._gen.agentic.skill.v1 import api_pb2 as _api_pb2_1_1_1_1
from stigmer._gen.agentic.workflow.v1 import api_pb2 as _api_pb2_1_1_1_1_1
from stigmer._gen.agentic.workflowinstance.v1 import api_pb2 as _api_pb2_1_1_1_1_1_1
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetExecutionContextRequest(_message.Message):
    __slots__ = ("execution_id", "lease_token")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEASE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    lease_token: str
    def __init__(self, execution_id: _Optional[str] = ..., lease_token: _Optional[str] = ...) -> None: ...

class GetExecutionContextResponse(_message.Message):
    __slots__ = ("context",)
    CONTEXT_FIELD_NUMBER: _ClassVar[int]
    context: _api_pb2_1_1.ExecutionContext
    def __init__(self, context: _Optional[_Union[_api_pb2_1_1.ExecutionContext, _Mapping]] = ...) -> None: ...

class GetAgentInstanceRequest(_message.Message):
    __slots__ = ("execution_id", "key")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    key: _resource_pb2.ResourceKey
    def __init__(self, execution_id: _Optional[str] = ..., key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ...) -> None: ...

class GetAgentInstanceResponse(_message.Message):
    __slots__ = ("instance", "agent", "skills", "mcp_servers")
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    AGENT_FIELD_NUMBER: _ClassVar[int]
    SKILLS_FIELD_NUMBER: _ClassVar[int]
    MCP_SERVERS_FIELD_NUMBER: _ClassVar[int]
    instance: _api_pb2_1.AgentInstance
    agent: _api_pb2.Agent
    skills: _containers.RepeatedCompositeFieldContainer[_api_pb2_1_1_1_1.Skill]
    mcp_servers: _containers.RepeatedCompositeFieldContainer[_api_pb2_1_1_1.McpServer]
    def __init__(self, instance: _Optional[_Union[_api_pb2_1.AgentInstance, _Mapping]] = ..., agent: _Optional[_Union[_api_pb2.Agent, _Mapping]] = ..., skills: _Optional[_Iterable[_Union[_api_pb2_1_1_1_1.Skill, _Mapping]]] = ..., mcp_servers: _Optional[_Iterable[_Union[_api_pb2_1_1_1.McpServer, _Mapping]]] = ...) -> None: ...

class GetWorkflowDefinitionRequest(_message.Message):
    __slots__ = ("execution_id", "key")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    key: _resource_pb2.ResourceKey
    def __init__(self, execution_id: _Optional[str] = ..., key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ...) -> None: ...

class GetWorkflowDefinitionResponse(_message.Message):
    __slots__ = ("workflow", "instance")
    WORKFLOW_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_FIELD_NUMBER: _ClassVar[int]
    workflow: _api_pb2_1_1_1_1_1.Workflow
    instance: _api_pb2_1_1_1_1_1_1.WorkflowInstance
    def __init__(self, workflow: _Optional[_Union[_api_pb2_1_1_1_1_1.Workflow, _Mapping]] = ..., instance: _Optional[_Union[_api_pb2_1_1_1_1_1_1.WorkflowInstance, _Mapping]] = ...) -> None: ...
