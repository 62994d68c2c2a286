# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class SkillSpec(_message.Message):
    __slots__ = ("description", "markdown_content", "tag")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    MARKDOWN_CONTENT_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    description: str
    markdown_content: str
    tag: str
    def __init__(self, description: _Optional[str] = ..., markdown_content: _Optional[str] = ..., tag: _Optional[str] = ...) -> None: ...
