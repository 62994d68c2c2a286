# SPDX-License-Identifier: Apache-2.0
"""What `config.yaml` and `stigmer.yaml` may say, told once: `schemas/config.json` and `schemas/project.json` are made of it.

A file that is right is checked by those alone; this module is imported where one is wrong, to say what (see ADR 0018).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from stigmer.codes import codes
from stigmer.resources.kinds import kinds, nearest
from stigmer.resources.names import NAME, NAME_WORDS
from stigmer.secrets.allowed import FORM_WORDS, FORMS

Name = Annotated[str, StringConstraints(pattern=NAME)]
# As stigmer.resources.paths reads one: a key, then keys after dots or in brackets, and items of lists in brackets.
_STEP = r"[A-Za-z_][A-Za-z0-9_-]*"
FIELD = rf"""^{_STEP}(\.{_STEP}|\["([^"\\]|\\.)*"\]|\[[^\]"]+\])*$"""


class Settings(BaseModel):
    """Settings of which none is unknown and none is another type than it is written as."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)


class LocalSettings(Settings):
    """Of a backend on this machine."""

    db_path: str | None = Field(default=None, examples=["~/.stigmer/local.db"])
    """The file of its database; a relative path is relative to the home."""


class CloudSettings(Settings):
    """Of a backend over gRPC."""

    endpoint: str = Field(examples=["api.example.com:443"])
    """Host and port."""
    organization: Name | None = Field(default=None, examples=["acme"])
    """The organization of whatever names none."""
    insecure: bool = False
    """Without TLS; only for an address of this machine."""
    token: str | None = None
    """A token in clear, which is warned of; better kept in the keyring."""


class Backend(Settings):
    """One backend."""

    type: Literal["local", "cloud"]
    """`local` is a database on this machine, `cloud` one over gRPC."""
    local: LocalSettings | None = None
    """Of a local one: where its database lies."""
    cloud: CloudSettings | None = None
    """Of one over gRPC: where it is."""


class Network(Settings):
    """What calls over HTTP may reach beyond public addresses."""

    allow: list[str] = Field(default=[], examples=[["127.0.0.1:8080", "*.corp.example.com:443"]])
    """Hosts with their ports; `*.` stands for any name below a domain."""


class DefaultModel(Settings):
    """The model of agents that name none."""

    provider: str = Field(examples=["anthropic"])
    """Who serves it."""
    name: str = Field(examples=["qwen3"])
    """Its name there."""


class Provider(Settings):
    """Where a provider of models answers, and the variable that holds its key."""

    base_url: str | None = Field(default=None, examples=["http://127.0.0.1:11434/v1"])
    """The address of its API."""
    api_key_env: str | None = Field(default=None, examples=["MY_MODEL_KEY"])
    """The variable that holds the key."""


class Models(BaseModel):
    """The default model, and providers by their names."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, Provider] = Field(init=False)
    default: DefaultModel | None = None
    """The model of agents that name none."""


class Allow(Settings):
    """What manifests may read; what is not said is not narrowed. The variables STIGMER_ALLOW_ENV, STIGMER_ALLOW_FILES and
    STIGMER_ALLOW_KEYRING narrow it further."""

    env: list[Annotated[str, StringConstraints(pattern=FORMS["env"])]] | None = Field(
        default=None, examples=[["SHOP_*", "STRIPE_KEY"]]
    )
    """Names of variables, or how they begin, with a * after it."""
    files: list[Annotated[str, StringConstraints(pattern=FORMS["files"])]] | None = Field(
        default=None, examples=[["/run/secrets"]]
    )
    """Files, and directories with all that is in them, by absolute paths."""
    keyring: list[Annotated[str, StringConstraints(pattern=FORMS["keyring"])]] | None = Field(
        default=None, examples=[["shop", "ledger/acme"]]
    )
    """Entries of the keychain: a service, or a service and a user with a slash between."""


class Identity(Settings):
    """What opens values that are sealed with age."""

    identity: str | None = Field(default=None, min_length=1, examples=["~/keys/age.txt"])
    """The file with your identities; a relative path is relative to the home."""


class Engine(Settings):
    """What carries workflows."""

    type: Literal["embedded", "temporal"]
    """`embedded` is part of stigmer, `temporal` a Temporal server."""
    address: str | None = Field(default=None, examples=["127.0.0.1:7233"])
    """Of a Temporal server: host and port."""
    namespace: str | None = None
    """Of a Temporal server: the namespace."""


# What pydantic puts into the place of an error beside the names of settings.
_KEY, _NAMED, _WHOLE = "[key]", "[named]", "[whole]"


def _engine(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class Config(Settings):
    """The settings of one user."""

    backend: (
        Annotated[
            Annotated[str, Tag(_NAMED)] | Annotated[Backend, Tag(_WHOLE)],
            Discriminator(lambda value: _WHOLE if isinstance(value, dict) else _NAMED),
        ]
        | None
    ) = None
    """The name of the backend that is used where none is named; or, in short, that backend itself."""
    backends: dict[str, Backend] = Field(default={})
    """The backends by their names."""
    network: Network = Network()
    """What calls over HTTP may reach beyond public addresses."""
    models: Models = Models()
    """The default model, and providers by their names."""
    engine: Annotated[
        Engine, BeforeValidator(_engine, json_schema_input_type=Literal["embedded", "temporal"] | Engine)
    ] = Engine(type="embedded")
    """What carries workflows."""
    age: Identity = Identity()
    """What opens values that are sealed with age."""
    allow: Allow = Allow()
    """What manifests may read."""
    master_key: Literal["keychain", "file", "passphrase"] | None = None
    """Where a new master key is kept: the keychain, `master.key`, or that file under a passphrase. Without it, the keychain where this
    machine has one, else the file."""


class Sealing(Settings):
    """Whom values are sealed to, with age."""

    recipients: list[Annotated[str, StringConstraints(min_length=1)]] = Field(
        default=[], examples=[["age1...", "keys/recipients.txt"]]
    )
    """Recipients of age or public keys of ssh, or files with some, relative to this file."""


class Target(Settings):
    """Where else a project may be applied to."""

    backend: str | None = None
    """The name of a backend in the user's `config.yaml`."""
    org: Name | None = None
    """The organization of manifests that say none."""
    overlays: list[str] = Field(default=[], examples=[["overlays/prod/"]])
    """Directories of partial manifests, merged over those of the project."""


def _kind(value: str) -> str:
    names = [kind.name for kind in kinds() if kind.declarable]
    if value not in names:
        near = nearest(value, names)
        raise _told(
            f"{value} is not a kind", f"did you mean {near}?" if near else "kinds: " + ", ".join(names)
        )
    return value


class Policy(Settings):
    """A rule that resources, or their changes, have to keep."""

    name: Name = Field(examples=["no-docker"])
    """What messages call it; no two policies have the same."""
    kinds: list[Annotated[str, AfterValidator(_kind)]] | None = Field(default=None, min_length=1)
    """The kinds that it is about; without, every kind."""
    on: Literal["resource", "change"] = "resource"
    """What the rule is asked of: each resource that is declared, or, by `diff` and `apply`, each change of one."""
    rule: str = Field(min_length=1, max_length=4000, examples=["has(resource.metadata.annotations.owner)"])
    """An expression in CEL that is true where all is well. `resource` is the manifest, without its secrets; with `on: change` there are
    `change`, `before` and `after`."""
    message: str = Field(min_length=1, examples=["name an owner in the annotations"])
    """What is said where it is not true."""
    severity: Literal["error", "warning"] = "error"
    """How much it weighs: a warning does not stop a command, except with `--strict`."""
    at: Annotated[str, StringConstraints(pattern=FIELD)] | None = Field(
        default=None, examples=["spec.docker"]
    )
    """The field that messages point to; without, the deepest one that the rule names and that is there."""


def _code(value: str) -> str:
    checks = [code.name for code in codes().values() if code.check]
    if value in checks:
        return value
    if value in codes():
        raise _told(
            f"{value} is not the code of a check, and only checks can be silenced",
            "remove it",
            "settings.silence",
        )
    near = nearest(value, checks)
    words = f"{value} is the code of no check that can be silenced"
    raise _told(words, f"did you mean {near}?" if near else "remove it", "settings.silence")


# Spelled out, because engines of regular expressions do not agree on what all is white space.
_BLANK = " \t\r\n"


def _reason(value: str) -> str:
    if not value.strip(_BLANK):
        raise _told("a silence needs a reason", "write why", "settings.silence")
    return value


_SILENCE = {
    "type": "object",
    "properties": {
        code.name: {
            "description": f"Why {code.means} is no trouble here.",
            "type": "string",
            "pattern": f"[^{_BLANK}]",
        }
        for code in codes().values()
        if code.check
    },
    "additionalProperties": False,
}


class Project(Settings):
    """A project: what belongs together, and the rules that hold in it."""

    name: Name = Field(examples=["shop"])
    """The set that owns what is applied."""
    paths: list[str] = Field(default=["."], min_length=1, examples=[["manifests/"]])
    """Where its manifests are, relative to this file."""
    org: Name | None = Field(default=None, examples=["acme"])
    """The organization of manifests that say none."""
    backend: str | None = None
    """The name of a backend in the user's `config.yaml`."""
    requires: str | None = Field(default=None, examples=[">=0.2"])
    """Which versions of stigmer may be used here."""
    prune: bool = False
    """Delete what the set owns and no manifest declares any more."""
    max_delete_percent: int | None = Field(default=None, ge=0, le=100)
    """Refuse to delete more than so many of a hundred resources of the set."""
    execute: bool = True
    """Whether applying runs the executions that are declared."""
    targets: dict[str, Target] = {}
    """Where else the project may be applied to, by name."""
    policies: list[Policy] = []
    """Rules that its resources have to keep."""
    silence: Annotated[
        dict[Annotated[str, AfterValidator(_code)], Annotated[str, AfterValidator(_reason)]],
        WithJsonSchema(_SILENCE),
    ] = {}
    """Checks that it does not want to hear of, each with the reason why."""
    age: Sealing = Sealing()
    """Whom `stigmer secrets seal` seals values to."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one setting; `key` says that its name is meant rather than its value."""

    code: str
    message: str
    steps: tuple[str | int, ...]
    hint: str | None = None
    key: bool = False


def problems(model: type[BaseModel], value: Any) -> Iterator[Problem]:
    """Everything that a model refuses, in words that name the setting."""
    try:
        model.model_validate(value)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            yield _problem(model, each)


def _problem(model: type[BaseModel], error: ErrorDetails) -> Problem:
    steps = tuple(step for step in error["loc"] if step not in (_KEY, _NAMED, _WHOLE))
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)[1:]
    match error["type"]:
        case "extra_forbidden":
            near = nearest(str(steps[-1]), _beside(model.model_json_schema(), steps))
            mend = f"did you mean {near}?" if near else "remove it"
            return Problem("settings.unknown", f"{name} is not a setting", steps, mend, key=True)
        case "missing":
            about = _beside(model.model_json_schema(), steps)[str(steps[-1])]
            example = (about.get("examples") or about["enum"])[0]
            mend = f"add {steps[-1]}: {example}"
            return Problem("settings.required", f"{name} is required", steps, mend, key=True)
        case "string_pattern_mismatch":
            return Problem("settings.value", f"{name} {_PATTERNS[error['ctx']['pattern']]}", steps)
        case "literal_error":
            # Only words from a list can be meant here, so what was written instead is no secret.
            said, options = error["input"], error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
            near = nearest(said, options.split(", ")) if isinstance(said, str) else None
            hint = f"did you mean {near}?" if near else None
            return Problem("settings.value", f"{name}: expected one of {options}", steps, hint)
        case "told":
            told = error["ctx"]
            return Problem(told["code"], error["msg"], steps, told["hint"], key=_KEY in error["loc"])
        case other:
            words = _WORDS.get(other) or error["msg"][:1].lower() + error["msg"][1:]
            hint = "give it a value, or remove it" if error["input"] is None else None
            return Problem("settings.value", f"{name}: {words}", steps, hint)


_PATTERNS = {
    **{FORMS[sort]: f"is not {words}" for sort, words in FORM_WORDS.items()},
    NAME: f"is not a name: {NAME_WORDS}",
    FIELD: "is not the path of a field, such as spec.model.name",
}
_WORDS = {
    "string_type": "expected a string",
    "string_too_short": "expected a text that is not empty",
    "bool_type": "expected true or false",
    "int_type": "expected a whole number",
    "list_type": "expected a list",
    "dict_type": "expected a map",
    "model_type": "expected a map",
    "too_short": "expected at least one item",
}


def _told(words: str, hint: str, code: str = "settings.value") -> PydanticCustomError:
    """An error whose words are already those for the user."""
    return PydanticCustomError("told", "{words}", {"words": words, "hint": hint, "code": code})


def _beside(schema: Any, steps: Sequence[str | int]) -> dict[str, Any]:
    """The settings beside which one stands, by the schema that its model makes."""
    node = schema
    for step in steps[:-1]:
        holder = _map_of(schema, node)
        if isinstance(step, int):
            node = holder["items"]
        else:
            node = holder.get("properties", {}).get(step) or holder["additionalProperties"]
    found: dict[str, Any] = _map_of(schema, node)["properties"]
    return found


def _map_of(schema: Any, node: Any) -> Any:
    """The part of a schema that says what a map or a list holds, behind names and choices."""
    if "$ref" in node:
        return schema["$defs"][node["$ref"].rpartition("/")[2]]
    for choice in (*node.get("anyOf", ()), *node.get("oneOf", ())):
        found = _map_of(schema, choice)
        if found.get("type") in ("object", "array"):
            return found
    return node
