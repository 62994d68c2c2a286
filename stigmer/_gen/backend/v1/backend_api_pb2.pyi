# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.backend.v1 import apply_pb2 as _apply_pb2
from stigmer._gen.backend.v1 import artifact_pb2 as _artifact_pb2
from stigmer._gen.backend.v1 import definition_pb2 as _definition_pb2
from stigmer._gen.backend.v1 import execution_pb2 as _execution_pb2
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.backend.v1 import server_pb2 as _server_pb2
from stigmer._gen.backend.v1 import set_pb2 as _set_pb2
from stigmer._gen.backend.v1 import version_pb2 as _version_pb2
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor
