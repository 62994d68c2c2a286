# SPDX-License-Identifier: Apache-2.0
from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Scope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCOPE_UNSPECIFIED: _ClassVar[Scope]
    SCOPE_ORG: _ClassVar[Scope]
    SCOPE_GLOBAL: _ClassVar[Scope]

class Origin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORIGIN_UNSPECIFIED: _ClassVar[Origin]
    ORIGIN_MANIFEST: _ClassVar[Origin]
    ORIGIN_COMMAND: _ClassVar[Origin]
    ORIGIN_RUNNER: _ClassVar[Origin]
    ORIGIN_SYSTEM: _ClassVar[Origin]
SCOPE_UNSPECIFIED: Scope
SCOPE_ORG: Scope
SCOPE_GLOBAL: Scope
ORIGIN_UNSPECIFIED: Origin
ORIGIN_MANIFEST: Origin
ORIGIN_COMMAND: Origin
ORIGIN_RUNNER: Origin
ORIGIN_SYSTEM: Origin
KIND_FIELD_NUMBER: _ClassVar[int]
kind: _descriptor.FieldDescriptor
ENUM_VALUE_FIELD_NUMBER: _ClassVar[int]
enum_value: _descriptor.FieldDescriptor
FIELD_FIELD_NUMBER: _ClassVar[int]
field: _descriptor.FieldDescriptor
RULES_FIELD_NUMBER: _ClassVar[int]
rules: _descriptor.FieldDescriptor
MESSAGE_FIELD_NUMBER: _ClassVar[int]
message: _descriptor.FieldDescriptor
ONEOF_FIELD_NUMBER: _ClassVar[int]
oneof: _descriptor.FieldDescriptor

class KindOptions(_message.Message):
    __slots__ = ("group", "name", "plural", "id_prefix", "scope", "made_by", "message", "executed")
    GROUP_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PLURAL_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    MADE_BY_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    EXECUTED_FIELD_NUMBER: _ClassVar[int]
    group: str
    name: str
    plural: str
    id_prefix: str
    scope: Scope
    made_by: _containers.RepeatedScalarFieldContainer[Origin]
    message: str
    executed: bool
    def __init__(self, group: _Optional[str] = ..., name: _Optional[str] = ..., plural: _Optional[str] = ..., id_prefix: _Optional[str] = ..., scope: _Optional[_Union[Scope, str]] = ..., made_by: _Optional[_Iterable[_Union[Origin, str]]] = ..., message: _Optional[str] = ..., executed: _Optional[bool] = ...) -> None: ...

class EnumValueOptions(_message.Message):
    __slots__ = ("name", "aliases")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    name: str
    aliases: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., aliases: _Optional[_Iterable[str]] = ...) -> None: ...

class FieldOptions(_message.Message):
    __slots__ = ("reference", "system", "immutable", "secret", "text_file", "file_of", "set", "named_by", "indexed", "searchable", "instruction", "expression", "example", "default")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    SYSTEM_FIELD_NUMBER: _ClassVar[int]
    IMMUTABLE_FIELD_NUMBER: _ClassVar[int]
    SECRET_FIELD_NUMBER: _ClassVar[int]
    TEXT_FILE_FIELD_NUMBER: _ClassVar[int]
    FILE_OF_FIELD_NUMBER: _ClassVar[int]
    SET_FIELD_NUMBER: _ClassVar[int]
    NAMED_BY_FIELD_NUMBER: _ClassVar[int]
    INDEXED_FIELD_NUMBER: _ClassVar[int]
    SEARCHABLE_FIELD_NUMBER: _ClassVar[int]
    INSTRUCTION_FIELD_NUMBER: _ClassVar[int]
    EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_FIELD_NUMBER: _ClassVar[int]
    reference: _containers.RepeatedScalarFieldContainer[str]
    system: bool
    immutable: bool
    secret: bool
    text_file: bool
    file_of: str
    set: bool
    named_by: _containers.RepeatedScalarFieldContainer[str]
    indexed: bool
    searchable: bool
    instruction: bool
    expression: bool
    example: str
    default: str
    def __init__(self, reference: _Optional[_Iterable[str]] = ..., system: _Optional[bool] = ..., immutable: _Optional[bool] = ..., secret: _Optional[bool] = ..., text_file: _Optional[bool] = ..., file_of: _Optional[str] = ..., set: _Optional[bool] = ..., named_by: _Optional[_Iterable[str]] = ..., indexed: _Optional[bool] = ..., searchable: _Optional[bool] = ..., instruction: _Optional[bool] = ..., expression: _Optional[bool] = ..., example: _Optional[str] = ..., default: _Optional[str] = ...) -> None: ...

class FieldRules(_message.Message):
    __slots__ = ("required", "string", "number", "repeated", "map", "duration", "bool")
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    STRING_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    REPEATED_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    BOOL_FIELD_NUMBER: _ClassVar[int]
    required: bool
    string: StringRules
    number: NumberRules
    repeated: RepeatedRules
    map: MapRules
    duration: DurationRules
    bool: BoolRules
    def __init__(self, required: _Optional[bool] = ..., string: _Optional[_Union[StringRules, _Mapping]] = ..., number: _Optional[_Union[NumberRules, _Mapping]] = ..., repeated: _Optional[_Union[RepeatedRules, _Mapping]] = ..., map: _Optional[_Union[MapRules, _Mapping]] = ..., duration: _Optional[_Union[DurationRules, _Mapping]] = ..., bool: _Optional[_Union[BoolRules, _Mapping]] = ...) -> None: ...

class StringRules(_message.Message):
    __slots__ = ("min_len", "max_len", "pattern", "email", "uri")
    MIN_LEN_FIELD_NUMBER: _ClassVar[int]
    MAX_LEN_FIELD_NUMBER: _ClassVar[int]
    PATTERN_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    URI_FIELD_NUMBER: _ClassVar[int]
    IN_FIELD_NUMBER: _ClassVar[int]
    min_len: int
    max_len: int
    pattern: str
    email: bool
    uri: bool
    def __init__(self, min_len: _Optional[int] = ..., max_len: _Optional[int] = ..., pattern: _Optional[str] = ..., email: _Optional[bool] = ..., uri: _Optional[bool] = ..., **kwargs) -> None: ...

class BoolRules(_message.Message):
    __slots__ = ("const",)
    CONST_FIELD_NUMBER: _ClassVar[int]
    const: bool
    def __init__(self, const: _Optional[bool] = ...) -> None: ...

class NumberRules(_message.Message):
    __slots__ = ("gte", "lte", "gt", "lt")
    GTE_FIELD_NUMBER: _ClassVar[int]
    LTE_FIELD_NUMBER: _ClassVar[int]
    GT_FIELD_NUMBER: _ClassVar[int]
    LT_FIELD_NUMBER: _ClassVar[int]
    gte: float
    lte: float
    gt: float
    lt: float
    def __init__(self, gte: _Optional[float] = ..., lte: _Optional[float] = ..., gt: _Optional[float] = ..., lt: _Optional[float] = ...) -> None: ...

class RepeatedRules(_message.Message):
    __slots__ = ("min_items", "max_items", "unique", "items")
    MIN_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MAX_ITEMS_FIELD_NUMBER: _ClassVar[int]
    UNIQUE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    min_items: int
    max_items: int
    unique: bool
    items: FieldRules
    def __init__(self, min_items: _Optional[int] = ..., max_items: _Optional[int] = ..., unique: _Optional[bool] = ..., items: _Optional[_Union[FieldRules, _Mapping]] = ...) -> None: ...

class MapRules(_message.Message):
    __slots__ = ("min_pairs", "max_pairs", "keys", "values")
    MIN_PAIRS_FIELD_NUMBER: _ClassVar[int]
    MAX_PAIRS_FIELD_NUMBER: _ClassVar[int]
    KEYS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    min_pairs: int
    max_pairs: int
    keys: FieldRules
    values: FieldRules
    def __init__(self, min_pairs: _Optional[int] = ..., max_pairs: _Optional[int] = ..., keys: _Optional[_Union[FieldRules, _Mapping]] = ..., values: _Optional[_Union[FieldRules, _Mapping]] = ...) -> None: ...

class DurationRules(_message.Message):
    __slots__ = ("gt",)
    GT_FIELD_NUMBER: _ClassVar[int]
    gt: float
    def __init__(self, gt: _Optional[float] = ...) -> None: ...

class MessageOptions(_message.Message):
    __slots__ = ("oneof", "secret_holder", "reference")
    ONEOF_FIELD_NUMBER: _ClassVar[int]
    SECRET_HOLDER_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    oneof: _containers.RepeatedCompositeFieldContainer[MessageOneofRule]
    secret_holder: bool
    reference: bool
    def __init__(self, oneof: _Optional[_Iterable[_Union[MessageOneofRule, _Mapping]]] = ..., secret_holder: _Optional[bool] = ..., reference: _Optional[bool] = ...) -> None: ...

class MessageOneofRule(_message.Message):
    __slots__ = ("fields", "required")
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedScalarFieldContainer[str]
    required: bool
    def __init__(self, fields: _Optional[_Iterable[str]] = ..., required: _Optional[bool] = ...) -> None: ...

class OneofOptions(_message.Message):
    __slots__ = ("required",)
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    required: bool
    def __init__(self, required: _Optional[bool] = ...) -> None: ...
