# SPDX-License-Identifier: Apache-2.0
"""The registry and the protos that it is made from; and the check that nothing generated was edited."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stigmer._gen.registry import ENUMS, KINDS, MESSAGES
from tools.gen import descriptors
from tools.gen.__main__ import ROOT, generate, main, write
from tools.gen.model import KIND_ENUM, Field, Message, Model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return descriptors.load(descriptors.run_protoc(ROOT / "proto", tmp_path_factory.mktemp("protoc")))


@pytest.fixture(scope="module")
def outputs() -> dict[str, str]:
    return generate(ROOT / "proto")


def fields_of(messages: Iterator[Message]) -> Iterator[tuple[str, Field]]:
    return ((f"{message.full_name}.{field.name}", field) for message in messages for field in message.fields)


def test_the_kinds_are_sorted_by_number_and_share_no_name_of_theirs() -> None:
    numbers = [kind["number"] for kind in KINDS]
    assert numbers == sorted(numbers)
    for key in ("number", "name", "singular", "plural", "table", "id_prefix", "message"):
        assert len({kind[key] for kind in KINDS}) == len(KINDS), key


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind["singular"]))
def test_a_kind_is_named_and_made_in_one_way(kind: dict[str, object]) -> None:
    singular, name = str(kind["singular"]), str(kind["name"])
    assert name == "".join(word.capitalize() for word in singular.split("_"))
    assert kind["enum"] == f"API_RESOURCE_KIND_{singular.upper()}"
    assert re.fullmatch("[a-z]{3,4}", str(kind["id_prefix"]))
    assert kind["scope"] in ("org", "global")
    assert kind["description"]
    fields = [field["name"] for field in MESSAGES[str(kind["message"])]["fields"]]
    assert fields == ["api_version", "kind", "metadata", "spec", "status"]
    assert kind["spec"] in MESSAGES
    assert kind["status"] in MESSAGES


def test_every_name_that_a_field_uses_is_in_the_registry() -> None:
    kinds = {kind["name"] for kind in KINDS}
    for message, entry in MESSAGES.items():
        names = {field["name"] for field in entry.get("fields", ())}
        for field in entry.get("fields", ()):
            where = f"{message}.{field['name']}"
            assert field.get("message", message) in MESSAGES, where
            assert field.get("enum", KIND_ENUM) in ENUMS, where
            assert set(field.get("references", ())) <= kinds, where
            assert field.get("file_of", field["name"]) in names, where
            item = MESSAGES[field["message"]]["fields"] if "named_by" in field else ()
            assert set(field.get("named_by", ())) <= {part["name"] for part in item}, where
        for group in entry.get("oneofs", ()):
            assert set(group["fields"]) <= names, message


def test_a_kind_is_spelled_by_its_name_and_read_by_its_singular() -> None:
    spellings = {(spelling, *aliases) for _, spelling, aliases in ENUMS[KIND_ENUM]}
    assert spellings == {(kind["name"], kind["singular"]) for kind in KINDS}


def test_no_spelling_of_an_enum_means_two_values() -> None:
    for name, values in ENUMS.items():
        spellings = [spelling for _, spelling, aliases in values for spelling in (spelling, *aliases)]
        assert len(spellings) == len(set(spellings)), name


def test_every_scalar_of_a_spec_can_be_told_from_one_that_was_not_said(model: Model) -> None:
    roots = [name for kind in KINDS for name in (kind["spec"], "stigmer.commons.v1.Metadata")]
    implicit = [where for where, field in fields_of(model.reachable(*roots)) if not field.presence]
    assert implicit == []


def test_every_message_field_and_enum_value_says_what_it_is(model: Model) -> None:
    silent = [where for where, field in fields_of(iter(model.messages.values())) if not field.comment]
    silent += [message.full_name for message in model.messages.values() if not message.comment]
    silent += [value.name for enum in model.enums.values() for value in enum.values if not value.comment]
    silent += [m.name for service in model.services for m in service.methods if not m.comment]
    assert silent == []


def test_only_a_reference_or_a_name_says_which_kinds_it_may_name(model: Model) -> None:
    for where, field in fields_of(model.reachable(*(kind["message"] for kind in KINDS))):
        if field.is_reference:
            assert field.options.get("reference"), where
        elif field.options.get("reference"):
            assert field.type == "string", where


def test_what_is_committed_is_what_the_protos_give() -> None:
    assert main(["--check"]) == 0


def test_the_same_protos_give_the_same_bytes(outputs: dict[str, str]) -> None:
    assert generate(ROOT / "proto") == outputs


def test_the_registry_imports_no_protobuf() -> None:
    code = "import sys, stigmer._gen.registry; sys.exit(any(m.startswith('google') for m in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_the_python_messages_import_without_the_generator() -> None:
    code = (
        "import stigmer._gen.agentic.agent.v1.api_pb2 as api\n"
        "import stigmer._gen.backend.v1.backend_api_pb2_grpc\n"
        "agent = api.Agent(); agent.metadata.name = 'bot'\n"
        "assert agent.DESCRIPTOR.full_name == 'stigmer.agentic.agent.v1.Agent'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


@pytest.fixture
def checkout(tmp_path: Path, outputs: dict[str, str]) -> Path:
    shutil.copytree(ROOT / "proto", tmp_path / "proto")
    write(outputs, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["stigmer/_gen/registry.py", "schemas/skill.json", "docs/reference/resources.md"]
)
def test_the_check_names_a_file_that_was_edited(
    name: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (checkout / name).open("a") as file:
        file.write("\n")
    assert main(["--check", "--root", str(checkout)]) == 1
    assert capsys.readouterr().err.startswith(f"{name} ")


def test_the_check_names_missing_and_left_over_files_and_writing_mends_both(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "schemas/agent.json").unlink()
    (checkout / "schemas/forgotten.json").write_text("{}")
    arguments = ["--check", "--root", str(checkout)]
    assert main(arguments) == 1
    assert [line.split()[0] for line in capsys.readouterr().err.splitlines()] == [
        "schemas/agent.json",
        "schemas/forgotten.json",
    ]
    assert main(["--root", str(checkout)]) == 0
    assert main(arguments) == 0


def test_protos_that_do_not_build_are_told_in_protocs_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "proto/stigmer").mkdir(parents=True)
    (tmp_path / "proto/stigmer/broken.proto").write_text('syntax = "proto3";\nmessage {}\n')
    assert main(["--root", str(tmp_path)]) == 2
    assert "stigmer/broken.proto:2:9" in capsys.readouterr().err
