# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ApiResourceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    API_RESOURCE_KIND_UNSPECIFIED: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_API_RESOURCE_VERSION: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_IAM_POLICY: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_IDENTITY_ACCOUNT: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_API_KEY: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_ORGANIZATION: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_AGENT: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_AGENT_EXECUTION: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_SESSION: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_SKILL: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_MCP_SERVER: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_AGENT_INSTANCE: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_WORKFLOW: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_WORKFLOW_INSTANCE: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_WORKFLOW_EXECUTION: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_ENVIRONMENT: _ClassVar[ApiResourceKind]
    API_RESOURCE_KIND_EXECUTION_CONTEXT: _ClassVar[ApiResourceKind]
API_RESOURCE_KIND_UNSPECIFIED: ApiResourceKind
API_RESOURCE_KIND_API_RESOURCE_VERSION: ApiResourceKind
API_RESOURCE_KIND_IAM_POLICY: ApiResourceKind
API_RESOURCE_KIND_IDENTITY_ACCOUNT: ApiResourceKind
API_RESOURCE_KIND_API_KEY: ApiResourceKind
API_RESOURCE_KIND_ORGANIZATION: ApiResourceKind
API_RESOURCE_KIND_AGENT: ApiResourceKind
API_RESOURCE_KIND_AGENT_EXECUTION: ApiResourceKind
API_RESOURCE_KIND_SESSION: ApiResourceKind
API_RESOURCE_KIND_SKILL: ApiResourceKind
API_RESOURCE_KIND_MCP_SERVER: ApiResourceKind
API_RESOURCE_KIND_AGENT_INSTANCE: ApiResourceKind
API_RESOURCE_KIND_WORKFLOW: ApiResourceKind
API_RESOURCE_KIND_WORKFLOW_INSTANCE: ApiResourceKind
API_RESOURCE_KIND_WORKFLOW_EXECUTION: ApiResourceKind
API_RESOURCE_KIND_ENVIRONMENT: ApiResourceKind
API_RESOURCE_KIND_EXECUTION_CONTEXT: ApiResourceKind
