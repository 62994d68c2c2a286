# SPDX-License-Identifier: Apache-2.0
"""Policies over changes: rules in CEL that a project asks of everything that a plan changes, before it happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stigmer.checks.policies.document import parts, stored_document
from stigmer.checks.policies.judge import Rules, Verdict, place, verdict
from stigmer.checks.policies.names import AFTER, BEFORE, CHANGE
from stigmer.checks.policies.rule import Rule, engine
from stigmer.errors import Diagnostic, Location
from stigmer.manifests.manifest import Manifest, shown_path
from stigmer.resources.keys import Key
from stigmer.resources.needs import Body
from stigmer.resources.resource import label

_MEANING = ("gains", "losses", "danger", "affected")


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """A change as rules are told of it: `told` has the fields of `change`; `before` and `after` are canonical bodies, or None.

    `former` is the key that it has before, `sentence` what it means, `manifest` what declares it where that is at hand, `location`
    the place that is meant where it is not.
    """

    key: Key
    former: Key
    told: Mapping[str, Any]
    before: Body | None
    after: Body | None
    sentence: str = ""
    manifest: Manifest | None = None
    location: Location | None = None


def judge_changes(rules: Rules, changes: Iterable[ChangeFacts]) -> Iterator[tuple[int, Diagnostic]]:
    """What the rules do not allow, each with the number of its policy. It has no location where nothing declares what changes."""
    for facts in changes:
        for index, rule in rules.over_changes.get(facts.key.kind, ()):
            seen = _seen(rule, facts)
            said = verdict(rule, engine().Context(seen), seen)
            if said is not None:
                yield index, _diagnostic(rule, facts, said, seen)


def _seen(rule: Rule, facts: ChangeFacts) -> dict[str, Any]:
    """What the rule is given: of the resources only what it names."""
    seen: dict[str, Any] = {CHANGE: facts.told, BEFORE: None, AFTER: None}
    for name, key, body in ((BEFORE, facts.former, facts.before), (AFTER, facts.key, facts.after)):
        uses = [use for use in rule.uses if use.root == name]
        if uses and body is not None:
            seen[name] = stored_document(key, body, parts(uses))
    return seen


def _diagnostic(rule: Rule, facts: ChangeFacts, said: Verdict, seen: Mapping[str, Any]) -> Diagnostic:
    manifest, policy = facts.manifest, rule.policy
    # What is not told at its own manifest has to be named.
    words = f": {label(facts.key)}" if manifest is None else ""
    if facts.sentence and any(use.steps[:1] and use.steps[0] in _MEANING for use in rule.uses):
        words = f": {facts.sentence}"
    if said.answered:
        words = f"{policy.message}{words} (policy {policy.name})"
    else:
        words = f"policy {policy.name} has no answer here{'' if manifest else words}: {said.words}"
    location, path = facts.location, None
    if manifest is not None:
        steps = place(rule, manifest, seen)
        location = manifest.origin.locate(steps) if steps else manifest.origin.start
        path = shown_path(manifest.resource.kind, manifest.resource.body, steps)
    code = "policy.refused" if said.answered else "policy.unanswered"
    return Diagnostic(said.severity, code, words, said.hint, location, label(facts.key), path)
