# SPDX-License-Identifier: Apache-2.0
"""The words in which a plan's meaning is told: what one resource can do more or less, and whom that touches."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from stigmer.resources.keys import Key


class Capability(StrEnum):
    """What can be gained and lost."""

    TOOL = "tool"
    SERVER = "server"
    HOST = "host"
    COMMAND = "command"
    SECRET = "secret"
    APPROVAL = "approval"
    ACCESS = "access"


class Danger(IntEnum):
    """How much care a change wants; a reader is shown the greatest first."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing that a resource gains (or loses): the tool, the host, the secret, as a person would name it.

    `through` is what it comes by, as a server or an environment, where that helps to understand it.
    """

    capability: Capability
    gained: bool
    what: str
    through: Key | None = None
    danger: Danger = Danger.LOW


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a plan changes for one subject: an agent, a workflow, a person.

    `sentence` says it whole, without a full stop: `support-bot can now delete files and read STRIPE_KEY; 3 instances, 1 workflow`.
    `affected` are the instances, sessions and workflows that behave otherwise from then on. `cause` are the resources whose
    change brings it about.
    """

    subject: Key
    sentence: str
    shifts: tuple[Shift, ...] = ()
    affected: tuple[Key, ...] = ()
    cause: tuple[Key, ...] = ()

    @property
    def danger(self) -> Danger:
        """The greatest of its shifts."""
        return max((each.danger for each in self.shifts), default=Danger.NONE)
