# SPDX-License-Identifier: Apache-2.0
"""Known values are masked in whatever form a tool echoes them, in whatever pieces, and nothing else is."""

from __future__ import annotations

import base64
import html
import json
import pickle
import shlex
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from stigmer.resources.confidential import MASK, Secret
from stigmer.secrets.redaction import Redactor

PLAIN = "correct-horse-9"  # secret-scan: allow
AWKWARD = 'it\'s "a" <b> & c/d+e %41\\n\u00e9\U0001f511'  # secret-scan: allow
BEGIN, END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"  # secret-scan: allow
KEY = "\n".join(
    [BEGIN, "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC" * 2, "q8" * 32, "Zw==", END, ""]
)  # secret-scan: allow


FORMS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in base64": lambda value: base64.b64encode(value.encode()).decode(),
    "in base64 without padding": lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
    "in base64 for URLs": lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
    "in longer base64": lambda value: base64.b64encode(f"user:{value}@host".encode()).decode(),
    "in longer base64, one later": lambda value: base64.b64encode(f"user1:{value}@host".encode()).decode(),
    "in longer base64, two later": lambda value: base64.b64encode(f"user12:{value}@host".encode()).decode(),
    "in base64 broken into lines": lambda value: base64.encodebytes(f"{'u' * 50}{value}".encode()).decode(),
    "in JSON in base64": lambda value: base64.b64encode(json.dumps({"k": value}).encode()).decode(),
    "in hexadecimal digits": lambda value: value.encode().hex(),
    "in capital hexadecimal digits": lambda value: value.encode().hex().upper(),
    "in hexadecimal digits with colons": lambda value: value.encode().hex(":"),
    "in a URL's path": quote,
    "in a URL's query": quote_plus,
    "with all of it escaped for a URL": lambda value: "".join(f"%{byte:02x}" for byte in value.encode()),
    "in JSON": json.dumps,
    "in JSON as UTF-8": lambda value: orjson.dumps(value).decode(),
    "in JSON with slashes escaped": lambda value: json.dumps(value).replace("/", r"\/"),
    "in JSON in JSON in JSON": lambda value: json.dumps(json.dumps(json.dumps(value))),
    "with all of it escaped for JSON": lambda value: "".join(
        f"\\u{unit:04X}" for unit in memoryview(value.encode("utf-16-le")).cast("H")
    ),
    "in HTML": html.escape,
    "in HTML as ASCII": lambda value: html.escape(value).encode("ascii", "xmlcharrefreplace").decode(),
    "in JSON in HTML": lambda value: html.escape(json.dumps(value)),
    "in JSON in a URL": lambda value: quote(json.dumps(value)),
    "quoted for a shell": shlex.quote,
    "quoted in YAML": lambda value: yaml.safe_dump(value, default_style='"', width=10_000),
    "quoted once in YAML": lambda value: yaml.safe_dump(value, default_style="'", width=10_000),
    "as Python shows it": repr,
    "as Python shows its bytes": lambda value: repr(value.encode()),
}  # fmt: skip

values = st.text(st.characters(exclude_categories=["Cs"]), min_size=8, max_size=40).filter(
    lambda value: (
        len(value.strip()) >= 8 and value.strip() not in MASK and len(value.strip().splitlines()) == 1
    )
)
# What stands around values has no character that goes into a value's form.
around = st.text("\u4e00\u4e8c\u4e09 .\n", max_size=30)


def redactor(*known: str) -> Redactor:
    made = Redactor()
    for value in known:
        made.add(Secret(value))
    return made


def in_pieces(made: Redactor, text: str, cuts: list[int]) -> str:
    places = sorted({min(cut, len(text)) for cut in cuts})
    stream = made.stream()
    given_ = [
        stream.feed(text[start:end]) for start, end in zip([0, *places], [*places, len(text)], strict=True)
    ]
    return "".join([*given_, stream.close()])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", [PLAIN, AWKWARD], ids=["plain", "awkward"])
def test_a_value_is_masked(form: str, value: str) -> None:
    told = FORMS[form](value)
    shown = redactor(value).redact(f"before {told} after")
    assert shown.startswith("before ")
    assert shown.endswith(" after")
    assert MASK in shown
    assert told not in shown


@pytest.mark.parametrize("form", FORMS)
def test_a_value_of_several_lines_is_masked(form: str) -> None:
    shown = redactor(KEY).redact(f"before {FORMS[form](KEY)} after")
    assert MASK in shown
    for line in KEY.splitlines()[1:4]:
        assert line not in shown


def test_a_key_that_is_echoed_line_by_line_is_masked_but_for_its_marks() -> None:
    echoed = KEY.replace("\n", "\n    ")
    assert redactor(KEY).redact(f"key: |\n    {echoed}") == (
        f"key: |\n    {BEGIN}\n    {MASK}\n    {END}\n    "
    )


@given(st.lists(values, min_size=1, max_size=4), st.data())
def test_nothing_of_any_value_is_left_in_whatever_form_and_pieces(
    known: list[str], data: st.DataObject
) -> None:
    parts, told = [data.draw(around)], []
    for value in known:
        told.append(FORMS[data.draw(st.sampled_from(sorted(FORMS)))](value))
        parts += [told[-1], data.draw(around)]
    text = "".join(parts)
    made = redactor(*known)
    whole = made.redact(text)
    for value, form in zip(known, told, strict=True):
        assert value.strip() not in whole
        assert form.strip() not in whole
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=12))
    assert in_pieces(made, text, cuts) == whole
    assert in_pieces(made, text, list(range(len(text)))) == whole


@given(st.lists(values, max_size=4), st.text(max_size=200), st.lists(st.integers(0, 200), max_size=8))
def test_a_stream_gives_what_the_whole_text_gives(known: list[str], text: str, cuts: list[int]) -> None:
    made = redactor(*known)
    assert in_pieces(made, text, cuts) == made.redact(text)


@given(st.lists(values, max_size=4), st.text("\u4e00\u4e8c\u4e09\\%&+'\" \n\r0a", max_size=200))
def test_a_text_that_holds_no_value_is_as_it_was(known: list[str], text: str) -> None:
    unfit = [value for value in known if set(value.strip()) <= set(text)]
    made = redactor(*(value for value in known if value not in unfit))
    assert made.redact(text) == text
    assert made.redact_bytes(text.encode()) == text.encode()


# Escapes that begin, end and fall together in all ways: few characters, so that much of it means something.
@given(
    st.lists(st.text("\\n\"'%41+u0a", min_size=4, max_size=12), min_size=1, max_size=3),
    st.text("\\n\"'%41+u0a", max_size=60),
    st.lists(st.integers(0, 60), max_size=10),
)
def test_escapes_that_go_over_the_end_of_a_piece_are_read_as_in_the_whole_text(
    known: list[str], text: str, cuts: list[int]
) -> None:
    made = redactor(*known)
    whole, pieces = made.redact(text), in_pieces(made, text, cuts)
    assert pieces == whole
    assert all(value.strip() not in whole for value in known if len(value.strip()) >= 8)


@given(values, st.binary(max_size=40), st.binary(max_size=40))
def test_bytes_are_masked_and_need_not_be_text(value: str, before: bytes, after: bytes) -> None:
    shown = redactor(value).redact_bytes(before + b" " + value.encode() + b" " + after)
    assert value.strip().encode() not in shown


def test_a_short_value_is_masked_where_it_stands_alone() -> None:
    made = redactor("prod", "4711", "abc")  # secret-scan: allow
    assert made.redact("prod, production, x=prod; 4711 14711 '4711' abc") == (
        f"{MASK}, production, x={MASK}; {MASK} 14711 '{MASK}' abc"
    )
    assert made.redact(r'{"pin": "\n4711\n"}') == rf'{{"pin": "\n{MASK}\n"}}'


def test_a_short_value_at_the_end_of_a_piece_waits_for_what_comes_next() -> None:
    made = redactor("prod")  # secret-scan: allow
    assert in_pieces(made, "is production or prod", [7, 19]) == f"is production or {MASK}"


def test_a_mask_says_nothing_of_the_length_and_covers_what_overlaps() -> None:
    made = redactor("abcdefgh", "efghijklmn", "abcdefghijklmnopqrstuvw")  # secret-scan: allow
    assert made.redact("-abcdefgh-abcdefghijklmn-abcdefghijklmnopqrstuvw-") == f"-{MASK}-{MASK}-{MASK}-"


def test_the_bits_of_a_value_at_the_end_of_base64_are_masked_with_it() -> None:
    for value in ("correct-horse", "correct-horse-", "correct-horse-b"):  # secret-scan: allow
        made, encoded = redactor(value), base64.b64encode(value.encode()).decode()
        assert made.redact(f"({encoded})") == f"({MASK})"
        assert in_pieces(made, f"({encoded})", list(range(30))) == f"({MASK})"


def test_a_stream_remembers_how_far_escapes_go() -> None:
    value = 'ab"cdefgh'  # secret-scan: allow
    text = "\\\\" * 200 + json.dumps(value)[1:-1]
    cut = text.index("ab")
    assert in_pieces(redactor(value), text, [cut]) == text[:cut] + MASK


def test_no_more_is_held_back_than_may_be_the_beginning_of_a_value() -> None:
    stream = redactor(PLAIN).stream()
    assert stream.feed("the line is done\n") == "the line is done\n"
    assert stream.feed("say corr") == "say "
    assert stream.feed("ect\n") == "correct\n"
    assert stream.feed("say correct-horse-") == "say "
    assert stream.feed("9, twice") == f"{MASK}, twice"
    assert stream.close() == ""


def test_what_is_learned_after_a_stream_began_is_masked_too() -> None:
    made = Redactor()
    stream = made.stream()
    assert stream.feed("nothing known") == "nothing known"
    made.add(Secret(PLAIN))
    assert stream.feed(f" {PLAIN[:5]}") + stream.feed(PLAIN[5:]) + stream.close() == f" {MASK}"


def test_json_is_masked_in_strings_names_and_numbers() -> None:
    made = redactor(PLAIN, "90210-11", "4711471147")  # secret-scan: allow
    value = {"a": [f"x {PLAIN}", 4711471147, 1.5, True, None], f"{PLAIN}": 1, "90210-11": {"b": 4711}}
    shown = {"a": [f"x {MASK}", MASK, 1.5, True, None], MASK: 1, f"{MASK} 2": {"b": 4711}}
    assert made.redact_json(value) == shown


def test_a_redactor_does_not_show_what_it_knows() -> None:
    made = redactor(PLAIN)
    assert PLAIN not in f"{made!r} {made}"
    with pytest.raises(TypeError):
        pickle.dumps(made)
    with pytest.raises(TypeError):
        vars(made)
