# SPDX-License-Identifier: Apache-2.0
"""A Secret shows itself to nobody: no text, no JSON, no copy, no traceback, no tool that looks into objects has its value."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import logging
import pickle
import pprint
import reprlib
import string
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from deepdiff import DeepDiff

from stigmer.backends.contract import SecretEntry
from stigmer.resources.confidential import MASK, Secret, witnessed

VALUE = "sesame-opens"  # secret-scan: allow


@dataclasses.dataclass
class Holder:
    secret: Secret


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE)


SHOWN: dict[str, Callable[[Secret], object]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "format": lambda secret: format(secret, ">40"),
    "f-string": lambda secret: f"{secret} {secret!r} {secret!s:>20} {secret=}",
    "percent": lambda secret: "%s %r %-20s" % (secret, secret, secret),  # noqa: UP031 - the other way to format
    "str.format": lambda secret: "{} {!r} {:>20}".format(secret, secret, secret),  # noqa: UP032 - another way
    "Template": lambda secret: string.Template("$a").substitute(a=secret),
    "containers": lambda secret: f"{[secret]} {({secret: secret})} {(secret,)} { {secret} }",
    "pprint": lambda secret: pprint.pformat({"secret": [secret]}),
    "reprlib": reprlib.repr,
    "dataclass": lambda secret: f"{Holder(secret)} {SecretEntry('0' * 64, secret)}",
    "exception": lambda secret: f"{ValueError(secret)} {ValueError(secret)!r}",
    "json by str": lambda secret: json.dumps({"a": secret}, default=str),
    "orjson by str": lambda secret: orjson.dumps({"a": secret}, default=str).decode(),
    "members": lambda secret: f"{inspect.getmembers(secret)} {dir(secret)}",
    "deepdiff": lambda secret: DeepDiff({"a": secret}, {"a": Holder(secret)}),
}  # fmt: skip


@pytest.mark.parametrize("way", SHOWN)
def test_no_way_to_text_gives_the_value(way: str, secret: Secret) -> None:
    assert VALUE not in str(SHOWN[way](secret))


REFUSED: dict[str, Callable[[Secret], object]] = {
    "json": lambda secret: json.dumps({"a": secret}),
    "orjson": lambda secret: orjson.dumps({"a": secret}),
    "orjson of a dataclass": lambda secret: orjson.dumps(Holder(secret)),
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "asdict": lambda secret: dataclasses.asdict(Holder(secret)),
    "asdict of ours": lambda secret: dataclasses.asdict(SecretEntry("0" * 64, secret)),
    "state": lambda secret: secret.__getstate__(),
    "vars": vars,
    "bytes": bytes,  # type: ignore[dict-item]
    "joined": lambda secret: "".join([secret]),  # type: ignore[list-item]
    "added": lambda secret: "a" + secret,  # type: ignore[operator]
    "an attribute of its own": lambda secret: setattr(secret, "note", VALUE),
}


@pytest.mark.parametrize("way", REFUSED)
def test_what_would_copy_the_value_is_refused_and_does_not_tell_it(way: str, secret: Secret) -> None:
    with pytest.raises((TypeError, AttributeError)) as refused:
        REFUSED[way](secret)
    assert VALUE not in f"{refused.value} {refused.value!r}"


def test_the_value_is_given_where_it_is_asked_for(secret: Secret) -> None:
    assert secret.reveal() == VALUE


def test_a_mask_is_as_long_for_any_value() -> None:
    assert str(Secret("")) == str(Secret("a" * 100)) == MASK


def test_equal_values_are_not_told_by_comparing() -> None:
    assert Secret(VALUE) != Secret(VALUE)
    assert hash(Secret(VALUE)) != hash(VALUE)


def test_a_traceback_with_the_values_of_variables_does_not_show_it(secret: Secret) -> None:
    holder = {"secret": [secret], "entry": SecretEntry("0" * 64, secret)}
    try:
        holder["missing"]
    except KeyError as error:
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert MASK in told
    assert VALUE not in told


def test_a_log_record_does_not_show_it(secret: Secret, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("a.library").warning("connecting with %s, %r and %s", secret, [secret], {"a": secret})
    assert MASK in caplog.text
    assert VALUE not in caplog.text


def test_a_failed_assertion_does_not_show_it(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import dataclasses\n"
        "from stigmer.resources.confidential import Secret\n"
        "@dataclasses.dataclass\n"
        "class Holder:\n    secret: Secret\n"
        "def test_it():\n"
        f"    ours, other = Secret('{VALUE[:6]}' + '{VALUE[6:]}'), Secret('another')\n"
        "    assert {'a': [ours], 'b': Holder(ours)} == {'a': [other], 'b': Holder(other)}\n"
    )
    words = [sys.executable, "-m", "pytest", "-vv", "-l", "-p", "no:cacheprovider", str(tmp_path)]
    ended = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert MASK in ended.stdout
    assert VALUE not in ended.stdout + ended.stderr


def test_every_secret_has_its_witness_while_there_is_one() -> None:
    seen: list[Secret] = []
    with witnessed(seen.append):
        made = Secret(VALUE)
    Secret("after")
    assert seen == [made]
