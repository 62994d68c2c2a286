# SPDX-License-Identifier: Apache-2.0
"""What may go wrong with a secret near: sources that are not there, mistakes in manifests, refusals, crashes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.campaigns.canary_stage import Stage, change, damage
from tests.campaigns.canary_step import ANY, APPLY, DIFF, ENVIRONMENT, TEXT_OR_JSON, Step
from tests.campaigns.canary_step import step as _step


def sources_that_fail(stage: Stage) -> Iterator[Step]:
    """A source that is not there, or holds what cannot be read, beside others that can."""
    broken = stage.draw("not text")["long"]
    not_text = broken.value.encode() + b"\xff\xfe" + broken.value.encode()
    path = stage.plant("not-text.txt", not_text)
    data = {
        "NOT_TEXT": {"value_from": {"file": str(path)}},
        "NO_FILE": {"value_from": {"file": str(stage.planted / "none.txt")}},
        "NO_VARIABLE": {"value_from": {"env": "CANARY_NONE"}},
        "NO_ENTRY": {"value_from": {"keyring": {"service": "none", "username": "nobody"}}},
        "SHORT": {"value_from": {"env": "CANARY_SHORT"}},
        "PEM": {"value_from": {"file": str(stage.planted / "pem.txt")}},
        "NOBODY": {"is_secret": True},
    }
    text = json.dumps(
        {
            "apiVersion": "agentic.stigmer.ai/v1",
            "kind": "Environment",
            "metadata": {"name": "failing"},
            "spec": {"data": data},
        }
    )
    (stage.work / "failing.yaml").write_text(text)
    yield from (_step(f"diff -v -f failing.yaml -o {form}", 1, 4) for form in DIFF)
    yield _step("apply -v -f failing.yaml", 4, terminal=True)
    yield from (_step(f"apply -v -f failing.yaml -o {form}", 4) for form in APPLY)
    narrow = {"STIGMER_ALLOW_ENV": "CANARY_S*", "STIGMER_ALLOW_FILES": str(stage.root / "user")}
    yield _step("diff -v", 0, 1, environ=narrow)
    yield _step("apply -v", 4, environ=narrow, prepare=change)
    yield _step("apply --keep-unresolved", environ=narrow)
    no_keychain = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    yield _step("apply", 4, 7, environ=no_keychain)


def invalid(stage: Stage) -> Iterator[Step]:
    """Mistakes beside a value in clear, and in it. No message may repeat it."""
    values = list(stage.draw("mistake").values())
    for number, form in enumerate(_MISTAKES):
        canary = values[number % len(values)]
        value = json.dumps(canary.value, ensure_ascii=False)
        path = stage.plant(f"wrong/{number}/wrong.yaml", ENVIRONMENT + form.replace("VALUE", value))
        for output in ("text", "json", "sarif"):
            yield _step(f"validate -f {path} -o {output}", *ANY)
        yield _step(f"diff -f {path} -v", *ANY)
        yield _step(f"fmt -f {path} --diff", *ANY)
        yield _step(f"validate -f {path}", *ANY, terminal=True)


# Each with a value in clear. Not among them: a value in the place of a name, since names are no secrets.
_MISTAKES = (
    "    A: {is_secret: true, value: VALUE, vaule: x}\n",
    "    A: {is_secret: true, vaule: VALUE}\n",
    "    A: {is_secret: true, value: VALUE}\n  B: [\n",
    "    A: {is_secret: true, value: VALUE\n",
    "    A: {is_secret: true, value: [VALUE]}\n",
    "    A: {is_secret: true, value: {inner: VALUE}}\n",
    "    A: {is_secret: VALUE, value: x}\n",
    "    A: VALUE\n",
    "    A: {is_secret: true, value: !secret VALUE}\n",
    "    A: {is_secret: true, value: VALUE, value_from: {env: X}}\n",
    "    A: {value_from: VALUE}\n",
    "    A: {value_from: {keyring: VALUE}}\n",
    "    A: {value_from: {age: VALUE}}\n",
    "    A: {is_secret: true, value: VALUE, value: VALUE}\n",
    "    A: &a {is_secret: true, value: VALUE}\n    B: *b\n",
    "    A: {is_secret: true, value: VALUE}\n    a-b: {value: x}\n",
    "    - name: A\n      value: VALUE\n",
)


def refused(stage: Stage) -> Iterator[Step]:
    """Drift, conflicts, protection, a set of somebody else."""
    yield _step("apply", prepare=change)
    yield _step("rollback environment/prod --to previous")
    yield _step("diff --drift refuse -o json", 4)
    yield _step("apply", 4, prepare=change)
    yield from (_step(f"diff -o {form}", 4, prepare=change) for form in DIFF)
    yield _step("apply --force-conflicts -o json")
    yield _step("apply --set other", 4, prepare=change)
    yield _step("delete environment/prod", 4)


def crashes(stage: Stage) -> Iterator[Step]:
    for sabotage, *expect in (
        ("killed", -9),
        ("interrupted", 130),
        ("aborted", -6),
        ("disk full", 7),
        ("bug while sealing", 70),
        ("bug about a batch", 70),
        ("bug while reading", 70),
    ):
        yield _step("apply -v", *expect, sabotage=sabotage, prepare=change)
        yield _step("apply -o jsonl", *expect, sabotage=sabotage)
        if sabotage not in ("disk full", "bug while reading"):
            given = stage.draw("crash")["long"].value.encode()
            yield _step("secrets set prod CRASH", *expect, sabotage=sabotage, given=given)
    yield _step("doctor")
    yield _step("apply")
    damaged = {"STIGMER_HOME": str(stage.root / "damaged")}
    yield _step("apply -v", 7, environ=damaged, prepare=damage)
    yield from (_step(f"doctor -o {form}", 7, environ=damaged) for form in TEXT_OR_JSON)
    yield _step("apply", 7, environ={"STIGMER_HOME": str(stage.work / "stigmer.yaml" / "home")})
