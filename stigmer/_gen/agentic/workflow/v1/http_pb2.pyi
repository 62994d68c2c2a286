# SPDX-License-Identifier: Apache-2.0
from google.protobuf import struct_pb2 as _struct_pb2
from stigmer._gen.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HttpMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HTTP_METHOD_UNSPECIFIED: _ClassVar[HttpMethod]
    HTTP_METHOD_GET: _ClassVar[HttpMethod]
    HTTP_METHOD_POST: _ClassVar[HttpMethod]
    HTTP_METHOD_PUT: _ClassVar[HttpMethod]
    HTTP_METHOD_PATCH: _ClassVar[HttpMethod]
    HTTP_METHOD_DELETE: _ClassVar[HttpMethod]
    HTTP_METHOD_HEAD: _ClassVar[HttpMethod]
    HTTP_METHOD_OPTIONS: _ClassVar[HttpMethod]

class HttpCallOutput(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HTTP_CALL_OUTPUT_UNSPECIFIED: _ClassVar[HttpCallOutput]
    HTTP_CALL_OUTPUT_CONTENT: _ClassVar[HttpCallOutput]
    HTTP_CALL_OUTPUT_RESPONSE: _ClassVar[HttpCallOutput]
    HTTP_CALL_OUTPUT_RAW: _ClassVar[HttpCallOutput]
HTTP_METHOD_UNSPECIFIED: HttpMethod
HTTP_METHOD_GET: HttpMethod
HTTP_METHOD_POST: HttpMethod
HTTP_METHOD_PUT: HttpMethod
HTTP_METHOD_PATCH: HttpMethod
HTTP_METHOD_DELETE: HttpMethod
HTTP_METHOD_HEAD: HttpMethod
HTTP_METHOD_OPTIONS: HttpMethod
HTTP_CALL_OUTPUT_UNSPECIFIED: HttpCallOutput
HTTP_CALL_OUTPUT_CONTENT: HttpCallOutput
HTTP_CALL_OUTPUT_RESPONSE: HttpCallOutput
HTTP_CALL_OUTPUT_RAW: HttpCallOutput

class HttpCall(_message.Message):
    __slots__ = ("method", "endpoint", "headers", "query", "body", "output", "redirect", "timeout_seconds")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    METHOD_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    OUTPUT_FIELD_NUMBER: _ClassVar[int]
    REDIRECT_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    method: HttpMethod
    endpoint: HttpEndpoint
    headers: _containers.ScalarMap[str, str]
    query: _struct_pb2.Struct
    body: _struct_pb2.Value
    output: HttpCallOutput
    redirect: bool
    timeout_seconds: int
    def __init__(self, method: _Optional[_Union[HttpMethod, str]] = ..., endpoint: _Optional[_Union[HttpEndpoint, _Mapping]] = ..., headers: _Optional[_Mapping[str, str]] = ..., query: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., body: _Optional[_Union[_struct_pb2.Value, _Mapping]] = ..., output: _Optional[_Union[HttpCallOutput, str]] = ..., redirect: _Optional[bool] = ..., timeout_seconds: _Optional[int] = ...) -> None: ...

class HttpEndpoint(_message.Message):
    __slots__ = ("uri", "authentication")
    URI_FIELD_NUMBER: _ClassVar[int]
    AUTHENTICATION_FIELD_NUMBER: _ClassVar[int]
    uri: str
    authentication: HttpAuthentication
    def __init__(self, uri: _Optional[str] = ..., authentication: _Optional[_Union[HttpAuthentication, _Mapping]] = ...) -> None: ...

class HttpAuthentication(_message.Message):
    __slots__ = ("basic", "bearer", "digest", "oauth2")
    BASIC_FIELD_NUMBER: _ClassVar[int]
    BEARER_FIELD_NUMBER: _ClassVar[int]
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    OAUTH2_FIELD_NUMBER: _ClassVar[int]
    basic: BasicAuthentication
    bearer: BearerAuthentication
    digest: DigestAuthentication
    oauth2: OAuth2Authentication
    def __init__(self, basic: _Optional[_Union[BasicAuthentication, _Mapping]] = ..., bearer: _Optional[_Union[BearerAuthentication, _Mapping]] = ..., digest: _Optional[_Union[DigestAuthentication, _Mapping]] = ..., oauth2: _Optional[_Union[OAuth2Authentication, _Mapping]] = ...) -> None: ...

class BasicAuthentication(_message.Message):
    __slots__ = ("username", "password")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    username: str
    password: str
    def __init__(self, username: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class BearerAuthentication(_message.Message):
    __slots__ = ("token",)
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    token: str
    def __init__(self, token: _Optional[str] = ...) -> None: ...

class DigestAuthentication(_message.Message):
    __slots__ = ("username", "password")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    username: str
    password: str
    def __init__(self, username: _Optional[str] = ..., password: _Optional[str] = ...) -> None: ...

class OAuth2Authentication(_message.Message):
    __slots__ = ("token_url", "client_id", "client_secret", "scopes")
    TOKEN_URL_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_SECRET_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    token_url: str
    client_id: str
    client_secret: str
    scopes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, token_url: _Optional[str] = ..., client_id: _Optional[str] = ..., client_secret: _Optional[str] = ..., scopes: _Optional[_Iterable[str]] = ...) -> None: ...
