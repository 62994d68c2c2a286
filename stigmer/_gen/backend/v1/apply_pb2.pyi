# SPDX-License-Identifier: Apache-2.0
from stigmer._gen.backend.v1 import resource_pb2 as _resource_pb2
from stigmer._gen.commons.v1 import commit_pb2 as _commit_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ApplyBatchRequest(_message.Message):
    __slots__ = ("idempotency_key", "base_revision", "set", "source", "adopt", "declares", "message", "commit", "operations", "requires", "expects")
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    BASE_REVISION_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ADOPT_FIELD_NUMBER: _ClassVar[int]
    DECLARES_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    COMMIT_FIELD_NUMBER: _ClassVar[int]
    OPERATIONS_FIELD_NUMBER: _ClassVar[int]
    REQUIRES_FIELD_NUMBER: _ClassVar[int]
    EXPECTS_FIELD_NUMBER: _ClassVar[int]
    idempotency_key: str
    base_revision: int
    set: str
    source: SetSource
    adopt: bool
    declares: bool
    message: str
    commit: _commit_pb2.Commit
    operations: _containers.RepeatedCompositeFieldContainer[BatchOperation]
    requires: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceKey]
    expects: _containers.RepeatedCompositeFieldContainer[ExpectedRevision]
    def __init__(self, idempotency_key: _Optional[str] = ..., base_revision: _Optional[int] = ..., set: _Optional[str] = ..., source: _Optional[_Union[SetSource, _Mapping]] = ..., adopt: _Optional[bool] = ..., declares: _Optional[bool] = ..., message: _Optional[str] = ..., commit: _Optional[_Union[_commit_pb2.Commit, _Mapping]] = ..., operations: _Optional[_Iterable[_Union[BatchOperation, _Mapping]]] = ..., requires: _Optional[_Iterable[_Union[_resource_pb2.ResourceKey, _Mapping]]] = ..., expects: _Optional[_Iterable[_Union[ExpectedRevision, _Mapping]]] = ...) -> None: ...

class ExpectedRevision(_message.Message):
    __slots__ = ("key", "revision")
    KEY_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    revision: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., revision: _Optional[int] = ...) -> None: ...

class SetSource(_message.Message):
    __slots__ = ("remote", "path")
    REMOTE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    remote: str
    path: str
    def __init__(self, remote: _Optional[str] = ..., path: _Optional[str] = ...) -> None: ...

class BatchOperation(_message.Message):
    __slots__ = ("put", "delete", "release", "settle")
    PUT_FIELD_NUMBER: _ClassVar[int]
    DELETE_FIELD_NUMBER: _ClassVar[int]
    RELEASE_FIELD_NUMBER: _ClassVar[int]
    SETTLE_FIELD_NUMBER: _ClassVar[int]
    put: PutOperation
    delete: DeleteOperation
    release: ReleaseOperation
    settle: SettleOperation
    def __init__(self, put: _Optional[_Union[PutOperation, _Mapping]] = ..., delete: _Optional[_Union[DeleteOperation, _Mapping]] = ..., release: _Optional[_Union[ReleaseOperation, _Mapping]] = ..., settle: _Optional[_Union[SettleOperation, _Mapping]] = ...) -> None: ...

class PutOperation(_message.Message):
    __slots__ = ("key", "id", "expected_revision", "body", "digest", "secrets", "references", "protected", "declared", "restores")
    class SecretsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: SecretValue
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[SecretValue, _Mapping]] = ...) -> None: ...
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SECRETS_FIELD_NUMBER: _ClassVar[int]
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    PROTECTED_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    RESTORES_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    id: str
    expected_revision: int
    body: bytes
    digest: str
    secrets: _containers.MessageMap[str, SecretValue]
    references: _containers.RepeatedCompositeFieldContainer[_resource_pb2.ResourceKey]
    protected: bool
    declared: bytes
    restores: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., body: _Optional[bytes] = ..., digest: _Optional[str] = ..., secrets: _Optional[_Mapping[str, SecretValue]] = ..., references: _Optional[_Iterable[_Union[_resource_pb2.ResourceKey, _Mapping]]] = ..., protected: _Optional[bool] = ..., declared: _Optional[bytes] = ..., restores: _Optional[int] = ...) -> None: ...

class SecretValue(_message.Message):
    __slots__ = ("fingerprint", "value")
    FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    fingerprint: str
    value: bytes
    def __init__(self, fingerprint: _Optional[str] = ..., value: _Optional[bytes] = ...) -> None: ...

class DeleteOperation(_message.Message):
    __slots__ = ("key", "id", "expected_revision")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    id: str
    expected_revision: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class ReleaseOperation(_message.Message):
    __slots__ = ("key", "id", "expected_revision")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    id: str
    expected_revision: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., expected_revision: _Optional[int] = ...) -> None: ...

class SettleOperation(_message.Message):
    __slots__ = ("key", "id", "expected_revision", "declared")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_REVISION_FIELD_NUMBER: _ClassVar[int]
    DECLARED_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    id: str
    expected_revision: int
    declared: bytes
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., expected_revision: _Optional[int] = ..., declared: _Optional[bytes] = ...) -> None: ...

class ApplyBatchResponse(_message.Message):
    __slots__ = ("revision", "outcomes")
    REVISION_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    revision: int
    outcomes: _containers.RepeatedCompositeFieldContainer[OperationOutcome]
    def __init__(self, revision: _Optional[int] = ..., outcomes: _Optional[_Iterable[_Union[OperationOutcome, _Mapping]]] = ...) -> None: ...

class OperationOutcome(_message.Message):
    __slots__ = ("key", "id", "revision", "version")
    KEY_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    key: _resource_pb2.ResourceKey
    id: str
    revision: int
    version: int
    def __init__(self, key: _Optional[_Union[_resource_pb2.ResourceKey, _Mapping]] = ..., id: _Optional[str] = ..., revision: _Optional[int] = ..., version: _Optional[int] = ...) -> None: ...

class MakeFingerprintsRequest(_message.Message):
    __slots__ = ("org", "values")
    ORG_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    org: str
    values: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, org: _Optional[str] = ..., values: _Optional[_Iterable[bytes]] = ...) -> None: ...

class MakeFingerprintsResponse(_message.Message):
    __slots__ = ("fingerprints",)
    FINGERPRINTS_FIELD_NUMBER: _ClassVar[int]
    fingerprints: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, fingerprints: _Optional[_Iterable[str]] = ...) -> None: ...
