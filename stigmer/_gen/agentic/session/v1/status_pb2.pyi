# SPDX-License-Identifier: Apache-2.0
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class SessionStatus(_message.Message):
    __slots__ = ("thread_id", "sandbox_path")
    THREAD_ID_FIELD_NUMBER: _ClassVar[int]
    SANDBOX_PATH_FIELD_NUMBER: _ClassVar[int]
    thread_id: str
    sandbox_path: str
    def __init__(self, thread_id: _Optional[str] = ..., sandbox_path: _Optional[str] = ...) -> None: ...
