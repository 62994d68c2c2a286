# SPDX-License-Identifier: Apache-2.0
"""Placeholders in the input of a step, and data that looks like some."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stigmer.backends.context import (
    Confidential,
    ContextValue,
    ExecutionContext,
    Plain,
    RunnerFile,
    RunnerVariable,
)
from stigmer.resources.confidential import Secret
from stigmer.runners.placeholders import Machine, PlaceholderError, as_data, placeholders, put_in
from stigmer.secrets.allowed import Allowed, Listing
from stigmer.secrets.sources import Surroundings

VALUES: dict[str, ContextValue] = {
    "API_KEY": Confidential(Secret("sk-1")),
    "NESTED": Confidential(Secret("${.secrets.API_KEY}")),
    "REGION": Plain("eu-1"),
    "EMPTY": Plain(""),
    "MINE": RunnerVariable("RUNNER_KEY"),
    "CERT": RunnerFile("cert.pem"),
}
CONTEXT = ExecutionContext("aex_1", VALUES, datetime.max.replace(tzinfo=UTC))


class Told:
    """Remembers what it was told to mask."""

    def __init__(self) -> None:
        self.values: list[str] = []

    def add(self, secret: Secret, /) -> None:
        self.values.append(secret.reveal())


def filled(value: Any, machine: Machine | None = None, told: Told | None = None) -> Any:
    return put_in(value, CONTEXT, machine or Machine(), told or Told())


def refused(value: Any, machine: Machine | None = None) -> PlaceholderError:
    told = Told()
    with pytest.raises(PlaceholderError) as caught:
        filled(value, machine, told)
    assert caught.value.exit_code == 8
    assert caught.value.hint
    assert told.values == []
    return caught.value


def test_values_are_put_into_every_text_of_a_step() -> None:
    step = {
        "headers": {"Authorization": "Bearer ${.secrets.API_KEY}", "X-Region": "${.env_vars.REGION}"},
        "body": [
            1,
            None,
            True,
            2.5,
            "${.secrets.API_KEY}${.secrets.API_KEY}",
            {"deep": ["-${.env_vars.EMPTY}-"]},
        ],
        "in-${.env_vars.REGION}": "a key is a text too",
    }
    before = copy.deepcopy(step)
    assert filled(step) == {
        "headers": {"Authorization": "Bearer sk-1", "X-Region": "eu-1"},
        "body": [1, None, True, 2.5, "sk-1sk-1", {"deep": ["--"]}],
        "in-eu-1": "a key is a text too",
    }
    assert list(filled(step)) == ["headers", "body", "in-eu-1"]
    assert step == before
    assert filled("${.secrets.API_KEY}") == "sk-1"


@pytest.mark.parametrize(
    "text",
    [
        "${ .secrets.API_KEY }",
        "${.secrets.API_KEY }",
        "${ .secrets.API_KEY}",
        "${.secrets.}",
        "${.secrets.API-KEY}",
        "${.secrets.1A}",
        "${.secret.API_KEY}",
        "${secrets.API_KEY}",
        "${API_KEY}",
        "$ {.secrets.API_KEY}",
        "{.secrets.API_KEY}",
        "${.secrets.API_KEY",
        "${.Secrets.API_KEY}",
        "$(API_KEY)",
        "",
    ],
)
def test_what_is_written_otherwise_is_text(text: str) -> None:
    assert filled({"text": text, text: 1}) == {"text": text, text: 1}
    assert placeholders(text) == []


def test_there_is_no_escape_and_a_dollar_before_it_stays() -> None:
    assert filled("$${.secrets.API_KEY}") == "$sk-1"
    assert filled("\\${.secrets.API_KEY}") == "\\sk-1"


def test_a_value_that_holds_a_placeholder_stays_as_it_is() -> None:
    assert filled("${.secrets.NESTED}") == "${.secrets.API_KEY}"


def test_all_missing_names_are_told() -> None:
    error = refused(["${.secrets.NOPE}", {"x": "${.env_vars.OTHER} ${.env_vars.NOPE} ${.secrets.API_KEY}"}])
    assert error.code == "placeholder.missing"
    assert "NOPE, OTHER" in error.message
    assert refused("${.secrets.API_KY}").hint == "did you mean API_KEY?"


@pytest.mark.parametrize(
    ("text", "words", "hint"),
    [
        ("${.env_vars.API_KEY}", "API_KEY is a secret", "${.secrets.API_KEY}"),
        ("${.env_vars.MINE}", "MINE is a secret", "${.secrets.MINE}"),
        ("${.secrets.REGION}", "REGION is no secret", "${.env_vars.REGION}"),
    ],
)
def test_each_word_reads_its_own_sort(text: str, words: str, hint: str) -> None:
    error = refused(text, Machine(Surroundings({"RUNNER_KEY": "rk"})))
    assert error.code == "placeholder.wrong_kind"
    assert words in error.message
    assert hint in (error.hint or "")


def test_what_the_runner_has_is_read_at_the_step(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_bytes(b"one\ntwo\r\n")
    machine = Machine(Surroundings({"RUNNER_KEY": "rk"}), str(tmp_path))
    assert filled(["${.secrets.MINE}", "${.secrets.CERT}"], machine) == ["rk", "one\ntwo"]
    (tmp_path / "cert.pem").write_text("renewed\n")
    assert filled("${.secrets.CERT}", machine) == "renewed"


def test_what_the_runner_lacks_is_told_by_name_and_place(tmp_path: Path) -> None:
    for name, place in (("MINE", "RUNNER_KEY"), ("CERT", "cert.pem")):
        error = refused(
            f"${{.secrets.API_KEY}} ${{.secrets.{name}}}", Machine(Surroundings({}), str(tmp_path))
        )
        assert error.code == "placeholder.source"
        assert name in error.message
        assert place in error.message


def test_whoever_keeps_the_runner_says_what_manifests_may_read_there() -> None:
    narrowed = Allowed(env=(Listing("the runner's configuration", ("SHOP_*",)),))
    error = refused("${.secrets.MINE}", Machine(Surroundings({"RUNNER_KEY": "rk"}, allowed=narrowed)))
    assert error.code == "placeholder.source"
    assert "RUNNER_KEY" in error.message


def test_a_runners_source_that_no_step_asks_for_is_not_read() -> None:
    assert filled("${.secrets.API_KEY}", Machine()) == "sk-1"


def test_secrets_that_are_put_in_are_told_to_the_redactor_and_no_others() -> None:
    told = Told()
    step = ["${.secrets.API_KEY} ${.secrets.MINE}", "${.secrets.API_KEY}", "${.env_vars.REGION}"]
    filled(step, Machine(Surroundings({"RUNNER_KEY": "rk"})), told)
    assert told.values == ["sk-1", "rk"]


def test_keys_that_become_one_are_refused() -> None:
    assert refused({"${.env_vars.REGION}": 1, "eu-1": 2}).code == "placeholder.key"


def test_no_depth_is_too_deep() -> None:
    deep: Any = "${.secrets.API_KEY}"
    for _ in range(100_000):
        deep = [deep]
    found = filled(as_data(deep)), filled(deep)
    for _ in range(100_000):
        found = found[0][0], found[1][0]
    assert found == ("${.secrets.API_KEY}", "sk-1")


def test_data_is_never_read_as_a_placeholder() -> None:
    answer = {
        "says": "${.secrets.API_KEY}",
        "${.secrets.API_KEY}": ["$", "{.secrets.API_KEY}", "${.$}", "${"],
    }
    assert filled({"body": as_data(answer), "key": "${.secrets.API_KEY}"}) == {"body": answer, "key": "sk-1"}
    assert placeholders(as_data(answer)) == []


def test_pieces_of_data_make_no_placeholder_together() -> None:
    for pieces in (
        ("$", "{.secrets.API_KEY}"),
        ("${", ".secrets.API_KEY}"),
        ("${.secrets.", "API_KEY}"),
        ("$", "{", ".secrets.API_KEY}"),
    ):
        assert filled("".join(map(as_data, pieces))) == "${.secrets.API_KEY}"
    # With text of the manifest on either side.
    assert filled("$" + as_data("{.secrets.API_KEY}")) == "${.secrets.API_KEY}"
    assert filled(as_data("$") + "{.secrets.API_KEY}") == "${.secrets.API_KEY}"
    assert filled(as_data("${.secrets.") + "API_KEY}") == "${.secrets.API_KEY}"


PIECES = st.lists(
    st.sampled_from(["$", "{", ".", "secrets", "API_KEY", "}", "${.secrets.API_KEY}", "${.$}", "${.{}", "x"])
).map("".join)


@given(st.lists(st.tuples(st.booleans(), PIECES), max_size=6))
def test_whatever_data_a_text_is_made_of_it_comes_out_as_it_was(pieces: list[tuple[bool, str]]) -> None:
    """A text of the manifest holds no `${` but those of placeholders and expressions, which are taken out of it before."""
    for index, (is_data, text) in enumerate(pieces):
        assume(is_data or "${" not in text)
        # Two texts of the manifest with nothing between them are one.
        assume(is_data or index == 0 or pieces[index - 1][0])
        assume(not is_data or text or index == 0)
    written = "".join(as_data(text) if is_data else text for is_data, text in pieces)
    assert placeholders(written) == []
    assert filled(written) == "".join(text for _, text in pieces)


@given(PIECES)
def test_data_alone_comes_back_as_it_was(text: str) -> None:
    assert filled(as_data(text)) == text
    assert filled(as_data([text, {text: text}])) == [text, {text: text}]
    assert filled(as_data(as_data(text))) == as_data(text)
