# SPDX-License-Identifier: Apache-2.0
"""What `config.yaml` and `stigmer.yaml` may say. Imported only when one of them is read: pydantic takes its time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import ErrorDetails

from stigmer.resources.kinds import nearest

NAME = r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"
Name = Annotated[str, StringConstraints(pattern=NAME)]


class Settings(BaseModel):
    """Settings of which none is unknown and none is another type than it is written as."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class LocalSettings(Settings):
    """Of a local backend: where its database lies."""

    db_path: str | None = None


class CloudSettings(Settings):
    """Of a backend over gRPC: where it is, for which organization, and whether without TLS."""

    endpoint: str
    organization: Name | None = None
    insecure: bool = False
    token: str | None = None


class Backend(Settings):
    """One backend."""

    type: Literal["local", "cloud"]
    local: LocalSettings | None = None
    cloud: CloudSettings | None = None


class Network(Settings):
    """What calls over HTTP may reach beyond public addresses."""

    allow: list[str] = []


class DefaultModel(Settings):
    """The model of agents that name none."""

    provider: str
    name: str


class Provider(Settings):
    """Where a provider of models answers, and the variable that holds its key."""

    base_url: str | None = None
    api_key_env: str | None = None


class Models(BaseModel):
    """The default model, and providers by their names."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, Provider] = Field(init=False)
    default: DefaultModel | None = None


class Engine(Settings):
    """What carries workflows."""

    type: Literal["embedded", "temporal"]
    address: str | None = None
    namespace: str | None = None


def _engine(value: Any) -> Any:
    return {"type": value} if isinstance(value, str) else value


class Config(Settings):
    """`config.yaml`, its short form of one backend already written as the long one."""

    backend: str | None = None
    backends: dict[str, Backend] = {}
    network: Network = Network()
    models: Models = Models()
    engine: Annotated[Engine, BeforeValidator(_engine)] = Engine(type="embedded")


class Target(Settings):
    """Where else a project may be applied to."""

    backend: str | None = None
    org: Name | None = None
    overlays: list[str] = []


class Project(Settings):
    """`stigmer.yaml`."""

    name: Name
    paths: list[str] = Field(default=["."], min_length=1)
    org: Name | None = None
    backend: str | None = None
    requires: str | None = None
    prune: bool = False
    max_delete_percent: int | None = Field(default=None, ge=0, le=100)
    execute: bool = True
    targets: dict[str, Target] = {}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one setting; `key` says that its name is meant rather than its value."""

    code: str
    message: str
    hint: str | None = None
    key: bool = False


def problem(error: ErrorDetails) -> Problem:
    """An error of a model in words that name the setting."""
    name = ".".join(str(step) for step in error["loc"])
    match error["type"]:
        case "extra_forbidden":
            near = nearest(str(error["loc"][-1]), _names())
            return Problem(
                "settings.unknown",
                f"{name} is not a setting",
                f"did you mean {near}?" if near else None,
                key=True,
            )
        case "missing":
            return Problem("settings.required", f"{name} is required", f"add {error['loc'][-1]}:", key=True)
        case "string_pattern_mismatch":
            words = "lower-case letters, digits and hyphens, 1 to 63 characters, no hyphen at either end"
            return Problem("settings.value", f"{name} is not a name: {words}")
        case _:
            return Problem("settings.value", f"{name}: {error['msg'][:1].lower()}{error['msg'][1:]}")


def _names() -> set[str]:
    """Every setting that there is, for suggestions."""
    models: tuple[type[BaseModel], ...] = (Config, Project, *Settings.__subclasses__())
    return {name for model in models for name in model.model_fields}
