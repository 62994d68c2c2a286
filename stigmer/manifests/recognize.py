# SPDX-License-Identifier: Apache-2.0
"""Which kind of manifest a document is, or why it is none: another system's, a mistyped one, one that only the system makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stigmer.errors import Diagnostic, Location, Severity
from stigmer.resources.fields import message
from stigmer.resources.kinds import API_DOMAIN, Kind, kinds, kinds_by_name, nearest
from stigmer.resources.paths import Path
from stigmer.resources.resource import SOPS_KEY, SOPS_MARK

# What other systems, and other words, call what stigmer has.
_OTHER_NAMES = {
    **dict.fromkeys(
        ("Secret", "ConfigMap", "Env", "Config", "Vault", "SealedSecret", "ExternalSecret"), "Environment"
    ),
    **dict.fromkeys(("ServiceAccount", "User", "Account", "Identity"), "IdentityAccount"),
    **dict.fromkeys(("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "Policy"), "IamPolicy"),
    **dict.fromkeys(("Namespace", "Project", "Team", "Org", "Tenant"), "Organization"),
    **dict.fromkeys(("Tool", "Toolset", "ToolServer", "Mcp", "MCP"), "McpServer"),
    **dict.fromkeys(("Pipeline", "Flow", "WorkflowTemplate", "CronJob", "CronWorkflow"), "Workflow"),
    **dict.fromkeys(("Assistant", "Bot"), "Agent"),
    **dict.fromkeys(("Knowledge", "Document", "Prompt"), "Skill"),
    **dict.fromkeys(("Token", "AccessToken"), "ApiKey"),
    **dict.fromkeys(("Conversation", "Thread"), "Session"),
}
_KEPT_IN = {
    "Environment": "stigmer keeps values and secrets in an Environment",
    "IdentityAccount": "stigmer's accounts are IdentityAccounts",
    "IamPolicy": "stigmer grants rights by an IamPolicy",
    "Organization": "stigmer's namespaces are Organizations",
    "McpServer": "stigmer's agents have their tools from an McpServer",
    "Workflow": "stigmer's kind for this is Workflow",
}
_OTHER_VERSION_KEYS = ("api_version", "apiversion", "ApiVersion", "APIVersion", "api-version")


@dataclass(frozen=True, slots=True)
class Unrecognized:
    """Why a document is no manifest, and where that shows. A stranger belongs to something else; a place of () is the document's."""

    code: str
    message: str
    hint: str | None
    path: Path = ()
    key: bool = False
    stranger: bool = False

    def diagnostic(self, place: Location, *, strict: bool) -> Diagnostic:
        """The same at its place. Unless `strict`, what belongs to something else is passed over."""
        passed_over = self.stranger and not strict
        severity = Severity.WARNING if passed_over else Severity.ERROR
        words = f"{self.message}; passed over" if passed_over else self.message
        return Diagnostic(severity, self.code, words, hint=self.hint, location=place)


def recognize(value: Any) -> Kind | Unrecognized:
    """The kind of a document, or what keeps it from being a manifest of ours."""
    if not isinstance(value, dict):
        words = "not a manifest: a manifest is a map with apiVersion and kind"
        return _stranger(words, "begin it with apiVersion: and kind:")
    version, name = value.get("apiVersion"), value.get("kind")
    if SOPS_KEY in value and (hidden := _encrypted(value)) is not None:
        return hidden
    kind = kinds_by_name().get(name) if isinstance(name, str) else None
    if not isinstance(version, str):
        return _no_version(value, kind)
    if kind is not None and kind.api_version == version:
        if kind.declarable:
            return kind
        words = f"{kind.name} is made by the system alone, never by a manifest"
        return Unrecognized("manifest.system_kind", words, "remove this document", ("kind",))
    if not _is_ours(version, kind):
        return _other_system(version, name, kind)
    if kind is not None:
        words = f"{version} is not the apiVersion of {kind.name}"
        return Unrecognized("manifest.api_version", words, f"write {kind.api_version}", ("apiVersion",))
    if name is None:
        return _no_kind(value)
    if not isinstance(name, str):
        return Unrecognized("manifest.kind", "kind is not the name of a kind", _all_kinds(), ("kind",))
    return Unrecognized("manifest.kind", f"{name} is not a kind", _kind_hint(name), ("kind",))


def _encrypted(value: dict[str, Any]) -> Unrecognized | None:
    """What is said of a document of which sops encrypted even what it is."""
    for key in ("apiVersion", "kind"):
        if str(value.get(key)).startswith(SOPS_MARK):
            from stigmer.manifests.sops.block import ONLY_VALUES

            words = f"sops encrypted the {key} too, so there is no telling what this is"
            version = value.get("apiVersion")
            stranger = not (isinstance(version, str) and _is_ours(version, None))
            return Unrecognized("sops.place", words, ONLY_VALUES, (key,), stranger=stranger)
    return None


def _no_kind(value: dict[str, Any]) -> Unrecognized:
    if "Kind" in value:
        return Unrecognized("manifest.kind", "Kind is written kind", "write kind", ("Kind",), key=True)
    guess = _kind_by_fields(value.get("spec"))
    if "kind" in value:
        hint = f"give it the value {guess.name}" if guess is not None else _all_kinds()
        return Unrecognized("manifest.kind", "kind is empty", hint, ("kind",))
    hint = f"add kind: {guess.name}" if guess is not None else _all_kinds()
    return Unrecognized("manifest.kind", "kind is missing", hint)


def _no_version(value: dict[str, Any], kind: Kind | None) -> Unrecognized:
    version = value.get("apiVersion")
    if version is not None and kind is not None:
        words = f"{version} is not the apiVersion of {kind.name}"
        return _stranger(words, f"write {kind.api_version}", ("apiVersion",))
    other = next((each for each in _OTHER_VERSION_KEYS if each in value), None)
    if other is not None and (kind is not None or _is_ours(str(value[other]), kind)):
        words = f"{other} is written apiVersion"
        return Unrecognized("manifest.api_version", words, "write apiVersion", (other,), key=True)
    if kind is not None and "apiVersion" in value:
        hint = f"give it the value {kind.api_version}"
        return _stranger("not a manifest: apiVersion is empty", hint, ("apiVersion",))
    missing = f"add apiVersion: {kind.api_version}" if kind is not None else None
    return _stranger("not a manifest: apiVersion is missing", missing)


def _is_ours(version: str, kind: Kind | None) -> bool:
    """Whether an apiVersion means one of ours: by its group or nearly so, or Kubernetes' bare `v1` with a kind that only we have."""
    group, slash, _ = version.partition("/")
    if not slash:
        return kind is not None or group.endswith(API_DOMAIN)
    return group.endswith(API_DOMAIN) or nearest(group, _groups()) is not None


def _groups() -> set[str]:
    return {f"{each.group}.{API_DOMAIN}" for each in kinds()}


def _other_system(version: str, name: Any, kind: Kind | None) -> Unrecognized:
    words = f"not a stigmer manifest: apiVersion is {version}"
    ours = _OTHER_NAMES.get(name) if isinstance(name, str) else None
    return _stranger(words, _KEPT_IN.get(ours) if ours is not None else None, ("apiVersion",))


def _kind_hint(name: str) -> str:
    ours = _OTHER_NAMES.get(name)
    if ours is not None:
        about = _KEPT_IN.get(ours)
        return f"write {ours}: {about}" if about else f"write {ours}"
    near = nearest(name, [each.name for each in kinds() if each.declarable])
    return f"did you mean {near}?" if near else _all_kinds()


def _all_kinds() -> str:
    able = sorted((each for each in kinds() if each.declarable), key=lambda each: each.group != "agentic")
    return "kinds: " + ", ".join(each.name for each in able)


def _kind_by_fields(spec: Any) -> Kind | None:
    """The one kind whose spec could hold these fields."""
    if not isinstance(spec, dict) or not spec:
        return None
    able = [
        kind
        for kind in kinds()
        if kind.declarable
        and all(each in message(kind.spec).fields for each in spec)
        and all(each in spec for each, about in message(kind.spec).fields.items() if about.required)
    ]
    return able[0] if len(able) == 1 else None


def _stranger(words: str, hint: str | None, path: Path = ()) -> Unrecognized:
    return Unrecognized("manifest.stranger", words, hint, path, stranger=True)
