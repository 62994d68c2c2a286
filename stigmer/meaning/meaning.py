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
    FILES = "files"
    SKILL = "skill"
    CALL = "call"


class Danger(IntEnum):
    """How much care a change wants; a reader is shown the greatest first."""

    NONE = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        """`none`, `low`, `medium` or `high`, as outputs and policies say it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing that a resource gains (or loses): the tool, the host, the secret, as a person would name it.

    `through` is what it comes by, as a server or an environment, where that helps to understand it. `server` is what the agent
    calls the server that it belongs to, also of one that is described in place; `sub_agent` is the sub-agent that has it, where it
    is not the agent itself. `external` says of a host that it is not of this machine or a private network, as far as one can see.
    """

    capability: Capability
    gained: bool
    what: str
    through: Key | None = None
    danger: Danger = Danger.LOW
    server: str = ""
    sub_agent: str = ""
    external: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a plan changes for one subject: an agent, a workflow, a person.

    `sentence` says it whole, without a full stop: `support-bot can now delete files and read STRIPE_KEY; 3 instances, 1 workflow`.
    `affected` are the instances, sessions and workflows that behave otherwise from then on. `cause` are the resources whose
    change brings it about. `others` are more subjects of which the very same is true; `relation` says that those are meant who
    have it to the subject, such as the members of an organization.
    """

    subject: Key
    sentence: str
    shifts: tuple[Shift, ...] = ()
    affected: tuple[Key, ...] = ()
    cause: tuple[Key, ...] = ()
    others: tuple[Key, ...] = ()
    relation: str = ""

    @property
    def danger(self) -> Danger:
        """The greatest of its shifts."""
        return max((each.danger for each in self.shifts), default=Danger.NONE)
