# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.commons.v1 import metadata_pb2 as _metadata_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentInstanceSpec(_message.Message):
    __slots__ = ("agent", "description", "environment_refs")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_REFS_FIELD_NUMBER: _ClassVar[int]
    agent: _metadata_pb2.ResourceReference
    description: str
    environment_refs: _containers.RepeatedCompositeFieldContainer[_metadata_pb2.ResourceReference]
    def __init__(self, agent: _Optional[_Union[_metadata_pb2.ResourceReference, _Mapping]] = ..., description: _Optional[str] = ..., environment_refs: _Optional[_Iterable[_Union[_metadata_pb2.ResourceReference, _Mapping]]] = ...) -> None: ...
