# SPDX-License-Identifier: Apache-2.0
"""The command lines that canaries go through: every command, every form of output, and whatever may go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ruamel.yaml import YAML

from tests.campaigns.canary_stage import Stage, change
from tests.campaigns.canary_step import ANY, APPLY, DIFF, ENVIRONMENT, GET, TEXT_OR_JSON, VALIDATE, Step
from tests.campaigns.canary_step import step as _step
from tests.campaigns.canary_values import Canary
from tests.campaigns.canary_wrong import crashes, invalid, refused, sources_that_fail
from tests.campaigns.stage import ROOT

_SOPS = ROOT / "tests" / "fixtures" / "sops"


def steps(stage: Stage) -> Iterator[Step]:
    """All of them, in an order in which they make sense."""
    yield from _before_there_is_a_store(stage)
    yield from crashes(stage)
    yield from _a_life(stage)
    yield from _secrets_by_hand(stage)
    yield from sources_that_fail(stage)
    yield from refused(stage)
    yield from _in_clear(stage)
    yield from _in_an_overlay(stage)
    yield from invalid(stage)
    yield from _the_store(stage)


def _before_there_is_a_store(stage: Stage) -> Iterator[Step]:
    for line in (
        "version",
        "version -o json",
        "completion bash",
        "explain environment",
        "explain secret.unresolved",
    ):
        yield _step(line)
    yield from (_step(f"explain environment -o {form}") for form in TEXT_OR_JSON)
    yield from (
        _step(line) for line in ("schema environment", "schema --install schemas", "new environment x")
    )
    yield _step("new project made", directory="tmp")
    yield from (_step(f"validate -v -o {form}") for form in VALIDATE)
    yield from (_step(f"diff -v -o {form}", 0, 1) for form in DIFF)
    yield _step("diff --save ../tmp/early.json", 4)
    yield from (_step(f"graph -o {form}") for form in ("text", "json", "mermaid", "dot"))
    yield from (_step(f"init -o {form}") for form in TEXT_OR_JSON)
    yield _step("apply -v -m first", prepare=lambda stage: None)


def _a_life(stage: Stage) -> Iterator[Step]:
    """Values change, and every way of looking at that is taken."""
    yield _step("diff --show-unchanged", prepare=Stage.keep_master_key)
    yield _step("apply -v", prepare=change, terminal=True)
    yield from (_step(f"diff -v -o {form}", 0, 1, prepare=change) for form in DIFF)
    yield _step("diff --save ../tmp/plan.json --exit-zero")
    yield _step("apply --plan ../tmp/plan.json -o jsonl")
    yield _step("apply --plan ../tmp/plan.json", 0, 4, prepare=change)
    yield _step("diff --save ../tmp/stale.json --exit-zero")
    yield _step("apply --plan ../tmp/stale.json", 4, prepare=change)
    for form in APPLY:
        yield _step(f"apply --dry-run -v -o {form}", prepare=change)
        yield _step(f"apply -v -o {form}")
    for form in GET:
        yield _step(f"get environment/prod -o {form}")
        yield _step(f"get all -o {form}")
    yield _step("get api-resource-versions -o json")
    yield from (_step(f"history environment/prod -o {form}") for form in ("text", "json", "yaml"))
    yield from (_step(f"diff --from 1 environment/prod -o {form}", 0, 1) for form in TEXT_OR_JSON)
    yield _step("export")
    yield _step("export -d ../tmp/exported")
    yield _step("export -d ../tmp/exported-again --one-file -o json")
    yield _step("diff -f ../tmp/exported --set canaries", 0, 4)
    yield from (_step(f"search canaries -o {form}") for form in TEXT_OR_JSON)
    for form in TEXT_OR_JSON:
        yield _step(f"rollback environment/prod --to 1 --dry-run -o {form}")
        yield _step(f"rollback environment/prod --to previous -o {form}")
    yield _step("rollback environment/prod --to 1 --write", 0, 4)
    yield _step("rollback --set canaries --revision 1 --yes -o json", 0, 4)
    yield _step("diff --drift refuse", 0, 1, 4)
    yield _step("apply")


def _secrets_by_hand(stage: Stage) -> Iterator[Step]:
    for shape, canary in stage.draw("standard input").items():
        value = canary.value.encode()
        yield Step(("secrets", "set", "prod", f"HAND_{shape.upper()}", "-m", "by hand"), given=value)
    again = stage.draw("standard input again")["pem"].value.encode()
    yield _step("secrets set environment/prod HAND_PEM -o json", given=again)
    yield _step("secrets set prod HAND_PEM", given=again)
    yield _step("secrets set prod HAND_PEM -o json", given=again)
    yield _step("secrets set production HAND_PEM", 5, given=again)
    yield _step("secrets set prod REGION", given=again)
    yield _step("secrets set prod hand-pem", 2, given=again)
    yield _step("secrets set prod HAND_NEW", 2, given=b"\xff" + again)
    argument = stage.draw("argument")["long"].value
    yield Step(("secrets", "set", "prod", "HAND_LONG", argument), (2,))
    yield Step(("secrets", "set", "prod", f"HAND_LONG={argument}"), (2,))
    yield Step(("secrets", "set", "prod", "HAND_LONG", f"--value={argument}", "-o", "json"), (2,))
    for form in TEXT_OR_JSON:
        yield _step(f"secrets list -o {form}")
        yield _step(f"secrets list prod -o {form}")
        yield _step(f"secrets status -o {form}", *ANY)
        yield _step(f"secrets rotate-key -o {form}", *ANY)
        yield _step(f"secrets status -v -o {form}", *ANY)
    yield _step("secrets list production", 5)
    yield _step("diff", 0, 1, prepare=Stage.keep_master_key)
    yield _step("apply")


def _in_clear(stage: Stage) -> Iterator[Step]:
    """Values that stand in manifests, as nobody should have them."""
    clear = str(stage.planted / "clear")
    for file in (clear, str(stage.planted / "run")):
        yield from (_step(f"validate -v -f {file} -o {form}") for form in VALIDATE)
        yield from (_step(f"validate --strict -f {file} -o {form}", 0, 3) for form in VALIDATE)
        yield from (_step(f"diff -v -f {file} -o {form}", 0, 1) for form in DIFF)
    yield _step(f"diff -f {clear} --save ../tmp/clear.json --exit-zero")
    yield from (_step(f"fmt -f {clear} {flags}", 0, 3) for flags in ("--check", "--diff", "--diff -o json"))
    yield from (_step(f"fmt -f {clear} --check -v -o {form}", 3) for form in TEXT_OR_JSON)
    text = (stage.planted / "clear-again.yaml").read_bytes()
    yield _step("diff -f -", 1, given=text)
    yield _step("diff -f - --save ../tmp/given.json", 4, given=text)
    yield _step(f"apply -f {clear} -v")
    yield _step("apply -f - -o json", given=text)
    yield _step(f"apply -f {stage.planted / 'run'} -o json")
    yield from (_step(f"get environment/clear -o {form}") for form in GET)
    yield from (
        _step(f"{line} -f {clear}", *ANY, terminal=True)
        for line in ("validate", "diff -v", "fmt --diff", "apply")
    )
    yield _step("export environment/clear")
    yield _step(f"export environment/clear -d {clear}", 0, 4)
    yield from (_step(f"graph -f {clear} -o {form}") for form in ("text", "json"))
    yield _step("delete environment/clear -o json")
    yield _step(f"delete -f {clear}", 5)
    yield _step("rollback environment/clear --to 1")


def _in_an_overlay(stage: Stage) -> Iterator[Step]:
    """A project whose base and whose targets' overlays hold values in clear."""
    project = stage.planted / "project"
    stage.plant(
        "project/stigmer.yaml",
        "name: clear\npaths: [base/]\ntargets: {one: {overlays: [one/]}, two: {overlays: [two/], org: two}}\n",
    )
    for where, canary in zip(("base", "one", "two"), stage.draw("overlay").values(), strict=False):
        entry = f"    A: {{is_secret: true, value: {json.dumps(canary.value)}}}\n"
        stage.plant(f"project/{where}/keys.yaml", ENVIRONMENT + entry)
    place = str(project.relative_to(stage.root))
    for form in DIFF:
        yield _step(f"diff -v --target one -o {form}", 1, directory=place)
        yield _step(f"diff -v --all -o {form}", *ANY, directory=place)
    yield from (
        _step(f"diff --target one --target two -o {form}", *ANY, directory=place) for form in TEXT_OR_JSON
    )
    yield _step("diff --target one --save ../../tmp/overlay.json", *ANY, directory=place)
    yield _step("apply --target one -v", directory=place)
    yield _step("apply --target one -o jsonl --drift refuse", directory=place)
    yield _step("apply --all -o jsonl", *ANY, directory=place)


def _the_store(stage: Stage) -> Iterator[Step]:
    """The store as a whole: copied, restored, examined."""
    backup = str(stage.root / "tmp" / "backup.stigmer")
    passphrase = f"--passphrase-file {stage.planted / 'passphrase'}"
    yield _step(f"backup {backup} {passphrase}")
    yield _step(f"backup {backup}.json {passphrase} -o json")
    other = {
        "STIGMER_HOME": str(stage.root / "other"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    yield _step(f"restore {backup} {passphrase}", environ=other)
    yield _step(f"restore {backup} {passphrase} --force -o json", environ=other)
    wrong = stage.plant("wrong-passphrase", stage.draw("wrong passphrase")["odd"].value)
    yield _step(f"restore {backup} --force --passphrase-file {wrong}", 7, environ=other)
    yield from (_step(f"doctor -o {form}", environ=other) for form in TEXT_OR_JSON)
    yield _step("diff --exit-zero", environ=other)
    yield from (_step(f"secrets list -o {form}", environ=other) for form in TEXT_OR_JSON)
    yield from _key_that_moves(stage)
    yield from _sealed(stage)


def _key_that_moves(stage: Stage) -> Iterator[Step]:
    """The master key goes from the keychain to a file, under a passphrase, and back."""
    under = {"STIGMER_MASTER_KEY_PASSPHRASE_FILE": str(stage.planted / "passphrase")}
    wrong = {"STIGMER_MASTER_KEY_PASSPHRASE_FILE": str(stage.planted / "wrong-passphrase")}
    yield _step("init --master-key file -o json")
    yield _step("apply", prepare=change)
    yield _step("init --master-key passphrase", environ=under)
    for environ, *expect in ((under, 0), (wrong, 2, 7), ({}, 2, 7)):
        yield _step("apply -v", *expect, environ=environ, prepare=change)
        yield _step("secrets status -o json", *ANY, environ=environ)
        yield _step("doctor", *ANY, environ=environ)
    yield _step("secrets rotate-key", environ=under)
    yield _step("init --master-key keychain", environ=under)
    yield _step("secrets rotate-key -v", prepare=Stage.keep_master_key)
    yield _step("apply", prepare=Stage.keep_master_key)


def _sealed(stage: Stage) -> Iterator[Step]:
    """Values that are sealed for git, opened, sealed again; and such as SOPS sealed."""
    recipient, identity = stage.identity("identity")
    stranger = stage.identity("stranger")[1]
    mine = {"STIGMER_AGE_IDENTITY": str(identity)}
    clear = stage.plant("to-seal.yaml", (stage.planted / "clear-again.yaml").read_bytes())
    yield _step(f"secrets seal {clear}", 2)
    yield from (_step(f"secrets seal {clear} -r {recipient} --dry-run -o {form}") for form in TEXT_OR_JSON)
    yield _step(f"secrets seal {clear} -r {recipient} -v -o json")
    sealed = stage.work / "sealed.yaml"
    yield _step("fmt -f sealed.yaml --diff", 0, 3, prepare=lambda stage: stage.take(clear, sealed))
    yield _step(f"secrets seal sealed.yaml -r {recipient} --again", environ=mine)
    given = stage.draw("sealed from standard input")["pem"].value.encode()
    yield from (_step(f"secrets seal - -r {recipient} -o {form}", given=given) for form in TEXT_OR_JSON)
    for environ in ({}, {"STIGMER_AGE_IDENTITY": str(stranger)}):
        yield _step("diff -v -f sealed.yaml", environ=environ)
        yield _step("apply -v -f sealed.yaml", 4, environ=environ)
        yield from (
            _step(f"secrets unseal sealed.yaml -o {form}", *ANY, environ=environ) for form in TEXT_OR_JSON
        )
    yield from (_step(f"secrets unseal sealed.yaml -o {form}", environ=mine) for form in TEXT_OR_JSON)
    yield _step("secrets unseal sealed.yaml --name PEM", environ=mine, shows=True)
    yield _step("secrets unseal sealed.yaml --name NONE", *ANY, environ=mine)
    again = stage.plant("again/unsealed.yaml", "")
    yield _step(
        f"secrets unseal {again} --in-place", prepare=lambda stage: stage.take(sealed, again), environ=mine
    )
    yield _step("validate -f sealed.yaml -o json")
    yield from (_step(f"diff -v -f sealed.yaml -o {form}", 1, environ=mine) for form in DIFF)
    yield _step("diff -f sealed.yaml --save ../tmp/sealed.json", 1, environ=mine)
    yield _step("apply --plan ../tmp/sealed.json -o json", environ=mine)
    yield _step("apply -v -f sealed.yaml -o jsonl", environ=mine | {"STIGMER_BACKEND": "local"})
    yield _step("get environment/clear -o yaml")
    yield from _of_sops(stage)


def _of_sops(stage: Stage) -> Iterator[Step]:
    """Files that SOPS encrypted: those of the fixtures, whose one secret is known."""
    keys = YAML(typ="safe").load((_SOPS / "identities.yaml").read_text())
    stage.search.add([Canary("a secret of SOPS", "", (b"made-up-key",))])
    mine = {"STIGMER_AGE_IDENTITY": str(stage.plant("sops-keys", keys["keys"]))}

    def taken(stage: Stage) -> None:
        text = (_SOPS / "environment.yaml").read_text()
        (stage.work / "sops.yaml").write_text(text)
        (stage.work / "broken.yaml").write_text(text.replace("REGION", "REGIONS"))

    yield _step("validate -f sops.yaml -o json", prepare=taken)
    yield _step("diff -v -f sops.yaml", *ANY)
    yield _step("apply -v -f sops.yaml", 4)
    yield from (_step(f"diff -v -f sops.yaml -o {form}", 1, environ=mine) for form in DIFF)
    yield from (_step(f"diff -v -f broken.yaml -o {form}", *ANY, environ=mine) for form in TEXT_OR_JSON)
    yield _step("diff -f sops.yaml --save ../tmp/sops.json", 1, environ=mine)
    yield _step("apply --plan ../tmp/sops.json -o json", environ=mine)
    yield _step("apply -v -f sops.yaml -o jsonl", environ=mine)
    yield _step("fmt -f sops.yaml --diff", *ANY)
    yield _step("get environment/keys -o yaml")
