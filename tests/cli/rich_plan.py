# SPDX-License-Identifier: Apache-2.0
"""Plans made by hand: one with everything that a plan can hold, and plans of any size."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stigmer.cli.plan_outputs import Told
from stigmer.errors import Diagnostic, Location, Severity
from stigmer.meaning.meaning import Capability, Danger, Meaning, Shift
from stigmer.reconcile.plan import (
    Blame,
    Cause,
    Create,
    Delete,
    FieldChange,
    Op,
    Plan,
    Release,
    Unchanged,
    Update,
)
from stigmer.resources.confidential import Redacted, Unresolved
from stigmer.resources.keys import Key
from stigmer.resources.resource import digest, encode

BOT = Key("Agent", "default", "support-bot")
KEYS = Key("Environment", "default", "keys")
FILES = Key("McpServer", "default", "files")
INSTRUCTIONS = "".join(f"Rule {number}: be kind.\n" for number in range(1, 13))


def body(kind: str, name: str, group: str = "agentic", **spec: Any) -> dict[str, Any]:
    """A canonical body."""
    return {
        "apiVersion": f"{group}.stigmer.ai/v1",
        "kind": kind,
        "metadata": {"name": name, "org": "default"},
        "spec": spec,
    }


def create(key: Key, place: Location | None, **spec: Any) -> Create:
    """A resource that is not there yet."""
    encoded = encode(body(key.kind, key.name, **spec))
    return Create(key=key, encoded=encoded, digest=digest(encoded), location=place)


def update(key: Key, place: Location | None, *fields: FieldChange, renamed_from: Key | None = None) -> Update:
    """A resource that changes; what it becomes as a whole is not shown, so it is not made up."""
    return Update(
        key=key,
        encoded=b"{}",
        digest="v1:",
        location=place,
        id="agt_1",
        revision=7,
        fields=fields,
        renamed_from=renamed_from,
    )


def replaced(path: str, before: Any, after: Any, cause: Cause = Cause.MANIFEST, **more: Any) -> FieldChange:
    """A field with another value."""
    return FieldChange(path, Op.REPLACE, before, after, cause, **more)


ALICE = Blame("alice", datetime(2026, 11, 20, 14, 3, tzinfo=UTC), 40, "hotfix @ops <b>now</b>")
CONFLICT = update(
    Key("Agent", "default", "shop-bot"),
    Location("agents/shop.yaml", 3),
    replaced("spec.model.name", "qwen3-live", "qwen4", Cause.BOTH, applied="qwen3", blame=ALICE),
    FieldChange("metadata.title", Op.ADD, after="Shop | bot"),
)
DRIFTED = update(
    BOT,
    Location("agents/support.yaml", 1),
    replaced("spec.model.temperature", 0.9, 0.2, Cause.DRIFT, applied=0.2, blame=ALICE),
    replaced(
        "spec.instructions",
        INSTRUCTIONS,
        INSTRUCTIONS.replace("Rule 3: be kind.", "Rule 3: ```be``` </details> @everyone."),
    ),
    FieldChange(
        "spec.mcp_servers[files]",
        Op.ADD,
        after={"name": "files", "ref": "files", "enabled_tools": ["delete_file"]},
    ),
)
SECRETS = update(
    KEYS,
    Location("environments/keys.yaml", 1),
    replaced("spec.data.STRIPE_KEY.value", Redacted("1a2b3c4d5e6f"), Redacted("99887766aabb")),
    replaced("spec.data.MAIL_KEY.value", Redacted("0f0f0f0f0f0f"), Unresolved("env", "MAIL_KEY")),
    FieldChange("spec.data.OLD", Op.REMOVE, before={"is_secret": True, "value": Redacted("777777777777")}),
)
RENAMED = update(
    Key("Skill", "default", "refunds"),
    Location("skills.yaml", 12),
    FieldChange("metadata.name", Op.REPLACE, "returns", "refunds"),
    renamed_from=Key("Skill", "default", "returns"),
)
ADOPTED = update(
    Key("Workflow", "default", "nightly"),
    Location("workflows/nightly.yaml", 1),
    replaced("metadata.set", "ops", "shop"),
)
CHANGES = (
    create(
        FILES,
        Location("mcp-servers/files.yaml", 1),
        stdio={"command": "mcp-files", "args": ["--root", "</details><img src=x> ```` @team"]},
    ),
    create(
        Key("Environment", "default", "fresh"),
        Location("environments/fresh.yaml", 1),
        data={"TOKEN": {"is_secret": True, "fingerprint": "abcdef0123456789"}},
    ),
    DRIFTED,
    SECRETS,
    update(
        Key("Agent", "acme", "helper"),
        Location("agents/helper.yaml", 1),
        replaced("metadata.title", "Helper", "Good helper"),
    ),
    RENAMED,
    ADOPTED,
    CONFLICT,
    Release(Key("Skill", "default", "manual"), "skl_1", 9, "shop"),
    Delete(Key("AgentInstance", "default", "night-shift"), "ain_1", 12),
    Delete(Key("Agent", "default", "old-bot"), "agt_9", 11),
)
REFUSALS = (
    Diagnostic(
        Severity.ERROR,
        "plan.conflict",
        "spec.model.name was changed in the manifest and, since the last apply, by alice",
        "write the live value into the manifest first, or apply with --force-conflicts",
        Location("agents/shop.yaml", 9, 11),
        "agent/shop-bot",
        "spec.model.name",
    ),
    Diagnostic(
        Severity.ERROR,
        "delete.referenced",
        "agent/old-bot is still named by session/x",
        "delete that first",
        None,
        "agent/old-bot",
    ),
)
REMARKS = (
    Diagnostic(
        Severity.WARNING,
        "secret.unresolved",
        "the variable MAIL_KEY is not set",
        "set it, or --keep-unresolved",
        Location("environments/keys.yaml", 14, 9),
        "environment/keys",
    ),
    Diagnostic(Severity.INFO, "execution.not_run", "workflow-execution/x is declared and not run"),
)
MEANINGS = (
    Meaning(
        Key("Workflow", "default", "nightly"),
        "nightly calls api.example.com no more",
        (Shift(Capability.HOST, False, "api.example.com", danger=Danger.LOW, external=True),),
    ),
    Meaning(
        BOT,
        "support-bot can now delete files and read STRIPE_KEY; 1 instance, 1 workflow",
        (
            Shift(Capability.TOOL, True, "delete_file", FILES, Danger.HIGH, server="files"),
            Shift(Capability.SECRET, True, "STRIPE_KEY", KEYS, Danger.MEDIUM),
        ),
        affected=(Key("AgentInstance", "default", "day-shift"), Key("Workflow", "default", "nightly")),
        cause=(BOT,),
    ),
)


def plan(*changes: Any, unchanged: int = 2, set_name: str | None = "shop") -> Plan:
    """A plan of these changes."""
    same = tuple(
        Unchanged(Key("Agent", "default", f"same-{number}"), Location("agents/same.yaml", number + 1))
        for number in range(unchanged)
    )
    return Plan(set_name, adopt=True, base_revision=41, changes=changes, unchanged=same)


def rich(*, refused: bool = True) -> Told:
    """Everything that a plan can hold, or the same with what is against it overridden."""
    return Told(
        plan(*CHANGES),
        (*REFUSALS, *REMARKS) if refused else (replace(REFUSALS[0], severity=Severity.WARNING), *REMARKS),
        MEANINGS,
        org="default",
        target="prod",
        declared_in="stigmer.yaml",
    )


def large(number: int) -> Told:
    """Very many creates and some of everything else among them, the worst of it last."""
    creates = [
        create(
            Key("Agent", "default", f"bot-{each}"),
            Location(f"agents/{each % 100}.yaml", each + 1),
            instructions=INSTRUCTIONS,
        )
        for each in range(number)
    ]
    updates = [
        update(
            Key("Skill", "default", f"skill-{each}"),
            Location("skills.yaml", each + 1),
            replaced("metadata.title", f"Skill {each}", f"Skill no. {each}"),
        )
        for each in range(number // 10)
    ]
    return Told(plan(*creates, *updates, *CHANGES), (*REFUSALS, *REMARKS), MEANINGS, org="default")
