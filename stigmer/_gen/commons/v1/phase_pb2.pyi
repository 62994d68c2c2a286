# SPDX-License-Identifier: Apache-2.0
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ExecutionPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXECUTION_PHASE_UNSPECIFIED: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_PENDING: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_IN_PROGRESS: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_WAITING: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_COMPLETED: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_FAILED: _ClassVar[ExecutionPhase]
    EXECUTION_PHASE_CANCELLED: _ClassVar[ExecutionPhase]
EXECUTION_PHASE_UNSPECIFIED: ExecutionPhase
EXECUTION_PHASE_PENDING: ExecutionPhase
EXECUTION_PHASE_IN_PROGRESS: ExecutionPhase
EXECUTION_PHASE_WAITING: ExecutionPhase
EXECUTION_PHASE_COMPLETED: ExecutionPhase
EXECUTION_PHASE_FAILED: ExecutionPhase
EXECUTION_PHASE_CANCELLED: ExecutionPhase
